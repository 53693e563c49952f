// The command line of enclavectl as values; nothing here opens a file. Thread: any (pure).
#pragma once

#include "app/ctl/ExitStatus.h"
#include "driver/base/Result.h"
#include "ui/reports/ResultWriter.h"
#include "ui/services/ConnectionProfile.h"

#include <QStringList>

namespace es::ctl {

enum class Command : quint8 { kHelp, kVersion, kQuery, kNewMasterKey, kNewEncryptionKey, kListKeys, kEncrypt, kDecrypt, kAttest };

struct CommandLine {
    Command command = Command::kHelp;

    // Connection: either a sandbox's file or the parts.
    QString sandboxFile;
    QString server;
    QString user;
    QString passwordFile;
    QString caFile;
    QString database;
    QString hostNameInCertificate;
    bool strictEncryption = false;
    bool trustServerCertificate = false;
    bool columnEncryption = false;
    ui::AttestationChoice attestation = ui::AttestationChoice::kOff;
    bool attestationGiven = false;
    bool attestationOfSandbox = false; // --attestation sandbox: protocol and URL as the sandbox's line of JSON says
    QString attestationUrl;
    QString policyFile; // JSON of an attestation policy; empty: the strict default
    int connectTimeoutMs = 15000;

    QString keyPasswordFile;
    bool json = false;

    // query
    QString sql; // "-": from standard input
    ui::ReportFormat format = ui::ReportFormat::kTable;
    bool parameterize = false;

    // keys
    QString name;
    QString keyFile;
    QString masterKey;
    bool allowEnclave = false;
    bool generate = false;
    int keyBits = 3072;
    bool scriptOnly = false;

    // encrypt, decrypt
    QStringList columns;
    QString encryptionKey;
    bool deterministic = false;
    bool keepCollation = false;

    // attest
    QString saveRecord; // file to write
    QString verifyRecord; // file to check offline
    bool printPolicy = false;
    bool trustSeen = false; // with printPolicy: the policy that accepts exactly what is seen now

    // Nothing is connected to.
    [[nodiscard]] bool isOffline() const
    {
        return command == Command::kAttest && (!verifyRecord.isEmpty() || (printPolicy && !trustSeen));
    }
};

// Errors: kBadUsage, with the option in Error::setting.
[[nodiscard]] base::Result<CommandLine> parseCommandLine(const QStringList& arguments);
[[nodiscard]] QString helpText();

} // namespace es::ctl
