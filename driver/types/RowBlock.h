// A batch of result rows, column by column, in as few bytes as the wire needs: the form in which rows walk from the token
// stream to the view. Written once by RowBlockBuilder, then only read and shared as shared_ptr<const RowBlock>.
// Thread: any once built (immutable).
#pragma once

#include "driver/base/Bytes.h"
#include "driver/types/SqlType.h"

#include <memory>

namespace es::types {

// How a column's cells came to be what they are; a view shows it in words.
enum class ColumnState : std::uint8_t {
    kPlain,       // never encrypted
    kDecrypted,   // cells hold plaintext that was encrypted in the database
    kCiphertext,  // encrypted in the database, shown as stored (column encryption off)
};

struct ColumnInfo {
    std::string name;              // UTF-8
    SqlType type;                  // of the cells in the block: for kDecrypted the base type, for kCiphertext varbinary
    bool nullable = true;
    bool identity = false;
    ColumnState state = ColumnState::kPlain;
    std::string encryptionScheme;  // "Randomized", "Deterministic" or empty
    std::string keyName;           // of the column encryption key, where somebody has read the catalog; empty otherwise
};
using ColumnSet = std::vector<ColumnInfo>;

// Cell bytes are the TDS row form of the column's type without length prefix (tds reference, section 8.2): int 4 bytes LE,
// nvarchar UTF-16LE, decimal sign + magnitude, and so on; integers, bit, float, money, dates have one width per column.
class RowBlock {
public:
    [[nodiscard]] std::size_t rowCount() const { return m_rowCount; }
    [[nodiscard]] std::size_t columnCount() const { return m_columns.size(); }
    [[nodiscard]] bool isNull(std::size_t row, std::size_t column) const;
    // Empty for NULL. Valid as long as the block.
    [[nodiscard]] base::ByteView cell(std::size_t row, std::size_t column) const;
    // All heap bytes that this block holds.
    [[nodiscard]] std::size_t memoryBytes() const;

private:
    friend class RowBlockBuilder;
    struct Column {
        std::uint32_t widthBytes = 0;            // 0: variable, see ends
        base::Bytes data;                        // fixed: rowCount * width (NULL rows zero); variable: concatenated
        std::vector<std::uint32_t> ends;         // variable only: end offset of each row's cell
        std::vector<std::uint64_t> nullBits;     // empty: no NULL in the block
    };
    std::vector<Column> m_columns;
    std::size_t m_rowCount = 0;
};

class RowBlockBuilder {
public:
    explicit RowBlockBuilder(const ColumnSet& columns);
    // One call per cell, row by row, column by column. A cell of a fixed-width column must have that width.
    void appendNull();
    void append(base::ByteView cell);
    [[nodiscard]] std::size_t rowCount() const;       // complete rows
    [[nodiscard]] std::size_t payloadBytes() const;   // decides when a block is full
    // Take a block well before a column's payload reaches 4 GiB (offsets are 32-bit).
    // Hands the block out, shrunk to size, and starts the next one. Precondition: the last row is complete.
    [[nodiscard]] std::shared_ptr<const RowBlock> take();

private:
    void startBlock();
    void finishCell();

    std::vector<std::uint32_t> m_widths;
    std::unique_ptr<RowBlock> m_block;
    std::size_t m_nextColumn = 0;
    std::size_t m_payloadBytes = 0;
};

// The one width that all non-NULL cells of this type have in row form (int 4, money 8, uniqueidentifier 16), 0 if it varies.
// Decimals vary (5, 9, 13, 17 by precision; constant within a column, so given too).
[[nodiscard]] std::uint32_t fixedWidthBytes(const SqlType& type);

}  // namespace es::types
