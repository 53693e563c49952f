// enclavectl encrypt | decrypt: catalog -> planner -> runner, as the wizard does it.
#include "app/ctl/Commands.h"
#include "driver/json/Json.h"
#include "ui/services/CatalogService.h"
#include "wizards/plan/Planner.h"
#include "wizards/runner/Runner.h"

namespace es::ctl {

namespace {

base::Result<wizards::Choices> choicesOf(const CommandLine& line)
{
    wizards::Choices choices;
    choices.changeCollation = !line.keepCollation;
    for (const QString& text : line.columns) {
        ES_TRY(const wizards::ColumnName name, wizards::parseColumnName(text.toStdString()));
        wizards::ColumnChoice choice{name.schema, name.table, name.column, catalog::EncryptionType::kPlaintext, {}};
        if (line.command == Command::kEncrypt) {
            choice.target = line.deterministic ? catalog::EncryptionType::kDeterministic : catalog::EncryptionType::kRandomized;
            choice.key = line.encryptionKey.toStdString();
        }
        choices.columns.push_back(std::move(choice));
    }
    return choices;
}

class ColumnsCommand : public CtlCommand {
public:
    ColumnsCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host)
        : CtlCommand(line, terminal, host)
        , m_catalog(host)
        , m_runner(host)
    {
        connect(&m_catalog, &ui::CatalogService::snapshotReady, this, [this](ui::RequestId, const auto& snapshot) { plan(*snapshot); });
        connect(&m_catalog, &ui::CatalogService::failed, this, [this](ui::RequestId, const base::Error& error) { fail(error); });
        connect(&m_catalog, &ui::CatalogService::cancelled, this, [this] { finish(ExitStatus::kCancelled); });
        connect(
            &m_runner, &wizards::Runner::stepChanged, this, [this](ui::RequestId, const wizards::StepEvent& event) { stepChanged(event); });
        connect(&m_runner, &wizards::Runner::ended, this, [this](ui::RequestId, const wizards::RunEnd& end) { ended(end); });
    }

    void start() override { m_catalog.refresh(); }

private:
    void plan(const catalog::CatalogSnapshot& snapshot)
    {
        const auto choices = choicesOf(m_line);
        if (!choices) return fail(choices.error());
        auto plan = wizards::makePlan(snapshot, *choices);
        if (!plan) return fail(plan.error());
        m_plan = std::make_shared<const wizards::Plan>(std::move(*plan));
        if (m_line.scriptOnly) {
            const std::string text = m_terminal.isJson() ? wizards::planToJson(*m_plan) : wizards::planToScript(*m_plan);
            finish(m_terminal.write(QByteArray::fromStdString(text)) ? ExitStatus::kOk : ExitStatus::kOutput);
            return;
        }
        m_states.assign(m_plan->steps.size(), {"not run", 0});
        m_runner.run(m_plan);
    }

    void stepChanged(const wizards::StepEvent& event)
    {
        const wizards::Step& step = m_plan->steps[static_cast<std::size_t>(event.stepIndex)];
        const QString title = QString::fromStdString(step.title);
        const char* state = "started";
        switch (event.kind) {
        case wizards::StepEvent::Kind::kStarted:
            m_terminal.note(title + QLatin1Char('\n') + QString::fromStdString(step.statement));
            for (const std::string& note : step.notes)
                m_terminal.note(QStringLiteral("  Note: ") + QString::fromStdString(note));
            break;
        case wizards::StepEvent::Kind::kSkipped:
            state = "done before";
            m_terminal.note(title + QStringLiteral(": done before."));
            break;
        case wizards::StepEvent::Kind::kDone:
            state = "done";
            m_terminal.note(QStringLiteral("  Done in %1 s.").arg(static_cast<double>(event.elapsedMs) / 1000.0, 0, 'f', 2));
            break;
        case wizards::StepEvent::Kind::kFailed: state = "failed"; break;
        }
        m_states[static_cast<std::size_t>(event.stepIndex)] = {state, event.elapsedMs};
    }

    void ended(const wizards::RunEnd& end)
    {
        if (m_terminal.isJson() && !m_terminal.write(report(end))) return finish(ExitStatus::kOutput);
        if (end.outcome == wizards::RunEnd::Outcome::kFailed && end.error) return fail(*end.error);
        if (end.outcome == wizards::RunEnd::Outcome::kCancelled) {
            m_terminal.note(QStringLiteral("Cancelled after %1 of %2 steps; the step that ran was undone by the server.")
                                .arg(end.stepsDone)
                                .arg(m_states.size()));
            return finish(ExitStatus::kCancelled);
        }
        finish(ExitStatus::kOk);
    }

    QByteArray report(const wizards::RunEnd& end) const
    {
        json::Json steps{json::Json::Array{}};
        for (std::size_t i = 0; i < m_states.size(); ++i) {
            const wizards::Step& step = m_plan->steps[i];
            json::Json object;
            object.set("kind", wizards::stepKindName(step.kind));
            object.set("column", step.schema + "." + step.table + "." + step.column);
            object.set("state", m_states[i].first);
            object.set("elapsedMs", std::int64_t{m_states[i].second});
            object.set("statement", step.statement);
            steps.push(std::move(object));
        }
        const char* outcome = end.outcome == wizards::RunEnd::Outcome::kCompleted ? "completed"
            : end.outcome == wizards::RunEnd::Outcome::kCancelled                 ? "cancelled"
                                                                                  : "failed";
        return "{\"outcome\":\"" + QByteArray(outcome) + "\",\"steps\":" + QByteArray::fromStdString(json::write(steps))
            + ",\"elapsedMs\":" + QByteArray::number(end.elapsedMs) + ',' + factsMembers(end.facts) + "}\n";
    }

    ui::CatalogService m_catalog;
    wizards::Runner m_runner;
    std::shared_ptr<const wizards::Plan> m_plan;
    std::vector<std::pair<const char*, qint64>> m_states;
};

} // namespace

std::unique_ptr<CtlCommand> makeColumnsCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host)
{
    return std::make_unique<ColumnsCommand>(line, terminal, host);
}

} // namespace es::ctl
