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
    return host + QLatin1Char(',') + QString::number(port);
}

bool ConnectionProfile::setServerText(const QString& text)
{
    const QString trimmed = text.trimmed();
    const auto comma = trimmed.lastIndexOf(QLatin1Char(','));
    const QString hostName = (comma < 0 ? trimmed : trimmed.left(comma)).trimmed();
    bool ok = true;
    const uint number = comma < 0 ? 1433 : trimmed.mid(comma + 1).trimmed().toUInt(&ok);
    if (hostName.isEmpty() || hostName.contains(QLatin1Char(',')) || !ok || number == 0 || number > 65535) return false;
    host = hostName;
    port = static_cast<quint16>(number);
    return true;
}

} // namespace es::ui
