#include "driver/catalog/ObjectSnapshot.h"

#include <algorithm>
#include <array>
#include <unordered_map>

namespace es::catalog {

namespace {

constexpr std::array<std::string_view, kObjectQuestionCount> kQueries{
    // kIndexes: index 0 is the heap itself
    "SELECT i.object_id, i.index_id, i.name, i.type_desc, i.is_unique, i.is_primary_key, i.is_unique_constraint, i.is_disabled "
    "FROM sys.indexes AS i JOIN sys.tables AS t ON t.object_id = i.object_id WHERE i.index_id > 0 ORDER BY i.object_id, i.index_id;",
    // kIndexColumns
    "SELECT x.object_id, x.index_id, x.column_id, x.is_descending_key, x.is_included_column FROM sys.index_columns AS x "
    "JOIN sys.tables AS t ON t.object_id = x.object_id "
    "ORDER BY x.object_id, x.index_id, x.is_included_column, x.key_ordinal, x.index_column_id;",
    // kRowCounts: from the server's own books, nothing is counted
    "SELECT p.object_id, SUM(p.rows) AS row_count FROM sys.partitions AS p JOIN sys.tables AS t ON t.object_id = p.object_id "
    "WHERE p.index_id IN (0, 1) GROUP BY p.object_id;",
    // kViews
    "SELECT v.object_id, s.name AS schema_name, v.name FROM sys.views AS v JOIN sys.schemas AS s ON s.schema_id = v.schema_id "
    "ORDER BY s.name, v.name;",
    // kProcedures
    "SELECT p.object_id, s.name AS schema_name, p.name FROM sys.procedures AS p JOIN sys.schemas AS s ON s.schema_id = p.schema_id "
    "ORDER BY s.name, p.name;",
};

using DetailsById = std::unordered_map<std::int64_t, TableDetails*>;

TableDetails* detailsOf(const DetailsById& byId, std::int64_t objectId)
{
    const auto found = byId.find(objectId);
    return found == byId.end() ? nullptr : found->second; // null: made between two questions
}

base::Result<void> readIndexes(const CatalogRows& rows, const DetailsById& byId)
{
    for (RowCursor row(rows); row.next();) {
        Index index;
        const std::int64_t owner = row.integer("object_id");
        index.id = static_cast<std::int32_t>(row.integer("index_id"));
        index.name = row.text("name");
        index.kind = row.text("type_desc");
        index.unique = row.integer("is_unique") != 0;
        index.primaryKey = row.integer("is_primary_key") != 0;
        index.uniqueConstraint = row.integer("is_unique_constraint") != 0;
        index.disabled = row.integer("is_disabled") != 0;
        ES_CHECK(row.status());
        if (TableDetails* const details = detailsOf(byId, owner)) details->indexes.push_back(std::move(index));
    }
    return {};
}

base::Result<void> readIndexColumns(const CatalogRows& rows, const DetailsById& byId)
{
    for (RowCursor row(rows); row.next();) {
        const std::int64_t owner = row.integer("object_id");
        const std::int64_t indexId = row.integer("index_id");
        IndexColumn column;
        column.columnId = static_cast<std::int32_t>(row.integer("column_id"));
        column.descending = row.integer("is_descending_key") != 0;
        column.included = row.integer("is_included_column") != 0;
        ES_CHECK(row.status());
        TableDetails* const details = detailsOf(byId, owner);
        if (!details) continue;
        for (Index& index : details->indexes)
            if (index.id == indexId) index.columns.push_back(column);
    }
    return {};
}

base::Result<void> readRowCounts(const CatalogRows& rows, const DetailsById& byId)
{
    for (RowCursor row(rows); row.next();) {
        const std::int64_t owner = row.integer("object_id");
        const std::int64_t count = row.integer("row_count");
        ES_CHECK(row.status());
        if (TableDetails* const details = detailsOf(byId, owner)) details->rowCount = count;
    }
    return {};
}

base::Result<std::vector<NamedObject>> readNames(const CatalogRows& rows)
{
    std::vector<NamedObject> objects;
    for (RowCursor row(rows); row.next();) {
        NamedObject object{static_cast<std::int32_t>(row.integer("object_id")), row.text("schema_name"), row.text("name")};
        ES_CHECK(row.status());
        objects.push_back(std::move(object));
    }
    return objects;
}

} // namespace

bool TableDetails::inPrimaryKey(std::int32_t columnId) const
{
    return std::any_of(indexes.begin(), indexes.end(), [&](const Index& index) {
        return index.primaryKey && std::any_of(index.columns.begin(), index.columns.end(), [&](const IndexColumn& c) {
            return c.columnId == columnId && !c.included;
        });
    });
}

std::string_view queryText(ObjectQuestion question)
{
    return kQueries[static_cast<std::size_t>(question)];
}

base::Result<ObjectSnapshot> buildObjectSnapshot(CatalogSnapshot catalog, const std::vector<CatalogRows>& answers)
{
    if (answers.size() != kObjectQuestionCount)
        return base::makeError(kUnexpectedResult,
            "The catalog was not read completely: " + std::to_string(answers.size()) + " of " + std::to_string(kObjectQuestionCount)
                + " answers came.");
    const auto answer = [&](ObjectQuestion q) -> const CatalogRows& { return answers[static_cast<std::size_t>(q)]; };
    ObjectSnapshot snapshot;
    snapshot.catalog = std::move(catalog);
    snapshot.details.resize(snapshot.catalog.tables.size());
    DetailsById byId;
    for (std::size_t i = 0; i < snapshot.details.size(); ++i) {
        snapshot.details[i].objectId = snapshot.catalog.tables[i].objectId;
        byId.emplace(snapshot.details[i].objectId, &snapshot.details[i]);
    }
    ES_CHECK(readIndexes(answer(ObjectQuestion::kIndexes), byId));
    ES_CHECK(readIndexColumns(answer(ObjectQuestion::kIndexColumns), byId));
    ES_CHECK(readRowCounts(answer(ObjectQuestion::kRowCounts), byId));
    ES_TRY(snapshot.views, readNames(answer(ObjectQuestion::kViews)));
    ES_TRY(snapshot.procedures, readNames(answer(ObjectQuestion::kProcedures)));
    return snapshot;
}

} // namespace es::catalog
