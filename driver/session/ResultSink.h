// Where the facts of one execution arrive, in the order in which the server sent them.
// Thread: called on the thread that runs Session::execute, between its call and its return. A sink that takes long (memory limit
// reached) pauses the reading; it must return soon once the stop token that was given to execute has been requested.
#pragma once

#include "driver/base/Error.h"
#include "driver/types/RowBlock.h"
#include "driver/types/Value.h"

namespace es::session {

struct ReturnValue {
    std::string name;       // of the output parameter, with '@'
    types::SqlType type;    // base type when it was encrypted
    types::Value value;     // decrypted
};

class ResultSink {
public:
    virtual ~ResultSink() = default;
    // A result set begins. Cells of following blocks have exactly these columns.
    virtual void onColumns(std::shared_ptr<const types::ColumnSet> columns) = 0;
    // Up to ~4096 rows or ~1 MiB. Also called for the rows before a failure.
    virtual void onRows(std::shared_ptr<const types::RowBlock> rows) = 0;
    // INFO (isError false) and ERROR tokens of the server, each exactly once; errors of ours only come as execute's Error.
    virtual void onMessage(const base::ServerError& message, bool isError) = 0;
    // One statement of the batch ended; rowCount as the server counted (rows read or affected), absent under NOCOUNT and for DDL.
    virtual void onStatementDone(std::optional<std::uint64_t> rowCount) = 0;
    virtual void onReturnValue(const ReturnValue& value) { static_cast<void>(value); }
};

}  // namespace es::session
