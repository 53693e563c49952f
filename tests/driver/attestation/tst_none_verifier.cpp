// Protocol None from both ends, and what is refused.                      enclave-protocol 3.4, 6, 7
#include "driver/attestation/AttestationVerifier.h"
#include "driver/enclave/AttestationParameters.h"

#include <QTest>

using namespace es;

namespace {

std::unique_ptr<attestation::AttestationVerifier> newVerifier()
{
    return attestation::makeVerifier({attestation::Protocol::kNone, "", "vbs"}).value();
}

// What the enclave's side does with the parameters: its answer and the key it derived.
struct EnclaveSide {
    base::Bytes answer;
    base::SecureBytes sessionKey;
};
EnclaveSide answerTo(base::ByteView parameters, enclave::SessionId id = {9, 8, 7, 6, 5, 4, 3, 2})
{
    const auto decoded = enclave::decodeAttestationParameters(parameters).value();
    const auto keyPair = crypto::EcdhP384::generate().value();
    return {
        enclave::encodeNoneResult({{id, keyPair.publicKey(), {}}}), enclave::deriveSessionKey(keyPair, decoded.clientPublicKey).value()};
}

}  // namespace

class TestNoneVerifier : public QObject {
    Q_OBJECT

private slots:
    void bothEndsAgree()
    {
        const auto verifier = newVerifier();
        const base::Bytes parameters = verifier->attestationParameters().value();
        QCOMPARE(parameters.size(), std::size_t{116});
        const EnclaveSide side = answerTo(parameters);
        auto session = verifier->verify(side.answer);
        QVERIFY(session);
        QVERIFY(session->verdict() == attestation::Verdict::kNotAttested);
        QCOMPARE(attestation::verdictName(session->verdict()), std::string_view("not attested"));
        QVERIFY(!session->claims().empty());
        for (std::uint64_t counter = 0; counter < 3; ++counter) {
            const auto package = session->sealPackage("SELECT 1", {});
            QVERIFY(package);
            const auto opened = enclave::openPackage(*package, side.sessionKey);
            QVERIFY(opened);
            QCOMPARE(opened->counter, counter);
            QVERIFY(opened->statementHash == enclave::statementHash("SELECT 1"));
            QVERIFY(opened->sessionId == session->id());
        }
    }

    void eachKeyPairServesOneAnswer()
    {
        const auto verifier = newVerifier();
        QVERIFY(verifier->verify({}).error().code == attestation::kNotStarted);
        const base::Bytes first = verifier->attestationParameters().value();
        const base::Bytes second = verifier->attestationParameters().value();
        QVERIFY(first != second);
        const EnclaveSide side = answerTo(second);
        QVERIFY(verifier->verify(side.answer));
        QVERIFY(verifier->verify(side.answer).error().code == attestation::kNotStarted);
    }

    void badAnswers_data()
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
    void badAnswers()
    {
        QFETCH(int, offset);
        QFETCH(int, change);
        const auto verifier = newVerifier();
        base::Bytes answer = answerTo(verifier->attestationParameters().value()).answer;
        answer[static_cast<std::size_t>(offset)] ^= static_cast<base::Byte>(change);
        const auto session = verifier->verify(answer);
        QVERIFY(!session);
        QVERIFY(session.error().code == attestation::kBadResult);
        QVERIFY(session.error().origin == base::Origin::kAttestation);
        QVERIFY(!session.error().setting.empty() && !session.error().remedy.empty());
    }

    void otherProtocolsAndTypes()
    {
        for (const auto protocol : {attestation::Protocol::kHgs, attestation::Protocol::kAas}) {
            const auto verifier = attestation::makeVerifier({protocol, "https://attest.example", "VBS"});
            QVERIFY(!verifier);
            QVERIFY(verifier.error().code == attestation::kProtocolNotAvailable);
            QCOMPARE(verifier.error().setting, "attestation");
            QVERIFY(!verifier.error().remedy.empty());
        }
        for (const char* type : {"SGX", "", "SIMULATOR"})
            QVERIFY(
                attestation::makeVerifier({attestation::Protocol::kNone, "", type}).error().code == attestation::kUnsupportedEnclaveType);
    }
};

QTEST_APPLESS_MAIN(TestNoneVerifier)
#include "tst_none_verifier.moc"
