// Session: CHECK and FOREIGN KEY constraints, computed and rowversion columns.
#include "app/sandbox/engine/Session.h"

#include "app/sandbox/engine/CatalogConstraints.h"
#include "app/sandbox/engine/Consequences.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <cstdio>

namespace es::sandbox {

using base::Result;

namespace {

std::string written(const tsql::ObjectName& name)
{
    std::string out;
    for (const tsql::Identifier& part : name.parts)
        out += (out.empty() ? "" : ".") + part.text;
    return out;
}

bool sameKind(const CatalogColumn& a, const CatalogColumn& b)
{
    const auto family = [](types::TypeId id) { return id == types::TypeId::kNumeric ? types::TypeId::kDecimal : id; };
    return family(a.type.id) == family(b.type.id);
}

} // namespace

// The name of a new constraint with its object id; one is made when none is written. Errors: 2714.
Result<std::string> Session::objectNameFor(const std::string& wanted, std::string_view prefix, const CatalogTable& table,
    std::string_view type, std::int32_t& id, std::int32_t line)
{
    CatalogStore store(*m_connection);
    if (!wanted.empty()) {
        ES_TRY(SqliteStatement taken, m_connection->prepare("SELECT name FROM es_objects WHERE schema_id = ?1"));
        taken.bindInt(1, table.schemaId);
        while (true) {
            ES_TRY(const bool row, taken.step());
            if (!row) break;
            if (sameName(taken.textAt(0), wanted))
                return sqlError(2714, "There is already an object named '" + wanted + "' in the database.", line, 5);
        }
        ES_TRY(id, store.addObject(table.schemaId, table.objectId, wanted, type));
        return wanted;
    }
    // The number in the name is the object's own, known only after it has been added under some name.
    ES_TRY(const std::int32_t number, store.addObject(table.schemaId, table.objectId, "constraint", type));
    ES_CHECK(store.removeObject(number));
    char hex[9];
    std::snprintf(hex, sizeof hex, "%08X", static_cast<unsigned>(number));
    std::string name = std::string(prefix) + "__" + table.name.substr(0, 9) + "__" + hex;
    ES_TRY(id, store.addObject(table.schemaId, table.objectId, name, type));
    return name;
}

Result<void> Session::addCheck(const CatalogTable& table, const tsql::CheckConstraint& check, const std::string& name,
    const std::string& columnName, std::string_view text, bool verify, std::int32_t line)
{
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    if (isTemporaryId(table.objectId)) return notSupported("A CHECK constraint of a temporary table", line);
    CatalogCheck made;
    made.text = std::string(check.condition->range.in(text));
    Binder binder(context);
    ES_TRY(const std::string condition, binder.conditionOn(table, made.text, "k", line));
    if (condition.find("(SELECT") != std::string::npos)
        return sqlError(1046, "Subqueries are not allowed in this context. Only scalar expressions are allowed.", line, 1, 15);
    if (!binder.takeFacts().passes.empty()) return notSupported("A CHECK constraint that compares encrypted values", line);
    if (const CatalogColumn* column = columnName.empty() ? nullptr : table.column(columnName)) {
        made.columnId = column->id;
        for (const CatalogColumn& other : table.columns)
            if (other.id != column->id && Consequences::reads(condition, "k", {other.id}))
                return sqlError(8141,
                    "Column CHECK constraint for column '" + column->name + "' references another column, table '" + table.name + "'.",
                    line, 0);
    }
    ES_TRY(made.name, objectNameFor(name, "CK", table, "C", made.objectId, line));
    made.trusted = verify;
    ES_CHECK(ConstraintStore(*m_connection).putCheck(table.objectId, made));
    if (!verify) return {};
    return Consequences(*m_connection, context, "ALTER TABLE", {}).verify(table, made);
}

// The index whose key is exactly these columns, in any order; 0 when there is none.
Result<std::int32_t> Session::matchingKey(const CatalogTable& parent, const std::vector<std::int32_t>& columns) const
{
    for (const CatalogIndex& index : parent.indexes) {
        if (!index.unique || !index.filterText.empty()) continue;
        std::vector<std::int32_t> keys;
        for (const CatalogIndexColumn& part : index.columns)
            if (!part.included) keys.push_back(part.columnId);
        if (keys.size() == columns.size() && std::is_permutation(keys.begin(), keys.end(), columns.begin())) return index.id;
    }
    return 0;
}

// SQL Server refuses a second way along which one change could reach a table.
Result<void> Session::refuseCycles(const CatalogTable& child, const CatalogForeignKey& added, std::int32_t line) const
{
    for (const bool deletes : {true, false}) {
        const auto acts = [&](const CatalogForeignKey& key) { return (deletes ? key.onDelete : key.onUpdate) != RowAction::kNoAction; };
        if (!acts(added)) continue;
        for (const CatalogTable& start : m_facts.catalog->tables) {
            std::map<std::int32_t, int> reached{{start.objectId, 1}};
            std::vector<std::int32_t> open{start.objectId};
            while (!open.empty()) {
                const std::int32_t parent = open.back();
                open.pop_back();
                std::vector<std::int32_t> children;
                for (const Catalog::Reference& reference : m_facts.catalog->referencesTo(parent))
                    if (acts(*reference.key)) children.push_back(reference.table->objectId);
                if (added.referencedId == parent) children.push_back(child.objectId);
                for (const std::int32_t next : children) {
                    if (++reached[next] > 1)
                        return sqlError(1785,
                            "Introducing FOREIGN KEY constraint '" + added.name + "' on table '" + child.name
                                + "' may cause cycles or multiple cascade paths. Specify ON DELETE NO ACTION or ON UPDATE NO ACTION, or "
                                  "modify other FOREIGN KEY constraints.",
                            line, 0);
                    open.push_back(next);
                }
            }
        }
    }
    return {};
}

Result<void> Session::addForeignKey(const CatalogTable& table, const tsql::ForeignKey& node, const std::string& name,
    const std::string& columnName, bool verify, std::int32_t line)
{
    if (isTemporaryId(table.objectId)) return notSupported("A FOREIGN KEY of a temporary table", line);
    CatalogForeignKey made;
    const std::string shown = name.empty() ? "FK__" + table.name : name;
    const CatalogTable* parent = m_facts.catalog->table(node.table.schema(), node.table.object());
    if (!parent) return sqlError(1767, "Foreign key '" + shown + "' references invalid table '" + written(node.table) + "'.", line, 0);
    std::vector<std::int32_t> own, referenced;
    std::vector<tsql::Identifier> names = node.columns;
    if (names.empty()) names.push_back({columnName, node.table.range, false});
    for (const tsql::Identifier& part : names) {
        const CatalogColumn* column = table.column(part.text);
        if (!column)
            return sqlError(1769,
                "Foreign key '" + shown + "' references invalid column '" + part.text + "' in referencing table '" + table.name + "'.",
                line);
        if (column->computed()) return notSupported("A FOREIGN KEY on a computed column (" + column->name + ")", line);
        own.push_back(column->id);
    }
    for (const tsql::Identifier& part : node.referenced) {
        const CatalogColumn* column = parent->column(part.text);
        if (!column)
            return sqlError(1770,
                "Foreign key '" + shown + "' references invalid column '" + part.text + "' in referenced table '" + parent->name + "'.",
                line, 0);
        referenced.push_back(column->id);
    }
    if (referenced.empty())
        for (const CatalogIndex& index : parent->indexes)
            if (index.primaryKey)
                for (const CatalogIndexColumn& part : index.columns)
                    referenced.push_back(part.columnId);
    if (referenced.empty())
        return sqlError(1773,
            "Foreign key '" + shown + "' has implicit reference to object '" + written(node.table)
                + "' which does not have a primary key defined on it.",
            line, 0);
    if (own.size() != referenced.size())
        return sqlError(8139,
            "Number of referencing columns in foreign key differs from number of referenced columns, table '" + table.name + "'.", line, 0);
    for (std::size_t i = 0; i < own.size(); ++i) {
        const CatalogColumn& from = *table.columnById(own[i]);
        const CatalogColumn& to = *parent->columnById(referenced[i]);
        if (from.encryption == tsql::EncryptionKind::kRandomized)
            return sqlError(m_facts.catalog->schemeOf(from).enclaveEnabled ? 33567 : 33282,
                "Column '" + from.name + "' is encrypted using a randomized encryption type and is therefore not valid for use in a foreign key.",
                line);
        if (from.encryption != to.encryption || from.cekId != to.cekId)
            return sqlError(33281,
                "Column '" + table.name + "." + from.name + "' and column '" + parent->name + "." + to.name + "' of foreign key '" + shown
                    + "' have different encryption schemes.",
                line);
        const std::string both = "Column '" + parent->name + "." + to.name + "' is not the same ";
        const std::string where = " as referencing column '" + table.name + "." + from.name + "' in foreign key '" + shown + "'.";
        if (!sameKind(from, to)) return sqlError(1778, both + "data type" + where, line, 0);
        if (types::isText(from.type.id) && from.type.collation != to.type.collation)
            return sqlError(1757, both + "collation" + where, line, 0);
        if (from.type.lengthBytes != to.type.lengthBytes || from.type.scale != to.type.scale)
            return sqlError(1753, both + "length or scale" + where, line, 0);
        const bool setsNull = node.onDelete == tsql::ReferentialAction::kSetNull || node.onUpdate == tsql::ReferentialAction::kSetNull;
        if (setsNull && !from.nullable)
            return sqlError(1761,
                "Cannot create the foreign key \"" + shown
                    + "\" with the SET NULL referential action, because one or more referencing columns are not nullable.",
                line, 0);
        made.columns.emplace_back(own[i], referenced[i]);
    }
    ES_TRY(made.keyIndexId, matchingKey(*parent, referenced));
    if (made.keyIndexId == 0)
        return sqlError(1776,
            "There are no primary or candidate keys in the referenced table '" + written(node.table)
                + "' that match the referencing column list in the foreign key '" + shown + "'.",
            line, 0);
    made.referencedId = parent->objectId;
    made.onDelete = static_cast<RowAction>(node.onDelete);
    made.onUpdate = static_cast<RowAction>(node.onUpdate);
    made.name = shown;
    ES_CHECK(refuseCycles(table, made, line));
    ES_TRY(made.name, objectNameFor(name, "FK", table, "F", made.objectId, line));
    made.trusted = verify;
    ES_CHECK(ConstraintStore(*m_connection).putForeignKey(table.objectId, made));
    if (!verify) return {};
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    return Consequences(*m_connection, context, "ALTER TABLE", {}).verify(table, made);
}

Result<void> Session::toggleConstraints(const CatalogTable& table, const tsql::ToggleConstraint& node, std::int32_t line)
{
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    Consequences consequences(*m_connection, context, "ALTER TABLE", {});
    ConstraintStore store(*m_connection);
    const auto named = [&](const std::string& name) {
        return node.names.empty()
            || std::any_of(node.names.begin(), node.names.end(), [&](const auto& n) { return sameName(n.text, name); });
    };
    for (const tsql::Identifier& name : node.names) {
        const auto is = [&](const auto& candidate) { return sameName(candidate.name, name.text); };
        if (std::any_of(table.indexes.begin(), table.indexes.end(), is))
            return sqlError(11415,
                "Object '" + name.text + "' cannot be disabled or enabled. This action applies only to foreign key and check constraints.",
                line);
        if (std::none_of(table.checks.begin(), table.checks.end(), is)
            && std::none_of(table.foreignKeys.begin(), table.foreignKeys.end(), is))
            return sqlError(4917, "Constraint '" + name.text + "' does not exist.", line, 0);
    }
    const bool verify = node.enable && node.withCheck.value_or(false);
    for (CatalogCheck check : table.checks) {
        if (!named(check.name)) continue;
        if (verify) ES_CHECK(consequences.verify(table, check));
        check.disabled = !node.enable;
        check.trusted = verify;
        ES_CHECK(store.putCheck(table.objectId, check));
    }
    for (CatalogForeignKey key : table.foreignKeys) {
        if (!named(key.name)) continue;
        if (verify) ES_CHECK(consequences.verify(table, key));
        key.disabled = !node.enable;
        key.trusted = verify;
        ES_CHECK(store.putForeignKey(table.objectId, key));
    }
    return m_connection->run("UPDATE es_meta SET value=value+1 WHERE name='version'");
}

Result<std::string> Session::readerOf(const CatalogTable& table, const CatalogColumn& column, std::int32_t line)
{
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    Binder binder(context);
    for (const CatalogCheck& check : table.checks) {
        ES_TRY(const std::string bound, binder.conditionOn(table, check.text, "k", line));
        if (Consequences::reads(bound, "k", {column.id})) return check.name;
    }
    for (const CatalogColumn& other : table.columns) {
        if (!other.computed() || other.id == column.id) continue;
        ES_TRY(const BoundExpr bound, binder.expressionOn(table, other.computedText, "k", line));
        if (Consequences::reads(bound.sql, "k", {column.id})) return other.name;
    }
    for (const CatalogIndex& index : table.indexes) {
        if (index.filterText.empty()) continue;
        ES_TRY(const std::string bound, binder.conditionOn(table, index.filterText, "k", line));
        if (Consequences::reads(bound, "k", {column.id})) return index.name;
    }
    return std::string{};
}

Result<bool> Session::dropConstraint(const CatalogTable& table, const std::string& name)
{
    CatalogStore store(*m_connection);
    for (const CatalogCheck& check : table.checks) {
        if (!sameName(check.name, name)) continue;
        ES_CHECK(store.removeObject(check.objectId));
        return true;
    }
    for (const CatalogForeignKey& key : table.foreignKeys) {
        if (!sameName(key.name, name)) continue;
        ES_CHECK(store.removeObject(key.objectId));
        return true;
    }
    return false;
}

// What makeColumn left open: the text of a computed column, the counter of a rowversion column.
Result<void> Session::completeColumn(CatalogColumn& column, const tsql::ColumnDefinition& node, std::string_view text, std::int32_t line)
{
    if (node.computed) {
        column.computedText = std::string(node.computed->range.in(text));
        column.persisted = node.persisted;
        for (const tsql::Constraint& constraint : node.constraints)
            if (!std::holds_alternative<tsql::CheckConstraint>(constraint.node))
                return notSupported("A key on a computed column (" + column.name + ")", line);
        return {};
    }
    const std::string type = foldName(node.type.name.object());
    if (type != "timestamp" && type != "rowversion") return {};
    column.rowVersion = true;
    column.nullable = node.nullable.value_or(false);
    if (std::any_of(node.constraints.begin(), node.constraints.end(),
            [](const tsql::Constraint& c) { return std::holds_alternative<tsql::DefaultConstraint>(c.node); }))
        return sqlError(1755, "Defaults cannot be created on columns of data type timestamp. Column '" + column.name + "'.", line, 0);
    return {};
}

// The type of a computed column is that of its expression. Errors: 1759 when it reads another computed column.
Result<void> Session::typeComputed(const CatalogTable& table, CatalogColumn& column, std::int32_t line)
{
    std::vector<Variable> none;
    BindContext context{m_facts.catalog, m_program, none, nullptr, m_shared->options().profile, {}};
    Binder binder(context);
    CatalogTable stored = table;
    std::erase_if(stored.columns, [](const CatalogColumn& candidate) { return candidate.computed(); });
    auto bound = binder.expressionOn(stored, column.computedText, "k", line);
    if (!bound) {
        const base::Error error = std::move(bound).error();
        for (const CatalogColumn& other : table.columns)
            if (other.computed() && error.server && error.server->number == 207
                && error.server->message.find("'" + other.name + "'") != std::string::npos)
                return sqlError(1759,
                    "Computed column '" + other.name + "' in table '" + table.name
                        + "' is not allowed to be used in another computed-column definition.",
                    line, 0);
        return error;
    }
    if (bound->sql.find("(SELECT") != std::string::npos)
        return sqlError(1046, "Subqueries are not allowed in this context. Only scalar expressions are allowed.", line, 1, 15);
    if (bound->scheme.encrypted() || !binder.takeFacts().passes.empty())
        return notSupported("A computed column over encrypted columns (" + column.name + ")", line);
    column.type = bound->type.id == types::TypeId::kNull ? types::makeType(types::TypeId::kInt) : bound->type;
    column.nullable = bound->nullable;
    if (types::isText(column.type.id)) column.collationName = types::collationName(column.type.collation);
    ES_CHECK(CatalogStore(*m_connection).putColumn(table.objectId, column));
    return ConstraintStore(*m_connection).putColumnRule(table.objectId, column);
}

} // namespace es::sandbox
