// A sink that keeps everything: for small answers (catalog, key DDL, tests), not for people's queries.
// Thread: one at a time.
#pragma once

#include "driver/session/ResultSink.h"

namespace es::session {

struct CollectedResultSet {
    std::shared_ptr<const types::ColumnSet> columns;
    std::vector<std::shared_ptr<const types::RowBlock>> blocks;
    [[nodiscard]] std::size_t rowCount() const;
    [[nodiscard]] bool isNull(std::size_t row, std::size_t column) const;         // precondition: row and column exist
    [[nodiscard]] base::ByteView cell(std::size_t row, std::size_t column) const;  // row form, see RowBlock
};

struct CollectedMessage {
    base::ServerError message;
    bool isError = false;
};

class CollectingSink : public ResultSink {
public:
    void onColumns(std::shared_ptr<const types::ColumnSet> columns) override;
    void onRows(std::shared_ptr<const types::RowBlock> rows) override;
    void onMessage(const base::ServerError& message, bool isError) override;
    void onStatementDone(std::optional<std::uint64_t> rowCount) override;
    void onReturnValue(const ReturnValue& value) override;

    std::vector<CollectedResultSet> resultSets;
    std::vector<CollectedMessage> messages;
    std::vector<std::optional<std::uint64_t>> rowCounts;  // one per finished statement
    std::vector<ReturnValue> returnValues;
};

}  // namespace es::session
