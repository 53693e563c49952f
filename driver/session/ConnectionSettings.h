// Everything that decides how a session is opened; what a profile stores and a connection dialog edits.
// Thread: any (plain values).
#pragma once

#include "driver/attestation/Policy.h"
#include "driver/base/SecureBytes.h"

namespace es::session {

// kMandatory: TDS 7.4, TLS from PRELOGIN on. kStrict: TDS 8.0, TLS before anything else (SQL Server 2022 and later); the certificate
// is always checked.
enum class EncryptionMode : std::uint8_t { kMandatory, kStrict };

struct TlsSettings {
    EncryptionMode mode = EncryptionMode::kMandatory;
    std::string caFile;                   // PEM file with the private CA(s) to trust; empty: the system's store
    bool trustServerCertificate = false;  // explicit choice: no check of issuer and host name (still TLS)
    std::string hostNameInCertificate;    // name to expect; empty: `host`
};

// kOff: column encryption without enclave. kNone: an enclave whose identity nobody proves (an explicit choice, shown as such).
enum class AttestationProtocol : std::uint8_t { kOff, kNone, kHgs, kAas };

struct AttestationSettings {
    AttestationProtocol protocol = AttestationProtocol::kOff;
    std::string url;             // HGS and AAS only; its TLS trusts tls.caFile beside the system's store
    attestation::Policy policy;  // the strict default; its trusted key paths hold with every protocol
};

// Setting names in Error::setting: "host", "port", "user", "password", "database", "encrypt", "ca-file", "trust-server-certificate",
// "host-name-in-certificate", "column-encryption", "attestation", "attestation-url", "attestation-policy", "connect-timeout".
struct ConnectionSettings {
    std::string host;  // name or address
    std::string instance;        // of host\instance; empty: the one that listens on `port`
    std::uint16_t port = 1433;   // 0: SQL Server Browser is asked for the instance's
    std::string user;
    base::SecureBytes password;  // UTF-8
    std::string database;        // empty: the login's default
    std::string applicationName = "Enclave Studio";
    TlsSettings tls;
    bool columnEncryption = false;
    AttestationSettings attestation;       // anything but kOff needs columnEncryption
    std::uint32_t connectTimeoutMs = 15000;  // whole of connect: resolve, TLS, login
    std::uint32_t cancelTimeoutMs = 5000;    // how long a cancelled statement may take to be acknowledged before the connection is closed
    std::uint32_t packetSize = 8000;         // proposed; the server answers with its own

    // Secrets are copied by name only (base/SecureBytes.h).
    [[nodiscard]] ConnectionSettings clone() const;
};

[[nodiscard]] std::string_view protocolName(AttestationProtocol protocol);  // "off", "none", "hgs", "aas"

}  // namespace es::session
