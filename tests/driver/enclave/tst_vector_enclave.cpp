// Attestation parameters and results, session keys and packages against recorded and computed ones.    enclave-protocol 2, 3, 7, 8
// What needs a judgement about identity (policy, tokens, certificates) is the attestation room's; here only the forms.
#include "driver/crypto/CellKeys.h"
#include "driver/enclave/AttestationParameters.h"
#include "driver/enclave/EnclavePackage.h"
#include "driver/enclave/VbsReport.h"
#include "tests/support/VectorFiles.h"

using namespace es;
using es::testing::bytesOf;
using es::testing::secretOf;

namespace {

const QStringList kProtocolFiles{"enclave-none.json", "enclave-vbs-hgs.json", "enclave-aas-sgx.json", "enclave-aas-vbs.json"};

enclave::ProtocolId protocolOf(const QJsonObject& file)
{
    return static_cast<enclave::ProtocolId>(bytesOf(file["attestation_parameters"]).at(0));
}

// A result of any protocol, in common terms.
struct Parts {
    enclave::SessionPart session;
    base::Bytes identity;  // unmasked
    base::Bytes healthReport;
    base::Bytes reportPackage;
    base::Bytes encodedAgain;
};

base::Result<Parts> decode(enclave::ProtocolId protocol, base::ByteView bytes, base::ByteView nonce)
{
    switch (protocol) {
    case enclave::ProtocolId::kNone: {
        ES_TRY(const auto result, enclave::decodeNoneResult(bytes));
        return Parts{result.session, {}, {}, {}, enclave::encodeNoneResult(result)};
    }
    case enclave::ProtocolId::kHgs: {
        ES_TRY(const auto result, enclave::decodeHgsResult(bytes));
        return Parts{result.session, result.identity, result.healthReport, result.reportPackage, enclave::encodeHgsResult(result)};
    }
    case enclave::ProtocolId::kAas: {
        ES_TRY(const auto result, enclave::decodeAasResult(bytes));
        const bool masked = result.enclaveType == enclave::AasEnclaveType::kSgx;
        return Parts{result.session, masked ? enclave::maskIdentity(result.identity, nonce) : result.identity, {}, {},
            enclave::encodeAasResult(result)};
    }
    }
    return base::makeError(enclave::kUnknownProtocol, "unknown");
}

// Reasons of the rejected results that these forms alone refuse, at some step up to the session key. Others: attestation.
base::Result<void> goThroughForms(const QJsonObject& file, base::ByteView response)
{
    const auto protocol = protocolOf(file);
    ES_TRY(const Parts parts, decode(protocol, response, bytesOf(file["nonce"])));
    ES_CHECK(crypto::checkEcdhPublicKey(parts.session.enclavePublicKey));
    if (protocol == enclave::ProtocolId::kNone) return {};
    ES_TRY(const auto identity, enclave::decodeIdentity(parts.identity));
    if (!identity.verifyPkcs1Sha256(parts.session.enclavePublicKey, parts.session.signature))
        return base::makeError(enclave::kBadAttestationResult, "signature of the ECDH key");
    if (protocol == enclave::ProtocolId::kAas) return {};
    ES_TRY(const auto package, enclave::decodeReportPackage(parts.reportPackage));
    ES_TRY(const auto health, crypto::RsaPublicKey::fromCertificate(parts.healthReport));
    if (!health.verifyPssSha256(package.statement, package.signature))
        return base::makeError(enclave::kBadReport, "signature of the report");
    ES_TRY(const auto report, enclave::decodeVbsReport(package.statement));
    const auto digest = crypto::sha256(parts.identity);
    if (!std::equal(digest.begin(), digest.end(), report.enclaveData.begin())) return base::makeError(enclave::kBadReport, "binding");
    return {};
}

bool formsRefuse(const QJsonObject& rejected)
{
    if (rejected["name"].toString() == QLatin1String("enclave type 0")) return true;
    static const QStringList reasons{"trailing-bytes", "truncated", "total-size", "dh-key-length", "dh-key-point", "dh-key-header",
        "identity-format", "report-format", "dh-signature", "report-signature", "report-binding"};
    return reasons.contains(rejected["reason"].toString());
}

void comparePackage(const enclave::OpenedPackage& opened, base::ByteView plaintext)
{
    // Put together by hand, from the layout of section 8.1.
    base::Bytes expected(opened.guid.begin(), opened.guid.end());
    for (int i = 0; i < 8; ++i)
        expected.push_back(static_cast<base::Byte>(opened.counter >> (8 * i)));
    expected.insert(expected.end(), opened.statementHash.begin(), opened.statementHash.end());
    for (const auto& key : opened.keys) {
        for (int i = 0; i < 4; ++i)
            expected.push_back(static_cast<base::Byte>(key.databaseId >> (8 * i)));
        expected.insert(expected.end(), key.metadataVersion.begin(), key.metadataVersion.end());
        expected.push_back(static_cast<base::Byte>(key.keyId));
        expected.push_back(static_cast<base::Byte>(key.keyId >> 8));
        const base::ByteView cek = key.cek.reveal(base::SecretAccess::forTest());
        expected.insert(expected.end(), cek.begin(), cek.end());
    }
    ES_COMPARE_BYTES(expected, plaintext);
}

}  // namespace

