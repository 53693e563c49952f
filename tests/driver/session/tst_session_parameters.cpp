// Encrypted parameters and output values, and the cache of describe answers.          always-encrypted-wire.md 2.3, 2.4, 3.6, 4.2
#include "tests/driver/session/EnclaveScript.h"

#include "driver/crypto/CellCipher.h"
#include "driver/session/DescribeCache.h"
#include "driver/session/Errors.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"
#include "driver/types/Variant.h"

#include <algorithm>

using namespace es;
using namespace es::test;

namespace {

constexpr std::uint8_t kRpc = 0x03;

class TestClock final : public base::Clock {
public:
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return time; }
    [[nodiscard]] std::chrono::system_clock::time_point wallClock() const override { return {}; }
    std::chrono::steady_clock::time_point time{};
};

session::Statement oneParameter(types::SqlType type, types::Value value, bool output = false)
{
    session::Statement statement = batch("EXEC p @p");
    statement.parameters.push_back({"@p", type, std::move(value), output});
    return statement;
}

Bytes finished()
{
    return ServerBytes().doneInProc(0, 0xC3, 0).returnStatus(0).doneProc(0).message();
}

struct EncryptedConnection : Connection {
    NamedKeyStore* store = nullptr;
    void openEncrypted(const Script& script)
    {
        auto provider = std::make_unique<NamedKeyStore>();
        store = provider.get();
        keyStores.add(std::move(provider));
        Script whole = loginScript(1);
        whole.append(script);
        open(std::move(whole), encryptedSettings());
    }
};

} // namespace

class SessionParametersTest : public QObject {
    Q_OBJECT

private slots:
    void refusedDescriptions_data();
    void refusedDescriptions();
    void typesThatCannotBeEncrypted();
    void variantsGoThereAndBack();
    void nullIsEncryptedNull();
    void markerNeverGoesOut();
    void outputParameterIsDecrypted();
    void failureDropsTheCachedAnswer();
    void outputParametersAreNotCached();
    void cacheIsBoundedAndAges();
};

void SessionParametersTest::refusedDescriptions_data()
{
    QTest::addColumn<int>("type");
    QTest::addColumn<int>("algorithm");
    QTest::addColumn<int>("rule");
    QTest::addColumn<int>("keyOrdinal");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("algorithm 0") << 1 << 0 << 1 << 1 << nameOf(session::kUnsupportedEncryption);
    QTest::newRow("algorithm 1") << 1 << 1 << 1 << 1 << nameOf(session::kUnsupportedEncryption);
    QTest::newRow("encryption type 3") << 3 << 2 << 1 << 1 << nameOf(session::kUnsupportedEncryption);
    QTest::newRow("rule version 2") << 1 << 2 << 2 << 1 << nameOf(session::kUnsupportedEncryption);
    QTest::newRow("unknown key") << 1 << 2 << 1 << 9 << nameOf(session::kDescribeFailed);
}

