// Wrapped column keys and master key signatures against other implementations.      always-encrypted-crypto sections 2, 3
#include "driver/crypto/CmkSignature.h"
#include "driver/crypto/Hash.h"
#include "tests/support/VectorFiles.h"

using namespace es;
using es::testing::bytesOf;
using es::testing::secretOf;

namespace {

crypto::SignatureHashing hashingOf(const QJsonObject& vector)
{
    return vector["signature_hash_count"].toInt() == 2 ? crypto::SignatureHashing::kTwice : crypto::SignatureHashing::kOnce;
}

// In the vector or in the file that it names; nothing when the key is not public or the file is missing.
std::optional<crypto::RsaPrivateKey> masterKey(const QJsonObject& vector)
{
    QByteArray pem = vector["private_key_pem"].toString().toLatin1();
    if (const QString file = vector["private_key_file"].toString(); !file.isEmpty()) pem = testing::vectorFileBytes(file);
    if (pem.isEmpty()) return std::nullopt;
    auto key = crypto::RsaPrivateKey::fromPem(base::viewOf(std::string_view(pem.data(), static_cast<std::size_t>(pem.size()))));
    if (!key) return std::nullopt;
    return std::move(key).value();
}

base::Bytes bigEndian(QString hex)
{
    if (hex.size() % 2 != 0) hex.prepend('0');
    return bytesOf(hex);
}

}  // namespace

class TestVectorMasterKeys : public QObject {
    Q_OBJECT

private slots:
    void columnKeys_data() { testing::addVectorRows({"encrypted-ceks.json", "computed-ceks.json"}); }
    void columnKeys()
    {
        ES_FETCH_VECTOR();
        const base::Bytes blob = bytesOf(vector["encrypted_cek"]);
        const auto parsed = crypto::parseCekBlob(blob, "test");
        ES_VERIFY_OK(parsed);
        QCOMPARE(QString::fromStdString(parsed->keyPath), vector["key_path_in_blob"].toString());
        QCOMPARE(parsed->ciphertext.size(), parsed->signature.size());

        const auto key = masterKey(vector);
        if (!key) return;  // structure alone: the key is not public
        const auto cek = crypto::decryptCek(blob, *key, "test", hashingOf(vector));
        ES_VERIFY_OK(cek);
        ES_COMPARE_BYTES(cek->reveal(base::SecretAccess::forTest()), bytesOf(vector["cek"]));

        const std::string path = vector["key_path_in_blob"].toString().toStdString();
        const auto again = crypto::encryptCek(*cek, *key, path, hashingOf(vector));
        ES_VERIFY_OK(again);
        QCOMPARE(again->size(), blob.size());
        ES_COMPARE_BYTES(base::ByteView(*again).first(5 + 2 * path.size()), base::ByteView(blob).first(5 + 2 * path.size()));
        ES_VERIFY_OK(crypto::decryptCek(*again, *key, path, hashingOf(vector)));
        const auto otherHashing
            = hashingOf(vector) == crypto::SignatureHashing::kOnce ? crypto::SignatureHashing::kTwice : crypto::SignatureHashing::kOnce;
        QVERIFY(crypto::decryptCek(blob, *key, path, otherHashing).error().code == crypto::kCekSignature);
    }

    void metadataSignatures_data() { testing::addVectorRows({"computed-cmk-signatures.json"}); }
    void metadataSignatures()
    {
        ES_FETCH_VECTOR();
        const std::string provider = vector["provider"].toString().toStdString();
        const std::string path = vector["key_path"].toString().toStdString();
        const bool allow = vector["allow_enclave_computations"].toBool();
        ES_COMPARE_BYTES(crypto::cmkMetadataBytes(provider, path, allow), bytesOf(vector["signed_bytes"]));
        const auto key = masterKey(vector);
        if (!key) return;
        const auto signature = crypto::signCmkMetadata(provider, path, allow, *key, hashingOf(vector));
        ES_VERIFY_OK(signature);
        ES_COMPARE_BYTES(*signature, bytesOf(vector["signature"]));
        QVERIFY(crypto::verifyCmkMetadata(provider, path, allow, *signature, key->publicKey(), hashingOf(vector)));
        QVERIFY(!crypto::verifyCmkMetadata(provider, path, !allow, *signature, key->publicKey(), hashingOf(vector)));
    }

