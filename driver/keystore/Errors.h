// Error codes of the keystore room. All have Origin::kKeyStore.
#pragma once

#include "driver/base/Error.h"

namespace es::keystore {

inline constexpr base::ErrorCode kUnknownProvider{"keystore", "UnknownProvider"};
inline constexpr base::ErrorCode kBadKeyName{"keystore", "BadKeyName"};        // not a plain name (separator, "..", leading dot, control)
inline constexpr base::ErrorCode kKeyNotFound{"keystore", "KeyNotFound"};      // no such file in the key folder
inline constexpr base::ErrorCode kKeyExists{"keystore", "KeyExists"};          // createKey never overwrites
inline constexpr base::ErrorCode kKeyFileUnreadable{"keystore", "KeyFileUnreadable"};  // system error, or not a PKCS#12 file
inline constexpr base::ErrorCode kWrongPassword{"keystore", "WrongPassword"};
inline constexpr base::ErrorCode kSecretNeeded{"keystore", "SecretNeeded"};    // Error::setting is the key's name: ask, then try again
inline constexpr base::ErrorCode kKeyFolder{"keystore", "KeyFolder"};          // folder cannot be found out, made or written

}  // namespace es::keystore
