// Each exclusion that the catalog snapshot shows, by table; what it does not show is not claimed.
#include "tests/wizards/plan/HrSnapshot.h"
#include "wizards/plan/Assessment.h"
#include "wizards/plan/Planner.h"

#include <QTest>

using namespace es;
using namespace es::wizards;
using catalog::EncryptionType;

class TstAssessment : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void findings_data()
    {
        QTest::addColumn<QString>("column");
        QTest::addColumn<int>("target");
        QTest::addColumn<QString>("key");
        QTest::addColumn<bool>("changeCollation");
        QTest::addColumn<int>("verdict");
        QTest::addColumn<int>("reason");
        QTest::addColumn<int>("number");
        const auto row = [](const char* name, const char* column, EncryptionType target, const char* key, bool change, Verdict verdict,
                             Reason reason, int number = 0) {
            QTest::newRow(name) << QString::fromLatin1(column) << int(target) << QString::fromLatin1(key) << change << int(verdict)
                                << int(reason) << number;
        };
        using enum EncryptionType;
        row("number", "Salary", kRandomized, "CEK", true, Verdict::kPasses, Reason::kNoObstacle);
        row("number, deterministic", "Salary", kDeterministic, "CEK", true, Verdict::kPasses, Reason::kNoObstacle);
        row("text, changed", "SSN", kRandomized, "CEK", true, Verdict::kPlanFixes, Reason::kNotBin2, 33542);
        row("text, kept", "SSN", kRandomized, "CEK", false, Verdict::kYourDecision, Reason::kNotBin2, 33542);
        row("text, deterministic, changed", "SSN", kDeterministic, "CEK", true, Verdict::kPlanFixes, Reason::kNotBin2, 33289);
        row("text, deterministic, kept", "SSN", kDeterministic, "CEK", false, Verdict::kNotPossible, Reason::kNotBin2, 33289);
        row("BIN2", "Code", kRandomized, "CEK", false, Verdict::kPasses, Reason::kNoObstacle);
        row("UTF-8", "Mail", kRandomized, "CEK", false, Verdict::kPasses, Reason::kNoObstacle);
        row("UTF-8, deterministic", "Mail", kDeterministic, "CEK", false, Verdict::kNotPossible, Reason::kNotBin2, 33289);
        row("xml", "Doc", kRandomized, "CEK", true, Verdict::kNotPossible, Reason::kObstacle, 33280);
        row("user-defined", "Phone", kRandomized, "CEK", true, Verdict::kNotPossible, Reason::kObstacle, 33286);
        row("identity", "EmployeeID", kRandomized, "CEK", true, Verdict::kNotPossible, Reason::kObstacle);
        row("computed", "Total", kRandomized, "CEK", true, Verdict::kNotPossible, Reason::kObstacle);
        row("rowguid", "Guid", kRandomized, "CEK", true, Verdict::kNotPossible, Reason::kObstacle);
        row("default", "Rating", kRandomized, "CEK", true, Verdict::kNotPossible, Reason::kObstacle, 33285);
        row("no key", "Salary", kRandomized, "", true, Verdict::kNotPossible, Reason::kNoSuchKey);
        row("key gone", "Salary", kRandomized, "Gone", true, Verdict::kNotPossible, Reason::kNoSuchKey);
        row("plain key", "Salary", kRandomized, "CEK_Plain", true, Verdict::kNotPossible, Reason::kKeyNotEnclaveEnabled, 33543);
        row("same", "Done", kRandomized, "CEK", true, Verdict::kNotPossible, Reason::kAlreadyThus);
        row("other key", "Done", kRandomized, "CEK2", true, Verdict::kPasses, Reason::kNoObstacle);
        row("other type", "Done", kDeterministic, "CEK", true, Verdict::kPasses, Reason::kNoObstacle);
        row("decrypt", "Done", kPlaintext, "", true, Verdict::kPasses, Reason::kNoObstacle);
        row("decrypt plain", "Salary", kPlaintext, "", true, Verdict::kNotPossible, Reason::kAlreadyThus);
        row("decrypt outside", "Old", kPlaintext, "", true, Verdict::kNotPossible, Reason::kCurrentKeyNotEnclaveEnabled, 33543);
        row("re-encrypt outside", "Old", kRandomized, "CEK", true, Verdict::kNotPossible, Reason::kCurrentKeyNotEnclaveEnabled, 33543);
        row("gone", "Nothing", kRandomized, "CEK", true, Verdict::kNotPossible, Reason::kNoSuchColumn);
    }
    void findings()
    {
        QFETCH(QString, column);
        QFETCH(int, target);
        QFETCH(QString, key);
        QFETCH(bool, changeCollation);
        QFETCH(int, verdict);
        QFETCH(int, reason);
        QFETCH(int, number);
        const auto snapshot = test::hrSnapshot();
        const Choices choices{
            {{"HR", "Employees", column.toStdString(), static_cast<EncryptionType>(target), key.toStdString()}}, changeCollation, false};
        const auto found = assess(snapshot, choices);
        QCOMPARE(found.size(), std::size_t{1});
        QCOMPARE(int(found[0].verdict), verdict);
        QCOMPARE(int(found[0].reason), reason);
        QCOMPARE(found[0].serverNumber, number);
        // Assessment and planner never disagree: what is possible gets a plan, what is not gets none.
        QCOMPARE(bool(makePlan(snapshot, choices)), found[0].verdict != Verdict::kNotPossible);
    }

    void collationIsNamed()
    {
        const auto found = assess(test::hrSnapshot(), {{{"HR", "Employees", "SSN", EncryptionType::kRandomized, "CEK"}}, true, false});
        QCOMPARE(found[0].subject, std::string("SQL_Latin1_General_CP1_CI_AS"));
        QCOMPARE(found[0].newCollation, std::string("Latin1_General_BIN2"));
    }

    void unknownCollation()
    {
        auto snapshot = test::hrSnapshot();
        snapshot.tables[0].columns[1].collation = "Klingon";
        const auto found = assess(snapshot, {{{"HR", "Employees", "SSN", EncryptionType::kRandomized, "CEK"}}, true, false});
        QCOMPARE(found[0].reason, Reason::kNotBin2NoTwin);
        QCOMPARE(found[0].verdict, Verdict::kYourDecision);
    }

    void impossibleOnesAreLeftOut()
    {
        const Choices choices{{{"HR", "Employees", "EmployeeID", EncryptionType::kRandomized, "CEK"},
                                  {"HR", "Employees", "Salary", EncryptionType::kRandomized, "CEK"}},
            false, true};
        const Choices possible = possibleOf(choices, assess(test::hrSnapshot(), choices));
        QCOMPARE(possible.columns.size(), std::size_t{1});
        QCOMPARE(possible.columns[0].column, std::string("Salary"));
        QVERIFY(possible.online && !possible.changeCollation);
    }
};

QTEST_APPLESS_MAIN(TstAssessment)
#include "tst_assessment.moc"
