// The operations table, one test row per row of the documentation, and the inference through variables.
#include "driver/tsql/SchemeInference.h"

#include <QTest>

using namespace es::tsql;

namespace {

// A cell of the documented table: "no", "enclave", "ciphertext", "enclave 2022" (refused in 2019).
struct Documented {
    Operation operation;
    const char* randomized;
    const char* deterministic;
    const char* enclaveRandomized;
    const char* enclaveDeterministic;
};

constexpr Documented kRows[] = {
    {Operation::kInPlaceCryptography, "no", "no", "enclave", "enclave"},
    {Operation::kEquality, "no", "ciphertext", "enclave", "ciphertext"},
    {Operation::kIn, "no", "ciphertext", "enclave", "ciphertext"},
    {Operation::kRange, "no", "no", "enclave", "no"},
    {Operation::kLike, "no", "no", "enclave", "no"},
    {Operation::kLikeWithEscape, "no", "no", "no", "no"},
    {Operation::kDistinct, "no", "ciphertext", "enclave", "ciphertext"},
    {Operation::kGroupBy, "no", "ciphertext", "enclave 2022", "ciphertext"},
    {Operation::kOrderBy, "no", "no", "enclave 2022", "no"},
    {Operation::kEqualityJoin, "no", "ciphertext", "enclave", "ciphertext"},
    {Operation::kNonEqualityJoin, "no", "no", "enclave", "no"},
    {Operation::kComputation, "no", "no", "no", "no"},
    {Operation::kCountAll, "ciphertext", "ciphertext", "ciphertext", "ciphertext"},
    {Operation::kIsNull, "ciphertext", "ciphertext", "ciphertext", "ciphertext"},
    {Operation::kIndex, "no", "ciphertext", "enclave", "ciphertext"},
    {Operation::kCopy, "ciphertext", "ciphertext", "ciphertext", "ciphertext"},
};

EncryptionScheme scheme(EncryptionKind kind, int key, bool enclave)
{
    EncryptionScheme result;
    result.kind = kind;
    result.databaseId = 5;
    result.columnEncryptionKeyId = key;
    result.enclaveEnabled = enclave;
    result.keyName = "CEK" + std::to_string(key);
    result.databaseName = "ContosoHR";
    return result;
}

const EncryptionScheme kSsn = scheme(EncryptionKind::kRandomized, 1, true);
const EncryptionScheme kOther = scheme(EncryptionKind::kRandomized, 2, true);
const EncryptionScheme kPlainRandomized = scheme(EncryptionKind::kRandomized, 3, false);

}  // namespace

Q_DECLARE_METATYPE(Operation)
Q_DECLARE_METATYPE(SchemeClass)

class TestEncryptionScheme : public QObject {
    Q_OBJECT

private slots:
    void operations_data()
    {
        QTest::addColumn<Operation>("operation");
        QTest::addColumn<SchemeClass>("scheme");
        QTest::addColumn<QByteArray>("documented");
        const auto add = [](Operation operation, SchemeClass scheme, const char* column, const char* documented) {
            QTest::newRow((std::string(operationName(operation)) + ", " + column).c_str()) << operation << scheme << QByteArray(documented);
        };
        for (const Documented& row : kRows) {
            add(row.operation, SchemeClass::kRandomized, "randomized", row.randomized);
            add(row.operation, SchemeClass::kDeterministic, "deterministic", row.deterministic);
            add(row.operation, SchemeClass::kEnclaveRandomized, "enclave randomized", row.enclaveRandomized);
            add(row.operation, SchemeClass::kEnclaveDeterministic, "enclave deterministic", row.enclaveDeterministic);
        }
    }
    void operations()
    {
        QFETCH(Operation, operation);
        QFETCH(SchemeClass, scheme);
        QFETCH(QByteArray, documented);
        for (const Profile profile : {Profile::k2019, Profile::k2022}) {
            const Verdict verdict = judge(operation, scheme, profile);
            const bool allowed = documented != "no" && (documented != "enclave 2022" || profile == Profile::k2022);
            QCOMPARE(verdict.allowed(), allowed);
            QCOMPARE(verdict.errorNumber != 0, !allowed);
            if (allowed)
                QCOMPARE(verdict.place, documented == "ciphertext" ? Place::kCiphertext : Place::kEnclave);
            if (verdict.errorNumber == 33277)
                QVERIFY(!verdict.expected.empty());
        }
    }

