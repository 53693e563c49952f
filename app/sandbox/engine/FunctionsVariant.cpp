// Functions that answer a sql_variant: SQL_VARIANT_PROPERTY, SERVERPROPERTY, DATABASEPROPERTYEX, SESSIONPROPERTY, COLLATIONPROPERTY; and
// IDENT_CURRENT with its like.
#include "app/sandbox/engine/FunctionArguments.h"

#include "app/sandbox/engine/RunTemporary.h"
#include "driver/types/Collation.h"
#include "driver/types/DecimalMath.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"
#include "driver/types/Variant.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

// What SQL Server counts for the base type's own facts; a collation is one byte less here than on the wire.
std::int64_t propertyBytes(TypeId id)
{
    if (types::isText(id)) return 6;
    if (types::isBinary(id) || types::isDecimal(id)) return 2;
    return id == TypeId::kTime || id == TypeId::kDateTime2 || id == TypeId::kDateTimeOffset ? 1 : 0;
}

Result<Value> asVariant(Value value, const SqlType& type)
{
    ES_TRY(auto variant, types::makeVariant(value, type));
    return Value(std::move(variant));
}

Result<Value> variantProperty(const CallFrame& f)
{
    const auto* variant = std::get_if<types::Variant>(&f.args[0]);
    const std::string property = upperAscii(text(f, 1));
    ES_TRY(const types::TypedValue content, types::variantContent(*variant));
    const SqlType& type = content.type;
    const auto number = [](std::int64_t n) { return asVariant(Value(n), types::makeType(TypeId::kInt)); };
    const auto word = [&](std::string name) {
        return asVariant(Value(std::move(name)), types::makeSized(TypeId::kNVarChar, 128, f.call.argTypes[1].collation));
    };
    if (property == "BASETYPE") return word(std::string(types::baseTypeName(type.id)));
    if (property == "PRECISION") return number(types::precisionColumn(type));
    if (property == "SCALE") return number(types::scaleColumn(type));
    if (property == "COLLATION" && types::isText(type.id)) return word(types::collationName(type.collation));
    ES_TRY(const std::int64_t size, storedBytes(content.value, type));
    if (property == "TOTALBYTES") return number(2 + propertyBytes(type.id) + size);
    if (property == "MAXLENGTH") return number(types::isDecimal(type.id) ? size : types::maxLengthColumn(type));
    return Value(types::Null{});
}

Result<BoundExpr> bindVariantProperty(FunctionArgs& a)
{
    const SqlType variant = types::makeType(TypeId::kSqlVariant);
    ES_TRY(a.args[0], a.binder.assignTo(std::move(a.args[0]), variant, a.line, ""));
    ES_TRY(a.args[1], a.binder.castTo(std::move(a.args[1]), types::makeSized(TypeId::kNVarChar, 4000, a.binder.catalog().collation), a.line));
    return make(a, variantProperty, variant);
}

// --- properties of the server, a database, the session, a collation ---
struct NamedFact {
    std::string_view name;
    TypeId type;
    std::string_view value; // empty: made at run time
};

constexpr NamedFact kServerFacts[] = {
    {"PRODUCTVERSION", TypeId::kNVarChar, ""},
    {"PRODUCTMAJORVERSION", TypeId::kNVarChar, ""},
    {"PRODUCTMINORVERSION", TypeId::kNVarChar, "0"},
    {"PRODUCTBUILD", TypeId::kNVarChar, ""},
    {"PRODUCTLEVEL", TypeId::kNVarChar, "RTM"},
    {"PRODUCTUPDATELEVEL", TypeId::kNVarChar, ""},
    {"EDITION", TypeId::kNVarChar, "Enclave Studio sandbox (software enclave for rehearsal)"},
    {"ENGINEEDITION", TypeId::kInt, "3"},
    {"EDITIONID", TypeId::kBigInt, "0"},
    {"SERVERNAME", TypeId::kNVarChar, ""},
    {"MACHINENAME", TypeId::kNVarChar, ""},
    {"INSTANCENAME", TypeId::kNVarChar, ""},
    {"COLLATION", TypeId::kNVarChar, "SQL_Latin1_General_CP1_CI_AS"},
    {"ISINTEGRATEDSECURITYONLY", TypeId::kInt, "0"},
    {"ISCLUSTERED", TypeId::kInt, "0"},
    {"ISHADRENABLED", TypeId::kInt, "0"},
    {"ISFULLTEXTINSTALLED", TypeId::kInt, "0"},
    {"ISSINGLEUSER", TypeId::kInt, "0"},
    {"LCID", TypeId::kInt, "1033"},
    {"ISLOCALDB", TypeId::kInt, "0"},
    {"ISPOLYBASEINSTALLED", TypeId::kInt, "0"},
    {"ISXTPSUPPORTED", TypeId::kInt, "0"},
    {"ISADVANCEDANALYTICSINSTALLED", TypeId::kInt, "0"},
    {"ISBIGDATACLUSTER", TypeId::kInt, "0"},
    {"PATHSEPARATOR", TypeId::kNVarChar, "/"},
};

