#include "tests/wizards/plan/HrSnapshot.h"
#include "wizards/plan/Planner.h"
#include "wizards/runner/PlanRun.h"

#include <QTest>

using namespace es;
using namespace es::wizards;
using catalog::EncryptionType;

namespace {

Plan twoSteps()
{
    const Choices choices{
        {{"HR", "Employees", "SSN", EncryptionType::kRandomized, "CEK"}, {"HR", "Employees", "Salary", EncryptionType::kRandomized, "CEK"}},
        true, false};
    return makePlan(test::hrSnapshot(), choices).value();
}

} // namespace

class TstPlanRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void states()
    {
        auto snapshot = test::hrSnapshot();
        const Plan plan = twoSteps();
        auto states = stepStates(snapshot, plan);
        QVERIFY(states);
        QCOMPARE(*states, (std::vector{StepState::kToDo, StepState::kToDo}));

        // Interrupted after the first step.
        catalog::Column& ssn = snapshot.tables[0].columns[1];
        ssn.collation = "Latin1_General_BIN2";
        ssn.encryption = EncryptionType::kRandomized;
        ssn.encryptionKeyId = 11;
        states = stepStates(snapshot, plan);
        QVERIFY(states);
        QCOMPARE(*states, (std::vector{StepState::kDone, StepState::kToDo}));
    }

    void overtaken()
    {
        auto snapshot = test::hrSnapshot();
        snapshot.tables[0].columns[3].nullable = true;
        const auto states = stepStates(snapshot, twoSteps());
        QVERIFY(!states);
        QCOMPARE(states.error().code, kPlanOutOfDate);
        const QString text = QString::fromStdString(states.error().text);
        QVERIFY2(text.contains(QLatin1String("HR.Employees.Salary")) && text.contains(QLatin1String("money NOT NULL"))
                && text.contains(QLatin1String("money NULL")),
            qPrintable(text));
    }

    void columnGone()
    {
        auto snapshot = test::hrSnapshot();
        snapshot.tables.clear();
        const auto states = stepStates(snapshot, twoSteps());
        QVERIFY(!states);
        QCOMPARE(states.error().code, kPlanOutOfDate);
    }

    void otherDatabase()
    {
        auto snapshot = test::hrSnapshot();
        snapshot.database = "Other";
        const auto states = stepStates(snapshot, twoSteps());
        QVERIFY(!states);
        QCOMPARE(states.error().code, kOtherDatabase);
    }
};

QTEST_APPLESS_MAIN(TstPlanRun)
#include "tst_plan_run.moc"
