#include "wizards/runner/Runner.h"

#include "ui/services/Errors.h"
#include "ui/services/Postbox.h"
#include "wizards/runner/PlanRun.h"

namespace es::wizards {

namespace {

RunEnd failedEnd(const base::Error& error)
{
    RunEnd end;
    end.outcome = RunEnd::Outcome::kFailed;
    end.error = error;
    return end;
}

} // namespace

Runner::Runner(ui::SessionHost& host, QObject* parent)
    : QObject(parent)
    , m_host(&host)
    , m_postbox(std::make_shared<ui::Postbox>(this))
{
    connect(&host, &ui::SessionHost::taskRefused, this, [this](ui::RequestId task, const base::Error& error) {
        if (task == m_task && m_current != ui::RequestId::kNone) finish(m_current, failedEnd(error));
    });
}

Runner::~Runner()
{
    m_postbox->close();
    if (m_current != ui::RequestId::kNone && m_host) m_host->cancel();
}

ui::RequestId Runner::run(std::shared_ptr<const Plan> plan)
{
    const ui::RequestId id = ui::nextRequestId();
    if (m_current != ui::RequestId::kNone || !m_host) {
        const auto error = m_host ? base::makeError(ui::kBusy, "A plan is being run already.", {}, "Wait for its end or cancel it.")
                                  : base::makeError(ui::kNotConnected, "There is no connection.", "host", "Connect again.");
        m_postbox->post([this, id, error] { Q_EMIT ended(id, failedEnd(error)); });
        return id;
    }
    m_current = id;
    m_task = m_host->submit([this, id, plan = std::move(plan), postbox = m_postbox](ui::TaskContext& context) {
        const RunEnd end
            = runPlan(context, *plan, [&](const StepEvent& event) { postbox->post([this, id, event] { Q_EMIT stepChanged(id, event); }); });
        postbox->post([this, id, end] { finish(id, end); });
    });
    return id;
}

void Runner::cancel()
{
    if (m_current != ui::RequestId::kNone && m_host) m_host->cancel();
}

void Runner::finish(ui::RequestId id, const RunEnd& end)
{
    m_current = ui::RequestId::kNone;
    m_task = ui::RequestId::kNone;
    Q_EMIT ended(id, end);
}

} // namespace es::wizards