constexpr NamedFact kDatabaseFacts[] = {
    {"COLLATION", TypeId::kNVarChar, "SQL_Latin1_General_CP1_CI_AS"},
    {"STATUS", TypeId::kNVarChar, "ONLINE"},
    {"UPDATEABILITY", TypeId::kNVarChar, "READ_WRITE"},
    {"USERACCESS", TypeId::kNVarChar, "MULTI_USER"},
    {"RECOVERY", TypeId::kNVarChar, "FULL"},
    {"EDITION", TypeId::kNVarChar, ""},
    {"SERVICEOBJECTIVE", TypeId::kNVarChar, ""},
    {"VERSION", TypeId::kInt, "957"},
    {"ISINSTANDBY", TypeId::kInt, "0"},
};

Result<Value> namedFact(const CallFrame& f)
{
    const NamedFact& fact = (f.call.constants[0] ? kDatabaseFacts : kServerFacts)[f.call.constants[1]];
    const auto version = f.session.shared->productVersion();
    if (fact.name == "PRODUCTVERSION")
        return Value(std::to_string(version[0]) + "." + std::to_string(version[1]) + "." + std::to_string(version[2]) + ".1");
    if (fact.name == "PRODUCTMAJORVERSION") return Value(std::to_string(version[0]));
    if (fact.name == "PRODUCTBUILD") return Value(std::to_string(version[2]));
    if (fact.name == "SERVERNAME" || fact.name == "MACHINENAME") return Value(f.session.shared->options().serverName);
    if (fact.value.empty()) return Value(types::Null{});
    if (fact.type == TypeId::kNVarChar) return Value(std::string(fact.value));
    return Value(static_cast<std::int64_t>(std::stoll(std::string(fact.value))));
}

Result<BoundExpr> bindProperty(FunctionArgs& a)
{
    const bool database = a.name == "DATABASEPROPERTYEX";
    const BoundExpr& wanted = a.args[database ? 1 : 0];
    const auto* name = wanted.constant ? std::get_if<std::string>(&*wanted.constant) : nullptr;
    if (!name) return notSupported(std::string(a.name) + " with a property name that is not a constant", a.line);
    const std::string upper = upperAscii(*name);
    const std::span<const NamedFact> facts
        = database ? std::span<const NamedFact>(kDatabaseFacts) : std::span<const NamedFact>(kServerFacts);
    for (std::size_t i = 0; i < facts.size(); ++i) {
        if (facts[i].name != upper) continue;
        const SqlType type = facts[i].type == TypeId::kNVarChar ? types::makeSized(TypeId::kNVarChar, 128, a.binder.catalog().collation) : types::makeType(facts[i].type);
        BoundExpr fact = a.binder.call(namedFact, {}, type, a.line, {database, static_cast<std::int64_t>(i)});
        return a.binder.castTo(std::move(fact), types::makeType(TypeId::kSqlVariant), a.line);
    }
    return a.binder.constant(types::Null{}, types::makeType(TypeId::kSqlVariant)); // an unknown property is NULL in SQL Server
}


Result<Value> sessionProperty(const CallFrame& f)
{
    static constexpr std::string_view kNames[] = {"ANSI_NULLS", "ANSI_PADDING", "ANSI_WARNINGS", "ARITHABORT", "CONCAT_NULL_YIELDS_NULL",
        "NUMERIC_ROUNDABORT", "QUOTED_IDENTIFIER"};
    const std::string name = upperAscii(text(f, 0));
    if (std::find(std::begin(kNames), std::end(kNames), name) == std::end(kNames)) return Value(types::Null{});
    const auto found = f.session.options.find(name);
    return asVariant(Value(std::int64_t{found != f.session.options.end() && found->second}), types::makeType(TypeId::kInt));
}

