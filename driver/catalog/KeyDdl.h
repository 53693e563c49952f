// The T-SQL that stores key metadata in a database, as text. Pure.                     (sql-surface 2.1, 2.2)
// Thread: any.
#pragma once

#include "driver/base/Bytes.h"

#include <string>
#include <string_view>

namespace es::catalog {

// `signature` empty: without ENCLAVE_COMPUTATIONS.
[[nodiscard]] std::string createMasterKeyText(
    std::string_view name, std::string_view provider, std::string_view path, base::ByteView signature);
[[nodiscard]] std::string createEncryptionKeyText(std::string_view name, std::string_view masterKeyName, base::ByteView encryptedValue);
[[nodiscard]] std::string dropMasterKeyText(std::string_view name);
[[nodiscard]] std::string dropEncryptionKeyText(std::string_view name);

} // namespace es::catalog
