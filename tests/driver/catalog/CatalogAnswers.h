// Answers of catalog queries made by hand, cell by cell in row form. Thread: any.
#pragma once

#include "driver/base/Utf16.h"
#include "driver/catalog/CatalogRows.h"
#include "driver/types/TypeNames.h"

#include <optional>
#include <variant>

namespace es::test {

// std::monostate: NULL.
using AnswerCell = std::variant<std::monostate, int, std::string, base::Bytes>;

struct AnswerColumn {
    const char* name;
    types::SqlType type;
};

inline types::SqlType sysname()
{
    return types::makeSized(types::TypeId::kNVarChar, 128);
}
inline types::SqlType integer()
{
    return types::makeType(types::TypeId::kInt);
}
inline types::SqlType binary()
{
    return types::makeSized(types::TypeId::kVarBinary, 8000);
}

inline catalog::CatalogRows answer(const std::vector<AnswerColumn>& columns, const std::vector<std::vector<AnswerCell>>& rows)
{
    auto set = std::make_shared<types::ColumnSet>();
    for (const AnswerColumn& column : columns) {
        types::ColumnInfo info;
        info.name = column.name;
        info.type = column.type;
        set->push_back(std::move(info));
    }
    types::RowBlockBuilder builder(*set);
    for (const auto& row : rows) {
        for (const AnswerCell& cell : row) {
            if (const auto* number = std::get_if<int>(&cell)) {
                const auto value = static_cast<std::uint32_t>(*number);
                const base::Bytes bytes{static_cast<base::Byte>(value), static_cast<base::Byte>(value >> 8),
                    static_cast<base::Byte>(value >> 16), static_cast<base::Byte>(value >> 24)};
                builder.append(bytes);
            } else if (const auto* text = std::get_if<std::string>(&cell)) {
                builder.append(base::utf16leFromUtf8(*text));
            } else if (const auto* bytes = std::get_if<base::Bytes>(&cell)) {
                builder.append(*bytes);
            } else {
                builder.appendNull();
            }
        }
    }
    return {set, {builder.take()}};
}

} // namespace es::test
