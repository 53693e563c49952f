// One row per way to break exactly one rule; tests/lint/rules.py counts them, so each begins with the rule's id in quotes after a brace.
#pragma once

#include "tests/driver/attestation/EvidenceMaker.h"

#include <QTest>

namespace es::testing {

using Ids = std::set<std::string>;

template <class Case>
struct RuleRow {
    const char* rule;
    const char* broken;  // what is wrong
    std::function<void(Case&)> breakIt;
    Ids notChecked{};  // what is left with nothing to look at
};

template <class Case>
void addRuleRows(const std::vector<RuleRow<Case>>& rows)
{
    QTest::addColumn<int>("row");
    for (std::size_t i = 0; i < rows.size(); ++i)
        QTest::addRow("%s: %s", rows[i].rule, rows[i].broken) << static_cast<int>(i);
}

inline QString text(const Ids& ids)
{
    QStringList list;
    for (const std::string& id : ids)
        list << QString::fromStdString(id);
    return list.join(' ');
}

// Exactly this rule failed, these were not checked, all others passed; and a person is told which, what and why.
template <class Case>
void verifyRow(const RuleRow<Case>& row)
{
    using namespace attestation;
    Case made;
    row.breakIt(made);
    const Evidence evidence = evidenceOf(made);
    const Judgement judgement = judge(evidence, made.policy);
    QCOMPARE(text(idsOf(judgement, RuleVerdict::kFailed)), text({row.rule}));
    QCOMPARE(text(idsOf(judgement, RuleVerdict::kNotChecked)), text(row.notChecked));
    QVERIFY(judgement.verdict == Verdict::kRefused);
    const RuleResult* failed = judgement.firstFailure();
    QVERIFY(failed != nullptr);
    QVERIFY(!failed->expected.empty() && !failed->seen.empty() && failed->expected != failed->seen);
    QCOMPARE(mismatchText(*failed, evidence.protocol),
        "Rule \"" + std::string(findRule(evidence.protocol, row.rule)->title) + "\": expected " + failed->expected + ", seen " + failed->seen + ".");
}

template <class Case>
void verifyEveryRuleHasARow(attestation::Protocol protocol, const std::vector<RuleRow<Case>>& rows)
{
    Ids covered;
    for (const auto& row : rows)
        covered.insert(row.rule);
    Ids rules;
    for (const auto& rule : attestation::rulesOf(protocol))
        rules.insert(std::string(rule.id));
    QCOMPARE(text(covered), text(rules));
}

}  // namespace es::testing
