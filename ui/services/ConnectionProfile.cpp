#include "ui/services/ConnectionProfile.h"

namespace es::ui {

QString attestationChoiceName(AttestationChoice choice)
{
    switch (choice) {
    case AttestationChoice::kNone: return QStringLiteral("none");
    case AttestationChoice::kHgs: return QStringLiteral("hgs");
    case AttestationChoice::kAas: return QStringLiteral("aas");
    case AttestationChoice::kOff: break;
    }
    return QStringLiteral("off");
}

std::optional<AttestationChoice> attestationChoiceFromName(const QString& name)
{
    for (const auto choice : {AttestationChoice::kOff, AttestationChoice::kNone, AttestationChoice::kHgs, AttestationChoice::kAas})
        if (name.compare(attestationChoiceName(choice), Qt::CaseInsensitive) == 0) return choice;
    return std::nullopt;
}

QString ConnectionProfile::serverText() const
{
    if (port == 0) return host + QLatin1Char('\\') + instance;
    return host + QLatin1Char(',') + QString::number(port);
}

bool ConnectionProfile::setServerText(const QString& text)
{
    const QString trimmed = text.trimmed();
    const auto comma = trimmed.lastIndexOf(QLatin1Char(','));
    const QString address = (comma < 0 ? trimmed : trimmed.left(comma)).trimmed();
    const auto backslash = address.indexOf(QLatin1Char('\\'));
    const QString hostName = (backslash < 0 ? address : address.left(backslash)).trimmed();
    const QString instanceName = backslash < 0 ? QString() : address.mid(backslash + 1).trimmed();
    if (backslash >= 0 && (instanceName.isEmpty() || instanceName.contains(QLatin1Char('\\')))) return false;
    bool ok = true;
    const bool portGiven = comma >= 0;
    const uint number = portGiven ? trimmed.mid(comma + 1).trimmed().toUInt(&ok) : instanceName.isEmpty() ? 1433 : 0;
    if (hostName.isEmpty() || hostName.contains(QLatin1Char(',')) || !ok || (portGiven && number == 0) || number > 65535) return false;
    host = hostName;
    instance = portGiven ? QString() : instanceName; // beside a port the name is not needed
    port = static_cast<quint16>(number);
    return true;
}

} // namespace es::ui
