#include "wizards/runner/PlanRun.h"

#include "driver/session/Session.h"
#include "ui/services/SessionQuestions.h"
#include "wizards/plan/Planner.h"

#include <QElapsedTimer>

namespace es::wizards {

namespace {

std::string inWords(const ColumnScheme& scheme)
{
    std::string text = scheme.typeName;
    if (!scheme.collation.empty()) text += " " + scheme.collation;
    text += scheme.nullable ? " NULL" : " NOT NULL";
    text += ", " + std::string(catalog::encryptionTypeName(scheme.encryption));
    return scheme.key.empty() ? text : text + " with key " + scheme.key;
}

std::string nameOf(const Step& step)
{
    return step.schema + "." + step.table + "." + step.column;
}

std::optional<ColumnScheme> currentScheme(const catalog::CatalogSnapshot& snapshot, const Step& step)
{
    const catalog::Table* table = snapshot.findTable(step.schema, step.table);
    const catalog::Column* column = table ? table->findColumn(step.column) : nullptr;
    return column ? std::optional(schemeOf(snapshot, *column)) : std::nullopt;
}

// One run of a plan; its parts return false when the end is reached.
class PlanRun {
public:
    PlanRun(ui::TaskContext& context, const Plan& plan, const std::function<void(const StepEvent&)>& tell)
        : m_context(context)
        , m_plan(plan)
        , m_tell(tell)
    {
    }

    RunEnd run();

private:
    [[nodiscard]] base::Result<void> runSteps();
    [[nodiscard]] base::Result<void> runStep(const Step& step);
    void tell(StepEvent::Kind kind, std::optional<base::Error> error = {});

    ui::TaskContext& m_context;
    const Plan& m_plan;
    const std::function<void(const StepEvent&)>& m_tell;
    QElapsedTimer m_stepTimer;
    int m_stepIndex = 0;
    bool m_cancelled = false;
    int m_stepsDone = 0;
};

RunEnd PlanRun::run()
{
    QElapsedTimer timer;
    timer.start();
    const auto result = runSteps();
    RunEnd end;
    if (!result) end.error = result.error();
    end.outcome = end.error ? RunEnd::Outcome::kFailed : m_cancelled ? RunEnd::Outcome::kCancelled : RunEnd::Outcome::kCompleted;
    end.stepsDone = m_stepsDone;
    end.elapsedMs = timer.elapsed();
    end.facts = m_context.facts();
    return end;
}

base::Result<void> PlanRun::runSteps()
{
    ES_TRY(const auto snapshot, ui::readCatalog(m_context));
    if (!snapshot) {
        m_cancelled = true;
        return {};
    }
    ES_TRY(const std::vector<StepState> states, stepStates(*snapshot, m_plan));
    for (m_stepIndex = 0; m_stepIndex < static_cast<int>(m_plan.steps.size()) && !m_cancelled; ++m_stepIndex) {
        m_stepTimer.start();
        if (states[static_cast<std::size_t>(m_stepIndex)] == StepState::kDone) {
            ++m_stepsDone;
            tell(StepEvent::Kind::kSkipped);
            continue;
        }
        tell(StepEvent::Kind::kStarted);
        if (auto done = runStep(m_plan.steps[static_cast<std::size_t>(m_stepIndex)]); !done) {
            tell(StepEvent::Kind::kFailed, done.error());
            return done;
        }
    }
    return {};
}

base::Result<void> PlanRun::runStep(const Step& step)
{
    if (m_context.stop.stop_requested()) {
        m_cancelled = true;
        return {};
    }
    ES_TRY(const bool completed, ui::runStatement(m_context, {step.statement, {}, session::StatementEncryption::kAsConnected}));
    if (!completed) {
        m_cancelled = true;
        return {};
    }
    ES_TRY(const auto snapshot, ui::readCatalog(m_context));
    if (!snapshot) {
        m_cancelled = true;
        return {};
    }
    if (currentScheme(*snapshot, step) != step.after)
        return base::makeError(kStepNotSeen, "The server reported success, but the catalog does not show " + nameOf(step) + " as planned.",
            "column", "Look at the column in the database before going on.");
    ++m_stepsDone;
    tell(StepEvent::Kind::kDone);
    return {};
}

void PlanRun::tell(StepEvent::Kind kind, std::optional<base::Error> error)
{
    m_tell(StepEvent{kind, m_stepIndex, m_stepTimer.elapsed(), std::move(error)});
}

} // namespace

RunEnd runPlan(ui::TaskContext& context, const Plan& plan, const std::function<void(const StepEvent&)>& tell)
{
    return PlanRun(context, plan, tell).run();
}

base::Result<std::vector<StepState>> stepStates(const catalog::CatalogSnapshot& snapshot, const Plan& plan)
{
    if (!catalog::sameName(snapshot.database, plan.database))
        return base::makeError(kOtherDatabase,
            "The plan is for the database " + plan.database + ", the connection is in " + snapshot.database + ".", "database",
            "Connect to the database of the plan.");
    std::vector<StepState> states;
    for (const Step& step : plan.steps) {
        const auto now = currentScheme(snapshot, step);
        if (now != step.before && now != step.after)
            return base::makeError(kPlanOutOfDate,
                "The column " + nameOf(step) + " has changed since the plan was made: it was " + inWords(step.before) + ", now "
                    + (now ? "it is " + inWords(*now) : std::string("it is gone")) + ".",
                "plan", "Make the plan anew.");
        states.push_back(now == step.after ? StepState::kDone : StepState::kToDo);
    }
    return states;
}

} // namespace es::wizards
