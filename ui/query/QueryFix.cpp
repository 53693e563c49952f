#include "ui/query/QueryFix.h"

#include "ui/widgets/ErrorWords.h"

#include <QCoreApplication>

namespace es::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("QueryFix", text);
}

} // namespace

FixOffer fixForQuery(const base::Error& error, WindowSwitches switches, const QString& suggestedUrl)
{
    if (isEnclaveRefused(error)) return {Fix::kShowEvidence, tr("Show in inspector")};
    if (isServiceUnreachable(error))
        return suggestedUrl.isEmpty() ? FixOffer{Fix::kRunAgain, tr("Run again")} : FixOffer{Fix::kUseSuggestedUrl, tr("Use %1 and run again").arg(suggestedUrl)};
    if (error.setting == "attestation-policy") return {Fix::kChangeAttestation, tr("Edit policy…")};
    const int number = error.server ? error.server->number : 0;
    if (number == 33546 && !switches.enclaves) return {Fix::kTurnOnEnclaves, tr("Turn on enclaves and run again")};
    if ((number == 33277 || number == 33299 || number == 206 || number == 402) && !switches.parameterize)
        return {Fix::kParameterize, tr("Parameterize and run again")};
    if (number == 33542) return {Fix::kOpenWizard, tr("Open in wizard")};
    if (error.consequence == base::Consequence::kSessionUnusable) return {Fix::kReconnect, tr("Connect again")};
    return {};
}

FixOffer fixForConnection(const base::Error& error)
{
    if (error.setting == "attestation") return {Fix::kChangeAttestation, tr("Change protocol")};
    if (error.setting == "attestation-url" || error.setting == "attestation-policy") return {Fix::kChangeAttestation, tr("Change attestation…")};
    // A setting is named: the same settings would fail the same way.
    if (!error.setting.empty()) return {Fix::kChangeConnection, tr("Change connection…")};
    return {Fix::kReconnect, tr("Connect again")};
}

} // namespace es::ui
