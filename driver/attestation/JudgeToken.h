// The rules about an attestation token: who signed it, when it holds, what it says.                     enclave-protocol 5.2
// Private to this room. Thread: any (pure).
#pragma once

#include "driver/attestation/JudgeCommon.h"
#include "driver/json/Json.h"

namespace es::attestation {

inline constexpr std::size_t kShownClaimBytes = 200;
inline constexpr std::string_view kNotStated = "not stated";

// A JSON value for a column, cut; texts without quotes.
[[nodiscard]] std::string scalarText(const json::Json& value);
// The origin, letter by letter; with https also with its default port.
[[nodiscard]] bool isOrigin(std::string_view text, const std::string& origin);

struct TokenContext {
    const Evidence& evidence;
    const Policy& policy;
    std::string origin;  // of the service
    const std::optional<std::vector<json::Json>>& keys;  // of the service; nothing: not known
    std::optional<base::Bytes> nonce;  // what was asked with
    bool sgx = false;  // by the login
};
void judgeToken(RuleSheet& sheet, const ResultParts& parts, const TokenContext& context);

}  // namespace es::attestation
