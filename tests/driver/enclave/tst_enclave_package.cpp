// Packages and counters beyond the vectors: what is altered, repeated, late or too large.    enclave-protocol 8
#include "driver/crypto/CellCipher.h"
#include "driver/enclave/CounterWindow.h"
#include "driver/enclave/EnclavePackage.h"

#include <QTest>

#include <set>

using namespace es;

namespace {

std::vector<enclave::EnclaveKey> makeKeys(std::size_t count)
{
    std::vector<enclave::EnclaveKey> keys(count);
    for (std::size_t i = 0; i < count; ++i) {
        keys[i].databaseId = static_cast<std::uint32_t>(5 + i);
        keys[i].keyId = static_cast<std::uint16_t>(0xFFFE + i);
        keys[i].metadataVersion.fill(static_cast<base::Byte>(i));
        keys[i].cek = crypto::randomKey(crypto::kCekBytes);
    }
    return keys;
}

}  // namespace

class TestEnclavePackage : public QObject {
    Q_OBJECT

private slots:
    void sizes_data()
    {
        QTest::addColumn<int>("keyCount");
        QTest::addColumn<int>("packageBytes");
        QTest::newRow("no key") << 0 << 8 + 49 + 64;
        QTest::newRow("one key") << 1 << 169;
        QTest::newRow("two keys") << 2 << 217;
    }
    void sizes()
    {
        QFETCH(int, keyCount);
        QFETCH(int, packageBytes);
        const base::SecureBytes sessionKey = crypto::randomKey(32);
        const auto keys = makeKeys(static_cast<std::size_t>(keyCount));
        const auto package = enclave::sealPackage({1, 2, 3, 4, 5, 6, 7, 8}, sessionKey, 7, enclave::statementHash("SELECT 1"), keys);
        QVERIFY(package);
        QCOMPARE(package->size(), static_cast<std::size_t>(packageBytes));
        const auto opened = enclave::openPackage(*package, sessionKey);
        QVERIFY(opened);
        QCOMPARE(opened->counter, std::uint64_t{7});
        QCOMPARE(opened->keys.size(), keys.size());
        for (std::size_t i = 0; i < keys.size(); ++i)
            QVERIFY(opened->keys[i].cek == keys[i].cek && opened->keys[i].keyId == keys[i].keyId
                && opened->keys[i].databaseId == keys[i].databaseId);
        QVERIFY(*enclave::packageSessionId(*package) == (enclave::SessionId{1, 2, 3, 4, 5, 6, 7, 8}));
    }

    void alteredOrForeignPackagesAreRefused()
    {
        const base::SecureBytes sessionKey = crypto::randomKey(32);
        const base::Bytes package = enclave::sealPackage({}, sessionKey, 0, {}, makeKeys(1)).value();
        QVERIFY(enclave::openPackage(package, crypto::randomKey(32)).error().code == enclave::kBadPackage);
        for (std::size_t i = 8; i < package.size(); ++i) {
            base::Bytes altered = package;
            altered[i] ^= 1;
            QVERIFY(enclave::openPackage(altered, sessionKey).error().code == enclave::kBadPackage);
        }
        for (std::size_t size = 0; size < package.size(); ++size)
            QVERIFY(!enclave::openPackage(base::ByteView(package).first(size), sessionKey));
    }

    void contentOfAnotherSizeIsRefused()
    {
        const base::SecureBytes sessionKey = crypto::randomKey(32);
        auto cipher = crypto::CellCipher::create(sessionKey).value();
        for (const std::size_t size : {0, 55, 57, 101, 103}) {
            base::Bytes package(8);
            QVERIFY(cipher.encrypt(base::Bytes(size), crypto::EncryptionType::kRandomized, package));
            QVERIFY(enclave::openPackage(package, sessionKey).error().code == enclave::kBadPackage);
        }
    }

    void whatCannotBeSealed()
    {
        const base::SecureBytes sessionKey = crypto::randomKey(32);
        QVERIFY(enclave::sealPackage({}, sessionKey, 0, {}, makeKeys(1500)).error().code == enclave::kBadPackage);
        auto keys = makeKeys(1);
        keys[0].cek = base::SecureBytes(31);
        QVERIFY(enclave::sealPackage({}, sessionKey, 0, {}, keys).error().code == crypto::kBadKeyLength);
        QVERIFY(enclave::sealPackage({}, base::SecureBytes(16), 0, {}, makeKeys(1)).error().code == crypto::kBadKeyLength);
    }

    void countersInAnyOrderOnce()
    {
        enclave::CounterWindow window;
        for (const std::uint64_t counter : {5u, 3u, 4u, 0u, 9u, 6u})
            QVERIFY(window.accept(counter));
        for (const std::uint64_t counter : {5u, 3u, 4u, 0u, 9u, 6u})
            QVERIFY(!window.accept(counter));
        QVERIFY(window.accept(1));
    }

    void countersBelowTheWindow()
    {
        enclave::CounterWindow window;
        constexpr std::uint64_t kSize = enclave::CounterWindow::kSize;
        QVERIFY(window.accept(10));
        QVERIFY(window.accept(10 + kSize));
        QVERIFY(!window.accept(10));  // just left behind
        QVERIFY(window.accept(11));   // just inside
        QVERIFY(!window.accept(11));
        QVERIFY(window.accept(100 * kSize));
        QVERIFY(!window.accept(11));
        QVERIFY(window.accept(99 * kSize + 1));
        QVERIFY(!window.accept(99 * kSize));
        QVERIFY(window.accept(UINT64_MAX));
        QVERIFY(!window.accept(UINT64_MAX));
        QVERIFY(window.accept(UINT64_MAX - 1));
    }

    // Against the plain rule: a set of all values seen.
    void countersLikeASet()
    {
        enclave::CounterWindow window;
        std::set<std::uint64_t> seen;
        std::uint64_t highest = 0;
        std::uint32_t state = 12345;
        for (int i = 0; i < 50'000; ++i) {
            state = state * 1664525 + 1013904223;
            const std::uint64_t counter = static_cast<std::uint64_t>(i / 2) + (state >> 20);
            const bool fresh = (counter > highest || highest - counter < enclave::CounterWindow::kSize) && seen.insert(counter).second;
            highest = std::max(highest, counter);
            QCOMPARE(window.accept(counter), fresh);
        }
    }
};

QTEST_APPLESS_MAIN(TestEnclavePackage)
#include "tst_enclave_package.moc"
