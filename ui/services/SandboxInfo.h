// The one line of JSON that enclave-sandbox prints when it is ready. Thread: any (plain values).
#pragma once

#include "driver/base/Result.h"
#include "ui/services/ConnectionProfile.h"

#include <QByteArray>
#include <QString>

namespace es::ui {

inline constexpr base::ErrorCode kSandboxInfoUnreadable{"services", "SandboxInfoUnreadable"};
inline constexpr base::ErrorCode kPasswordFileUnreadable{"services", "PasswordFileUnreadable"};

struct SandboxInfo {
    QString server; // "host,port"
    QString user;
    QString passwordFile;
    QString caFile;
    QString database;
    QString attestationProtocol; // "none", "hgs", "aas"; empty: an older sandbox
    QString attestationMode; // "none", "hgs", "aas-vbs", "aas-sgx"
    QString attestationUrl; // https
    QString attestationHttpUrl; // the same over plain http
    QString attestationRootFile; // PEM: the root that its evidence ends at
    qint64 serverPid = 0;
    qint64 enclavePid = 0;

    // Errors: kSandboxInfoUnreadable.
    [[nodiscard]] static base::Result<SandboxInfo> parse(const QByteArray& line);
    [[nodiscard]] static base::Result<SandboxInfo> readFile(const QString& path);

    // Column encryption off, attestation as the sandbox says (used once column encryption is on).
    [[nodiscard]] ConnectionProfile profile() const;
};

// First line of a file, without its end. Errors: kPasswordFileUnreadable.
[[nodiscard]] base::Result<base::SecureBytes> readPasswordFile(const QString& path);

} // namespace es::ui
