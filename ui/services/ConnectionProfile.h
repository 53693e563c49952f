// What a person says about a connection: the part that may be saved, and the request that adds the password to it.
// Thread: any (plain values; a request is shared as std::shared_ptr<const ConnectionRequest>).
#pragma once

#include "driver/base/SecureBytes.h"

#include <QString>

#include <optional>

namespace es::ui {

enum class AttestationChoice : quint8 {
    kOff, // no secure enclave wanted
    kNone, // enclave without attestation (VBS)
    kHgs, // Host Guardian Service
    kAas, // Azure Attestation
};

// Where a server stands; the word is always shown, the colour never alone.
enum class Environment : quint8 { kNone, kSandbox, kDevelopment, kTest, kProduction };

[[nodiscard]] QString attestationChoiceName(AttestationChoice choice); // "off", "none", "hgs", "aas"
[[nodiscard]] std::optional<AttestationChoice> attestationChoiceFromName(const QString& name); // any case; nothing: no such name

// Never holds a secret: it may be written to the settings.
struct ConnectionProfile {
    QString name; // what lists show; empty: host and database are shown
    Environment environment = Environment::kNone; // the colour
    bool ownSandbox = false; // the program's own sandbox: host, port, certificate and password are found anew at each start of it
    QString environmentName; // the word on chip and tab; empty: the environment's own
    QString host;
    QString instance; // of host\instance; its port is asked for (SQL Server Browser) when `port` is 0
    quint16 port = 1433;
    QString user;
    QString database;
    QString applicationName = QStringLiteral("Enclave Studio");

    bool strictEncryption = false; // TDS 8.0: TLS before anything else, the certificate is always checked
    QString caFile; // PEM; empty: the system's trust store
    bool trustServerCertificate = false; // explicit, per connection
    QString hostNameInCertificate; // empty: host

    bool columnEncryption = false;
    AttestationChoice attestation = AttestationChoice::kOff;
    QString attestationUrl;
    QString attestationPolicy; // JSON of attestation::Policy; empty: the strict default

    int connectTimeoutMs = 15000;

    // "host,port" as SQL Server tools write it; "host\instance" without port.
    [[nodiscard]] QString serverText() const;
    // Takes "host,port", "host" (port 1433), "host\instance" (port 0) or "host\instance,port". False: not of that form, nothing changed.
    bool setServerText(const QString& text);

    friend bool operator==(const ConnectionProfile&, const ConnectionProfile&) = default;
};

struct ConnectionRequest {
    ConnectionProfile profile;
    base::SecureBytes password; // UTF-8
};

} // namespace es::ui
