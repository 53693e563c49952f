#include "driver/tds/TableValue.h"

#include "driver/tds/Errors.h"

namespace es::tds {
namespace {

constexpr std::uint16_t kNullTable = 0xFFFF;
constexpr std::uint16_t kColumnDefault = 0x0200;  // no data of it in the rows
constexpr std::uint8_t kEnd = 0x00;
constexpr std::uint8_t kRow = 0x01;
constexpr std::uint8_t kOrderUnique = 0x10;
constexpr std::uint8_t kColumnOrdering = 0x11;

using TableColumn = TableValue::TableColumn;

base::Result<TableColumn> readTableColumn(base::ByteReader& reader)
{
    TableColumn column;
    column.userType = reader.u32le();
    column.flags = reader.u16le();
    ES_TRY(column.type, readTypeInfo(reader, Place::kRpc));
    column.name = reader.bVarchar();
    return column;
}

base::Result<void> readOptionalMetadata(base::ByteReader& reader, TableValue& table)
{
    for (;;) {
        const std::uint8_t kind = reader.u8();
        if (!reader.ok() || kind == kEnd)
            return {};
        if (kind != kOrderUnique && kind != kColumnOrdering)
            return protocolError(kMalformed, "A table-valued parameter has a part that nobody knows.");
        for (int left = reader.u16le(); left > 0 && reader.ok(); --left) {
            const std::uint16_t column = reader.u16le();
            if (kind == kOrderUnique)
                table.orderUnique.push_back({column, reader.u8()});
            else
                table.columnOrdering.push_back(column);
        }
    }
}

base::Result<void> readRows(base::ByteReader& reader, TableValue& table)
{
    for (;;) {
        const std::uint8_t kind = reader.u8();
        if (!reader.ok() || kind == kEnd)
            return {};
        if (kind != kRow)
            return protocolError(kMalformed, "A table-valued parameter has a row that does not begin like one.");
        std::vector<std::optional<base::Bytes>> row;
        for (const TableColumn& column : table.columns) {
            if ((column.flags & kColumnDefault) != 0) {
                row.emplace_back();
                continue;
            }
            ES_TRY(std::optional<base::Bytes> value, readValue(reader, cellLayoutOf(column.type, Place::kRpc)));
            row.push_back(std::move(value));
        }
        table.rows.push_back(std::move(row));
    }
}

void appendOptionalMetadata(base::ByteWriter& out, const TableValue& table)
{
    if (!table.orderUnique.empty()) {
        out.u8(kOrderUnique);
        out.u16le(static_cast<std::uint16_t>(table.orderUnique.size()));
        for (const TableValue::OrderUnique& order : table.orderUnique) {
            out.u16le(order.column);
            out.u8(order.flags);
        }
    }
    if (!table.columnOrdering.empty()) {
        out.u8(kColumnOrdering);
        out.u16le(static_cast<std::uint16_t>(table.columnOrdering.size()));
        for (const std::uint16_t column : table.columnOrdering)
            out.u16le(column);
    }
    out.u8(kEnd);
}

}  // namespace

base::Result<void> appendTableValue(base::ByteWriter& out, const TableValue& table)
{
    out.u16le(table.isNull ? kNullTable : static_cast<std::uint16_t>(table.columns.size()));
    for (const TableColumn& column : table.columns) {
        if (table.isNull)
            break;
        out.u32le(column.userType);
        out.u16le(column.flags);
        appendTypeInfo(out, column.type, Place::kRpc);
        out.bVarchar(column.name);
    }
    appendOptionalMetadata(out, table);
    for (const auto& row : table.rows) {
        if (row.size() != table.columns.size())
            return base::makeError(
                kCannotEncode, "A row of a table-valued parameter has another number of cells than the table has columns.");
        out.u8(kRow);
        for (std::size_t i = 0; i < row.size(); ++i)
            if ((table.columns[i].flags & kColumnDefault) == 0)
                appendCell(out, cellLayoutOf(table.columns[i].type, Place::kRpc), row[i] ? Cell{*row[i], false} : Cell{});
    }
    out.u8(kEnd);
    return {};
}

base::Result<TableValue> readTableValue(base::ByteReader& reader)
{
    TableValue table;
    const std::uint16_t count = reader.u16le();
    table.isNull = count == kNullTable;
    for (int left = table.isNull ? 0 : count; left > 0; --left) {
        ES_TRY(TableColumn column, readTableColumn(reader));
        table.columns.push_back(std::move(column));
    }
    ES_CHECK(readOptionalMetadata(reader, table));
    ES_CHECK(readRows(reader, table));
    if (!reader.ok())
        return protocolError(kTruncated, "A table-valued parameter is cut off.");
    return table;
}

}  // namespace es::tds
