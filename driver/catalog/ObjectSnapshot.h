// What a tree of a database shows beyond its tables, columns and keys: indexes, views, procedures, row counts; and the questions
// that find it out. Values and text alone. Thread: any (immutable once built).
#pragma once

#include "driver/catalog/CatalogRows.h"
#include "driver/catalog/CatalogSnapshot.h"

#include <optional>

namespace es::catalog {

struct IndexColumn {
    std::int32_t columnId = 0; // of Column
    bool descending = false;
    bool included = false; // carried along, no part of the key
};

struct Index {
    std::int32_t id = 0; // sys.indexes.index_id
    std::string name;
    std::string kind; // as the server says: CLUSTERED, NONCLUSTERED, ...
    bool unique = false;
    bool primaryKey = false;
    bool uniqueConstraint = false;
    bool disabled = false;
    std::vector<IndexColumn> columns; // key columns in their order, then the included ones
};

// A view or a stored procedure.
struct NamedObject {
    std::int32_t objectId = 0;
    std::string schema;
    std::string name;
};

struct TableDetails {
    std::int32_t objectId = 0; // of Table
    std::optional<std::int64_t> rowCount; // none: the server did not tell
    std::vector<Index> indexes; // by index id

    [[nodiscard]] bool inPrimaryKey(std::int32_t columnId) const;
};

struct ObjectSnapshot {
    CatalogSnapshot catalog;
    std::vector<TableDetails> details; // one per table of `catalog`, in the same order
    std::vector<NamedObject> views; // by schema and name
    std::vector<NamedObject> procedures;
};

enum class ObjectQuestion : std::uint8_t { kIndexes, kIndexColumns, kRowCounts, kViews, kProcedures };
inline constexpr std::size_t kObjectQuestionCount = 5;

// One SELECT per question, without parameters.                                                      (sql-surface 4)
[[nodiscard]] std::string_view queryText(ObjectQuestion question);
// The answers, in the order of the enumeration, laid over the tables of `catalog`. Errors: kUnexpectedResult.
[[nodiscard]] base::Result<ObjectSnapshot> buildObjectSnapshot(CatalogSnapshot catalog, const std::vector<CatalogRows>& answers);

} // namespace es::catalog
