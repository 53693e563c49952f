// Keywords of the three dialects and what they mean here. Of a password only bytes leave this file.
#include "ui/services/ConnectionStringScanner.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>
#include <array>
#include <utility>

namespace es::ui {

namespace {

constexpr int kLongestTimeoutSeconds = 3600;

QString tr(const char* text)
{
    return QCoreApplication::translate("ConnectionString", text);
}

base::Error refuse(base::ErrorCode code, const QString& text, const char* setting, const QString& remedy)
{
    return base::makeError(code, text.toStdString(), setting, remedy.toStdString());
}

enum class Meaning : quint8 {
    kServer,
    kPort,
    kInstance,
    kDatabase,
    kUser,
    kPassword,
    kEncrypt,
    kTrust,
    kHostName,
    kTimeout,
    kColumnEncryption,
    kProtocol,
    kUrl,
    kApplication,
    kIntegrated,
    kAuthentication,
    kNothing, // belongs to the dialect, says nothing about the connection
};

struct Keyword {
    const char* name; // normalKeyword()
    Meaning meaning;
};

// One table for all dialects: no name means different things in two of them.
constexpr std::array kKeywords{
    Keyword{"server", Meaning::kServer},
    Keyword{"datasource", Meaning::kServer},
    Keyword{"address", Meaning::kServer},
    Keyword{"addr", Meaning::kServer},
    Keyword{"networkaddress", Meaning::kServer},
    Keyword{"servername", Meaning::kServer},
    Keyword{"port", Meaning::kPort},
    Keyword{"portnumber", Meaning::kPort},
    Keyword{"instancename", Meaning::kInstance},
    Keyword{"database", Meaning::kDatabase},
    Keyword{"initialcatalog", Meaning::kDatabase},
    Keyword{"databasename", Meaning::kDatabase},
    Keyword{"userid", Meaning::kUser},
    Keyword{"uid", Meaning::kUser},
    Keyword{"user", Meaning::kUser},
    Keyword{"username", Meaning::kUser},
    Keyword{"password", Meaning::kPassword},
    Keyword{"pwd", Meaning::kPassword},
    Keyword{"encrypt", Meaning::kEncrypt},
    Keyword{"trustservercertificate", Meaning::kTrust},
    Keyword{"hostnameincertificate", Meaning::kHostName},
    Keyword{"connecttimeout", Meaning::kTimeout},
    Keyword{"connectiontimeout", Meaning::kTimeout},
    Keyword{"timeout", Meaning::kTimeout},
    Keyword{"logintimeout", Meaning::kTimeout},
    Keyword{"columnencryptionsetting", Meaning::kColumnEncryption},
    Keyword{"columnencryption", Meaning::kColumnEncryption},
    Keyword{"attestationprotocol", Meaning::kProtocol},
    Keyword{"enclaveattestationprotocol", Meaning::kProtocol},
    Keyword{"enclaveattestationurl", Meaning::kUrl},
    Keyword{"attestationurl", Meaning::kUrl},
    Keyword{"applicationname", Meaning::kApplication},
    Keyword{"app", Meaning::kApplication},
    Keyword{"integratedsecurity", Meaning::kIntegrated},
    Keyword{"trustedconnection", Meaning::kIntegrated},
    Keyword{"authentication", Meaning::kAuthentication},
    Keyword{"driver", Meaning::kNothing},
};

bool oneOf(const QString& value, std::initializer_list<const char*> words)
{
    return std::any_of(
        words.begin(), words.end(), [&](const char* word) { return value.compare(QLatin1String(word), Qt::CaseInsensitive) == 0; });
}

class Reader {
public:
    explicit Reader(ConnectionDialect dialect) { m_parsed.dialect = dialect; }

