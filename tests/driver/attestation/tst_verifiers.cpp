// From parameters to a session: a pair serves one answer, protocols and types that go together, policies for somebody else, cancel.
//                                                                                   enclave-protocol 1.4, 2.2, 3.4, 6, 7
#include "driver/attestation/AttestationVerifier.h"
#include "driver/enclave/AttestationParameters.h"
#include "tests/driver/attestation/EvidenceMaker.h"
#include "tests/support/FakeClock.h"
#include "tests/support/HttpSeam.h"

#include <QTest>

using namespace es;
using attestation::Protocol;
using attestation::Verdict;
using attestation::VerifierSettings;

namespace {

class ClockAt final : public base::Clock {
public:
    explicit ClockAt(std::chrono::system_clock::time_point wall) : m_wall(wall) {}
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return steady; }
    [[nodiscard]] std::chrono::system_clock::time_point wallClock() const override { return m_wall; }
    std::chrono::steady_clock::time_point steady{std::chrono::hours(1)};

private:
    std::chrono::system_clock::time_point m_wall;
};

struct Setup {
    Setup()
        : seam(new test::HttpSeam)
        , documents(std::unique_ptr<http::HttpClient>(seam), clock)
    {
    }
    [[nodiscard]] auto make(const VerifierSettings& settings) { return attestation::makeVerifier(settings, documents, clock); }
    test::HttpSeam* seam;
    testing::FakeClock clock;
    attestation::ServiceDocuments documents;
};

VerifierSettings settingsFor(Protocol protocol, const std::string& url, const std::string& type)
{
    VerifierSettings settings;
    settings.protocol = protocol;
    settings.url = url;
    settings.enclaveType = type;
    settings.serverName = "db.example,1433";
    settings.database = "HR";
    return settings;
}

// What the enclave's side does with the parameters: its answer and the key it derived.
struct EnclaveSide {
    base::Bytes answer;
    base::SecureBytes sessionKey;
};
EnclaveSide answerTo(base::ByteView parameters)
{
    const auto decoded = enclave::decodeAttestationParameters(parameters).value();
    const auto keyPair = crypto::EcdhP384::generate().value();
    return {enclave::encodeNoneResult({{{9, 8, 7, 6, 5, 4, 3, 2}, keyPair.publicKey(), {}}}),
        enclave::deriveSessionKey(keyPair, decoded.clientPublicKey).value()};
}

QByteArray nameOf(const base::Error& error)
{
    return {error.code.name.data(), static_cast<qsizetype>(error.code.name.size())};
}

}  // namespace

class VerifiersTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void noneAgreesWithTheOtherEnd();
    void eachKeyPairServesOneAnswer();
    void badAnswers_data();
    void badAnswers();
    void whatGoesTogether_data();
    void whatGoesTogether();
    void policyForSomebodyElse_data();
    void policyForSomebodyElse();
    void parametersOfEachProtocol();
    void serviceThatFailsIsUnreachable();
    void cancelledWhileTheServiceHangs();
    void anUnknownIssuerIsLookedUpOnce_data();
    void anUnknownIssuerIsLookedUpOnce();
};

void VerifiersTest::noneAgreesWithTheOtherEnd()
{
    Setup it;
    const auto verifier = it.make(settingsFor(Protocol::kNone, "", "vbs")).value();
    const base::Bytes parameters = verifier->attestationParameters().value();
    QCOMPARE(parameters.size(), std::size_t{116});
    const EnclaveSide side = answerTo(parameters);
    const auto outcome = verifier->verify(side.answer, {});
    QVERIFY(outcome.session && !outcome.error);
    QVERIFY(outcome.report->judgement.verdict == Verdict::kNotAttested);  // never "verified"
    QCOMPARE(outcome.report->evidence.parameters, parameters);
    QCOMPARE(outcome.report->evidence.result, side.answer);
    QCOMPARE(outcome.report->evidence.serverName, std::string("db.example,1433"));
    QVERIFY(outcome.report->sessionEnds == it.clock.wallClock() + attestation::EnclaveSession::kLifetime);
    QVERIFY(it.seam->asked.empty());
    for (std::uint64_t counter = 0; counter < 3; ++counter) {
        const auto package = outcome.session->sealPackage("SELECT 1", {});
        QVERIFY(package);
        const auto opened = enclave::openPackage(*package, side.sessionKey);
        QVERIFY(opened);
        QCOMPARE(opened->counter, counter);
        QVERIFY(opened->statementHash == enclave::statementHash("SELECT 1"));
        QVERIFY(opened->sessionId == outcome.session->id());
    }
}

void VerifiersTest::eachKeyPairServesOneAnswer()
{
    Setup it;
    const auto verifier = it.make(settingsFor(Protocol::kNone, "", "VBS")).value();
    QCOMPARE(nameOf(*verifier->verify({}, {}).error), QByteArray("NotStarted"));
    const base::Bytes first = verifier->attestationParameters().value();
    const base::Bytes second = verifier->attestationParameters().value();
    QVERIFY(first != second);
    const EnclaveSide side = answerTo(second);
    QVERIFY(verifier->verify(side.answer, {}).session != nullptr);
    const auto again = verifier->verify(side.answer, {});
    QVERIFY(again.session == nullptr && again.report == nullptr);
    QCOMPARE(nameOf(*again.error), QByteArray("NotStarted"));
}

