// The rows of one catalog query, read by column name: what stands between RowBlocks and the snapshot.
// Thread: any (plain values).
#pragma once

#include "driver/types/RowBlock.h"
#include "driver/types/Value.h"

#include <memory>
#include <vector>

namespace es::catalog {

inline constexpr base::ErrorCode kUnexpectedResult{"catalog", "UnexpectedResult"};

struct CatalogRows {
    std::shared_ptr<const types::ColumnSet> columns;
    std::vector<std::shared_ptr<const types::RowBlock>> blocks;

    [[nodiscard]] std::size_t rowCount() const;
};

// One pass over the rows; the getters speak of the current one. A column that is not there, or a cell that is of another kind
// than asked for, makes the cursor fail for good (sticky) and is named by error(). NULL gives the empty value.
class RowCursor {
public:
    explicit RowCursor(const CatalogRows& rows);

    bool next(); // precondition for the getters: it returned true
    [[nodiscard]] bool isNull(std::string_view column);
    [[nodiscard]] std::int64_t integer(std::string_view column); // bit, tinyint ... bigint
    [[nodiscard]] std::string text(std::string_view column); // anything but binary, as a query tool prints it
    [[nodiscard]] base::Bytes bytes(std::string_view column); // binary, varbinary

    // kUnexpectedResult once something was missing.
    [[nodiscard]] base::Result<void> status() const;

private:
    [[nodiscard]] int columnIndex(std::string_view column);
    void fail(std::string_view column, std::string_view why);

    const CatalogRows& m_rows;
    std::size_t m_block = 0;
    std::size_t m_row = 0;
    bool m_started = false;
    std::string m_failure;
};

} // namespace es::catalog
