// Attesting through the services, against a real sandbox with a Host Guardian Service of its own: what a person sees of it.
#include "tests/support/NoWarnings.h"
#include "tests/support/SandboxRequest.h"

#include "driver/session/Session.h"
#include "ui/services/AttestationTest.h"
#include "ui/services/CatalogService.h"
#include "ui/services/EnclaveService.h"
#include "ui/services/KeyService.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/QueryService.h"
#include "ui/services/SessionReaper.h"
#include "ui/services/SharedAttestation.h"

#include <QSignalSpy>
#include <QTest>

using namespace es;
using namespace es::ui;

class TstAttestation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void eachStepIsToldAndVerified();
    void refusedByPolicy();
    void unreachable();
    void connectionWithoutEnclave();
    void attestAgainAndSendKeys();
    void hostsShareTheirEnclaveSession();
    void catalogThatWasReadServesQueries();

private:
    [[nodiscard]] std::shared_ptr<ConnectionRequest> request() const;
    [[nodiscard]] AttestationTestEnd test(const std::shared_ptr<const ConnectionRequest>& request, QList<AttestationStep>* steps = nullptr);

    std::unique_ptr<es::test::SandboxFixture> m_sandbox;
    std::shared_ptr<PasswordVault> m_vault = std::make_shared<PasswordVault>();
};

void TstAttestation::initTestCase()
{
    support::forbidWarnings();
    es::test::SandboxOptions options;
    options.attestation = "hgs";
    auto started = es::test::SandboxFixture::start(options);
    QVERIFY2(started, started ? "" : started.error().describe().c_str());
    m_sandbox = std::move(*started);
    qputenv("ES_KEY_FOLDER", QByteArray::fromStdString(m_sandbox->keyFolder().string()));
    m_vault->rememberForAll(base::SecureBytes(base::viewOf("correct horse")));
    SessionHost host(m_vault);
    KeyService keys(host);
    QSignalSpy created(&keys, &KeyService::created);
    QSignalSpy failed(&keys, &KeyService::failed);
    host.connectTo(request());
    NewMasterKey master;
    master.name = QStringLiteral("CMK1");
    master.keyBits = 2048;
    keys.createMasterKey(master);
    keys.createEncryptionKey({QStringLiteral("CEK1"), QStringLiteral("CMK1"), false});
    QTRY_COMPARE_WITH_TIMEOUT(created.count() + failed.count(), 2, 30000);
    QVERIFY2(failed.isEmpty(), failed.isEmpty() ? "" : failed[0][1].value<base::Error>().describe().c_str());
}

void TstAttestation::cleanupTestCase()
{
    QVERIFY(SessionReaper::waitForAll(10000));
    m_sandbox.reset();
}

std::shared_ptr<ConnectionRequest> TstAttestation::request() const
{
    const auto plain = es::test::requestTo(*m_sandbox);
    auto request = std::make_shared<ConnectionRequest>();
    request->profile = plain->profile;
    request->password = plain->password.clone();
    request->profile.columnEncryption = true;
    request->profile.attestation = AttestationChoice::kHgs;
    request->profile.attestationUrl = QString::fromStdString(m_sandbox->attestationUrl());
    return request;
}

AttestationTestEnd TstAttestation::test(const std::shared_ptr<const ConnectionRequest>& request, QList<AttestationStep>* steps)
{
    AttestationTest test(m_vault);
    QSignalSpy finished(&test, &AttestationTest::finished);
    connect(&test, &AttestationTest::stepDone, this, [steps](AttestationStep step, const QString& fact) {
        QVERIFY(!fact.isEmpty());
        if (steps) steps->append(step);
    });
    test.start(request);
    if (!QTest::qWaitFor([&] { return !finished.isEmpty(); }, 20000)) return {};
    return finished[0][0].value<AttestationTestEnd>();
}

void TstAttestation::eachStepIsToldAndVerified()
{
    QList<AttestationStep> steps;
    const AttestationTestEnd end = test(request(), &steps);
    QVERIFY2(!end.error, end.error ? end.error->describe().c_str() : "");
    QCOMPARE(end.outcome, AttestationTestEnd::Outcome::kVerified);
    QVERIFY(end.report && end.report->judgement.root.sandbox);
    QCOMPARE(steps.size(), qsizetype{kAttestationStepCount});
    for (int i = 0; i < kAttestationStepCount; ++i)
        QCOMPARE(steps[i], static_cast<AttestationStep>(i));
}

void TstAttestation::refusedByPolicy()
{
    const auto wanted = request();
    wanted->profile.attestationPolicy = QString::fromUtf8(R"({"version":1,"name":"Too new","minimumPlatformSvn":99})");
    const AttestationTestEnd end = test(wanted);
    QCOMPARE(end.outcome, AttestationTestEnd::Outcome::kRefused);
    QVERIFY(end.failedStep == AttestationStep::kEvidenceValid);
    QVERIFY(end.report && end.report->judgement.firstFailure());
    QVERIFY(end.error && end.error->text.find("99") != std::string::npos);
}

