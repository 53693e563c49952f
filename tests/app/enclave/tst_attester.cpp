// The enclave's side of attestation against the real services: whole results, as a client takes them apart, and every refusal.
#include "app/sandbox/attest/AttestService.h"
#include "app/sandbox/enclave/SessionTable.h"
#include "app/sandbox/enclaveabi/PosixLocalSocket.h"
#include "driver/base/Utf16.h"
#include "driver/enclave/AttestationResult.h"
#include "driver/enclave/VbsReport.h"

#include <QTemporaryDir>
#include <QtTest>

#include <thread>

using namespace es;
using namespace es::sandbox;

namespace {

enclave::AttestationParameters parametersFor(std::uint32_t protocolId, const crypto::EcdhP384& client)
{
    enclave::AttestationParameters parameters;
    parameters.protocol = static_cast<enclave::ProtocolId>(protocolId);
    parameters.clientPublicKey = client.publicKey();
    if (protocolId == 1)
        parameters.challenge = enclave::AasChallenge{"https://localhost:4433/attest", crypto::randomBytes(enclave::kAasNonceBytes)};
    return parameters;
}

std::int32_t numberOf(const base::Error& error)
{
    return error.server ? error.server->number : 0;
}

// The session's part, the identity behind it, and whether the result commits to that identity.
struct Opened {
    enclave::SessionPart session;
    base::Bytes identity;
    bool bound = false;
};

Opened openHgs(base::ByteView value)
{
    const auto result = enclave::decodeHgsResult(value);
    const auto report = enclave::decodeVbsReport(enclave::decodeReportPackage(result->reportPackage)->statement);
    const auto digest = crypto::sha256(result->identity);
    return {result->session, result->identity, std::equal(digest.begin(), digest.end(), report->enclaveData.begin())};
}

Opened openAas(base::ByteView value, base::ByteView nonce, bool sgx)
{
    const auto result = enclave::decodeAasResult(value);
    const QByteArray claims = QByteArray::fromBase64(QByteArray::fromStdString(result->token).split('.').at(1), QByteArray::Base64UrlEncoding);
    const QByteArray sent(reinterpret_cast<const char*>(result->identity.data()), static_cast<qsizetype>(result->identity.size()));
    const bool type = result->enclaveType == (sgx ? enclave::AasEnclaveType::kSgx : enclave::AasEnclaveType::kVbs);
    return {result->session, sgx ? enclave::maskIdentity(result->identity, nonce) : result->identity,
            type && claims.contains(sent.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals))};
}

// The attestation program's socket, answered by its real service or by fixed bytes.
class Desk {
public:
    explicit Desk(const std::string& path, std::function<base::Bytes(base::ByteView)> answer)
    {
        auto listener = LocalListener::listen(path);
        std::thread([l = std::make_shared<LocalListener>(std::move(*listener)), answer = std::move(answer)] {
            while (auto socket = l->accept()) {
                if (const auto message = socket->receiveMessage(abi::kMaxAttestMessageBytes))
                    (void)socket->sendMessage(answer(*message));
            }
        }).detach();  // a socket that waits has no other end than the program's
    }
};

}  // namespace

class TestAttester : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    AttestRoot m_root = *AttestRoot::open(m_folder.path().toStdString(), base::Clock::system());
    std::vector<std::unique_ptr<AttestService>> m_services;  // live as long as the threads that may still ask them

    Attester m_hgs{AttestMode::kHgs, socketPath("hgs")};  // one identity for several tests: it takes seconds to make

    std::string socketPath(const char* name) const { return m_folder.filePath(name).toStdString(); }

