// Always Encrypted results and parameters over whole sessions: bytes from tests/vectors/computed-ae-wire.json, keys from its secrets.
//                                                                              always-encrypted-wire.md 2, 3; MS-TDS 2.2.7.4
#include "tests/driver/session/EnclaveScript.h"
#include "tests/support/VectorFiles.h"

#include "driver/crypto/CekBlob.h"
#include "driver/session/Errors.h"
#include "driver/types/TypeNames.h"

using namespace es;
using namespace es::test;
using es::testing::bytesOf;

namespace {

constexpr std::uint8_t kBatch = 0x01, kRpc = 0x03;

// The master key of the vectors, as the certificate store that their metadata name.
class VectorKeyStore final : public keystore::KeyStoreProvider {
public:
    [[nodiscard]] std::string_view name() const override { return "MSSQL_CERTIFICATE_STORE"; }
    base::Result<base::SecureBytes> decryptCek(std::string_view path, std::string_view algorithm, ByteView blob) override
    {
        ES_CHECK(crypto::checkCekAlgorithm(algorithm, path));
        const QByteArray pem = es::testing::vectorFileBytes("keys/test-cmk-rsa2048.pem");
        ES_TRY(const auto key, crypto::RsaPrivateKey::fromPem(base::viewOf(pem.toStdString())));
        return crypto::decryptCek(blob, key, path);
    }
    base::Result<Bytes> encryptCek(std::string_view, std::string_view, const base::SecureBytes&) override { return Bytes(); }
    base::Result<Bytes> signCmkMetadata(std::string_view, bool) override { return Bytes(); }
    base::Result<bool> verifyCmkMetadata(std::string_view, bool, ByteView) override { return false; }
};

// Hex of the vector with this id; empty when it is not there.
Bytes vectorBytes(const char* id)
{
    for (const QJsonValue& vector : es::testing::vectorFile("computed-ae-wire.json")["vectors"].toArray())
        if (vector["id"].toString() == QLatin1String(id)) return bytesOf(vector["hex"]);
    return {};
}

bool keyIsThere()
{
    return !es::testing::vectorFileBytes("keys/test-cmk-rsa2048.pem").isEmpty();
}

Bytes asMessage(const Bytes& tokens, std::size_t packetBytes = 4096)
{
    return ServerBytes().raw(tokens).message(packetBytes);
}

QByteArray hexCell(const session::CollectedResultSet& set, std::size_t row, std::size_t column)
{
    return set.isNull(row, column) ? QByteArray("NULL") : QByteArray::fromStdString(base::toHex(set.cell(row, column)));
}

void addKeyStore(Connection& connection)
{
    connection.keyStores.add(std::make_unique<VectorKeyStore>());
}

#define ES_SKIP_WITHOUT(bytes)                                                                                                             \
    if ((bytes).empty() || !keyIsThere()) {                                                                                                \
        qInfo("no row of this kind in %s", qPrintable(es::testing::vectorFolder()));                                                       \
        return;                                                                                                                            \
    }

} // namespace

class VectorSessionTest : public QObject {
    Q_OBJECT

private slots:
    void resultIsDecrypted_data();
    void resultIsDecrypted();
    void ciphertextWhenAskedFor();
    void tamperedCellEndsInAnErrorAfterTheRest();
    void unknownKeyStoreNamesTheColumn();
    void customAlgorithmIsRefused();
    void describeCallIsThatOfOtherClients();
    void parametersAreEncrypted();
    void plaintextOnlyAndForced();
};

void VectorSessionTest::resultIsDecrypted_data()
{
    QTest::addColumn<bool>("slowly");
    QTest::addColumn<int>("packetBytes");
    QTest::newRow("one packet") << false << 4096;
    QTest::newRow("packets of 512") << false << 512;
    QTest::newRow("one byte at a time") << true << 512;
}

