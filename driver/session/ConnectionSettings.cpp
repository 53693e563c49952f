#include "driver/session/ConnectionSettings.h"

namespace es::session {

ConnectionSettings ConnectionSettings::clone() const
{
    ConnectionSettings copy;
    copy.host = host;
    copy.instance = instance;
    copy.port = port;
    copy.user = user;
    copy.password = password.clone();
    copy.database = database;
    copy.applicationName = applicationName;
    copy.tls = tls;
    copy.columnEncryption = columnEncryption;
    copy.attestation = attestation;
    copy.connectTimeoutMs = connectTimeoutMs;
    copy.cancelTimeoutMs = cancelTimeoutMs;
    copy.packetSize = packetSize;
    return copy;
}

std::string_view protocolName(AttestationProtocol protocol)
{
    switch (protocol) {
    case AttestationProtocol::kOff: return "off";
    case AttestationProtocol::kNone: return "none";
    case AttestationProtocol::kHgs: return "hgs";
    case AttestationProtocol::kAas: return "aas";
    }
    return "";
}

} // namespace es::session
