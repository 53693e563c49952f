// The enclave behind its gate: sessions, packages, comparisons, ranks, conversions, and what it refuses.
#include "EnclaveFixture.h"

#include "app/sandbox/enclaveabi/EnclaveErrors.h"
#include "driver/types/Collation.h"
#include "driver/types/Normalize.h"
#include "driver/types/RowForm.h"

#include <QtTest>

#include <atomic>
#include <thread>

using namespace es;
using namespace es::sandbox;

namespace {

constexpr EnclaveKeyId kKey{5, 1};
constexpr EnclaveKeyId kOtherKey{5, 2};
constexpr const char* kEncrypt =
    "ALTER TABLE HR.Employees ALTER COLUMN SSN char(11) COLLATE Latin1_General_BIN2 ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = [CEK1], "
    "ENCRYPTION_TYPE = Randomized, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NOT NULL";
constexpr const char* kDecrypt = "ALTER TABLE HR.Employees ALTER COLUMN SSN char(11) COLLATE Latin1_General_BIN2 NOT NULL";

types::SqlType charType(std::uint32_t length)
{
    types::SqlType type;
    type.id = types::TypeId::kChar;
    type.lengthBytes = length;
    type.collation = *types::collationByName("Latin1_General_BIN2");
    return type;
}

types::SqlType moneyType()
{
    types::SqlType type;
    type.id = types::TypeId::kMoney;
    return type;
}

int numberOf(const base::Error& error) { return error.server ? error.server->number : 0; }

// Cells one batch after the other, `perBatch` each.
CellFeed feedOf(const std::vector<std::optional<base::Bytes>>& cells, std::size_t perBatch = CellBatch::kMaxCells)
{
    return [&cells, perBatch, next = std::size_t{0}](CellBatch& batch) mutable -> base::Result<void> {
        for (std::size_t i = 0; i < perBatch && next < cells.size(); ++i, ++next) {
            if (!(cells[next] ? batch.add(*cells[next]) : batch.addNull()))
                break;
        }
        return {};
    };
}

}  // namespace

class TestEnclaveGate : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<test::EnclaveFixture> m_enclave;
    std::unique_ptr<test::EnclaveUser> m_user;
    base::SecureBytes m_cek;
    std::optional<crypto::CellCipher> m_cipher;

    base::Bytes cell(const types::Value& value, const types::SqlType& type)
    {
        base::Bytes out;
        const base::Bytes plaintext = *types::normalize(value, type);
        if (!m_cipher->encrypt(plaintext, crypto::EncryptionType::kRandomized, out))
            qFatal("encryption failed");
        return out;
    }
    base::Bytes text(const std::string& value) { return cell(value, charType(11)); }
    base::Bytes money(std::int64_t dollars) { return cell(types::Money{dollars * 10000}, moneyType()); }
    EncryptedColumn column(const types::SqlType& type) const { return {m_user->session, kKey, type}; }

    base::Result<std::vector<CellMatch>> evaluate(const types::SqlType& type, const CellPredicate& predicate,
                                                  const std::vector<std::optional<base::Bytes>>& cells, std::size_t perBatch = CellBatch::kMaxCells)
    {
        std::vector<CellMatch> matches;
        const auto sink = [&](std::span<const CellMatch> part) {
            matches.insert(matches.end(), part.begin(), part.end());
            return base::Result<void>();
        };
        ES_CHECK(m_enclave->client.evaluate(column(type), predicate, feedOf(cells, perBatch), sink));
        return matches;
    }

