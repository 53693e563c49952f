#include "ui/query/QueryFix.h"

#include <QCoreApplication>

namespace es::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("QueryFix", text);
}

} // namespace

FixOffer fixForQuery(const base::Error& error, WindowSwitches switches)
{
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
    // A setting is named: the same settings would fail the same way.
    if (!error.setting.empty()) return {Fix::kChangeConnection, tr("Change connection…")};
    return {Fix::kReconnect, tr("Connect again")};
}

} // namespace es::ui
