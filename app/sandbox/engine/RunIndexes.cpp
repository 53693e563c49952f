// Session: indexes on enclave-enabled randomized columns: made, kept with every change of a cell, searched, disabled and made anew.
// The key comes from the caller's session with the enclave; a caller who never brought one works with keys that others have left there.
#include "app/sandbox/engine/IndexCatalog.h"
#include "app/sandbox/engine/Session.h"

#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

const CatalogColumn& keyOf(const CatalogTable& table, const CatalogIndex& index)
{
    return *table.columnById(index.columns.front().columnId);
}

EnclaveKeyId keyIdOf(const Catalog& catalog, const CatalogColumn& column)
{
    return {static_cast<std::uint32_t>(catalog.databaseId), static_cast<std::uint16_t>(column.cekId)};
}

void addOnce(std::vector<std::int32_t>& keys, std::int32_t key)
{
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
}

} // namespace

void keysOfIndexes(const tsql::Statement& statement, const Catalog& catalog, std::vector<std::int32_t>& out)
{
    const auto keysOf = [&](const CatalogTable* table) {
        for (std::size_t i = 0; table && i < table->indexes.size(); ++i)
            if (table->indexes[i].enclave) addOnce(out, keyOf(*table, table->indexes[i]).cekId);
    };
    if (const auto* create = std::get_if<tsql::CreateIndex>(&statement.node)) {
        const CatalogTable* table = catalog.table(create->table.schema(), create->table.object());
        for (std::size_t i = 0; table && i < create->columns.size(); ++i) {
            const CatalogColumn* column = table->column(create->columns[i].name.text);
            if (column && column->encryption == tsql::EncryptionKind::kRandomized && catalog.schemeOf(*column).enclaveEnabled)
                addOnce(out, column->cekId);
        }
    } else if (const auto* alter = std::get_if<tsql::AlterIndex>(&statement.node)) {
        if (alter->action == tsql::AlterIndexAction::kRebuild) keysOf(catalog.table(alter->table.schema(), alter->table.object()));
    } else if (const auto* dbcc = std::get_if<tsql::Dbcc>(&statement.node)) {
        if (dbcc->command == tsql::DbccCommand::kCheckTable) return keysOf(catalog.table(dbcc->name.schema(), dbcc->name.object()));
        if (dbcc->command != tsql::DbccCommand::kCheckDatabase) return;
        for (const CatalogTable& table : catalog.tables)
            keysOf(&table);
    }
}

void keysOfChange(const Binder::Dml& dml, const Catalog& catalog, std::vector<std::int32_t>& out)
{
    const auto keysOf = [&](const CatalogTable& table, const std::vector<std::int32_t>& changed) { // none: rows come or go
        for (const CatalogIndex& index : table.indexes)
            if (index.servesEnclave()
                && (changed.empty() || std::find(changed.begin(), changed.end(), index.columns.front().columnId) != changed.end()))
                addOnce(out, keyOf(table, index).cekId);
    };
    if (const CatalogTable* target = dml.outputTarget ? catalog.tableById(dml.outputTarget->objectId) : nullptr) keysOf(*target, {});
    std::vector<const CatalogTable*> tables;
    if (const CatalogTable* table = dml.table ? catalog.tableById(dml.table->objectId) : nullptr) tables.push_back(table);
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const CatalogTable& table = *tables[i];
        keysOf(table, dml.changedColumns);
        if (dml.kind != Binder::Dml::Kind::kDelete) continue;
        // Rows that go with theirs. The other actions of a foreign key write its own columns, which no such index is on.
        for (const Catalog::Reference& reference : catalog.referencesTo(table.objectId))
            if (!reference.key->disabled && reference.key->onDelete == RowAction::kCascade
                && std::find(tables.begin(), tables.end(), reference.table) == tables.end())
                tables.push_back(reference.table);
    }
}

