#include "driver/attestation/PolicyFromReport.h"

#include "driver/http/HttpClient.h"

#include <algorithm>
#include <charconv>

namespace es::attestation {
namespace {

const std::string* claimOf(const Judgement& judgement, std::string_view name)
{
    const auto found = std::find_if(judgement.claims.begin(), judgement.claims.end(), [&](const Claim& claim) { return claim.name == name; });
    return found == judgement.claims.end() ? nullptr : &found->value;
}

std::optional<std::uint32_t> numberOf(const Judgement& judgement, std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        const std::string* text = claimOf(judgement, name);
        std::uint32_t number = 0;
        if (text == nullptr) continue;
        const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
        if (problem == std::errc() && end == text->data() + text->size()) return number;
    }
    return std::nullopt;
}

bool isHex(std::string_view text, std::size_t digits)
{
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Only what a policy can hold; anything else stays as it was demanded.
void pinHex(std::string& field, std::size_t digits, const Judgement& judgement, std::initializer_list<std::string_view> names)
{
    for (const std::string_view name : names) {
        const std::string* text = claimOf(judgement, name);
        if (text != nullptr && isHex(*text, digits)) {
            field = *text;
            return;
        }
    }
}

// With AAS the two documents may have come over ways that end in two roots.
void pinRoots(Policy& policy, const Judgement& judgement)
{
    constexpr std::size_t kDigits = 64;
    for (const RuleResult& rule : judgement.rules) {
        if (rule.id != "trusted-root") continue;
        std::vector<std::string> roots;
        for (std::size_t at = 0; at < rule.seen.size(); at += kDigits + 2) {
            if (std::string root = rule.seen.substr(at, kDigits); isHex(root, kDigits)) roots.push_back(std::move(root));
        }
        if (!roots.empty()) policy.trustedRoots = std::move(roots);
    }
}

void pinVbs(Policy& policy, const Judgement& judgement)
{
    pinHex(policy.ownerId, 64, judgement, {"owner id"});
    pinHex(policy.authorId, 64, judgement, {"author id"});
    pinHex(policy.familyId, 32, judgement, {"family id"});
    pinHex(policy.imageId, 32, judgement, {"image id"});
    policy.minimumEnclaveSvn = numberOf(judgement, {"enclave svn"}).value_or(policy.minimumEnclaveSvn);
    policy.minimumSecureKernelSvn = numberOf(judgement, {"secure kernel svn"}).value_or(policy.minimumSecureKernelSvn);
    policy.minimumPlatformSvn = numberOf(judgement, {"platform svn"}).value_or(policy.minimumPlatformSvn);
    policy.debug = numberOf(judgement, {"flags"}).value_or(0) != 0;
}

void pinToken(Policy& policy, const Judgement& judgement)
{
    pinHex(policy.sgxSigner, 64, judgement, {"x-ms-sgx-mrsigner", "sgx-mrsigner"});
    if (const auto product = numberOf(judgement, {"product-id", "x-ms-sgx-product-id"})) policy.sgxProduct = product;
    policy.minimumSgxSvn = numberOf(judgement, {"svn", "x-ms-sgx-svn"}).value_or(policy.minimumSgxSvn);
    const auto isTrue = [&](std::string_view name) {
        const std::string* text = claimOf(judgement, name);
        return text != nullptr && *text == "true";
    };
    policy.debug = isTrue("is-debuggable") || isTrue("x-ms-sgx-is-debuggable");
}

}  // namespace

base::Result<Policy> policyFromReport(const AttestationReport& report)
{
    if (report.judgement.verdict != Verdict::kVerified) {
        base::Error error = base::makeError(kNotVerified,
            "A policy can only be made from an enclave that was verified; this one is " + std::string(verdictName(report.judgement.verdict)) + ".",
            "attestation-policy", "Connect with a protocol that attests, and try again once the enclave is verified.");
        error.origin = base::Origin::kAttestation;
        return error;
    }
    Policy policy = report.policy;
    policy.name = "As seen at " + report.evidence.serverName;
    policy.protocol = report.evidence.protocol;
    ES_TRY(policy.service, http::originOf(report.evidence.url));
    pinRoots(policy, report.judgement);
    if (report.evidence.protocol == Protocol::kHgs) pinVbs(policy, report.judgement);
    if (report.evidence.protocol == Protocol::kAas) {
        pinToken(policy, report.judgement);
        // A claim that comes now must not be left out later; where some never come, a policy cannot ask for the others alone.
        Policy strict = policy;
        strict.requireClaims = true;
        if (judge(report.evidence, strict).verdict == Verdict::kVerified) policy = strict;
    }
    return policy;
}

}  // namespace es::attestation
