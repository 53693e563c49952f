// The enclave workflow of a session: who gets which key, packages, retries, and what is refused.       enclave-protocol.md 2, 8, 9, 11
#include "tests/driver/session/EnclaveScript.h"

#include "driver/session/Errors.h"

using namespace es;
using namespace es::test;

namespace {

constexpr std::uint8_t kBatch = 0x01, kRpc = 0x03;
const char* const kStatement = "SELECT Name FROM HR.Employees WHERE Salary > 1"; // asks for the enclave

Bytes done()
{
    return ServerBytes().done(0, 0xD8, 0).message();
}
Bytes failed(int number, unsigned severity = 16)
{
    return ServerBytes().error(number, severity, "server's words").done(2, 0, 0).message();
}
KeyRow requestedKey()
{
    KeyRow row;
    row.requested = true;
    return row;
}

struct EnclaveConnection : Connection {
    NamedKeyStore* store = nullptr;
    TestEnclave enclave;

    void openEnclave(Script script, ReplayOptions options = {})
    {
        auto provider = std::make_unique<NamedKeyStore>();
        store = provider.get();
        keyStores.add(std::move(provider));
        Script whole = loginScript(2, "VBS");
        whole.append(script);
        open(std::move(whole), encryptedSettings(session::AttestationProtocol::kNone), std::move(options));
    }
    [[nodiscard]] Bytes described(std::vector<KeyRow> keys = {requestedKey()}) const
    {
        return describeAnswer(keys, {}, enclave.attestationResult());
    }
};

} // namespace

class SessionEnclaveTest : public QObject {
    Q_OBJECT

private slots:
    void packageBindsKeysToTheStatement();
    void countersAreNeverReused();
    void cachedDescriptionStillSendsAPackage();
    void noKeyRequestedNoPackage();
    void unknownSessionIsAnsweredOnce_data();
    void unknownSessionIsAnsweredOnce();
    void staleMetadataIsAnsweredOnce_data();
    void staleMetadataIsAnsweredOnce();
    void noSecondTryAfterRows();
    void refusedKeys_data();
    void refusedKeys();
    void alternativeValueIsUsed();
    void badDescriptions_data();
    void badDescriptions();
    void unaskedAttestationIsIgnored();
    void describeErrorIsTheServers();
    void statementsWithoutEncryption();
    void lossAtEachStep();
    void cancelDuringDescribe();
    void closeWipesTheEnclaveSession();
};

void SessionEnclaveTest::packageBindsKeysToTheStatement()
{
    for (const bool slowly : {false, true}) {
        EnclaveConnection connection;
        Script script;
        script.expect(kRpc, describeCall(true)).give(connection.described()).expect(kBatch, packageOfBytes(169)).give(done());
        connection.openEnclave(script, {.loseAtStep = {}, .oneByteAtATime = slowly, .onStep = {}});
        QCOMPARE(connection.session->state().encryptionState(), session::EncryptionState::kOn);
        session::CollectingSink sink;
        const auto outcome = connection.session->execute(batch(kStatement), sink, {});
        QVERIFY2(outcome, outcome ? "" : outcome.error().describe().c_str());
        QCOMPARE(connection.violations(), QByteArray());
        const auto opened = connection.enclave.open(connection.record->writes[2], connection.record->writes[3]);
        QVERIFY(opened);
        QCOMPARE(opened->counter, std::uint64_t{0});
        QVERIFY(opened->statementHash == enclave::statementHash(kStatement));
        QCOMPARE(opened->keys.size(), std::size_t{1});
        QCOMPARE(opened->keys[0].databaseId, 5u);
        QCOMPARE(opened->keys[0].keyId, std::uint16_t{101});
        QVERIFY(opened->keys[0].cek == base::SecureBytes(ByteView(Bytes(32, 7))));
        const session::SessionState& state = connection.session->state();
        QCOMPARE(state.encryptionState(), session::EncryptionState::kEnclaveSessionOpen);
        QVERIFY(!state.enclaveAttested);
        QCOMPARE(state.keysReleased.size(), std::size_t{1});
        QCOMPARE(state.keysReleased[0].keyPath, std::string("alpha"));
        QCOMPARE(state.counters.describeCalls, std::uint64_t{1});
        QCOMPARE(state.counters.roundTrips, std::uint64_t{5});
    }
}