    base::Result<void> takeJdbcServer(const QString& server) { return server.isEmpty() ? base::Result<void>() : takeServer(server); }
    base::Result<void> take(const KeywordValue& pair);
    base::Result<ParsedConnectionString> finish();

private:
    base::Result<void> takeServer(const QString& value);
    base::Result<void> takePort(const QString& value);
    base::Result<void> takeTimeout(const KeywordValue& pair);
    base::Result<void> takeColumnEncryption(const QString& value);
    base::Result<void> takeProtocol(const QString& value);
    void takeEncrypt(const KeywordValue& pair);
    base::Result<bool> truth(const KeywordValue& pair) const;
    void leaveOut(const KeywordValue& pair) { m_parsed.leftOut.append(pair.keyword); }

    ParsedConnectionString m_parsed;
    QSet<int> m_seen; // meanings
    QString m_instance;
    bool m_port = false;
};

base::Result<bool> Reader::truth(const KeywordValue& pair) const
{
    if (oneOf(pair.value, {"true", "yes", "1"})) return true;
    if (oneOf(pair.value, {"false", "no", "0", ""})) return false;
    return refuse(kConnectionString, tr("%1 is neither true nor false.").arg(pair.keyword), "connection-string",
        tr("Write %1=true or %1=false.").arg(pair.keyword));
}

// [tcp:]host[\instance][,port], and host:port or [v6]:port.
base::Result<void> Reader::takeServer(const QString& value)
{
    QString host = value.trimmed();
    if (host.startsWith(QLatin1String("tcp:"), Qt::CaseInsensitive)) host = host.mid(4).trimmed();
    for (const char* other : {"np:", "lpc:", "admin:", "\\\\", "(localdb)"})
        if (host.startsWith(QLatin1String(other), Qt::CaseInsensitive))
            return refuse(kConnectionString, tr("The server is addressed by something other than TCP."), "host",
                tr("Write the server as tcp:host,port."));
    QString port;
    if (const auto comma = host.lastIndexOf(QLatin1Char(',')); comma >= 0) {
        port = host.mid(comma + 1).trimmed();
        host.truncate(comma);
        if (port.isEmpty()) return takePort(port);
    } else if (const auto colon = host.lastIndexOf(QLatin1Char(':')); colon >= 0) {
        // Several colons without brackets are an IPv6 address.
        if (host.indexOf(QLatin1Char(':')) == colon || (colon > 0 && host[colon - 1] == QLatin1Char(']'))) {
            port = host.mid(colon + 1).trimmed();
            host.truncate(colon);
            if (port.isEmpty()) return takePort(port);
        }
    }
    if (const auto backslash = host.indexOf(QLatin1Char('\\')); backslash >= 0) {
        m_instance = host.mid(backslash + 1).trimmed();
        host.truncate(backslash);
    }
    host = host.trimmed();
    if (host.startsWith(QLatin1Char('[')) && host.endsWith(QLatin1Char(']'))) host = host.mid(1, host.size() - 2);
    if (host == QLatin1String(".") || host.compare(QLatin1String("(local)"), Qt::CaseInsensitive) == 0) host = QStringLiteral("localhost");
    m_parsed.profile.host = host;
    return port.isEmpty() ? base::Result<void>() : takePort(port);
}

base::Result<void> Reader::takePort(const QString& value)
{
    bool ok = false;
    const uint port = value.toUInt(&ok);
    if (!ok || port == 0 || port > 65535)
        return refuse(kConnectionString, tr("The port is not a number from 1 to 65535."), "port", tr("Write the server as host,port."));
    m_parsed.profile.port = static_cast<quint16>(port);
    m_port = true;
    return {};
}

base::Result<void> Reader::takeTimeout(const KeywordValue& pair)
{
    bool ok = false;
    const int seconds = pair.value.toInt(&ok);
    if (!ok || seconds < 0)
        return refuse(kConnectionString, tr("%1 is not a number of seconds.").arg(pair.keyword), "connect-timeout",
            tr("Write %1=15.").arg(pair.keyword));
    if (seconds == 0 || seconds > kLongestTimeoutSeconds) {
        leaveOut(pair);
        m_parsed.notes.append(tr("The connect timeout is kept between 1 second and 1 hour."));
        return {};
    }
    m_parsed.profile.connectTimeoutMs = seconds * 1000;
    return {};
}

// Enabled, Disabled; in ODBC also VBS-HGS,url and its like, which name protocol and address in one.
base::Result<void> Reader::takeColumnEncryption(const QString& value)
{
    ConnectionProfile& profile = m_parsed.profile;
    profile.columnEncryption = oneOf(value, {"enabled"});
    if (profile.columnEncryption || oneOf(value, {"disabled", ""})) return {};
    const QString kind = value.section(QLatin1Char(','), 0, 0).trimmed();
    const QString url = value.section(QLatin1Char(','), 1).trimmed();
    const bool odbc = m_parsed.dialect == ConnectionDialect::kOdbc;
    const auto choice = !odbc                   ? std::nullopt
        : oneOf(kind, {"VBS-HGS"})              ? std::optional(AttestationChoice::kHgs)
        : oneOf(kind, {"SGX-AAS", "VBS-AAS"})   ? std::optional(AttestationChoice::kAas)
        : oneOf(kind, {"VBS-NONE", "SGX-NONE"}) ? std::optional(AttestationChoice::kNone)
                                                : std::nullopt;
    if (!choice)
        return refuse(kEncryptionSettings, tr("Column encryption is neither Enabled nor Disabled."), "column-encryption",
            odbc ? tr("Write ColumnEncryption=Enabled, Disabled, VBS-NONE, or VBS-HGS and SGX-AAS followed by a comma and the URL.")
                 : tr("Write Enabled or Disabled."));
    profile.columnEncryption = true;
    profile.attestation = *choice;
    profile.attestationUrl = url;
    return {};
}

base::Result<void> Reader::takeProtocol(const QString& value)
{
    if (value.isEmpty()) return {};
    const auto choice = attestationChoiceFromName(value);
    if (!choice || *choice == AttestationChoice::kOff)
        return refuse(kEncryptionSettings, tr("The attestation protocol is not one of HGS, AAS and None."), "attestation",
            tr("Write HGS, AAS or None."));
    m_parsed.profile.attestation = *choice;
    return {};
}

void Reader::takeEncrypt(const KeywordValue& pair)
{
    m_parsed.profile.strictEncryption = oneOf(pair.value, {"strict"});
    if (m_parsed.profile.strictEncryption || oneOf(pair.value, {"true", "yes", "1", "mandatory", ""})) return;
    leaveOut(pair);
    m_parsed.notes.append(tr("Connections are always encrypted; Encrypt cannot be turned off."));
}

base::Result<void> Reader::take(const KeywordValue& pair)
{
    const QString name = normalKeyword(pair.keyword);
    const auto keyword
        = std::find_if(kKeywords.begin(), kKeywords.end(), [&](const Keyword& known) { return name == QLatin1String(known.name); });
    if (keyword == kKeywords.end()) {
        leaveOut(pair);
        return {};
    }
    const bool seen = m_seen.contains(static_cast<int>(keyword->meaning));
    if (seen && m_parsed.dialect == ConnectionDialect::kOdbc) return {};
    m_seen.insert(static_cast<int>(keyword->meaning));

    ConnectionProfile& profile = m_parsed.profile;
    switch (keyword->meaning) {
    case Meaning::kServer: return takeServer(pair.value);
    case Meaning::kPort: return takePort(pair.value);
    case Meaning::kInstance: m_instance = pair.value.trimmed(); return {};
    case Meaning::kDatabase: profile.database = pair.value; return {};
    case Meaning::kUser: profile.user = pair.value; return {};
    case Meaning::kPassword: {
        QByteArray utf8 = pair.value.toUtf8();
        m_parsed.password = base::SecureBytes(
            base::ByteView(reinterpret_cast<const base::Byte*>(utf8.constData()), static_cast<std::size_t>(utf8.size())));
        m_parsed.hasPassword = !utf8.isEmpty();
        base::scrub(utf8.data(), static_cast<std::size_t>(utf8.size()));
        return {};
    }
    case Meaning::kEncrypt: takeEncrypt(pair); return {};
    case Meaning::kTrust: {
        ES_TRY(profile.trustServerCertificate, truth(pair));
        return {};
    }
    case Meaning::kHostName: profile.hostNameInCertificate = pair.value; return {};
    case Meaning::kTimeout: return takeTimeout(pair);
    case Meaning::kColumnEncryption: return takeColumnEncryption(pair.value);
    case Meaning::kProtocol: return takeProtocol(pair.value);
    case Meaning::kUrl: profile.attestationUrl = pair.value; return {};
    case Meaning::kApplication: profile.applicationName = pair.value; return {};
    case Meaning::kIntegrated:
        if (!oneOf(pair.value, {"false", "no", "0", ""})) {
            leaveOut(pair);
            m_parsed.notes.append(tr("Windows authentication is not available; give a SQL Server login and its password."));
        }
        return {};
    case Meaning::kAuthentication:
        if (!oneOf(pair.value, {"SqlPassword", "Sql Password", "NotSpecified", ""})) {
            leaveOut(pair);
            m_parsed.notes.append(tr("Only SQL Server authentication is available; give a SQL Server login and its password."));
        }
        return {};
    case Meaning::kNothing: return {};
    }
    return {};
}

base::Result<ParsedConnectionString> Reader::finish()
{
    if (m_parsed.profile.host.isEmpty() && !m_seen.contains(static_cast<int>(Meaning::kServer)) && m_seen.isEmpty())
        return refuse(kConnectionString, tr("None of its keywords is known: this is not a connection string."), "connection-string",
            tr("Paste one of ADO.NET, ODBC or JDBC."));
    if (!m_instance.isEmpty() && !m_port) {
        m_parsed.profile.instance = m_instance;
        m_parsed.profile.port = 0;
    } else if (!m_instance.isEmpty())
        m_parsed.notes.append(tr("The instance name is not needed beside a port and was left out."));
    if (m_parsed.profile.strictEncryption && m_parsed.profile.trustServerCertificate) { // as the drivers themselves read it
        m_parsed.profile.trustServerCertificate = false;
        m_parsed.notes.append(tr("Strict encryption always checks the certificate; TrustServerCertificate was left out."));
    }
    ES_CHECK(checkEncryptionSettings(m_parsed.profile));
    return std::move(m_parsed);
}

} // namespace

base::Result<ParsedConnectionString> parseConnectionString(const QString& text)
{
    ES_TRY(const ScannedConnectionString scanned, scanConnectionString(text));
    Reader reader(scanned.dialect);
    ES_CHECK(reader.takeJdbcServer(scanned.jdbcServer));
    for (const KeywordValue& pair : scanned.pairs)
        ES_CHECK(reader.take(pair));
    return reader.finish();
}

base::Result<void> checkEncryptionSettings(const ConnectionProfile& profile)
{
    const AttestationChoice protocol = profile.attestation;
    const bool needsUrl = protocol == AttestationChoice::kHgs || protocol == AttestationChoice::kAas;
    if (!profile.columnEncryption && protocol != AttestationChoice::kOff)
        return refuse(kEncryptionSettings, tr("An attestation protocol is set, but Always Encrypted is not enabled."), "column-encryption",
            tr("Enable Always Encrypted, or leave the protocol out."));
    if (!profile.attestationUrl.isEmpty() && !profile.columnEncryption)
        return refuse(kEncryptionSettings, tr("An attestation URL is set, but Always Encrypted is not enabled."), "column-encryption",
            tr("Enable Always Encrypted, or leave the URL out."));
    if (!profile.attestationUrl.isEmpty() && protocol == AttestationChoice::kOff)
        return refuse(kEncryptionSettings, tr("An attestation URL is set, but no protocol."), "attestation",
            tr("Choose the protocol that the URL belongs to, or leave the URL out."));
    if (needsUrl && profile.attestationUrl.isEmpty())
        return refuse(kEncryptionSettings, tr("This attestation protocol needs the URL of the attestation service."), "attestation-url",
            tr("Give the URL, or choose protocol None."));
    if (protocol == AttestationChoice::kNone && !profile.attestationUrl.isEmpty())
        return refuse(
            kEncryptionSettings, tr("Protocol None uses no URL."), "attestation-url", tr("Clear the URL, or choose another protocol."));
    return {};
}

} // namespace es::ui
