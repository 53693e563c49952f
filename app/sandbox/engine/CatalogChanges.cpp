// CatalogStore: the changes.
#include "app/sandbox/engine/CatalogStore.h"

#include "app/sandbox/engine/CatalogConstraints.h"
#include "driver/types/TypeNames.h"

namespace es::sandbox {

using base::Result;

Result<void> CatalogStore::run(std::string_view sql, std::initializer_list<Stored> values)
{
    const auto* id = values.size() > 0 ? std::get_if<std::int64_t>(&*values.begin()) : nullptr;
    const bool temporary = id && *id >= kFirstTemporaryId;
    return m_connection.run(temporary ? twinText(sql) : std::string(sql), values);
}

Result<void> CatalogStore::changed(std::int32_t objectId)
{
    const std::string_view sql = "UPDATE es_meta SET value=value+1 WHERE name='version'";
    return m_connection.run(isTemporaryId(objectId) ? twinText(sql) : std::string(sql));
}

Result<std::int32_t> CatalogStore::nextId(std::string_view counter, bool temporary)
{
    const auto text = [&](std::string_view sql) { return temporary ? twinText(sql) : std::string(sql); };
    ES_CHECK(run(text("UPDATE es_meta SET value=value+1 WHERE name=?1"), {std::string(counter)}));
    ES_TRY(SqliteStatement statement, m_connection.prepare(text("SELECT value FROM es_meta WHERE name=?1")));
    statement.bind(1, std::string(counter));
    ES_TRY([[maybe_unused]] const bool row, statement.step());
    return static_cast<std::int32_t>(statement.intAt(0));
}

Result<std::int32_t> CatalogStore::addObject(std::int32_t schemaId, std::int32_t parentId, const std::string& name, std::string_view type)
{
    ES_TRY(const std::int32_t id, nextId("object", isTemporaryId(parentId) || (parentId == 0 && isTemporaryName(name))));
    ES_CHECK(run("INSERT INTO es_objects VALUES(?1,?2,?3,?4,?5,?6,?6)",
        {std::int64_t{id}, std::int64_t{schemaId}, std::int64_t{parentId}, name, std::string(type), storedNow()}));
    ES_CHECK(changed(id));
    return id;
}

Result<void> CatalogStore::removeObject(std::int32_t objectId)
{
    ES_CHECK(ConstraintStore(m_connection).forget(objectId));
    for (const char* sql : {"DELETE FROM es_index_columns WHERE object_id=?1", "DELETE FROM es_encrypted_indexes WHERE object_id=?1",
             "DELETE FROM es_indexes WHERE object_id=?1",
             "DELETE FROM es_columns WHERE object_id=?1", "DELETE FROM es_permissions WHERE class=1 AND major_id=?1",
             "DELETE FROM es_objects WHERE object_id=?1 OR parent_object_id=?1"})
        ES_CHECK(run(sql, {std::int64_t{objectId}}));
    return changed(objectId);
}

Result<void> CatalogStore::putColumn(std::int32_t objectId, const CatalogColumn& column)
{
    const bool identity = column.identity.has_value();
    Stored last = identity && column.identity->last ? Stored(*column.identity->last) : Stored(std::monostate{});
    if (identity) {
        // INSERTs count on without a change of version: what was read some time ago may have been overtaken.
        ES_TRY(const std::optional<std::int64_t> now, this->identity(objectId, column.id));
        if (now) last = *now;
    }
    ES_CHECK(run("INSERT OR REPLACE INTO es_columns VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19,?20,?21,"
                 "?22,?23,?24)",
        {std::int64_t{objectId}, std::int64_t{column.id}, column.name, static_cast<std::int64_t>(column.type.id),
            std::int64_t{column.type.lengthBytes}, std::int64_t{column.type.precision}, std::int64_t{column.type.scale},
            std::int64_t{column.type.collation.info}, std::int64_t{column.type.collation.sortId}, column.collationName,
            std::int64_t{column.nullable}, std::int64_t{identity}, identity ? column.identity->seed : 0,
            identity ? column.identity->increment : 0, last, static_cast<std::int64_t>(column.encryption), std::int64_t{column.cekId},
            std::int64_t{column.defaultObjectId}, column.defaultName, column.defaultText, std::int64_t{types::systemTypeId(column.type.id)},
            std::int64_t{types::maxLengthColumn(column.type)}, std::int64_t{types::precisionColumn(column.type)},
            std::int64_t{types::scaleColumn(column.type)}}));
    ES_CHECK(run("UPDATE es_objects SET modify_date=?2 WHERE object_id=?1", {std::int64_t{objectId}, storedNow()}));
    return changed(objectId);
}

Result<void> CatalogStore::removeColumn(std::int32_t objectId, std::int32_t columnId)
{
    ES_CHECK(ConstraintStore(m_connection).forgetColumn(objectId, columnId));
    for (const char* sql : {"DELETE FROM es_columns WHERE object_id=?1 AND column_id=?2",
             "DELETE FROM es_permissions WHERE class=1 AND major_id=?1 AND minor_id=?2"})
        ES_CHECK(run(sql, {std::int64_t{objectId}, std::int64_t{columnId}}));
    return changed(objectId);
}

Result<void> CatalogStore::addIndex(std::int32_t objectId, const CatalogIndex& index)
{
    ES_CHECK(run("INSERT INTO es_indexes VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
        {std::int64_t{objectId}, std::int64_t{index.id}, index.name, std::int64_t{index.clustered}, std::int64_t{index.unique},
            std::int64_t{index.primaryKey}, std::int64_t{index.uniqueConstraint}, std::int64_t{index.constraintObjectId}}));
    std::int64_t position = 0;
    for (const CatalogIndexColumn& column : index.columns)
        ES_CHECK(run("INSERT INTO es_index_columns VALUES(?1,?2,?3,?4,?5,?6)",
            {std::int64_t{objectId}, std::int64_t{index.id}, ++position, std::int64_t{column.columnId}, std::int64_t{column.descending},
                std::int64_t{column.included}}));
    return changed(objectId);
}

Result<void> CatalogStore::removeIndex(std::int32_t objectId, std::int32_t indexId)
{
    ES_CHECK(ConstraintStore(m_connection).forgetIndex(objectId, indexId));
    ES_CHECK(run("DELETE FROM es_objects WHERE object_id=(SELECT constraint_object_id FROM es_indexes WHERE object_id=?1 AND index_id=?2)",
        {std::int64_t{objectId}, std::int64_t{indexId}}));
    for (const char* sql :
        {"DELETE FROM es_index_columns WHERE object_id=?1 AND index_id=?2",
            "DELETE FROM es_encrypted_indexes WHERE object_id=?1 AND index_id=?2", "DELETE FROM es_indexes WHERE object_id=?1 AND index_id=?2"})
        ES_CHECK(run(sql, {std::int64_t{objectId}, std::int64_t{indexId}}));
    return changed(objectId);
}

Result<void> CatalogStore::setIndexState(std::int32_t objectId, std::int32_t indexId, IndexState state)
{
    ES_CHECK(run("INSERT OR REPLACE INTO es_encrypted_indexes VALUES(?1,?2,?3)",
        {std::int64_t{objectId}, std::int64_t{indexId}, static_cast<std::int64_t>(state)}));
    return changed(objectId);
}

Result<std::int32_t> CatalogStore::addSchema(const std::string& name)
{
    ES_TRY(const std::int32_t id, nextId("schema"));
    ES_CHECK(run("INSERT INTO es_schemas VALUES(?1,?2)", {std::int64_t{id}, name}));
    ES_CHECK(changed());
    return id;
}

Result<void> CatalogStore::removeSchema(std::int32_t schemaId)
{
    for (const char* sql : {"DELETE FROM es_schemas WHERE schema_id=?1", "DELETE FROM es_permissions WHERE class=3 AND major_id=?1"})
        ES_CHECK(run(sql, {std::int64_t{schemaId}}));
    return changed();
}

Result<void> CatalogStore::addMasterKey(const CatalogMasterKey& key)
{
    ES_TRY(const std::int32_t id, nextId("cmk"));
    ES_CHECK(run("INSERT INTO es_cmks VALUES(?1,?2,?3,?4,?5,?6,?7,?7)",
        {std::int64_t{id}, key.name, key.providerName, key.keyPath, std::int64_t{key.allowEnclave},
            key.allowEnclave ? Stored(key.signature) : Stored(std::monostate{}), storedNow()}));
    return changed();
}

Result<void> CatalogStore::removeMasterKey(std::int32_t id)
{
    ES_CHECK(run("DELETE FROM es_cmks WHERE cmk_id=?1", {std::int64_t{id}}));
    return changed();
}

Result<void> CatalogStore::putEncryptionKey(CatalogEncryptionKey key)
{
    // Opaque to clients; the counter makes it new, the time makes it differ from a database of the same name made again.
    ES_TRY(const std::int32_t stamp, nextId("stamp"));
    const auto now = static_cast<std::uint64_t>(storedNow());
    base::Bytes version(8);
    for (std::size_t i = 0; i < 8; ++i)
        version[i] = static_cast<base::Byte>(i < 3 ? static_cast<std::uint32_t>(stamp) >> (8 * i) : now >> (8 * (i - 3)));
    if (key.id == 0) {
        ES_TRY(key.id, nextId("cek"));
        ES_CHECK(run("INSERT INTO es_ceks VALUES(?1,?2,?3,?4,?4)", {std::int64_t{key.id}, key.name, version, storedNow()}));
    } else {
        ES_CHECK(
            run("UPDATE es_ceks SET metadata_version=?2, modify_date=?3 WHERE cek_id=?1", {std::int64_t{key.id}, version, storedNow()}));
        ES_CHECK(run("DELETE FROM es_cek_values WHERE cek_id=?1", {std::int64_t{key.id}}));
    }
    std::int64_t position = 0;
    for (const CatalogKeyValue& value : key.values)
        ES_CHECK(run("INSERT INTO es_cek_values VALUES(?1,?2,?3,?4,?5)",
            {std::int64_t{key.id}, ++position, std::int64_t{value.cmkId}, value.encryptedValue, value.algorithm}));
    return changed();
}

Result<void> CatalogStore::removeEncryptionKey(std::int32_t id)
{
    for (const char* sql : {"DELETE FROM es_cek_values WHERE cek_id=?1", "DELETE FROM es_ceks WHERE cek_id=?1"})
        ES_CHECK(run(sql, {std::int64_t{id}}));
    return changed();
}

Result<void> CatalogStore::setIdentity(std::int32_t objectId, std::int32_t columnId, std::int64_t last)
{
    return run(
        "UPDATE es_columns SET last_value=?3 WHERE object_id=?1 AND column_id=?2", {std::int64_t{objectId}, std::int64_t{columnId}, last});
}

Result<std::optional<std::int64_t>> CatalogStore::identity(std::int32_t objectId, std::int32_t columnId)
{
    ES_TRY(SqliteStatement statement, m_connection.prepare(isTemporaryId(objectId)
            ? "SELECT last_value FROM et_columns WHERE object_id=?1 AND column_id=?2"
            : "SELECT last_value FROM es_columns WHERE object_id=?1 AND column_id=?2"));
    statement.bindInt(1, objectId);
    statement.bindInt(2, columnId);
    ES_TRY(const bool row, statement.step());
    return row && !statement.isNull(0) ? std::optional(statement.intAt(0)) : std::nullopt;
}

} // namespace es::sandbox
