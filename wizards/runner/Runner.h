// Runs a plan through a session, step by step, and tells what happens: the only part of the wizards with side effects.
// Thread: the thread that made it; the statements run in the host's.
#pragma once

#include "ui/services/SessionHost.h"
#include "wizards/plan/Plan.h"

#include <QPointer>

#include <optional>

namespace es::ui {
class Postbox;
}

namespace es::wizards {

inline constexpr base::ErrorCode kPlanOutOfDate{"runner", "PlanOutOfDate"}; // a column is neither as before nor as after
inline constexpr base::ErrorCode kOtherDatabase{"runner", "OtherDatabase"};
inline constexpr base::ErrorCode kStepNotSeen{"runner", "StepNotSeen"}; // the server reported success, the catalog shows otherwise

struct StepEvent {
    enum class Kind : quint8 {
        kStarted,
        kSkipped, // was done already: the catalog shows it
        kDone, // and seen in the catalog
        kFailed,
    };
    Kind kind = Kind::kStarted;
    int stepIndex = 0;
    qint64 elapsedMs = 0;
    std::optional<base::Error> error; // of kFailed
};

struct RunEnd {
    enum class Outcome : quint8 { kCompleted, kFailed, kCancelled };
    Outcome outcome = Outcome::kCompleted;
    int stepsDone = 0; // skipped ones included
    std::optional<base::Error> error;
    qint64 elapsedMs = 0;
    ui::SessionFacts facts;
};

class Runner : public QObject {
    Q_OBJECT
public:
    explicit Runner(ui::SessionHost& host, QObject* parent = nullptr);
    ~Runner() override;

    // Answer: stepChanged() for each step in order, then ended(). The connection needs column encryption and enclave; a plan whose
    // columns have changed since is refused with the difference before anything runs.
    ui::RequestId run(std::shared_ptr<const Plan> plan);
    // The step that runs is undone by the server; earlier ones stay.
    void cancel();

Q_SIGNALS:
    void stepChanged(es::ui::RequestId id, const es::wizards::StepEvent& event);
    void ended(es::ui::RequestId id, const es::wizards::RunEnd& end);

private:
    void finish(ui::RequestId id, const RunEnd& end);

    QPointer<ui::SessionHost> m_host;
    std::shared_ptr<ui::Postbox> m_postbox;
    ui::RequestId m_current = ui::RequestId::kNone;
    ui::RequestId m_task = ui::RequestId::kNone; // the host's number of the same run
};

} // namespace es::wizards
