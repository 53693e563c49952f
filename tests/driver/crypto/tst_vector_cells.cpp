// Cells and their keys against other implementations.                       always-encrypted-crypto section 1
#include "driver/crypto/CellCipher.h"
#include "driver/crypto/Hash.h"
#include "tests/support/VectorFiles.h"

using namespace es;
using es::testing::bytesOf;
using es::testing::secretOf;

class TestVectorCells : public QObject {
    Q_OBJECT

private slots:
    void cells_data() { testing::addVectorRows({"aead-cells.json", "computed-cells.json"}); }
    void cells()
    {
        ES_FETCH_VECTOR();
        auto cipher = crypto::CellCipher::create(secretOf(vector["cek"]));
        ES_VERIFY_OK(cipher);
        const base::Bytes cell = bytesOf(vector["cell"]);
        const base::Bytes plaintext = bytesOf(vector["plaintext"]);

        base::Bytes decrypted;
        ES_VERIFY_OK(cipher->decrypt(cell, decrypted));
        ES_COMPARE_BYTES(decrypted, plaintext);
        QCOMPARE(crypto::cellBytes(plaintext.size()), cell.size());

        base::Bytes again;
        const bool deterministic = vector["encryption_type"].toString() == QLatin1String("deterministic");
        const auto type = deterministic ? crypto::EncryptionType::kDeterministic : crypto::EncryptionType::kRandomized;
        ES_VERIFY_OK(cipher->encrypt(plaintext, type, again));
        if (deterministic) ES_COMPARE_BYTES(again, cell);
        base::SecureBytes back;
        ES_VERIFY_OK(cipher->decrypt(again, back));
        ES_COMPARE_BYTES(back.reveal(base::SecretAccess::forTest()), plaintext);
    }

    void keys_data() { testing::addVectorRows({"aead-keys.json", "computed-keys.json"}); }
    void keys()
    {
        ES_FETCH_VECTOR();
        const auto keys = crypto::deriveCellKeys(secretOf(vector["cek"]));
        ES_VERIFY_OK(keys);
        const auto access = base::SecretAccess::forTest();
        ES_COMPARE_BYTES(keys->encryption.reveal(access), bytesOf(vector["encryption_key"]));
        ES_COMPARE_BYTES(keys->mac.reveal(access), bytesOf(vector["mac_key"]));
        ES_COMPARE_BYTES(keys->iv.reveal(access), bytesOf(vector["iv_key"]));
    }

    void refused_data() { testing::addVectorRows({"computed-negative.json"}); }
    void refused()
    {
        ES_FETCH_VECTOR();
        if (vector["operation"].toString() != QLatin1String("decrypt-cell")) return;  // the others: tst_vector_master_keys
        auto cipher = crypto::CellCipher::create(secretOf(vector["cek"]));
        if (!cipher) {
            QCOMPARE(vector["reason"].toString(), QStringLiteral("key is not 32 bytes"));
            QVERIFY(cipher.error().code == crypto::kBadKeyLength);
            return;
        }
        const QHash<QString, base::ErrorCode> codes{
            {"shorter than 65 bytes", crypto::kCellTooShort},
            {"algorithm version is not 1", crypto::kCellVersion},
            {"authentication tag", crypto::kCellTag},
            {"not a whole number of blocks (the tag is valid)", crypto::kCellLength},
            {"padding bytes are wrong (the tag is valid)", crypto::kCellPadding},
        };
        base::Bytes out{0xEE};
        const auto result = cipher->decrypt(bytesOf(vector["cell"]), out);
        QVERIFY(!result);
        QVERIFY(!codes.contains(vector["reason"].toString()) || result.error().code == codes[vector["reason"].toString()]);
        QCOMPARE(out.size(), std::size_t{1});
    }
};

QTEST_APPLESS_MAIN(TestVectorCells)
#include "tst_vector_cells.moc"
