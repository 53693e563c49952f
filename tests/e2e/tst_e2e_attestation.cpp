// The driver against a real sandbox in each of its modes: verified, with exactly the round trips that the protocol demands, and shared.
//                                                                                        enclave-protocol.md 2, 4, 5, 7
#include "tests/support/KeyHolder.h"
#include "tests/support/SandboxFixture.h"

#include "driver/attestation/EnclaveSessionCache.h"
#include "driver/attestation/ServiceDocuments.h"
#include "driver/session/CollectingSink.h"
#include "driver/session/Session.h"
#include "driver/types/TypeNames.h"

#include <QtTest>

using namespace es;
using session::AttestationProtocol;

namespace {

constexpr auto kQuery = "SELECT COUNT(*) FROM HR.Employees WHERE Salary > @s";
constexpr auto kOtherQuery = "SELECT COUNT(*) FROM HR.Employees WHERE Salary < @s";

// One sandbox, its keys, and what connections to it share.
struct World {
    std::unique_ptr<test::SandboxFixture> sandbox;
    std::unique_ptr<test::KeyHolder> keys;
    attestation::ServiceDocuments documents{http::makeHttpClient()};
    attestation::EnclaveSessionCache sessions;
    AttestationProtocol protocol = AttestationProtocol::kNone;
    std::string failure;

    void start(const std::string& mode)
    {
        protocol = mode == "none" ? AttestationProtocol::kNone : mode == "hgs" ? AttestationProtocol::kHgs : AttestationProtocol::kAas;
        test::SandboxOptions options;
        options.attestation = mode;
        auto started = test::SandboxFixture::start(options);
        if (!started) return void(failure = started.error().describe());
        sandbox = std::move(*started);
        keys = std::make_unique<test::KeyHolder>(sandbox->keyFolder());
    }
    [[nodiscard]] std::unique_ptr<session::Session> connect()
    {
        session::Services services{keys->keyStores()};
        services.documents = &documents;
        services.enclaveSessions = &sessions;
        auto connected = session::Session::connect(sandbox->settings(true, protocol), services, {});
        if (!connected) failure = connected.error().describe();
        return connected ? std::move(*connected) : nullptr;
    }
    // Round trips; -1 and `failure`.
    int run(session::Session& session, const std::string& text, bool withParameter = false)
    {
        const auto before = session.state().counters.roundTrips;
        session::Statement statement{text, {}, session::StatementEncryption::kAsConnected};
        if (withParameter) statement.parameters.push_back({"@s", types::makeType(types::TypeId::kMoney), types::Money{500000000}, false, false});
        session::CollectingSink sink;
        const auto outcome = session.execute(statement, sink, {});
        if (!outcome) failure = outcome.error().describe();
        return outcome ? static_cast<int>(session.state().counters.roundTrips - before) : -1;
    }
};

} // namespace

class E2eAttestationTest : public QObject {
    Q_OBJECT

private slots:
    void eachMode_data();
    void eachMode();

private:
    void prepare(World& world);
};

void E2eAttestationTest::prepare(World& world)
{
    const auto session = world.connect();
    QVERIFY2(session, world.failure.c_str());
    const auto keys = world.keys->keyStatements("hr-cmk", "HrMaster", "HrKey");
    QVERIFY(keys);
    for (const std::string& text : {(*keys)[0], (*keys)[1],
             std::string("ALTER TABLE HR.Employees ALTER COLUMN Salary money ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = HrKey, "
                         "ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL")})
        QVERIFY2(world.run(*session, text) > 0, world.failure.c_str());
}

void E2eAttestationTest::eachMode_data()
{
    QTest::addColumn<QByteArray>("mode");
    QTest::addColumn<int>("serviceRequests");
    QTest::newRow("none") << QByteArray("none") << 0;
    QTest::newRow("hgs") << QByteArray("hgs") << 1;
    QTest::newRow("aas-vbs") << QByteArray("aas-vbs") << 2;
    QTest::newRow("aas-sgx") << QByteArray("aas-sgx") << 2;
}

void E2eAttestationTest::eachMode()
{
    QFETCH(QByteArray, mode);
    QFETCH(int, serviceRequests);
    World world;
    world.start(mode.toStdString());
    QVERIFY2(world.sandbox, world.failure.c_str());
    prepare(world);
    if (QTest::currentTestFailed()) return;

    world.sessions.clear(); // as a program that has just been started
    world.documents.clear();
    const auto first = world.connect();
    QVERIFY2(first, world.failure.c_str());
    const auto takes = [&](int trips, const char* text) { QVERIFY2(world.run(*first, text, true) == trips, world.failure.c_str()); };
    takes(2, kQuery);
    const session::SessionState& state = first->state();
    QCOMPARE(state.counters.serviceRequests, static_cast<std::uint64_t>(serviceRequests));
    QVERIFY(state.enclaveSessionOpen);
    QVERIFY(state.attestation);
    const attestation::Judgement& judgement = state.attestation->judgement;
    QCOMPARE(judgement.verdict, mode == "none" ? attestation::Verdict::kNotAttested : attestation::Verdict::kVerified);
    QCOMPARE(judgement.root.sandbox, mode != "none");
    QCOMPARE(state.enclaveAttested, mode != "none");
    takes(1, kQuery);
    takes(2, kOtherQuery);
    QCOMPARE(state.keysReleased.size(), std::size_t{1});

    // Another connection needs no attestation of its own, and the enclave takes packages of both, in any order.
    const auto second = world.connect();
    QVERIFY2(second, world.failure.c_str());
    for (session::Session* session : {second.get(), first.get(), second.get()})
        QVERIFY2(world.run(*session, kQuery, true) > 0, world.failure.c_str());
    QCOMPARE(second->state().counters.serviceRequests, std::uint64_t{0});
    QVERIFY(second->state().attestation == state.attestation);

    // Attesting again asks the enclave anew, but the service only once a lifetime.
    const auto outcome = first->attest({});
    QVERIFY2(outcome, outcome ? "" : outcome.error().describe().c_str());
    QVERIFY(state.attestation != second->state().attestation);
    QCOMPARE(state.counters.serviceRequests, static_cast<std::uint64_t>(serviceRequests));
    QVERIFY(state.keysReleased.empty());
    QVERIFY2(world.run(*second, kQuery, true) > 0, world.failure.c_str());
    QVERIFY(state.attestation == second->state().attestation);
}

QTEST_GUILESS_MAIN(E2eAttestationTest)
#include "tst_e2e_attestation.moc"