void TstAttestation::unreachable()
{
    const auto wanted = request();
    wanted->profile.attestationUrl = QStringLiteral("https://127.0.0.1:1/Attestation");
    const AttestationTestEnd end = test(wanted);
    QCOMPARE(end.outcome, AttestationTestEnd::Outcome::kUnreachable);
    QVERIFY(end.failedStep == AttestationStep::kServiceAnswers);
    QVERIFY(end.error && !end.error->remedy.empty());
}

void TstAttestation::connectionWithoutEnclave()
{
    const auto wanted = request();
    wanted->profile.attestation = AttestationChoice::kOff;
    wanted->profile.attestationUrl.clear();
    const AttestationTestEnd end = test(wanted);
    QCOMPARE(end.outcome, AttestationTestEnd::Outcome::kNotConnected);
    QVERIFY(end.failedStep == AttestationStep::kEnclaveType);
    QVERIFY(end.error && !end.report);
}

void TstAttestation::attestAgainAndSendKeys()
{
    SessionHost host(m_vault);
    EnclaveService enclave(host);
    QSignalSpy attested(&enclave, &EnclaveService::attested);
    QSignalSpy sent(&enclave, &EnclaveService::keysSent);
    QSignalSpy failed(&enclave, &EnclaveService::failed);
    const RequestId refused = enclave.attestAgain();
    QTRY_COMPARE(failed.count(), 1); // not connected
    QCOMPARE(failed[0][0].value<RequestId>(), refused);
    host.connectTo(request());
    enclave.attestAgain();
    QTRY_COMPARE(attested.count(), 1);
    QVERIFY(attested[0][1].value<EnclaveNews>().keysReleased.empty());
    enclave.sendKeys();
    QTRY_COMPARE_WITH_TIMEOUT(sent.count() + failed.count(), 2, 10000);
    QVERIFY2(sent.count() == 1, failed.count() > 1 ? failed[1][1].value<base::Error>().describe().c_str() : "");
    const auto news = sent[0][1].value<EnclaveNews>();
    QCOMPARE(news.keysReleased.size(), std::size_t{1});
    QCOMPARE(news.keysReleased[0].statement, std::string("EXEC sp_enclave_send_keys"));
    QTRY_COMPARE(host.facts().keysReleased.size(), std::size_t{1});
    QVERIFY(host.facts().attested);
    QVERIFY(host.facts().attestationReport == news.report);
}

// What one window attested serves the next one.
void TstAttestation::hostsShareTheirEnclaveSession()
{
    SessionHost first(m_vault), second(m_vault);
    EnclaveService enclave(first);
    QSignalSpy attested(&enclave, &EnclaveService::attested);
    first.connectTo(request());
    enclave.attestAgain();
    QTRY_COMPARE(attested.count(), 1);
    QSignalSpy connected(&second, &SessionHost::connected);
    second.connectTo(request());
    QTRY_COMPARE(connected.count(), 1);
    const auto facts = connected[0][1].value<SessionFacts>();
    QCOMPARE(facts.encryption, EncryptionIndicator::kEnclaveSession);
    QVERIFY(facts.attested);
    QVERIFY(facts.attestationReport == attested[0][1].value<EnclaveNews>().report);
}

// The explorer reads the catalog; a query of another host is judged by it and still gets the key that its table uses.
void TstAttestation::catalogThatWasReadServesQueries()
{
    SessionHost explorer(m_vault), editor(m_vault);
    CatalogService catalog(explorer);
    QueryService query(editor);
    QSignalSpy read(&catalog, &CatalogService::snapshotReady);
    QSignalSpy ended(&query, &QueryService::ended);
    editor.connectTo(request());
    const auto run = [&](const char* text) {
        ended.clear();
        QueryRequest wanted;
        wanted.text = QString::fromLatin1(text);
        wanted.parameterize = true;
        query.run(wanted);
        return QTest::qWaitFor([&] { return !ended.isEmpty(); }, 20000) ? ended[0][1].value<QueryEnd>() : QueryEnd{};
    };
    QueryEnd end = run("ALTER TABLE HR.Employees ALTER COLUMN Salary money ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, "
                       "ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL");
    QVERIFY2(!end.error, end.error ? end.error->describe().c_str() : "");
    explorer.connectTo(request());
    catalog.refresh();
    QTRY_COMPARE(read.count(), 1);
    const auto before = editor.facts().roundTrips;
    end = run("DECLARE @s money = 50000; SELECT COUNT(*) FROM HR.Employees WHERE Salary > @s");
    QVERIFY2(!end.error, end.error ? end.error->describe().c_str() : "");
    QCOMPARE(end.rowCount, quint64{1});
    QCOMPARE(end.facts.roundTrips - before, quint64{2}); // describe and execute: no question about the catalog
    const auto use = m_vault->attestation().keyUse.find(
        "127.0.0.1," + std::to_string(m_sandbox->port()), QString::fromStdString(m_sandbox->user()), "ContosoHR");
    QVERIFY(use);
    QCOMPARE(use->columns.size(), std::size_t{1});
    QCOMPARE(use->columns[0].column, std::string("Salary"));
}

QTEST_GUILESS_MAIN(TstAttestation)
#include "tst_attestation.moc"
