// Each encrypted column beside a plaintext twin with the same values: whatever the enclave is asked, by scan or by index, before and
// after changes, the answer is the one that the twin gives. Two engines that share no code compare: SQLite with the server's types for
// the twin, the enclave for the other.
#include "tests/support/KeyHolder.h"
#include "tests/support/SandboxFixture.h"

#include "driver/session/CollectingSink.h"
#include "driver/session/Session.h"
#include "driver/types/Collation.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <QtTest>

#include <random>

using namespace es;
using session::AttestationProtocol;

namespace {

constexpr int kRows = 120, kStatements = 36, kChanges = 25;

// All rows of all result sets, as text.
QString shown(const session::CollectingSink& sink)
{
    QString out;
    for (const session::CollectedResultSet& set : sink.resultSets) {
        for (std::size_t row = 0; row < set.rowCount(); ++row) {
            for (std::size_t column = 0; column < set.columns->size(); ++column)
                out += (set.isNull(row, column) ? "NULL" : QString::fromStdString(base::toHex(set.cell(row, column)))) + ' ';
            out += '\n';
        }
        out += "--\n";
    }
    return out;
}

} // namespace

class E2eTwinsTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase();
    void cleanupTestCase() { m_session.reset(), m_sandbox.reset(); }
    void sameAnswers_data();
    void sameAnswers();

private:
    bool run(const std::string& text, QString* answer = nullptr, std::vector<session::Parameter> parameters = {});
    void fill(const QStringList& values);
    void compare();
    void change();
    session::Parameter parameter(const char* name, bool nullToo = false);
    // Plaintext goes out in the connection's code page, which has not all that UTF-8 has.
    types::SqlType plaintextType() const
    {
        const bool utf8 = types::isText(m_type.id) && types::factsOf(m_type.collation).utf8;
        return utf8 ? types::makeSized(types::TypeId::kNVarChar, m_type.lengthBytes) : m_type;
    }
    std::size_t random(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(m_random); }

    std::unique_ptr<test::SandboxFixture> m_sandbox;
    std::unique_ptr<test::KeyHolder> m_keys;
    std::unique_ptr<session::Session> m_session;
    std::mt19937 m_random;
    types::SqlType m_type;
    std::string m_table, m_typeText;
    std::vector<types::Value> m_values; // that the table holds
};

void E2eTwinsTest::initTestCase()
{
    auto started = test::SandboxFixture::start();
    QVERIFY2(started, started ? "" : started.error().describe().c_str());
    m_sandbox = std::move(started).value();
    m_keys = std::make_unique<test::KeyHolder>(m_sandbox->keyFolder());
    auto connected = session::Session::connect(m_sandbox->settings(true, AttestationProtocol::kNone), session::Services{m_keys->keyStores()}, {});
    QVERIFY2(connected, connected ? "" : connected.error().describe().c_str());
    m_session = std::move(connected).value();
    const auto keys = m_keys->keyStatements("cmk", "Master", "Key1");
    QVERIFY2(keys, keys ? "" : keys.error().describe().c_str());
    for (const std::string& text : *keys)
        QVERIFY(run(text));
}

bool E2eTwinsTest::run(const std::string& text, QString* answer, std::vector<session::Parameter> parameters)
{
    session::Statement statement;
    statement.text = text;
    statement.parameters = std::move(parameters);
    session::CollectingSink sink;
    const auto outcome = m_session->execute(statement, sink, {});
    if (!outcome) qWarning("%s\n%s", text.c_str(), outcome.error().describe().c_str());
    if (answer) *answer = shown(sink);
    return outcome.has_value();
}

