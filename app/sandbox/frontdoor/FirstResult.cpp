#include "app/sandbox/frontdoor/FirstResult.h"

#include "app/sandbox/frontdoor/InnerSink.h"
#include "app/sandbox/frontdoor/RpcParameters.h"
#include "driver/tsql/Parser.h"
#include "driver/tsql/Quoting.h"
#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <array>
#include <map>

namespace es::sandbox {

namespace {

using types::SqlType;
using types::TypeId;

// What sys.types says of a type; scaled types add their scale's digits to `precision`.
struct TypeFacts {
    TypeId id;
    int systemTypeId, maxLength, precision, scale;
    int tdsType, tdsNullableType;
};
constexpr std::array kTypeFacts{
    TypeFacts{TypeId::kBit, 104, 1, 1, 0, 50, 104}, TypeFacts{TypeId::kTinyInt, 48, 1, 3, 0, 48, 38},
    TypeFacts{TypeId::kSmallInt, 52, 2, 5, 0, 52, 38}, TypeFacts{TypeId::kInt, 56, 4, 10, 0, 56, 38},
    TypeFacts{TypeId::kBigInt, 127, 8, 19, 0, 127, 38}, TypeFacts{TypeId::kReal, 59, 4, 24, 0, 59, 109},
    TypeFacts{TypeId::kFloat, 62, 8, 53, 0, 62, 109}, TypeFacts{TypeId::kSmallMoney, 122, 4, 10, 4, 122, 110},
    TypeFacts{TypeId::kMoney, 60, 8, 19, 4, 60, 110}, TypeFacts{TypeId::kDecimal, 106, 0, 0, 0, 106, 106},
    TypeFacts{TypeId::kNumeric, 108, 0, 0, 0, 108, 108}, TypeFacts{TypeId::kDate, 40, 3, 10, 0, 40, 40},
    TypeFacts{TypeId::kTime, 41, 0, 8, 0, 41, 41}, TypeFacts{TypeId::kDateTime2, 42, 0, 19, 0, 42, 42},
    TypeFacts{TypeId::kDateTimeOffset, 43, 0, 26, 0, 43, 43}, TypeFacts{TypeId::kSmallDateTime, 58, 4, 16, 0, 58, 111},
    TypeFacts{TypeId::kDateTime, 61, 8, 23, 3, 61, 111}, TypeFacts{TypeId::kUniqueIdentifier, 36, 16, 0, 0, 36, 36},
    TypeFacts{TypeId::kChar, 175, 0, 0, 0, 175, 175}, TypeFacts{TypeId::kVarChar, 167, 0, 0, 0, 167, 167},
    TypeFacts{TypeId::kNChar, 239, 0, 0, 0, 239, 239}, TypeFacts{TypeId::kNVarChar, 231, 0, 0, 0, 231, 231},
    TypeFacts{TypeId::kBinary, 173, 0, 0, 0, 173, 173}, TypeFacts{TypeId::kVarBinary, 165, 0, 0, 0, 165, 165},
    TypeFacts{TypeId::kText, 35, 16, 0, 0, 35, 35}, TypeFacts{TypeId::kNText, 99, 16, 0, 0, 99, 99},
    TypeFacts{TypeId::kImage, 34, 16, 0, 0, 34, 34}, TypeFacts{TypeId::kXml, 241, -1, 0, 0, 241, 241},
    TypeFacts{TypeId::kSqlVariant, 98, 8016, 0, 0, 98, 98},
};

// Bytes that sys.columns names for a type.
int maxLengthOf(const TypeFacts& facts, const SqlType& type)
{
    const int timeBytes = type.scale <= 2 ? 3 : type.scale <= 4 ? 4 : 5;
    switch (type.id) {
    case TypeId::kDecimal:
    case TypeId::kNumeric: return type.precision <= 9 ? 5 : type.precision <= 19 ? 9 : type.precision <= 28 ? 13 : 17;
    case TypeId::kTime: return timeBytes;
    case TypeId::kDateTime2: return timeBytes + 3;
    case TypeId::kDateTimeOffset: return timeBytes + 5;
    default: break;
    }
    if (facts.maxLength != 0)
        return facts.maxLength;
    return type.lengthBytes == types::kMaxLength ? -1 : static_cast<int>(type.lengthBytes);
}

// What COLMETADATA says of it.
int tdsLengthOf(const SqlType& type, int maxLength)
{
    switch (type.id) {
    case TypeId::kText:
    case TypeId::kImage: return 2147483647;
    case TypeId::kNText: return 2147483646;
    case TypeId::kSqlVariant: return 8009;
    default: return maxLength < 0 ? 65535 : maxLength;
    }
}

// Keeps the shape of the first result.
class ShapeSink final : public InnerSink {
public:
    using InnerSink::InnerSink;
    std::optional<ResultShape> shape;

