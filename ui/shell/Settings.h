// The person's choices that outlive the program. Thread: GUI thread only.
#pragma once

#include <QObject>
#include <QString>

namespace es::ui {

enum class ThemeChoice : quint8 { kDesktop, kLight, kDark, kHighContrast };

class Settings : public QObject {
    Q_OBJECT
public:
    static Settings& instance();

    [[nodiscard]] ThemeChoice theme() const;
    void setTheme(ThemeChoice choice); // kept, and effective at once
    // For one run, from the command line: wins over what is kept and is not kept itself.
    void overrideTheme(ThemeChoice choice);

    // Set once at start by whoever opened the log; empty: there is none.
    [[nodiscard]] QString logFile() const { return m_logFile; }
    void setLogFile(const QString& path) { m_logFile = path; }

Q_SIGNALS:
    void themeChanged();

private:
    Settings() = default;
    QString m_logFile;
    int m_override = -1;
};

} // namespace es::ui
