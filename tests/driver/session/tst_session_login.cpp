// Login: what is refused, by which name, and that nothing secret leaves before TLS.    MS-TDS 2.2.6.4, 2.2.6.5
#include "tests/driver/session/SessionFixture.h"

#include "driver/session/Errors.h"

using namespace es;
using namespace es::test;

class SessionLoginTest : public QObject {
    Q_OBJECT

private slots:
    void settingsThatContradictThemselves_data();
    void settingsThatContradictThemselves();
    void success();
    void oneByteAtATime();
    void lossAtEachStep();
    void refusals_data();
    void refusals();
    void featureVersionAsked_data();
    void featureVersionAsked();
    void tlsErrorPassesThrough();
    void clearTextBehindPreloginIsRefused();
    void cancelAtEachStep();
    void timeout();
};

void SessionLoginTest::settingsThatContradictThemselves_data()
{
    QTest::addColumn<int>("what");
    QTest::addColumn<QByteArray>("setting");
    QTest::newRow("no host") << 0 << QByteArray("host");
    QTest::newRow("no user") << 1 << QByteArray("user");
    QTest::newRow("attestation without column encryption") << 2 << QByteArray("attestation");
    QTest::newRow("HGS without URL") << 3 << QByteArray("attestation-url");
    QTest::newRow("URL without a protocol that uses one") << 4 << QByteArray("attestation-url");
    QTest::newRow("HGS over plain http") << 5 << QByteArray("attestation-url");
    QTest::newRow("policy for another protocol") << 6 << QByteArray("attestation-policy");
    QTest::newRow("policy for another service") << 7 << QByteArray("attestation-policy");
    QTest::newRow("CA file and blind trust") << 8 << QByteArray("trust-server-certificate");
}

void SessionLoginTest::settingsThatContradictThemselves()
{
    QFETCH(int, what);
    QFETCH(QByteArray, setting);
    auto settings = plainSettings();
    using Protocol = session::AttestationProtocol;
    switch (what) {
    case 0: settings.host.clear(); break;
    case 1: settings.user.clear(); break;
    case 2: settings.attestation.protocol = Protocol::kNone; break;
    case 3: settings = encryptedSettings(Protocol::kHgs); break;
    case 4:
        settings = encryptedSettings(Protocol::kNone);
        settings.attestation.url = "http://x";
        break;
    case 5:
        settings = encryptedSettings(Protocol::kHgs);
        settings.attestation.url = "http://x";
        break;
    case 6:
        settings = encryptedSettings(Protocol::kNone);
        settings.attestation.policy.protocol = attestation::Protocol::kHgs;
        break;
    case 7:
        settings = encryptedSettings(Protocol::kAas);
        settings.attestation.url = "https://x";
        settings.attestation.policy.service = "https://y";
        break;
    default:
        settings.tls.caFile = "ca.pem";
        settings.tls.trustServerCertificate = true;
        break;
    }
    Connection connection;
    connection.open(loginScript(), std::move(settings));
    QVERIFY(connection.error);
    QCOMPARE(QByteArray::fromStdString(connection.error->setting), setting);
    QVERIFY(!connection.error->remedy.empty());
    QVERIFY2(connection.record->writes.empty(), "nothing may be sent");
}

void SessionLoginTest::success()
{
    Connection connection;
    connection.open(loginScript(), plainSettings());
    QVERIFY2(connection.session, connection.error ? connection.error->describe().c_str() : "");
    QCOMPARE(connection.violations(), QByteArray());
    const session::SessionState& state = connection.session->state();
    QCOMPARE(state.database, std::string("ContosoHR"));
    QCOMPARE(state.serverVersion, std::string("16.0.4200"));
    QCOMPARE(state.packetSize, 8000u);
    QCOMPARE(state.spid, std::uint16_t{55});
    QCOMPARE(state.counters.roundTrips, std::uint64_t{3});
    QCOMPARE(state.collation.sortId, std::uint8_t{0x34});
    QCOMPARE(state.encryptionState(), session::EncryptionState::kOff);
    QVERIFY(!connection.record->wroteBeforeTls);
    QVERIFY(state.usable);
    connection.session->close();
    QVERIFY(!connection.session->state().usable);
    QVERIFY(connection.record->closed);
}

void SessionLoginTest::oneByteAtATime()
{
    Connection connection;
    connection.open(loginScript(2, "VBS"), encryptedSettings(session::AttestationProtocol::kNone),
        {.loseAtStep = {}, .oneByteAtATime = true, .onStep = {}});
    QVERIFY(connection.session);
    QCOMPARE(connection.session->state().enclaveType, std::string("VBS"));
    QCOMPARE(connection.session->state().encryptionState(), session::EncryptionState::kOn);
}

