// The steps of a job with the state of each in words, icon and colour. Thread: GUI thread only.
#pragma once

#include <QTreeWidget>

namespace es::ui {

class StepList : public QTreeWidget {
    Q_OBJECT
public:
    enum class State : quint8 { kPending, kRunning, kDone, kSkipped, kFailed, kStopped, kNotRun };

    explicit StepList(QWidget* parent = nullptr);

    // All of them pending.
    void setSteps(const QStringList& titles);
    // `fact` replaces the state's own word; `time` stands at the right; empty: none.
    void setState(int step, State state, const QString& fact = {}, const QString& time = {});
    void setTime(int step, const QString& time);
    [[nodiscard]] State state(int step) const { return m_states.at(step); }
    [[nodiscard]] int count() const { return static_cast<int>(m_states.size()); }

private:
    void paintStep(int step);
    void repaintAll();

    QList<State> m_states;
};

} // namespace es::ui