void E2eTwinsTest::sameAnswers_data()
{
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QStringList>("values");
    const auto row = [](const char* type, const QStringList& values) { QTest::newRow(type) << QByteArray(type) << values; };
    const QString zeros(8, '0');
    row("bit", {"0", "1"});
    row("tinyint", {"0", "1", "2", "127", "128", "255"});
    row("smallint", {"-32768", "-256", "-1", "0", "1", "255", "32767"});
    row("int", {"-2147483648", "-65536", "-1", "0", "1", "256", "65535", "2147483647"});
    row("bigint", {"-9223372036854775808", "-4294967296", "-1", "0", "1", "9007199254740993", "9007199254740992", "9223372036854775807"});
    row("decimal(9,2)", {"-9999999.99", "-0.01", "0", "0.01", "1", "1.1", "10", "9999999.99"});
    row("decimal(38,10)", {"-9999999999999999999999999999.9999999999", "-1", "0", "0.0000000001", "18446744073.7095516160",
                              "9999999999999999999999999999.9999999999"});
    row("numeric(20,0)", {"-99999999999999999999", "-18446744073709551616", "0", "18446744073709551615", "18446744073709551616"});
    row("smallmoney", {"-214748.3648", "-0.0001", "0", "0.0001", "214748.3647"});
    row("money", {"-922337203685477.5808", "-429496.7296", "-0.0001", "0", "0.0001", "429496.7296", "922337203685477.5807"});
    row("real", {"-3.4E38", "-1E-37", "0", "1E-37", "0.1", "1", "16777216", "3.4E38"});
    row("float", {"-1.79E308", "-1E-300", "0", "1E-300", "0.1", "0.30000000000000004", "0.3", "9007199254740993", "1.79E308"});
    row("date", {"0001-01-01", "1752-09-14", "1899-12-31", "1900-01-01", "2000-02-29", "9999-12-31"});
    row("time(0)", {"00:00:00", "00:00:01", "11:59:59", "12:00:00", "23:59:59"});
    row("time(7)", {"00:00:00", "00:00:00.0000001", "12:00:00", "23:59:59.9999999"});
    row("datetime2(3)", {"0001-01-01", "1999-12-31 23:59:59.999", "2000-01-01", "2000-01-01 00:00:00.001", "9999-12-31 23:59:59.999"});
    row("datetimeoffset(2)", {"0001-01-02 00:00:00 +14:00", "2000-01-01 00:00:00 +00:00", "2000-01-01 02:00:00 +02:00",
                                 "1999-12-31 19:00:00 -05:00", "2000-01-01 00:00:00.01 +00:00", "9999-12-30 23:59:59 -14:00"});
    row("datetime", {"1753-01-01", "1899-12-31 23:59:59.997", "1900-01-01", "2000-01-01 00:00:00.003", "9999-12-31 23:59:59.997"});
    row("smalldatetime", {"1900-01-01", "1900-01-01 00:01:00", "2000-02-29 12:00:00", "2079-06-06 23:59:00"});
    row("uniqueidentifier",
        {"00000000-0000-0000-0000-000000000000", "01000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000000001",
            "00000000-0000-0000-0100-000000000000", "00000000-0000-0100-0000-000000000000", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"});
    const QStringList texts{"", "a", "A", "ab", "aB", "ab ", "a b", "a%", "a_c", "abc", "[a]", "-1", "0", "z", "zzz"};
    const QStringList unicode = texts + QStringList{QStringLiteral("\u00e4"), QStringLiteral("a\u0308"), QStringLiteral("\u00df"),
                                            QStringLiteral("\u0416"), QStringLiteral("\u4e2d"), QStringLiteral("\uff21")};
    row("char(4) COLLATE Latin1_General_BIN2", texts);
    row("varchar(6) COLLATE Latin1_General_BIN2", texts);
    row("nchar(4) COLLATE Latin1_General_BIN2", unicode);
    row("nvarchar(6) COLLATE Latin1_General_BIN2", unicode + QStringList{QStringLiteral("\U0001F600")});
    row("varchar(12) COLLATE Latin1_General_100_BIN2_UTF8", unicode + QStringList{QStringLiteral("\U0001F600")});
    row("binary(3)", {"0x", "0x00", "0x01", "0x0100", "0x0001", "0x7F", "0x80", "0xFFFFFF"});
    row("varbinary(4)", {"0x", "0x00", "0x01", "0x0100", "0x010000", "0x0001", "0x7FFF", "0x80", "0xFFFFFFFF"});
}

void E2eTwinsTest::fill(const QStringList& values)
{
    const bool bytes = types::isBinary(m_type.id);
    QVERIFY(run("CREATE TABLE " + m_table + " (id int NOT NULL, p " + m_typeText + " NULL, s " + m_typeText + " NULL)"));
    std::string rows;
    for (int id = 1; id <= kRows; ++id) {
        const std::size_t pick = random(static_cast<std::size_t>(values.size()) + 1);
        const std::string text = pick == 0 ? "NULL" : values[static_cast<int>(pick) - 1].toStdString();
        const std::string literal = pick == 0 || bytes ? text : "N'" + text + "'";
        const std::string value = types::isText(m_type.id) ? literal : "CONVERT(" + m_typeText + ", " + literal + ")";
        rows += (id == 1 ? "(" : ", (") + std::to_string(id) + ", " + value + ", " + value + ")";
    }
    QVERIFY(run("INSERT INTO " + m_table + " VALUES " + rows));
    session::Statement statement;
    statement.text = "SELECT DISTINCT p FROM " + m_table + " WHERE p IS NOT NULL";
    session::CollectingSink sink;
    QVERIFY(m_session->execute(statement, sink, {}));
    m_type = (*sink.resultSets.at(0).columns)[0].type;
    m_values.clear();
    for (std::size_t row = 0; row < sink.resultSets[0].rowCount(); ++row) {
        const auto value = types::decodeRowForm(sink.resultSets[0].cell(row, 0), m_type);
        QVERIFY(value);
        m_values.push_back(*value);
    }
}

session::Parameter E2eTwinsTest::parameter(const char* name, bool nullToo)
{
    const std::size_t pick = random(m_values.size() + (nullToo ? 1 : 0));
    return {name, m_type, pick < m_values.size() ? m_values[pick] : types::Value(types::Null{}), false, false};
}

void E2eTwinsTest::compare()
{
    // # stands for the column.
    static const std::vector<std::string> kForms{
        "SELECT id FROM {} WHERE # = @a ORDER BY id",
        "SELECT id FROM {} WHERE # <> @a ORDER BY id",
        "SELECT id FROM {} WHERE # < @a ORDER BY id",
        "SELECT id FROM {} WHERE # <= @a ORDER BY id",
        "SELECT id FROM {} WHERE @a < # ORDER BY id",
        "SELECT id FROM {} WHERE # >= @a AND id % 3 <> 1 ORDER BY id",
        "SELECT id FROM {} WHERE NOT (# > @a) ORDER BY id",
        "SELECT id FROM {} WHERE # BETWEEN @a AND @b ORDER BY id",
        "SELECT id FROM {} WHERE # NOT BETWEEN @a AND @b ORDER BY id",
        "SELECT id FROM {} WHERE # IN (@a, @b) ORDER BY id",
        "SELECT id FROM {} WHERE # NOT IN (@a, @b) ORDER BY id",
        "SELECT id FROM {} WHERE # < @a OR # > @b OR # IS NULL ORDER BY id",
        "SELECT id FROM {} WHERE # > @a AND # < @b ORDER BY id",
        "SELECT id FROM {} WHERE CASE WHEN # > @a THEN 1 WHEN # = @b THEN 2 ELSE 3 END <> 3 ORDER BY id",
        "SELECT id FROM {} ORDER BY #, id",
        "SELECT TOP (9) id FROM {} WHERE # > @a ORDER BY # DESC, id",
        "SELECT id FROM {} ORDER BY # DESC, id OFFSET 20 ROWS FETCH NEXT 30 ROWS ONLY",
        "SELECT MIN(id), COUNT(*) FROM {} GROUP BY # ORDER BY MIN(id)",
        "SELECT MIN(id) FROM {} WHERE # <= @a GROUP BY # HAVING COUNT(*) > 3 ORDER BY MIN(id)",
        "SELECT COUNT(*) FROM (SELECT DISTINCT # FROM {}) AS d",
        "SELECT COUNT(*), SUM(a.id * b.id) FROM {} AS a JOIN {} AS b ON a.# = b.#",
        "SELECT COUNT(*) FROM {} AS a LEFT JOIN {} AS b ON a.# < b.# WHERE a.id < 20",
        "SELECT a.id, b.id FROM {} AS a LEFT JOIN {} AS b ON a.# = b.# AND b.id > 60 ORDER BY a.id, b.id",
        "SELECT a.id, b.id FROM {} AS a LEFT JOIN {} AS b ON a.# = b.# AND a.# > @a WHERE b.id < 30 OR b.id IS NULL ORDER BY a.id, b.id",
        "SELECT COUNT(*), SUM(a.id), SUM(b.id) FROM {} AS a RIGHT JOIN {} AS b ON a.# = b.# AND a.id > 40",
        "SELECT COUNT(*), SUM(a.id), SUM(b.id) FROM {} AS a FULL JOIN {} AS b ON a.# = b.# AND b.id % 2 = 0 AND a.id % 2 = 1",
        "SELECT COUNT(*) FROM {} AS a, {} AS b, {} AS c WHERE a.# = b.# AND b.# = c.# AND a.id < 15 AND c.id > 100",
        "SELECT COUNT(*) FROM {} AS a JOIN {} AS b ON a.# = b.# OR a.id = b.id + 1",
        "SELECT COUNT(*) FROM {} AS a JOIN {} AS b ON NOT (a.# = b.#) WHERE a.id < 20",
        "SELECT COUNT(*) FROM (SELECT # AS x, id FROM {} WHERE id % 2 = 0) AS a JOIN {} AS b ON a.x = b.#",
        "SELECT id FROM {} AS a WHERE # IN (SELECT # FROM {} AS b WHERE b.id % 7 = 0) ORDER BY id",
        "SELECT id FROM {} AS a WHERE # NOT IN (SELECT # FROM {} AS b WHERE b.id % 7 = 0 AND b.# IS NOT NULL AND b.id <> a.id) ORDER BY id",
        "SELECT id FROM {} AS a WHERE # NOT IN (SELECT # FROM {} AS b WHERE b.id % 5 = 0) ORDER BY id",
        "SELECT id FROM {} WHERE NOT EXISTS (SELECT 1 FROM {} AS b WHERE b.# = {}.# AND b.id <> {}.id) ORDER BY id",
        "SELECT id FROM {} AS a WHERE EXISTS (SELECT 1 FROM {} AS b WHERE b.# = a.# AND b.id > a.id) ORDER BY id",
        "BEGIN TRANSACTION; UPDATE {} SET id = -id WHERE # <= @a; SELECT @@ROWCOUNT; SELECT id FROM {} ORDER BY id; ROLLBACK",
        "BEGIN TRANSACTION; DELETE {} WHERE # BETWEEN @a AND @b; SELECT @@ROWCOUNT; SELECT SUM(id) FROM {}; ROLLBACK",
    };
    static const std::vector<std::string> kTextForms{"SELECT id FROM {} WHERE # LIKE @a ORDER BY id", "SELECT id FROM {} WHERE # NOT LIKE @a ORDER BY id"};
    static const std::vector<const char*> kPatterns{"%", "a%", "%b%", "_", "a_", "[a-b]%", "[^a]%", "%[%]", "%b ", "[[]a]%", "", "a[_]c%", "%a%b%"};
    const bool text = types::isText(m_type.id);
    const std::size_t forms = kForms.size() + (text ? 3 * kTextForms.size() : 0);
    for (int turn = 0; turn < kStatements; ++turn) {
        const std::size_t pick = random(forms);
        const bool like = pick >= kForms.size();
        const std::string& form = like ? kTextForms[pick % kTextForms.size()] : kForms[pick];
        std::vector<session::Parameter> parameters;
        if (form.find("@a") != std::string::npos) parameters.push_back(parameter("@a", true));
        if (form.find("@b") != std::string::npos) parameters.push_back(parameter("@b", true));
        if (like) parameters[0].value = std::string(kPatterns[random(kPatterns.size())]);
        if (like && types::isFixedLength(m_type.id)) std::get<std::string>(parameters[0].value).resize(types::declaredLength(m_type), ' ');
        QString answers[2];
        for (const bool secret : {false, true}) {
            std::string statement;
            for (const char letter : form)
                statement += letter == '#' ? std::string(secret ? "s" : "p") : std::string(1, letter);
            for (std::size_t at = 0; (at = statement.find("{}", at)) != std::string::npos;)
                statement.replace(at, 2, m_table);
            std::vector<session::Parameter> given = parameters;
            for (session::Parameter& parameter : given)
                if (!secret && !like) parameter.type = plaintextType(); // trailing blanks of LIKE mean more in nvarchar
            QVERIFY(run(statement, &answers[secret ? 1 : 0], given));
        }
        std::string told = form;
        for (const session::Parameter& parameter : parameters) {
            const auto cell = types::isNull(parameter.value) ? base::Result<base::Bytes>(base::Bytes()) : types::encodeRowForm(parameter.value, m_type);
            told += "\n" + parameter.name + " = " + (types::isNull(parameter.value) ? "NULL" : cell ? base::toHex(*cell) : "?");
        }
        if (answers[0] != answers[1]) qWarning().noquote() << answers[0] << "\nencrypted:\n" << answers[1];
        QVERIFY2(answers[0] == answers[1], told.c_str());
    }
}

void E2eTwinsTest::change()
{
    for (int turn = 0; turn < kChanges; ++turn) {
        const std::string id = std::to_string(random(kRows) + 1);
        session::Parameter plain = parameter("@p", true), secret = plain;
        secret.name = "@s";
        plain.type = plaintextType();
        switch (random(3)) {
        case 0: QVERIFY(run("DELETE FROM " + m_table + " WHERE id = " + id)); break;
        case 1: QVERIFY(run("INSERT INTO " + m_table + " VALUES (" + id + ", @p, @s)", nullptr, {plain, secret})); break;
        default: QVERIFY(run("UPDATE " + m_table + " SET p = @p, s = @s WHERE id = " + id, nullptr, {plain, secret})); break;
        }
    }
}

void E2eTwinsTest::sameAnswers()
{
    QFETCH(QByteArray, type);
    QFETCH(QStringList, values);
    m_random.seed(qChecksum(type) + static_cast<unsigned>(qEnvironmentVariableIntValue("ES_TWIN_SEED"))); // the same on each run
    m_typeText = type.toStdString();
    static int number = 0;
    m_table = "dbo.T" + std::to_string(++number);
    const std::string name = m_typeText.substr(0, m_typeText.find(' '));
    const auto parsed = types::typeFromText(name);
    QVERIFY(parsed);
    m_type = *parsed;
    fill(values);
    if (QTest::currentTestFailed()) return;
    QVERIFY(run("ALTER TABLE " + m_table + " ALTER COLUMN s " + m_typeText
        + " ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = Key1, ENCRYPTION_TYPE = RANDOMIZED, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NULL"));
    compare();
    if (QTest::currentTestFailed()) return;
    QVERIFY(run("CREATE INDEX IX ON " + m_table + " (s)"));
    compare();
    if (QTest::currentTestFailed()) return;
    change();
    if (QTest::currentTestFailed()) return;
    compare();
}

QTEST_GUILESS_MAIN(E2eTwinsTest)
#include "tst_e2e_twins.moc"