void SessionEnclaveTest::countersAreNeverReused()
{
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described()).expect(kBatch, packageOfBytes(169)).give(done());
    for (int i = 0; i < 4; ++i)
        script.expect(kRpc, describeCall(false))
            .give(describeAnswer({requestedKey()}, {}))
            .expect(kBatch, packageOfBytes(169))
            .give(done());
    connection.openEnclave(script);
    session::CollectingSink sink;
    for (int i = 0; i < 5; ++i)
        QVERIFY(connection.session->execute(batch(kStatement + std::string(" -- ") + std::to_string(i)), sink, {}));
    for (std::size_t i = 0; i < 5; ++i) {
        const auto opened = connection.enclave.open(connection.record->writes[2], connection.record->writes[3 + 2 * i]);
        QVERIFY(opened);
        QCOMPARE(opened->counter, std::uint64_t{i});
    }
    QCOMPARE(connection.violations(), QByteArray());
    QCOMPARE(connection.store->unwraps, 1); // then from the cache
}

void SessionEnclaveTest::cachedDescriptionStillSendsAPackage()
{
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described()).expect(kBatch, packageOfBytes(169)).give(done());
    script.expect(kBatch, packageOfBytes(169)).give(done());
    connection.openEnclave(script);
    session::CollectingSink sink;
    QVERIFY(connection.session->execute(batch(kStatement), sink, {}));
    QVERIFY(connection.session->execute(batch(kStatement), sink, {}));
    QCOMPARE(connection.violations(), QByteArray());
    QCOMPARE(connection.enclave.open(connection.record->writes[2], connection.record->writes[4])->counter, std::uint64_t{1});
}

void SessionEnclaveTest::noKeyRequestedNoPackage()
{
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(describeAnswer({}, {})).expect(kBatch, packageOfBytes(0)).give(done());
    connection.openEnclave(script);
    session::CollectingSink sink;
    QVERIFY(connection.session->execute(batch("SELECT 1"), sink, {}));
    QCOMPARE(connection.violations(), QByteArray());
    QCOMPARE(connection.session->state().encryptionState(), session::EncryptionState::kOn);
    QCOMPARE(connection.store->unwraps, 0);
}

void SessionEnclaveTest::unknownSessionIsAnsweredOnce_data()
{
    QTest::addColumn<bool>("again");
    QTest::newRow("second try succeeds") << false;
    QTest::newRow("second try fails too") << true;
}

void SessionEnclaveTest::unknownSessionIsAnsweredOnce()
{
    QFETCH(bool, again);
    EnclaveConnection connection;
    TestEnclave newEnclave;
    newEnclave.sessionNumber = 2;
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described()).expect(kBatch, packageOfBytes(169)).give(failed(33195, 17));
    script.expect(kRpc, describeCall(true))
        .give(describeAnswer({requestedKey()}, {}, newEnclave.attestationResult()))
        .expect(kBatch, packageOfBytes(169));
    script.give(again ? failed(33195, 17) : done());
    connection.openEnclave(script);
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch(kStatement), sink, {});
    QCOMPARE(bool(outcome), !again);
    QCOMPARE(sink.messages.size(), again ? std::size_t{1} : std::size_t{0});
    QCOMPARE(connection.violations(), QByteArray());
    const auto opened = newEnclave.open(connection.record->writes[4], connection.record->writes[5]);
    QVERIFY(opened);
    QCOMPARE(opened->sessionId[0], base::Byte{2});
    QCOMPARE(connection.session->state().enclaveSessionOpen, !again);
    QVERIFY(connection.session->state().usable);
    if (again) QCOMPARE(outcome.error().server->number, 33195);
}

void SessionEnclaveTest::staleMetadataIsAnsweredOnce_data()
{
    QTest::addColumn<int>("number");
    QTest::addColumn<bool>("cached");
    QTest::newRow("33514 from the cache") << 33514 << true;
    QTest::newRow("33546 from the cache") << 33546 << true;
    QTest::newRow("33514 freshly described") << 33514 << false;
    QTest::newRow("33546 freshly described") << 33546 << false;
}

void SessionEnclaveTest::staleMetadataIsAnsweredOnce()
{
    QFETCH(int, number);
    QFETCH(bool, cached);
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described()).expect(kBatch);
    if (cached)
        script.give(done())
            .expect(kBatch)
            .give(failed(number))
            .expect(kRpc, describeCall(false))
            .give(describeAnswer({requestedKey()}, {}))
            .expect(kBatch)
            .give(done());
    else
        script.give(failed(number));
    connection.openEnclave(script);
    session::CollectingSink sink;
    if (cached) QVERIFY(connection.session->execute(batch(kStatement), sink, {}));
    const auto outcome = connection.session->execute(batch(kStatement), sink, {});
    QCOMPARE(bool(outcome), cached);
    QCOMPARE(sink.messages.size(), cached ? std::size_t{0} : std::size_t{1});
    QCOMPARE(connection.violations(), QByteArray());
}

