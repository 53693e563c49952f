// The three keys that a column key stands for.                                   always-encrypted-crypto 1.1
// Thread: any (pure function).
#pragma once

#include "driver/base/SecureBytes.h"
#include "driver/crypto/Errors.h"

namespace es::crypto {

inline constexpr std::size_t kCekBytes = 32;

struct CellKeys {
    base::SecureBytes encryption;  // AES-256-CBC
    base::SecureBytes mac;         // tag of a cell
    base::SecureBytes iv;          // IV of a deterministic cell
};

// Errors: kBadKeyLength.
[[nodiscard]] base::Result<CellKeys> deriveCellKeys(const base::SecureBytes& cek);

}  // namespace es::crypto
