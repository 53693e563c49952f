// enclavectl query: rows are written as they arrive and let go at once, so that a result of any size needs little memory.
#include "app/ctl/Commands.h"
#include "ui/reports/ResultWriter.h"
#include "ui/services/QueryService.h"

#include <cstdio>

namespace es::ctl {

namespace {

constexpr quint64 kMemoryLimitBytes = quint64{16} << 20;

class QueryCommand : public CtlCommand {
public:
    QueryCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host)
        : CtlCommand(line, terminal, host)
        , m_query(host)
        , m_writer(ui::makeResultWriter(line.json ? ui::ReportFormat::kJson : line.format, terminal.out()))
    {
        connect(&m_query, &ui::QueryService::columnsReady, this, [this](ui::RequestId, int, const auto& columns) {
            m_resultOpen = true;
            keep(m_writer->columns(columns));
        });
        connect(
            &m_query, &ui::QueryService::rowsReady, this, [this](ui::RequestId, int, const auto& rows) { keep(m_writer->rows(*rows)); });
        connect(&m_query, &ui::QueryService::statementDone, this, [this](ui::RequestId, qint64 rowCount) { statementDone(rowCount); });
        connect(&m_query, &ui::QueryService::message, this, [this](ui::RequestId, const ui::QueryMessage& message) {
            if (message.kind == ui::QueryMessage::Kind::kError)
                endResult(false); // so that the message stands behind the rows that came before it
            m_terminal.message(message);
        });
        connect(&m_query, &ui::QueryService::ended, this, [this](ui::RequestId, const ui::QueryEnd& end) { ended(end); });
    }

    void start() override
    {
        ui::QueryRequest request;
        request.text = m_line.sql == QLatin1String("-") ? standardInput() : m_line.sql;
        request.parameterize = m_line.parameterize;
        request.stopAtError = true;
        request.memoryLimitBytes = kMemoryLimitBytes;
        m_query.run(request);
    }

private:
    static QString standardInput()
    {
        QFile input;
        return input.open(stdin, QIODevice::ReadOnly) ? QString::fromUtf8(input.readAll()) : QString();
    }

    // A writer that failed stops the query: nobody can see its rows.
    void keep(const base::Result<void>& written)
    {
        if (written || m_writeError) return;
        m_writeError = written.error();
        m_query.cancel();
    }

    bool endResult(bool complete)
    {
        if (!std::exchange(m_resultOpen, false)) return false;
        keep(m_writer->endResult(complete));
        return true;
    }

    void statementDone(qint64 rowCount)
    {
        if (endResult(true) || rowCount < 0) return;
        m_affected += (m_affected.isEmpty() ? "" : ",") + QByteArray::number(rowCount);
        if (!m_line.json && m_line.format == ui::ReportFormat::kTable)
            m_terminal.note(rowCount == 1 ? QStringLiteral("(1 row affected)") : QStringLiteral("(%1 rows affected)").arg(rowCount));
    }

    void ended(const ui::QueryEnd& end)
    {
        const char* outcome = end.outcome == ui::QueryEnd::Outcome::kCompleted ? "completed"
            : end.outcome == ui::QueryEnd::Outcome::kCancelled                 ? "cancelled"
                                                                               : "failed";
        endResult(false);
        keep(m_writer->finish("\"rowsAffected\":[" + m_affected + "],\"outcome\":\"" + outcome
            + "\",\"elapsedMs\":" + QByteArray::number(end.elapsedMs) + ',' + factsMembers(end.facts)));
        if (m_writeError) {
            fail(*m_writeError);
        } else if (end.outcome == ui::QueryEnd::Outcome::kFailed && end.error) {
            // The words were written when they came; JSON readers get the whole error once more, with its status.
            if (m_terminal.isJson()) m_terminal.error(*end.error, exitStatusOf(m_line, *end.error));
            finish(statusOf(*end.error));
        } else if (end.outcome == ui::QueryEnd::Outcome::kCancelled) {
            m_terminal.note(QStringLiteral("Cancelled."));
            finish(ExitStatus::kCancelled);
        } else {
            finish(ExitStatus::kOk);
        }
    }

    ui::QueryService m_query;
    std::unique_ptr<ui::ResultWriter> m_writer;
    std::optional<base::Error> m_writeError;
    QByteArray m_affected;
    bool m_resultOpen = false;
};

} // namespace

std::unique_ptr<CtlCommand> makeQueryCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host)
{
    return std::make_unique<QueryCommand>(line, terminal, host);
}

} // namespace es::ctl