void SessionParametersTest::refusedDescriptions()
{
    QFETCH(int, type);
    QFETCH(int, algorithm);
    QFETCH(int, rule);
    QFETCH(int, keyOrdinal);
    QFETCH(QByteArray, code);
    EncryptedConnection connection;
    Script script;
    script.expect(kRpc, describeCall(false));
    script.give(describeAnswer({KeyRow{}},
        {{"@p", static_cast<unsigned>(type), static_cast<std::uint32_t>(keyOrdinal), static_cast<unsigned>(algorithm),
            static_cast<unsigned>(rule)}}));
    connection.openEncrypted(script);
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(oneParameter(types::makeType(types::TypeId::kInt), std::int64_t{1}), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(nameOf(outcome.error().code), code);
    QCOMPARE(connection.record->writes.size(), std::size_t{3});
    QVERIFY(connection.session->state().usable);
}

void SessionParametersTest::typesThatCannotBeEncrypted()
{
    EncryptedConnection connection;
    Script script;
    script.expect(kRpc).give(describeAnswer({KeyRow{}}, {{"@p", 1}}));
    connection.openEncrypted(script);
    session::CollectingSink sink;
    const auto outcome = connection.session->execute(oneParameter(types::makeType(types::TypeId::kXml), std::string("<a/>")), sink, {});
    QVERIFY(!outcome);
    QCOMPARE(nameOf(outcome.error().code), nameOf(session::kUnsupportedEncryption));
}

// A NULL carries status 0x08 and cipher information as well.
// A sql_variant goes out with the type that it has; one that comes back keeps the server's, and a malformed one is refused.   reference 8.4
void SessionParametersTest::variantsGoThereAndBack()
{
    const types::SqlType variant = types::makeType(types::TypeId::kSqlVariant);
    const types::Value sent = *types::assignValue(types::Value(std::int64_t{42}), types::makeType(types::TypeId::kSmallInt), variant);
    for (const bool malformed : {false, true}) {
        ServerBytes answer;
        answer.doneInProc(0, 0xC3, 0).returnStatus(0);
        answer.u8(0xAC).u16(0).bVarchar("@p").u8(1).u32(0).u16(1).hex("62491f0000").hex("06000000").hex("380039300000");
        answer.doneProc(0);
        Bytes message = answer.message();
        if (malformed) {  // an int that says it has three bytes of properties
            const Bytes good{0x38, 0x00, 0x39, 0x30};
            const auto at = std::search(message.begin(), message.end(), good.begin(), good.end());
            QVERIFY(at != message.end());
            at[1] = 3;
        }
        Connection connection;
        Script script = loginScript();
        script.expect(kRpc, [](ByteView packet) {
            const std::string hex = base::toHex(packet);
            return hex.find("62491f0000" "04000000" "34002a00") == std::string::npos ? "sent: " + hex : std::string();
        });
        script.give(message);
        connection.open(script, plainSettings());
        session::CollectingSink sink;
        const auto outcome = connection.session->execute(oneParameter(variant, sent, true), sink, {});
        QCOMPARE(connection.violations(), QByteArray());
        QCOMPARE(bool(outcome), !malformed);
        QCOMPARE(sink.returnValues.size(), malformed ? std::size_t{0} : std::size_t{1});
        if (malformed) continue;
        QCOMPARE(types::displayText(sink.returnValues[0].value, variant), std::string("12345"));
        QCOMPARE(types::variantContent(std::get<types::Variant>(sink.returnValues[0].value))->type.id, types::TypeId::kInt);
    }
}

void SessionParametersTest::nullIsEncryptedNull()
{
    EncryptedConnection connection;
    Script script;
    const Bytes expected = base::fromHex("0240007000"
                                         "08"
                                         "a5ffff"
                                         "ffffffffffffffff"
                                         "2604"
                                         "0201"
                                         "05000000"
                                         "65000000"
                                         "01000000"
                                         "0101010101010101"
                                         "01")
                               .value();
    script.expect(kRpc).give(describeAnswer({KeyRow{}}, {{"@p", 1}})).expect(kRpc, [expected](ByteView sent) {
        return std::search(sent.begin(), sent.end(), expected.begin(), expected.end()) != sent.end() ? std::string() : base::toHex(sent);
    });
    script.give(finished());
    connection.openEncrypted(script);
    session::CollectingSink sink;
    QVERIFY(connection.session->execute(oneParameter(types::makeType(types::TypeId::kInt), types::Null{}), sink, {}));
    QCOMPARE(connection.violations(), QByteArray());
    QCOMPARE(connection.store->unwraps, 0);
}

void SessionParametersTest::markerNeverGoesOut()
{
    EncryptedConnection connection;
    Script script;
    script.expect(kRpc).give(describeAnswer({KeyRow{}}, {{"@p", 2}})).expect(kRpc).give(finished());
    connection.openEncrypted(script);
    session::CollectingSink sink;
    const auto type = types::makeSized(types::TypeId::kVarChar, 40);
    QVERIFY(connection.session->execute(oneParameter(type, std::string("PLANTED-MARKER")), sink, {}));
    for (const Bytes& sent : connection.record->writes) {
        const std::string text(sent.begin(), sent.end());
        QVERIFY(text.find("PLANTED") == std::string::npos);
        QVERIFY(text.find(std::string("P\0L\0A\0N", 7)) == std::string::npos);
    }
}

// int 1000 under 32 bytes of 7, made by the product's cipher: what is tested is the way of the token, not the cipher.
void SessionParametersTest::outputParameterIsDecrypted()
{
    const base::SecureBytes cek{ByteView(Bytes(32, 7))};
    auto cipher = crypto::CellCipher::create(cek);
    Bytes cell;
    QVERIFY(cipher && cipher->encrypt(base::fromHex("e803000000000000").value(), crypto::EncryptionType::kDeterministic, cell));
    for (const bool tampered : {false, true}) {
        Bytes sent = cell;
        sent[20] ^= tampered ? 1 : 0;
        ServerBytes answer;
        answer.doneInProc(0, 0xC3, 0).returnStatus(0);
        answer.u8(0xAC)
            .u16(0)
            .bVarchar("@p")
            .u8(1)
            .u32(0)
            .u16(0x0809)
            .hex("a54100")
            .u32(0)
            .hex("2604")
            .u8(2)
            .u8(1)
            .u8(1)
            .u16(65)
            .raw(sent)
            .doneProc(0);
        EncryptedConnection connection;
        Script script;
        script.expect(kRpc).give(describeAnswer({KeyRow{}}, {{"@p", 1}})).expect(kRpc).give(answer.message());
        connection.openEncrypted(script);
        session::CollectingSink sink;
        const auto outcome = connection.session->execute(oneParameter(types::makeType(types::TypeId::kInt), types::Null{}, true), sink, {});
        QCOMPARE(bool(outcome), !tampered);
        QCOMPARE(sink.returnValues.size(), tampered ? std::size_t{0} : std::size_t{1});
        if (!tampered) QCOMPARE(std::get<std::int64_t>(sink.returnValues[0].value), std::int64_t{1000});
        QVERIFY(connection.session->state().usable);
    }
}

void SessionParametersTest::failureDropsTheCachedAnswer()
{
    EncryptedConnection connection;
    const Bytes failure = ServerBytes().error(547, 16, "constraint").doneProc(2).message();
    Script script;
    for (int i = 0; i < 2; ++i)
        script.expect(kRpc, describeCall(false)).give(describeAnswer({KeyRow{}}, {{"@p", 1}})).expect(kRpc).give(failure);
    connection.openEncrypted(script);
    session::CollectingSink sink;
    for (int i = 0; i < 2; ++i)
        QVERIFY(!connection.session->execute(oneParameter(types::makeType(types::TypeId::kInt), std::int64_t{1}), sink, {}));
    QCOMPARE(connection.violations(), QByteArray());
    QCOMPARE(connection.session->state().counters.describeCalls, std::uint64_t{2});
}

void SessionParametersTest::outputParametersAreNotCached()
{
    EncryptedConnection connection;
    Script script;
    for (int i = 0; i < 2; ++i)
        script.expect(kRpc, describeCall(false)).give(describeAnswer({}, {{"@p", 0}})).expect(kRpc).give(finished());
    connection.openEncrypted(script);
    session::CollectingSink sink;
    for (int i = 0; i < 2; ++i)
        QVERIFY(connection.session->execute(oneParameter(types::makeType(types::TypeId::kInt), std::int64_t{1}, true), sink, {}));
    QCOMPARE(connection.violations(), QByteArray());
}

void SessionParametersTest::cacheIsBoundedAndAges()
{
    using session::DescribeCache;
    TestClock clock;
    DescribeCache cache(clock);
    const auto answer = std::make_shared<const session::DescribeAnswer>();
    for (std::size_t i = 0; i < DescribeCache::kMaxEntries; ++i)
        cache.store(std::to_string(i), answer);
    QVERIFY(cache.find("0")); // now the most recently used
    cache.store("one more", answer);
    QCOMPARE(cache.size(), DescribeCache::kMaxEntries);
    QVERIFY(cache.find("0"));
    QVERIFY(!cache.find("1"));
    clock.time += DescribeCache::kLifetime - std::chrono::seconds(1);
    QVERIFY(cache.find("0"));
    clock.time += std::chrono::seconds(1);
    QVERIFY(!cache.find("0"));
    QVERIFY(DescribeCache::keyOf("db", "a", "bc") != DescribeCache::keyOf("db", "ab", "c"));
    QVERIFY(DescribeCache::keyOf("d", "b", "x") != DescribeCache::keyOf("db", "", "x"));
    cache.drop("2");
    QVERIFY(!cache.find("2"));
    cache.clear();
    QCOMPARE(cache.size(), std::size_t{0});
}

QTEST_GUILESS_MAIN(SessionParametersTest)
#include "tst_session_parameters.moc"
