// What enclave and attestation program say to each other, and which mode offers what.
#include "app/sandbox/enclaveabi/AttestMessages.h"
#include "app/sandbox/enclaveabi/AttestMode.h"

#include <QtTest>

using namespace es;
using namespace es::sandbox;

namespace {

const abi::EvidenceRequest kRequest{1, {1, 2, 3}, "https://localhost:1/attest", base::Bytes(256, 7)};
const abi::EvidenceReply kReply{{1, 2}, {3}, {4, 5, 6}, "a.b.c"};

}  // namespace

class TestAttestMessages : public QObject {
    Q_OBJECT

private slots:
    void thereAndBack()
    {
        QVERIFY(*abi::decodeEvidenceRequest(abi::encodeEvidenceRequest(kRequest)) == kRequest);
        QVERIFY(*abi::decodeEvidenceReply(abi::encodeEvidenceReply(kReply)) == kReply);
        const auto refused = abi::decodeEvidenceReply(abi::encodeEvidenceRefusal("No."));
        QVERIFY(!refused && refused.error().code == abi::kAttestRefused);
        QCOMPARE(refused.error().text, std::string("No."));
    }

    void everyOtherLengthIsRefused()
    {
        const base::Bytes request = abi::encodeEvidenceRequest(kRequest);
        const base::Bytes reply = abi::encodeEvidenceReply(kReply);
        for (std::size_t size = 0; size < request.size(); ++size)
            QCOMPARE(abi::decodeEvidenceRequest(base::ByteView(request).first(size)).error().code, abi::kBadAttestMessage);
        for (std::size_t size = 0; size < reply.size(); ++size)
            QCOMPARE(abi::decodeEvidenceReply(base::ByteView(reply).first(size)).error().code, abi::kBadAttestMessage);
        for (base::Bytes message : {request, reply}) {
            message.push_back(0);
            QVERIFY(!abi::decodeEvidenceRequest(message) && !abi::decodeEvidenceReply(message));
        }
    }

    void boundsAreKept()
    {
        abi::EvidenceRequest request = kRequest;
        request.identity.resize(abi::kMaxAttestIdentityBytes + 1);
        QVERIFY(!abi::decodeEvidenceRequest(abi::encodeEvidenceRequest(request)));
        request = kRequest;
        request.nonce.resize(abi::kMaxAttestNonceBytes + 1);
        QVERIFY(!abi::decodeEvidenceRequest(abi::encodeEvidenceRequest(request)));
        base::Bytes otherVersion = abi::encodeEvidenceRequest(kRequest);
        otherVersion[0] ^= 2;
        QVERIFY(!abi::decodeEvidenceRequest(otherVersion));
    }

    void protocolsOfTheModes()
    {
        const auto offered = [](AttestMode mode) {
            QString ids;
            for (std::uint32_t id = 0; id < 5; ++id)
                ids += offersProtocol(mode, id) ? QString::number(id) : QString();
            return ids;
        };
        QCOMPARE(offered(AttestMode::kNone), QString("2"));
        QCOMPARE(offered(AttestMode::kHgs), QString("23"));
        QCOMPARE(offered(AttestMode::kAasVbs), QString("12"));
        QCOMPARE(offered(AttestMode::kAasSgx), QString("1"));
        QCOMPARE(enclaveTypeName(AttestMode::kAasSgx), std::string_view("SGX"));
        QCOMPARE(enclaveTypeName(AttestMode::kAasVbs), std::string_view("VBS"));
    }

    void everyFaultMeansSomethingSomewhere()
    {
        for (const AttestFaultInfo& info : attestFaults()) {
            QCOMPARE(findAttestFault(info.name), &info);
            QVERIFY(info.means(AttestMode::kAasVbs) && !info.means(AttestMode::kNone));
            QCOMPARE(info.absent.empty(), info.means(AttestMode::kHgs) && info.means(AttestMode::kAasSgx));
        }
        QVERIFY(findAttestFault("lazy") == nullptr);
    }
};

QTEST_GUILESS_MAIN(TestAttestMessages)
#include "tst_attest_messages.moc"
