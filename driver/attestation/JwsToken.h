// A compact JSON web token, taken apart strictly; nothing is believed here. Private to this room. Thread: any (plain values).
//   base64url(header) . base64url(payload) . base64url(signature)                                 RFC 7515, 7519
#pragma once

#include "driver/attestation/Errors.h"
#include "driver/base/Result.h"
#include "driver/json/Json.h"

#include <chrono>

namespace es::attestation {

inline constexpr std::size_t kMaxTokenBytes = 64 * 1024;
inline constexpr std::size_t kMaxTokenHeaderBytes = 8 * 1024;

struct JwsToken {
    json::Json header;       // an object, no member twice
    json::Json payload;      // the same
    std::string signedText;  // header and payload as sent, with the dot
    base::Bytes signature;   // may be empty: "alg none"
};

// White space and one pair of quotes around it are taken off. Errors: kBadToken; the text says what is wrong, for a column.
[[nodiscard]] base::Result<JwsToken> decodeJws(base::ByteView sent);

// Some name stands twice among the members of this object (not in those below it).
[[nodiscard]] bool hasDuplicates(const json::Json& object);

// Seconds since 1970, whole or not; nothing: no number, or one out of the calendar.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> numericDate(const json::Json& value);

}  // namespace es::attestation