// ComparisonStyle as Windows counts it: ignore case 1, accents 2, kana 65536, width 131072.
Result<Value> collationProperty(const CallFrame& f)
{
    const auto collation = types::collationByName(text(f, 0));
    const std::string name = upperAscii(text(f, 1));
    if (!collation) return Value(types::Null{});
    const types::CollationFacts facts = types::factsOf(*collation);
    const auto number = [](std::int64_t n, TypeId id) { return asVariant(Value(n), types::makeType(id)); };
    if (name == "CODEPAGE") return number(facts.codePage, TypeId::kInt);
    if (name == "LCID") return number(collation->info & 0xFFFFF, TypeId::kInt);
    if (name == "VERSION") return number(collation->info >> 28, TypeId::kTinyInt);
    if (name != "COMPARISONSTYLE") return Value(types::Null{});
    if (facts.binary) return number(0, TypeId::kInt);
    return number((facts.caseSensitive ? 0 : 1) + (facts.accentSensitive ? 0 : 2) + (facts.kanaSensitive ? 0 : 65536) + (facts.widthSensitive ? 0 : 131072),
        TypeId::kInt);
}

Result<BoundExpr> bindOfText(FunctionArgs& a)
{
    for (std::size_t i = 0; i < a.args.size(); ++i)
        ES_CHECK(toText(a, i));
    return make(a, a.name == "SESSIONPROPERTY" ? sessionProperty : collationProperty, types::makeType(TypeId::kSqlVariant));
}

// The catalog's own table is asked: the value of the moment, not the one when the statement was bound.
Result<BoundExpr> bindIdent(FunctionArgs& a)
{
    SqlType type = types::makeDecimal(38, 0);
    type.id = TypeId::kNumeric;
    const auto* name = a.args[0].constant ? std::get_if<std::string>(&*a.args[0].constant) : nullptr;
    if (!name && !a.args[0].isNullLiteral()) return notSupported(std::string(a.name) + " of a name that is not a constant", a.line);
    const auto parts = name ? objectNameOf(*name) : std::nullopt;
    const CatalogTable* table = parts ? a.binder.catalog().table(parts->schema(), parts->object()) : nullptr;
    const bool known = table && std::any_of(table->columns.begin(), table->columns.end(), [](const auto& c) { return c.identity.has_value(); });
    if (!known) return a.binder.constant(types::Null{}, type);
    if (isTemporaryId(table->objectId)) return notSupported(std::string(a.name) + " of a temporary table", a.line);
    BoundExpr out;
    out.sql = "(SELECT " + std::string(a.name == "IDENT_SEED" ? "seed" : a.name == "IDENT_INCR" ? "increment" : "coalesce(last_value, (SELECT value FROM es_meta WHERE name = 'first_identity_' || object_id), seed)")
        + " FROM es_columns WHERE object_id = " + std::to_string(table->objectId) + " AND is_identity = 1)";
    out.type = types::makeType(TypeId::kBigInt);
    return a.binder.castTo(std::move(out), type, a.line);
}

constexpr FunctionSpec kVariant[] = {
    {"SQL_VARIANT_PROPERTY", 2, 2, bindVariantProperty},
    {"SERVERPROPERTY", 1, 1, bindProperty},
    {"DATABASEPROPERTYEX", 2, 2, bindProperty},
    {"SESSIONPROPERTY", 1, 1, bindOfText},
    {"COLLATIONPROPERTY", 2, 2, bindOfText},
    {"IDENT_CURRENT", 1, 1, bindIdent},
    {"IDENT_SEED", 1, 1, bindIdent},
    {"IDENT_INCR", 1, 1, bindIdent},
};

} // namespace

Result<std::int64_t> storedBytes(const Value& value, const SqlType& type)
{
    if (const auto* variant = std::get_if<types::Variant>(&value)) {
        ES_TRY(const types::TypedValue content, types::variantContent(*variant));
        return storedBytes(content.value, content.type);
    }
    if (const auto* decimal = std::get_if<types::Decimal>(&value)) {
        const auto bits = decimal->magnitude;
        return std::int64_t{bits >> 32 == 0 ? 5 : bits >> 64 == 0 ? 9 : bits >> 96 == 0 ? 13 : 17};
    }
    ES_TRY(const base::Bytes bytes, types::encodeRowForm(value, type));
    return static_cast<std::int64_t>(bytes.size());
}

std::span<const FunctionSpec> variantFunctions()
{
    return kVariant;
}

} // namespace es::sandbox
