#include "driver/attestation/Judgement.h"

#include "driver/attestation/JudgeCommon.h"

#include <algorithm>

namespace es::attestation {

std::string_view verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::kNotAttested: return "not attested";
    case Verdict::kVerified: return "verified";
    case Verdict::kRefused: return "refused";
    case Verdict::kUnreachable: return "unreachable";
    }
    return "unknown";
}

const RuleResult* Judgement::firstFailure() const
{
    const auto found = std::find_if(rules.begin(), rules.end(), [](const RuleResult& r) { return r.verdict == RuleVerdict::kFailed; });
    return found == rules.end() ? nullptr : &*found;
}

Judgement judge(const Evidence& evidence, const Policy& policy)
{
    switch (evidence.protocol) {
    case Protocol::kNone: return judgeNone(evidence, policy);
    case Protocol::kHgs: return judgeHgs(evidence, policy);
    case Protocol::kAas: return judgeAas(evidence, policy);
    }
    return {};
}

std::string mismatchText(const RuleResult& result, Protocol protocol)
{
    const Rule* rule = findRule(protocol, result.id);
    const std::string title(rule != nullptr ? rule->title : std::string_view(result.id));
    if (result.verdict == RuleVerdict::kNotChecked) return "Rule \"" + title + "\": not checked, expected " + result.expected + ".";
    return "Rule \"" + title + "\": expected " + result.expected + ", seen " + result.seen + ".";
}

}  // namespace es::attestation