// The statements before the error have taken effect: they must not run twice.
void SessionEnclaveTest::noSecondTryAfterRows()
{
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described()).expect(kBatch);
    script.give(ServerBytes().done(0x11, 0xC3, 1).error(33195, 17, "gone").done(2, 0, 0).message());
    connection.openEnclave(script);
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch(kStatement), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(outcome.error().server->number, 33195);
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionEnclaveTest::refusedKeys_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("provider");
    QTest::addColumn<QByteArray>("signature");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<int>("unwraps");
    QTest::newRow("unsigned") << QByteArray("alpha") << QByteArray("NAMED") << QByteArray() << nameOf(session::kKeyNotAllowed) << 0;
    QTest::newRow("signed by another") << QByteArray("alpha") << QByteArray("NAMED") << QByteArray("signed by beta")
                                       << nameOf(session::kKeyNotAllowed) << 0;
    QTest::newRow("unknown key store") << QByteArray("alpha") << QByteArray("OTHER") << QByteArray("signed by alpha")
                                       << nameOf(keystore::kUnknownProvider) << 0;
    QTest::newRow("key not found") << QByteArray("broken") << QByteArray("NAMED") << QByteArray("signed by broken")
                                   << nameOf(keystore::kKeyNotFound) << 1;
    QTest::newRow("password needed") << QByteArray("secret") << QByteArray("NAMED") << QByteArray("signed by secret")
                                     << nameOf(keystore::kSecretNeeded) << 1;
}

void SessionEnclaveTest::refusedKeys()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, provider);
    QFETCH(QByteArray, signature);
    QFETCH(QByteArray, code);
    QFETCH(int, unwraps);
    KeyRow row = requestedKey();
    row.path = path.toStdString();
    row.provider = provider.toStdString();
    row.signature = Bytes(signature.begin(), signature.end());
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described({row}));
    script.expect(kRpc, describeCall(false)).give(describeAnswer({}, {})).expect(kBatch, packageOfBytes(0)).give(done());
    connection.openEnclave(script);
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch(kStatement), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(nameOf(outcome.error().code), code);
    QVERIFY(!outcome.error().text.empty() && !outcome.error().remedy.empty());
    QCOMPARE(connection.store->unwraps, unwraps);
    QVERIFY(connection.session->state().keysReleased.empty());
    QVERIFY(connection.session->execute(batch("SELECT 1"), sink, {})); // still usable, and the statement itself was never sent
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionEnclaveTest::alternativeValueIsUsed()
{
    KeyRow foreign = requestedKey();
    foreign.provider = "MSSQL_JAVA_KEYSTORE";
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc, describeCall(true))
        .give(connection.described({foreign, requestedKey()}))
        .expect(kBatch, packageOfBytes(169))
        .give(done());
    connection.openEnclave(script);
    session::CollectingSink sink;
    QVERIFY(connection.session->execute(batch(kStatement), sink, {}));
    QCOMPARE(connection.session->state().keysReleased.size(), std::size_t{1});
    QCOMPARE(connection.session->state().keysReleased[0].providerName, std::string("NAMED"));
}

void SessionEnclaveTest::badDescriptions_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QByteArray>("code");
    const auto row = [](const char* name, const Bytes& answer, base::ErrorCode code) {
        QTest::newRow(name) << QByteArray(reinterpret_cast<const char*>(answer.data()), static_cast<qsizetype>(answer.size()))
                            << nameOf(code);
    };
    const Bytes result = TestEnclave().attestationResult();
    Bytes trailing = result;
    trailing.push_back(0);
    Bytes offCurve = result;
    offCurve[40] ^= 1;
    row("attestation missing", describeAnswer({requestedKey()}, {}), session::kAttestationMissing);
    row("attestation with a byte too many", describeAnswer({requestedKey()}, {}, trailing), attestation::kEnclaveRefused);
    row("enclave key not on the curve", describeAnswer({requestedKey()}, {}, offCurve), attestation::kEnclaveRefused);
    row("a parameter that nobody declared", describeAnswer({requestedKey()}, {{"@x", 1}}, result), session::kDescribeFailed);
    row("no result sets", ServerBytes().returnStatus(0).doneProc(0).message(), session::kDescribeFailed);
    ServerBytes keysOnly;
    keyRows(keysOnly, {requestedKey()});
    row("parameters missing", keysOnly.doneProc(0).message(), session::kDescribeFailed);
    row("one column only", ServerBytes().intColumn(true).intRow(1).doneInProc(0x11, 0xC1, 1).doneProc(0).message(),
        session::kDescribeFailed);
}

