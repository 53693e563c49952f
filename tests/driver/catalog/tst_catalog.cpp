#include "driver/catalog/CatalogQueries.h"
#include "driver/catalog/KeyDdl.h"
#include "tests/driver/catalog/CatalogAnswers.h"

#include <QTest>

using namespace es;
using namespace es::catalog;
using test::answer;

namespace {

std::vector<CatalogRows> answers()
{
    const auto n = test::sysname();
    const auto i = test::integer();
    const auto b = test::binary();
    const std::monostate null;
    return {
        answer({{"name", n}, {"collation_name", n}}, {{"ContosoHR", "SQL_Latin1_General_CP1_CI_AS"}}),
        answer({{"object_id", i}, {"schema_name", n}, {"name", n}}, {{20, "HR", "Employees"}, {10, "HR", "Zweite Tabelle"}}),
        answer(
            {{"object_id", i}, {"column_id", i}, {"name", n}, {"type_name", n}, {"is_user_defined", i}, {"max_length", i}, {"precision", i},
                {"scale", i}, {"collation_name", n}, {"is_nullable", i}, {"is_identity", i}, {"is_computed", i}, {"is_rowguidcol", i},
                {"default_object_id", i}, {"encryption_type", i}, {"encryption_algorithm_name", n}, {"column_encryption_key_id", i}},
            {
                {10, 1, "x", "nvarchar", 0, -1, 0, 0, "Latin1_General_BIN2", 1, 0, 0, 0, 0, null, null, null},
                {20, 2, "SSN", "char", 0, 11, 0, 0, "Latin1_General_BIN2", 0, 0, 0, 0, 0, 2, "AEAD_AES_256_CBC_HMAC_SHA_256", 3},
                {20, 1, "EmployeeID", "int", 0, 4, 10, 0, null, 0, 1, 0, 0, 0, null, null, null},
                {20, 3, "Name", "nvarchar", 0, 100, 0, 0, "SQL_Latin1_General_CP1_CI_AS", 1, 0, 0, 0, 77, null, null, null},
                {20, 4, "Share", "decimal", 0, 9, 18, 2, null, 1, 0, 1, 0, 0, null, null, null},
                {20, 5, "At", "datetime2", 0, 8, 27, 3, null, 1, 0, 0, 1, 0, null, null, null},
                {99, 1, "made later", "int", 0, 4, 10, 0, null, 0, 0, 0, 0, 0, null, null, null},
            }),
        answer({{"column_master_key_id", i}, {"name", n}, {"key_store_provider_name", n}, {"key_path", n},
                   {"allow_enclave_computations", i}, {"signature", b}, {"create_date", n}},
            {{1, "CMK1", "ES_KEY_FILE", "hr", 1, base::Bytes{1, 2, 3}, "2026"},
                {2, "CMK2", "AZURE_KEY_VAULT", "https://x", 0, null, "2026"}}),
        answer({{"column_encryption_key_id", i}, {"name", n}, {"create_date", n}},
            {{3, "CEK1", "2026"}, {4, "CEK2", "2026"}, {5, "CEK3", "2026"}}),
        answer({{"column_encryption_key_id", i}, {"column_master_key_id", i}, {"encrypted_value", b}, {"encryption_algorithm_name", n}},
            {{3, 1, base::Bytes{7, 7}, "RSA_OAEP"}, {4, 2, base::Bytes{8}, "RSA_OAEP"}, {5, 2, base::Bytes{8}, "RSA_OAEP"},
                {5, 1, base::Bytes{9}, "RSA_OAEP"}}),
    };
}

} // namespace

