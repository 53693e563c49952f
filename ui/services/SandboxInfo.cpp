#include "ui/services/SandboxInfo.h"

#include "driver/json/Json.h"

#include <QFile>

#include <algorithm>

namespace es::ui {

namespace {

base::Error unreadable(const QString& why)
{
    return base::makeError(kSandboxInfoUnreadable, "The sandbox's line of JSON cannot be used: " + why.toStdString() + ".", "sandbox",
        "Give the file that holds the first line printed by enclave-sandbox.");
}

base::Result<QString> textAt(const json::Json& object, std::string_view member)
{
    ES_TRY(const std::string text, object.stringAt(member));
    return QString::fromStdString(text);
}

base::Result<SandboxInfo> fromJson(const json::Json& document)
{
    SandboxInfo info;
    ES_TRY(info.server, textAt(document, "server"));
    ES_TRY(info.user, textAt(document, "user"));
    ES_TRY(info.passwordFile, textAt(document, "password_file"));
    ES_TRY(info.caFile, textAt(document, "ca_file"));
    ES_TRY(info.database, textAt(document, "database"));
    if (const json::Json* attestation = document.find("attestation"); attestation && attestation->asObject()) {
        const auto take = [attestation](std::string_view member, QString& into) {
            if (auto text = attestation->stringAt(member)) into = QString::fromStdString(*text);
        };
        take("protocol", info.attestationProtocol);
        take("mode", info.attestationMode);
        take("url", info.attestationUrl);
        take("http_url", info.attestationHttpUrl);
        take("root_file", info.attestationRootFile);
    }
    if (const auto pid = document.integerAt("server_pid")) info.serverPid = *pid;
    if (const auto pid = document.integerAt("enclave_pid")) info.enclavePid = *pid;
    if (!ConnectionProfile().setServerText(info.server)) return unreadable(QStringLiteral("\"server\" is not \"host,port\""));
    return info;
}

} // namespace

base::Result<SandboxInfo> SandboxInfo::parse(const QByteArray& line)
{
    const auto document = json::parse(std::string_view(line.constData(), static_cast<std::size_t>(line.size())));
    if (!document) return unreadable(QStringLiteral("it is not JSON"));
    auto info = fromJson(*document);
    if (!info && info.error().code != kSandboxInfoUnreadable) return unreadable(QString::fromStdString(info.error().text));
    return info;
}

base::Result<SandboxInfo> SandboxInfo::readFile(const QString& path)
{
    constexpr qint64 kLargest = 1 << 16;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return unreadable(path + QStringLiteral(" cannot be opened (") + file.errorString() + QLatin1Char(')'));
    return parse(file.read(kLargest));
}

ConnectionProfile SandboxInfo::profile() const
{
    ConnectionProfile profile;
    profile.name = QStringLiteral("Sandbox");
    profile.setServerText(server);
    profile.user = user;
    profile.database = database;
    profile.caFile = caFile;
    profile.attestation = attestationChoiceFromName(attestationProtocol).value_or(AttestationChoice::kOff);
    profile.attestationUrl = attestationUrl;
    return profile;
}

base::Result<base::SecureBytes> readPasswordFile(const QString& path)
{
    constexpr qint64 kLargest = 4096;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly | QIODevice::Unbuffered))
        return base::makeError(kPasswordFileUnreadable,
            "The password file " + path.toStdString() + " cannot be opened: " + file.errorString().toStdString() + ".", "password-file",
            "Check the path and who may read the file.");
    base::SecureBytes content(static_cast<std::size_t>(kLargest));
    const auto room = content.revealMutable(base::SecretAccess::forStorage());
    const qint64 size = std::max<qint64>(0, file.read(reinterpret_cast<char*>(room.data()), kLargest));
    const auto end = std::find_if(room.begin(), room.begin() + size, [](base::Byte b) { return b == '\n' || b == '\r'; });
    content.resize(static_cast<std::size_t>(end - room.begin()));
    if (content.empty())
        return base::makeError(kPasswordFileUnreadable, "The password file " + path.toStdString() + " is empty.", "password-file",
            "Write the password into its first line.");
    return content;
}

} // namespace es::ui
