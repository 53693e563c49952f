#include "ui/widgets/Theme.h"

#include "ui/widgets/StudioStyle.h"
#include "ui/widgets/SvgIconEngine.h"

#include <QApplication>
#include <QFile>
#include <QFont>
#include <QFontDatabase>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPalette>

#include <algorithm>

// The resources are in this static library; nothing else would pull them into a program. Must stand outside any namespace.
static void initialiseResources()
{
    Q_INIT_RESOURCE(es);
}

namespace es::ui {

namespace {

QByteArray resource(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString keyOf(ThemeKind kind)
{
    switch (kind) {
    case ThemeKind::kLight: return QStringLiteral("light");
    case ThemeKind::kDark: return QStringLiteral("dark");
    case ThemeKind::kHighContrast: return QStringLiteral("highContrast");
    }
    return QStringLiteral("light");
}

}  // namespace

Theme& Theme::instance()
{
    static Theme theme;
    return theme;
}

ThemeKind Theme::desktopKind(const QApplication& application)
{
    const QPalette palette = application.palette();
    const bool dark = palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness();
    return dark ? ThemeKind::kDark : ThemeKind::kLight;
}

void Theme::load(ThemeKind kind)
{
    initialiseResources();
    m_kind = kind;
    m_colours.clear();
    const QJsonObject all = QJsonDocument::fromJson(resource(QStringLiteral(":/es/theme/tokens.json"))).object();
    const QJsonObject tokens = all.value(keyOf(kind)).toObject();
    for (auto it = tokens.begin(); it != tokens.end(); ++it)
        m_colours.insert(it.key(), QColor(it.value().toString()));
}

QColor Theme::colour(const char* token) const
{
    return m_colours.value(QString::fromLatin1(token), QColor(Qt::magenta));
}

QIcon Theme::icon(const char* name, const char* token) const
{
    const QString path = QStringLiteral(":/es/icons/%1.svg").arg(QString::fromLatin1(name));
    return QIcon(new SvgIconEngine(resource(path), colour(token), colour("disabled")));
}

QFont Theme::dataFont(int pixelSize)
{
    static const QString family = [] {
        const QStringList wanted{QStringLiteral("JetBrains Mono NL"), QStringLiteral("JetBrains Mono"), QStringLiteral("Noto Sans Mono"),
                                 QStringLiteral("DejaVu Sans Mono")};
        const QStringList present = QFontDatabase::families();
        const auto found = std::find_if(wanted.begin(), wanted.end(), [&](const QString& f) { return present.contains(f); });
        return found == wanted.end() ? QFontDatabase::systemFont(QFontDatabase::FixedFont).family() : *found;
    }();
    QFont font(family);
    font.setPixelSize(pixelSize);
    font.setStyleHint(QFont::Monospace);
    return font;
}

QString Theme::styleSheet() const
{
    QString sheet = QString::fromUtf8(resource(QStringLiteral(":/es/theme/theme.qss")));
    // Marks inside boxes are sub-controls, which take a file and no QIcon: one drawing for each ground.
    const QString ground = m_kind == ThemeKind::kHighContrast ? QStringLiteral("-contrast") : QString();
    for (const char* mark : {"tick", "dash", "bullet"})
        sheet.replace(QStringLiteral("@img-%1").arg(QLatin1String(mark)), QStringLiteral(":/es/icons/%1-onaccent%2.svg").arg(QLatin1String(mark), ground));
    QStringList names = m_colours.keys();
    // Longest first, so that @text does not eat the head of @text2.
    std::sort(names.begin(), names.end(), [](const QString& a, const QString& b) { return a.size() > b.size(); });
    for (const QString& name : names)
        sheet.replace(QLatin1Char('@') + name, m_colours.value(name).name());
    return sheet;
}

void Theme::apply(QApplication& application, ThemeKind kind)
{
    load(kind);
    QApplication::setStyle(new StudioStyle);
    QFont font(QStringLiteral("Inter"));
    font.setPixelSize(13);
    application.setFont(font);
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, const char* token) { palette.setColor(role, colour(token)); };
    set(QPalette::Window, "window");
    set(QPalette::Base, "surface");
    set(QPalette::AlternateBase, "alt");
    set(QPalette::Button, "surface");
    set(QPalette::WindowText, "text");
    set(QPalette::Text, "text");
    set(QPalette::ButtonText, "text");
    set(QPalette::Highlight, "selection");
    set(QPalette::HighlightedText, "text");
    set(QPalette::PlaceholderText, "text3");
    set(QPalette::Link, "accentText");
    set(QPalette::Midlight, "hover");
    set(QPalette::Mid, "control");
    set(QPalette::Dark, "edge");
    set(QPalette::ToolTipBase, "raised");
    set(QPalette::ToolTipText, "text");
    // Active and inactive are the same here: where they differ, Qt paints every widget anew each time that a window comes to the front. Views
    // draw their idle selection themselves.
    for (int role = 0; role < QPalette::NColorRoles; ++role)
        palette.setBrush(QPalette::Inactive, static_cast<QPalette::ColorRole>(role), palette.brush(QPalette::Active, static_cast<QPalette::ColorRole>(role)));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, colour("disabled"));
    application.setPalette(palette);
    application.setStyleSheet(styleSheet());
    Q_EMIT changed();
}

}  // namespace es::ui