void VectorSessionTest::resultIsDecrypted()
{
    QFETCH(bool, slowly);
    QFETCH(int, packetBytes);
    const Bytes tokens = vectorBytes("ae-result-set");
    ES_SKIP_WITHOUT(tokens);
    Connection connection;
    addKeyStore(connection);
    Script script = loginScript(1);
    script.expect(kBatch).give(asMessage(tokens, static_cast<std::size_t>(packetBytes)));
    connection.open(script, encryptedSettings(), {.loseAtStep = {}, .oneByteAtATime = slowly, .onStep = {}});
    session::KeyUse use;
    use.database = "ContosoHR";
    for (std::uint32_t id = 1; id < 1000; ++id)
        use.keys.push_back({"CEK_" + std::to_string(id), id});
    connection.session->setKeyUse(std::make_shared<const session::KeyUse>(std::move(use)));
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("SELECT * FROM t"), sink, {});
    QVERIFY2(outcome, outcome ? "" : outcome.error().describe().c_str());
    QCOMPARE(sink.resultSets.size(), std::size_t{1});
    const session::CollectedResultSet& set = sink.resultSets[0];
    QCOMPARE(set.rowCount(), std::size_t{2});
    QCOMPARE((*set.columns)[1].keyName, std::string("CEK_1"));
    QVERIFY((*set.columns)[0].keyName.empty());
    const QByteArray ssn = QByteArray("795-73-9838").toHex();
    const auto days = QDate(1, 1, 1).daysTo(QDate(1996, 9, 10));
    const QByteArray birth = QByteArray::fromStdString(base::toHex(Bytes{base::Byte(days), base::Byte(days >> 8), base::Byte(days >> 16)}));
    QCOMPARE(hexCell(set, 0, 1), ssn);
    QCOMPARE(hexCell(set, 0, 2), birth);
    QCOMPARE(hexCell(set, 0, 3), QByteArray("0140e2010000000000")); // 123456, scale 2
    QCOMPARE(hexCell(set, 1, 1), ssn);
    QCOMPARE(hexCell(set, 1, 2), QByteArray("NULL"));
    QCOMPARE(hexCell(set, 1, 3), QByteArray("NULL"));
    QCOMPARE((*set.columns)[1].encryptionScheme, std::string("Deterministic"));
    QCOMPARE((*set.columns)[2].encryptionScheme, std::string("Randomized"));
    QCOMPARE(types::typeName((*set.columns)[1].type), std::string("char(11)"));
    QVERIFY((*set.columns)[1].state == types::ColumnState::kDecrypted);
    QVERIFY((*set.columns)[0].state == types::ColumnState::kPlain && (*set.columns)[0].identity);
}

void VectorSessionTest::ciphertextWhenAskedFor()
{
    const Bytes tokens = vectorBytes("ae-result-set");
    ES_SKIP_WITHOUT(tokens);
    Connection connection;
    Script script = loginScript(1);
    script.expect(kBatch).give(asMessage(tokens));
    connection.open(script, encryptedSettings());
    session::Statement statement = batch("SELECT * FROM t");
    statement.encryption = session::StatementEncryption::kOff;
    session::CollectingSink sink;
    QVERIFY(connection.session->execute(statement, sink, {}));
    QVERIFY(hexCell(sink.resultSets[0], 0, 1).startsWith("019c73f3"));
    QVERIFY((*sink.resultSets[0].columns)[1].state == types::ColumnState::kCiphertext);
}

void VectorSessionTest::tamperedCellEndsInAnErrorAfterTheRest()
{
    Bytes tokens = vectorBytes("ae-result-set");
    ES_SKIP_WITHOUT(tokens);
    const Bytes cell = base::fromHex("019c73f3bd721c22187f9e60a43cac716e").value();
    const auto at = std::search(tokens.begin(), tokens.end(), cell.begin(), cell.end()) - tokens.begin();
    const Bytes& good = tokens;
    for (const std::size_t offset : {0u, 1u, 32u, 33u, 48u, 49u, 64u}) {
        for (const bool secondRow : {false, true}) {
            Bytes bad = good;
            const auto from = secondRow ? bad.begin() + at + 65 : bad.begin() + at;
            const auto place = std::search(from, bad.end(), cell.begin(), cell.end());
            QVERIFY(place != bad.end());
            *(place + static_cast<std::ptrdiff_t>(offset)) ^= 0x40;
            Connection connection;
            addKeyStore(connection);
            Script script = loginScript(1);
            script.expect(kBatch).give(asMessage(bad, 512)).expect(kBatch).give(asMessage(good));
            connection.open(script, encryptedSettings());
            session::CollectingSink sink;
            const auto outcome = connection.session->execute(batch("SELECT * FROM t"), sink, {});
            QVERIFY(!outcome);
            QCOMPARE(nameOf(outcome.error().code), nameOf(session::kCellFailed));
            QCOMPARE(outcome.error().consequence, base::Consequence::kStatementFailed);
            const std::string text = outcome.error().describe();
            QVERIFY2(
                text.find("\"ssn\"") != std::string::npos && text.find(secondRow ? "Row 2" : "Row 1") != std::string::npos, text.c_str());
            QVERIFY(text.find("795") == std::string::npos);
            QCOMPARE(sink.resultSets[0].rowCount(), secondRow ? std::size_t{1} : std::size_t{0});
            session::CollectingSink next;
            QVERIFY(connection.session->execute(batch("SELECT * FROM t"), next, {}));
            QCOMPARE(next.resultSets[0].rowCount(), std::size_t{2});
        }
    }
}

void VectorSessionTest::unknownKeyStoreNamesTheColumn()
{
    const Bytes tokens = vectorBytes("ae-result-set");
    ES_SKIP_WITHOUT(tokens);
    Connection connection; // no key store at all
    Script script = loginScript(1);
    script.expect(kBatch).give(asMessage(tokens));
    connection.open(script, encryptedSettings());
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("SELECT * FROM t"), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(nameOf(outcome.error().code), nameOf(keystore::kUnknownProvider));
    QVERIFY(outcome.error().text.find("\"ssn\"") != std::string::npos);
    QVERIFY(connection.session->state().usable);
}

