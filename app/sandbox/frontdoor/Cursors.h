// Server cursors of one connection: a result kept as it was when the cursor was opened (static, read-only), handed out piece by piece.
// Thread: the session thread.                                                     tds reference 6.3: sp_cursoropen, -fetch, -close
#pragma once

#include "app/sandbox/engine/EngineSession.h"

#include <algorithm>
#include <map>

namespace es::sandbox {

// Bits of @scrollopt, @ccopt and @fetchtype, as the procedures' documentation has them.
inline constexpr std::int32_t kScrollKeyset = 0x1, kScrollDynamic = 0x2, kScrollForwardOnly = 0x4, kScrollStatic = 0x8, kScrollFastForward = 0x10,
    kScrollTypes = 0x1F, kScrollParameterized = 0x1000, kScrollAutoFetch = 0x2000;
inline constexpr std::int32_t kConcurrencyReadOnly = 0x1;
inline constexpr std::int32_t kFetchFirst = 0x1, kFetchNext = 0x2, kFetchPrevious = 0x4, kFetchLast = 0x8, kFetchAbsolute = 0x10,
    kFetchRelative = 0x20, kFetchRefresh = 0x80, kFetchInfo = 0x100, kFetchPreviousNoAdjust = 0x200, kFetchSkipConcurrency = 0x400;

class Cursor {
public:
    ResultShape shape;
    bool forwardOnly = false;

    void add(std::span<const Cell> row);
    [[nodiscard]] std::int32_t rowCount() const { return static_cast<std::int32_t>(m_ends.size() / std::max<std::size_t>(1, shape.columns.size())); }
    [[nodiscard]] std::size_t memoryBytes() const { return m_bytes.size() + m_ends.size() * sizeof(m_ends[0]); }

    // Moves to the block of rows that a fetch asks for: [begin, end), from 0. Nothing: this fetch type is not one of the cursor's.
    struct Block {
        std::int32_t begin = 0, end = 0;
    };
    [[nodiscard]] std::optional<Block> move(std::int32_t fetchType, std::int32_t row, std::int32_t count);
    // Of the last fetch: its row `row`, from 1, or all of them for 0. Nothing: there is no such row.
    [[nodiscard]] std::optional<Block> fetched(std::int32_t row) const;
    // @rownum of an information fetch: of the first row of the block, from 1; 0 before the first, -1 behind the last.
    [[nodiscard]] std::int32_t position() const;
    // Valid until the next add().
    void rowAt(std::int32_t row, std::vector<Cell>& cells) const;

private:
    base::Bytes m_bytes;
    struct CellEnd {
        std::uint64_t end;
        bool null;
    };
    std::vector<CellEnd> m_ends;
    Block m_block;         // of the last fetch
    bool m_before = true;  // before the first fetch, or in front of the first row
};

class Cursors {
public:
    static constexpr std::size_t kMaxOpen = 1000;
    static constexpr std::size_t kMaxBytes = std::size_t{256} << 20;  // of one cursor

    // Nothing when there are too many.
    std::optional<std::int32_t> add(Cursor cursor);
    [[nodiscard]] Cursor* find(std::int32_t handle);
    bool close(std::int32_t handle);  // -1: all
    void clear() { m_cursors.clear(); }

private:
    std::map<std::int32_t, Cursor> m_cursors;
    std::int32_t m_last = 180'150'000;  // handles are large numbers: nobody should mistake them for anything else
};

}  // namespace es::sandbox
