// Attesting through the services, against a real sandbox with a Host Guardian Service of its own: what a person sees of it.
#include "tests/support/AttestingSandbox.h"
#include "tests/support/NoWarnings.h"

#include "driver/session/Session.h"
#include "ui/services/AttestationTest.h"
#include "ui/services/CatalogService.h"
#include "ui/services/EnclaveService.h"
#include "ui/services/QueryService.h"
#include "ui/services/SessionReaper.h"
#include "ui/services/SharedAttestation.h"

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
    [[nodiscard]] AttestationTestEnd test(const std::shared_ptr<const ConnectionRequest>& request, QList<AttestationStep>* steps = nullptr);

    es::test::AttestingSandbox m_server;
};

void TstAttestation::initTestCase()
{
    support::forbidWarnings();
    const QString wrong = m_server.start();
    QVERIFY2(wrong.isEmpty(), qPrintable(wrong));
}

void TstAttestation::cleanupTestCase()
{
    QVERIFY(SessionReaper::waitForAll(10000));
    m_server.stop();
}

AttestationTestEnd TstAttestation::test(const std::shared_ptr<const ConnectionRequest>& request, QList<AttestationStep>* steps)
{
    AttestationTest test(m_server.vault());
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
    const AttestationTestEnd end = test(m_server.request(), &steps);
    QVERIFY2(!end.error, end.error ? end.error->describe().c_str() : "");
    QCOMPARE(end.outcome, AttestationTestEnd::Outcome::kVerified);
    QVERIFY(end.report && end.report->judgement.root.sandbox);
    QCOMPARE(steps.size(), qsizetype{kAttestationStepCount});
    for (int i = 0; i < kAttestationStepCount; ++i)
        QCOMPARE(steps[i], static_cast<AttestationStep>(i));
}

void TstAttestation::refusedByPolicy()
{
    const auto wanted = m_server.request();
    wanted->profile.attestationPolicy = QString::fromUtf8(R"({"version":1,"name":"Too new","minimumPlatformSvn":99})");
    const AttestationTestEnd end = test(wanted);
    QCOMPARE(end.outcome, AttestationTestEnd::Outcome::kRefused);
    QVERIFY(end.failedStep == AttestationStep::kEvidenceValid);
    QVERIFY(end.report && end.report->judgement.firstFailure());
    QVERIFY(end.error && end.error->text.find("99") != std::string::npos);
}

void TstAttestation::unreachable()
{
    const auto wanted = m_server.request();
    wanted->profile.attestationUrl = QStringLiteral("https://127.0.0.1:1/Attestation");
    const AttestationTestEnd end = test(wanted);
    QCOMPARE(end.outcome, AttestationTestEnd::Outcome::kUnreachable);
    QVERIFY(end.failedStep == AttestationStep::kServiceAnswers);
    QVERIFY(end.error && !end.error->remedy.empty());
}

void TstAttestation::connectionWithoutEnclave()
{
    const auto wanted = m_server.request();
    wanted->profile.attestation = AttestationChoice::kOff;
    wanted->profile.attestationUrl.clear();
    const AttestationTestEnd end = test(wanted);
    QCOMPARE(end.outcome, AttestationTestEnd::Outcome::kNotConnected);
    QVERIFY(end.failedStep == AttestationStep::kEnclaveType);
    QVERIFY(end.error && !end.report);
}

void TstAttestation::attestAgainAndSendKeys()
{
    SessionHost host(m_server.vault());
    EnclaveService enclave(host);
    QSignalSpy attested(&enclave, &EnclaveService::attested);
    QSignalSpy sent(&enclave, &EnclaveService::keysSent);
    QSignalSpy failed(&enclave, &EnclaveService::failed);
    const RequestId refused = enclave.attestAgain();
    QTRY_COMPARE(failed.count(), 1); // not connected
    QCOMPARE(failed[0][0].value<RequestId>(), refused);
    host.connectTo(m_server.request());
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
    SessionHost first(m_server.vault()), second(m_server.vault());
    EnclaveService enclave(first);
    QSignalSpy attested(&enclave, &EnclaveService::attested);
    first.connectTo(m_server.request());
    enclave.attestAgain();
    QTRY_COMPARE(attested.count(), 1);
    QSignalSpy connected(&second, &SessionHost::connected);
    second.connectTo(m_server.request());
    QTRY_COMPARE(connected.count(), 1);
    const auto facts = connected[0][1].value<SessionFacts>();
    QCOMPARE(facts.encryption, EncryptionIndicator::kEnclaveSession);
    QVERIFY(facts.attested);
    QVERIFY(facts.attestationReport == attested[0][1].value<EnclaveNews>().report);
}

// The explorer reads the catalog; a query of another host is judged by it and still gets the key that its table uses.
void TstAttestation::catalogThatWasReadServesQueries()
{
    SessionHost explorer(m_server.vault()), editor(m_server.vault());
    CatalogService catalog(explorer);
    QueryService query(editor);
    QSignalSpy read(&catalog, &CatalogService::snapshotReady);
    QSignalSpy ended(&query, &QueryService::ended);
    editor.connectTo(m_server.request());
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
    explorer.connectTo(m_server.request());
    catalog.refresh();
    QTRY_COMPARE(read.count(), 1);
    const auto before = editor.facts().roundTrips;
    end = run("DECLARE @s money = 50000; SELECT COUNT(*) FROM HR.Employees WHERE Salary > @s");
    QVERIFY2(!end.error, end.error ? end.error->describe().c_str() : "");
    QCOMPARE(end.rowCount, quint64{1});
    QCOMPARE(end.facts.roundTrips - before, quint64{2}); // describe and execute: no question about the catalog
    const auto use = m_server.vault()->attestation().keyUse.find(
        "127.0.0.1," + std::to_string(m_server.sandbox().port()), QString::fromStdString(m_server.sandbox().user()), "ContosoHR");
    QVERIFY(use);
    QCOMPARE(use->columns.size(), std::size_t{1});
    QCOMPARE(use->columns[0].column, std::string("Salary"));
}

QTEST_GUILESS_MAIN(TstAttestation)
#include "tst_attestation.moc"