private slots:
    void init()
    {
        m_enclave = std::make_unique<test::EnclaveFixture>();
        m_user = std::make_unique<test::EnclaveUser>(m_enclave->client);
        m_cek = crypto::randomKey(crypto::kCekBytes);
        m_cipher.emplace(std::move(*crypto::CellCipher::create(m_cek)));
        QVERIFY(m_user->openSession());
    }

    void keepsKeysOfAPackage()
    {
        QVERIFY(!*m_enclave->client.hasKey(m_user->session, kKey));
        const auto opened = m_user->send("SELECT 1", kKey, m_cek);
        QVERIFY(opened);
        QCOMPARE(opened->keys.size(), std::size_t{1});
        QVERIFY(opened->session == m_user->session);
        QVERIFY(*m_enclave->client.hasKey(m_user->session, kKey));
        const auto statistics = m_enclave->client.statistics();
        QCOMPARE(statistics->sessionCount, 1U);
        QCOMPARE(statistics->keyCount, 1U);
    }

    void refusesPackages_data()
    {
        QTest::addColumn<QString>("how");
        QTest::addColumn<int>("number");
        QTest::newRow("used twice") << "replay" << 33551;
        QTest::newRow("another statement") << "statement" << 33550;
        QTest::newRow("one bit flipped") << "bit" << 33550;
        QTest::newRow("cut") << "cut" << 33550;
        QTest::newRow("unknown session") << "session" << 33195;
        QTest::newRow("empty") << "empty" << 33550;
    }
    void refusesPackages()
    {
        QFETCH(QString, how);
        QFETCH(int, number);
        base::Bytes package = m_user->package("SELECT 1", kKey, m_cek, 7);
        std::string_view statement = "SELECT 1";
        if (how == "replay")
            QVERIFY(m_user->sendPackage(package, statement));
        else if (how == "statement")
            statement = "SELECT 2";
        else if (how == "bit")
            package.back() ^= 1;
        else if (how == "cut")
            package.resize(package.size() - 16);
        else if (how == "session")
            package.front() ^= 1;
        else
            package.clear();
        const auto opened = m_user->sendPackage(package, statement);
        QVERIFY(!opened);
        QCOMPARE(numberOf(opened.error()), number);
        QCOMPARE(opened.error().server->severity, number == 33195 ? std::uint8_t{17} : std::uint8_t{16});
    }

    void acceptsCountersOutOfOrder()
    {
        std::vector<std::uint64_t> counters{5, 3, 4, 1000, 6, std::uint64_t{1} << 40, (std::uint64_t{1} << 40) - 4000};
        for (const std::uint64_t counter : counters)
            QVERIFY(m_user->sendPackage(m_user->package("SELECT 1", kKey, m_cek, counter), "SELECT 1"));
        counters.push_back(7);  // below everything that is still remembered: it might have been seen
        for (const std::uint64_t counter : counters)
            QCOMPARE(numberOf(m_user->sendPackage(m_user->package("SELECT 1", kKey, m_cek, counter), "SELECT 1").error()), 33551);
    }

    void acceptsTextThatDriversWrap()
    {
        const base::Bytes first = m_user->package("INSERT t VALUES (1)", kKey, m_cek, 1);
        QVERIFY(m_user->sendPackage(first, "INSERT t VALUES (1) select SCOPE_IDENTITY() AS GENERATED_KEYS where SCOPE_IDENTITY() is not null"));
        const base::Bytes second = m_user->package("SELECT 1", kKey, m_cek, 2);
        QVERIFY(m_user->sendPackage(second, " SET FMTONLY OFF; SET NO_BROWSETABLE ON;SELECT 1"));
    }

    void comparesMoney_data()
    {
        QTest::addColumn<int>("op");
        QTest::addColumn<QList<int>>("operands");
        QTest::addColumn<QString>("expected");  // for 10, NULL, 20, 30: y n u
        using Op = CellOperator;
        const auto row = [](const char* name, Op op, QList<int> operands, const char* expected) {
            QTest::newRow(name) << static_cast<int>(op) << operands << expected;
        };
        row("=", Op::kEqual, {20}, "nuyn");
        row("<>", Op::kNotEqual, {20}, "yuny");
        row("<", Op::kLess, {20}, "yunn");
        row("<=", Op::kLessEqual, {20}, "yuyn");
        row(">", Op::kGreater, {20}, "nuny");
        row(">=", Op::kGreaterEqual, {20}, "nuyy");
        row("between", Op::kBetween, {15, 30}, "nuyy");
        row("in", Op::kIn, {30, 10}, "yuny");
    }
    void comparesMoney()
    {
        QFETCH(int, op);
        QFETCH(QList<int>, operands);
        QFETCH(QString, expected);
        QVERIFY(m_user->send("SELECT 1", kKey, m_cek));
        CellPredicate predicate;
        predicate.op = static_cast<CellOperator>(op);
        for (const int operand : operands)
            predicate.operands.push_back(money(operand));
        const auto matches = evaluate(moneyType(), predicate, {money(10), std::nullopt, money(20), money(30)});
        QVERIFY2(matches, matches ? "" : matches.error().describe().c_str());
        QString seen;
        for (const CellMatch match : *matches)
            seen += "nyu"[static_cast<int>(match)];
        QCOMPARE(seen, expected);
    }

    void likeTakesAnUnpaddedPattern()
    {
        QVERIFY(m_user->send("SELECT 1", kKey, m_cek));
        CellPredicate predicate;
        predicate.op = CellOperator::kLike;
        predicate.operands.push_back(text("%6818"));
        const auto matches = evaluate(charType(11), predicate, {text("990-00-6818"), text("795-73-9838"), std::nullopt});
        QVERIFY(matches);
        QVERIFY((*matches)[0] == CellMatch::kYes && (*matches)[1] == CellMatch::kNo && (*matches)[2] == CellMatch::kUnknown);
    }

    void manyBatchesKeepTheirOrder()
    {
        QVERIFY(m_user->send("SELECT 1", kKey, m_cek));
        std::vector<std::optional<base::Bytes>> cells;
        for (int i = 0; i < 5000; ++i)
            cells.emplace_back(i % 7 == 0 ? std::nullopt : std::optional(money(i % 100)));
        CellPredicate predicate;
        predicate.op = CellOperator::kLess;
        predicate.operands.push_back(money(50));
        for (const std::size_t perBatch : {1UL, 3UL, 1000UL, 5000UL}) {
            const auto matches = evaluate(moneyType(), predicate, cells, perBatch);
            QVERIFY(matches);
            QCOMPARE(matches->size(), cells.size());
            for (std::size_t i = 0; i < cells.size(); ++i) {
                const CellMatch expected = !cells[i] ? CellMatch::kUnknown : i % 100 < 50 ? CellMatch::kYes : CellMatch::kNo;
                QVERIFY((*matches)[i] == expected);
            }
        }
    }

    void ranksDensely()
    {
        QVERIFY(m_user->send("SELECT 1", kKey, m_cek));
        const std::vector<std::optional<base::Bytes>> cells{money(30), money(10), std::nullopt, money(30), money(-5)};
        const auto ranks = m_enclave->client.rank(column(moneyType()), feedOf(cells, 2));
        QVERIFY(ranks);
        QVERIFY((*ranks == std::vector<std::uint32_t>{3, 2, 0, 3, 1}));
    }

    void failuresLeaveTheChannelGood()
    {
        QVERIFY(m_user->send("SELECT 1", kKey, m_cek));
        CellPredicate predicate;
        predicate.operands.push_back(money(20));
        base::Bytes broken = money(20);
        broken[40] ^= 1;
        std::vector<std::optional<base::Bytes>> cells(3000, money(20));
        cells[1500] = broken;
        const auto matches = evaluate(moneyType(), predicate, cells, 100);
        QVERIFY(!matches);
        QCOMPARE(numberOf(matches.error()), 33187);

        const auto own = base::makeError({"test", "Own"}, "the feed's own reason");
        const auto stopped = m_enclave->client.rank(column(moneyType()), [&](CellBatch&) -> base::Result<void> { return own; });
        QVERIFY(!stopped && stopped.error().code == own.code);

        cells[1500] = money(20);
        QVERIFY(evaluate(moneyType(), predicate, cells, 100));
    }

    void needsTheKeyInThisSession()
    {
        QVERIFY(m_user->send("SELECT 1", kKey, m_cek));
        test::EnclaveUser other(m_enclave->client);
        QVERIFY(other.openSession());
        const auto ranks = m_enclave->client.rank({other.session, kKey, moneyType()}, feedOf({}));
        QCOMPARE(numberOf(ranks.error()), 33546);
        EncryptedColumn unknown = column(moneyType());
        unknown.session[0] ^= 1;
        QCOMPARE(numberOf(m_enclave->client.rank(unknown, feedOf({})).error()), 33195);
    }

    void convertsThereAndBack()
    {
        QVERIFY(m_user->send(kEncrypt, kKey, m_cek));
        QVERIFY(m_user->send(kDecrypt, kKey, m_cek));
        const types::SqlType type = charType(11);
        const std::vector<std::optional<base::Bytes>> plain{*types::encodeRowForm(std::string("990-00-6818"), type), std::nullopt};
        std::vector<std::optional<base::Bytes>> encrypted = convert(conversion(kEncrypt, true), plain).value();
        QVERIFY(encrypted[0] && encrypted[0]->size() == crypto::cellBytes(11) && !encrypted[1]);
        const auto back = convert(conversion(kDecrypt, false), encrypted);
        QVERIFY2(back, back ? "" : back.error().describe().c_str());
        QVERIFY(*back == plain);
    }

    void convertsOnlyWhatWasOrdered_data()
    {
        QTest::addColumn<QString>("change");
        QTest::addColumn<int>("number");
        QTest::newRow("statement never authorised") << "statement" << 33550;
        QTest::newRow("another column") << "column" << 33192;
        QTest::newRow("another table") << "table" << 33192;
        QTest::newRow("another schema") << "schema" << 33192;
        QTest::newRow("another type") << "type" << 33192;
        QTest::newRow("another key name") << "keyName" << 33192;
        QTest::newRow("deterministic instead") << "deterministic" << 33192;
        QTest::newRow("decryption instead") << "direction" << 33192;
        QTest::newRow("key not held") << "key" << 33546;
        QTest::newRow("no key at all") << "noKey" << 33192;
    }
    void convertsOnlyWhatWasOrdered()
    {
        QFETCH(QString, change);
        QFETCH(int, number);
        QVERIFY(m_user->send(kEncrypt, kKey, m_cek));
        ColumnConversion c = conversion(kEncrypt, true);
        base::Bytes other = base::utf16leFromUtf8(std::string(kEncrypt) + " ");
        if (change == "statement")
            c.statementUtf16le = other;
        else if (change == "column")
            c.columnName = "Salary";
        else if (change == "table")
            c.tableName = "Persons";
        else if (change == "schema")
            c.schemaName = "dbo";
        else if (change == "type")
            c.type = charType(12);
        else if (change == "keyName")
            c.toKeyName = "CEK2";
        else if (change == "deterministic")
            c.toDeterministic = true;
        else if (change == "direction") {
            c.fromKey = kKey;
            c.toKey.reset();
        } else if (change == "key")
            c.toKey = kOtherKey;
        else
            c.toKey.reset();
        const auto converted = convert(c, {base::Bytes(11, 'x')});
        QVERIFY(!converted);
        QCOMPARE(numberOf(converted.error()), number);
    }

    // An order is good for one conversion, each time that the client gives it: a server that keeps it cannot decrypt with it later.
    void anOrderIsGoodForOneConversion()
    {
        const base::Bytes cellOfLater = text("990-00-6818");
        QVERIFY(m_user->send(kDecrypt, kKey, m_cek));
        QVERIFY(convert(conversion(kDecrypt, false), {cellOfLater}));
        const auto again = convert(conversion(kDecrypt, false), {cellOfLater});
        QVERIFY(!again);
        QCOMPARE(numberOf(again.error()), 33550);
        QVERIFY(m_user->send(kDecrypt, kKey, m_cek));
        QVERIFY(convert(conversion(kDecrypt, false), {cellOfLater}));

        const std::string both = std::string(kEncrypt) + "; " + kDecrypt + "; " + kEncrypt;
        QVERIFY(m_user->send(both, kKey, m_cek));
        const std::vector<std::optional<base::Bytes>> plain{base::Bytes(11, 'x')};
        QVERIFY(convert(conversion(both, true), plain));
        QVERIFY(convert(conversion(both, false), {cellOfLater}));
        QVERIFY(convert(conversion(both, true), plain));
        QCOMPARE(numberOf(convert(conversion(both, true), plain).error()), 33550);
        QCOMPARE(numberOf(convert(conversion(both, false), {cellOfLater}).error()), 33550);
    }

    // A conversion that the server invents: the statement is the client's, but orders nothing, or in words only.
    void nothingWithoutAnOrder_data()
    {
        QTest::addColumn<QString>("statement");
        QTest::newRow("a query") << "SELECT SSN FROM HR.Employees";
        QTest::newRow("in a comment") << QString("-- %1").arg(kDecrypt);
        QTest::newRow("in a string") << QString("PRINT '%1'").arg(kDecrypt);
        QTest::newRow("not T-SQL") << QString("%1 and more (").arg(kDecrypt);
        QTest::newRow("adds a column") << "ALTER TABLE HR.Employees ADD SSN char(11) COLLATE Latin1_General_BIN2 NOT NULL";
        QTest::newRow("a comparison") << "SELECT 1 FROM HR.Employees WHERE SSN = @p";
    }
    void nothingWithoutAnOrder()
    {
        QFETCH(QString, statement);
        const std::string words = statement.toStdString();
        QVERIFY(m_user->send(words, kKey, m_cek));
        const auto converted = convert(conversion(words, false), {text("990-00-6818")});
        QVERIFY(!converted);
        QCOMPARE(numberOf(converted.error()), 33192);
    }

    // Both keys of a change of keys came with this statement, not one with it and one with another.
    void keysOfTheSameStatement()
    {
        QVERIFY(m_user->send(kEncrypt, kKey, m_cek));
        QVERIFY(m_user->send("SELECT 1", kOtherKey, m_cek));
        ColumnConversion c = conversion(kEncrypt, true);
        c.fromKey = kOtherKey;
        QCOMPARE(numberOf(convert(c, {text("990-00-6818")}).error()), 33550);
        QVERIFY(m_user->send(kEncrypt, kOtherKey, m_cek));
        QCOMPARE(numberOf(convert(c, {text("990-00-6818")}).error()), 33550);
    }

    // Keys get in by packages that a session's client has sealed, and by nothing else.
    void keysOnlyFromTheSessionsClient()
    {
        test::EnclaveUser other(m_enclave->client);
        QVERIFY(other.openSession());
        base::Bytes package = other.package("SELECT 1", kKey, m_cek, 1);
        std::copy(m_user->session.begin(), m_user->session.end(), package.begin());  // sealed for another session
        QCOMPARE(numberOf(m_user->sendPackage(package, "SELECT 1").error()), 33550);
        QVERIFY(!*m_enclave->client.hasKey(m_user->session, kKey));
        QVERIFY(!*m_enclave->client.hasKey(other.session, kKey));
        QCOMPARE(m_enclave->client.statistics()->keyCount, 0U);
    }

    void onePackageManyThreads()
    {
        const base::Bytes package = m_user->package("SELECT 1", kKey, m_cek, 7);
        std::atomic<int> accepted = 0;
        std::atomic<int> refused = 0;
        std::vector<std::thread> threads;
        for (int i = 0; i < 8; ++i)
            threads.emplace_back([&] {
                const auto opened = m_user->sendPackage(package, "SELECT 1");
                ++(opened ? accepted : refused);
            });
        for (std::thread& thread : threads)
            thread.join();
        QCOMPARE(accepted.load(), 1);
        QCOMPARE(refused.load(), 7);
    }

    void refusesOtherProtocols()
    {
        enclave::AttestationParameters parameters;
        parameters.protocol = enclave::ProtocolId::kHgs;
        parameters.clientPublicKey = crypto::EcdhP384::generate()->publicKey();
        const auto offer = m_enclave->client.createSession(enclave::encodeAttestationParameters(parameters));
        QCOMPARE(numberOf(offer.error()), 33190);
        QCOMPARE(numberOf(m_enclave->client.createSession({}).error()), 33190);
    }

    void withoutAnEnclaveEverythingSaysSo()
    {
        EnclaveClient nobody("/nonexistent/enclave.sock");
        QCOMPARE(numberOf(nobody.createSession({}).error()), 33545);
        QCOMPARE(numberOf(nobody.rank(column(moneyType()), feedOf({})).error()), 33545);
    }