private slots:
    void session_data()
    {
        QTest::addColumn<QByteArray>("mode");
        QTest::addColumn<QVector<quint32>>("protocols");
        QTest::newRow("none") << QByteArray("none") << QVector<quint32>{2};
        QTest::newRow("hgs") << QByteArray("hgs") << QVector<quint32>{3, 2};
        QTest::newRow("aas-vbs") << QByteArray("aas-vbs") << QVector<quint32>{1, 2};
        QTest::newRow("aas-sgx") << QByteArray("aas-sgx") << QVector<quint32>{1};
    }
    void session()
    {
        QFETCH(QByteArray, mode);
        QFETCH(QVector<quint32>, protocols);
        const AttestMode attested = *attestModeFromName(mode.toStdString());
        const std::string path = socketPath(mode.constData());
        if (attested != AttestMode::kNone) {
            m_services.push_back(std::make_unique<AttestService>(m_root, ServiceNames("127.0.0.1", 4433), attested, AttestFaults()));
            Desk(path, [service = m_services.back().get()](base::ByteView message) { return service->answerMessage(message); });
        }
        Attester own(attested == AttestMode::kHgs ? AttestMode::kNone : attested, path);
        SessionTable sessions(attested == AttestMode::kHgs ? m_hgs : own);
        for (quint32 id = 1; id <= 3; ++id) {
            const auto client = crypto::EcdhP384::generate();
            const auto parameters = parametersFor(id, *client);
            const auto offer = sessions.create(enclave::encodeAttestationParameters(parameters));
            if (!protocols.contains(id)) {
                QVERIFY(!offer);
                QCOMPARE(numberOf(offer.error()), 33190);
                QVERIFY(offer.error().server->message.find(mode.toStdString()) != std::string::npos);
                continue;
            }
            QVERIFY(offer);
            enclave::SessionPart part;
            if (id == 2) {
                part = enclave::decodeNoneResult(offer->attestationInfo)->session;
            } else {
                const Opened opened = id == 3 ? openHgs(offer->attestationInfo)
                                              : openAas(offer->attestationInfo, parameters.challenge->nonce, attested == AttestMode::kAasSgx);
                QVERIFY(opened.bound);
                QCOMPARE(opened.identity.size(), std::size_t{539});
                QVERIFY(enclave::decodeIdentity(opened.identity)->verifyPkcs1Sha256(opened.session.enclavePublicKey, opened.session.signature));
                part = opened.session;
            }
            QCOMPARE(part.sessionId, offer->session);
            // Both sides have the same key: a package made with the client's opens.
            const auto key = enclave::deriveSessionKey(*client, part.enclavePublicKey);
            const base::Bytes text = base::utf16leFromUtf8("SELECT 1");
            const auto package = enclave::sealPackage(part.sessionId, *key, 0, enclave::statementHashUtf16(text), {});
            QVERIFY(sessions.open(*package, std::array<base::Bytes, 1>{text}));
        }
    }

    void withoutAnswerThereIsNoSession_data()
    {
        QTest::addColumn<QByteArray>("reply");
        const base::Bytes refusal = abi::encodeEvidenceRefusal("Not today.");
        QTest::newRow("refused") << QByteArray(reinterpret_cast<const char*>(refusal.data()), static_cast<qsizetype>(refusal.size()));
        QTest::newRow("nonsense") << QByteArray("nonsense");
        QTest::newRow("nobody") << QByteArray();
    }
    void withoutAnswerThereIsNoSession()
    {
        QFETCH(QByteArray, reply);
        const std::string path = socketPath("hgs");
        QFile::remove(QString::fromStdString(path));
        if (!reply.isEmpty())
            Desk(path, [reply](base::ByteView) { return base::Bytes(reply.begin(), reply.end()); });
        SessionTable sessions(m_hgs);
        const auto client = crypto::EcdhP384::generate();
        const auto offer = sessions.create(enclave::encodeAttestationParameters(parametersFor(3, *client)));
        QVERIFY(!offer);
        QCOMPARE(numberOf(offer.error()), 33196);
        QCOMPARE(sessions.counts().sessions, 0U);
    }
};

QTEST_GUILESS_MAIN(TestAttester)
#include "tst_attester.moc"