class TstCatalog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void snapshot()
    {
        const auto built = buildSnapshot(answers());
        QVERIFY(built);
        QCOMPARE(built->database, std::string("ContosoHR"));
        QCOMPARE(built->tables.size(), 2u);
        const Table* table = built->findTable("hr", "EMPLOYEES");
        QVERIFY(table);
        QCOMPARE(table->columns.size(), 5u);
        QCOMPARE(table->columns[0].name, std::string("EmployeeID")); // by column id, not as they came
        QVERIFY(table->columns[0].identity);
        const Column* ssn = table->findColumn("ssn");
        QVERIFY(ssn);
        QCOMPARE(ssn->encryption, EncryptionType::kRandomized);
        QCOMPARE(ssn->encryptionKeyId, 3);
        QVERIFY(!ssn->nullable);
        QVERIFY(table->findColumn("Name")->hasDefault);
        QVERIFY(table->findColumn("Share")->computed);
        QVERIFY(table->findColumn("At")->rowGuid);
        QVERIFY(!table->findColumn("nothing"));
        QCOMPARE(built->findMasterKey("cmk1")->signature, (base::Bytes{1, 2, 3}));
        QCOMPARE(built->findEncryptionKey("CEK3")->values.size(), 2u);
    }

    void typeText_data()
    {
        QTest::addColumn<QString>("column");
        QTest::addColumn<QString>("expected");
        QTest::newRow("char") << "SSN"
                              << "char(11)";
        QTest::newRow("nvarchar counts characters") << "Name"
                                                    << "nvarchar(50)";
        QTest::newRow("decimal") << "Share"
                                 << "decimal(18,2)";
        QTest::newRow("scale") << "At"
                               << "datetime2(3)";
        QTest::newRow("none") << "EmployeeID"
                              << "int";
    }
    void typeText()
    {
        QFETCH(QString, column);
        QFETCH(QString, expected);
        const auto built = buildSnapshot(answers());
        QVERIFY(built);
        QCOMPARE(QString::fromStdString(built->findTable("HR", "Employees")->findColumn(column.toStdString())->typeText), expected);
        QCOMPARE(built->findTable("HR", "Zweite Tabelle")->columns[0].typeText, std::string("nvarchar(max)"));
    }

    void enclaveEnabled()
    {
        const auto built = buildSnapshot(answers());
        QVERIFY(built);
        QVERIFY(built->isEnclaveEnabled(*built->findEncryptionKey("CEK1")));
        QVERIFY(!built->isEnclaveEnabled(*built->findEncryptionKey("CEK2")));
        QVERIFY(built->isEnclaveEnabled(*built->findEncryptionKey("CEK3"))); // one enclave-enabled value is enough
    }

    void unexpectedAnswers()
    {
        auto missing = answers();
        missing[1] = answer({{"object_id", test::integer()}, {"name", test::sysname()}}, {{1, "t"}});
        const auto built = buildSnapshot(missing);
        QVERIFY(!built);
        QCOMPARE(built.error().code, kUnexpectedResult);
        QVERIFY(QString::fromStdString(built.error().text).contains(QLatin1String("schema_name")));
        QVERIFY(!built.error().remedy.empty());

        auto kind = answers();
        kind[4] = answer({{"column_encryption_key_id", test::sysname()}, {"name", test::sysname()}, {"create_date", test::sysname()}},
            {{"x", "y", "z"}});
        QVERIFY(!buildSnapshot(kind));
        auto fewer = answers();
        fewer.pop_back();
        QVERIFY(!buildSnapshot(fewer));
    }

    void keyStatements()
    {
        QCOMPARE(QString::fromStdString(createMasterKeyText("CMK]1", "ES_KEY_FILE", "o'hara", base::Bytes{0xAB, 0x01})),
            QStringLiteral(
                "CREATE COLUMN MASTER KEY [CMK]]1]\n    WITH (KEY_STORE_PROVIDER_NAME = N'ES_KEY_FILE',\n          KEY_PATH = N'o''hara',\n"
                "          ENCLAVE_COMPUTATIONS (SIGNATURE = 0xab01));"));
        QVERIFY(!QString::fromStdString(createMasterKeyText("C", "P", "k", {})).contains(QLatin1String("ENCLAVE")));
        QCOMPARE(QString::fromStdString(createEncryptionKeyText("CEK", "CMK", base::Bytes{0x01})),
            QStringLiteral("CREATE COLUMN ENCRYPTION KEY [CEK]\n    WITH VALUES (COLUMN_MASTER_KEY = [CMK],\n                 ALGORITHM = "
                           "'RSA_OAEP',\n"
                           "                 ENCRYPTED_VALUE = 0x01);"));
        QCOMPARE(dropMasterKeyText("a b"), std::string("DROP COLUMN MASTER KEY [a b];"));
        QCOMPARE(dropEncryptionKeyText("k"), std::string("DROP COLUMN ENCRYPTION KEY [k];"));
    }
};

QTEST_APPLESS_MAIN(TstCatalog)
#include "tst_catalog.moc"
