// Passwords of logins that CREATE LOGIN made: kept as salted hashes of the system's slow scheme (yescrypt).
// Thread: any.
#pragma once

#include "app/sandbox/engine/Engine.h"
#include "driver/base/SecureBytes.h"

namespace es::sandbox {

class SlowPasswords final : public PasswordHasher {
public:
    // "$y$..." with a new salt. Errors: kPasswordTooLong (more than 511 bytes), kNoHash (the system has none).
    base::Result<std::string> hash(std::string_view passwordUtf8) override;
};

inline constexpr base::ErrorCode kPasswordTooLong{"frontdoor", "PasswordTooLong"};
inline constexpr base::ErrorCode kNoHash{"frontdoor", "NoHash"};

// Takes as long as the hash did. An empty secret fits no password, and takes as long too.
[[nodiscard]] bool passwordFits(base::ByteView passwordUtf8, const std::string& secret);

} // namespace es::sandbox
