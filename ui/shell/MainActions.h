// Menus and shortcuts of the main window: one list that reads like the menu bar. Thread: GUI thread only.
#pragma once

#include <QList>
#include <QObject>

class QAction;
class QMenu;

namespace es::ui {

class MainWindow;

class MainActions : public QObject {
    Q_OBJECT
public:
    explicit MainActions(MainWindow& window);
    // Greys out what cannot work now.
    void update();

private:
    void addFile();
    void addEdit();
    void addView();
    void addQuery();
    void addConnection();
    void addKeys();
    void addWindow();
    void addHelp();

    MainWindow& m_window;
    QList<QAction*> m_needQuery; // a query window is in front
    QList<QAction*> m_needConnection; // ... and it knows a server
};

} // namespace es::ui
