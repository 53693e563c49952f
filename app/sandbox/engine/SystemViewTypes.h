// What the files of the system views share: column types as SQL Server documents them, and the families' tables. Internal to them.
// Thread: any (constants).
#pragma once

#include "app/sandbox/engine/StorageCodec.h"
#include "app/sandbox/engine/SystemViews.h"
#include "driver/types/TypeNames.h"

namespace es::sandbox::views {

inline const types::SqlType kInt = types::makeType(types::TypeId::kInt);
inline const types::SqlType kBigInt = types::makeType(types::TypeId::kBigInt);
inline const types::SqlType kSmallInt = types::makeType(types::TypeId::kSmallInt);
inline const types::SqlType kTinyInt = types::makeType(types::TypeId::kTinyInt);
inline const types::SqlType kBit = types::makeType(types::TypeId::kBit);
inline const types::SqlType kVariant = types::makeType(types::TypeId::kSqlVariant);
inline const types::SqlType kDateTime = types::makeType(types::TypeId::kDateTime);
inline const types::SqlType kGuid = types::makeType(types::TypeId::kUniqueIdentifier);
inline const types::SqlType kSysname = types::makeSized(types::TypeId::kNVarChar, 128);
inline const types::SqlType kName60 = types::makeSized(types::TypeId::kNVarChar, 60);
inline const types::SqlType kPath = types::makeSized(types::TypeId::kNVarChar, 4000);
inline const types::SqlType kTextMax = types::makeSized(types::TypeId::kNVarChar, types::kMaxLength);
inline const types::SqlType kChar2 = types::makeSized(types::TypeId::kChar, 2);
inline const types::SqlType kYesNo = types::makeSized(types::TypeId::kVarChar, 3);
inline const types::SqlType kBinaryMax = types::makeSized(types::TypeId::kVarBinary, types::kMaxLength);
inline const types::SqlType kBinary8000 = types::makeSized(types::TypeId::kVarBinary, 8000);

struct ViewEntry {
    std::string_view name; // folded, with schema
    SystemView (*make)(SessionFacts&);
};

[[nodiscard]] inline std::string quoted(std::string_view text)
{
    return sqlLiteral(Stored(std::string(text)));
}

// A view of these columns without a row.
[[nodiscard]] SystemView noRows(std::vector<SystemViewColumn> columns);
// ", (a, b)" for VALUES, or "VALUES (a, b)" for the first row.
void addRow(std::string& rows, const std::string& cells);
// The view whose rows `addRow` made.
[[nodiscard]] SystemView withRows(std::vector<SystemViewColumn> columns, std::string rows);
// The 12 columns that sys.objects and all its relatives begin with.
[[nodiscard]] std::vector<SystemViewColumn> objectColumns();
// CASE .. END over a column with TypeId numbers: the name of the type.
[[nodiscard]] std::string typeNameCase(std::string_view column);

// The text of a default, check or computed column as SQL Server keeps it: ((0)), (getdate()).
[[nodiscard]] std::string constraintDefinition(const std::string& text);

[[nodiscard]] std::span<const ViewEntry> schemaViews(); // SystemViewsSchema.cpp: INFORMATION_SCHEMA
[[nodiscard]] std::span<const ViewEntry> serverViews(); // SystemViewsServer.cpp: sessions, connections, data types
[[nodiscard]] std::span<const ViewEntry> constraintViews(); // SystemViewsConstraints.cpp: keys, checks, defaults, computed columns

} // namespace es::sandbox::views
