// What the desktop asks for: dark, light or high contrast, now and when it changes. Thread: GUI thread only; nothing waits.
// Linux: the settings portal (org.freedesktop.appearance). Qt 6.4 itself does not know.
#pragma once

#include "ui/widgets/Theme.h"

#include <QObject>

class QDBusVariant;

namespace es::ui {

class DesktopAppearance : public QObject {
    Q_OBJECT
public:
    // `fallback`: what the palette at start looked like, until the portal answers and where there is none.
    explicit DesktopAppearance(ThemeKind fallback, QObject* parent = nullptr);
    [[nodiscard]] ThemeKind kind() const;

Q_SIGNALS:
    void changed();

private Q_SLOTS:
    void settingChanged(const QString& group, const QString& key, const QDBusVariant& value);

private:
    void ask(const QString& key);
    void take(const QString& key, const QVariant& value);

    ThemeKind m_fallback;
    int m_scheme = 0; // 0 no preference, 1 dark, 2 light
    bool m_highContrast = false;
};

} // namespace es::ui
