// Azure Attestation: a signed token about the enclave.                                              enclave-protocol 5
#include "driver/attestation/JsonWebKeys.h"
#include "driver/attestation/JudgeToken.h"
#include "driver/attestation/JwsToken.h"
#include "driver/base/TextCut.h"
#include "driver/crypto/Certificate.h"
#include "driver/enclave/SandboxRoot.h"
#include "driver/http/HttpClient.h"

#include <algorithm>

namespace es::attestation {
namespace {

constexpr std::string_view kMetadataRole = "openid-configuration";
constexpr std::string_view kKeysRole = "jwks";

using json::Json;

// What the service publishes.                                                                    5.1
void judgeMetadata(RuleSheet& sheet, const Evidence& evidence, const Policy& policy, const std::string& origin)
{
    sheet.expect("metadata", "OpenID metadata with jwks_uri");
    sheet.expect("metadata-issuer", origin);
    sheet.expect("jwks-uri", "https, " + origin);
    const ServiceDocument* document = evidence.document(kMetadataRole);
    if (document == nullptr || document->status != 200) return;
    const auto metadata = json::parse({reinterpret_cast<const char*>(document->body.data()), document->body.size()});
    const bool readable = metadata && metadata->asObject() != nullptr && !hasDuplicates(*metadata);
    const auto uri = readable ? metadata->stringAt("jwks_uri") : base::Result<std::string>(base::Error{});
    sheet.check("metadata", uri.has_value(), !readable ? "unreadable" : uri ? "with jwks_uri" : "without jwks_uri");
    if (!uri) return;
    const auto from = http::originOf(*uri);
    const auto& others = policy.redirectOrigins;
    const bool ours = from && (*from == origin || std::find(others.begin(), others.end(), *from) != others.end());
    sheet.check("jwks-uri", ours && from->starts_with("https://"), base::cutText(*uri, kShownClaimBytes));
    const Json* issuer = metadata->find("issuer");
    sheet.check("metadata-issuer", issuer == nullptr || (issuer->asString() != nullptr && isOrigin(*issuer->asString(), origin)),
        issuer == nullptr ? std::string(kNotStated) : scalarText(*issuer));
}

std::optional<std::vector<Json>> judgeKeys(RuleSheet& sheet, const Evidence& evidence)
{
    sheet.expect("jwks", "a set of keys");
    const ServiceDocument* document = evidence.document(kKeysRole);
    if (document == nullptr || document->status != 200) return std::nullopt;
    auto keys = decodeJwks(document->body);
    sheet.check("jwks", keys.has_value(), keys ? std::to_string(keys->size()) + " keys" : keys.error().text);
    if (!keys) return std::nullopt;
    return std::move(keys).value();
}

// The end of the chain as far as each certificate is signed by the next, and that one may issue: whoever answers may send
// any others behind it.
base::Result<crypto::Certificate> endOfChain(const std::vector<std::string>& chain)
{
    base::Result<crypto::Certificate> end = base::Error{};
    for (const std::string& pem : chain) {
        auto next = crypto::Certificate::fromPem(pem);
        if (!next || (end && !(next->isAuthority() && end->isSignedBy(*next)))) break;
        end = std::move(next);
    }
    return end;
}

// Where the TLS connections end that the documents came over.
void judgeTlsRoots(RuleSheet& sheet, const Evidence& evidence, const Policy& policy)
{
    std::vector<std::string> roots;
    TrustRoot& shown = sheet.judgement().root;
    sheet.expect("trusted-root", policy.trustedRoots.empty() ? "any" : policy.trustedRoots.front());
    for (const std::string_view role : {kMetadataRole, kKeysRole}) {
        const ServiceDocument* document = evidence.document(role);
        if (document == nullptr || document->status != 200) return;
        const auto last = endOfChain(document->tlsCertificatesPem);
        const std::string fingerprint = last ? last->fingerprint() : "none";
        if (std::find(roots.begin(), roots.end(), fingerprint) == roots.end()) roots.push_back(fingerprint);
        const bool sandbox = shown.sandbox || (last && last->organization() == enclave::kSandboxOrganization);
        if (last) shown = {last->subject(), fingerprint, sandbox};
    }
    judgeRoots(sheet, policy, roots);
}

}  // namespace

Judgement judgeAas(const Evidence& evidence, const Policy& policy)
{
    RuleSheet sheet(Protocol::kAas);
    const auto request = judgeRequest(sheet, evidence, policy);
    const auto nonce = request && request->challenge ? std::optional(request->challenge->nonce) : std::nullopt;
    static constexpr std::array kRoles{kMetadataRole, kKeysRole};
    const std::string origin = judgeService(sheet, evidence, policy, kRoles);
    judgeMetadata(sheet, evidence, policy, origin);
    const auto keys = judgeKeys(sheet, evidence);
    judgeTlsRoots(sheet, evidence, policy);

    const ResultParts parts = takeApart(Protocol::kAas, evidence.result);
    judgeResultForm(sheet, Protocol::kAas, parts);
    const bool sgx = sameTextNoCase(evidence.enclaveType, "SGX");
    const bool known = sgx || sameTextNoCase(evidence.enclaveType, "VBS");
    const auto wantedType = static_cast<std::uint32_t>(sgx ? enclave::AasEnclaveType::kSgx : enclave::AasEnclaveType::kVbs);
    sheet.expect("enclave-type", sgx ? "2 (SGX)" : "1 (VBS)");
    bool typeHolds = false;
    if (parts.enclaveType || !known)
        typeHolds = sheet.check("enclave-type", known && parts.enclaveType == wantedType,
            !known ? "login says \"" + evidence.enclaveType + "\"" : std::to_string(*parts.enclaveType));
    judgeToken(sheet, parts, {evidence, policy, origin, keys, nonce, sgx});

    // Of another type the identity could only be misread.
    std::optional<crypto::RsaPublicKey> identity;
    if (typeHolds && parts.identity && (!sgx || nonce))
        identity = judgeIdentity(sheet, sgx ? enclave::maskIdentity(*parts.identity, *nonce) : *parts.identity);
    else
        (void)judgeIdentity(sheet, std::nullopt);
    if (sgx && identity) sheet.check("claim-rp_data", true, "by the mask of the identity");
    judgeKeySignature(sheet, parts, identity);
    return std::move(sheet).finish(Verdict::kVerified);
}

}  // namespace es::attestation
