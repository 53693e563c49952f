#include "ui/connect/ConnectRules.h"

#include "driver/attestation/Policy.h"
#include "ui/services/ConnectionString.h"

#include <QCoreApplication>
#include <QUrl>

namespace es::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ConnectRules", text);
}

} // namespace

namespace {

bool usesService(const ConnectionProfile& profile)
{
    return profile.attestation == AttestationChoice::kHgs || profile.attestation == AttestationChoice::kAas;
}

QString urlProblem(const ConnectionProfile& profile, const attestation::Policy& policy)
{
    const QUrl url(profile.attestationUrl, QUrl::StrictMode);
    const bool http = url.scheme().compare(QLatin1String("http"), Qt::CaseInsensitive) == 0;
    const bool https = url.scheme().compare(QLatin1String("https"), Qt::CaseInsensitive) == 0;
    if (!url.isValid() || url.host().isEmpty() || (!http && !https))
        return tr("Write the URL of the attestation service with https:// and a host, such as https://hgs.example.org.");
    if (!url.userInfo().isEmpty()) return tr("Leave name and password out of the URL: an attestation service asks for none.");
    if (http && !policy.plainHttp)
        return tr("Plain http lets anybody on the way answer for the service. Write https://, or allow it in the policy with \"plainHttp\": true.");
    return {};
}

QString policyProblem(const ConnectionProfile& profile, const attestation::Policy& policy)
{
    using attestation::Protocol;
    const Protocol used = profile.attestation == AttestationChoice::kHgs ? Protocol::kHgs : profile.attestation == AttestationChoice::kAas ? Protocol::kAas : Protocol::kNone;
    if (policy.protocol && *policy.protocol != used)
        return tr("This policy is for another protocol. Choose the protocol it is for, or another policy.");
    return {};
}

} // namespace

QList<FieldProblem> encryptionProblemsOf(const ConnectionProfile& profile)
{
    QList<FieldProblem> problems;
    if (const auto checked = checkEncryptionSettings(profile); !checked) {
        const std::string& setting = checked.error().setting;
        const ConnectField field = setting == "attestation-url" ? ConnectField::kUrl
            : setting == "attestation"                          ? ConnectField::kProtocol
                                                                : ConnectField::kColumnEncryption;
        problems.append({field, QString::fromStdString(checked.error().text + ' ' + checked.error().remedy)});
    }
    if (profile.attestation == AttestationChoice::kOff) return problems;
    attestation::Policy policy;
    if (!profile.attestationPolicy.isEmpty()) {
        auto read = attestation::policyFromJson(profile.attestationPolicy.toStdString());
        if (!read) {
            problems.append({ConnectField::kPolicy, tr("The policy cannot be read: %1").arg(QString::fromStdString(read.error().text))});
            return problems;
        }
        policy = std::move(*read);
    }
    if (usesService(profile) && !profile.attestationUrl.isEmpty())
        if (const QString problem = urlProblem(profile, policy); !problem.isEmpty()) problems.append({ConnectField::kUrl, problem});
    if (const QString problem = policyProblem(profile, policy); !problem.isEmpty()) problems.append({ConnectField::kPolicy, problem});
    return problems;
}

QList<FieldProblem> problemsOf(const ConnectionProfile& profile, const QString& serverText)
{
    QList<FieldProblem> problems;
    if (serverText.trimmed().isEmpty())
        problems.append({ConnectField::kServer, tr("Give the name or the address of the server.")});
    else if (!ConnectionProfile().setServerText(serverText))
        problems.append({ConnectField::kServer, tr("Write the server as host, host,port or host\\instance; the port is a number from 1 to 65535.")});
    if (profile.user.isEmpty()) problems.append({ConnectField::kUser, tr("Give the name of a SQL Server login.")});
    if (profile.strictEncryption && profile.trustServerCertificate)
        problems.append({ConnectField::kTrust, tr("Strict encryption always checks the certificate. Clear the check mark, or choose Mandatory.")});
    if (profile.trustServerCertificate && !profile.caFile.isEmpty())
        problems.append({ConnectField::kCaFile,
            tr("A CA file verifies the server, “Trust server certificate” skips that. Clear the file or the check mark.")});
    return problems + encryptionProblemsOf(profile);
}

} // namespace es::ui
