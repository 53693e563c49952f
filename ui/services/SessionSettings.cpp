#include "ui/services/SessionSettings.h"

namespace es::ui {

namespace {

session::AttestationProtocol protocolOf(AttestationChoice choice)
{
    switch (choice) {
    case AttestationChoice::kNone: return session::AttestationProtocol::kNone;
    case AttestationChoice::kHgs: return session::AttestationProtocol::kHgs;
    case AttestationChoice::kAas: return session::AttestationProtocol::kAas;
    case AttestationChoice::kOff: break;
    }
    return session::AttestationProtocol::kOff;
}

} // namespace

base::Result<session::ConnectionSettings> sessionSettings(const ConnectionRequest& request)
{
    const ConnectionProfile& profile = request.profile;
    session::ConnectionSettings settings;
    settings.host = profile.host.toStdString();
    settings.instance = profile.instance.toStdString();
    settings.port = profile.port;
    settings.user = profile.user.toStdString();
    settings.password = request.password.clone();
    settings.database = profile.database.toStdString();
    settings.applicationName = profile.applicationName.toStdString();
    if (profile.strictEncryption) settings.tls.mode = session::EncryptionMode::kStrict;
    settings.tls.caFile = profile.caFile.toStdString();
    settings.tls.trustServerCertificate = profile.trustServerCertificate;
    settings.tls.hostNameInCertificate = profile.hostNameInCertificate.toStdString();
    settings.columnEncryption = profile.columnEncryption;
    settings.attestation.protocol = protocolOf(profile.attestation);
    settings.attestation.url = profile.attestationUrl.toStdString();
    settings.connectTimeoutMs = static_cast<std::uint32_t>(profile.connectTimeoutMs);
    if (profile.attestationPolicy.trimmed().isEmpty()) return settings;
    auto policy = attestation::policyFromJson(profile.attestationPolicy.toStdString());
    if (!policy) {
        base::Error error = std::move(policy).error();
        error.setting = "attestation-policy";
        return error;
    }
    settings.attestation.policy = std::move(*policy);
    return settings;
}

} // namespace es::ui
