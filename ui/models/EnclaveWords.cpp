#include "ui/models/EnclaveWords.h"

#include <QLocale>

namespace es::ui {

namespace {

QString typeOf(std::int64_t type)
{
    return QString::fromStdString(catalog::enclaveTypeName(type));
}

QString serverWords(const base::Error& error)
{
    return QString::fromStdString(error.server ? error.server->message : error.text);
}

} // namespace

QString EnclaveWords::detail(const catalog::EnclaveStatus& status)
{
    if (!status.configuration) {
        if (!status.configurationError) return tr("not known to this server");
        return catalog::isPermissionDenied(*status.configurationError) ? tr("not visible to your login") : tr("not readable");
    }
    const auto [configured, inUse] = *status.configuration;
    if (inUse == 0) return configured == 0 ? tr("not configured") : tr("%1, starts with the server's next restart").arg(typeOf(configured));
    const QString type = typeOf(inUse);
    if (status.countersError) {
        return catalog::isPermissionDenied(*status.countersError) ? tr("%1, configured, state not visible to your login").arg(type)
                                                                  : tr("%1, configured, state not readable").arg(type);
    }
    if (!status.counters) return tr("%1, not running").arg(type);
    const QLocale locale;
    const auto [sessions, keys, memory, evicted] = *status.counters;
    const QString sessionText = sessions == 1 ? tr("1 session") : tr("%1 sessions").arg(locale.toString(qlonglong{sessions}));
    const QString keyText = keys == 1 ? tr("1 key") : tr("%1 keys").arg(locale.toString(qlonglong{keys}));
    return tr("%1, running, %2, %3").arg(type, sessionText, keyText);
}

QString EnclaveWords::brief(const catalog::EnclaveStatus& status)
{
    if (!status.configuration || status.configuration->inUse == 0) return {};
    return tr("%1 enclave").arg(typeOf(status.configuration->inUse));
}

QString EnclaveWords::toolTip(const catalog::EnclaveStatus& status)
{
    QStringList lines{tr("Secure enclave: %1").arg(detail(status))};
    if (status.configurationError) lines.append(serverWords(*status.configurationError));
    if (!status.configuration) {
        if (!status.configurationError) lines.append(tr("Secure enclaves need SQL Server 2019 or later."));
        return lines.join(QLatin1Char('\n'));
    }
    const auto [configured, inUse] = *status.configuration;
    if (configured == 0 && inUse == 0)
        lines.append(tr("An administrator can run sp_configure 'column encryption enclave type', 1 and restart the server."));
    else if (configured != inUse)
        lines.append(tr("Configured is %1, in use is %2: the server has not been restarted since the change.").arg(configured).arg(inUse));
    if (status.countersError) {
        lines.append(serverWords(*status.countersError));
        if (catalog::isPermissionDenied(*status.countersError))
            lines.append(tr("Ask for VIEW SERVER STATE (VIEW SERVER SECURITY STATE from SQL Server 2022)."));
    } else if (inUse != 0 && !status.counters) {
        lines.append(tr("The server did not start its enclave. Its error log says why."));
    }
    if (status.counters) {
        const QLocale locale;
        if (status.counters->memoryKb > 0)
            lines.append(tr("Memory in use: %1 kB").arg(locale.toString(qlonglong{status.counters->memoryKb})));
        if (status.counters->evictedSessionCount > 0)
            lines.append(tr("Sessions evicted since the start: %1").arg(locale.toString(qlonglong{status.counters->evictedSessionCount})));
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace es::ui
