// Runs the text of a query window: splits it at GO, parameterizes on request, streams results as values.
// Thread: the thread that made it (GUI or main).
#pragma once

#include "driver/types/RowBlock.h"
#include "ui/services/SessionHost.h"

#include <QList>
#include <QPointer>

#include <optional>

namespace es::ui {

class Postbox;

struct QueryRequest {
    QString text;
    int firstLine = 1; // of the text in its editor (a selection), so that lines in messages fit
    bool parameterize = false; // DECLARE @x type = literal becomes a typed parameter
    bool stopAtError = false; // do not go on with the next batch (GO) after one that failed
    // Rows not yet let go by the receiver that the session may hold before it pauses reading; 0: no limit.
    quint64 memoryLimitBytes = quint64{1} << 30;
};

// One line for the messages pane: from the server, or ours.
struct QueryMessage {
    enum class Kind : quint8 { kInformation, kError, kNotice };
    Kind kind = Kind::kInformation;
    QString text;
    int number = 0; // 0: not from the server
    int severity = 0;
    int state = 0;
    int line = 0; // in the editor, 1-based; 0: none (also when the error arose inside a procedure)
    int serverLine = 0; // as the server said it: in the batch or the procedure
    QString procedure;
    QString remedy; // what to do next, ours; may be empty
};

struct QueryEnd {
    enum class Outcome : quint8 { kCompleted, kFailed, kCancelled };
    Outcome outcome = Outcome::kCompleted;
    // Of kFailed: the first error that the server or we reported; every server error was a message() before.
    std::optional<base::Error> error;
    int errorCount = 0;
    qint64 elapsedMs = 0;
    quint64 rowCount = 0; // of all result sets
    SessionFacts facts;
};

class QueryService : public QObject {
    Q_OBJECT
public:
    explicit QueryService(SessionHost& host, QObject* parent = nullptr);
    ~QueryService() override; // a query that still runs is cancelled; its news are dropped

    // One at a time: a new run while one runs is refused with an ended() of kBusy.
    RequestId run(const QueryRequest& request);
    [[nodiscard]] bool isRunning() const { return m_current != RequestId::kNone; }
    [[nodiscard]] RequestId current() const { return m_current; }
    // Attention; ended() follows. A second call gives the connection up.
    void cancel();

Q_SIGNALS:
    void started(es::ui::RequestId id);
    // A result set begins (index counts from 0 over the whole run); its rows follow.
    void columnsReady(es::ui::RequestId id, int resultIndex, std::shared_ptr<const es::types::ColumnSet> columns);
    void rowsReady(es::ui::RequestId id, int resultIndex, std::shared_ptr<const es::types::RowBlock> rows);
    // A statement is done; rowCount -1: it has none (SET NOCOUNT ON, DDL).
    void statementDone(es::ui::RequestId id, qint64 rowCount);
    void message(es::ui::RequestId id, const es::ui::QueryMessage& message);
    // Reading stopped because `heldBytes` of rows are kept; goes on when some are let go.
    void pausedForMemory(es::ui::RequestId id, bool paused, quint64 heldBytes);
    void ended(es::ui::RequestId id, const es::ui::QueryEnd& end);

private:
    void finish(RequestId id, const QueryEnd& end);

    QPointer<SessionHost> m_host;
    std::shared_ptr<Postbox> m_postbox;
    RequestId m_current = RequestId::kNone;
    RequestId m_task = RequestId::kNone;
};

} // namespace es::ui
