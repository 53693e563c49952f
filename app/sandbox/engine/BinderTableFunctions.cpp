// Binder: functions that stand in a FROM: STRING_SPLIT, GENERATE_SERIES.
#include "app/sandbox/engine/Binder.h"

#include "app/sandbox/engine/FunctionArguments.h"
#include "driver/base/Utf16.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

void appendJson(std::string& out, std::string_view text)
{
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += {'\\', c};
        else if (static_cast<unsigned char>(c) < 0x20) {
            char code[8];
            std::snprintf(code, sizeof code, "\\u%04x", c);
            out += code;
        } else
            out += c;
    }
    out += '"';
}

// The parts as a JSON array, which SQLite's json_each turns into rows.
Result<Value> splitText(const CallFrame& f)
{
    const std::u16string separator = units(text(f, 1));
    if (separator.size() != 1) return sqlError(214, "Procedure expects parameter 'separator' of type 'nchar(1)/nvarchar(1)'.", 0, 11);
    const std::u16string all = units(text(f, 0));
    std::string out = "[";
    for (std::size_t from = 0;;) {
        const auto found = std::find_if(all.begin() + static_cast<std::ptrdiff_t>(from), all.end(),
            [&](char16_t c) { return sameCharacter(separator[0], c, rulesOf(f.call.argTypes[0], f.call.argTypes[1])); });
        const std::size_t at = found == all.end() ? std::u16string::npos : static_cast<std::size_t>(found - all.begin());
        appendJson(out, utf8(all.substr(from, at == std::u16string::npos ? at : at - from)));
        if (at == std::u16string::npos) break;
        out += ',';
        from = at + 1;
    }
    return Value(out + "]");
}

Result<Value> seriesStep(const CallFrame& f)
{
    if (number(f, 0) == 0) return sqlError(4199, "Argument value 0 is invalid for argument 3 of generate_series function.");
    return f.args[0];
}

BoundExpr column(const std::string& sql, const SqlType& type, bool nullable)
{
    BoundExpr out;
    out.sql = sql;
    out.type = type;
    out.nullable = nullable;
    out.label = CollationLabel::kImplicit;
    return out;
}

} // namespace

Result<std::string> Binder::bindTableFunction(const tsql::FunctionTable& node, Scope& scope, std::int32_t line)
{
    const std::string name = upperAscii(node.name.object());
    const bool split = name == "STRING_SPLIT";
    if (node.name.parts.size() != 1 || (!split && name != "GENERATE_SERIES"))
        return notSupported("The table function " + std::string(node.name.object()), line);
    const std::size_t count = node.arguments.size();
    if (count < 2 || count > 3)
        return sqlError(189, "The " + foldName(name) + " function requires 2 to 3 arguments.", line, 1, 15);
    FunctionArgs args{*this, split ? "STRING_SPLIT" : "GENERATE_SERIES", {}, {}, line};
    for (const tsql::ExprPtr& argument : node.arguments) {
        ES_TRY(BoundExpr bound, bind(*argument, scope));
        ES_CHECK(requirePlain(bound, line, name));
        args.args.push_back(std::move(bound));
    }
    Source source;
    source.alias = node.alias.name.text.empty() ? std::string(node.name.object()) : node.alias.name.text;
    source.sqlAlias = newAlias();
    std::string sql;
    if (split) {
        ES_TRY(sql, bindSplit(args, source));
    } else {
        ES_TRY(sql, bindSeries(args, source));
    }
    const auto& names = node.alias.columns;
    if (names.size() > source.columns.size())
        return sqlError(8158, "'" + source.alias + "' has more columns than were specified in the column list.", line);
    for (std::size_t i = 0; i < names.size(); ++i)
        source.columns[i].name = names[i].text;
    scope.sources.push_back(std::move(source));
    return sql;
}

Result<std::string> Binder::bindSplit(FunctionArgs& a, Source& source)
{
    bool ordinal = false;
    if (a.args.size() > 2) {
        const auto* flag = a.args[2].constant ? std::get_if<std::int64_t>(&*a.args[2].constant) : nullptr;
        if (!flag && !a.args[2].isNullLiteral())
            return sqlError(8748, "The enable_ordinal argument for string_split only supports constant values (not variables or columns).", a.line);
        if (flag && *flag != 0 && *flag != 1)
            return sqlError(4199, "Argument value " + std::to_string(*flag) + " is invalid for argument 3 of string_split function.", a.line);
        ordinal = flag && *flag == 1;
        a.args.pop_back();
    }
    for (std::size_t i = 0; i < 2; ++i)
        if (!types::isText(a.args[i].type.id)) return invalidArgument(a, i);
    ES_TRY(a.args[0].type.collation, collationOf(a.args[0], a.args[1], a.line, "string_split"));
    const bool unicode = types::isUnicode(a.args[0].type.id) || types::isUnicode(a.args[1].type.id);
    const SqlType type = textType(unicode, types::declaredLength(a.args[0].type), a.args[0].type.collation);
    const BoundExpr array = make(a, splitText, types::makeSized(TypeId::kNVarChar, types::kMaxLength));
    source.columns.push_back({"value", column(source.sqlAlias + ".value", type, false)});
    if (ordinal) source.columns.push_back({"ordinal", column("(" + source.sqlAlias + ".key + 1)", types::makeType(TypeId::kBigInt), false)});
    return "json_each(" + array.sql + ") AS " + source.sqlAlias;
}

Result<std::string> Binder::bindSeries(FunctionArgs& a, Source& source)
{
    const SqlType type = a.args[0].type;
    for (const BoundExpr& arg : a.args) {
        if (types::isDecimal(arg.type.id)) return notSupported("GENERATE_SERIES of decimal", a.line);
        if (!types::isInteger(arg.type.id) || arg.type.id == TypeId::kBit || (arg.type.id != type.id && !arg.isNullLiteral()))
            return sqlError(5373,
                "All the input parameters should be of the same type. Supported types are tinyint, smallint, int, bigint, decimal and numeric.",
                a.line);
    }
    std::string step = "CASE WHEN a <= b THEN 1 ELSE -1 END";
    if (a.args.size() > 2) step = call(seriesStep, {a.args[2]}, type, a.line).sql;
    source.columns.push_back({"value", column(source.sqlAlias + ".c1", type, false)});
    return "(WITH RECURSIVE e(a, b) AS (SELECT " + a.args[0].sql + ", " + a.args[1].sql + "), p(a, b, s) AS (SELECT a, b, " + step
        + " FROM e WHERE a IS NOT NULL AND b IS NOT NULL), g(v) AS (SELECT a FROM p WHERE (s > 0 AND a <= b) OR (s < 0 AND a >= b) "
          "UNION ALL SELECT v + s FROM g, p WHERE (s > 0 AND v + s <= b) OR (s < 0 AND v + s >= b)) SELECT v AS c1 FROM g) AS "
        + source.sqlAlias;
}

} // namespace es::sandbox
