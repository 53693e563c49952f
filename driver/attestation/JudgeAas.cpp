// Azure Attestation: a signed token about the enclave.                                              enclave-protocol 5
#include "driver/attestation/Base64.h"
#include "driver/attestation/JsonWebKeys.h"
#include "driver/attestation/JudgeCommon.h"
#include "driver/attestation/JwsToken.h"
#include "driver/attestation/TextCut.h"
#include "driver/attestation/TimeText.h"
#include "driver/base/SecureBytes.h"
#include "driver/crypto/Certificate.h"
#include "driver/enclave/SandboxRoot.h"
#include "driver/http/HttpClient.h"

#include <algorithm>

namespace es::attestation {
namespace {

constexpr std::string_view kMetadataRole = "openid-configuration";
constexpr std::string_view kKeysRole = "jwks";
constexpr std::chrono::hours kMaxTokenLifetime{24};  // genuine ones live for eight hours
constexpr std::size_t kShownClaimBytes = 200;

using json::Json;
using Names = std::initializer_list<std::string_view>;

std::string scalarText(const Json& value)
{
    if (value.asString() != nullptr) return cutText(*value.asString(), kShownClaimBytes);
    return cutText(json::write(value), kShownClaimBytes);
}
std::string memberText(const Json& object, std::string_view name)
{
    const Json* member = object.find(name);
    return member == nullptr ? "nothing" : scalarText(*member);
}
bool memberIs(const Json& object, std::string_view name, std::string_view wanted)
{
    const Json* member = object.find(name);
    return member != nullptr && member->asString() != nullptr && *member->asString() == wanted;
}
bool isOrigin(std::string_view text, const std::string& origin)
{
    const bool hasPort = origin.find(':', origin.find("://") + 3) != std::string::npos;
    return !origin.empty() && (text == origin || (!hasPort && origin.starts_with("https://") && text == origin + ":443"));
}

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
    sheet.check("jwks-uri", ours && from->starts_with("https://"), cutText(*uri, kShownClaimBytes));
    const Json* issuer = metadata->find("issuer");
    sheet.check("metadata-issuer", issuer == nullptr || (issuer->asString() != nullptr && isOrigin(*issuer->asString(), origin)),
        issuer == nullptr ? "not stated" : scalarText(*issuer));
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

// The last certificates of the TLS connections that the documents came over.
void judgeTlsRoots(RuleSheet& sheet, const Evidence& evidence, const Policy& policy)
{
    std::vector<std::string> roots;
    TrustRoot& shown = sheet.judgement().root;
    sheet.expect("trusted-root", policy.trustedRoots.empty() ? "any" : policy.trustedRoots.front());
    for (const std::string_view role : {kMetadataRole, kKeysRole}) {
        const ServiceDocument* document = evidence.document(role);
        if (document == nullptr || document->status != 200) return;
        const auto& chain = document->tlsCertificatesPem;
        const auto last = chain.empty() ? base::Result<crypto::Certificate>(base::Error{}) : crypto::Certificate::fromPem(chain.back());
        const std::string fingerprint = last ? last->fingerprint() : "none";
        if (std::find(roots.begin(), roots.end(), fingerprint) == roots.end()) roots.push_back(fingerprint);
        const bool sandbox = shown.sandbox || (last && last->organization() == enclave::kSandboxOrganization);
        if (last) shown = {last->subject(), fingerprint, sandbox};
    }
    judgeRoots(sheet, policy, roots);
}

// Who signed it.                                                                                 5.2
void judgeSignature(RuleSheet& sheet, const JwsToken& token, const std::optional<std::vector<Json>>& keys)
{
    const bool rs256 = sheet.check("jwt-alg", memberIs(token.header, "alg", "RS256"), memberText(token.header, "alg"));
    const Json* critical = token.header.find("crit");
    sheet.check("jwt-critical", critical == nullptr, critical == nullptr ? "none" : scalarText(*critical));
    const Json* kid = token.header.find("kid");
    const std::string* name = kid != nullptr ? kid->asString() : nullptr;
    if (name == nullptr) {
        sheet.fail("jwt-kid", kid == nullptr ? "nothing" : "not a text");
        return;
    }
    if (!keys) return;
    const auto named = keysNamed(*keys, *name);
    if (!sheet.check("jwt-kid", !named.empty(), cutText(*name, kShownClaimBytes))) {
        sheet.judgement().refetchMayHelp = true;
        return;
    }
    if (named.size() > 1) {
        sheet.fail("jwks-key", std::to_string(named.size()) + " keys of this name");
        return;
    }
    const auto key = rsaKeyOf(*named.front());
    if (!sheet.check("jwks-key", key.has_value(), key ? "RSA, " + std::to_string(8 * key->modulusBytes()) + " bits" : key.error().text)) return;
    if (!rs256) return;
    const bool good = key->verifyPkcs1Sha256(base::viewOf(token.signedText), token.signature);
    if (!sheet.check("jwt-signature", good, good ? "valid" : "not valid")) sheet.judgement().refetchMayHelp = true;
}

void judgeTimes(RuleSheet& sheet, const Json& claims, const Evidence& evidence, const Policy& policy)
{
    const auto skew = boundedSkew(policy);
    const auto at = [&](std::string_view name) {
        const Json* claim = claims.find(name);
        return claim != nullptr ? numericDate(*claim) : std::nullopt;
    };
    const auto text = [&](std::string_view name) {
        const auto time = at(name);
        return time ? isoTime(*time) : memberText(claims, name);
    };
    const auto exp = at("exp");
    const auto nbf = at("nbf");
    const auto iat = at("iat");
    sheet.check("jwt-expired", exp && evidence.seenAt < *exp + skew, text("exp"));
    // Stated but unreadable counts as wrong, not as absent.
    const bool begun = nbf ? *nbf - skew <= evidence.seenAt : claims.find("nbf") == nullptr;
    sheet.check("jwt-not-yet-valid", begun, nbf || !begun ? text("nbf") : "not stated");
    const bool made = iat ? *iat - skew <= evidence.seenAt : claims.find("iat") == nullptr;
    sheet.check("jwt-issued-at", made, iat || !made ? text("iat") : "not stated");
    if (!exp) return;
    const auto start = iat ? *iat : nbf ? *nbf : evidence.seenAt;
    const auto lifetime = std::chrono::duration_cast<std::chrono::seconds>(*exp - start);
    sheet.check("jwt-lifetime", lifetime <= kMaxTokenLifetime, std::to_string(lifetime.count()) + " s");
    sheet.judgement().validUntil = *exp;
}

// A claim under any of its names: every one that is stated must hold; none: only if the policy does not require claims.
// A text where none belongs is shown in quotes: "false" is not false.
enum class ClaimForm { kText, kOther };
template <class Holds>
void judgeClaim(RuleSheet& sheet, std::string_view rule, const Json& claims, Names names, ClaimForm form, bool required, Holds holds)
{
    bool good = true;
    std::string seen;
    for (const std::string_view name : names) {
        const Json* claim = claims.find(name);
        if (claim == nullptr) continue;
        good = good && holds(*claim);
        const std::string text = form == ClaimForm::kText ? scalarText(*claim) : cutText(json::write(*claim), kShownClaimBytes);
        if (seen != text) seen += (seen.empty() ? "" : ", ") + text;
    }
    if (seen.empty()) good = good && !required;
    sheet.check(rule, good, seen.empty() ? "not stated" : seen);
}

void judgeClaims(RuleSheet& sheet, const Json& claims, const Policy& policy, bool sgx)
{
    const auto number = [](const Json& claim) { return claim.asInteger() != nullptr ? *claim.asInteger() : std::int64_t{-1}; };
    // What only SGX has, is not asked of others, but holds where it is stated.
    const bool requireSgx = policy.requireClaims && sgx;
    judgeClaim(sheet, "sgx-signer", claims, {"x-ms-sgx-mrsigner", "sgx-mrsigner"}, ClaimForm::kText, requireSgx && !policy.sgxSigner.empty(),
        [&](const Json& claim) { return policy.sgxSigner.empty() || (claim.asString() != nullptr && sameTextNoCase(*claim.asString(), policy.sgxSigner)); });
    judgeClaim(sheet, "sgx-product", claims, {"product-id", "x-ms-sgx-product-id"}, ClaimForm::kOther, requireSgx && policy.sgxProduct.has_value(),
        [&](const Json& claim) { return !policy.sgxProduct || number(claim) == std::int64_t{*policy.sgxProduct}; });
    judgeClaim(sheet, "sgx-svn", claims, {"svn", "x-ms-sgx-svn"}, ClaimForm::kOther, requireSgx,
        [&](const Json& claim) { return number(claim) >= std::int64_t{policy.minimumSgxSvn}; });
    judgeClaim(sheet, "policy-debug", claims, {"is-debuggable", "x-ms-sgx-is-debuggable"}, ClaimForm::kOther, policy.requireClaims && !policy.debug,
        [&](const Json& claim) { return claim.asBool() != nullptr && (policy.debug || !*claim.asBool()); });
    judgeClaim(sheet, "claim-attestation-type", claims, {"x-ms-attestation-type"}, ClaimForm::kText, policy.requireClaims,
        [&](const Json& claim) { return claim.asString() != nullptr && sameTextNoCase(*claim.asString(), sgx ? "sgx" : "vbs"); });
}

void expectToken(RuleSheet& sheet, const Evidence& evidence, const Policy& policy, const std::string& origin, bool sgx)
{
    sheet.expect("jwt-format", "compact JWS");
    sheet.expect("jwt-alg", "RS256");
    sheet.expect("jwt-critical", "none");
    sheet.expect("jwt-kid", "a published key");
    sheet.expect("jwks-key", "RSA >= 2048 bits, stated once");
    sheet.expect("jwt-signature", "by the service's key");
    sheet.expect("jwt-issuer", origin);
    const std::string now = isoTime(evidence.seenAt);
    sheet.expect("jwt-expired", "after " + now);
    sheet.expect("jwt-not-yet-valid", "not after " + now);
    sheet.expect("jwt-issued-at", "not after " + now);
    sheet.expect("jwt-lifetime", "<= " + std::to_string(std::chrono::seconds(kMaxTokenLifetime).count()) + " s");
    sheet.expect("claim-aas-ehd", "the identity as sent");
    sheet.expect("claim-rp_data", sgx ? "by the mask of the identity" : "this question's nonce");
    sheet.expect("sgx-signer", policy.sgxSigner.empty() ? "any" : policy.sgxSigner);
    sheet.expect("sgx-product", policy.sgxProduct ? std::to_string(*policy.sgxProduct) : "any");
    sheet.expect("sgx-svn", ">= " + std::to_string(policy.minimumSgxSvn));
    sheet.expect("policy-debug", policy.debug ? "false or true" : "false");
    sheet.expect("claim-attestation-type", sgx ? "sgx" : "vbs");
}

void judgeToken(RuleSheet& sheet, const ResultParts& parts, const Evidence& evidence, const Policy& policy,
    const std::optional<std::vector<Json>>& keys, const std::string& origin, const std::optional<base::Bytes>& nonce, bool sgx)
{
    if (!parts.token) return;
    const auto token = decodeJws(*parts.token);
    if (!sheet.check("jwt-format", token.has_value(), token ? "compact JWS" : token.error().text)) return;
    judgeSignature(sheet, *token, keys);
    const Json& claims = token->payload;
    const Json* issuer = claims.find("iss");
    sheet.check("jwt-issuer", issuer != nullptr && issuer->asString() != nullptr && isOrigin(*issuer->asString(), origin), memberText(claims, "iss"));
    judgeTimes(sheet, claims, evidence, policy);
    judgeClaims(sheet, claims, policy, sgx);
    const auto sameText = [&](std::string_view name, base::ByteView bytes) {
        const Json* claim = claims.find(name);
        return claim != nullptr && claim->asString() != nullptr && base::constantTimeEqual(base::viewOf(*claim->asString()), base::viewOf(toBase64Url(bytes)));
    };
    if (parts.identity) {
        const bool same = sameText("aas-ehd", *parts.identity);
        sheet.check("claim-aas-ehd", same, same ? "match" : claims.find("aas-ehd") == nullptr ? "nothing" : "another key");
    }
    if (!sgx && nonce) {
        const bool same = sameText("rp_data", *nonce);
        sheet.check("claim-rp_data", same, same ? "match" : claims.find("rp_data") == nullptr ? "nothing" : "another question's");
    }
    for (const auto& [name, value] : *token->header.asObject())
        sheet.claim("header " + name, scalarText(value));
    for (const auto& [name, value] : *claims.asObject())
        sheet.claim(name, scalarText(value));
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
    expectToken(sheet, evidence, policy, origin, sgx);
    judgeToken(sheet, parts, evidence, policy, keys, origin, nonce, sgx);

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
