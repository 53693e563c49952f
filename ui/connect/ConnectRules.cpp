#include "ui/connect/ConnectRules.h"

#include "ui/services/ConnectionString.h"

#include <QCoreApplication>

namespace es::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ConnectRules", text);
}

} // namespace

QList<FieldProblem> encryptionProblemsOf(const ConnectionProfile& profile)
{
    QList<FieldProblem> problems;
    if (profile.attestation == AttestationChoice::kHgs || profile.attestation == AttestationChoice::kAas) {
        const QString name
            = profile.attestation == AttestationChoice::kHgs ? tr("Host Guardian Service") : tr("Microsoft Azure Attestation");
        problems.append({ConnectField::kProtocol,
            tr("Attestation by %1 is not available in this version. Choose None to use an enclave that nobody vouches for, or turn secure "
               "enclaves off.")
                .arg(name)});
    }
    if (const auto checked = checkEncryptionSettings(profile); !checked) {
        const std::string& setting = checked.error().setting;
        const ConnectField field = setting == "attestation-url" ? ConnectField::kUrl
            : setting == "attestation"                          ? ConnectField::kProtocol
                                                                : ConnectField::kColumnEncryption;
        if (problems.isEmpty() || problems.first().field != field)
            problems.append({field, QString::fromStdString(checked.error().text + ' ' + checked.error().remedy)});
    }
    return problems;
}

QList<FieldProblem> problemsOf(const ConnectionProfile& profile, const QString& serverText)
{
    QList<FieldProblem> problems;
    if (serverText.trimmed().isEmpty())
        problems.append({ConnectField::kServer, tr("Give the name or the address of the server.")});
    else if (!ConnectionProfile().setServerText(serverText))
        problems.append({ConnectField::kServer, tr("Write the server as host or host,port; the port is a number from 1 to 65535.")});
    if (profile.user.isEmpty()) problems.append({ConnectField::kUser, tr("Give the name of a SQL Server login.")});
    if (profile.trustServerCertificate && !profile.caFile.isEmpty())
        problems.append({ConnectField::kCaFile,
            tr("A CA file verifies the server, “Trust server certificate” skips that. Clear the file or the check mark.")});
    return problems + encryptionProblemsOf(profile);
}

} // namespace es::ui
