#include "ui/services/ConnectionString.h"

#include <QCoreApplication>

#include <algorithm>

namespace es::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ConnectionString", text);
}

bool needsQuotes(const QString& value, QLatin1String special)
{
    return value.isEmpty() || value.front().isSpace() || value.back().isSpace()
        || std::any_of(value.begin(), value.end(), [&](QChar c) { return special.contains(c) || c < QLatin1Char(' '); });
}

QString inAdoQuotes(const QString& value)
{
    // A brace at the head would be taken for ODBC's quote by a reader that has to guess the dialect.
    if (!needsQuotes(value, QLatin1String(";='\"{}"))) return value;
    QString inside = value;
    inside.replace(QLatin1Char('"'), QLatin1String("\"\""));
    return QLatin1Char('"') + inside + QLatin1Char('"');
}

QString inBraces(const QString& value, QLatin1String special)
{
    if (!needsQuotes(value, special)) return value;
    QString inside = value;
    inside.replace(QLatin1Char('}'), QLatin1String("}}"));
    return QLatin1Char('{') + inside + QLatin1Char('}');
}

QString quoted(const QString& value, ConnectionDialect dialect)
{
    switch (dialect) {
    case ConnectionDialect::kAdoNet: return inAdoQuotes(value);
    case ConnectionDialect::kOdbc: return inBraces(value, QLatin1String("[]{}(),;?*=!@"));
    case ConnectionDialect::kJdbc: return inBraces(value, QLatin1String(";{}"));
    }
    return value;
}

class Writer {
public:
    explicit Writer(ConnectionDialect dialect)
        : m_dialect(dialect)
    {
    }
    void add(const char* keyword, const QString& value)
    {
        if (!value.isEmpty()) raw(keyword, quoted(value, m_dialect));
    }
    void raw(const char* keyword, const QString& value)
    {
        if (!m_text.isEmpty()) m_text += QLatin1Char(';');
        m_text += QLatin1String(keyword) + QLatin1Char('=') + value;
    }
    void head(const QString& text) { m_text = text; }
    void leaveOut(const QString& what) { m_leftOut.append(what); }
    WrittenConnectionString finish() { return {m_text, m_leftOut}; }

private:
    ConnectionDialect m_dialect;
    QString m_text;
    QStringList m_leftOut;
};

QString attestationName(AttestationChoice choice, ConnectionDialect dialect)
{
    switch (choice) {
    case AttestationChoice::kOff: return {};
    case AttestationChoice::kNone: return dialect == ConnectionDialect::kAdoNet ? QStringLiteral("None") : QStringLiteral("NONE");
    case AttestationChoice::kHgs: return QStringLiteral("HGS");
    case AttestationChoice::kAas: return QStringLiteral("AAS");
    }
    return {};
}

// ODBC says protocol and URL in one value; the comma between them is part of it.
QString odbcColumnEncryption(const ConnectionProfile& profile)
{
    switch (profile.attestation) {
    case AttestationChoice::kOff: return QStringLiteral("Enabled");
    case AttestationChoice::kNone: return QStringLiteral("VBS-NONE");
    case AttestationChoice::kHgs: return QStringLiteral("VBS-HGS,") + profile.attestationUrl;
    case AttestationChoice::kAas: return QStringLiteral("SGX-AAS,") + profile.attestationUrl;
    }
    return {};
}

QString seconds(const ConnectionProfile& profile)
{
    return QString::number(std::max(1, profile.connectTimeoutMs / 1000));
}

void writeAdoNet(const ConnectionProfile& profile, Writer& out)
{
    out.add("Server", profile.serverText());
    out.add("Database", profile.database);
    out.add("User ID", profile.user);
    out.raw("Encrypt", profile.strictEncryption ? QStringLiteral("Strict") : QStringLiteral("True"));
    out.raw("TrustServerCertificate", profile.trustServerCertificate ? QStringLiteral("True") : QStringLiteral("False"));
    out.add("HostNameInCertificate", profile.hostNameInCertificate);
    out.add("Connect Timeout", seconds(profile));
    out.add("Application Name", profile.applicationName);
    if (!profile.columnEncryption) return;
    out.raw("Column Encryption Setting", QStringLiteral("Enabled"));
    out.add("Attestation Protocol", attestationName(profile.attestation, ConnectionDialect::kAdoNet));
    out.add("Enclave Attestation Url", profile.attestationUrl);
}

