// Rows into a table as a bulk load, values for encrypted columns encrypted on the way as parameters are. See Session::bulkCopy().
// Thread: session thread only.                                          MS-TDS 2.2.6.1; always-encrypted-wire.md 2.6
#pragma once

#include "driver/base/Result.h"
#include "driver/types/RowBlock.h"
#include "driver/types/Value.h"

#include <optional>
#include <span>

namespace es::session {

struct BulkCopyOptions {
    std::uint32_t batchRows = 10'000;   // each batch takes effect whole or not at all, and is in memory once; 0: all rows are one batch
    bool keepIdentity = false;          // values for the identity column are given; else the server makes them
    bool keepNulls = false;             // NULL stays NULL; else the column's default takes its place
    bool checkConstraints = false;
    bool fireTriggers = false;
    bool lockTable = false;
    bool allowEncryptedValues = false;  // values for encrypted columns are ciphertext already; needs a connection without column encryption
};

struct BulkCopyRequest {
    std::string table;                 // as T-SQL writes it: dbo.T, [my schema].[my table]. Never anything that a stranger typed.
    std::vector<std::string> columns;  // names; empty: all but computed columns, and the identity column unless it is kept
    BulkCopyOptions options;
};

// A column that gets values. `type`: of the plaintext.
struct BulkColumn {
    std::string name;
    types::SqlType type;
    bool nullable = true;
    bool identity = false;
    bool encrypted = false;
};

// Where the rows come from. Called in the session's thread, between two writes: what takes long here makes the server wait.
class BulkSource {
public:
    virtual ~BulkSource() = default;
    // Once, before the first row. An error ends the copy before anything was sent.
    virtual base::Result<void> onColumns(std::span<const BulkColumn> columns) { return static_cast<void>(columns), base::Result<void>(); }
    // Fills one value per column, each of the column's type (types/Value.h) or Null. False: no more rows. An error ends the copy; the
    // batches before stay.
    [[nodiscard]] virtual base::Result<bool> next(std::span<types::Value> row) = 0;
    // After each batch: rows that the server has taken so far.
    virtual void onBatch(std::uint64_t rowsCopied) { static_cast<void>(rowsCopied); }
};

// Rows that are there as blocks, as a result set brings them; converted to the columns' types where they differ.
// Errors of next(): those of types::convertValue, and kBadParameter when the columns are not as many.
class BlockBulkSource : public BulkSource {
public:
    // One column of the blocks per column of the table, in the same order.
    BlockBulkSource(types::ColumnSet columns, std::vector<std::shared_ptr<const types::RowBlock>> blocks)
        : m_from(std::move(columns)), m_blocks(std::move(blocks)) {}
    base::Result<void> onColumns(std::span<const BulkColumn> columns) override;
    [[nodiscard]] base::Result<bool> next(std::span<types::Value> row) override;

private:
    types::ColumnSet m_from;
    std::vector<std::shared_ptr<const types::RowBlock>> m_blocks;
    std::vector<types::SqlType> m_to;
    std::size_t m_block = 0;
    std::size_t m_row = 0;
};

struct BulkCopied {
    std::uint64_t rows = 0;  // in batches that the server has taken
    bool cancelled = false;
};

}  // namespace es::session
