#include "ui/services/ProfileJson.h"

#include "ui/services/EnvironmentWords.h"

namespace es::ui {

QJsonObject profileToJson(const ConnectionProfile& profile, QJsonObject object)
{
    const auto set = [&](const char* name, const QJsonValue& value) { object.insert(QLatin1String(name), value); };
    set("name", profile.name);
    set("ownSandbox", profile.ownSandbox);
    set("environment", QString::fromLatin1(environmentKey(profile.environment)));
    set("environmentName", profile.environmentName);
    set("host", profile.host);
    set("instance", profile.instance);
    set("port", profile.port);
    set("user", profile.user);
    set("database", profile.database);
    set("applicationName", profile.applicationName);
    set("strictEncryption", profile.strictEncryption);
    set("caFile", profile.caFile);
    set("trustServerCertificate", profile.trustServerCertificate);
    set("hostNameInCertificate", profile.hostNameInCertificate);
    set("columnEncryption", profile.columnEncryption);
    set("attestation", attestationChoiceName(profile.attestation));
    set("attestationUrl", profile.attestationUrl);
    set("attestationPolicy", profile.attestationPolicy);
    set("connectTimeoutMs", profile.connectTimeoutMs);
    return object;
}

ConnectionProfile profileFromJson(const QJsonObject& object)
{
    constexpr int kLongestTimeoutMs = 3600 * 1000;
    ConnectionProfile profile;
    const auto text = [&](const char* name) { return object.value(QLatin1String(name)).toString(); };
    profile.name = text("name");
    profile.ownSandbox = object.value(QLatin1String("ownSandbox")).toBool();
    profile.environment = environmentFromKey(text("environment"));
    profile.environmentName = text("environmentName");
    profile.host = text("host");
    const int port = object.value(QLatin1String("port")).toInt(profile.port);
    profile.instance = text("instance");
    if (port >= (profile.instance.isEmpty() ? 1 : 0) && port <= 65535) profile.port = static_cast<quint16>(port);
    profile.user = text("user");
    profile.database = text("database");
    profile.applicationName = object.value(QLatin1String("applicationName")).toString(profile.applicationName);
    profile.strictEncryption = object.value(QLatin1String("strictEncryption")).toBool();
    profile.caFile = text("caFile");
    profile.trustServerCertificate = object.value(QLatin1String("trustServerCertificate")).toBool();
    profile.hostNameInCertificate = text("hostNameInCertificate");
    profile.columnEncryption = object.value(QLatin1String("columnEncryption")).toBool();
    profile.attestation = attestationChoiceFromName(text("attestation")).value_or(AttestationChoice::kOff);
    profile.attestationUrl = text("attestationUrl");
    profile.attestationPolicy = text("attestationPolicy");
    const int timeoutMs = object.value(QLatin1String("connectTimeoutMs")).toInt(profile.connectTimeoutMs);
    if (timeoutMs >= 1000 && timeoutMs <= kLongestTimeoutMs) profile.connectTimeoutMs = timeoutMs;
    return profile;
}

QJsonObject toJson(const SavedConnection& connection, QJsonObject before)
{
    before.insert(QLatin1String("id"), connection.id);
    before.insert(QLatin1String("saved"), connection.saved);
    before.insert(QLatin1String("passwordSaved"), connection.passwordSaved);
    before.insert(QLatin1String("lastUsed"),
        connection.lastUsed.isValid() ? QJsonValue(connection.lastUsed.toUTC().toString(Qt::ISODateWithMs)) : QJsonValue());
    before.insert(QLatin1String("profile"), profileToJson(connection.profile, before.value(QLatin1String("profile")).toObject()));
    return before;
}

std::optional<SavedConnection> savedConnectionFromJson(const QJsonObject& object)
{
    SavedConnection connection;
    connection.id = object.value(QLatin1String("id")).toString();
    connection.profile = profileFromJson(object.value(QLatin1String("profile")).toObject());
    connection.saved = object.value(QLatin1String("saved")).toBool();
    connection.passwordSaved = object.value(QLatin1String("passwordSaved")).toBool();
    connection.lastUsed = QDateTime::fromString(object.value(QLatin1String("lastUsed")).toString(), Qt::ISODateWithMs);
    if (connection.id.isEmpty() || connection.profile.host.isEmpty()) return std::nullopt;
    return connection;
}

} // namespace es::ui
