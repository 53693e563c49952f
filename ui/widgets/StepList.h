// Steps of a job with their states: icon, text, a fact at the right, and under a failed one the reason. Thread: GUI thread only.
#pragma once

#include <QFrame>

#include <vector>

class QLabel;
class QVBoxLayout;

namespace es::ui {

class StepList : public QFrame {
    Q_OBJECT
public:
    enum class State : quint8 { kPending, kBusy, kDone, kSkipped, kFailed, kNotRun };

    explicit StepList(QWidget* parent = nullptr);
    void setSteps(const QStringList& titles); // all pending
    // `fact`: "0.4 s"; `reason`: two sentences under a failed step.
    void setState(int index, State state, const QString& fact = {}, const QString& reason = {});
    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] State state(int index) const { return m_rows.at(static_cast<std::size_t>(index)).state; }

private:
    struct Row {
        QFrame* frame = nullptr;
        QLabel* icon = nullptr;
        QLabel* title = nullptr;
        QLabel* fact = nullptr;
        QLabel* reason = nullptr;
        State state = State::kPending;
    };
    void paintRow(const Row& row);

    QVBoxLayout* m_layout;
    std::vector<Row> m_rows;
};

} // namespace es::ui