    void everyOperationHasARow()
    {
        QCOMPARE(allOperations().size(), std::size(kRows));
    }

    void joinsOf2019AreNestedLoops()
    {
        QCOMPARE(judge(Operation::kEqualityJoin, SchemeClass::kEnclaveRandomized, Profile::k2019).joins, JoinMethods::kNestedLoops);
        QCOMPARE(judge(Operation::kEqualityJoin, SchemeClass::kEnclaveRandomized, Profile::k2022).joins, JoinMethods::kAny);
    }

    void refusalsHaveTheirNumbers()
    {
        QCOMPARE(judge(Operation::kInPlaceCryptography, SchemeClass::kRandomized, Profile::k2022).errorNumber, 33543);
        QCOMPARE(judge(Operation::kRange, SchemeClass::kDeterministic, Profile::k2022).errorNumber, 33277);
        QCOMPARE(judge(Operation::kIndex, SchemeClass::kRandomized, Profile::k2022).errorNumber, 33573);
        QCOMPARE(judge(Operation::kComputation, SchemeClass::kEnclaveRandomized, Profile::k2022).errorNumber, 206);
        QCOMPARE(QByteArray(judge(Operation::kOrderBy, SchemeClass::kEnclaveRandomized, Profile::k2019).expected.data()), QByteArray("PLAINTEXT"));
    }

    void textNeedsItsCollation_data()
    {
        QTest::addColumn<Operation>("operation");
        QTest::addColumn<bool>("bin2");
        QTest::addColumn<bool>("utf8");
        QTest::addColumn<int>("in2019");
        QTest::addColumn<int>("in2022");
        QTest::newRow("LIKE, BIN2") << Operation::kLike << true << false << 0 << 0;
        QTest::newRow("LIKE, UTF-8") << Operation::kLike << false << true << 33542 << 0;
        QTest::newRow("LIKE, CI") << Operation::kLike << false << false << 33542 << 33542;
        QTest::newRow("equality, CI") << Operation::kEquality << false << false << 33542 << 33542;
        QTest::newRow("index, CI") << Operation::kIndex << false << false << 33569 << 33569;
        QTest::newRow("in place, CI") << Operation::kInPlaceCryptography << false << false << 0 << 0;
        QTest::newRow("IS NULL, CI") << Operation::kIsNull << false << false << 0 << 0;
    }
    void textNeedsItsCollation()
    {
        QFETCH(Operation, operation);
        QFETCH(bool, bin2);
        QFETCH(bool, utf8);
        QFETCH(int, in2019);
        QFETCH(int, in2022);
        QCOMPARE(judgeText(operation, SchemeClass::kEnclaveRandomized, Profile::k2019, {bin2, utf8}).errorNumber, in2019);
        QCOMPARE(judgeText(operation, SchemeClass::kEnclaveRandomized, Profile::k2022, {bin2, utf8}).errorNumber, in2022);
    }

    void largeParameters()
    {
        QVERIFY(!becomesLargeObject(true, 3967));
        QVERIFY(becomesLargeObject(true, 3968));
        QVERIFY(!becomesLargeObject(false, 7935));
        QVERIFY(becomesLargeObject(false, 7936));
    }

    void words()
    {
        QCOMPARE(QByteArray::fromStdString(describeScheme(kSsn)),
                 QByteArray("(encryption_type = 'RANDOMIZED', encryption_algorithm_name = 'AEAD_AES_256_CBC_HMAC_SHA_256', column_encryption_key_name = 'CEK1', "
                            "column_encryption_key_database_name = 'ContosoHR')"));
        QCOMPARE(describeScheme({}), std::string("(encryption_type = 'PLAINTEXT')"));
        QCOMPARE(describeEncryptedType("int", {}, ""), std::string("int"));
        QVERIFY(describeEncryptedType("char(11)", kSsn, "Latin1_General_BIN2").ends_with("collation_name = 'Latin1_General_BIN2'"));
    }

