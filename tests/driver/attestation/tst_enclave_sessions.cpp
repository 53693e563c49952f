// Enclave sessions: counters, released keys, and which connections share one.                              enclave-protocol 7, 8
#include "driver/attestation/EnclaveSessionCache.h"

#include <QTest>

#include <thread>

using namespace es;
using namespace es::attestation;

namespace {

class HandClock final : public base::Clock {
public:
    std::chrono::steady_clock::time_point now() const override { return std::chrono::steady_clock::time_point(passed); }
    std::chrono::system_clock::time_point wallClock() const override { return std::chrono::system_clock::time_point(passed); }
    std::chrono::nanoseconds passed = std::chrono::hours{1000};
};

std::shared_ptr<EnclaveSession> newSession(std::optional<std::chrono::system_clock::time_point> validUntil = {})
{
    auto report = std::make_shared<AttestationReport>();
    report->judgement.validUntil = validUntil;
    return std::make_shared<EnclaveSession>(enclave::SessionId{1, 2, 3}, base::SecureBytes(base::ByteView(base::Bytes(32, 7))), report);
}

SessionScope scopeOf(std::string server)
{
    SessionScope scope;
    scope.server = std::move(server);
    return scope;
}

ReleasedKey keyOf(std::uint32_t id, std::string statement)
{
    ReleasedKey key;
    key.databaseId = 5;
    key.keyId = id;
    key.statement = std::move(statement);
    return key;
}

}  // namespace

class TestEnclaveSessions : public QObject {
    Q_OBJECT

private slots:
    void countersAreNeverUsedTwice()
    {
        const auto session = newSession();
        const base::SecureBytes sessionKey(base::ByteView(base::Bytes(32, 7)));
        constexpr int kThreads = 4;
        constexpr int kEach = 50;
        std::vector<std::vector<std::uint64_t>> seen(kThreads);
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i < kEach; ++i) {
                    const auto package = session->sealPackage("SELECT 1", {});
                    if (package) seen[static_cast<std::size_t>(t)].push_back(enclave::openPackage(*package, sessionKey)->counter);
                }
            });
        threads.clear();
        std::vector<std::uint64_t> all;
        for (const auto& some : seen)
            all.insert(all.end(), some.begin(), some.end());
        std::sort(all.begin(), all.end());
        QCOMPARE(all.size(), std::size_t{kThreads * kEach});
        for (std::size_t i = 0; i < all.size(); ++i)
            QCOMPARE(all[i], std::uint64_t{i});
    }

    void aFailureUsesUpACounter()
    {
        const auto session = newSession();
        std::vector<enclave::EnclaveKey> keys(1);
        keys[0].cek = base::SecureBytes(31);
        QVERIFY(!session->sealPackage("x", keys));
        const auto package = session->sealPackage("x", {});
        QCOMPARE(enclave::openPackage(*package, base::SecureBytes(base::ByteView(base::Bytes(32, 7))))->counter, std::uint64_t{1});
    }

    void releasedKeys()
    {
        const auto session = newSession();
        std::string longText(kReleasedStatementBytes - 1, 'x');
        session->noteReleased(keyOf(1, longText + "éé"));
        session->noteReleased(keyOf(1, "later"));
        session->noteReleased(keyOf(2, "other"));
        const auto released = session->released();
        QCOMPARE(released.size(), std::size_t{2});
        QCOMPARE(released[0].statement, longText);  // not half of a character
        QCOMPARE(released[1].statement, std::string("other"));
    }

    void scopes()
    {
        const HandClock clock;
        EnclaveSessionCache cache(clock);
        SessionScope scope{"db,1433", "sa", "HR", Protocol::kHgs, "https://hgs.test", "digest", "ca.pem"};
        const auto session = newSession();
        cache.store(scope, session);
        QVERIFY(cache.find(scope) == session);
        const std::vector<std::function<void(SessionScope&)>> changes{[](SessionScope& s) { s.server += "x"; }, [](SessionScope& s) { s.login += "x"; },
            [](SessionScope& s) { s.database += "x"; }, [](SessionScope& s) { s.protocol = Protocol::kAas; }, [](SessionScope& s) { s.url += "x"; },
            [](SessionScope& s) { s.policyDigest += "x"; }, [](SessionScope& s) { s.caFile += "x"; }};
        for (const auto& change : changes) {
            SessionScope other = scope;
            change(other);
            QVERIFY(!cache.find(other));
        }
        cache.clear();
        QVERIFY(!cache.find(scope));
    }

    void lifetimes()
    {
        HandClock clock;
        EnclaveSessionCache cache(clock);
        const SessionScope scope = scopeOf("a");
        cache.store(scope, newSession());
        clock.passed += EnclaveSession::kLifetime - std::chrono::seconds{1};
        QVERIFY(cache.find(scope));
        clock.passed += std::chrono::seconds{1};
        QVERIFY(!cache.find(scope));

        cache.store(scope, newSession(clock.wallClock() + std::chrono::seconds{10}));
        clock.passed += std::chrono::seconds{9};
        QVERIFY(cache.find(scope));
        clock.passed += std::chrono::seconds{1};
        QVERIFY(!cache.find(scope));
    }

    void dropsOnlyWhatIsMeant()
    {
        const HandClock clock;
        EnclaveSessionCache cache(clock);
        const SessionScope scope = scopeOf("a");
        const auto old = newSession();
        const auto renewed = newSession();
        cache.store(scope, old);
        cache.store(scope, renewed);
        cache.drop(scope, old);
        QVERIFY(cache.find(scope) == renewed);
        cache.drop(scope, renewed);
        QVERIFY(!cache.find(scope));
    }

    void theOldestGoesFirst()
    {
        HandClock clock;
        EnclaveSessionCache cache(clock);
        for (std::size_t i = 0; i < EnclaveSessionCache::kMaxSessions; ++i) {
            cache.store(scopeOf(std::to_string(i)), newSession());
            clock.passed += std::chrono::seconds{1};
        }
        cache.store(scopeOf("0"), newSession());  // new again, so not the oldest
        clock.passed += std::chrono::seconds{1};
        cache.store(scopeOf("one more"), newSession());
        QVERIFY(cache.find(scopeOf("0")) && cache.find(scopeOf("one more")) && cache.find(scopeOf("2")));
        QVERIFY(!cache.find(scopeOf("1")));
    }
};

QTEST_APPLESS_MAIN(TestEnclaveSessions)
#include "tst_enclave_sessions.moc"