void VerifiersTest::badAnswers_data()
{
    QTest::addColumn<int>("offset");
    QTest::addColumn<int>("change");
    QTest::newRow("attestation part not empty") << 0 << 4;
    QTest::newRow("session size") << 4 << 1;
    QTest::newRow("key size") << 16 << 1;
    QTest::newRow("signature size") << 20 << 1;
    QTest::newRow("key header") << 24 << 1;
    QTest::newRow("point not on the curve") << 40 << 1;
}

void VerifiersTest::badAnswers()
{
    QFETCH(int, offset);
    QFETCH(int, change);
    Setup it;
    const auto verifier = it.make(settingsFor(Protocol::kNone, "", "VBS")).value();
    base::Bytes answer = answerTo(verifier->attestationParameters().value()).answer;
    answer[static_cast<std::size_t>(offset)] ^= static_cast<base::Byte>(change);
    const auto outcome = verifier->verify(answer, {});
    QVERIFY(outcome.session == nullptr);
    QVERIFY(outcome.report->judgement.verdict == Verdict::kRefused);
    QCOMPARE(nameOf(*outcome.error), QByteArray("EnclaveRefused"));
    QVERIFY(outcome.error->origin == base::Origin::kAttestation);
    QVERIFY(!outcome.error->setting.empty() && !outcome.error->remedy.empty());
}

void VerifiersTest::whatGoesTogether_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("refusal");  // empty: goes
    const auto row = [](const char* name, Protocol protocol, const char* url, const char* type, const char* refusal) {
        QTest::newRow(name) << static_cast<int>(protocol) << QByteArray(url) << QByteArray(type) << QByteArray(refusal);
    };
    const char* url = "https://attest.example/x";
    row("None, VBS", Protocol::kNone, "", "VBS", "");
    row("None, SGX", Protocol::kNone, "", "SGX", "UnsupportedEnclaveType");
    row("None, nothing", Protocol::kNone, "", "", "UnsupportedEnclaveType");
    row("None, SIMULATOR", Protocol::kNone, "", "SIMULATOR", "UnsupportedEnclaveType");
    row("HGS, VBS", Protocol::kHgs, url, "vbs", "");
    row("HGS, SGX", Protocol::kHgs, url, "SGX", "UnsupportedEnclaveType");
    row("AAS, VBS", Protocol::kAas, url, "VBS", "");
    row("AAS, SGX", Protocol::kAas, url, "sgx", "");
    row("AAS, other", Protocol::kAas, url, "TDX", "UnsupportedEnclaveType");
    row("HGS without URL", Protocol::kHgs, "", "VBS", "HttpBadUrl");
    row("HGS, no URL at all", Protocol::kHgs, "hgs.example", "VBS", "HttpBadUrl");
    row("HGS over http", Protocol::kHgs, "http://hgs.example/Attestation", "VBS", "HttpPlain");
    row("AAS over http", Protocol::kAas, "http://aas.example/", "SGX", "HttpPlain");
}

void VerifiersTest::whatGoesTogether()
{
    QFETCH(int, protocol);
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, refusal);
    Setup it;
    const auto made = it.make(settingsFor(static_cast<Protocol>(protocol), url.toStdString(), type.toStdString()));
    QCOMPARE(made ? QByteArray() : nameOf(made.error()), refusal);
    if (!made) QVERIFY(!made.error().setting.empty() && !made.error().remedy.empty());
}

void VerifiersTest::policyForSomebodyElse_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<QByteArray>("service");
    QTest::addColumn<bool>("plainHttp");
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("refusal");
    const QByteArray url("https://hgs.example:443/Attestation");
    QTest::newRow("same service") << static_cast<int>(Protocol::kHgs) << QByteArray("https://hgs.example") << false << url << QByteArray();
    QTest::newRow("another protocol") << static_cast<int>(Protocol::kAas) << QByteArray() << false << url << QByteArray("PolicyMismatch");
    QTest::newRow("another service") << static_cast<int>(Protocol::kHgs) << QByteArray("https://other.example") << false << url << QByteArray("PolicyMismatch");
    QTest::newRow("http allowed") << static_cast<int>(Protocol::kHgs) << QByteArray() << true << QByteArray("http://hgs.example/A") << QByteArray();
}

void VerifiersTest::policyForSomebodyElse()
{
    QFETCH(int, protocol);
    QFETCH(QByteArray, service);
    QFETCH(bool, plainHttp);
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, refusal);
    Setup it;
    VerifierSettings settings = settingsFor(Protocol::kHgs, url.toStdString(), "VBS");
    settings.policy.protocol = static_cast<Protocol>(protocol);
    settings.policy.service = service.toStdString();
    settings.policy.plainHttp = plainHttp;
    const auto made = it.make(settings);
    QCOMPARE(made ? QByteArray() : nameOf(made.error()), refusal);
    if (!made) QCOMPARE(made.error().setting, std::string("attestation-policy"));
}