class TestVectorEnclave : public QObject {
    Q_OBJECT

private slots:
    void parameters_data() { testing::addVectorFileRows(kProtocolFiles); }
    void parameters()
    {
        ES_FETCH_VECTOR();
        const base::Bytes bytes = bytesOf(vector["attestation_parameters"]);
        const auto parameters = enclave::decodeAttestationParameters(bytes);
        ES_VERIFY_OK(parameters);
        ES_COMPARE_BYTES(parameters->clientPublicKey, bytesOf(vector["client_public_key"]));
        QCOMPARE(parameters->challenge.has_value(), vector.contains("attestation_url"));
        if (parameters->challenge) {
            QCOMPARE(QString::fromStdString(parameters->challenge->url), vector["attestation_url"].toString());
            ES_COMPARE_BYTES(parameters->challenge->nonce, bytesOf(vector["nonce"]));
        }
        ES_COMPARE_BYTES(enclave::encodeAttestationParameters(*parameters), bytes);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            QVERIFY(!enclave::decodeAttestationParameters(base::ByteView(bytes).first(size)));
        base::Bytes longer = bytes;
        longer.push_back(0);
        QVERIFY(!enclave::decodeAttestationParameters(longer));
    }

    void sessionKeys_data() { testing::addVectorFileRows(kProtocolFiles); }
    void sessionKeys()
    {
        ES_FETCH_VECTOR();
        const auto sessionKey = secretOf(vector["session_key"]);
        const auto derived = crypto::deriveCellKeys(sessionKey);
        ES_VERIFY_OK(derived);
        const QJsonObject expected = vector["session_key_derived"].toObject();
        const auto access = base::SecretAccess::forTest();
        ES_COMPARE_BYTES(derived->encryption.reveal(access), bytesOf(expected["encryption_key"]));
        ES_COMPARE_BYTES(derived->mac.reveal(access), bytesOf(expected["mac_key"]));
        ES_COMPARE_BYTES(derived->iv.reveal(access), bytesOf(expected["iv_key"]));

        const QJsonObject keys = testing::vectorFile(vector["keys_file"].toString());
        if (keys.isEmpty()) return;
        const auto client = crypto::EcdhP384::fromPrivateScalar(secretOf(keys["client_ec"]));
        const auto enclaveSide = crypto::EcdhP384::fromPrivateScalar(secretOf(keys["enclave_ec"]));
        ES_VERIFY_OK(client);
        ES_VERIFY_OK(enclaveSide);
        ES_COMPARE_BYTES(client->publicKey(), bytesOf(vector["client_public_key"]));
        ES_COMPARE_BYTES(enclaveSide->publicKey(), bytesOf(vector["enclave_public_key"]));
        ES_COMPARE_BYTES(client->sharedSecret(enclaveSide->publicKey())->reveal(access), bytesOf(vector["ecdh_z"]));
        QVERIFY(*enclave::deriveSessionKey(*client, enclaveSide->publicKey()) == sessionKey);
        QVERIFY(*enclave::deriveSessionKey(*enclaveSide, client->publicKey()) == sessionKey);
    }

    void results_data() { testing::addVectorFileRows(kProtocolFiles); }
    void results()
    {
        ES_FETCH_VECTOR();
        const base::Bytes response = bytesOf(vector["response"]);
        const auto parts = decode(protocolOf(vector), response, bytesOf(vector["nonce"]));
        ES_VERIFY_OK(parts);
        ES_COMPARE_BYTES(parts->session.sessionId, bytesOf(vector["session_id"]));
        ES_COMPARE_BYTES(parts->session.enclavePublicKey, bytesOf(vector["enclave_public_key"]));
        ES_COMPARE_BYTES(parts->identity, bytesOf(vector["identity"]));
        ES_COMPARE_BYTES(parts->healthReport, bytesOf(vector["health_certificate"]));
        ES_COMPARE_BYTES(parts->reportPackage, bytesOf(vector["enclave_report_package"]));
        ES_COMPARE_BYTES(parts->encodedAgain, response);
        ES_VERIFY_OK(goThroughForms(vector, response));
        if (!parts->identity.empty())
            ES_COMPARE_BYTES(enclave::encodeIdentity(enclave::decodeIdentity(parts->identity).value()), parts->identity);
        for (std::size_t size = 0; size < response.size(); size += size < 64 ? 1 : 37)
            QVERIFY(!decode(protocolOf(vector), base::ByteView(response).first(size), bytesOf(vector["nonce"])));
    }

