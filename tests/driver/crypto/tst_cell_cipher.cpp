// The cell cipher beyond the vectors: every length, every altered byte, caller's buffers.
#include "driver/crypto/CellCipher.h"
#include "driver/crypto/Hash.h"

#include <QTest>

#include <set>

using namespace es;
using crypto::CellFault;
using crypto::EncryptionType;

namespace {

base::Bytes pattern(std::size_t size)
{
    base::Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<base::Byte>(i * 7 + 3);
    return bytes;
}

crypto::CellCipher newCipher() { return crypto::CellCipher::create(crypto::randomKey(crypto::kCekBytes)).value(); }

}  // namespace

class TestCellCipher : public QObject {
    Q_OBJECT

private slots:
    void everyLength()
    {
        crypto::CellCipher cipher = newCipher();
        for (const auto type : {EncryptionType::kDeterministic, EncryptionType::kRandomized}) {
            for (std::size_t size = 0; size <= 200; ++size) {
                const base::Bytes plaintext = pattern(size);
                base::Bytes cell{0xAA};  // appended to, not replaced
                QVERIFY(cipher.encrypt(plaintext, type, cell));
                QCOMPARE(cell.size(), 1 + crypto::cellBytes(size));
                base::Bytes back{0xBB};
                QVERIFY(cipher.decrypt(base::ByteView(cell).subspan(1), back));
                QCOMPARE(back.size(), 1 + size);
                QVERIFY(std::equal(plaintext.begin(), plaintext.end(), back.begin() + 1));
            }
        }
    }

    void sizesOfCells()
    {
        QCOMPARE(crypto::cellBytes(0), std::size_t{65});
        QCOMPARE(crypto::cellBytes(15), std::size_t{65});
        QCOMPARE(crypto::cellBytes(16), std::size_t{81});
        QCOMPARE(crypto::cellBytes(8000), std::size_t{8065});
    }

    void largeValue()
    {
        crypto::CellCipher cipher = newCipher();
        const base::Bytes plaintext = pattern(5'000'001);
        base::Bytes cell;
        QVERIFY(cipher.encrypt(plaintext, EncryptionType::kRandomized, cell));
        base::Bytes back;
        QVERIFY(cipher.decrypt(cell, back));
        QVERIFY(back == plaintext);
    }

    void deterministicRepeatsAndRandomizedDoesNot()
    {
        crypto::CellCipher cipher = newCipher();
        const base::Bytes plaintext = pattern(11);
        base::Bytes first, second;
        QVERIFY(cipher.encrypt(plaintext, EncryptionType::kDeterministic, first));
        QVERIFY(cipher.encrypt(plaintext, EncryptionType::kDeterministic, second));
        QVERIFY(first == second);
        std::set<std::string> ivs;
        for (int i = 0; i < 1000; ++i) {  // past the IVs drawn ahead
            base::Bytes cell;
            QVERIFY(cipher.encrypt(plaintext, EncryptionType::kRandomized, cell));
            ivs.insert(base::toHex(base::ByteView(cell).subspan(33, 16)));
        }
        QCOMPARE(ivs.size(), std::size_t{1000});
    }

    void everyAlteredByteIsRefused()
    {
        crypto::CellCipher cipher = newCipher();
        base::Bytes cell;
        QVERIFY(cipher.encrypt(pattern(20), EncryptionType::kRandomized, cell));
        std::array<base::Byte, 256> out{};
        for (std::size_t i = 0; i < cell.size(); ++i) {
            base::Bytes altered = cell;
            altered[i] ^= 0x10;
            const auto result = cipher.decryptInto(altered, out);
            QCOMPARE(result.fault, i == 0 ? CellFault::kBadVersion : CellFault::kBadTag);
            QCOMPARE(result.sizeBytes, 0u);
        }
        for (std::size_t size = 0; size < cell.size(); ++size)
            QVERIFY(!cipher.decryptInto(base::ByteView(cell).first(size), out).ok());
        QVERIFY(std::all_of(out.begin(), out.end(), [](base::Byte byte) { return byte == 0; }));  // no plaintext before the tag is right
    }

    void anotherKeyIsRefused()
    {
        crypto::CellCipher cipher = newCipher();
        base::Bytes cell;
        QVERIFY(cipher.encrypt(pattern(11), EncryptionType::kDeterministic, cell));
        crypto::CellCipher other = newCipher();
        base::Bytes out;
        QVERIFY(other.decrypt(cell, out).error().code == crypto::kCellTag);
        base::SecureBytes secret{base::ByteView(cell)};
        QVERIFY(!other.decrypt(cell, secret));
        QVERIFY(secret.empty());
    }

    void cellsInOneBuffer()
    {
        crypto::CellCipher cipher = newCipher();
        constexpr std::size_t kSize = 11, kCell = crypto::cellBytes(kSize), kCount = 50;
        base::Bytes cells(kCount * kCell);
        for (std::size_t i = 0; i < kCount; ++i)
            QVERIFY(cipher.encryptInto(pattern(kSize), EncryptionType::kRandomized, std::span(cells).subspan(i * kCell, kCell)));
        base::Bytes out(kSize + 16);  // reused for every cell
        for (std::size_t i = 0; i < kCount; ++i) {
            const auto result = cipher.decryptInto(base::ByteView(cells).subspan(i * kCell, kCell), out);
            QVERIFY(result.ok());
            QCOMPARE(std::size_t{result.sizeBytes}, kSize);
            QVERIFY(std::equal(out.begin(), out.begin() + kSize, pattern(kSize).begin()));
        }
    }

    void movedCipherWorks()
    {
        crypto::CellCipher first = newCipher();
        base::Bytes cell;
        QVERIFY(first.encrypt(pattern(5), EncryptionType::kRandomized, cell));
        crypto::CellCipher second = std::move(first);
        base::Bytes out;
        QVERIFY(second.decrypt(cell, out));
    }

    void keySizes()
    {
        for (const std::size_t size : {0, 16, 31, 33, 64})
            QVERIFY(crypto::CellCipher::create(base::SecureBytes(size)).error().code == crypto::kBadKeyLength);
    }

    void everyFaultHasWords()
    {
        for (const auto fault :
            {CellFault::kTooShort, CellFault::kBadVersion, CellFault::kBadTag, CellFault::kBadLength, CellFault::kBadPadding}) {
            QVERIFY(!crypto::cellError(fault).text.empty());
            QVERIFY(!crypto::cellError(fault).remedy.empty());
        }
    }
};

QTEST_APPLESS_MAIN(TestCellCipher)
#include "tst_cell_cipher.moc"
