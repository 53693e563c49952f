// The steps of a test under each other, each with what it found out; the one that failed opens into a card with reason, remedy and
// buttons. Thread: GUI thread only.
#pragma once

#include <QFrame>

class QLabel;
class QVBoxLayout;

namespace es::ui {

class StepCards : public QFrame {
    Q_OBJECT
public:
    enum class State : quint8 { kPending, kRunning, kDone, kSkipped, kFailed, kNotRun };

    explicit StepCards(QWidget* parent = nullptr);

    void setSteps(const QStringList& titles); // all of them pending
    // `fact` stands at the right; without one, the state's own word.
    void setState(int step, State state, const QString& fact = {});
    // The step failed. `fix` is the text of a button that does something about it, empty: none.
    void setFailed(int step, const QString& fact, const QString& reason, const QString& remedy, const QString& fix);
    [[nodiscard]] State state(int step) const { return m_rows.at(step).state; }
    [[nodiscard]] QWidget* row(int step) const { return m_rows.at(step).frame; }
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] QString text() const; // every step with its state, for a clipboard

Q_SIGNALS:
    void fixRequested();
    void copyRequested();

private:
    struct Row {
        QFrame* frame = nullptr;
        QLabel* icon = nullptr;
        QLabel* title = nullptr;
        QLabel* fact = nullptr;
        QWidget* card = nullptr; // reason, remedy, buttons
        State state = State::kPending;
    };
    Row addRow(const QString& title, int index);
    void paint(Row& row);

    QVBoxLayout* m_layout;
    QList<Row> m_rows;
};

} // namespace es::ui
