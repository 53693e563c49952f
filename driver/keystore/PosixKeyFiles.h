// Reading and writing files that hold keys, with the permissions they need. Private to this room. Thread: any.
#pragma once

#include "driver/base/Bytes.h"

#include <filesystem>

namespace es::keystore {

// Errors: kKeyNotFound, kKeyFileUnreadable.
[[nodiscard]] base::Result<base::Bytes> readKeyFile(const std::filesystem::path& file);
// Writes a file that did not exist, readable by its owner alone, whole or not at all, and on the disk when it returns.
// Errors: kKeyExists, kKeyFolder.
[[nodiscard]] base::Result<void> writeNewKeyFile(const std::filesystem::path& file, base::ByteView content);
// Makes the folder and those above it; it is for its owner alone. A folder that is there stays as it is. Errors: kKeyFolder.
[[nodiscard]] base::Result<void> makeKeyFolder(const std::filesystem::path& folder);

}  // namespace es::keystore
