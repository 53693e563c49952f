// The keys that an attestation service publishes (JWKS). Private to this room. Thread: any (plain values).           RFC 7517
#pragma once

#include "driver/attestation/Errors.h"
#include "driver/crypto/Rsa.h"
#include "driver/json/Json.h"

namespace es::attestation {

inline constexpr std::size_t kMaxWebKeys = 64;

// The elements of "keys", each an object. Errors: kBadToken; the text says what is wrong, for a column.
[[nodiscard]] base::Result<std::vector<json::Json>> decodeJwks(base::ByteView document);

// Those of this name; keys of other names are not looked into.
[[nodiscard]] std::vector<const json::Json*> keysNamed(const std::vector<json::Json>& keys, std::string_view kid);

// RSA, for signatures with RS256 where it says so, 2048 bits or more; the first certificate of x5c and n/e must agree if both are there.
// Errors: kBadToken.
[[nodiscard]] base::Result<crypto::RsaPublicKey> rsaKeyOf(const json::Json& key);

}  // namespace es::attestation