void SessionEnclaveTest::badDescriptions()
{
    QFETCH(QByteArray, answer);
    QFETCH(QByteArray, code);
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc).give(Bytes(answer.begin(), answer.end()));
    script.expect(kRpc, describeCall(true)).give(describeAnswer({}, {})).expect(kBatch).give(done());
    connection.openEnclave(script);
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch(kStatement), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(nameOf(outcome.error().code), code);
    QVERIFY(!outcome.error().remedy.empty());
    QCOMPARE(connection.store->unwraps, 0);
    QVERIFY(connection.session->execute(batch("SELECT 1"), sink, {}));
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionEnclaveTest::unaskedAttestationIsIgnored()
{
    EnclaveConnection connection;
    TestEnclave other;
    Script script;
    script.expect(kRpc, describeCall(true)).give(connection.described()).expect(kBatch).give(done());
    script.expect(kRpc, describeCall(false))
        .give(describeAnswer({requestedKey()}, {}, other.attestationResult()))
        .expect(kBatch)
        .give(done());
    connection.openEnclave(script);
    session::CollectingSink sink;
    QVERIFY(connection.session->execute(batch(kStatement), sink, {}));
    QVERIFY(connection.session->execute(batch("SELECT 2"), sink, {}));
    QVERIFY(connection.enclave.open(connection.record->writes[2], connection.record->writes[5])); // still the first session's key
}

void SessionEnclaveTest::describeErrorIsTheServers()
{
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc).give(ServerBytes().error(102, 15, "Incorrect syntax near 'x'.", 7).doneProc(2).message());
    connection.openEnclave(script);
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch("x"), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(nameOf(outcome.error().code), nameOf(session::kServerError));
    QCOMPARE(outcome.error().server->line, 7);
    QCOMPARE(sink.messages.size(), std::size_t{1});
    QVERIFY(connection.session->state().usable);
}

void SessionEnclaveTest::statementsWithoutEncryption()
{
    EnclaveConnection connection;
    Script script;
    script.expect(kBatch, packageOfBytes(0)).give(done()).expect(kBatch, packageOfBytes(0)).give(done());
    connection.openEnclave(script);
    session::CollectingSink sink;
    for (const auto encryption : {session::StatementEncryption::kOff, session::StatementEncryption::kResultsOnly}) {
        session::Statement statement = batch("SELECT name FROM sys.tables");
        statement.encryption = encryption;
        QVERIFY(connection.session->execute(statement, sink, {}));
    }
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionEnclaveTest::lossAtEachStep()
{
    for (std::size_t step = kLoginSteps; step < kLoginSteps + 4; ++step) {
        EnclaveConnection connection;
        Script script;
        script.expect(kRpc).give(connection.described()).expect(kBatch).give(done());
        connection.openEnclave(script, {.loseAtStep = step, .oneByteAtATime = false, .onStep = {}});
        session::CollectingSink sink;
        const auto outcome = connection.session->execute(batch(kStatement), sink, {});
        QVERIFY(!outcome);
        QCOMPARE(nameOf(outcome.error().code), nameOf(session::kConnectionLost));
        QVERIFY(!connection.session->state().usable);
        QVERIFY(!connection.session->state().enclaveSessionOpen);
    }
}

void SessionEnclaveTest::cancelDuringDescribe()
{
    std::stop_source stop;
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc).hang().expect(0x06).give(ServerBytes().done(0x20, 0, 0).message());
    script.expect(kRpc, describeCall(true)).give(connection.described()).expect(kBatch).give(done());
    connection.openEnclave(script, {.loseAtStep = {}, .oneByteAtATime = false, .onStep = [&](std::size_t step) {
                                        if (step == kLoginSteps + 1) stop.request_stop();
                                    }});
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(batch(kStatement), sink, stop.get_token());
    QVERIFY(outcome);
    QCOMPARE(*outcome, session::Outcome::kCancelled);
    QVERIFY(connection.session->execute(batch(kStatement), sink, {}));
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionEnclaveTest::closeWipesTheEnclaveSession()
{
    EnclaveConnection connection;
    Script script;
    script.expect(kRpc).give(connection.described()).expect(kBatch).give(done());
    connection.openEnclave(script);
    session::CollectingSink sink;
    QVERIFY(connection.session->execute(batch(kStatement), sink, {}));
    connection.session->close();
    QVERIFY(!connection.session->state().enclaveSessionOpen);
    QVERIFY(connection.session->state().keysReleased.empty());
    QCOMPARE(nameOf(connection.session->execute(batch(kStatement), sink, {}).error().code), nameOf(session::kSessionClosed));
}

QTEST_GUILESS_MAIN(SessionEnclaveTest)
#include "tst_session_enclave.moc"
