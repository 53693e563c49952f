// Small helpers of widget tests: find by object name, settings of its own, a picture where one is wanted. Thread: GUI thread.
#pragma once

#include "ui/widgets/Theme.h"

#include <QApplication>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QWidget>

namespace es::test {

template <class T> T* find(const QObject* parent, const char* name)
{
    T* found = parent->findChild<T*>(QString::fromLatin1(name));
    if (!found) qFatal("no widget named %s", name);
    return found;
}

// The newest top-level window of that kind that is shown; null: none.
template <class T> T* shownWindow()
{
    for (QWidget* widget : QApplication::topLevelWidgets())
        if (auto* window = qobject_cast<T*>(widget); window && window->isVisible()) return window;
    return nullptr;
}

inline void click(QWidget* widget)
{
    QTest::mouseClick(widget, Qt::LeftButton);
}

// The test's settings are its own.
inline void useOwnSettings(const QTemporaryDir& folder)
{
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
}

// Into the folder $ES_PICTURES, in both themes; nothing without it.
inline void picture(QWidget* window, const QString& name)
{
    const QString folder = qEnvironmentVariable("ES_PICTURES");
    if (folder.isEmpty()) return;
    for (const auto& [kind, word] : {std::pair{ui::ThemeKind::kDark, "dark"}, std::pair{ui::ThemeKind::kLight, "light"}}) {
        ui::Theme::instance().apply(*qApp, kind);
        QTest::qWait(50);
        window->grab().save(QStringLiteral("%1/%2-%3.png").arg(folder, name, QString::fromLatin1(word)));
    }
}

// The object names of what Tab reaches, from the widget that has the focus, once around.
inline QStringList tabChain(QWidget* window)
{
    QStringList names;
    QWidget* first = window->focusWidget();
    for (QWidget* at = first; names.size() < 100;) {
        names.append(at->objectName());
        QTest::keyClick(at, Qt::Key_Tab);
        at = window->focusWidget();
        if (at == first) break;
    }
    return names;
}

} // namespace es::test
