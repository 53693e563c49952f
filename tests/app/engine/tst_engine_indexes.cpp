// Indexes on enclave-enabled randomized columns: what may be indexed, searches against the same data in plain columns, upkeep through
// every kind of change, keys of others, an enclave that goes, a start without one. The reference's sections 9 and 10 are the rows.
#include "EngineFixture.h"

#include <QtTest>

#include <random>

using namespace es;
using namespace es::sandbox;

namespace {

constexpr const char* kScheme = "ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = CEK1, ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')";

// T.v encrypted and T.p the same value in the clear.
struct Twin : EngineFixture {
    int nextId = 1;
    std::mt19937 random{7};

    explicit Twin(const std::string& type = "varchar(20) COLLATE Latin1_General_BIN2")
        : m_type(type)
    {
        makeKeys();
        const Answer made = run("CREATE TABLE dbo.T (id int NOT NULL PRIMARY KEY, v " + type + " " + kScheme + " NULL, p " + type + " NULL, n int NULL)");
        if (made.firstError() != 0) qFatal("%s", made.text().c_str());
    }
    void insert(const std::vector<std::string>& values)
    {
        for (std::size_t begin = 0; begin < values.size(); begin += 200) {
            std::string sql, declarations;
            std::vector<std::string> arguments;
            for (std::size_t i = begin; i < std::min(values.size(), begin + 200); ++i) {
                const std::string a = "@a" + std::to_string(i), b = "@b" + std::to_string(i);
                sql += (sql.empty() ? "INSERT INTO dbo.T VALUES (" : ", (") + std::to_string(nextId++) + ", " + a + ", " + b + ", 0)";
                declarations += (declarations.empty() ? "" : ", ") + a + " " + bare() + ", " + b + " " + bare();
                arguments.insert(arguments.end(), {values[i], values[i]});
            }
            const Answer answer = runEncrypted(sql, declarations, arguments);
            if (answer.firstError() != 0) qFatal("%s", answer.text().c_str());
        }
    }
    std::string index(const std::string& more = "") { return run("CREATE INDEX IX ON dbo.T (v)" + more, {}, true).text(); }
    // The ids that the condition finds, by the encrypted column and by its twin.
    std::pair<std::string, std::string> both(const std::string& condition, const std::vector<std::string>& values)
    {
        std::string declarations;
        for (std::size_t i = 0; i < values.size(); ++i)
            declarations += (i ? ", @" : "@") + std::string(1, static_cast<char>('x' + i)) + " " + bare();
        const auto ask = [&](const std::string& column) {
            std::string text = condition;
            for (std::size_t at; (at = text.find("{}")) != std::string::npos;)
                text.replace(at, 2, column);
            return runEncrypted("SELECT id FROM dbo.T WHERE " + text + " ORDER BY id", declarations, values).text();
        };
        return {ask("v"), ask("p")};
    }
    std::string seeks() { return run("SELECT ISNULL(SUM(user_seeks), 0) FROM sys.dm_db_index_usage_stats").text(); }
    std::string check() // empty: nothing wrong
    {
        const Answer answer = run("DBCC CHECKTABLE ('dbo.T') WITH NO_INFOMSGS", {}, true);
        return answer.errors.empty() ? "" : answer.text();
    }
    std::string word()
    {
        const int kind = static_cast<int>(random() % 12);
        if (kind == 0) return "NULL";
        std::string out;
        const std::size_t length = kind == 1 ? 0 : 1 + random() % 4;
        for (std::size_t i = 0; i < length; ++i)
            out += "abcAB c"[random() % 7];
        return out;
    }

private:
    std::string bare() const { return m_type.substr(0, m_type.find(" COLLATE")); }
    std::string m_type;
};

} // namespace

class TstEngineIndexes : public QObject {
    Q_OBJECT

