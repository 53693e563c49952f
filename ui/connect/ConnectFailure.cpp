#include "ui/connect/ConnectFailure.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace es::ui {

namespace {

constexpr int kLongestTimeoutMs = 3600 * 1000;

QString tr(const char* text)
{
    return QCoreApplication::translate("ConnectFailure", text);
}

struct Case {
    std::string_view room;
    std::string_view name;
    ConnectField field;
    const char* title; // after "Could not connect: "; %1 is the server, %2 the login
    const char* note; // under the field
    ConnectFailure::Fix fix = ConnectFailure::Fix::kNone;
    const char* text = nullptr; // instead of the error's own, where that speaks of statements
};

using Fix = ConnectFailure::Fix;

constexpr std::array kCases{
    Case{"transport", "HostNotFound", ConnectField::kServer, QT_TRANSLATE_NOOP("ConnectFailure", "the server's name is not known"),
        QT_TRANSLATE_NOOP("ConnectFailure", "No computer of this name was found.")},
    Case{"transport", "Refused", ConnectField::kServer, QT_TRANSLATE_NOOP("ConnectFailure", "nothing answers at %1"),
        QT_TRANSLATE_NOOP("ConnectFailure", "The computer is there; the port is closed.")},
    Case{"transport", "Unreachable", ConnectField::kServer, QT_TRANSLATE_NOOP("ConnectFailure", "there is no way to %1"),
        QT_TRANSLATE_NOOP("ConnectFailure", "This address cannot be reached from here.")},
    Case{"transport", "TimedOut", ConnectField::kTimeout, QT_TRANSLATE_NOOP("ConnectFailure", "%1 does not answer"),
        QT_TRANSLATE_NOOP("ConnectFailure", "The time was up."), Fix::kLongerTimeout},
    Case{"session", "TimedOut", ConnectField::kTimeout, QT_TRANSLATE_NOOP("ConnectFailure", "%1 does not answer"),
        QT_TRANSLATE_NOOP("ConnectFailure", "The time was up."), Fix::kLongerTimeout},
    Case{"tls", "TlsHostName", ConnectField::kHostName, QT_TRANSLATE_NOOP("ConnectFailure", "the certificate names another server"),
        QT_TRANSLATE_NOOP("ConnectFailure", "The certificate carries another name."), Fix::kEnterHostName},
    Case{"tls", "TlsUntrusted", ConnectField::kCaFile, QT_TRANSLATE_NOOP("ConnectFailure", "the certificate's issuer is not trusted"),
        QT_TRANSLATE_NOOP("ConnectFailure", "The issuer of the server's certificate is not known here."), Fix::kChooseCaFile},
    Case{"tls", "TlsBadCaFile", ConnectField::kCaFile, QT_TRANSLATE_NOOP("ConnectFailure", "the CA file cannot be read"),
        QT_TRANSLATE_NOOP("ConnectFailure", "This file holds no certificates that can be read."), Fix::kChooseCaFile},
    Case{"tls", "TlsExpired", ConnectField::kServer, QT_TRANSLATE_NOOP("ConnectFailure", "the server's certificate is out of date"),
        QT_TRANSLATE_NOOP("ConnectFailure", "Its certificate is not valid today.")},
    Case{"tls", "TlsHandshake", ConnectField::kServer, QT_TRANSLATE_NOOP("ConnectFailure", "%1 does not speak TLS as SQL Server does"),
        QT_TRANSLATE_NOOP("ConnectFailure", "This may be another program's port.")},
    Case{"session", "ProtocolError", ConnectField::kServer, QT_TRANSLATE_NOOP("ConnectFailure", "%1 does not answer as SQL Server does"),
        QT_TRANSLATE_NOOP("ConnectFailure", "This may be another program's port.")},
    Case{"session", "ConnectionLost", ConnectField::kServer, QT_TRANSLATE_NOOP("ConnectFailure", "%1 hung up"),
        QT_TRANSLATE_NOOP("ConnectFailure", "This may be another program's port."), Fix::kNone,
        QT_TRANSLATE_NOOP("ConnectFailure",
            "The connection was ended before the login was complete. Check that host and port are those of a SQL Server; its log may say "
            "more.")},
    Case{"session", "LoginFailed", ConnectField::kPassword, QT_TRANSLATE_NOOP("ConnectFailure", "the server refused %2"),
        QT_TRANSLATE_NOOP("ConnectFailure", "Wrong password, or no such login, or it is locked."), Fix::kNone,
        QT_TRANSLATE_NOOP("ConnectFailure", "Check login and password, and that the login is enabled on this server.")},
    Case{"session", "LoginRefused", ConnectField::kUser, QT_TRANSLATE_NOOP("ConnectFailure", "the server refused %2"),
        QT_TRANSLATE_NOOP("ConnectFailure", "The server did not let this login in.")},
    Case{"session", "DatabaseNotOpened", ConnectField::kDatabase, QT_TRANSLATE_NOOP("ConnectFailure", "the database was not opened"),
        QT_TRANSLATE_NOOP("ConnectFailure", "No such database, or this login may not use it."), Fix::kDefaultDatabase},
    Case{"session", "ColumnEncryptionNotSupported", ConnectField::kColumnEncryption,
        QT_TRANSLATE_NOOP("ConnectFailure", "the server knows no Always Encrypted"),
        QT_TRANSLATE_NOOP("ConnectFailure", "This server does not support it."), Fix::kWithoutEncryption},
    Case{"session", "NoEnclave", ConnectField::kEnclaves, QT_TRANSLATE_NOOP("ConnectFailure", "the server has no enclave"),
        QT_TRANSLATE_NOOP("ConnectFailure", "This server has none."), Fix::kWithoutEnclaves},
    Case{"session", "EnclaveType", ConnectField::kProtocol,
        QT_TRANSLATE_NOOP("ConnectFailure", "the protocol does not fit the server's enclave"),
        QT_TRANSLATE_NOOP("ConnectFailure", "The server's enclave is of another kind."), Fix::kWithoutEnclaves},
    Case{"attestation", "UnsupportedEnclaveType", ConnectField::kProtocol,
        QT_TRANSLATE_NOOP("ConnectFailure", "the protocol does not fit the server's enclave"),
        QT_TRANSLATE_NOOP("ConnectFailure", "The server's enclave is of another kind."), Fix::kWithoutEnclaves},
    Case{"attestation", "PolicyMismatch", ConnectField::kPolicy, QT_TRANSLATE_NOOP("ConnectFailure", "the policy is for another protocol or service"),
        QT_TRANSLATE_NOOP("ConnectFailure", "It does not fit the protocol or the URL of this connection.")},
};

struct Setting {
    std::string_view name;
    ConnectField field;
};

constexpr std::array kSettings{
    Setting{"host", ConnectField::kServer},
    Setting{"port", ConnectField::kServer},
    Setting{"encrypt", ConnectField::kServer},
    Setting{"user", ConnectField::kUser},
    Setting{"password", ConnectField::kPassword},
    Setting{"database", ConnectField::kDatabase},
    Setting{"ca-file", ConnectField::kCaFile},
    Setting{"trust-server-certificate", ConnectField::kTrust},
    Setting{"host-name-in-certificate", ConnectField::kHostName},
    Setting{"connect-timeout", ConnectField::kTimeout},
    Setting{"column-encryption", ConnectField::kColumnEncryption},
    Setting{"attestation", ConnectField::kProtocol},
    Setting{"attestation-url", ConnectField::kUrl},
    Setting{"attestation-policy", ConnectField::kPolicy},
};

QString fixText(Fix fix, const ConnectionProfile& profile)
{
    switch (fix) {
    case Fix::kNone: return {};
    case Fix::kEnterHostName: return tr("Give the certificate's name");
    case Fix::kChooseCaFile: return tr("Choose CA file…");
    case Fix::kDefaultDatabase: return profile.database.isEmpty() ? QString() : tr("Use the default database");
    case Fix::kLongerTimeout: return tr("Allow %1 s and try again").arg(longerTimeoutMs(profile.connectTimeoutMs) / 1000);
    case Fix::kWithoutEnclaves: return tr("Connect without enclaves");
    case Fix::kWithoutEncryption: return tr("Connect without it");
    }
    return {};
}

QString joined(const QStringList& sentences)
{
    QStringList present = sentences;
    present.removeAll(QString());
    return present.join(QLatin1Char(' '));
}

} // namespace

