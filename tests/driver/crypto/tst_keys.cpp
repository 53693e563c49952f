// RSA keys, key agreement, hashes and the invariant case, beyond the vectors.
#include "driver/base/Utf16.h"
#include "driver/crypto/CmkSignature.h"
#include "driver/crypto/EcdhP384.h"
#include "driver/crypto/Hash.h"
#include "driver/crypto/InvariantCase.h"

#include <QTest>

using namespace es;

namespace {
const crypto::RsaPrivateKey& rsa()
{
    static const crypto::RsaPrivateKey key = crypto::RsaPrivateKey::generate(2048).value();
    return key;
}
}  // namespace

class TestKeys : public QObject {
    Q_OBJECT

private slots:
    void hashes()
    {
        // FIPS 180-4 and RFC 4231 (test case 2)
        QCOMPARE(base::toHex(crypto::sha256(base::viewOf("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QCOMPARE(base::toHex(crypto::hmacSha256(base::viewOf("Jefe"), base::viewOf("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        QVERIFY(crypto::randomBytes(32) != crypto::randomBytes(32));
    }

    void signatures()
    {
        const base::Bytes message{1, 2, 3};
        const base::Bytes pkcs1 = rsa().signPkcs1Sha256(message).value();
        const base::Bytes pss = rsa().signPssSha256(message).value();
        const crypto::RsaPublicKey key = rsa().publicKey();
        QVERIFY(key.verifyPkcs1Sha256(message, pkcs1));
        QVERIFY(key.verifyPssSha256(message, pss));
        QVERIFY(!key.verifyPkcs1Sha256(message, pss));
        QVERIFY(!key.verifyPssSha256(message, pkcs1));
        QVERIFY(!key.verifyPkcs1Sha256(base::Bytes{1, 2, 4}, pkcs1));
        QVERIFY(!key.verifyPkcs1Sha256(message, {}));
    }

    void publicKeyForms()
    {
        const crypto::RsaPublicKey key = rsa().publicKey();
        QCOMPARE(key.modulusBytes(), std::size_t{256});
        QCOMPARE(key.exponent(), (base::Bytes{1, 0, 1}));
        const auto fromNumbers = crypto::RsaPublicKey::fromComponents(key.modulus(), key.exponent());
        QVERIFY(fromNumbers);
        QCOMPARE(fromNumbers->pem(), key.pem());
        QCOMPARE(crypto::RsaPublicKey::fromPem(key.pem())->modulus(), key.modulus());
    }

    void badRsaKeys()
    {
        QVERIFY(crypto::RsaPrivateKey::generate(1024).error().code == crypto::kBadRsaKey);
        QVERIFY(crypto::RsaPublicKey::fromPem("nothing").error().code == crypto::kBadRsaKey);
        QVERIFY(crypto::RsaPublicKey::fromCertificate(base::Bytes{0x30, 0x00}).error().code == crypto::kBadRsaKey);
        QVERIFY(crypto::RsaPublicKey::fromComponents({}, {}).error().code == crypto::kBadRsaKey);
        QVERIFY(crypto::RsaPublicKey::fromComponents(base::Bytes(32, 0xFF), base::Bytes{3}).error().code == crypto::kBadRsaKey);
        QVERIFY(crypto::RsaPrivateKey::fromPem(base::viewOf(rsa().publicKey().pem())).error().code == crypto::kBadRsaKey);
    }

    void columnKeyWrapping()
    {
        const base::SecureBytes cek = crypto::randomKey(32);
        const auto blob = crypto::encryptCek(cek, rsa(), "Schlüssel-1");
        QVERIFY(blob);
        QCOMPARE(crypto::parseCekBlob(*blob, "")->keyPath, "Schlüssel-1");
        QVERIFY(*crypto::decryptCek(*blob, rsa(), "Schlüssel-1") == cek);
        base::Bytes altered = *blob;
        altered.back() ^= 1;
        QVERIFY(crypto::decryptCek(altered, rsa(), "k").error().code == crypto::kCekSignature);
        QVERIFY(crypto::encryptCek(cek, rsa(), "").error().code == crypto::kBadKeyPath);
        QVERIFY(crypto::encryptCek(cek, rsa(), std::string(32767, 'k')).error().code == crypto::kBadKeyPath);
        QVERIFY(crypto::encryptCek(base::SecureBytes(16), rsa(), "k").error().code == crypto::kBadKeyLength);
        QVERIFY(crypto::checkCekAlgorithm("rsa_oaep", "k"));
        QVERIFY(crypto::checkCekAlgorithm("RSA-OAEP", "k"));
        QVERIFY(crypto::checkCekAlgorithm("RSA_OAEP_256", "k").error().code == crypto::kCekAlgorithm);
    }

    void invariantCase()
    {
        QCOMPARE(crypto::lowerInvariant("MSSQL_I"), "mssql_i");
        QCOMPARE(crypto::lowerInvariant("ÄÖÜ ΣΔ ЖЯ ß"), "äöü σδ жя ß");
        QCOMPARE(crypto::lowerInvariant("\u0130"), "\u0130");
        QCOMPARE(crypto::cmkMetadataBytes("ES_KEY_FILE", "Key", true), base::utf16leFromUtf8("es_key_filekeytrue"));
    }

    void agreement()
    {
        const auto a = crypto::EcdhP384::generate();
        const auto b = crypto::EcdhP384::generate();
        QVERIFY(a && b);
        QCOMPARE(a->publicKey().size(), crypto::kEcdhPublicKeyBytes);
        const auto ab = a->sharedSecret(b->publicKey());
        const auto ba = b->sharedSecret(a->publicKey());
        QVERIFY(ab && ba && *ab == *ba);
        QCOMPARE(ab->size(), std::size_t{48});
    }

    void badPoints()
    {
        const auto own = crypto::EcdhP384::generate();
        const base::Bytes good = own->publicKey();
        QVERIFY(crypto::checkEcdhPublicKey(good));
        const auto refused = [&](base::Bytes key) { return crypto::checkEcdhPublicKey(key).error().code == crypto::kBadPoint; };
        QVERIFY(refused({}));
        QVERIFY(refused(base::Bytes(good.begin(), good.end() - 1)));
        for (const std::size_t offset : {0u, 3u, 4u, 8u, 60u, 103u}) {
            base::Bytes altered = good;
            altered[offset] ^= 1;
            QVERIFY(refused(altered));
        }
        base::Bytes tooLarge = good;
        std::fill(tooLarge.begin() + 8, tooLarge.begin() + 56, base::Byte{0xFF});  // X above p
        QVERIFY(refused(tooLarge));
        base::Bytes zero = good;
        std::fill(zero.begin() + 8, zero.end(), base::Byte{0});
        QVERIFY(refused(zero));
        QVERIFY(crypto::EcdhP384::fromPrivateScalar(base::SecureBytes(48)).error().code == crypto::kBadPoint);
        QVERIFY(crypto::EcdhP384::fromPrivateScalar(base::SecureBytes(base::ByteView(base::Bytes(48, 0xFF)))).error().code
            == crypto::kBadPoint);
    }
};

QTEST_APPLESS_MAIN(TestKeys)
#include "tst_keys.moc"
