// Functions about objects of the database by name and number: OBJECT_ID, OBJECT_NAME, OBJECTPROPERTY, TYPE_ID and their like.
#include "app/sandbox/engine/FunctionArguments.h"

#include "app/sandbox/engine/DefinitionText.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

// One object as sys.objects has it.
struct ObjectFacts {
    std::int32_t id = 0;
    std::int32_t schemaId = 0;
    std::string name;
    std::string schemaName;
    std::string type; // U, V, P, PK, UQ, F, C, D
    const CatalogTable* table = nullptr; // itself, or the one that the constraint belongs to
};

// The first object of the catalog that is wanted.
template <class Wanted> std::optional<ObjectFacts> findObject(const Catalog& catalog, Wanted wanted)
{
    const auto offer = [&](ObjectFacts facts) -> std::optional<ObjectFacts> {
        return wanted(facts) ? std::optional(std::move(facts)) : std::nullopt;
    };
    for (const CatalogModule& module : catalog.modules)
        if (auto found = offer({module.objectId, module.schemaId, module.name, module.schemaName, module.view ? "V" : "P", nullptr})) return found;
    for (const CatalogTable& table : catalog.tables) {
        const auto part = [&](std::int32_t id, const std::string& name, const char* type) {
            return offer({id, table.schemaId, name, table.schemaName, type, &table});
        };
        if (auto found = part(table.objectId, table.name, "U")) return found;
        for (const CatalogIndex& index : table.indexes)
            if (index.primaryKey || index.uniqueConstraint)
                if (auto found = part(index.constraintObjectId, index.name, index.primaryKey ? "PK" : "UQ")) return found;
        for (const CatalogForeignKey& key : table.foreignKeys)
            if (auto found = part(key.objectId, key.name, "F")) return found;
        for (const CatalogCheck& check : table.checks)
            if (auto found = part(check.objectId, check.name, "C")) return found;
        for (const CatalogColumn& column : table.columns)
            if (!column.defaultText.empty())
                if (auto found = part(column.defaultObjectId, column.defaultName, "D")) return found;
    }
    return std::nullopt;
}

std::optional<ObjectFacts> objectById(const CallFrame& f)
{
    return findObject(*f.session.catalog, [&](const ObjectFacts& facts) { return facts.id == number(f, 0); });
}

Result<Value> objectId(const CallFrame& f)
{
    const std::string whole = text(f, 0);
    std::string database = whole.substr(0, whole.find('.'));
    if (database.size() > 2 && ((database.front() == '[' && database.back() == ']') || (database.front() == '"' && database.back() == '"')))
        database = database.substr(1, database.size() - 2);
    const bool threeParts = std::count(whole.begin(), whole.end(), '.') == 2;
    if (threeParts && !sameName(database, f.session.catalog->databaseName) && !sameName(database, "tempdb"))
        return notSupported("OBJECT_ID of a name in another database (" + whole + ")", f.call.line);
    const std::pair<std::string, std::string> parts = objectNameParts(whole);
    const std::string& schema = parts.first;
    const std::string& name = parts.second;
    std::string type = f.args.size() < 2 ? std::string{} : upperAscii(text(f, 1));
    while (!type.empty() && type.back() == ' ')
        type.pop_back();
    // Of temporary tables the newest of a name counts: the catalog knows which.
    if (const CatalogTable* table = f.session.catalog->table(schema, name); table && (type.empty() || type == "U"))
        return Value(std::int64_t{table->objectId});
    const std::string inSchema = schema.empty() ? "dbo" : schema;
    const auto found = findObject(*f.session.catalog, [&](const ObjectFacts& facts) {
        return sameName(facts.name, name) && sameName(facts.schemaName, inSchema) && (type.empty() || facts.type == type);
    });
    return found ? Value(std::int64_t{found->id}) : Value(types::Null{});
}

Result<Value> objectName(const CallFrame& f)
{
    if (f.args.size() > 1 && number(f, 1) != f.session.catalog->databaseId)
        return notSupported("OBJECT_NAME of another database", f.call.line);
    const auto found = objectById(f);
    if (!found) return Value(types::Null{});
    return Value(f.call.constants[0] ? found->schemaName : found->name);
}

