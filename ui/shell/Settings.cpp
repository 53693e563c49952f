#include "ui/shell/Settings.h"

#include <QSettings>

namespace es::ui {

namespace {

const QString kTheme = QStringLiteral("appearance/theme");
constexpr const char* kNames[] = {"desktop", "light", "dark", "high-contrast"};

} // namespace

Settings& Settings::instance()
{
    static Settings settings;
    return settings;
}

ThemeChoice Settings::theme() const
{
    if (m_override >= 0) return static_cast<ThemeChoice>(m_override);
    const QString name = QSettings().value(kTheme).toString();
    for (int i = 0; i < 4; ++i)
        if (name == QLatin1String(kNames[i])) return static_cast<ThemeChoice>(i);
    return ThemeChoice::kDesktop;
}

void Settings::setTheme(ThemeChoice choice)
{
    m_override = -1;
    QSettings().setValue(kTheme, QString::fromLatin1(kNames[static_cast<int>(choice)]));
    Q_EMIT themeChanged();
}

void Settings::overrideTheme(ThemeChoice choice)
{
    m_override = static_cast<int>(choice);
    Q_EMIT themeChanged();
}

} // namespace es::ui
