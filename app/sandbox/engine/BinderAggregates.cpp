// Binder: aggregates and window functions.
#include "app/sandbox/engine/Binder.h"

#include "app/sandbox/engine/Functions.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;

namespace {

struct NumericPlan {
    std::string function;
    SqlType type;
};

std::string lower(std::string_view name)
{
    std::string out(name);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

// SUM and AVG by SQL Server's result types: int for the small ones, bigint, money, decimal(38, s), float.
std::optional<NumericPlan> numericPlan(bool average, const SqlType& type)
{
    const std::string stem = average ? "es_avg_" : "es_sum_";
    if (type.id == TypeId::kBigInt) return NumericPlan{stem + "big", type};
    if (types::isInteger(type.id) && type.id != TypeId::kBit) return NumericPlan{stem + "int", types::makeType(TypeId::kInt)};
    if (types::isMoney(type.id)) return NumericPlan{stem + "money", types::makeType(TypeId::kMoney)};
    if (types::isApproximate(type.id)) return NumericPlan{stem + "real", types::makeType(TypeId::kFloat)};
    if (!types::isDecimal(type.id)) return std::nullopt;
    SqlType result = types::makeDecimal(38, average ? std::max<std::uint8_t>(type.scale, 6) : type.scale);
    result.id = type.id; // decimal or numeric, as it came
    return NumericPlan{average ? stem + "dec" + std::to_string(result.scale - type.scale) : stem + "dec", result};
}

Result<types::Value> variantOfDigits(const CallFrame& frame)
{
    ES_TRY(base::Bytes bytes, base::fromHex(std::get<std::string>(frame.args[0])));
    return types::Value(types::Variant{std::move(bytes)});
}

// constants[0]: 0 for NTILE, 1 for LAG and LEAD.
Result<types::Value> windowCount(const CallFrame& frame)
{
    const auto* count = std::get_if<std::int64_t>(&frame.args[0]);
    const bool offset = frame.call.constants[0] == 1;
    if (offset && count && *count < 0) return sqlError(8730, "Offset parameter for Lag and Lead functions cannot be a negative value.");
    if (!offset && (!count || *count < 1))
        return sqlError(4116, "The function 'ntile' takes only a positive int or bigint expression as its input.");
    return frame.args[0];
}

// Errors: 4193, 4194, 10756.
Result<void> checkFrame(const tsql::Over& over)
{
    using Kind = tsql::FrameBoundKind;
    const Kind start = over.frame->start.kind;
    const Kind end = over.frame->end.kind;
    const auto counted = [](Kind kind) { return kind == Kind::kPreceding || kind == Kind::kFollowing; };
    if (over.orderBy.empty()) return sqlError(10756, "Window frame with ROWS or RANGE must have an ORDER BY clause.", 0, 1, 15);
    if (over.frame->unit == tsql::FrameUnit::kRange && (counted(start) || counted(end)))
        return sqlError(4194, "RANGE is only supported with UNBOUNDED and CURRENT ROW window frame delimiters.");
    const bool backwards = start == Kind::kUnboundedFollowing || end == Kind::kUnboundedPreceding || (start == Kind::kCurrentRow && end == Kind::kPreceding)
        || (start == Kind::kFollowing && (end == Kind::kCurrentRow || end == Kind::kPreceding));
    if (backwards) return sqlError(4193, "This window frame ends before it starts and cannot be used with the OVER clause.");
    return {};
}

constexpr std::string_view kSpreads[] = {"STDEV", "STDEVP", "VAR", "VARP"};

} // namespace

bool isAggregateName(std::string_view name)
{
    static constexpr std::string_view kNames[]
        = {"COUNT", "COUNT_BIG", "SUM", "AVG", "MIN", "MAX", "STRING_AGG", "STDEV", "STDEVP", "VAR", "VARP", "APPROX_COUNT_DISTINCT"};
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

bool isWindowOnlyName(std::string_view name)
{
    static constexpr std::string_view kNames[] = {"ROW_NUMBER", "RANK", "DENSE_RANK", "NTILE", "LAG", "LEAD", "FIRST_VALUE", "LAST_VALUE",
        "PERCENT_RANK", "CUME_DIST"};
    return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

Result<BoundExpr> Binder::bindAggregate(const tsql::FunctionCall& node, Scope& scope, std::int32_t line)
{
    const std::string name = upperAscii(node.name.object());
    std::string over;
    if (node.over) {
        if (!scope.aggregateAllowed)
            return sqlError(4108, "Windowed functions can only appear in the SELECT or ORDER BY clauses.", line, 1, 15);
        ES_TRY(over, bindOver(*node.over, scope));
    } else {
        if (scope.bindingKeys) return inGroupBy(line);
        if (!scope.aggregateAllowed)
            return sqlError(147,
                "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a "
                "select list, and the column being aggregated is an outer reference.",
                line, 1, 15);
        if (scope.insideAggregate > 0)
            return sqlError(130, "Cannot perform an aggregate function on an expression containing an aggregate or a subquery.", line);
        scope.sawAggregate = true;
    }
    if (!node.withinGroup.empty() && name != "STRING_AGG")
        return sqlError(10757, "The function '" + name + "' may not have a WITHIN GROUP clause.", line, 1, 15);
    BoundExpr out;
    out.nullable = true;
    if (name == "COUNT" || name == "COUNT_BIG") {
        out.type = types::makeType(name == "COUNT" ? TypeId::kInt : TypeId::kBigInt);
        out.nullable = false;
        if (node.star) {
            out.sql = "count(*)" + over;
            return out;
        }
    }
    const std::size_t wanted = name == "STRING_AGG" ? 2 : 1;
    if (node.arguments.size() != wanted)
        return sqlError(174, "The " + lower(name) + " function requires " + std::to_string(wanted) + " argument(s).", line, 1, 15);
    const int depth = node.over ? 0 : 1;
    scope.insideAggregate += depth;
    Result<BoundExpr> bound = bind(*node.arguments[0], scope);
    scope.insideAggregate -= depth;
    ES_TRY(BoundExpr arg, std::move(bound));
    if (arg.isNullLiteral() && !arg.undeclared && name != "STRING_AGG")
        return sqlError(8117, "Operand data type NULL is invalid for " + lower(name) + " operator.", line);
    const std::string distinct = node.distinct ? "DISTINCT " : "";
    if (node.distinct && node.over) return notSupported("DISTINCT in a window function", line);
    if (name == "APPROX_COUNT_DISTINCT") { // the exact count is within what the server promises
        if (node.over || node.distinct) return notSupported("APPROX_COUNT_DISTINCT with DISTINCT or OVER", line);
        ES_TRY(const std::string key, orderKey(arg, tsql::Operation::kDistinct, line));
        out.type = types::makeType(TypeId::kBigInt);
        out.nullable = false;
        out.sql = "count(DISTINCT " + key + ")";
        return out;
    }
    if (name == "COUNT" || name == "COUNT_BIG") {
        if (isIncomparable(arg.type.id) && (node.distinct || arg.type.id != TypeId::kXml))
            return sqlError(8117, "Operand data type " + typeText(arg) + " is invalid for " + lower(name) + " operator.", line,
                node.distinct ? 2 : 1);
        if (node.distinct) {
            ES_TRY(const std::string key, orderKey(arg, tsql::Operation::kDistinct, line));
            out.sql = "count(DISTINCT " + key + ")";
        } else
            out.sql = "count(" + arg.sql + ")" + over;
        return out;
    }
    if (arg.scheme.encrypted() && !inferring())
        return sqlError(8117, "Operand data type " + typeText(arg) + " is invalid for " + lower(name) + " operator.", line);
    ES_CHECK(requirePlain(arg, line, name));
    const auto invalid = [&] {
        return sqlError(8117,
            "Operand data type " + std::string(types::baseTypeName(arg.type.id)) + " is invalid for " + lower(name) + " operator.", line);
    };
    if (name == "STRING_AGG") {
        if (node.distinct || node.over) return notSupported("STRING_AGG with DISTINCT or OVER", line);
        scope.insideAggregate += depth;
        Result<BoundExpr> joined = stringAgg(node, scope, std::move(arg), line);
        scope.insideAggregate -= depth;
        return joined;
    }
    if (name == "MIN" || name == "MAX") {
        if (arg.type.id == TypeId::kBit || isIncomparable(arg.type.id)) return invalid();
        // The stored bytes of binary and datetimeoffset order rightly; of several equal ones any may be the answer.
        const bool bytes = types::isBinary(arg.type.id) || arg.type.id == TypeId::kDateTimeOffset;
        ES_TRY(const std::string key, bytes ? Result<std::string>(arg.sql) : comparable(arg));
        out.type = arg.type;
        out.label = arg.label;
        out.sql = lower(name) + "(" + key + ")" + over;
        if (arg.type.id != TypeId::kSqlVariant) return out;
        out.type = types::makeSized(TypeId::kVarChar, types::kMaxLength); // the hex digits that were compared
        return call(variantOfDigits, {std::move(out)}, arg.type, line);
    }
    if (std::find(std::begin(kSpreads), std::end(kSpreads), name) != std::end(kSpreads)) {
        if (!types::isNumber(arg.type.id)) return invalid();
        out.type = types::makeType(TypeId::kFloat);
        ES_TRY(const BoundExpr real, castTo(std::move(arg), out.type, line));
        out.sql = "es_" + lower(name) + "(" + distinct + real.sql + ")" + over;
        return out;
    }
    const auto plan = numericPlan(name == "AVG", arg.type);
    if (!plan) return invalid();
    out.type = plan->type;
    out.sql = plan->function + "(" + distinct + arg.sql + ")" + over;
    return out;
}

// Joined in the order of WITHIN GROUP, or of the rows; see AggregateText.cpp.
Result<BoundExpr> Binder::stringAgg(const tsql::FunctionCall& node, Scope& scope, BoundExpr arg, std::int32_t line)
{
    ES_TRY(BoundExpr separator, bind(*node.arguments[1], scope));
    ES_CHECK(requirePlain(separator, line, "STRING_AGG"));
    for (const BoundExpr* side : {&arg, &separator})
        if (side->type.id == TypeId::kSqlVariant || isIncomparable(side->type.id))
            return sqlError(8116,
                "Argument data type " + std::string(types::baseTypeName(side->type.id)) + " is invalid for argument "
                    + (side == &arg ? "1" : "2") + " of string_agg function.",
                line);
    if (arg.isNullLiteral() && !arg.undeclared)
        return sqlError(8116, "Argument data type NULL is invalid for argument 1 of string_agg function.", line);
    BoundExpr out;
    const bool unicode = types::isUnicode(arg.type.id) || !types::isText(arg.type.id);
    const bool large = types::isLarge(arg.type);
    out.label = arg.label;
    out.type = types::makeSized(unicode ? TypeId::kNVarChar : TypeId::kVarChar, large ? types::kMaxLength : unicode ? 4000 : 8000,
        types::isText(arg.type.id) ? arg.type.collation : m_catalog.collation);
    SqlType whole = out.type;
    whole.lengthBytes = types::kMaxLength;
    ES_TRY(const BoundExpr text, castTo(std::move(arg), whole, line));
    ES_TRY(separator, castTo(std::move(separator), whole, line));
    std::string order = "NULL, 0, 0, 0";
    if (node.withinGroup.size() > 1) return notSupported("WITHIN GROUP with several orders", line);
    if (!node.withinGroup.empty()) {
        const tsql::OrderItem& item = node.withinGroup.front();
        ES_TRY(const BoundExpr key, bind(*item.expr, scope));
        ES_CHECK(requirePlain(key, line, "WITHIN GROUP"));
        if (key.type.id == TypeId::kSqlVariant) return notSupported("WITHIN GROUP by a sql_variant", line);
        const types::Collation collation = key.type.collation;
        ES_TRY(const std::string sortable, types::isText(key.type.id) ? Result<std::string>(key.sql) : comparable(key));
        order = sortable + ", " + std::to_string(collation.info) + ", " + std::to_string(collation.sortId + (types::isUnicode(key.type.id) ? 0 : 256)) + ", "
            + (item.descending ? "1" : "0");
    }
    out.sql = "es_string_agg(" + text.sql + ", " + separator.sql + ", " + (large ? "0" : "8000") + ", " + (unicode ? "1" : "0") + ", " + order + ")";
    return out;
}

Result<std::string> Binder::bindOver(const tsql::Over& over, Scope& scope)
{
    std::string out;
    for (const tsql::ExprPtr& expr : over.partitionBy) {
        ES_TRY(const BoundExpr key, bind(*expr, scope));
        ES_TRY(const std::string text, orderKey(key, tsql::Operation::kGroupBy, static_cast<std::int32_t>(expr->range.line)));
        out += (out.empty() ? "PARTITION BY " : ", ") + text;
    }
    std::string order;
    for (const tsql::OrderItem& item : over.orderBy) {
        ES_TRY(const BoundExpr key, bind(*item.expr, scope));
        if (key.constant) {
            const bool index = types::isInteger(key.type.id) && key.literal;
            return sqlError(index ? 5308 : 5309,
                std::string("Windowed functions, aggregates and NEXT VALUE FOR functions do not support ") + (index ? "integer indices" : "constants")
                    + " as ORDER BY clause expressions.",
                static_cast<std::int32_t>(item.expr->range.line));
        }
        ES_TRY(const std::string text, orderKey(key, tsql::Operation::kOrderBy, static_cast<std::int32_t>(item.expr->range.line)));
        order += (order.empty() ? "ORDER BY " : ", ") + text + (item.descending ? " DESC" : "");
    }
    if (!order.empty()) out += (out.empty() ? "" : " ") + order;
    if (over.frame) {
        ES_CHECK(checkFrame(over));
        const auto boundText = [&](const tsql::FrameBound& bound) -> Result<std::string> {
            switch (bound.kind) {
            case tsql::FrameBoundKind::kUnboundedPreceding: return std::string("UNBOUNDED PRECEDING");
            case tsql::FrameBoundKind::kCurrentRow: return std::string("CURRENT ROW");
            case tsql::FrameBoundKind::kUnboundedFollowing: return std::string("UNBOUNDED FOLLOWING");
            default: break;
            }
            if (over.frame->unit != tsql::FrameUnit::kRows)
                return sqlError(4194, "RANGE is only supported with UNBOUNDED and CURRENT ROW window frame delimiters.",
                    static_cast<std::int32_t>(bound.count->range.line));
            ES_TRY(const BoundExpr count, bind(*bound.count, scope));
            return count.sql + (bound.kind == tsql::FrameBoundKind::kPreceding ? " PRECEDING" : " FOLLOWING");
        };
        ES_TRY(const std::string start, boundText(over.frame->start));
        ES_TRY(const std::string end, boundText(over.frame->end));
        out += std::string(over.frame->unit == tsql::FrameUnit::kRows ? " ROWS" : " RANGE") + " BETWEEN " + start + " AND " + end;
    }
    return " OVER (" + out + ")";
}

Result<BoundExpr> Binder::bindWindow(const tsql::FunctionCall& node, Scope& scope, std::int32_t line)
{
    const std::string name = upperAscii(node.name.object());
    if (!node.over) return sqlError(10753, "The function '" + name + "' must have an OVER clause.", line, 1, 15);
    if (!scope.aggregateAllowed)
        return sqlError(4108, "Windowed functions can only appear in the SELECT or ORDER BY clauses.", line, 1, 15);
    if (node.over->orderBy.empty())
        return sqlError(4112, "The function '" + name + "' must have an OVER clause with ORDER BY.", line, 1, 15);
    if (node.over->frame && name != "FIRST_VALUE" && name != "LAST_VALUE")
        return sqlError(10752, "The function '" + name + "' may not have a window frame.", line, 3, 15);
    const auto counted = [&](const tsql::Expr& expr, bool offset) -> Result<std::string> {
        ES_TRY(BoundExpr count, bind(expr, scope));
        ES_CHECK(requirePlain(count, line, name));
        ES_TRY(count, castTo(std::move(count), types::makeType(TypeId::kBigInt), line));
        return call(windowCount, {std::move(count)}, types::makeType(TypeId::kBigInt), line, {offset}, false).sql;
    };
    ES_TRY(const std::string over, bindOver(*node.over, scope));
    BoundExpr out;
    if (name == "ROW_NUMBER" || name == "RANK" || name == "DENSE_RANK" || name == "NTILE") {
        out.type = types::makeType(TypeId::kBigInt);
        out.nullable = false;
        std::string argument;
        if (name == "NTILE") {
            if (node.arguments.size() != 1) return sqlError(174, "The ntile function requires 1 argument(s).", line, 1, 15);
            ES_TRY(argument, counted(*node.arguments[0], false));
        }
        out.sql = lower(name) + "(" + argument + ")" + over;
        return out;
    }
    if (name == "PERCENT_RANK" || name == "CUME_DIST") {
        if (!node.arguments.empty()) return sqlError(174, "The " + lower(name) + " function requires 0 argument(s).", line, 1, 15);
        out.type = types::makeType(TypeId::kFloat);
        out.nullable = false;
        out.sql = lower(name) + "()" + over;
        return out;
    }
    if (node.arguments.empty()) return sqlError(174, "The " + lower(name) + " function requires 1 argument(s).", line, 1, 15);
    ES_TRY(BoundExpr value, bind(*node.arguments[0], scope));
    ES_CHECK(requirePlain(value, line, name));
    out.type = value.type;
    out.label = value.label;
    std::string arguments = value.sql;
    if (node.arguments.size() > 1) {
        ES_TRY(const std::string offset, counted(*node.arguments[1], true));
        arguments += ", " + offset;
    }
    if (node.arguments.size() > 2) {
        ES_TRY(BoundExpr fallback, bind(*node.arguments[2], scope));
        ES_TRY(fallback, castTo(std::move(fallback), out.type, line));
        arguments += ", " + fallback.sql;
    }
    out.sql = lower(name) + "(" + arguments + ")" + over;
    return out;
}

} // namespace es::sandbox
