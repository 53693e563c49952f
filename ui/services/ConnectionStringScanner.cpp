#include "ui/services/ConnectionStringScanner.h"

#include <algorithm>
#include <array>

namespace es::ui {

namespace {

constexpr QLatin1String kJdbcPrefix("jdbc:sqlserver:");

base::Error unreadable(const char* what, qsizetype position, const char* remedy)
{
    return base::makeError(
        kConnectionString, std::string(what) + " (character " + std::to_string(position + 1) + ").", "connection-string", remedy);
}

class Scanner {
public:
    Scanner(const QString& text, qsizetype start, ConnectionDialect dialect)
        : m_text(text)
        , m_at(start)
        , m_dialect(dialect)
    {
    }

    // False: the end. Errors: kConnectionString.
    base::Result<bool> next(KeywordValue& pair, QChar* opening = nullptr)
    {
        while (m_at < m_text.size() && (m_text[m_at].isSpace() || m_text[m_at] == QLatin1Char(';')))
            ++m_at;
        if (m_at >= m_text.size()) return false;
        ES_TRY(pair.keyword, keyword());
        while (m_at < m_text.size() && m_text[m_at] != QLatin1Char(';') && m_text[m_at].isSpace())
            ++m_at;
        if (opening) *opening = m_at < m_text.size() ? m_text[m_at] : QChar();
        ES_TRY(pair.value, value());
        return true;
    }

private:
    base::Result<QString> keyword()
    {
        const qsizetype start = m_at;
        QString name;
        for (; m_at < m_text.size() && m_text[m_at] != QLatin1Char(';'); ++m_at) {
            if (m_text[m_at] == QLatin1Char('=')) {
                const bool doubled = m_dialect == ConnectionDialect::kAdoNet && m_text.mid(m_at + 1, 1) == QLatin1String("=");
                if (!doubled) {
                    ++m_at;
                    name = name.trimmed();
                    if (name.isEmpty())
                        return unreadable("There is a value without a keyword", start, "Write keyword=value;keyword=value.");
                    return name;
                }
                ++m_at;
            }
            name += m_text[m_at];
        }
        // The rest is not quoted in the message: it may be the second half of a password with a semicolon in it.
        return unreadable("There is a keyword without a value", start,
            "Write keyword=value;keyword=value, and put values that hold a semicolon into quotes (ADO.NET) or braces (ODBC, JDBC).");
    }

    base::Result<QString> value()
    {
        const QChar first = m_at < m_text.size() ? m_text[m_at] : QChar();
        if (m_dialect == ConnectionDialect::kAdoNet && (first == QLatin1Char('"') || first == QLatin1Char('\''))) return quoted(first);
        if (m_dialect != ConnectionDialect::kAdoNet && first == QLatin1Char('{')) return quoted(QLatin1Char('}'));
        const qsizetype start = m_at;
        while (m_at < m_text.size() && m_text[m_at] != QLatin1Char(';'))
            ++m_at;
        return m_text.mid(start, m_at - start).trimmed();
    }

    base::Result<QString> quoted(QChar closing)
    {
        const qsizetype start = m_at++;
        QString value;
        for (;; ++m_at) {
            if (m_at >= m_text.size())
                return unreadable(
                    "A quote or brace is opened and never closed", start, "Close it; double it where it belongs to the value.");
            if (m_text[m_at] == closing) {
                if (m_at + 1 >= m_text.size() || m_text[m_at + 1] != closing) break;
                ++m_at;
            }
            value += m_text[m_at];
        }
        for (++m_at; m_at < m_text.size() && m_text[m_at] != QLatin1Char(';'); ++m_at)
            if (!m_text[m_at].isSpace())
                return unreadable("After a closing quote or brace a semicolon is missing", m_at, "Write keyword=value;keyword=value.");
        return value;
    }

    const QString& m_text;
    qsizetype m_at;
    ConnectionDialect m_dialect;
};

// ADO.NET and ODBC look alike; a driver, or a value in braces, tells.
ConnectionDialect dialectOf(const QString& text)
{
    static constexpr std::array kOdbcOnly{"driver", "dsn", "filedsn", "columnencryption", "trustedconnection"};
    Scanner scanner(text, 0, ConnectionDialect::kAdoNet);
    KeywordValue pair;
    QChar opening;
    for (;;) {
        const auto found = scanner.next(pair, &opening);
        if (!found || !*found) return ConnectionDialect::kAdoNet;
        const QString name = normalKeyword(pair.keyword);
        const bool odbc = std::any_of(kOdbcOnly.begin(), kOdbcOnly.end(), [&](const char* only) { return name == QLatin1String(only); });
        if (odbc || opening == QLatin1Char('{')) return ConnectionDialect::kOdbc;
    }
}

} // namespace

ScannedConnectionString::~ScannedConnectionString()
{
    for (KeywordValue& pair : pairs)
        base::scrub(pair.value.data(), static_cast<std::size_t>(pair.value.size()) * sizeof(QChar));
}

QString normalKeyword(const QString& keyword)
{
    QString name = keyword.toLower();
    name.remove(QLatin1Char(' '));
    name.remove(QLatin1Char('_'));
    return name;
}

base::Result<ScannedConnectionString> scanConnectionString(const QString& text)
{
    ScannedConnectionString scanned;
    qsizetype start = 0;
    while (start < text.size() && text[start].isSpace())
        ++start;
    if (start == text.size())
        return base::makeError(kConnectionString, "There is no connection string.", "connection-string", "Paste one into the box.");
    if (text.mid(start).startsWith(kJdbcPrefix, Qt::CaseInsensitive)) {
        scanned.dialect = ConnectionDialect::kJdbc;
        start += kJdbcPrefix.size();
        const auto semicolon = text.indexOf(QLatin1Char(';'), start);
        QString server = text.mid(start, semicolon < 0 ? -1 : semicolon - start).trimmed();
        if (!server.isEmpty() && !server.startsWith(QLatin1String("//")))
            return unreadable(
                "After \"jdbc:sqlserver:\" two slashes are missing", start, "Write jdbc:sqlserver://host:port;keyword=value.");
        scanned.jdbcServer = server.mid(2).trimmed();
        start = semicolon < 0 ? text.size() : semicolon + 1;
    } else {
        scanned.dialect = dialectOf(text);
    }
    Scanner scanner(text, start, scanned.dialect);
    for (;;) {
        KeywordValue pair;
        ES_TRY(const bool found, scanner.next(pair));
        if (!found) return scanned;
        scanned.pairs.append(std::move(pair));
    }
}

} // namespace es::ui