private:
    base::Bytes m_statement;
    ColumnConversion conversion(std::string_view statement, bool encrypt)
    {
        m_statement = base::utf16leFromUtf8(statement);
        ColumnConversion c;
        c.session = m_user->session;
        c.statementUtf16le = m_statement;
        c.schemaName = "HR";
        c.tableName = "Employees";
        c.columnName = "SSN";
        c.type = charType(11);
        if (encrypt) {
            c.toKey = kKey;
            c.toKeyName = "CEK1";
        } else {
            c.fromKey = kKey;
        }
        return c;
    }
    base::Result<std::vector<std::optional<base::Bytes>>> convert(const ColumnConversion& c, const std::vector<std::optional<base::Bytes>>& cells)
    {
        std::vector<std::optional<base::Bytes>> out;
        const auto sink = [&](const CellBatch& batch) {
            for (std::size_t i = 0; i < batch.size(); ++i)
                out.push_back(batch.isNull(i) ? std::nullopt : std::optional(base::Bytes(batch.cell(i).begin(), batch.cell(i).end())));
            return base::Result<void>();
        };
        ES_CHECK(m_enclave->client.convert(c, feedOf(cells), sink));
        return out;
    }
};

QTEST_GUILESS_MAIN(TestEnclaveGate)
#include "tst_enclave_gate.moc"