    // Whatever a server sends: an answer or an error, never a read outside (this is for the sanitizers).
    void alteredResults_data() { testing::addVectorFileRows(kProtocolFiles); }
    void alteredResults()
    {
        ES_FETCH_VECTOR();
        const base::Bytes response = bytesOf(vector["response"]);
        std::uint32_t state = 2463534242;
        const auto random = [&state](std::size_t below) {
            state = state * 1664525 + 1013904223;
            return static_cast<std::size_t>(state >> 8) % below;
        };
        for (int i = 0; i < 1000; ++i) {
            base::Bytes altered = response;
            for (std::size_t changes = 1 + random(3); changes > 0; --changes)
                altered[random(2) == 0 ? random(32) : random(altered.size())] = static_cast<base::Byte>(random(256));
            altered.resize(altered.size() - random(2) * random(altered.size()));
            for (const auto protocol : {enclave::ProtocolId::kNone, enclave::ProtocolId::kHgs, enclave::ProtocolId::kAas}) {
                const auto parts = decode(protocol, altered, base::Bytes(1));
                if (!parts) continue;
                static_cast<void>(enclave::decodeIdentity(parts->identity));
                const auto package = enclave::decodeReportPackage(parts->reportPackage);
                static_cast<void>(enclave::decodeVbsReport(package ? base::ByteView(package->statement) : base::ByteView(altered)));
            }
            static_cast<void>(enclave::decodeAttestationParameters(altered));
        }
    }

    void acceptedResults_data() { testing::addVectorRows(kProtocolFiles, "accepted"); }
    void acceptedResults()
    {
        ES_FETCH_VECTOR();
        QFETCH(QJsonObject, file);
        ES_VERIFY_OK(goThroughForms(file, bytesOf(vector["response"])));
    }

    void rejectedResults_data() { testing::addVectorRows(kProtocolFiles, "rejected"); }
    void rejectedResults()
    {
        ES_FETCH_VECTOR();
        QFETCH(QJsonObject, file);
        if (!formsRefuse(vector)) return;  // policy, tokens, certificates: judged in attestation
        QVERIFY(!goThroughForms(file, bytesOf(vector["response"])));
    }

    void packages_data() { testing::addVectorRows(kProtocolFiles, "packages"); }
    void packages()
    {
        ES_FETCH_VECTOR();
        QFETCH(QJsonObject, file);
        const auto sessionKey = secretOf(file["session_key"]);
        const base::Bytes package = bytesOf(vector["package"]);
        const auto opened = enclave::openPackage(package, sessionKey);
        ES_VERIFY_OK(opened);
        ES_COMPARE_BYTES(opened->sessionId, bytesOf(file["session_id"]));
        ES_COMPARE_BYTES(opened->guid, bytesOf(vector["guid"]));
        QCOMPARE(opened->counter, static_cast<std::uint64_t>(vector["counter"].toInteger()));
        comparePackage(*opened, bytesOf(vector["plaintext"]));

        const auto hash = enclave::statementHash(vector["statement"].toString().toStdString());
        ES_COMPARE_BYTES(hash, bytesOf(vector["query_hash"]));
        ES_COMPARE_BYTES(hash, enclave::statementHashUtf16(bytesOf(vector["statement_utf16le"])));
        QCOMPARE(opened->keys.size(), static_cast<std::size_t>(vector["keys"].toArray().size()));
        for (std::size_t i = 0; i < opened->keys.size(); ++i) {
            const QJsonObject key = vector["keys"].toArray()[static_cast<qsizetype>(i)].toObject();
            QCOMPARE(opened->keys[i].databaseId, static_cast<std::uint32_t>(key["database_id"].toInteger()));
            QCOMPARE(opened->keys[i].keyId, static_cast<std::uint16_t>(key["key_id"].toInteger()));
            ES_COMPARE_BYTES(opened->keys[i].metadataVersion, bytesOf(key["metadata_version"]));
            QVERIFY(opened->keys[i].cek == secretOf(key["cek"]));
        }

        const auto sealed = enclave::sealPackage(opened->sessionId, sessionKey, opened->counter, hash, opened->keys);
        ES_VERIFY_OK(sealed);
        QCOMPARE(sealed->size(), package.size());
        const auto again = enclave::openPackage(*sealed, sessionKey);
        ES_VERIFY_OK(again);
        QCOMPARE(again->counter, opened->counter);
        QCOMPARE(again->keys.size(), opened->keys.size());
        QVERIFY(again->guid != opened->guid);
    }