    std::unique_ptr<Twin> m_words;

private slots:
    void refusals_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<int>("number");
        QTest::newRow("clustered") << "CREATE CLUSTERED INDEX I ON dbo.H (a)" << 33567;
        QTest::newRow("primary key") << "CREATE TABLE dbo.K (a int PRIMARY KEY " + QString(kScheme) + " NOT NULL)" << 33567;
        QTest::newRow("unique constraint") << "CREATE TABLE dbo.K (a int " + QString(kScheme) + " NOT NULL UNIQUE)" << 33567;
        QTest::newRow("key without enclave") << "CREATE INDEX I ON dbo.H (x)" << 33573;
        QTest::newRow("collation") << "CREATE INDEX I ON dbo.H (ci)" << 33569;
        QTest::newRow("several columns") << "CREATE INDEX I ON dbo.H (a, id)" << 40517;
        QTest::newRow("filtered") << "CREATE INDEX I ON dbo.H (a) WHERE id > 5" << 40517;
        QTest::newRow("filter on it") << "CREATE INDEX I ON dbo.H (id) WHERE a IS NOT NULL" << 40517;
        QTest::newRow("filter on another") << "CREATE INDEX I ON dbo.H (id) INCLUDE (a) WHERE id > 5" << 0;
        QTest::newRow("allowed") << "CREATE INDEX I ON dbo.H (a)" << 0;
        QTest::newRow("included") << "CREATE INDEX I ON dbo.H (id) INCLUDE (a, x)" << 0;
        QTest::newRow("unique") << "CREATE UNIQUE NONCLUSTERED INDEX I ON dbo.H (a)" << 0;
        QTest::newRow("utf8") << "CREATE INDEX I ON dbo.H (u)" << 0;
    }
    void refusals()
    {
        QFETCH(QString, sql);
        QFETCH(int, number);
        EngineFixture f;
        f.makeKeys();
        std::string other = kScheme;
        other.replace(other.find("CEK1"), 4, "CEKX");
        QCOMPARE(f.run(std::string("CREATE TABLE dbo.H (id int NOT NULL, a int ") + kScheme + " NULL, x int " + other
                      + " NULL, ci varchar(9) COLLATE Latin1_General_CI_AS " + kScheme + " NULL, u varchar(9) COLLATE Latin1_General_100_CI_AS_SC_UTF8 "
                      + kScheme + " NULL)").text(), std::string());
        QCOMPARE(f.run(sql.toStdString(), {}, true).firstError(), number);
    }

    void warnsAtCreation()
    {
        Twin f;
        const Answer answer = f.run("CREATE INDEX IX ON dbo.T (v)", {}, true);
        QCOMPARE(answer.infos.size(), std::size_t{1});
        QCOMPARE(answer.infos[0].number, 33586);
        QCOMPARE(int{answer.infos[0].severity}, 10);
        QCOMPARE(f.run("SELECT type_desc, is_disabled FROM sys.indexes WHERE name = 'IX'").text(), std::string("NONCLUSTERED|0"));

        // With accelerated recovery there is nothing to warn of; it stays set, for this database alone.
        const std::string on = "SELECT is_accelerated_database_recovery_on FROM sys.databases WHERE name = DB_NAME()";
        QCOMPARE(f.run(on).text(), std::string("0"));
        QCOMPARE(f.run("ALTER DATABASE CURRENT SET ACCELERATED_DATABASE_RECOVERY = ON; " + on).text(), std::string("1"));
        QCOMPARE(f.run("SELECT count(*) FROM sys.databases WHERE is_accelerated_database_recovery_on = 1").text(), std::string("1"));
        QVERIFY(f.run("CREATE INDEX IX2 ON dbo.T (v)", {}, true).infos.empty());
        QCOMPARE(f.run("BEGIN TRAN; ALTER DATABASE CURRENT SET ACCELERATED_DATABASE_RECOVERY = OFF").firstError(), 226);
        QCOMPARE(f.run("IF @@TRANCOUNT > 0 ROLLBACK; ALTER DATABASE NoSuch SET ACCELERATED_DATABASE_RECOVERY = ON").firstError(), 911);
        QCOMPARE(f.run("ALTER DATABASE CURRENT SET RECOVERY SIMPLE").firstError(), 40517);
    }

    void finds_data()
    {
        QTest::addColumn<QString>("condition");
        QTest::addColumn<QStringList>("values");
        QTest::addColumn<bool>("seeks");
        const auto row = [](const char* condition, const QStringList& values, bool seeks = true) {
            QTest::newRow(qPrintable(QString("%1 [%2]").arg(condition, values.join(',')))) << condition << values << seeks;
        };
        row("{} = @x", {"ab"});
        row("{} = @x", {"nowhere"});
        row("{} = @x", {""});
        row("@x = {}", {"b "});
        row("{} < @x", {"b"});
        row("{} <= @x", {"b"});
        row("{} > @x", {"b"});
        row("@x >= {}", {"b"});
        row("{} >= @x", {"zzz"});
        row("{} < @x", {""});
        row("{} BETWEEN @x AND @y", {"ab", "bb"});
        row("{} BETWEEN @x AND @y", {"bb", "ab"});
        row("{} BETWEEN @x AND @y", {"a", "NULL"});
        row("{} IN (@x, @y, @z)", {"ab", "c", "nowhere"});
        row("{} IN (@x, @y)", {"ab", "NULL"});
        row("{} LIKE @x", {"ab%"});
        row("{} LIKE @x", {"a_"});
        row("{} LIKE @x", {"a[b-c]%"});
        row("{} LIKE @x", {"%b"});
        row("{} LIKE @x", {"b %"});
        row("{} = @x AND n = 0", {"ab"});
        row("{} = @x OR id = 3", {"ab"});
        row("{} = @x OR {} > @y", {"ab", "c"});
        row("{} <> @x", {"ab"}, false);
        row("NOT ({} = @x)", {"ab"}, false);
        row("{} NOT IN (@x, @y)", {"ab", "c"}, false);
        row("{} NOT LIKE @x", {"a%"}, false);
        row("{} NOT BETWEEN @x AND @y", {"ab", "bb"}, false);
        row("CASE WHEN {} = @x THEN 1 ELSE 0 END = 0", {"ab"});
        row("NOT EXISTS (SELECT 1 FROM dbo.T AS o WHERE o.id = T.id AND o.{} = @x)", {"ab"});
    }
    // Same answers as the plain twin, by seeks where the form allows it, one crossing per level.
    void finds()
    {
        QFETCH(QString, condition);
        QFETCH(QStringList, values);
        QFETCH(bool, seeks);
        if (!m_words) { // the rows only ask
            m_words = std::make_unique<Twin>();
            std::vector<std::string> words;
            for (int i = 0; i < 600; ++i)
                words.push_back(m_words->word());
            m_words->insert(words);
            QCOMPARE(m_words->index(), std::string());
        }
        Twin& f = *m_words;
        std::vector<std::string> arguments;
        for (const QString& value : values)
            arguments.push_back(value.toStdString());
        const std::string before = f.seeks();
        f.gate.searches = 0;
        const auto [encrypted, plain] = f.both(condition.toStdString(), arguments);
        QCOMPARE(encrypted, plain);
        const int expected = !seeks ? 0 : condition.count("{}") > 1 && condition.contains("OR") ? 4 : values.contains("NULL") && condition.contains("BETWEEN") ? 0 : 2;
        QCOMPARE(f.gate.searches, expected); // 600 entries: a root and its leaves
        QCOMPARE(f.seeks() != before, expected != 0);
    }

    void findsTypes_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QStringList>("values");
        QTest::newRow("int") << "int" << QStringList{"-2147483648", "-1", "0", "1", "256", "65536", "2147483647", "NULL"};
        QTest::newRow("decimal") << "decimal(20, 4)" << QStringList{"-1.5", "0", "0.0001", "12345678901234.5", "-99999999999999.9999", "NULL"};
        QTest::newRow("date") << "date" << QStringList{"0001-01-01", "1999-12-31", "2000-01-01", "9999-12-31"};
        QTest::newRow("datetime2") << "datetime2(7)" << QStringList{"2000-01-01T23:59:59.9999999", "2000-01-02T00:00:00", "1753-01-01"};
        QTest::newRow("nvarchar") << "nvarchar(10) COLLATE Latin1_General_BIN2" << QStringList{"a", "b", "ab", QString::fromUtf8("\xF0\x9F\x98\x80"), QString::fromUtf8("\xEF\xBF\xBD"), "Z"};
        QTest::newRow("uniqueidentifier") << "uniqueidentifier"
            << QStringList{"00000000-0000-0000-0000-000000000001", "01000000-0000-0000-0000-000000000000", "FFFFFFFF-0000-0000-0000-000000000000"};
    }
    void findsTypes()
    {
        QFETCH(QString, type);
        QFETCH(QStringList, values);
        Twin f(type.toStdString());
        QCOMPARE(f.index(), std::string());
        std::vector<std::string> words;
        for (int i = 0; i < 300; ++i)
            words.push_back(values[static_cast<int>(f.random() % static_cast<unsigned>(values.size()))].toStdString());
        f.insert(words);
        for (const char* op : {"=", "<", "<=", ">", ">="})
            for (const QString& value : values) {
                const auto [encrypted, plain] = f.both(std::string("{} ") + op + " @x", {value.toStdString()});
                QCOMPARE(encrypted, plain);
            }
        QCOMPARE(f.check(), std::string());
    }

    // Rows that a foreign key takes along leave the index of their table too, or nothing happens.
    void followsForeignKeys()
    {
        Twin f;
        f.insert({"a", "b", "c", "b", "NULL"});
        QCOMPARE(f.index(), std::string());
        QCOMPARE(f.run("CREATE TABLE dbo.G (id int NOT NULL PRIMARY KEY); INSERT dbo.G VALUES (1);"
                       "CREATE TABLE dbo.P (id int NOT NULL PRIMARY KEY, g int NULL REFERENCES dbo.G ON DELETE CASCADE);"
                       "INSERT dbo.P VALUES (0, NULL), (1, 1), (2, 1);"
                       "ALTER TABLE dbo.T ADD CONSTRAINT FK FOREIGN KEY (n) REFERENCES dbo.P ON DELETE CASCADE ON UPDATE CASCADE;"
                       "UPDATE dbo.T SET n = id - 1 WHERE id < 4").text(), std::string());
        const auto asks = [&](const std::string& sql) {
            const DescribeAnswer answer = f.session->describe({sql, "", {}});
            return answer.errors.empty()
                && std::any_of(answer.keys.begin(), answer.keys.end(), [](const DescribedKey& key) { return key.requestedByEnclave; });
        };
        QVERIFY(asks("DELETE FROM dbo.G"));
        QVERIFY(!asks("UPDATE dbo.P SET id = 9 WHERE id = 2"));
        QCOMPARE(f.run("UPDATE dbo.P SET id = 9 WHERE id = 2").text(), std::string());
        QCOMPARE(f.run("SELECT id FROM dbo.T WHERE n = 9").text(), std::string("3"));
        const auto dba = f.newSession("Lab");
        f.gate.opened = false;
        QCOMPARE(f.run("DELETE FROM dbo.G", {}, false, dba.get()).firstError(), 33546);
        QCOMPARE(f.run("SELECT (SELECT COUNT(*) FROM dbo.G), (SELECT COUNT(*) FROM dbo.P), COUNT(*) FROM dbo.T").text(), std::string("1|3|5"));
        QCOMPARE(f.run("DELETE FROM dbo.G", {}, true).text(), std::string());
        QCOMPARE(f.run("SELECT id FROM dbo.T ORDER BY id").text(), std::string("1\n4\n5"));
        QCOMPARE(f.check(), std::string());
        const auto [encrypted, plain] = f.both("{} >= @x", {"b"});
        QCOMPARE(encrypted, plain);
        QCOMPARE(encrypted, std::string("4"));
        QVERIFY(f.gate.searches > 0);
    }

    // OUTPUT .. INTO changes a second table, whose index follows.
    void followsOutputInto()
    {
        Twin f;
        f.insert({"a", "b", "c"});
        QCOMPARE(f.index(), std::string());
        QCOMPARE(f.run(std::string("CREATE TABLE dbo.L (id int, v varchar(20) COLLATE Latin1_General_BIN2 ") + kScheme + " NULL)").text(), std::string());
        QCOMPARE(f.run("CREATE UNIQUE INDEX IL ON dbo.L (v)", {}, true).text(), std::string());
        QCOMPARE(f.run("DELETE dbo.T OUTPUT deleted.id, deleted.v INTO dbo.L WHERE id > 1", {}, true).text(), std::string());
        QCOMPARE(f.check(), std::string());
        QVERIFY(f.run("DBCC CHECKTABLE ('dbo.L')", {}, true).errors.empty());
        QCOMPARE(f.runEncrypted("SELECT id FROM dbo.L WHERE v = @x", "@x varchar(20)", {"c"}).text(), std::string("3"));
        f.insert({"c"});
        QCOMPARE(f.run("UPDATE dbo.T SET n = 1 OUTPUT inserted.id, inserted.v INTO dbo.L", {}, true).firstError(), 2601);
        QCOMPARE(f.run("SELECT (SELECT COUNT(*) FROM dbo.L), COUNT(*) FROM dbo.T WHERE n = 1").text(), std::string("2|0"));
        const DescribeAnswer answer = f.session->describe({"UPDATE dbo.T SET n = 1 OUTPUT inserted.id, inserted.v INTO dbo.L", "", {}});
        QVERIFY(std::any_of(answer.keys.begin(), answer.keys.end(), [](const DescribedKey& key) { return key.requestedByEnclave; }));
    }

    // Thousands of rows come, change and go, alone and in sets, and the index stays what a scan says.
    void staysRight()
    {
        Twin f;
        QCOMPARE(f.index(), std::string());
        std::vector<std::string> words;
        for (int i = 0; i < 1500; ++i)
            words.push_back(f.word() + f.word());
        f.insert(words);
        QCOMPARE(f.check(), std::string());
        for (int round = 0; round < 60; ++round) {
            const std::string from = std::to_string(f.random() % static_cast<unsigned>(f.nextId));
            const std::string width = std::to_string(f.random() % 40);
            const std::string range = " WHERE id BETWEEN " + from + " AND " + from + " + " + width;
            const std::string word = f.word();
            Answer answer;
            switch (f.random() % 4) {
            case 0: answer = f.runEncrypted("UPDATE dbo.T SET v = @x, p = @y" + range, "@x varchar(20), @y varchar(20)", {word, word}); break;
            case 1: answer = f.run("DELETE FROM dbo.T" + range, {}, true); break;
            case 2:
                answer = f.run("INSERT INTO dbo.T SELECT id + " + std::to_string(f.nextId) + ", v, p, 1 FROM dbo.T" + range, {}, true);
                f.nextId = f.nextId * 2;
                break;
            default: f.insert({word, f.word(), f.word()});
            }
            QCOMPARE(answer.text(), std::string());
            if (round % 10 == 9) {
                QCOMPARE(f.check(), std::string());
                const auto [encrypted, plain] = f.both("{} BETWEEN @x AND @y", {"a", "b"});
                QCOMPARE(encrypted, plain);
            }
        }
        QCOMPARE(f.run("UPDATE dbo.T SET n = n + 1", {}, false).text(), std::string()); // no indexed cell changes: no key needed
        QCOMPARE(f.run("DELETE FROM dbo.T", {}, true).text(), std::string());
        QCOMPARE(f.check(), std::string());
        f.insert({"x", "NULL", "a"});
        QCOMPARE(f.check(), std::string());
    }

    // A statement that changes most of the table sorts it anew instead; so does one that fills it.
    void changesOfMostRows()
    {
        Twin f;
        std::vector<std::string> words(700, "a");
        f.insert(words);
        QCOMPARE(f.index(), std::string());
        for (int i = 0; i < 3; ++i)
            QCOMPARE(f.run("INSERT INTO dbo.T SELECT id + " + std::to_string(1 << (20 + i)) + ", v, p, 0 FROM dbo.T", {}, true).text(), std::string());
        QCOMPARE(f.run("SELECT COUNT(*) FROM dbo.T").text(), std::string("5600"));
        QCOMPARE(f.check(), std::string());
        f.gate.searches = 0;
        QCOMPARE(f.runEncrypted("UPDATE dbo.T SET v = @x, p = @y", "@x varchar(20), @y varchar(20)", {"b", "b"}).text(), std::string());
        QCOMPARE(f.gate.searches, 0);
        QCOMPARE(f.check(), std::string());
        const auto [encrypted, plain] = f.both("{} = @x", {"b"});
        QCOMPARE(encrypted, plain);
        QCOMPARE(f.run("TRUNCATE TABLE dbo.T").text(), std::string());
        f.insert({"a", "b"});
        QCOMPARE(f.check(), std::string());
    }

    // The same values in other ciphertext, of so many rows that their entries go down the tree in several messages: each row's old entry
    // goes before its new one comes.
    void sameValuesAnew()
    {
        constexpr int kRows = 1500;
        Twin f("char(6) COLLATE Latin1_General_BIN2");
        std::vector<std::string> values;
        for (int i = 0; i < 2 * kRows; ++i)
            values.push_back(std::to_string(900000 - i % kRows)); // their order is not that of the rows
        f.insert(values);
        f.index();
        const std::string shift = std::to_string(kRows);
        QCOMPARE(f.run("UPDATE t SET v = s.v FROM dbo.T AS t JOIN dbo.T AS s ON s.id = t.id + " + shift, {}, true).firstError(), 0);
        QCOMPARE(f.check(), std::string());
        const auto [found, expected] = f.both("{} BETWEEN @x AND @y", {"899000", "899010"});
        QCOMPARE(found, expected);
    }

    void unique()
    {
        Twin f;
        f.insert({"a", "b", "NULL"});
        QCOMPARE(f.run("CREATE UNIQUE INDEX IX ON dbo.T (v)", {}, true).text(), std::string());
        const auto put = [&](const std::string& id, const std::string& value) {
            return f.runEncrypted("INSERT INTO dbo.T (id, v) VALUES (" + id + ", @x)", "@x varchar(20)", {value}).firstError();
        };
        QCOMPARE(put("10", "b"), 2601);
        QCOMPARE(put("10", "b  "), 2601); // trailing blanks do not tell values apart
        QCOMPARE(put("10", "NULL"), 2601);
        QCOMPARE(put("10", "c"), 0);
        QCOMPARE(f.runEncrypted("INSERT INTO dbo.T (id, v) VALUES (20, @x), (21, @x)", "@x varchar(20)", {"d"}).firstError(), 2601);
        QCOMPARE(f.runEncrypted("UPDATE dbo.T SET v = @x WHERE id = 1", "@x varchar(20)", {"c"}).firstError(), 2601);
        QCOMPARE(f.runEncrypted("UPDATE dbo.T SET v = @x WHERE id = 1", "@x varchar(20)", {"a"}).firstError(), 0);
        QCOMPARE(f.run("SELECT COUNT(*) FROM dbo.T").text(), std::string("4"));
        QCOMPARE(f.check(), std::string());
        QCOMPARE(f.run("DROP INDEX IX ON dbo.T").firstError(), 0);
        QCOMPARE(put("11", "c"), 0);
        QCOMPARE(f.run("CREATE UNIQUE INDEX IX ON dbo.T (v)", {}, true).firstError(), 1505);
        QCOMPARE(f.run("SELECT COUNT(*) FROM sys.indexes WHERE name = 'IX'").text(), std::string("0"));
    }

    // Who brought no key works with those that others left in the enclave, on indexes alone.
    void keysOfOthers()
    {
        Twin f;
        f.insert({"a", "b", "c"});
        const auto dba = f.newSession("Lab");
        f.gate.opened = false; // as after a start of the enclave: nobody's keys are there
        const auto asDba = [&](const std::string& sql) { return f.run(sql, {}, false, dba.get()).firstError(); };
        QCOMPARE(asDba("CREATE INDEX IX ON dbo.T (v)"), 33546);
        QCOMPARE(f.index(), std::string());
        QCOMPARE(asDba("ALTER INDEX IX ON dbo.T REBUILD"), 0);
        QCOMPARE(asDba("DELETE FROM dbo.T WHERE id = 1"), 0);
        QCOMPARE(asDba("DBCC CHECKTABLE ('dbo.T')"), 0);
        QCOMPARE(f.run("DECLARE @v varchar(20); SELECT id FROM dbo.T WHERE v = @v", {}, false, dba.get()).firstError(), 33546);
        f.gate.opened = false;
        QCOMPARE(asDba("DELETE FROM dbo.T WHERE id = 2"), 33546);
        QCOMPARE(asDba("DELETE FROM dbo.T WHERE id = 99"), 0); // nothing to keep
        QCOMPARE(asDba("UPDATE dbo.T SET n = 5"), 0);
        QCOMPARE(asDba("DBCC CHECKTABLE ('dbo.T')"), 33546);
        QCOMPARE(f.run("SELECT COUNT(*) FROM dbo.T").text(), std::string("2"));
        QCOMPARE(asDba("DROP INDEX IX ON dbo.T"), 0);
        QCOMPARE(asDba("DELETE FROM dbo.T WHERE id = 2"), 0);
    }

    void describeAsksForKeys_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<bool>("asks");
        QTest::newRow("insert") << "INSERT INTO dbo.T (id) VALUES (9)" << true;
        QTest::newRow("delete") << "DELETE FROM dbo.T WHERE id = 1" << true;
        QTest::newRow("update of the key") << "UPDATE dbo.T SET v = NULL" << true;
        QTest::newRow("update of another column") << "UPDATE dbo.T SET n = 1" << false;
        QTest::newRow("rebuild") << "ALTER INDEX IX ON dbo.T REBUILD" << true;
        QTest::newRow("disable") << "ALTER INDEX IX ON dbo.T DISABLE" << false;
        QTest::newRow("create") << "CREATE INDEX I2 ON dbo.T (v)" << true;
        QTest::newRow("create elsewhere") << "CREATE INDEX I2 ON dbo.T (n)" << false;
        QTest::newRow("check") << "DBCC CHECKDB" << true;
        QTest::newRow("no plans") << "DBCC FREEPROCCACHE" << false;
        QTest::newRow("drop") << "DROP INDEX IX ON dbo.T" << false;
    }
    void describeAsksForKeys()
    {
        QFETCH(QString, sql);
        QFETCH(bool, asks);
        Twin f;
        QCOMPARE(f.index(), std::string());
        const DescribeAnswer answer = f.session->describe({sql.toStdString(), "", {}});
        QVERIFY(answer.errors.empty());
        QCOMPARE(std::any_of(answer.keys.begin(), answer.keys.end(), [](const DescribedKey& key) { return key.requestedByEnclave; }), asks);
    }

    // An enclave that goes while an index is being kept: the statement never was, an open transaction goes on.
    void enclaveGoes()
    {
        Twin f;
        std::vector<std::string> words;
        for (int i = 0; i < 400; ++i)
            words.push_back(f.word());
        f.insert(words);
        QCOMPARE(f.index(), std::string());
        QCOMPARE(f.run("BEGIN TRANSACTION").firstError(), 0);
        f.insert({"kept"});
        for (const int number : {33545, 33195}) {
            for (int at = 1; at <= 2; ++at) { // the root, a leaf
                f.gate.searches = 0;
                f.gate.onSearch = [&](int search) { return search == at ? base::Result<void>(enclaveError(number)) : base::Result<void>(); };
                QCOMPARE(f.run("DELETE FROM dbo.T WHERE id = 7", {}, true).firstError(), number);
            }
        }
        f.gate.onSearch = nullptr;
        QCOMPARE(f.run("SELECT @@TRANCOUNT, (SELECT COUNT(*) FROM dbo.T)").text(), std::string("1|401"));
        QCOMPARE(f.run("COMMIT").firstError(), 0);
        QCOMPARE(f.check(), std::string());
        const auto [encrypted, plain] = f.both("{} = @x", {"kept"});
        QCOMPARE(encrypted, plain);
        QCOMPARE(f.run("BEGIN TRANSACTION; DELETE FROM dbo.T WHERE id < 100; SAVE TRANSACTION s; DELETE FROM dbo.T; ROLLBACK TRANSACTION s; COMMIT", {}, true).firstError(), 0);
        QCOMPARE(f.check(), std::string());
        QCOMPARE(f.run("BEGIN TRANSACTION; DELETE FROM dbo.T; ROLLBACK", {}, true).firstError(), 0);
        QCOMPARE(f.check(), std::string());
    }

    // Places that are not the right ones are found by the check, and a rebuild mends them.
    void checkFindsDisorder()
    {
        Twin f;
        std::vector<std::string> words;
        for (int i = 0; i < 50; ++i)
            words.push_back(std::string(1, static_cast<char>('a' + i % 25)));
        f.insert(words);
        QCOMPARE(f.index(), std::string());
        f.gate.onPlaces = [](std::vector<IndexPlace>& places) {
            for (IndexPlace& place : places)
                place = {3, 3};
        };
        f.insert({"z"});
        f.gate.onPlaces = nullptr;
        const Answer answer = f.run("DBCC CHECKTABLE ('dbo.T')", {}, true);
        QCOMPARE(answer.firstError(), 2511);
        QVERIFY(std::any_of(answer.infos.begin(), answer.infos.end(), [](const base::ServerError& info) { return info.number == 8990; }));
        QCOMPARE(f.run("DELETE FROM dbo.T WHERE p = 'z'", {}, true).firstError(), 8646); // refused rather than half done
        QCOMPARE(f.run("ALTER INDEX IX ON dbo.T REBUILD", {}, true).firstError(), 0);
        QCOMPARE(f.check(), std::string());
    }

    void disabledAndDropped()
    {
        Twin f;
        f.insert({"a", "b"});
        QCOMPARE(f.index(), std::string());
        QCOMPARE(f.run("ALTER TABLE dbo.T ALTER COLUMN v varchar(20) COLLATE Latin1_General_BIN2 NULL", {}, true).firstError(), 5074);
        QCOMPARE(f.run("ALTER TABLE dbo.T DROP COLUMN v").firstError(), 5074);
        QCOMPARE(f.run("ALTER INDEX IX ON dbo.T DISABLE").firstError(), 0);
        QCOMPARE(f.run("SELECT is_disabled FROM sys.indexes WHERE name = 'IX'").text(), std::string("1"));
        f.gate.opened = false;
        QCOMPARE(f.run("DELETE FROM dbo.T WHERE id = 1").firstError(), 0); // a disabled index is not kept
        const auto [encrypted, plain] = f.both("{} = @x", {"b"});
        QCOMPARE(encrypted, plain);
        QCOMPARE(f.gate.searches, 0);
        QCOMPARE(f.run("ALTER INDEX IX ON dbo.T REORGANIZE").firstError(), 1973);
        QCOMPARE(f.run("ALTER INDEX ALL ON dbo.T REBUILD", {}, true).firstError(), 0);
        QCOMPARE(f.both("{} = @x", {"b"}).first, plain);
        QVERIFY(f.gate.searches > 0);
        QCOMPARE(f.run("ALTER INDEX No ON dbo.T REBUILD").firstError(), 2727);
        QCOMPARE(f.run("DROP TABLE dbo.T").firstError(), 0);
        QCOMPARE(f.run("SELECT COUNT(*) FROM sys.indexes WHERE name = 'IX'").text(), std::string("0"));
    }

    // A start without an enclave makes the index invalid, and a rebuild after the enclave is back makes it good again.
    void startWithoutEnclave()
    {
        Twin f;
        f.insert({"a", "b", "c"});
        QCOMPARE(f.index(), std::string());
        const auto restart = [&](bool withGate) {
            f.session.reset();
            f.engine.reset();
            f.engine = *Engine::open({f.folder.path().toStdString(), Profile::k2022, withGate ? &f.gate : nullptr, "TEST"});
            f.session = f.newSession("Lab");
        };
        restart(false);
        QCOMPARE(f.run("SELECT is_disabled FROM sys.indexes WHERE name = 'IX'").text(), std::string("1"));
        QCOMPARE(f.run("UPDATE dbo.T SET n = 4; DELETE FROM dbo.T WHERE id = 1; SELECT COUNT(*) FROM dbo.T WHERE n = 4").text(), std::string("2"));
        QCOMPARE(f.run("DECLARE @v varchar(20); SELECT id FROM dbo.T WHERE v = @v").firstError(), 33545);
        QCOMPARE(f.run("ALTER INDEX IX ON dbo.T REBUILD").firstError(), 33545);
        restart(true);
        QCOMPARE(f.run("SELECT is_disabled FROM sys.indexes WHERE name = 'IX'").text(), std::string("1"));
        QCOMPARE(f.both("{} >= @x", {"b"}).first, std::string("2\n3"));
        QCOMPARE(f.gate.searches, 0);
        QCOMPARE(f.run("ALTER INDEX IX ON dbo.T REBUILD", {}, true).firstError(), 0);
        QCOMPARE(f.run("SELECT is_disabled FROM sys.indexes WHERE name = 'IX'").text(), std::string("0"));
        QCOMPARE(f.both("{} >= @x", {"b"}).first, std::string("2\n3"));
        QVERIFY(f.gate.searches > 0);
        QCOMPARE(f.check(), std::string());
        restart(true); // with its enclave a start changes nothing
        QCOMPARE(f.run("SELECT is_disabled FROM sys.indexes WHERE name = 'IX'").text(), std::string("0"));
    }
};

QTEST_GUILESS_MAIN(TstEngineIndexes)
#include "tst_engine_indexes.moc"