int longerTimeoutMs(int timeoutMs)
{
    return std::min(kLongestTimeoutMs, timeoutMs * 2);
}

ConnectFailure explainFailure(const base::Error& error, const ConnectionProfile& profile)
{
    ConnectFailure failure;
    const QString text = QString::fromStdString(error.text);
    const QString remedy = QString::fromStdString(error.remedy);
    const auto known
        = std::find_if(kCases.begin(), kCases.end(), [&](const Case& c) { return c.room == error.code.room && c.name == error.code.name; });
    if (known == kCases.end()) {
        const auto setting = std::find_if(kSettings.begin(), kSettings.end(), [&](const Setting& s) { return s.name == error.setting; });
        failure.field = setting == kSettings.end() ? ConnectField::kNone : setting->field;
        failure.title = tr("Could not connect");
        failure.note = failure.field == ConnectField::kNone ? QString() : text;
    } else {
        failure.field = known->field;
        QString title = tr(known->title);
        title.replace(QLatin1String("%1"), profile.serverText());
        title.replace(QLatin1String("%2"), profile.user);
        failure.title = tr("Could not connect: %1").arg(title);
        failure.note = tr(known->note);
        failure.fix = known->fix;
        failure.fixText = fixText(known->fix, profile);
    }
    // The certificate is looked at before the password leaves this machine.
    const bool beforeLogin = error.code.room == "tls" && error.code.name != "TlsBroken";
    if (known != kCases.end() && known->text != nullptr)
        failure.text = tr(known->text);
    else
        failure.text = joined({text, beforeLogin ? tr("Your password was not sent.") : QString(), remedy});
    if (error.server) {
        failure.text += QLatin1Char('\n')
            + tr("The server says: “%1” (%2, state %3)")
                  .arg(QString::fromStdString(error.server->message))
                  .arg(error.server->number)
                  .arg(error.server->state);
    }
    return failure;
}

} // namespace es::ui