    void recordedPackages_data() { testing::addVectorRows({"enclave-jdbc-wire.json"}, "messages"); }
    void recordedPackages()
    {
        ES_FETCH_VECTOR();
        if (vector["enclave_field"].toString().isEmpty()) return;  // a message without package
        const auto opened = enclave::openPackage(bytesOf(vector["enclave_field"]), secretOf(vector["session_key"]));
        ES_VERIFY_OK(opened);
        QCOMPARE(opened->counter, static_cast<std::uint64_t>(vector["counter"].toInteger()));
        comparePackage(*opened, bytesOf(vector["package_plaintext"]));
        ES_COMPARE_BYTES(opened->statementHash, enclave::statementHash(vector["statement"].toString().toStdString()));
    }

    void captured_data() { testing::addVectorRows({"enclave-captured.json"}, "cases"); }
    void captured()
    {
        ES_FETCH_VECTOR();
        const QString kind = vector["kind"].toString();
        const bool accept = vector["expected"].toString() == QLatin1String("accept");
        if (kind == QLatin1String("report-binding")) {
            const auto digest = crypto::sha256(bytesOf(vector["public_key"]));
            const base::Bytes data = bytesOf(vector["enclave_data"]);
            QCOMPARE(data.size() >= digest.size() && std::equal(digest.begin(), digest.end(), data.begin()), accept);
            return;
        }
        const base::Bytes input = bytesOf(vector["input"]);
        if (kind == QLatin1String("dh-public-key")) {
            QCOMPARE(crypto::checkEcdhPublicKey(input).has_value(), accept);
            return;
        }
        const auto result = enclave::decodeHgsResult(input);
        if (!accept) {
            // 36 zero bytes have the sizes of an empty result: what is in it is refused.
            QVERIFY(!result || !crypto::RsaPublicKey::fromCertificate(result->healthReport));
            return;
        }
        ES_VERIFY_OK(result);
        compareCaptured(*result, vector["fields"].toObject());
        ES_COMPARE_BYTES(enclave::encodeHgsResult(*result), input);
    }

private:
    static void compareCaptured(const enclave::HgsResult& result, const QJsonObject& fields)
    {
        ES_COMPARE_BYTES(result.session.sessionId, bytesOf(fields["session_id"]));
        ES_COMPARE_BYTES(result.session.enclavePublicKey, bytesOf(fields["dh_public_key"]));
        ES_COMPARE_BYTES(result.session.signature, bytesOf(fields["dh_signature"]));
        ES_COMPARE_BYTES(result.identity, bytesOf(fields["identity"]));
        ES_COMPARE_BYTES(result.healthReport, bytesOf(fields["health_report"]));
        const auto package = enclave::decodeReportPackage(result.reportPackage);
        ES_VERIFY_OK(package);
        ES_COMPARE_BYTES(package->signature, bytesOf(fields["report_signature"]));
        ES_COMPARE_BYTES(enclave::encodeReportPackage(*package), result.reportPackage);
        const auto report = enclave::decodeVbsReport(package->statement);
        ES_VERIFY_OK(report);
        ES_COMPARE_BYTES(report->enclaveData, bytesOf(fields["enclave_data"]));
        ES_COMPARE_BYTES(report->ownerId, bytesOf(fields["owner_id"]));
        ES_COMPARE_BYTES(report->uniqueId, bytesOf(fields["unique_id"]));
        ES_COMPARE_BYTES(report->authorId, bytesOf(fields["author_id"]));
        ES_COMPARE_BYTES(report->familyId, bytesOf(fields["family_id"]));
        ES_COMPARE_BYTES(report->imageId, bytesOf(fields["image_id"]));
        QCOMPARE((QList<qint64>{report->enclaveSvn, report->secureKernelSvn, report->platformSvn, report->flags, report->signingLevel,
                     report->reserved}),
            (QList<qint64>{0, 0, 1, 0, 0, 0}));
        const QJsonArray modules = fields["modules"].toArray();
        QCOMPARE(report->modules.size(), static_cast<std::size_t>(modules.size()));
        for (std::size_t i = 0; i < report->modules.size(); ++i) {
            const QJsonObject module = modules[static_cast<qsizetype>(i)].toObject();
            ES_COMPARE_BYTES(report->modules[i].uniqueId, bytesOf(module["unique_id"]));
            QCOMPARE(QString::fromStdString(report->modules[i].name), module["name"].toString());
        }
        ES_COMPARE_BYTES(enclave::encodeVbsReport(*report), package->statement);
    }
};

QTEST_APPLESS_MAIN(TestVectorEnclave)
#include "tst_vector_enclave.moc"
