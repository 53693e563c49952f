#include "driver/attestation/JudgeToken.h"

#include "driver/base/Base64.h"
#include "driver/attestation/JsonWebKeys.h"
#include "driver/attestation/JwsToken.h"
#include "driver/base/TextCut.h"
#include "driver/attestation/TimeText.h"
#include "driver/base/SecureBytes.h"

namespace es::attestation {
namespace {

constexpr std::chrono::hours kMaxTokenLifetime{24};  // genuine ones live for eight hours
constexpr std::string_view kFlagsClaim = "enclaveFlags";  // VBS; the bits of the report's flags
constexpr std::int64_t kDebugFlags = 7;

using json::Json;
using Names = std::initializer_list<std::string_view>;

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
    if (!sheet.check("jwt-kid", !named.empty(), base::cutText(*name, kShownClaimBytes))) {
        sheet.judgement().refetchMayHelp = true;
        return;
    }
    if (named.size() > 1) {
        sheet.fail("jwks-key", std::to_string(named.size()) + " keys of this name");
        return;
    }
    const auto key = rsaKeyOf(*named.front());
    if (!sheet.check("jwks-key", key.has_value(), key ? "RSA, " + std::to_string(8 * key->modulusBytes()) + " bits" : key.error().text))
        return;
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
    sheet.check("jwt-not-yet-valid", begun, nbf || !begun ? text("nbf") : std::string(kNotStated));
    const bool made = iat ? *iat - skew <= evidence.seenAt : claims.find("iat") == nullptr;
    sheet.check("jwt-issued-at", made, iat || !made ? text("iat") : std::string(kNotStated));
    if (!exp) return;
    const auto start = iat ? *iat : nbf ? *nbf : evidence.seenAt;
    const auto lifetime = std::chrono::duration_cast<std::chrono::seconds>(*exp - start);
    sheet.check("jwt-lifetime", lifetime <= kMaxTokenLifetime, std::to_string(lifetime.count()) + " s");
    sheet.judgement().validUntil = *exp;
}

// How a claim is shown. A text where none belongs keeps its quotes: "false" is not false.
enum class ClaimForm { kText, kNumber, kBytes, kSwitch };

// Claims of VBS enclaves carry bytes as base64url.
std::optional<std::string> hexOf(const Json& claim)
{
    const auto bytes = claim.asString() != nullptr ? base::fromBase64Url(*claim.asString()) : std::nullopt;
    return bytes ? std::optional(base::toHex(*bytes)) : std::nullopt;
}

std::string shownClaim(const Json& claim, std::string_view name, ClaimForm form)
{
    if (form == ClaimForm::kText) return scalarText(claim);
    if (form == ClaimForm::kSwitch && claim.asBool() != nullptr) return *claim.asBool() ? "on" : "off";
    if (form == ClaimForm::kSwitch && name == kFlagsClaim && claim.asInteger() != nullptr)
        return *claim.asInteger() == 0 ? "off" : "on, flags " + std::to_string(*claim.asInteger());
    const auto hex = form == ClaimForm::kBytes ? hexOf(claim) : std::nullopt;
    return base::cutText(hex ? *hex : json::write(claim), kShownClaimBytes);
}

// A claim under any of its names: every one that is stated must hold(claim, name); none: only where it is not required.
template <class Holds>
void judgeClaim(RuleSheet& sheet, std::string_view rule, const Json& claims, Names names, ClaimForm form, bool required, Holds holds)
{
    bool good = true;
    std::string seen;
    for (const std::string_view name : names) {
        const Json* claim = claims.find(name);
        if (claim == nullptr) continue;
        good = good && holds(*claim, name);
        if (const std::string text = shownClaim(*claim, name, form); seen != text) seen += (seen.empty() ? "" : ", ") + text;
    }
    if (seen.empty()) good = good && !required;
    sheet.check(rule, good, seen.empty() ? std::string(kNotStated) : seen);
}

std::int64_t numberOf(const Json& claim)
{
    return claim.asInteger() != nullptr ? *claim.asInteger() : -1;
}

// What only one kind of enclave has, is not asked of the other, but holds where it is stated.
void judgeSgxClaims(RuleSheet& sheet, const Json& claims, const Policy& policy, bool required)
{
    judgeClaim(sheet, "sgx-signer", claims, {"x-ms-sgx-mrsigner", "sgx-mrsigner"}, ClaimForm::kText, required && !policy.sgxSigner.empty(),
        [&](const Json& claim, auto) {
            return policy.sgxSigner.empty() || (claim.asString() != nullptr && sameTextNoCase(*claim.asString(), policy.sgxSigner));
        });
    judgeClaim(sheet, "sgx-product", claims, {"product-id", "x-ms-sgx-product-id"}, ClaimForm::kNumber,
        required && policy.sgxProduct.has_value(),
        [&](const Json& claim, auto) { return !policy.sgxProduct || numberOf(claim) == std::int64_t{*policy.sgxProduct}; });
    judgeClaim(sheet, "sgx-svn", claims, {"svn", "x-ms-sgx-svn"}, ClaimForm::kNumber, required,
        [&](const Json& claim, auto) { return numberOf(claim) >= std::int64_t{policy.minimumSgxSvn}; });
}

void judgeVbsClaims(RuleSheet& sheet, const Json& claims, const Policy& policy, bool required)
{
    const auto id = [&](std::string_view rule, std::string_view name, const std::string& wanted) {
        judgeClaim(sheet, rule, claims, {name}, ClaimForm::kBytes, required && !wanted.empty(),
            [&](const Json& claim, auto) { return wanted.empty() || hexOf(claim) == wanted; });
    };
    id("policy-owner", "enclaveOwnerId", policy.ownerId);
    id("policy-author", "enclaveAuthorId", policy.authorId);
    id("policy-family", "enclaveFamilyId", policy.familyId);
    id("policy-image", "enclaveImageId", policy.imageId);
    const auto svn = [&](std::string_view rule, std::string_view name, std::uint32_t minimum) {
        judgeClaim(sheet, rule, claims, {name}, ClaimForm::kNumber, required,
            [&](const Json& claim, auto) { return numberOf(claim) >= std::int64_t{minimum}; });
    };
    svn("policy-svn-enclave", "enclaveSvn", policy.minimumEnclaveSvn);
    svn("policy-svn", "enclavePlatformSvn", policy.minimumPlatformSvn);
}

void judgeClaims(RuleSheet& sheet, const Json& claims, const Policy& policy, bool sgx)
{
    judgeSgxClaims(sheet, claims, policy, policy.requireClaims && sgx);
    judgeVbsClaims(sheet, claims, policy, policy.requireClaims && !sgx);
    judgeClaim(sheet, "policy-debug", claims, {"is-debuggable", "x-ms-sgx-is-debuggable", kFlagsClaim}, ClaimForm::kSwitch,
        policy.requireClaims && !policy.debug, [&](const Json& claim, std::string_view name) {
            if (name != kFlagsClaim) return claim.asBool() != nullptr && (policy.debug || !*claim.asBool());
            return numberOf(claim) == 0 || (policy.debug && numberOf(claim) > 0 && numberOf(claim) <= kDebugFlags);
        });
    judgeClaim(sheet, "claim-attestation-type", claims, {"x-ms-attestation-type"}, ClaimForm::kText, policy.requireClaims,
        [&](const Json& claim, auto) { return claim.asString() != nullptr && sameTextNoCase(*claim.asString(), sgx ? "sgx" : "vbs"); });
}

void expectToken(RuleSheet& sheet, const TokenContext& context)
{
    const Policy& policy = context.policy;
    const bool sgx = context.sgx;
    sheet.expect("jwt-format", "compact JWS");
    sheet.expect("jwt-alg", "RS256");
    sheet.expect("jwt-critical", "none");
    sheet.expect("jwt-kid", "a published key");
    sheet.expect("jwks-key", "RSA >= 2048 bits, stated once");
    sheet.expect("jwt-signature", "by the service's key");
    sheet.expect("jwt-issuer", context.origin);
    const std::string now = isoTime(context.evidence.seenAt);
    sheet.expect("jwt-expired", "after " + now);
    sheet.expect("jwt-not-yet-valid", "not after " + now);
    sheet.expect("jwt-issued-at", "not after " + now);
    sheet.expect("jwt-lifetime", "<= " + std::to_string(std::chrono::seconds(kMaxTokenLifetime).count()) + " s");
    sheet.expect("claim-aas-ehd", "the identity as sent");
    sheet.expect("claim-rp_data", sgx ? "by the mask of the identity" : "this question's nonce");
    sheet.expect("sgx-signer", policy.sgxSigner.empty() ? "any" : policy.sgxSigner);
    sheet.expect("sgx-product", policy.sgxProduct ? std::to_string(*policy.sgxProduct) : "any");
    sheet.expect("sgx-svn", ">= " + std::to_string(policy.minimumSgxSvn));
    const auto orAny = [](const std::string& hex) { return hex.empty() ? "any" : hex; };
    sheet.expect("policy-owner", orAny(policy.ownerId));
    sheet.expect("policy-author", orAny(policy.authorId));
    sheet.expect("policy-family", orAny(policy.familyId));
    sheet.expect("policy-image", orAny(policy.imageId));
    sheet.expect("policy-svn-enclave", ">= " + std::to_string(policy.minimumEnclaveSvn));
    sheet.expect("policy-svn", ">= " + std::to_string(policy.minimumPlatformSvn));
    sheet.expect("policy-debug", policy.debug ? "off or on" : "off");
    sheet.expect("claim-attestation-type", sgx ? "sgx" : "vbs");
}

}  // namespace