void VectorSessionTest::customAlgorithmIsRefused()
{
    const Bytes tokens = vectorBytes("ae-custom-algorithm");
    ES_SKIP_WITHOUT(tokens);
    Connection connection;
    addKeyStore(connection);
    Script script = loginScript(1);
    script.expect(kBatch).give(asMessage(tokens));
    connection.open(script, encryptedSettings());
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("SELECT * FROM t"), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(nameOf(outcome.error().code), nameOf(session::kUnsupportedEncryption));
}

void VectorSessionTest::describeCallIsThatOfOtherClients()
{
    const Bytes request = vectorBytes("ae-describe-rpc-positional");
    ES_SKIP_WITHOUT(request);
    Connection connection;
    Script script = loginScript(1);
    script.expect(kRpc, [&](ByteView sent) { return Bytes(sent.begin(), sent.end()) == request ? std::string() : base::toHex(sent); });
    connection.open(script, encryptedSettings());
    session::Statement statement = batch("INSERT INTO t (ssn, pay) VALUES (@ssn, @pay)");
    statement.parameters.push_back({"@ssn", types::makeSized(types::TypeId::kChar, 11), std::string("795-73-9838")});
    statement.parameters.push_back({"@pay", types::makeDecimal(18, 2), types::Decimal{123456, false, 18, 2}});
    session::CollectingSink sink;
    QVERIFY(!connection.session->execute(statement, sink, {})); // the script ends here
    QCOMPARE(connection.violations(), QByteArray());
}

void VectorSessionTest::parametersAreEncrypted()
{
    const Bytes description = vectorBytes("ae-describe-response");
    const Bytes execution = vectorBytes("ae-execute-max");
    ES_SKIP_WITHOUT(description);
    ES_SKIP_WITHOUT(execution);
    // name, status and ciphertext of the deterministic parameter, and the cipher information behind it
    const Bytes secret = base::fromHex(
        "044000730073006e0008a5ffff410000000000000041000000019c73f3bd721c22187f9e60a43cac716ea2eb0a66baa1edb4168589bbbcdf2782"
        "2302da1cad2ac159767b85d665253adba2ee8e3d53c2b3feb949b084d8b3350b00000000af0b000904d00034020105000000010000000100000099eda60083a500"
        "0001")
                             .value();
    QVERIFY(std::search(execution.begin(), execution.end(), secret.begin(), secret.end()) != execution.end());
    const auto check = [&](ByteView sent) {
        const std::string text(sent.begin(), sent.end());
        if (std::search(sent.begin(), sent.end(), secret.begin(), secret.end()) == sent.end())
            return std::string("the deterministic parameter is not as other clients send it");
        return text.find("795-73") != std::string::npos ? std::string("plaintext went out") : std::string();
    };
    Connection connection;
    addKeyStore(connection);
    Script script = loginScript(1);
    script.expect(kRpc, [](ByteView sent) { return describeCall(false)(sent); }).give(asMessage(description));
    const Bytes answer = ServerBytes().doneInProc(0x11, 0xC3, 1).returnStatus(0).doneProc(0).message();
    script.expect(kRpc, check).give(answer).expect(kRpc, check).give(answer);
    connection.open(script, encryptedSettings());
    session::Statement statement = batch("INSERT INTO t (ssn, pay, plain) VALUES (@ssn, @pay, @plain)");
    statement.parameters.push_back({"@ssn", types::makeSized(types::TypeId::kChar, 11), std::string("795-73-9838")});
    statement.parameters.push_back({"@pay", types::makeDecimal(18, 2), types::Decimal{123456, false, 18, 2}});
    statement.parameters.push_back({"@plain", types::makeType(types::TypeId::kInt), std::int64_t{1}});
    session::CollectingSink sink;
    for (int i = 0; i < 2; ++i) { // the second time out of the describe cache
        const auto outcome = connection.session->execute(statement, sink, {});
        QVERIFY2(outcome, outcome ? "" : outcome.error().describe().c_str());
    }
    QCOMPARE(connection.violations(), QByteArray());
    QCOMPARE(connection.session->state().counters.describeCalls, std::uint64_t{1});
}

void VectorSessionTest::plaintextOnlyAndForced()
{
    const Bytes description = vectorBytes("ae-describe-response-plaintext");
    ES_SKIP_WITHOUT(description);
    Connection connection;
    addKeyStore(connection);
    Script script = loginScript(1);
    script.expect(kRpc).give(asMessage(description));
    connection.open(script, encryptedSettings());
    session::Statement statement = batch("SELECT 1");
    statement.parameters.push_back({"@a", types::makeType(types::TypeId::kInt), std::int64_t{1}, false, true});
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(statement, sink, {});
    QVERIFY(!outcome);
    QCOMPARE(nameOf(outcome.error().code), nameOf(session::kForceEncryption));
    QCOMPARE(connection.record->writes.size(), std::size_t{3}); // the statement itself was not sent
}

QTEST_GUILESS_MAIN(VectorSessionTest)
#include "tst_vector_session.moc"
