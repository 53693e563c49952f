// The driver against a real sandbox: TDS 8.0, and bulk copies with encrypted columns that are read back, by a key holder and by others.
#include "tests/support/KeyHolder.h"
#include "tests/support/SandboxFixture.h"

#include "driver/session/CollectingSink.h"
#include "driver/session/Errors.h"
#include "driver/session/Session.h"
#include "driver/transport/Errors.h"
#include "driver/types/TypeNames.h"

#include <QtTest>

using namespace es;
using session::AttestationProtocol;

namespace {

// n, ssn, name, pay: made from the number.
class People final : public session::BulkSource {
public:
    explicit People(int count, int from = 0) : m_next(from), m_end(from + count) {}
    base::Result<bool> next(std::span<types::Value> row) override
    {
        if (m_next == m_end) return false;
        row[0] = std::int64_t{m_next};
        row[1] = m_next % 10 == 9 ? types::Value(types::Null{}) : types::Value(QString::asprintf("900-11-%04d", m_next).toStdString());
        row[2] = "Zo\xC3\xAB " + std::to_string(m_next);
        row[3] = types::Money{std::int64_t{m_next} * 10000};
        ++m_next;
        return true;
    }

private:
    int m_next, m_end;
};

} // namespace

class E2eBulkTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase()
    {
        auto started = test::SandboxFixture::start();
        QVERIFY2(started, started ? "" : started.error().describe().c_str());
        m_sandbox = std::move(started).value();
        m_keys = std::make_unique<test::KeyHolder>(m_sandbox->keyFolder());
        const auto keys = m_keys->keyStatements("hr-cmk", "HrMaster", "HrKey");
        const auto session = connect(true);
        QVERIFY(session && keys);
        for (const std::string& text : *keys)
            QVERIFY(run(*session, text));
        const std::string encrypted = " ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = HrKey, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256', ENCRYPTION_TYPE = ";
        QVERIFY(run(*session, "CREATE TABLE dbo.People (n int NOT NULL PRIMARY KEY, ssn char(11) COLLATE Latin1_General_BIN2" + encrypted
            + "DETERMINISTIC) NULL, name nvarchar(40) NOT NULL, pay money" + encrypted + "RANDOMIZED) NULL)"));
    }
    void cleanupTestCase() { m_sandbox.reset(); }

    void strict()
    {
        auto settings = m_sandbox->settings();
        settings.tls.mode = session::EncryptionMode::kStrict;
        auto connected = session::Session::connect(settings.clone(), session::Services{m_keys->keyStores()}, {});
        QVERIFY2(connected, connected ? "" : connected.error().describe().c_str());
        QVERIFY(run(**connected, "SELECT COUNT(*) FROM HR.Employees"));
        settings.tls.hostNameInCertificate = "db.example";
        const auto other = session::Session::connect(settings.clone(), session::Services{m_keys->keyStores()}, {});
        QVERIFY(!other && other.error().code == transport::kTlsHostName);
        settings.tls.hostNameInCertificate.clear();
        settings.tls.caFile.clear();
        const auto untrusted = session::Session::connect(std::move(settings), session::Services{m_keys->keyStores()}, {});
        QVERIFY(!untrusted && untrusted.error().code == transport::kTlsUntrusted);
    }

    void copyAndReadBack_data()
    {
        QTest::addColumn<bool>("strict");
        QTest::newRow("TDS 7.4") << false;
        QTest::newRow("TDS 8.0") << true;
    }
    void copyAndReadBack()
    {
        QFETCH(bool, strict);
        const auto holder = connect(true, strict);
        QVERIFY(holder);
        QVERIFY(run(*holder, "DELETE FROM dbo.People"));
        People people(300);
        session::BulkCopyRequest request;
        request.table = "dbo.People";
        request.options.batchRows = 120;
        const auto copied = holder->bulkCopy(request, people, {});
        QVERIFY2(copied, copied ? "" : copied.error().describe().c_str());
        QCOMPARE(copied->rows, std::uint64_t{300});

        session::Statement search;
        search.text = "SELECT n, name, pay FROM dbo.People WHERE ssn = @ssn";
        search.parameters.push_back({"@ssn", types::makeSized(types::TypeId::kChar, 11), std::string("900-11-0123")});
        session::CollectingSink found;
        QVERIFY(holder->execute(search, found, {}));
        QCOMPARE(found.resultSets.at(0).rowCount(), std::size_t{1});
        QCOMPARE(base::toHex(found.resultSets[0].cell(0, 0)), std::string("7b000000"));
        QCOMPARE(base::toHex(found.resultSets[0].cell(0, 2)), std::string("00000000b0c41200"));

        const auto other = connect(false, strict);
        session::CollectingSink cipher;
        session::Statement raw;
        raw.text = "SELECT ssn, pay FROM dbo.People WHERE n IN (123, 129) ORDER BY n";
        QVERIFY(other->execute(raw, cipher, {}));
        QCOMPARE(cipher.resultSets.at(0).cell(0, 0).size(), std::size_t{65});
        QCOMPARE(int(cipher.resultSets[0].cell(0, 1)[0]), 1);
        QVERIFY(cipher.resultSets[0].isNull(1, 0));
    }

    void refusals()
    {
        const auto holder = connect(true);
        QVERIFY(run(*holder, "DELETE FROM dbo.People"));
        People first(150), again(150, 100);
        session::BulkCopyRequest request;
        request.table = "dbo.People";
        request.options.batchRows = 60;
        QVERIFY(holder->bulkCopy(request, first, {}));
        const auto duplicate = holder->bulkCopy(request, again, {});
        QVERIFY(!duplicate && duplicate.error().server);
        QCOMPARE(duplicate.error().server->number, 2627);
        QVERIFY(holder->state().usable);
        // Nothing of the batch with the duplicate.
        session::CollectingSink counted;
        session::Statement count;
        count.text = "SELECT COUNT(*) FROM dbo.People";
        QVERIFY(holder->execute(count, counted, {}));
        QCOMPARE(base::toHex(counted.resultSets.at(0).cell(0, 0)), std::string("96000000"));

        // Without column encryption the columns are varbinary, and what is no ciphertext under this key is not taken.
        const auto other = connect(false);
        class Bytes final : public session::BulkSource {
        public:
            base::Result<bool> next(std::span<types::Value> row) override
            {
                if (m_done) return false;
                m_done = true;
                row[0] = std::int64_t{7000};
                row[1] = base::Bytes(65, 1);
                row[2] = std::string("x");
                row[3] = base::Bytes(65, 1);
                return true;
            }

        private:
            bool m_done = false;
        } bare;
        const auto refused = other->bulkCopy(request, bare, {});
        QVERIFY(!refused && refused.error().server);
        QCOMPARE(refused.error().server->number, 206);
    }

private:
    std::unique_ptr<session::Session> connect(bool columnEncryption, bool strict = false)
    {
        auto settings = m_sandbox->settings(columnEncryption);
        if (strict) settings.tls.mode = session::EncryptionMode::kStrict;
        auto connected = session::Session::connect(std::move(settings), session::Services{m_keys->keyStores()}, {});
        if (connected) return std::move(connected).value();
        qWarning("%s", connected.error().describe().c_str());
        return nullptr;
    }
    static bool run(session::Session& session, const std::string& text)
    {
        session::CollectingSink sink;
        session::Statement statement;
        statement.text = text;
        const auto outcome = session.execute(statement, sink, {});
        if (!outcome) qWarning("%s", outcome.error().describe().c_str());
        return outcome.has_value();
    }

    std::unique_ptr<test::SandboxFixture> m_sandbox;
    std::unique_ptr<test::KeyHolder> m_keys;
};

QTEST_GUILESS_MAIN(E2eBulkTest)
#include "tst_e2e_bulk.moc"
