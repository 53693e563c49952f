// The attestation inspector as a dock of the main window: at the right, at the bottom, or in a window of its own; it follows the query
// window in front. Thread: GUI thread only.
#pragma once

#include "ui/trust/AttestationInspector.h"

#include <QDockWidget>
#include <QPointer>

class QMainWindow;

namespace es::ui {

class QueryWindow;

class InspectorDock : public QDockWidget {
    Q_OBJECT
public:
    explicit InspectorDock(QMainWindow& window); // hidden, at the right
    void follow(QueryWindow* query); // null: none is in front
    void open(); // and takes the keyboard
    void toggle(); // brings one there from elsewhere; inside it, it goes away

Q_SIGNALS:
    void settingsRequested(es::ui::QueryWindow* query); // protocol and policy of that window
    void left(); // closed while it had the keyboard

protected:
    void showEvent(QShowEvent* event) override;

private:
    void build(); // at the first look: the start of the program does not wait for it
    void refresh();
    void place(AttestationInspector::Place place);
    void fit();

    QMainWindow& m_window;
    AttestationInspector* m_inspector = nullptr; // until then
    QPointer<QueryWindow> m_query;
};

} // namespace es::ui