Result<void> Session::checkEncryptedKey(const CatalogColumn& column, const CatalogIndex& index, std::size_t keyCount, std::int32_t line) const
{
    const bool enclave = m_facts.catalog->schemeOf(column).enclaveEnabled;
    if (!enclave || index.clustered)
        return sqlError(enclave ? 33567 : 33573,
            "Column '" + column.name
                + "' is encrypted using a randomized encryption type and is therefore not valid for use as a key column in a "
                  "constraint, index, or statistics.",
            line);
    const types::CollationFacts facts = types::factsOf(column.type.collation);
    if (types::isText(column.type.id) && !facts.bin2 && !facts.utf8)
        return sqlError(33569,
            "Column '" + column.name + "' is encrypted using a randomized encryption type and has the collation '"
                + types::collationName(column.type.collation) + "', which is neither BIN2 nor UTF8. It is therefore not valid for use as a key column in an index.",
            line);
    if (column.type.lengthBytes == types::kMaxLength)
        return sqlError(1919, "Column '" + column.name + "' is of a type that is invalid for use as a key column in an index.", line);
    if (keyCount > 1) return notSupported("An index with several key columns, one of them encrypted ('" + column.name + "')", line);
    return {};
}

Result<EnclaveSessionId> Session::maintenanceSession(const CatalogColumn& column, std::int32_t line)
{
    if (!m_shared->options().gate) return enclaveNotAvailable(line);
    if (!m_enclaveSession) return kAnySession;
    ES_CHECK(needKeys({m_facts.catalog->schemeOf(column)}, line));
    return *m_enclaveSession;
}

Result<EncryptedIndex> Session::encryptedIndex(const CatalogTable& table, const CatalogIndex& index, const EnclaveSessionId& session)
{
    EnclaveGate* gate = m_shared->options().gate;
    if (!gate) return enclaveNotAvailable(0);
    const CatalogColumn& column = keyOf(table, index);
    return EncryptedIndex(*m_connection, *gate, {session, keyIdOf(*m_facts.catalog, column), column.type},
        {indexTreeName(table, index), table.sqlName(), column.sqlName(), index.unique});
}

Result<void> Session::makeEncryptedIndex(const CatalogTable& table, const CatalogIndex& index, std::int32_t line)
{
    const CatalogColumn& column = keyOf(table, index);
    ES_TRY(const EnclaveSessionId session, maintenanceSession(column, line));
    if (session == kAnySession) { // also where there is no row to index: the caller learns it now
        ES_TRY(const bool held, m_shared->options().gate->hasKey(kAnySession, keyIdOf(*m_facts.catalog, column)));
        if (!held) return keyNotInEnclave(line);
    }
    ES_CHECK(layOutIndex(*m_connection, table, index));
    ES_TRY(EncryptedIndex work, encryptedIndex(table, index, session));
    auto built = work.build(m_stop);
    if (!built) return atLine(std::move(built).error(), line);
    if (*built) return {};
    return sqlError(1505,
        "The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the object name '" + table.schemaName + "."
            + table.name + "' and the index name '" + index.name + "'.",
        line);
}

Result<void> Session::dropEncryptedIndex(const CatalogTable& table, const CatalogIndex& index)
{
    return removeIndexParts(*m_connection, indexTreeName(table, index));
}

Result<void> Session::alterIndex(const tsql::AlterIndex& node, std::int32_t line)
{
    const auto work = [&]() -> Result<void> {
        ES_TRY(const CatalogTable* table, tableFor(node.table, line));
        CatalogStore store(*m_connection);
        bool found = node.name.text.empty();
        for (const CatalogIndex& index : table->indexes) {
            if (!node.name.text.empty() && !sameName(index.name, node.name.text)) continue;
            found = true;
            if (!index.enclave) {
                // SQLite's own indexes are never worn nor disabled: there is nothing to do.
                if (node.action == tsql::AlterIndexAction::kDisable)
                    return notSupported("ALTER INDEX .. DISABLE of an index that is not on an enclave-enabled randomized column", line);
                continue;
            }
            if (node.action == tsql::AlterIndexAction::kReorganize && index.state != IndexState::kValid)
                return sqlError(1973, "Cannot perform the specified operation on disabled index '" + index.name + "' on table '"
                        + table->schemaName + "." + table->name + "'.", line);
            if (node.action == tsql::AlterIndexAction::kReorganize) continue;
            ES_CHECK(dropEncryptedIndex(*table, index));
            const bool rebuild = node.action == tsql::AlterIndexAction::kRebuild;
            if (rebuild) ES_CHECK(makeEncryptedIndex(*table, index, line));
            ES_CHECK(store.setIndexState(table->objectId, index.id, rebuild ? IndexState::kValid : IndexState::kDisabled));
        }
        if (found) return {};
        return sqlError(2727, "Cannot find index '" + node.name.text + "'.", line, 1, 11);
    };
    return change(work);
}

