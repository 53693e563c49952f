#include "driver/attestation/PolicyFromReport.h"

#include "driver/http/HttpClient.h"

#include <algorithm>
#include <charconv>

namespace es::attestation {
namespace {

// What a rule saw says the same with both protocols.
std::string seenBy(const Judgement& judgement, std::string_view rule)
{
    const auto found = std::find_if(judgement.rules.begin(), judgement.rules.end(), [&](const RuleResult& result) { return result.id == rule; });
    return found == judgement.rules.end() ? std::string() : found->seen;
}

bool isHex(std::string_view text, std::size_t digits)
{
    return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Only what a policy can hold; what was not stated stays as it was demanded.
void pinHex(std::string& field, std::size_t digits, const std::string& seen)
{
    if (isHex(seen, digits)) field = seen;
}

template <class Number>
void pinNumber(Number& field, const std::string& seen)
{
    std::uint32_t number = 0;
    const auto [end, problem] = std::from_chars(seen.data(), seen.data() + seen.size(), number);
    if (!seen.empty() && problem == std::errc() && end == seen.data() + seen.size()) field = number;
}

// With AAS the two documents may have come over ways that end in two roots.
void pinRoots(Policy& policy, const std::string& seen)
{
    constexpr std::size_t kDigits = 64;
    std::vector<std::string> roots;
    for (std::size_t at = 0; at < seen.size(); at += kDigits + 2) {
        if (std::string root = seen.substr(at, kDigits); isHex(root, kDigits)) roots.push_back(std::move(root));
    }
    if (!roots.empty()) policy.trustedRoots = std::move(roots);
}

void pin(Policy& policy, const Judgement& judgement)
{
    const auto seen = [&](std::string_view rule) { return seenBy(judgement, rule); };
    pinRoots(policy, seen("trusted-root"));
    pinHex(policy.ownerId, 64, seen("policy-owner"));
    pinHex(policy.authorId, 64, seen("policy-author"));
    pinHex(policy.familyId, 32, seen("policy-family"));
    pinHex(policy.imageId, 32, seen("policy-image"));
    pinNumber(policy.minimumEnclaveSvn, seen("policy-svn-enclave"));
    pinNumber(policy.minimumSecureKernelSvn, seen("policy-svn-kernel"));
    pinNumber(policy.minimumPlatformSvn, seen("policy-svn"));
    pinHex(policy.sgxSigner, 64, seen("sgx-signer"));
    pinNumber(policy.sgxProduct, seen("sgx-product"));
    pinNumber(policy.minimumSgxSvn, seen("sgx-svn"));
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
    pin(policy, report.judgement);
    // Tightened where the evidence allows it: no debug enclave unless this is one, and a claim that comes now must not be left out later.
    const auto tighten = [&](auto change) {
        Policy strict = policy;
        change(strict);
        if (judge(report.evidence, strict).verdict == Verdict::kVerified) policy = std::move(strict);
    };
    tighten([](Policy& strict) { strict.debug = false; });
    if (report.evidence.protocol == Protocol::kAas) tighten([](Policy& strict) { strict.requireClaims = true; });
    return policy;
}

}  // namespace es::attestation