std::string scalarText(const Json& value)
{
    if (value.asString() != nullptr) return base::cutText(*value.asString(), kShownClaimBytes);
    return base::cutText(json::write(value), kShownClaimBytes);
}
bool isOrigin(std::string_view text, const std::string& origin)
{
    const bool hasPort = origin.find(':', origin.find("://") + 3) != std::string::npos;
    return !origin.empty() && (text == origin || (!hasPort && origin.starts_with("https://") && text == origin + ":443"));
}

void judgeToken(RuleSheet& sheet, const ResultParts& parts, const TokenContext& context)
{
    expectToken(sheet, context);
    if (!parts.token) return;
    const auto token = decodeJws(*parts.token);
    if (!sheet.check("jwt-format", token.has_value(), token ? "compact JWS" : token.error().text)) return;
    judgeSignature(sheet, *token, context.keys);
    const Json& claims = token->payload;
    const Json* issuer = claims.find("iss");
    sheet.check("jwt-issuer", issuer != nullptr && issuer->asString() != nullptr && isOrigin(*issuer->asString(), context.origin),
        memberText(claims, "iss"));
    judgeTimes(sheet, claims, context.evidence, context.policy);
    judgeClaims(sheet, claims, context.policy, context.sgx);
    const auto sameText = [&](std::string_view name, base::ByteView bytes) {
        const Json* claim = claims.find(name);
        return claim != nullptr && claim->asString() != nullptr
            && base::constantTimeEqual(base::viewOf(*claim->asString()), base::viewOf(base::toBase64Url(bytes)));
    };
    if (parts.identity) {
        const bool same = sameText("aas-ehd", *parts.identity);
        sheet.check("claim-aas-ehd", same, same ? "match" : claims.find("aas-ehd") == nullptr ? "nothing" : "another key");
    }
    if (!context.sgx && context.nonce) {
        const bool same = sameText("rp_data", *context.nonce);
        sheet.check("claim-rp_data", same, same ? "match" : claims.find("rp_data") == nullptr ? "nothing" : "another question's");
    }
    for (const auto& [name, value] : *token->header.asObject())
        sheet.claim("header " + name, scalarText(value));
    for (const auto& [name, value] : *claims.asObject())
        sheet.claim(name, scalarText(value));
}

}  // namespace es::attestation
