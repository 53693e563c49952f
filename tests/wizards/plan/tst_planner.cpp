#include "tests/wizards/plan/HrSnapshot.h"
#include "wizards/plan/Planner.h"

#include <QTest>

using namespace es;
using namespace es::wizards;
using catalog::EncryptionType;

namespace {

Choices chosen(const std::string& column, EncryptionType target, const std::string& key)
{
    return {{{"HR", "Employees", column, target, key}}, true, false};
}

constexpr auto kRandom = EncryptionType::kRandomized;
constexpr auto kDeterministic = EncryptionType::kDeterministic;
constexpr auto kPlain = EncryptionType::kPlaintext;

const QString kWith = QStringLiteral(
    "\n    ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = [%1], ENCRYPTION_TYPE = %2, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')");
const QString kAlter = QStringLiteral("ALTER TABLE [HR].[Employees]\n    ALTER COLUMN ");

} // namespace

class TstPlanner : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void statement_data()
    {
        QTest::addColumn<QString>("column");
        QTest::addColumn<int>("target");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* column, EncryptionType target, const char* key, const QString& expected) {
            QTest::newRow(name) << QString::fromLatin1(column) << static_cast<int>(target) << QString::fromLatin1(key) << expected;
        };
        row("text gets BIN2", "SSN", kRandom, "CEK",
            kAlter + "[SSN] char(11) COLLATE Latin1_General_BIN2" + kWith.arg("CEK", "RANDOMIZED") + " NOT NULL;");
        row("key named as the catalog has it", "ssn", kRandom, "cek",
            kAlter + "[SSN] char(11) COLLATE Latin1_General_BIN2" + kWith.arg("CEK", "RANDOMIZED") + " NOT NULL;");
        row("deterministic text", "Name", kDeterministic, "CEK",
            kAlter + "[Name] nvarchar(50) COLLATE Latin1_General_BIN2" + kWith.arg("CEK", "DETERMINISTIC") + " NULL;");
        row("no text", "Salary", kRandom, "CEK", kAlter + "[Salary] money" + kWith.arg("CEK", "RANDOMIZED") + " NOT NULL;");
        row("BIN2 stays", "Code", kDeterministic, "CEK",
            kAlter + "[Code] varchar(10) COLLATE Latin1_General_BIN2" + kWith.arg("CEK", "DETERMINISTIC") + " NULL;");
        row("UTF8 stays when randomized", "Mail", kRandom, "CEK",
            kAlter + "[Mail] varchar(99) COLLATE Latin1_General_100_CI_AS_SC_UTF8" + kWith.arg("CEK", "RANDOMIZED") + " NULL;");
        row("UTF8 deterministic", "Mail", kDeterministic, "CEK",
            kAlter + "[Mail] varchar(99) COLLATE Latin1_General_100_BIN2_UTF8" + kWith.arg("CEK", "DETERMINISTIC") + " NULL;");
        row("decrypt", "Done", kPlain, "", kAlter + "[Done] decimal(18,2) NULL;");
        row("other key", "Done", kRandom, "CEK2", kAlter + "[Done] decimal(18,2)" + kWith.arg("CEK2", "RANDOMIZED") + " NULL;");
        row("other type", "Done", kDeterministic, "CEK", kAlter + "[Done] decimal(18,2)" + kWith.arg("CEK", "DETERMINISTIC") + " NULL;");
        row("quoted name", "Odd]Name", kRandom, "CEK", kAlter + "[Odd]]Name] int" + kWith.arg("CEK", "RANDOMIZED") + " NULL;");
    }
    void statement()
    {
        QFETCH(QString, column);
        QFETCH(int, target);
        QFETCH(QString, key);
        QFETCH(QString, expected);
        const auto plan
            = makePlan(test::hrSnapshot(), chosen(column.toStdString(), static_cast<EncryptionType>(target), key.toStdString()));
        QVERIFY2(plan, plan ? "" : plan.error().text.c_str());
        QCOMPARE(plan->steps.size(), 1u);
        QCOMPARE(QString::fromStdString(plan->steps[0].statement), expected);
        QCOMPARE(plan->database, std::string("ContosoHR"));
        QVERIFY(plan->steps[0].before != plan->steps[0].after);
    }

    void refused_data()
    {
        QTest::addColumn<QString>("column");
        QTest::addColumn<int>("target");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("code");
        const auto row = [](const char* name, const char* column, EncryptionType target, const char* key, base::ErrorCode code) {
            QTest::newRow(name) << QString::fromLatin1(column) << static_cast<int>(target) << QString::fromLatin1(key)
                                << QString::fromLatin1(code.name.data(), static_cast<qsizetype>(code.name.size()));
        };
        row("no such column", "Nothing", kRandom, "CEK", kNoSuchColumn);
        row("no such key", "SSN", kRandom, "CEK9", kNoSuchKey);
        row("key without enclave", "SSN", kRandom, "CEK_Plain", kKeyNotEnclaveEnabled);
        row("current key without enclave", "Old", kPlain, "", kKeyNotEnclaveEnabled);
        row("identity", "EmployeeID", kRandom, "CEK", kCannotBeEncrypted);
        row("xml", "Doc", kRandom, "CEK", kCannotBeEncrypted);
        row("user-defined type", "Phone", kRandom, "CEK", kCannotBeEncrypted);
        row("computed", "Total", kRandom, "CEK", kCannotBeEncrypted);
        row("default", "Rating", kRandom, "CEK", kCannotBeEncrypted);
        row("rowguidcol", "Guid", kRandom, "CEK", kCannotBeEncrypted);
        row("plaintext already", "SSN", kPlain, "", kAlreadyThus);
        row("encrypted so already", "Done", kRandom, "CEK", kAlreadyThus);
    }
    void refused()
    {
        QFETCH(QString, column);
        QFETCH(int, target);
        QFETCH(QString, key);
        QFETCH(QString, code);
        const auto plan
            = makePlan(test::hrSnapshot(), chosen(column.toStdString(), static_cast<EncryptionType>(target), key.toStdString()));
        QVERIFY(!plan);
        QCOMPARE(QString::fromStdString(std::string(plan.error().code.name)), code);
        QVERIFY(!plan.error().text.empty());
        QVERIFY(!plan.error().setting.empty());
        QVERIFY(!plan.error().remedy.empty());
    }

    void collationKept()
    {
        Choices choices = chosen("SSN", kRandom, "CEK");
        choices.changeCollation = false;
        const auto plan = makePlan(test::hrSnapshot(), choices);
        QVERIFY(plan);
        QVERIFY(QString::fromStdString(plan->steps[0].statement).contains(QLatin1String("COLLATE SQL_Latin1_General_CP1_CI_AS")));
        QVERIFY(QString::fromStdString(plan->steps[0].notes.at(0)).contains(QLatin1String("33542")));
        choices.columns[0].target = kDeterministic;
        const auto refusedPlan = makePlan(test::hrSnapshot(), choices);
        QVERIFY(!refusedPlan);
        QCOMPARE(refusedPlan.error().code, kCollationNeeded);
    }

    void severalColumns()
    {
        Choices choices = chosen("SSN", kRandom, "CEK");
        choices.columns.push_back({"hr", "employees", "Salary", kRandom, "CEK"});
        choices.online = true;
        const auto plan = makePlan(test::hrSnapshot(), choices);
        QVERIFY(plan);
        QCOMPARE(plan->steps.size(), 2u);
        QVERIFY(QString::fromStdString(plan->steps[1].statement).endsWith(QLatin1String(" NOT NULL\n    WITH (ONLINE = ON);")));
        QCOMPARE(plan->steps[1].schema, std::string("HR"));
        choices.columns.push_back({"HR", "Employees", "ssn", kRandom, "CEK"});
        const auto twice = makePlan(test::hrSnapshot(), choices);
        QVERIFY(!twice);
        QCOMPARE(twice.error().code, kColumnTwice);
        const auto none = makePlan(test::hrSnapshot(), {});
        QVERIFY(!none);
        QCOMPARE(none.error().code, kNothingChosen);
        const auto noTable = makePlan(test::hrSnapshot(), {{{"dbo", "Employees", "SSN", kRandom, "CEK"}}, true, false});
        QVERIFY(!noTable);
        QCOMPARE(noTable.error().code, kNoSuchTable);
    }

    void columnNames_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("parts");
        QTest::newRow("three") << "HR.Employees.SSN" << QStringList{"HR", "Employees", "SSN"};
        QTest::newRow("two") << "Employees.SSN" << QStringList{"dbo", "Employees", "SSN"};
        QTest::newRow("brackets") << "[my schema].[a.b].[c]]d]" << QStringList{"my schema", "a.b", "c]d"};
        QTest::newRow("one") << "SSN" << QStringList{};
        QTest::newRow("four") << "db.HR.Employees.SSN" << QStringList{};
        QTest::newRow("empty part") << "HR..SSN" << QStringList{};
        QTest::newRow("open bracket") << "HR.[T.c" << QStringList{};
        QTest::newRow("text behind a bracket") << "[HR]x.T.c" << QStringList{};
        QTest::newRow("empty") << "" << QStringList{};
    }
    void columnNames()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, parts);
        const auto name = parseColumnName(text.toStdString());
        QCOMPARE(name.has_value(), !parts.isEmpty());
        if (name)
            QCOMPARE((QStringList{
                         QString::fromStdString(name->schema), QString::fromStdString(name->table), QString::fromStdString(name->column)}),
                parts);
        else
            QCOMPARE(name.error().code, kBadColumnName);
    }

    void planAsText()
    {
        Choices choices = chosen("SSN", kRandom, "CEK");
        choices.columns.push_back({"HR", "Employees", "Done", kPlain, ""});
        const auto plan = makePlan(test::hrSnapshot(), choices);
        QVERIFY(plan);
        const std::string text = planToJson(*plan);
        QCOMPARE(planToJson(*makePlan(test::hrSnapshot(), choices)), text); // the same plan, the same bytes
        const auto again = planFromJson(text);
        QVERIFY2(again, again ? "" : again.error().text.c_str());
        QVERIFY(*again == *plan);
        const QString script = QString::fromStdString(planToScript(*plan));
        QVERIFY(script.contains(QString::fromStdString(plan->steps[1].statement) + QLatin1String("\nGO\n")));
    }

    void unreadablePlans_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("no JSON") << QByteArray("hello");
        QTest::newRow("no plan") << QByteArray("{}");
        QTest::newRow("newer") << QByteArray(R"({"format":2,"database":"x","steps":[]})");
        QTest::newRow("steps no list") << QByteArray(R"({"format":1,"database":"x","steps":3})");
        QTest::newRow("step empty") << QByteArray(R"({"format":1,"database":"x","steps":[{}]})");
        QTest::newRow("kind unknown") << QByteArray(R"({"format":1,"database":"x","steps":[{"kind":"burn"}]})");
    }
    void unreadablePlans()
    {
        QFETCH(QByteArray, text);
        const auto plan = planFromJson(text.toStdString());
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, kPlanUnreadable);
    }
};

QTEST_APPLESS_MAIN(TstPlanner)
#include "tst_planner.moc"