Result<Value> objectDefinition(const CallFrame& f)
{
    const auto id = static_cast<std::int32_t>(number(f, 0));
    if (const CatalogModule* module = f.session.catalog->moduleById(id)) return Value(module->text);
    for (const CatalogTable& table : f.session.catalog->tables) {
        for (const CatalogColumn& column : table.columns)
            if (!column.defaultText.empty() && column.defaultObjectId == id) return Value(definitionText(column.defaultText));
        for (const CatalogCheck& check : table.checks)
            if (check.objectId == id) return Value(definitionText(check.text));
    }
    return Value(types::Null{});
}

bool isOneOf(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

// Properties that say what kind of object it is; empty: none of these.
std::optional<bool> kindProperty(const std::string& type, const std::string& property)
{
    static constexpr std::pair<std::string_view, std::string_view> kKinds[] = {{"ISTABLE", "U"}, {"ISUSERTABLE", "U"}, {"ISVIEW", "V"},
        {"ISPROCEDURE", "P"}, {"ISPRIMARYKEY", "PK"}, {"ISUNIQUECNST", "UQ"}, {"ISFOREIGNKEY", "F"}, {"ISCHECKCNST", "C"}, {"ISDEFAULTCNST", "D"}};
    for (const auto& [name, kind] : kKinds)
        if (property == name) return type == kind;
    if (property == "ISCONSTRAINT") return type != "U" && type != "V" && type != "P";
    if (isOneOf(property, {"ISMSSHIPPED", "ISSYSTEMTABLE", "ISTRIGGER", "ISSCALARFUNCTION", "ISTABLEFUNCTION", "ISINLINEFUNCTION", "ISEXTENDEDPROC",
            "ISRULE", "ISDEFAULT", "ISQUEUE", "ISREPLPROC"}))
        return false;
    return std::nullopt;
}

// Properties of a table's own; empty: none of these.
std::optional<bool> tableProperty(const Catalog& catalog, const CatalogTable& table, const std::string& property)
{
    const auto anyColumn = [&](auto wanted) { return std::any_of(table.columns.begin(), table.columns.end(), wanted); };
    const auto anyIndex = [&](auto wanted) { return std::any_of(table.indexes.begin(), table.indexes.end(), wanted); };
    if (property == "TABLEHASIDENTITY") return anyColumn([](const CatalogColumn& c) { return c.identity.has_value(); });
    if (property == "TABLEHASTIMESTAMP") return anyColumn([](const CatalogColumn& c) { return c.rowVersion; });
    if (property == "TABLEHASDEFAULTCNST") return anyColumn([](const CatalogColumn& c) { return !c.defaultText.empty(); });
    if (property == "TABLEHASPRIMARYKEY") return anyIndex([](const CatalogIndex& i) { return i.primaryKey; });
    if (property == "TABLEHASUNIQUECNST") return anyIndex([](const CatalogIndex& i) { return i.uniqueConstraint; });
    if (property == "TABLEHASINDEX") return !table.indexes.empty();
    if (property == "TABLEHASCLUSTINDEX") return anyIndex([](const CatalogIndex& i) { return i.clustered; });
    if (property == "TABLEHASNONCLUSTINDEX") return anyIndex([](const CatalogIndex& i) { return !i.clustered; });
    if (property == "TABLEHASCHECKCNST") return !table.checks.empty();
    if (property == "TABLEHASFOREIGNKEY") return !table.foreignKeys.empty();
    if (property == "TABLEHASFOREIGNREF") return !catalog.referencesTo(table.objectId).empty();
    return std::nullopt;
}

Result<Value> objectProperty(const CallFrame& f)
{
    const auto found = objectById(f);
    if (!found) return Value(types::Null{});
    const std::string property = upperAscii(text(f, 1));
    if (const auto answer = kindProperty(found->type, property)) return Value(std::int64_t{*answer});
    if (property == "SCHEMAID") return Value(std::int64_t{found->schemaId});
    if (property == "OWNERID") return Value(std::int64_t{1});
    if (property.starts_with("TABLEHAS")) {
        if (found->type != "U") return Value(types::Null{});
        if (const auto answer = tableProperty(*f.session.catalog, *found->table, property)) return Value(std::int64_t{*answer});
    }
    return notSupported("The property " + text(f, 1) + " of an object", f.call.line);
}

Result<Value> typeNameOf(const CallFrame& f)
{
    if (number(f, 0) == 256) return Value(std::string("sysname"));
    if (number(f, 0) == 189) return Value(std::string("timestamp"));
    for (int id = static_cast<int>(TypeId::kBit); id <= static_cast<int>(TypeId::kSqlVariant); ++id)
        if (types::systemTypeId(static_cast<TypeId>(id)) == number(f, 0))
            return Value(std::string(types::baseTypeName(static_cast<TypeId>(id))));
    return Value(types::Null{});
}

Result<Value> typeIdOf(const CallFrame& f)
{
    const auto [schema, name] = objectNameParts(text(f, 0));
    if (!schema.empty() && !sameName(schema, "sys")) return Value(types::Null{});
    if (sameName(name, "sysname")) return Value(std::int64_t{256});
    if (sameName(name, "timestamp")) return Value(std::int64_t{189});
    for (int id = static_cast<int>(TypeId::kBit); id <= static_cast<int>(TypeId::kSqlVariant); ++id)
        if (sameName(types::baseTypeName(static_cast<TypeId>(id)), name))
            return Value(std::int64_t{types::systemTypeId(static_cast<TypeId>(id))});
    return Value(types::Null{});
}

// Arguments: 'n' number, 't' text.
Result<BoundExpr> bindObject(FunctionArgs& a)
{
    const SqlType integer = types::makeType(TypeId::kInt);
    const types::Collation collation = a.binder.catalog().collation;
    const SqlType name = types::makeSized(TypeId::kNVarChar, 128, collation);
    const auto with = [&](std::string_view kinds, ScalarFunction function, const SqlType& type, std::vector<std::int64_t> constants = {}) -> Result<BoundExpr> {
        for (std::size_t i = 0; i < a.args.size(); ++i) {
            const SqlType wanted = kinds[i] == 'n' ? types::makeType(TypeId::kBigInt) : types::makeSized(TypeId::kNVarChar, 4000, collation);
            ES_TRY(a.args[i], a.binder.castTo(std::move(a.args[i]), wanted, a.line));
        }
        return a.binder.call(function, std::move(a.args), type, a.line, std::move(constants));
    };
    if (a.name == "OBJECT_ID") return with("tt", objectId, integer);
    if (a.name == "OBJECT_NAME") return with("nn", objectName, name, {0});
    if (a.name == "OBJECT_SCHEMA_NAME") return with("nn", objectName, name, {1});
    if (a.name == "OBJECT_DEFINITION") return with("n", objectDefinition, types::makeSized(TypeId::kNVarChar, types::kMaxLength, collation));
    if (a.name == "TYPE_NAME") return with("n", typeNameOf, name);
    if (a.name == "TYPE_ID") return with("t", typeIdOf, integer);
    ES_TRY(BoundExpr property, with("nt", objectProperty, integer));
    if (a.name == "OBJECTPROPERTY") return property;
    return a.binder.castTo(std::move(property), types::makeType(TypeId::kSqlVariant), a.line);
}

constexpr FunctionSpec kObjects[] = {
    {"OBJECT_ID", 1, 2, bindObject},
    {"OBJECT_NAME", 1, 2, bindObject},
    {"OBJECT_SCHEMA_NAME", 1, 2, bindObject},
    {"OBJECT_DEFINITION", 1, 1, bindObject},
    {"OBJECTPROPERTY", 2, 2, bindObject},
    {"OBJECTPROPERTYEX", 2, 2, bindObject},
    {"TYPE_ID", 1, 1, bindObject},
    {"TYPE_NAME", 1, 1, bindObject},
};

} // namespace

std::pair<std::string, std::string> objectNameParts(std::string_view name)
{
    std::vector<std::string> parts(1);
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] == '[' && parts.back().empty()) {
            for (++i; i < name.size() && !(name[i] == ']' && (i + 1 >= name.size() || name[i + 1] != ']')); ++i) {
                parts.back() += name[i];
                if (name[i] == ']') ++i;
            }
        } else if (name[i] == '.')
            parts.emplace_back();
        else
            parts.back() += name[i];
    }
    return {parts.size() > 1 ? parts[parts.size() - 2] : "", parts.back()};
}

std::span<const FunctionSpec> objectFunctions()
{
    return kObjects;
}

} // namespace es::sandbox
