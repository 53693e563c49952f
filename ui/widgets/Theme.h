// The colours of the studio by name, and the one place that hands them to Qt. Thread: GUI thread only.
#pragma once

#include <QColor>
#include <QHash>
#include <QIcon>
#include <QObject>
#include <QString>

class QApplication;
class QFont;

namespace es::ui {

enum class ThemeKind : quint8 { kLight, kDark, kHighContrast };

class Theme : public QObject {
    Q_OBJECT
public:
    // The theme that the desktop's palette at start asks for; before apply() it is light.
    static Theme& instance();

    // Sets palette, style and style sheet of the application. Once at start, again when the person chooses another.
    void apply(QApplication& application, ThemeKind kind);
    [[nodiscard]] static ThemeKind desktopKind(const QApplication& application);

    [[nodiscard]] ThemeKind kind() const { return m_kind; }
    // Precondition: `token` is a name of resources/theme/tokens.json; an unknown one gives magenta, which a test finds.
    [[nodiscard]] QColor colour(const char* token) const;
    // From resources/icons, drawn in the colour of that token at any device ratio.
    [[nodiscard]] QIcon icon(const char* name, const char* token = "text2") const;
    [[nodiscard]] static QFont dataFont(int pixelSize);

Q_SIGNALS:
    void changed();

private:
    Theme() = default;
    void load(ThemeKind kind);
    [[nodiscard]] QString styleSheet() const;

    ThemeKind m_kind = ThemeKind::kLight;
    QHash<QString, QColor> m_colours;
};

}  // namespace es::ui
