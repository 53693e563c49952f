#include "driver/attestation/RuleSheet.h"

#include <algorithm>
#include <cassert>

namespace es::attestation {

RuleSheet::RuleSheet(Protocol protocol)
{
    for (const Rule& rule : rulesOf(protocol))
        m_judgement.rules.push_back({std::string(rule.id), RuleVerdict::kNotChecked, {}, {}});
}

RuleResult& RuleSheet::at(std::string_view id)
{
    const auto found = std::find_if(m_judgement.rules.begin(), m_judgement.rules.end(), [&](const RuleResult& r) { return r.id == id; });
    assert(found != m_judgement.rules.end());
    return *found;
}

const RuleResult& RuleSheet::at(std::string_view id) const
{
    return const_cast<RuleSheet*>(this)->at(id);  // NOLINT: the search is the same
}

void RuleSheet::expect(std::string_view id, std::string expected) { at(id).expected = std::move(expected); }

bool RuleSheet::check(std::string_view id, bool holds, std::string seen)
{
    RuleResult& result = at(id);
    if (result.verdict == RuleVerdict::kFailed) return false;
    result.verdict = holds ? RuleVerdict::kPassed : RuleVerdict::kFailed;
    result.seen = std::move(seen);
    return holds;
}

bool RuleSheet::passed(std::string_view id) const { return at(id).verdict == RuleVerdict::kPassed; }
bool RuleSheet::failed(std::string_view id) const { return at(id).verdict == RuleVerdict::kFailed; }

Judgement RuleSheet::finish(Verdict allHold) &&
{
    const auto any = [&](RuleVerdict verdict) {
        return std::any_of(m_judgement.rules.begin(), m_judgement.rules.end(), [&](const RuleResult& r) { return r.verdict == verdict; });
    };
    if (any(RuleVerdict::kFailed))
        m_judgement.verdict = Verdict::kRefused;
    else if (m_documentMissing)
        m_judgement.verdict = Verdict::kUnreachable;
    else  // a rule that was not reached counts against the enclave, not for it
        m_judgement.verdict = any(RuleVerdict::kNotChecked) || m_judgement.rules.empty() ? Verdict::kRefused : allHold;
    return std::move(m_judgement);
}

}  // namespace es::attestation
