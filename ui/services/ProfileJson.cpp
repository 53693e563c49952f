#include "ui/services/ProfileJson.h"

#include "ui/services/EnvironmentWords.h"

#include <QLatin1String>

namespace es::ui {

namespace {

QString key(const char* name)
{
    return QString::fromLatin1(name);
}

} // namespace

QJsonObject profileToJson(const ConnectionProfile& profile)
{
    return {{key("name"), profile.name}, {key("ownSandbox"), profile.ownSandbox}, {key("environment"), key(environmentKey(profile.environment))},
        {key("environmentName"), profile.environmentName}, {key("host"), profile.host}, {key("port"), profile.port}, {key("user"), profile.user},
        {key("database"), profile.database}, {key("applicationName"), profile.applicationName}, {key("caFile"), profile.caFile},
        {key("trustServerCertificate"), profile.trustServerCertificate}, {key("hostNameInCertificate"), profile.hostNameInCertificate},
        {key("columnEncryption"), profile.columnEncryption}, {key("attestation"), attestationChoiceName(profile.attestation)},
        {key("attestationUrl"), profile.attestationUrl}, {key("connectTimeoutMs"), profile.connectTimeoutMs}};
}

ConnectionProfile profileFromJson(const QJsonObject& json)
{
    ConnectionProfile out;
    const auto text = [&](const char* name, QString& to) { to = json.value(key(name)).toString(to); };
    const auto flag = [&](const char* name, bool& to) { to = json.value(key(name)).toBool(to); };
    text("name", out.name);
    flag("ownSandbox", out.ownSandbox);
    const QString environment = json.value(key("environment")).toString();
    for (const Environment each : {Environment::kSandbox, Environment::kDevelopment, Environment::kTest, Environment::kProduction})
        if (environment == QLatin1String(environmentKey(each))) out.environment = each;
    text("environmentName", out.environmentName);
    text("host", out.host);
    const int port = json.value(key("port")).toInt(out.port);
    if (port > 0 && port <= 65535) out.port = static_cast<quint16>(port);
    text("user", out.user);
    text("database", out.database);
    text("applicationName", out.applicationName);
    text("caFile", out.caFile);
    flag("trustServerCertificate", out.trustServerCertificate);
    text("hostNameInCertificate", out.hostNameInCertificate);
    flag("columnEncryption", out.columnEncryption);
    out.attestation = attestationChoiceFromName(json.value(key("attestation")).toString()).value_or(AttestationChoice::kOff);
    text("attestationUrl", out.attestationUrl);
    out.connectTimeoutMs = json.value(key("connectTimeoutMs")).toInt(out.connectTimeoutMs);
    return out;
}

} // namespace es::ui