Result<void> Session::keepIndexes()
{
    std::vector<IndexNote>& notes = m_program.notes();
    if (notes.empty()) return {};
    struct Delta {
        std::optional<IndexEntry> before, after;
    };
    // One row may be changed more than once by a statement: what counts is how it was and how it is.
    std::map<std::pair<std::int32_t, std::int32_t>, std::map<std::int64_t, Delta>> byIndex;
    for (IndexNote& note : notes) {
        const std::int64_t rowId = note.before ? note.before->rowId : note.after->rowId;
        const auto [entry, first] = byIndex[{note.objectId, note.indexId}].try_emplace(rowId);
        if (first) entry->second.before = std::move(note.before);
        entry->second.after = std::move(note.after);
    }
    notes.clear();
    for (auto& [key, rows] : byIndex) {
        const CatalogTable* table = m_facts.catalog->tableById(key.first);
        const auto index = table ? std::find_if(table->indexes.begin(), table->indexes.end(),
                               [id = key.second](const CatalogIndex& candidate) { return candidate.id == id; })
                                 : std::vector<CatalogIndex>::const_iterator{};
        if (!table || index == table->indexes.end()) return brokenIndex("x" + std::to_string(key.first) + "_" + std::to_string(key.second));
        ES_TRY(const EnclaveSessionId session, maintenanceSession(keyOf(*table, *index), 0));
        ES_TRY(EncryptedIndex work, encryptedIndex(*table, *index, session));
        std::vector<IndexEntry> removed, added;
        for (auto& [rowId, delta] : rows) {
            if (delta.before) removed.push_back(std::move(*delta.before));
            if (delta.after) added.push_back(std::move(*delta.after));
        }
        m_shared->countIndexUse({m_facts.catalog->databaseId, key.first, key.second}, false);
        // Where much of the table changes, sorting it once is cheaper than taking every entry down the tree.
        constexpr std::size_t kFew = 4096;
        bool whole = removed.size() + added.size() > kFew;
        if (whole) {
            ES_TRY(const std::int64_t count, m_connection->queryInt("SELECT count(*) FROM " + table->sqlName()));
            whole = static_cast<std::int64_t>(removed.size() + added.size()) > count / 4;
        }
        if (whole) ES_CHECK(IndexTree(*m_connection, indexTreeName(*table, *index)).clear());
        ES_TRY(const bool fits, whole ? work.build(m_stop) : work.apply(std::move(removed), std::move(added)));
        if (!fits) return duplicateKey(*table, *index);
    }
    return {};
}

Result<bool> Session::seek(const EncryptedPass& pass, const CellPredicate& predicate)
{
    const CatalogTable& table = *m_facts.catalog->tableById(pass.origin.objectId);
    const auto index = std::find_if(
        table.indexes.begin(), table.indexes.end(), [&](const CatalogIndex& candidate) { return candidate.id == pass.indexId; });
    if (index == table.indexes.end()) return false;
    // Another session may have dropped or disabled it since the statement was bound.
    ES_TRY(const std::int64_t valid,
        m_connection->queryInt("SELECT count(*) FROM es_encrypted_indexes WHERE object_id = " + std::to_string(table.objectId)
            + " AND index_id = " + std::to_string(index->id) + " AND state = 0"));
    if (valid == 0) return false;
    ES_TRY(EncryptedIndex work, encryptedIndex(table, *index, *m_enclaveSession));
    ES_TRY(m_program.found(pass.number), work.find(predicate));
    m_shared->countIndexUse({m_facts.catalog->databaseId, table.objectId, index->id}, true);
    return true;
}

} // namespace es::sandbox