void SessionLoginTest::lossAtEachStep()
{
    for (std::size_t step = 0; step < kLoginSteps; ++step) {
        for (const bool slowly : {false, true}) {
            Connection connection;
            connection.open(loginScript(), plainSettings(), {.loseAtStep = step, .oneByteAtATime = slowly, .onStep = {}});
            QVERIFY(!connection.session);
            QVERIFY(connection.error);
            QCOMPARE(nameOf(connection.error->code), nameOf(session::kConnectionLost));
            QCOMPARE(connection.error->consequence, base::Consequence::kSessionUnusable);
            QVERIFY(connection.record->closed);
        }
    }
}

void SessionLoginTest::refusals_data()
{
    QTest::addColumn<int>("encryption"); // of the PRELOGIN answer
    QTest::addColumn<QByteArray>("tokens"); // of the login answer
    QTest::addColumn<bool>("columnEncryption");
    QTest::addColumn<bool>("enclave");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("setting");
    const auto bytes = [](const ServerBytes& tokens) {
        return QByteArray(reinterpret_cast<const char*>(tokens.bytes().data()), static_cast<qsizetype>(tokens.bytes().size()));
    };
    const auto ack = [](unsigned version, std::string_view type) { return loginTokens().columnEncryptionAck(version, type).done(0, 0, 0); };
    const auto good = bytes(loginTokens().done(0, 0, 0));
    QTest::newRow("no TLS") << 2 << good << false << false << nameOf(session::kEncryptionRefused) << QByteArray("host");
    QTest::newRow("TLS off") << 0 << good << false << false << nameOf(session::kEncryptionRefused) << QByteArray("host");
    QTest::newRow("18456") << 1 << bytes(ServerBytes().error(18456, 14, "Login failed for user 'ann'.").done(2, 0, 0)) << false << false
                           << nameOf(session::kLoginFailed) << QByteArray("password");
    QTest::newRow("4060") << 1
                          << bytes(ServerBytes().error(4060, 11, "Cannot open database").error(18456, 14, "Login failed").done(2, 0, 0))
                          << false << false << nameOf(session::kDatabaseNotOpened) << QByteArray("database");
    QTest::newRow("other") << 1 << bytes(ServerBytes().error(17809, 20, "Too many connections").done(2, 0, 0)) << false << false
                           << nameOf(session::kLoginRefused) << QByteArray("user");
    QTest::newRow("neither accepted nor refused")
        << 1 << bytes(ServerBytes().done(0, 0, 0)) << false << false << nameOf(session::kProtocolError) << QByteArray("host");
    QTest::newRow("TDS 7.1") << 1 << bytes(ServerBytes().loginAck(0x71000001).done(0, 0, 0)) << false << false
                             << nameOf(session::kProtocolVersion) << QByteArray("host");
    QTest::newRow("routed")
        << 1
        << bytes(
               ServerBytes().loginAck().u8(0xE3).u16(1 + 2 + 5 + 4 + 2).u8(20).u16(9).u8(0).u16(1433).usVarchar("ab").u16(0).done(0, 0, 0))
        << false << false << nameOf(session::kLoginRefused) << QByteArray("host");
    QTest::newRow("column encryption not acknowledged")
        << 1 << good << true << false << nameOf(session::kColumnEncryptionNotSupported) << QByteArray("column-encryption");
    QTest::newRow("acknowledged unasked") << 1 << bytes(ack(1, "")) << false << false << nameOf(session::kProtocolError)
                                          << QByteArray("host");
    QTest::newRow("version 0") << 1 << bytes(ack(0, "")) << true << false << nameOf(session::kProtocolError) << QByteArray("host");
    QTest::newRow("version above the one asked for")
        << 1 << bytes(ack(2, "VBS")) << true << false << nameOf(session::kProtocolError) << QByteArray("host");
    QTest::newRow("no enclave") << 1 << bytes(ack(1, "")) << true << true << nameOf(session::kNoEnclave) << QByteArray("attestation");
    QTest::newRow("enclave without type") << 1 << bytes(ack(2, "")) << true << true << nameOf(session::kEnclaveType)
                                          << QByteArray("attestation");
    QTest::newRow("SGX without attestation") << 1 << bytes(ack(2, "SGX")) << true << true << nameOf(session::kEnclaveType)
                                             << QByteArray("attestation");
    QTest::newRow("garbage") << 1 << QByteArray("\x77garbage", 8) << false << false << QByteArray("tds.UnknownToken") << QByteArray("*");
}

