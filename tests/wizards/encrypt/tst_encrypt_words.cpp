// What the summary says beside a step is what the planner noted, only translatable.
#include "tests/wizards/plan/HrSnapshot.h"
#include "wizards/encrypt/EncryptWords.h"
#include "wizards/plan/Planner.h"

#include <QTest>

using namespace es;
using namespace es::wizards;
using catalog::EncryptionType;

class TstEncryptWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void notesAreThePlanners_data()
    {
        QTest::addColumn<QString>("column");
        QTest::addColumn<int>("target");
        QTest::addColumn<bool>("changeCollation");
        QTest::addColumn<int>("count");
        const auto row = [](const char* name, const char* column, EncryptionType target, bool change, int count) {
            QTest::newRow(name) << QString::fromLatin1(column) << static_cast<int>(target) << change << count;
        };
        row("collation changes", "SSN", EncryptionType::kRandomized, true, 1);
        row("collation stays", "SSN", EncryptionType::kRandomized, false, 1);
        row("deterministic, collation changes", "Name", EncryptionType::kDeterministic, true, 2);
        row("UTF8 stays", "Mail", EncryptionType::kRandomized, true, 0);
        row("no text", "Salary", EncryptionType::kRandomized, true, 0);
        row("decrypt", "Done", EncryptionType::kPlaintext, true, 0);
        row("BIN2, deterministic", "Code", EncryptionType::kDeterministic, true, 1);
    }
    void notesAreThePlanners()
    {
        QFETCH(QString, column);
        QFETCH(int, target);
        QFETCH(bool, changeCollation);
        QFETCH(int, count);
        const auto type = static_cast<EncryptionType>(target);
        const std::string key = type == EncryptionType::kPlaintext ? "" : "CEK";
        const auto plan = makePlan(test::hrSnapshot(), {{{"HR", "Employees", column.toStdString(), type, key}}, changeCollation, false});
        QVERIFY2(plan, plan ? "" : plan.error().text.c_str());
        QStringList planned;
        for (const std::string& note : plan->steps.at(0).notes)
            planned.append(QString::fromStdString(note));
        QCOMPARE(planned.size(), count);
        QCOMPARE(notesOf(plan->steps.at(0)), planned);
        QCOMPARE(ifStoppedWords(), QString::fromStdString(plan->steps.at(0).ifStopped));
    }
};

QTEST_GUILESS_MAIN(TstEncryptWords)
#include "tst_encrypt_words.moc"