    bool columns(const ResultShape& given) override
    {
        if (!shape)
            shape = given;
        return true;
    }
};

struct Field {
    const char* name;
    const char* type;
};
constexpr std::array kFields{
    Field{"is_hidden", "bit"}, Field{"column_ordinal", "int"}, Field{"name", "sysname"}, Field{"is_nullable", "bit"},
    Field{"system_type_id", "int"}, Field{"system_type_name", "nvarchar(256)"}, Field{"max_length", "smallint"}, Field{"precision", "tinyint"},
    Field{"scale", "tinyint"}, Field{"collation_name", "sysname"}, Field{"user_type_id", "int"}, Field{"user_type_database", "sysname"},
    Field{"user_type_schema", "sysname"}, Field{"user_type_name", "sysname"}, Field{"assembly_qualified_type_name", "nvarchar(4000)"},
    Field{"xml_collection_id", "int"}, Field{"xml_collection_database", "sysname"}, Field{"xml_collection_schema", "sysname"},
    Field{"xml_collection_name", "sysname"}, Field{"is_xml_document", "bit"}, Field{"is_case_sensitive", "bit"},
    Field{"is_fixed_length_clr_type", "bit"}, Field{"source_server", "sysname"}, Field{"source_database", "sysname"},
    Field{"source_schema", "sysname"}, Field{"source_table", "sysname"}, Field{"source_column", "sysname"}, Field{"is_identity_column", "bit"},
    Field{"is_part_of_unique_key", "bit"}, Field{"is_updateable", "bit"}, Field{"is_computed_column", "bit"},
    Field{"is_sparse_column_set", "bit"}, Field{"ordinal_in_order_by_list", "smallint"}, Field{"order_by_list_length", "smallint"},
    Field{"order_by_is_descending", "smallint"}, Field{"tds_type_id", "int"}, Field{"tds_length", "int"}, Field{"tds_collation_id", "int"},
    Field{"tds_collation_sort_id", "tinyint"},
};

// The row of one column, as values in T-SQL; what is not here is NULL.
base::Result<std::map<std::string_view, std::string>> valuesOf(const ResultColumn& column, std::size_t ordinal)
{
    const SqlType& type = column.crypto ? column.crypto->baseType : column.type;
    const auto facts = std::find_if(kTypeFacts.begin(), kTypeFacts.end(), [&](const TypeFacts& known) { return known.id == type.id; });
    if (facts == kTypeFacts.end())
        return callError(40517, "sp_describe_first_result_set for a column of type " + types::typeName(type) + " is not supported in the sandbox.");
    const int length = maxLengthOf(*facts, type);
    const bool scaled = type.id == TypeId::kTime || type.id == TypeId::kDateTime2 || type.id == TypeId::kDateTimeOffset;
    const bool exact = type.id == TypeId::kDecimal || type.id == TypeId::kNumeric;
    std::map<std::string_view, std::string> values{
        {"is_hidden", "0"}, {"column_ordinal", std::to_string(ordinal)}, {"is_nullable", column.nullable ? "1" : "0"},
        {"system_type_id", std::to_string(facts->systemTypeId)}, {"system_type_name", tsql::quoteLiteral(types::typeName(type))},
        {"max_length", std::to_string(length)},
        {"precision", std::to_string(exact ? type.precision : scaled ? facts->precision + (type.scale > 0 ? type.scale + 1 : 0) : facts->precision)},
        {"scale", std::to_string(exact || scaled ? type.scale : facts->scale)}, {"is_xml_document", "0"},
        {"is_case_sensitive", "0"}, {"is_fixed_length_clr_type", "0"}, {"is_identity_column", column.identity ? "1" : "0"},
        {"is_updateable", column.computed || column.identity ? "0" : "1"}, {"is_computed_column", "0"}, {"is_sparse_column_set", "0"},
        {"tds_type_id", std::to_string(column.nullable ? facts->tdsNullableType : facts->tdsType)},
        {"tds_length", std::to_string(tdsLengthOf(type, length))}};
    if (!column.name.empty())
        values["name"] = tsql::quoteLiteral(column.name);
    if (types::isText(type.id)) {
        values["collation_name"] = tsql::quoteLiteral(types::collationName(type.collation));
        values["tds_collation_id"] = std::to_string(static_cast<std::int32_t>(type.collation.info));
        values["tds_collation_sort_id"] = std::to_string(type.collation.sortId);
    }
    return values;
}

base::Result<std::string> answerText(const ResultShape& shape)
{
    const auto select = [](const std::map<std::string_view, std::string>& values, std::string_view top) {
        std::string list;
        for (const Field& field : kFields) {
            const auto value = values.find(field.name);
            list += (list.empty() ? "" : ", ") + ("CAST(" + (value == values.end() ? std::string("NULL") : value->second) + " AS " + field.type + ") AS ")
                + tsql::quoteName(field.name);
        }
        return "SELECT " + std::string(top) + list;
    };
    std::string text;
    for (std::size_t i = 0; i < shape.columns.size(); ++i) {
        ES_TRY(const auto values, valuesOf(shape.columns[i], i + 1));
        text += (text.empty() ? "" : " UNION ALL ") + select(values, "");
    }
    return text.empty() ? select({}, "TOP (0) ") : text;
}

// True: it is one SELECT; false: it changes rows and gives no result.
base::Result<bool> givesResult(const std::string& text)
{
    ES_TRY(const tsql::Script script, tsql::parse(text));
    if (script.statements.size() == 1) {
        const tsql::StatementNode& node = script.statements[0].node;
        if (std::holds_alternative<tsql::SelectStatement>(node))
            return true;
        if (std::holds_alternative<tsql::Insert>(node) || std::holds_alternative<tsql::Update>(node) || std::holds_alternative<tsql::Delete>(node))
            return false;
    }
    return callError(40517, "sp_describe_first_result_set for anything but one SELECT, INSERT, UPDATE or DELETE is not supported in the sandbox.");
}

// NULL for every parameter; for one that meets an encrypted column, an encrypted NULL.
base::Result<std::vector<EngineParameter>> nullParameters(EngineSession& session, const FirstResultCall& call)
{
    ES_TRY(auto parameters, session.parseDeclarations(call.declarations));
    ES_TRY(const auto undeclared, session.undeclaredParameters(call.text, call.declarations));
    std::string declarations = call.declarations;
    for (const EngineParameter& parameter : undeclared) {
        declarations += (declarations.empty() ? "" : ", ") + parameter.name + " " + types::typeName(parameter.type);
        parameters.push_back(parameter);
    }
    if (parameters.empty())
        return parameters;
    const DescribeAnswer described = session.describe({call.text, declarations, {}});
    for (std::size_t i = 0; i < parameters.size() && i < described.parameters.size(); ++i) {
        const DescribedParameter& facts = described.parameters[i];
        const auto key = std::find_if(described.keys.begin(), described.keys.end(), [&](const DescribedKey& k) { return k.ordinal == facts.keyOrdinal; });
        if (facts.encryptionType == 0 || key == described.keys.end())
            continue;
        parameters[i].cipher = CipherInfo{parameters[i].type, facts.algorithm, facts.encryptionType, key->databaseId, key->keyId, key->keyVersion,
                                          key->metadataVersion, facts.normalizationRule};
    }
    return parameters;
}

base::Result<ResultShape> shapeOf(EngineSession& session, const FirstResultCall& call, ExecSink& sink, std::stop_token stop)
{
    ES_TRY(const bool result, givesResult(call.text));
    if (!result)
        return ResultShape{};
    BatchRequest on, off, statement;
    on.text = "SET FMTONLY ON";
    off.text = "SET FMTONLY OFF";
    statement.text = call.text;
    ES_TRY(statement.parameters, nullParameters(session, call));
    ShapeSink seen(sink);
    session.execute(on, seen, {});
    session.execute(statement, seen, std::move(stop));
    session.execute(off, seen, {});
    if (seen.failed || !seen.shape)
        return callError(11501, "The batch could not be analyzed because of compile errors.");
    return std::move(*seen.shape);
}

}  // namespace

std::optional<FirstResultCall> firstResultCallOf(std::string_view batch)
{
    constexpr std::string_view kName = "sp_describe_first_result_set";
    if (batch.size() > 65'536 || batch.find("first_result_set") == std::string_view::npos)
        return std::nullopt;
    const auto script = tsql::parse(batch);
    if (!script || script->statements.size() != 1)
        return std::nullopt;
    const auto* call = std::get_if<tsql::Execute>(&script->statements[0].node);
    if (call == nullptr || plainProcedureName(call->procedure.object()) != kName)
        return std::nullopt;
    FirstResultCall found;
    for (std::size_t i = 0; i < call->arguments.size() && i < 3; ++i) {
        const auto* literal = std::get_if<tsql::Literal>(&call->arguments[i].value->node);
        if (literal == nullptr)
            return std::nullopt;
        const std::string name = plainProcedureName(call->arguments[i].name);
        if (name == "@tsql" || (name.empty() && i == 0))
            found.text = literal->text;
        else if (name == "@params" || (name.empty() && i == 1))
            found.declarations = literal->kind == tsql::LiteralKind::kNull ? std::string() : literal->text;
    }
    return found;
}

ExecOutcome describeFirstResult(EngineSession& session, const FirstResultCall& call, ExecSink& sink, std::stop_token stop)
{
    const auto fail = [&](const base::Error& error) {
        sink.message(error.server.value_or(base::ServerError{50000, 1, 16, 1, error.describe(), {}, {}}), true);
        sink.done({Command::kNone, {}, true});
        return ExecOutcome::kCompleted;
    };
    const auto shape = shapeOf(session, call, sink, stop);
    if (!shape)
        return fail(shape.error());
    auto text = answerText(*shape);
    if (!text)
        return fail(text.error());
    BatchRequest request;
    request.text = std::move(*text);
    return session.execute(request, sink, std::move(stop));
}

}  // namespace es::sandbox
