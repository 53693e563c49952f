// An attestation in a person's words: verdict, rules, times; for trust bar, inspector and printed page. Thread: any (pure).
#pragma once

#include "driver/attestation/AttestationRecord.h"

#include <QString>

namespace es::ui {

// Of the verdict, and whatever the report adds to it. A sandbox's root is named wherever "verified" is said.
struct VerdictWords {
    QString title;     // "Enclave verified, sandbox root"
    QString sentence;  // "by Host Guardian Service at 14:31:07, policy Strict default"
    QString why;       // refused: why the rule exists; unreachable: nothing
    QString remedy;    // what to do next; empty: nothing
};
[[nodiscard]] VerdictWords verdictWords(const attestation::AttestationReport& report);

[[nodiscard]] QString protocolTitle(attestation::Protocol protocol);  // "Host Guardian Service"
[[nodiscard]] QString protocolShort(attestation::Protocol protocol);  // "HGS"

// Translated; the id itself, or nothing, for a rule that this version does not know (an old record).
[[nodiscard]] QString ruleTitle(attestation::Protocol protocol, const std::string& id);
[[nodiscard]] QString ruleWhy(attestation::Protocol protocol, const std::string& id);
[[nodiscard]] QString ruleRemedy(attestation::Protocol protocol, const std::string& id);
[[nodiscard]] QString ruleVerdictWord(attestation::RuleVerdict verdict);  // "holds", "failed", "not checked"
// "Rule “Debug mode”: expected off, seen on."; empty: none failed.
[[nodiscard]] QString failedRuleSentence(const attestation::AttestationReport& report);

using TimePoint = std::chrono::system_clock::time_point;
// Local time: "14:31:07", with the date on any other day than today. Empty for no time.
[[nodiscard]] QString clockWords(TimePoint time);
// "just now", "3 min ago", and a clock time when it is older than an hour.
[[nodiscard]] QString ageWords(TimePoint then, TimePoint now);
// Long hex digits to be read aloud: "0437 CAE2…"; anything else as it is.
[[nodiscard]] QString shortHex(const QString& value);
// The host of a service's URL; the URL itself when it is none.
[[nodiscard]] QString serviceHost(const std::string& url);

// Everything a support desk needs and nothing secret: names, verdicts, digests, times.
[[nodiscard]] QString supportText(const attestation::AttestationReport& report);

} // namespace es::ui
