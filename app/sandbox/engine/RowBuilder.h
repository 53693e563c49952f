// Result sets that the server itself makes, cell by cell: describe answers, sp_configure. Thread: session thread only.
#pragma once

#include "app/sandbox/engine/Session.h"
#include "driver/base/Utf16.h"

namespace es::sandbox {

// One row of cells of mixed types, kept alive while the sink reads it.
class RowBuilder {
public:
    void integer(std::int64_t value, std::size_t widthBytes)
    {
        base::Bytes bytes(widthBytes);
        for (std::size_t i = 0; i < widthBytes; ++i)
            bytes[i] = static_cast<base::Byte>(static_cast<std::uint64_t>(value) >> (8 * i));
        m_cells.push_back(std::move(bytes));
    }
    void text(std::string_view value) { m_cells.push_back(base::utf16leFromUtf8(value)); }
    void bytes(base::ByteView value) { m_cells.push_back(base::Bytes(value.begin(), value.end())); }
    void null() { m_cells.push_back(std::nullopt); }
    bool send(SinkGuard& sink)
    {
        std::vector<Cell> cells;
        for (const auto& cell : m_cells)
            cells.push_back(cell ? Cell{*cell, false} : Cell{});
        const bool alive = sink.row(cells);
        m_cells.clear();
        return alive;
    }

private:
    std::vector<std::optional<base::Bytes>> m_cells;
};

[[nodiscard]] inline ResultColumn resultColumn(std::string name, types::SqlType type, bool nullable = false)
{
    return {std::move(name), type, nullable, false, true, {}};
}

} // namespace es::sandbox
