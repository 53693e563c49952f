// The left side of a wizard: where it works, its pages with their states, one remark. Thread: GUI thread only.
#pragma once

#include <QFrame>
#include <QList>

class QLabel;
class QVBoxLayout;

namespace es::wizards {

// Where a wizard works, as the rail shows it.
struct WizardPlace {
    QString database;
    QString server;
    QString environment; // for the style sheet: "sandbox", ...; empty: none
    QString environmentWord; // "SANDBOX"; empty: no chip
    QString remark;
};

class WizardRail : public QFrame {
    Q_OBJECT
public:
    enum class State : quint8 { kToDo, kCurrent, kBusy, kDone, kFailed, kFinished /* done, and the page shown */ };

    explicit WizardRail(QWidget* parent = nullptr);

    void setPlace(const WizardPlace& place);
    // A name per entry, in order; all of them to do.
    void setEntries(const QStringList& names);
    void setState(int entry, State state);

private:
    struct Entry {
        QFrame* row;
        QLabel* icon;
        QLabel* text;
        State state;
    };
    void paintEntry(const Entry& entry);

    QList<Entry> m_entries;
    QVBoxLayout* m_list;
    QLabel* m_databaseIcon;
    QLabel* m_database;
    QLabel* m_server;
    QLabel* m_chip;
    QLabel* m_remarkIcon;
    QLabel* m_remark;
};

} // namespace es::wizards