    // DECLARE @v char(11) = @p0; SELECT .. WHERE SSN LIKE @v: @p0 must arrive encrypted.
    void variablesCarryTheScheme()
    {
        SchemeInference inference(Profile::k2022);
        const auto parameter = inference.addFree("@p0");
        const auto variable = inference.addFree("@v");
        const auto column = inference.addColumn("SSN", kSsn, TextFacts{true, false});
        QVERIFY(inference.tie(variable, parameter, 1).has_value());
        QVERIFY(inference.tie(column, variable, 2).has_value());
        inference.demand(column, Operation::kLike, 2);
        QVERIFY(inference.finish().has_value());
        QVERIFY(inference.schemeOf(parameter) == kSsn);
        QCOMPARE(inference.enclaveSchemes().size(), std::size_t{1});
    }

    void freeMeansPlaintext()
    {
        SchemeInference inference(Profile::k2022);
        const auto parameter = inference.addFree("@p");
        inference.demand(parameter, Operation::kComputation, 1);
        QVERIFY(inference.finish().has_value());
        QVERIFY(!inference.schemeOf(parameter).encrypted());
        QVERIFY(inference.enclaveSchemes().empty());
    }

    void literalVariableAgainstColumn()
    {
        SchemeInference inference(Profile::k2022);
        const auto variable = inference.addFree("@v");
        QVERIFY(inference.tie(variable, inference.addPlaintext(), 1).has_value());
        const auto result = inference.tie(inference.addColumn("SSN", kSsn), variable, 2);
        QVERIFY(!result);
        QCOMPARE(result.error().server->number, 33299);
        QCOMPARE(static_cast<int>(result.error().server->state), 6);
        QCOMPARE(result.error().server->line, 2);
        const std::string& message = result.error().server->message;
        QVERIFY2(message.starts_with("Encryption scheme mismatch for columns/variables '@v'. The encryption scheme for the columns/variables is "
                                     "(encryption_type = 'PLAINTEXT') and the expression near line '2' expects it to be (encryption_type = 'RANDOMIZED'"),
                 message.c_str());
        QVERIFY2(message.ends_with("(or weaker)."), message.c_str());
    }

    void twoKeysNeverMeet()
    {
        SchemeInference inference(Profile::k2022);
        const auto variable = inference.addFree("@v");
        QVERIFY(inference.tie(inference.addColumn("SSN", kSsn), variable, 1).has_value());
        const auto result = inference.tie(variable, inference.addColumn("Salary", kOther), 3);
        QVERIFY(!result);
        QCOMPARE(result.error().server->number, 33278);
        QCOMPARE(result.error().server->line, 3);
    }

    void demandsAreJudgedAtTheEnd()
    {
        SchemeInference inference(Profile::k2022);
        const auto variable = inference.addFree("@v");
        inference.demand(variable, Operation::kRange, 4);
        QVERIFY(inference.tie(variable, inference.addColumn("Salary", kPlainRandomized), 5).has_value());
        const auto result = inference.finish();
        QVERIFY(!result);
        QCOMPARE(result.error().server->number, 33277);
        QCOMPARE(result.error().server->line, 4);
        const std::string& message = result.error().server->message;
        QVERIFY2(message.find("'Salary'") != std::string::npos && message.find("'@v'") != std::string::npos, message.c_str());
    }

    void textWithoutBin2()
    {
        SchemeInference inference(Profile::k2022);
        inference.demand(inference.addColumn("LastName", kSsn, TextFacts{}), Operation::kLike, 7);
        const auto result = inference.finish();
        QVERIFY(!result);
        QCOMPARE(result.error().server->number, 33542);
    }
};

QTEST_APPLESS_MAIN(TestEncryptionScheme)
#include "tst_encryption_scheme.moc"