    void enclaveSignatures_data() { testing::addVectorRows({"enclave-cmk-signature.json"}, "cases"); }
    void enclaveSignatures()
    {
        ES_FETCH_VECTOR();
        const std::string provider = vector["provider"].toString().toStdString();
        const std::string path = vector["path"].toString().toStdString();
        const bool allow = vector["allow_enclave_computations"].toBool();
        ES_COMPARE_BYTES(crypto::cmkMetadataBytes(provider, path, allow), bytesOf(vector["metadata_utf16le"]));
        ES_COMPARE_BYTES(crypto::sha256(crypto::cmkMetadataBytes(provider, path, allow)), bytesOf(vector["sha256"]));
        QFETCH(QJsonObject, file);
        const QJsonObject numbers = testing::vectorFile(file["keys_file"].toString())["cmk_rsa"].toObject();
        if (numbers.isEmpty()) return;
        const auto key = crypto::RsaPublicKey::fromComponents(bigEndian(numbers["n"].toString()), bigEndian(numbers["e"].toString()));
        ES_VERIFY_OK(key);
        const base::Bytes once = bytesOf(vector["signature"]);
        const base::Bytes twice = bytesOf(vector["signature_java_keystore_variant"]);
        QVERIFY(crypto::verifyCmkMetadata(provider, path, allow, once, *key, crypto::SignatureHashing::kOnce));
        QVERIFY(crypto::verifyCmkMetadata(provider, path, allow, twice, *key, crypto::SignatureHashing::kTwice));
        QVERIFY(!crypto::verifyCmkMetadata(provider, path, allow, twice, *key, crypto::SignatureHashing::kOnce));
        QVERIFY(!crypto::verifyCmkMetadata(provider, path, !allow, once, *key, crypto::SignatureHashing::kOnce));
    }

    void refused_data() { testing::addVectorRows({"computed-negative.json"}); }
    void refused()
    {
        ES_FETCH_VECTOR();
        const QString operation = vector["operation"].toString();
        if (operation == QLatin1String("decrypt-cell")) return;  // tst_vector_cells
        const auto key = masterKey(vector);
        if (!key) return;
        if (operation == QLatin1String("verify-cmk")) {
            QVERIFY(!crypto::verifyCmkMetadata(vector["provider"].toString().toStdString(), vector["key_path"].toString().toStdString(),
                vector["allow_enclave_computations"].toBool(), bytesOf(vector["signature"]), key->publicKey(), hashingOf(vector)));
            return;
        }
        const QHash<QString, base::ErrorCode> codes{
            {"empty", crypto::kCekBlob},
            {"length fields exceed the value", crypto::kCekBlob},
            {"version byte", crypto::kCekBlob},
            {"wrapped length differs from the key size", crypto::kCekKeySize},
            {"signature length differs from the key size", crypto::kCekKeySize},
            {"lengths differ from the key size", crypto::kCekKeySize},
            {"signature does not match", crypto::kCekSignature},
            {"unwrapping fails, the signature is valid", crypto::kCekUnwrap},
            {"unwraps to 31 bytes, the algorithm needs 32", crypto::kBadKeyLength},
        };
        const auto cek = crypto::decryptCek(bytesOf(vector["encrypted_cek"]), *key, "the-key-path", hashingOf(vector));
        QVERIFY(!cek);
        QVERIFY(cek.error().text.find("the-key-path") != std::string::npos);
        const QString reason = vector["reason"].toString();
        QVERIFY2(!codes.contains(reason) || cek.error().code == codes[reason], cek.error().describe().c_str());
    }
};

QTEST_APPLESS_MAIN(TestVectorMasterKeys)
#include "tst_vector_master_keys.moc"