void VerifiersTest::parametersOfEachProtocol()
{
    Setup it;
    const std::string url = "https://aas.example/attest/SgxEnclave?api-version=2018-09-01-preview";
    const auto hgs = it.make(settingsFor(Protocol::kHgs, "https://hgs.example/Attestation", "VBS")).value();
    const auto first = enclave::decodeAttestationParameters(hgs->attestationParameters().value()).value();
    QVERIFY(first.protocol == enclave::ProtocolId::kHgs && !first.challenge);
    const auto aas = it.make(settingsFor(Protocol::kAas, url, "SGX")).value();
    const auto one = enclave::decodeAttestationParameters(aas->attestationParameters().value()).value();
    const auto two = enclave::decodeAttestationParameters(aas->attestationParameters().value()).value();
    QVERIFY(one.protocol == enclave::ProtocolId::kAas);
    QCOMPARE(one.challenge->url, url);
    QCOMPARE(one.challenge->nonce.size(), enclave::kAasNonceBytes);
    QVERIFY(one.challenge->nonce != two.challenge->nonce);
    QVERIFY(one.clientPublicKey != two.clientPublicKey);
}

void VerifiersTest::serviceThatFailsIsUnreachable()
{
    Setup it;
    const auto verifier = it.make(settingsFor(Protocol::kHgs, "https://hgs.example/elsewhere", "VBS")).value();
    it.seam->on("https://hgs.example/Attestation/v2.0/signingCertificates", "[1]");
    (void)verifier->attestationParameters();
    const auto outcome = verifier->verify(base::Bytes(4), {});
    QVERIFY(outcome.session == nullptr);
    QCOMPARE(nameOf(*outcome.error), QByteArray("EnclaveRefused"));  // four bytes are no evidence, whatever the service says
    QVERIFY(outcome.serviceRequests >= 2);
    QCOMPARE(outcome.report->suggestedUrl, std::string("https://hgs.example/Attestation"));
}

void VerifiersTest::cancelledWhileTheServiceHangs()
{
    Setup it;
    it.seam->hangOn("https://hgs.example/Attestation/v2.0/signingCertificates");
    const auto verifier = it.make(settingsFor(Protocol::kHgs, "https://hgs.example/Attestation", "VBS")).value();
    (void)verifier->attestationParameters();
    std::stop_source stop;
    stop.request_stop();
    const auto outcome = verifier->verify(base::Bytes(4), stop.get_token());
    QVERIFY(outcome.cancelled);
    QVERIFY(outcome.session == nullptr && outcome.report == nullptr && !outcome.error);
}

void VerifiersTest::anUnknownIssuerIsLookedUpOnce_data()
{
    QTest::addColumn<bool>("renewed");  // the service publishes the new signing certificate by now
    QTest::newRow("published meanwhile") << true;
    QTest::newRow("still unknown") << false;
}

// HGS got another signing certificate since its list was fetched: it is fetched once more, and never a third time.
void VerifiersTest::anUnknownIssuerIsLookedUpOnce()
{
    QFETCH(bool, renewed);
    testing::HgsCase older;
    older.authority = testing::rootPlan("older-authority");
    const attestation::Evidence made = testing::evidenceOf(testing::HgsCase());
    const auto listOf = [](const attestation::Evidence& evidence) {
        const base::Bytes& body = evidence.document("signing-certificates")->body;
        return std::string(body.begin(), body.end());
    };
    const std::string oldList = listOf(testing::evidenceOf(older));

    ClockAt clock(made.seenAt);
    auto* seam = new test::HttpSeam;
    attestation::ServiceDocuments documents(std::unique_ptr<http::HttpClient>(seam), clock);
    const std::string url = made.url + "/v2.0/signingCertificates";
    seam->on(url, oldList);
    const attestation::ServiceAddress address{Protocol::kHgs, made.url, "", false, {}};
    QVERIFY(!documents.get(address, false, {}).failure);
    clock.steady += attestation::ServiceDocuments::kRefetchPause;
    if (renewed) seam->on(url, listOf(made));

    const auto verifier = attestation::makeVerifier(settingsFor(Protocol::kHgs, made.url, "VBS"), documents, clock).value();
    (void)verifier->attestationParameters();
    const auto outcome = verifier->verify(made.result, {});
    QCOMPARE(seam->asked.size(), std::size_t{2});
    QCOMPARE(outcome.serviceRequests, 1U);
    QCOMPARE(outcome.session != nullptr, renewed);
    if (renewed) QVERIFY(outcome.report->judgement.verdict == Verdict::kVerified);
    else QCOMPARE(outcome.report->judgement.firstFailure()->id, std::string("health-certificate-issuer"));
}

QTEST_GUILESS_MAIN(VerifiersTest)
#include "tst_verifiers.moc"
