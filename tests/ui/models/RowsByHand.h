// Result rows made by hand for models and reports. Thread: any.
#pragma once

#include "driver/types/RowBlock.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"
#include "driver/types/Value.h"

namespace es::test {

inline std::shared_ptr<const types::ColumnSet> columnsOf(std::initializer_list<std::pair<const char*, types::SqlType>> columns)
{
    auto set = std::make_shared<types::ColumnSet>();
    for (const auto& [name, type] : columns) {
        types::ColumnInfo info;
        info.name = name;
        info.type = type;
        set->push_back(std::move(info));
    }
    return set;
}

inline std::shared_ptr<const types::RowBlock> rowsOf(const types::ColumnSet& columns, const std::vector<std::vector<types::Value>>& rows)
{
    types::RowBlockBuilder builder(columns);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (types::isNull(row[i]))
                builder.appendNull();
            else
                builder.append(types::encodeRowForm(row[i], columns[i].type).value());
        }
    }
    return builder.take();
}

} // namespace es::test
