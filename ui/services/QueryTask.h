// The part of a query that runs in the session's thread: splits, parameterizes, executes, and tells a listener.
// Thread: session thread only.
#pragma once

#include "ui/services/QueryService.h"

namespace es::ui {

// Told in order, in the session's thread.
class QueryListener {
public:
    virtual ~QueryListener() = default;
    virtual void columns(int resultIndex, std::shared_ptr<const types::ColumnSet> columns) = 0;
    virtual void rows(int resultIndex, std::shared_ptr<const types::RowBlock> rows) = 0;
    virtual void statementDone(std::int64_t rowCount) = 0;
    virtual void message(const QueryMessage& message) = 0;
    virtual void paused(bool paused, std::uint64_t heldBytes) = 0;
};

// Always comes back with an end; every error in it was told to the listener before.
[[nodiscard]] QueryEnd runQuery(TaskContext& context, const QueryRequest& request, QueryListener& listener);

} // namespace es::ui
