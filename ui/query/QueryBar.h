// The second row of a query window: run, cancel, parameterize, and how long it has been going on. Thread: GUI thread only.
#pragma once

#include <QElapsedTimer>
#include <QFrame>
#include <QTimer>

class QCheckBox;
class QLabel;
class QProgressBar;
class QToolButton;

namespace es::ui {

class QueryBar : public QFrame {
    Q_OBJECT
public:
    explicit QueryBar(QWidget* parent = nullptr);

    void setCanExecute(bool can);
    void setCanStop(bool can);
    [[nodiscard]] bool parameterize() const;
    void setParameterize(bool on);
    void setDatabase(const QString& name);

    // What goes on, shown after half a second with its age; empty: nothing goes on.
    void setBusy(const QString& what);
    void setRowCount(quint64 rows);

Q_SIGNALS:
    void executeRequested();
    void stopRequested();

private:
    void applyIcons();
    void tick();

    QToolButton* m_execute;
    QToolButton* m_stop;
    QCheckBox* m_parameterize;
    QLabel* m_database;
    QLabel* m_progress;
    QProgressBar* m_bar;
    QTimer m_timer;
    QElapsedTimer m_since;
    QString m_busy;
    quint64 m_rows = 0;
};

} // namespace es::ui