void SessionLoginTest::refusals()
{
    QFETCH(int, encryption);
    QFETCH(QByteArray, tokens);
    QFETCH(bool, columnEncryption);
    QFETCH(bool, enclave);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, setting);
    const auto answer
        = ServerBytes().raw(base::viewOf(std::string_view(tokens.constData(), static_cast<std::size_t>(tokens.size())))).message();
    Script script;
    script.expect(0x12).give(preloginAnswer(static_cast<unsigned>(encryption))).tls().expect(0x10).give(answer);
    Connection connection;
    const auto protocol = enclave ? session::AttestationProtocol::kNone : session::AttestationProtocol::kOff;
    connection.open(script, columnEncryption ? encryptedSettings(protocol) : plainSettings());
    QVERIFY(!connection.session);
    QVERIFY(connection.error);
    QCOMPARE(nameOf(connection.error->code), code);
    if (setting != "*") QCOMPARE(QByteArray::fromStdString(connection.error->setting), setting);
    QCOMPARE(connection.error->consequence, base::Consequence::kSessionUnusable);
    QVERIFY(!connection.error->remedy.empty());
    QVERIFY(connection.error->describe().find("MARKER") == std::string::npos);
    QVERIFY(connection.record->closed);
    QVERIFY(!connection.record->wroteBeforeTls);
}

void SessionLoginTest::featureVersionAsked_data()
{
    QTest::addColumn<bool>("columnEncryption");
    QTest::addColumn<bool>("enclave");
    QTest::addColumn<QByteArray>("feature"); // id, length, version as in vectors/enclave-tds.json; empty: absent
    QTest::newRow("off") << false << false << QByteArray();
    QTest::newRow("column encryption") << true << false << QByteArray::fromHex("040100000001");
    QTest::newRow("with enclave") << true << true << QByteArray::fromHex("040100000002");
}

void SessionLoginTest::featureVersionAsked()
{
    QFETCH(bool, columnEncryption);
    QFETCH(bool, enclave);
    QFETCH(QByteArray, feature);
    Connection connection;
    const auto protocol = enclave ? session::AttestationProtocol::kNone : session::AttestationProtocol::kOff;
    connection.open(loginScript(columnEncryption ? (enclave ? 2 : 1) : 0, enclave ? "VBS" : ""),
        columnEncryption ? encryptedSettings(protocol) : plainSettings());
    QVERIFY2(connection.session, connection.error ? connection.error->describe().c_str() : "");
    const Bytes& login = connection.record->writes.back();
    const QByteArray sent(reinterpret_cast<const char*>(login.data()), static_cast<qsizetype>(login.size()));
    if (feature.isEmpty())
        QVERIFY(!sent.contains(QByteArray::fromHex("0401000000")));
    else
        QVERIFY(sent.contains(feature));
}

void SessionLoginTest::tlsErrorPassesThrough()
{
    base::Error untrusted = base::makeError(transport::kTlsUntrusted, "The certificate is not trusted.", "ca-file", "Give the CA file.");
    Script script;
    script.expect(0x12).give(preloginAnswer(1)).tls(untrusted);
    Connection connection;
    connection.open(script, plainSettings());
    QVERIFY(connection.error);
    QCOMPARE(nameOf(connection.error->code), nameOf(transport::kTlsUntrusted));
    QCOMPARE(connection.error->setting, std::string("ca-file"));
    QCOMPARE(connection.record->writes.size(), std::size_t{1});
}

void SessionLoginTest::clearTextBehindPreloginIsRefused()
{
    Bytes injected = preloginAnswer(1);
    const Bytes forged = loginTokens().done(0, 0, 0).message();
    injected.insert(injected.end(), forged.begin(), forged.end());
    Script script;
    script.expect(0x12).give(injected).tls().expect(0x10);
    Connection connection;
    connection.open(script, plainSettings());
    QVERIFY(connection.error);
    QCOMPARE(nameOf(connection.error->code), nameOf(session::kProtocolError));
    QVERIFY(!connection.record->tlsStarted);
}

void SessionLoginTest::cancelAtEachStep()
{
    for (std::size_t step = 0; step < kLoginSteps; ++step) {
        std::stop_source stop;
        Connection connection;
        connection.open(loginScript(), plainSettings(),
            {.loseAtStep = {},
                .oneByteAtATime = true,
                .onStep =
                    [&](std::size_t reached) {
                        if (reached == step) stop.request_stop();
                    }},
            stop.get_token());
        QVERIFY2(!connection.error, "cancelled is no error");
        QVERIFY(!connection.session || step + 1 == kLoginSteps);
        QVERIFY(connection.session || connection.record->closed);
    }
}

void SessionLoginTest::timeout()
{
    Script script;
    script.expect(0x12).hang();
    Connection connection;
    auto settings = plainSettings();
    settings.connectTimeoutMs = 10;
    connection.open(script, std::move(settings));
    QVERIFY(connection.error);
    QCOMPARE(nameOf(connection.error->code), nameOf(session::kTimedOut));
    QCOMPARE(connection.error->setting, std::string("connect-timeout"));
}

QTEST_GUILESS_MAIN(SessionLoginTest)
#include "tst_session_login.moc"