void writeOdbc(const ConnectionProfile& profile, Writer& out)
{
    out.raw("Driver", QStringLiteral("{ODBC Driver 18 for SQL Server}"));
    // The comma before the port is not a special character here: it is how the driver wants it.
    out.raw("Server", QStringLiteral("tcp:") + profile.serverText());
    out.add("Database", profile.database);
    out.add("UID", profile.user);
    out.raw("Encrypt", profile.strictEncryption ? QStringLiteral("strict") : QStringLiteral("yes"));
    out.raw("TrustServerCertificate", profile.trustServerCertificate ? QStringLiteral("yes") : QStringLiteral("no"));
    out.add("HostnameInCertificate", profile.hostNameInCertificate);
    out.add("APP", profile.applicationName);
    if (profile.columnEncryption) {
        const QString value = odbcColumnEncryption(profile);
        out.raw("ColumnEncryption", value.contains(QLatin1Char(';')) ? quoted(value, ConnectionDialect::kOdbc) : value);
    }
    if (profile.connectTimeoutMs != ConnectionProfile().connectTimeoutMs) out.leaveOut(tr("connect timeout"));
}

bool isPlainHost(const QString& host)
{
    return std::all_of(host.begin(), host.end(),
        [](QChar c) { return c.isLetterOrNumber() || c == QLatin1Char('.') || c == QLatin1Char('-') || c == QLatin1Char('_'); });
}

void writeJdbc(const ConnectionProfile& profile, Writer& out)
{
    if (profile.port == 0) {
        out.head(QStringLiteral("jdbc:sqlserver://"));
        out.add("serverName", profile.host);
        out.add("instanceName", profile.instance);
    } else if (isPlainHost(profile.host)) {
        out.head(QStringLiteral("jdbc:sqlserver://%1:%2").arg(profile.host).arg(profile.port));
    } else { // an IPv6 address has to stand in a property of its own
        out.head(QStringLiteral("jdbc:sqlserver://"));
        out.add("serverName", profile.host);
        out.add("portNumber", QString::number(profile.port));
    }
    out.add("databaseName", profile.database);
    out.add("user", profile.user);
    out.raw("encrypt", profile.strictEncryption ? QStringLiteral("strict") : QStringLiteral("true"));
    out.raw("trustServerCertificate", profile.trustServerCertificate ? QStringLiteral("true") : QStringLiteral("false"));
    out.add("hostNameInCertificate", profile.hostNameInCertificate);
    out.add("loginTimeout", seconds(profile));
    out.add("applicationName", profile.applicationName);
    if (!profile.columnEncryption) return;
    out.raw("columnEncryptionSetting", QStringLiteral("Enabled"));
    out.add("enclaveAttestationProtocol", attestationName(profile.attestation, ConnectionDialect::kJdbc));
    out.add("enclaveAttestationUrl", profile.attestationUrl);
}

} // namespace

QString connectionDialectName(ConnectionDialect dialect)
{
    switch (dialect) {
    case ConnectionDialect::kAdoNet: return QStringLiteral("ADO.NET");
    case ConnectionDialect::kOdbc: return QStringLiteral("ODBC");
    case ConnectionDialect::kJdbc: return QStringLiteral("JDBC");
    }
    return {};
}

WrittenConnectionString writeConnectionString(const ConnectionProfile& profile, ConnectionDialect dialect)
{
    Writer out(dialect);
    switch (dialect) {
    case ConnectionDialect::kAdoNet: writeAdoNet(profile, out); break;
    case ConnectionDialect::kOdbc: writeOdbc(profile, out); break;
    case ConnectionDialect::kJdbc: writeJdbc(profile, out); break;
    }
    if (!profile.caFile.isEmpty()) out.leaveOut(tr("CA file"));
    return out.finish();
}

} // namespace es::ui
