// Whole judgements over recorded and computed answers of enclaves: which rule catches which.             enclave-protocol 3-6, 11
#include "driver/attestation/Judgement.h"
#include "tests/support/VectorFiles.h"

#include <QDateTime>

using namespace es;
using namespace es::attestation;
using es::testing::bytesOf;

namespace {

const QStringList kFiles{"enclave-none.json", "enclave-vbs-hgs.json", "enclave-aas-sgx.json", "enclave-aas-vbs.json"};

std::chrono::system_clock::time_point timeOf(const QString& iso)
{
    return std::chrono::system_clock::time_point(std::chrono::seconds(QDateTime::fromString(iso, Qt::ISODate).toSecsSinceEpoch()));
}

ServiceDocument document(std::string role, std::string url, const QByteArray& body)
{
    return {std::move(role), std::move(url), 200, base::Bytes(body.begin(), body.end()), {}, {}};
}

Evidence evidenceOf(const QJsonObject& file)
{
    Evidence evidence;
    evidence.parameters = bytesOf(file["attestation_parameters"]);
    switch (evidence.parameters.at(0)) {
    case 1: evidence.protocol = Protocol::kAas; break;
    case 3: evidence.protocol = Protocol::kHgs; break;
    default: evidence.protocol = Protocol::kNone;
    }
    evidence.result = bytesOf(file["response"]);
    evidence.enclaveType = file["login_enclave_type"].toString("VBS").toStdString();
    evidence.seenAt = timeOf(file["verify_at"].toString("2026-01-01T00:01:00+00:00"));
    if (evidence.protocol == Protocol::kHgs) {
        evidence.url = "https://hgs.sandbox.test/Attestation";
        evidence.documents.push_back(document("signing-certificates", evidence.url + "/v2.0/signingCertificates",
            file["signing_certificates_http_body"].toString().toUtf8()));
    }
    if (evidence.protocol == Protocol::kAas) {
        evidence.url = file["attestation_url"].toString().toStdString();
        const QJsonObject metadata = file["metadata_document"].toObject();
        evidence.documents.push_back(
            document("openid-configuration", file["metadata_url"].toString().toStdString(), QJsonDocument(metadata).toJson()));
        evidence.documents.push_back(document(
            "jwks", metadata["jwks_uri"].toString().toStdString(), QJsonDocument(file["jwks_document"].toObject()).toJson()));
    }
    return evidence;
}

QStringList idsOf(const Judgement& judgement, RuleVerdict verdict)
{
    QStringList ids;
    for (const RuleResult& rule : judgement.rules)
        if (rule.verdict == verdict) ids << QString::fromStdString(rule.id);
    ids.sort();
    return ids;
}

}  // namespace

class TestVectorAttestation : public QObject {
    Q_OBJECT

private slots:
    void believed_data() { testing::addVectorFileRows(kFiles); }
    void believed()
    {
        ES_FETCH_VECTOR();
        const Evidence evidence = evidenceOf(vector);
        const Judgement judgement = judge(evidence, Policy());
        QCOMPARE(idsOf(judgement, RuleVerdict::kFailed), QStringList());
        QCOMPARE(idsOf(judgement, RuleVerdict::kNotChecked), QStringList());
        QVERIFY(judgement.verdict == (evidence.protocol == Protocol::kNone ? Verdict::kNotAttested : Verdict::kVerified));
        QCOMPARE(judgement.rules.size(), rulesOf(evidence.protocol).size());
        QVERIFY(judgement.session.has_value());
        ES_COMPARE_BYTES(judgement.session->sessionId, bytesOf(vector["session_id"]));
        ES_COMPARE_BYTES(judgement.session->enclavePublicKey, bytesOf(vector["enclave_public_key"]));
        QCOMPARE(judgement.validUntil.has_value(), evidence.protocol != Protocol::kNone);
        for (const RuleResult& rule : judgement.rules) {
            QVERIFY2(!rule.expected.empty(), rule.id.c_str());
            QVERIFY2(!rule.seen.empty(), rule.id.c_str());
        }
    }

    void accepted_data() { testing::addVectorRows(kFiles, QStringLiteral("accepted")); }
    void accepted()
    {
        ES_FETCH_VECTOR();
        QFETCH(QJsonObject, file);
        Evidence evidence = evidenceOf(file);
        evidence.result = bytesOf(vector["response"]);
        if (vector.contains("verify_at")) evidence.seenAt = timeOf(vector["verify_at"].toString());
        QCOMPARE(idsOf(judge(evidence, Policy()), RuleVerdict::kFailed), QStringList());
    }

    void rejected_data() { testing::addVectorRows(kFiles, QStringLiteral("rejected")); }
    void rejected()
    {
        ES_FETCH_VECTOR();
        QFETCH(QJsonObject, file);
        Evidence evidence = evidenceOf(file);
        evidence.result = bytesOf(vector["response"]);
        if (vector.contains("verify_at")) evidence.seenAt = timeOf(vector["verify_at"].toString());
        const Judgement judgement = judge(evidence, Policy());
        QVERIFY(judgement.verdict == Verdict::kRefused);
        QCOMPARE(idsOf(judgement, RuleVerdict::kFailed), QStringList(vector["reason"].toString()));
    }

    // A genuine host's answer: all holds but what needs the service's list, which was not recorded.
    void captured()
    {
        const QJsonObject file = testing::vectorFile("enclave-captured.json");
        if (file.isEmpty()) return;
        Evidence evidence;
        evidence.protocol = Protocol::kHgs;
        evidence.enclaveType = "VBS";
        evidence.url = "https://hgs.example/Attestation";
        evidence.parameters = bytesOf(testing::vectorFile("enclave-vbs-hgs.json")["attestation_parameters"]);
        evidence.result = bytesOf(file["cases"].toArray().at(0).toObject()["input"]);
        evidence.seenAt = timeOf("2019-10-30T20:00:00Z");
        const Judgement judgement = judge(evidence, Policy());
        QCOMPARE(idsOf(judgement, RuleVerdict::kFailed), QStringList());
        QCOMPARE(idsOf(judgement, RuleVerdict::kNotChecked),
            QStringList({"health-certificate-issuer", "issuer-authority", "issuer-validity", "service-origin", "service-transport",
                "signing-certificates", "trusted-root"}));
        QVERIFY(judgement.verdict == Verdict::kUnreachable);
    }

    void capturedNonsense()
    {
        const QJsonObject file = testing::vectorFile("enclave-captured.json");
        for (const QJsonValue& value : file["cases"].toArray()) {
            const QJsonObject vector = value.toObject();
            if (vector["kind"] != "hgs-response" || vector["expected"] != "reject") continue;
            Evidence evidence;
            evidence.protocol = Protocol::kHgs;
            evidence.result = bytesOf(vector["input"]);
            QVERIFY(judge(evidence, Policy()).verdict == Verdict::kRefused);
        }
    }
};

QTEST_APPLESS_MAIN(TestVectorAttestation)
#include "tst_vector_attestation.moc"
