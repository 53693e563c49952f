// One judgement while it is being made: every rule of a protocol with what it wants; what is never answered stays "not checked".
// Private to this room. Thread: one.
#pragma once

#include "driver/attestation/Judgement.h"

namespace es::attestation {

class RuleSheet {
public:
    explicit RuleSheet(Protocol protocol);

    // Precondition of all: the rule is one of the protocol's.
    void expect(std::string_view id, std::string expected);
    // A rule that failed stays failed.
    bool check(std::string_view id, bool holds, std::string seen);
    bool fail(std::string_view id, std::string seen) { return check(id, false, std::move(seen)); }
    [[nodiscard]] bool passed(std::string_view id) const;
    [[nodiscard]] bool failed(std::string_view id) const;

    void claim(std::string name, std::string value) { m_judgement.claims.push_back({std::move(name), std::move(value)}); }
    void documentMissing() { m_documentMissing = true; }
    [[nodiscard]] Judgement& judgement() { return m_judgement; }

    // The verdict: refused if a rule failed, or one was not checked though every document was there; `allHold` if all passed.
    [[nodiscard]] Judgement finish(Verdict allHold) &&;

private:
    [[nodiscard]] RuleResult& at(std::string_view id);
    [[nodiscard]] const RuleResult& at(std::string_view id) const;

    Judgement m_judgement;
    bool m_documentMissing = false;
};

}  // namespace es::attestation
