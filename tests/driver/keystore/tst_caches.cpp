// Registry, column key cache and signature cache, over a key store that counts.
#include "driver/keystore/CekCache.h"
#include "tests/support/FakeClock.h"

#include <QTest>

using namespace es;

namespace {

// The "wrapped" key is the key itself; a blob of another size fails.
class CountingStore final : public keystore::KeyStoreProvider {
public:
    explicit CountingStore(std::string name) : m_name(std::move(name)) {}
    std::string_view name() const override { return m_name; }
    base::Result<base::SecureBytes> decryptCek(std::string_view, std::string_view, base::ByteView blob) override
    {
        ++unwrapped;
        if (blob.size() != 32) return base::makeError(keystore::kKeyNotFound, "bad blob");
        return base::SecureBytes(blob);
    }
    base::Result<base::Bytes> encryptCek(std::string_view, std::string_view, const base::SecureBytes&) override { return base::Bytes(); }
    base::Result<base::Bytes> signCmkMetadata(std::string_view, bool) override { return base::Bytes(); }
    base::Result<bool> verifyCmkMetadata(std::string_view, bool allow, base::ByteView signature) override
    {
        ++verified;
        return allow && signature[0] == 1;
    }
    int unwrapped = 0;
    int verified = 0;

private:
    std::string m_name;
};

}  // namespace

class TestCaches : public QObject {
    Q_OBJECT

private slots:
    void init()
    {
        m_registry = keystore::KeyStoreRegistry();
        auto store = std::make_unique<CountingStore>("COUNTING");
        m_store = store.get();
        m_registry.add(std::move(store));
    }

    void providersByName()
    {
        QCOMPARE(m_registry.find("counting"), m_store);
        QCOMPARE(*m_registry.require("Counting"), m_store);
        QVERIFY(m_registry.find("COUNTIN") == nullptr);
        const auto missing = m_registry.require("AZURE_KEY_VAULT");
        QVERIFY(missing.error().code == keystore::kUnknownProvider);
        QVERIFY(missing.error().text.find("AZURE_KEY_VAULT") != std::string::npos);
        QVERIFY(missing.error().text.find("COUNTING") != std::string::npos);
        QVERIFY(missing.error().origin == base::Origin::kKeyStore);
        m_registry.add(std::make_unique<CountingStore>("counting"));
        QCOMPARE(m_registry.names(), std::vector<std::string>{"counting"});
    }

    void keysAreUnwrappedOnce()
    {
        keystore::CekCache cache(m_registry, "server,1433", m_clock);
        const base::Bytes blob(32, 7);
        QVERIFY(cache.get({"COUNTING", "path", "RSA_OAEP", blob}));
        QVERIFY(**cache.get({"COUNTING", "path", "RSA_OAEP", blob}) == base::SecureBytes(base::ByteView(blob)));
        QCOMPARE(m_store->unwrapped, 1);
    }

    void everyPartOfTheKeyCounts()
    {
        keystore::CekCache cache(m_registry, "server,1433", m_clock);
        const base::Bytes blob(32, 7);
        base::Bytes lastByteDiffers = blob;
        lastByteDiffers.back() ^= 1;
        QVERIFY(cache.get({"COUNTING", "path", "RSA_OAEP", blob}));
        QVERIFY(cache.get({"COUNTING", "path2", "RSA_OAEP", blob}));
        QVERIFY(cache.get({"COUNTING", "path", "RSA_OAEP", lastByteDiffers}));
        QVERIFY(cache.get({"COUNTING", "pathR", "SA_OAEP", blob}));  // the parts run together would be the same
        QVERIFY(cache.get({"COUNTING", "path", "RSA-OAEP", blob}));
        QCOMPARE(m_store->unwrapped, 5);
        QCOMPARE(cache.size(), std::size_t{5});
    }

    void keysExpire()
    {
        keystore::CekCache cache(m_registry, "server,1433", m_clock);
        const base::Bytes blob(32, 7);
        QVERIFY(cache.get({"COUNTING", "path", "RSA_OAEP", blob}));
        m_clock.advance(keystore::CekCache::kLifetime - std::chrono::seconds(1));
        QVERIFY(cache.get({"COUNTING", "path", "RSA_OAEP", blob}));
        QCOMPARE(m_store->unwrapped, 1);  // and use does not prolong
        m_clock.advance(std::chrono::seconds(1));
        QVERIFY(cache.get({"COUNTING", "path", "RSA_OAEP", blob}));
        QCOMPARE(m_store->unwrapped, 2);
        cache.clear();
        QCOMPARE(cache.size(), std::size_t{0});
    }

    void failuresAreNotKept()
    {
        keystore::CekCache cache(m_registry, "server,1433", m_clock);
        const base::Bytes bad(5);
        QVERIFY(!cache.get({"COUNTING", "path", "RSA_OAEP", bad}));
        QVERIFY(!cache.get({"COUNTING", "path", "RSA_OAEP", bad}));
        QCOMPARE(m_store->unwrapped, 2);
        QVERIFY(cache.get({"OTHER", "path", "RSA_OAEP", bad}).error().code == keystore::kUnknownProvider);
        QCOMPARE(cache.size(), std::size_t{0});
    }

    void fullCacheDropsTheOldest()
    {
        keystore::CekCache cache(m_registry, "server,1433", m_clock);
        base::Bytes blob(32);
        for (std::size_t i = 0; i <= keystore::CekCache::kMaxEntries; ++i) {
            blob[0] = static_cast<base::Byte>(i);
            blob[1] = static_cast<base::Byte>(i >> 8);
            QVERIFY(cache.get({"COUNTING", "path", "RSA_OAEP", blob}));
            m_clock.advance(std::chrono::milliseconds(1));
        }
        QCOMPARE(cache.size(), keystore::CekCache::kMaxEntries);
        const int before = m_store->unwrapped;
        blob[0] = blob[1] = 0;
        QVERIFY(cache.get({"COUNTING", "path", "RSA_OAEP", blob}));
        QCOMPARE(m_store->unwrapped, before + 1);
    }

    void signatures()
    {
        keystore::CmkSignatureCache cache(m_registry, m_clock);
        const base::Bytes good{1, 2, 3};
        const base::Bytes bad{9, 2, 3};
        QVERIFY(*cache.verify("COUNTING", "path", true, good));
        QVERIFY(*cache.verify("COUNTING", "path", true, good));
        QCOMPARE(m_store->verified, 1);
        QVERIFY(!*cache.verify("COUNTING", "path", true, bad));
        QVERIFY(!*cache.verify("COUNTING", "path", true, bad));
        QCOMPARE(m_store->verified, 3);  // refusals are not kept
        QVERIFY(!*cache.verify("COUNTING", "path", false, good));
        QVERIFY(!*cache.verify("COUNTING", "path", true, {}));
        QCOMPARE(m_store->verified, 4);
        QVERIFY(cache.verify("OTHER", "path", true, good).error().code == keystore::kUnknownProvider);
        m_clock.advance(keystore::CmkSignatureCache::kLifetime);
        QVERIFY(*cache.verify("COUNTING", "path", true, good));
        QCOMPARE(m_store->verified, 5);
    }

private:
    keystore::KeyStoreRegistry m_registry;
    CountingStore* m_store = nullptr;
    testing::FakeClock m_clock;
};

QTEST_APPLESS_MAIN(TestCaches)
#include "tst_caches.moc"
