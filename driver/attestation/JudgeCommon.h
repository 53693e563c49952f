// The rules that every protocol shares: the question, the answer's form, the session key, where documents came from.
// Private to this room. Thread: any (pure).
#pragma once

#include "driver/attestation/ResultParts.h"
#include "driver/attestation/RuleSheet.h"
#include "driver/enclave/AttestationParameters.h"

namespace es::attestation {

// Bounded, whatever a policy made in code says.
[[nodiscard]] std::chrono::seconds boundedSkew(const Policy& policy);
[[nodiscard]] bool sameTextNoCase(std::string_view a, std::string_view b);  // ASCII

// What was asked, or nothing: then request-format has failed.
[[nodiscard]] std::optional<enclave::AttestationParameters> judgeRequest(RuleSheet& sheet, const Evidence& evidence, const Policy& policy);
// Sizes of the answer and the session key in it; fills the judgement's session.
void judgeResultForm(RuleSheet& sheet, Protocol protocol, const ResultParts& parts);
// The session key's signature; without the identity: not checked.
void judgeKeySignature(RuleSheet& sheet, const ResultParts& parts, const std::optional<crypto::RsaPublicKey>& identity);
// `blob`: unmasked; nothing: not checked. The key, also if it is too short; nothing: none.
[[nodiscard]] std::optional<crypto::RsaPublicKey> judgeIdentity(RuleSheet& sheet, const std::optional<base::Bytes>& blob);

// The document, if it came whole (status 200); else the judgement knows that it is missing.
[[nodiscard]] const ServiceDocument* takeDocument(RuleSheet& sheet, const Evidence& evidence, std::string_view role);
// policy-service, service-transport and service-origin. The service's own origin; empty: the URL has none.
std::string judgeService(RuleSheet& sheet, const Evidence& evidence, const Policy& policy, std::span<const std::string_view> roles);
// trusted-root: `roots` are fingerprints that must all be listed.
void judgeRoots(RuleSheet& sheet, const Policy& policy, std::span<const std::string> roots);

Judgement judgeNone(const Evidence& evidence, const Policy& policy);
Judgement judgeHgs(const Evidence& evidence, const Policy& policy);
Judgement judgeAas(const Evidence& evidence, const Policy& policy);

}  // namespace es::attestation
