// LOGIN7: who the client is.                                                                         MS-TDS 2.2.6.4
// 94 fixed bytes (table in Login7.cpp), then the texts they point to, then the feature list behind a double indirection.
// Thread: any (plain value, move-only: it holds the password).
#pragma once

#include "driver/base/SecureBytes.h"
#include "driver/tds/FeatureExt.h"

#include <array>
#include <optional>

namespace es::tds {

inline constexpr std::uint32_t kTds74 = 0x74000004;
inline constexpr std::uint32_t kTds80 = 0x08000000;

struct Login7 {
    std::uint32_t tdsVersion = kTds74;
    std::uint32_t packetBytes = 8000;  // asked for
    std::uint32_t clientProgramVersion = 0;
    std::uint32_t clientProcessId = 0;
    std::uint32_t connectionId = 0;
    std::uint8_t optionFlags1 = 0xE0;
    std::uint8_t optionFlags2 = 0x03;
    std::uint8_t typeFlags = 0;
    std::uint8_t optionFlags3 = 0;     // bit 0x10 (features follow) is set by the encoder when `features` has a value
    std::int32_t timeZone = 0;
    std::uint32_t lcid = 0x0409;
    std::string hostName, userName, appName, serverName, libraryName, language, database, attachFile;  // UTF-8
    base::SecureBytes password, newPassword;  // UTF-8
    std::array<base::Byte, 6> clientId{};
    base::Bytes sspi;
    std::optional<std::vector<Feature>> features;
};

// The payload. It holds the password in its obfuscated, recoverable form: therefore SecureBytes.
// Errors: kCannotEncode (a text over 128 code units, the file over 260).
[[nodiscard]] base::Result<base::SecureBytes> encodeLogin7(const Login7& login);
// The same as packets, ready to be written (reveal with SecretAccess::forLogin()).
[[nodiscard]] base::Result<base::SecureBytes> encodeLogin7Packets(const Login7& login, std::size_t packetBytes);
// Errors: kMalformed, kTruncated, kTooLarge (128 KiB).
[[nodiscard]] base::Result<Login7> decodeLogin7(base::ByteView payload);

// UTF-8 to the obfuscated UTF-16LE form and back; not encryption.
[[nodiscard]] base::SecureBytes obfuscatePassword(const base::SecureBytes& utf8);
[[nodiscard]] base::SecureBytes recoverPassword(base::ByteView obfuscated);

}  // namespace es::tds
