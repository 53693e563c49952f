// Binder: types that do not compare (text, ntext, image, xml), and what sql_variant may not stand in. Numbers and words as SQL Server's.
#include "app/sandbox/engine/Functions.h"

#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::TypeId;

namespace {

bool isOldLarge(TypeId id)
{
    return id == TypeId::kText || id == TypeId::kNText || id == TypeId::kImage;
}

std::string nameOf(const BoundExpr& expr)
{
    return expr.isNullLiteral() ? "NULL" : std::string(types::baseTypeName(expr.type.id));
}

base::Error clash402(const BoundExpr& left, const BoundExpr& right, std::string_view operation, std::int32_t line)
{
    return sqlError(402,
        "The data types " + nameOf(left) + " and " + nameOf(right) + " are incompatible in the " + std::string(operation) + " operator.",
        line);
}

base::Error implicitFromVariant(std::string_view target, std::int32_t line)
{
    return sqlError(257,
        "Implicit conversion from data type sql_variant to " + std::string(target)
            + " is not allowed. Use the CONVERT function to run this query.",
        line, 3);
}

bool standsBesideLarge(TypeId id) // 402 rather than 206
{
    return types::isText(id) || types::isBinary(id) || id == TypeId::kXml || id == TypeId::kDate || id == TypeId::kTime
        || id == TypeId::kDateTime2 || id == TypeId::kDateTimeOffset;
}

bool listed(std::initializer_list<std::string_view> names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

// What a function's parameter is, where it takes a sql_variant for something that needs CONVERT first; empty: it takes none (8116).
std::string_view variantTarget(std::string_view name, const std::vector<BoundExpr>& args)
{
    const bool unicode = std::any_of(args.begin(), args.end(), [](const BoundExpr& arg) { return types::isUnicode(arg.type.id); });
    if (listed({"ABS", "ROUND", "POWER", "SQRT", "SQUARE", "CEILING", "FLOOR", "SIGN", "EXP", "LOG", "LOG10", "SIN", "COS", "TAN", "ASIN", "ACOS",
                    "ATAN", "ATN2", "COT", "DEGREES", "RADIANS"},
            name))
        return "float";
    if (listed({"SPACE", "CHAR", "NCHAR", "OBJECT_NAME", "DB_NAME", "CHOOSE"}, name)) return "int";
    if (listed({"DATEPART", "YEAR", "MONTH", "DAY", "DATEDIFF", "DATENAME"}, name)) return "datetime";
    if (listed({"QUOTENAME", "OBJECT_ID", "DB_ID"}, name)) return "nvarchar";
    if (listed({"CONCAT", "CONCAT_WS", "CHARINDEX"}, name)) return unicode ? "nvarchar" : "varchar";
    return {};
}

} // namespace

bool isIncomparable(TypeId id)
{
    return isOldLarge(id) || id == TypeId::kXml;
}

base::Error incomparable(TypeId id, std::int32_t line)
{
    if (id == TypeId::kXml)
        return sqlError(305, "The XML data type cannot be compared or sorted, except when using the IS NULL operator.", line);
    return sqlError(
        306, "The text, ntext, and image data types cannot be compared or sorted, except when using IS NULL or LIKE operator.", line, 2);
}

Result<void> checkComparable(const BoundExpr& left, const BoundExpr& right, std::string_view operation, std::int32_t line)
{
    // A time meets no type that has a date in it, though it converts to most of them.
    const auto isDated = [](TypeId id) { return types::isDateOrTime(id) && id != TypeId::kTime; };
    const bool clock = (left.type.id == TypeId::kTime && isDated(right.type.id)) || (right.type.id == TypeId::kTime && isDated(left.type.id));
    if (clock && !left.isNullLiteral() && !right.isNullLiteral()) return clash402(left, right, operation, line);
    const bool one = isIncomparable(left.type.id) && !left.isNullLiteral();
    const bool other = isIncomparable(right.type.id) && !right.isNullLiteral();
    if (!one && !other) return {};
    if (left.type.id == TypeId::kXml && right.type.id == TypeId::kXml) return incomparable(TypeId::kXml, line);
    const BoundExpr& beside = one ? right : left;
    if (beside.isNullLiteral() || standsBesideLarge(beside.type.id)) return clash402(left, right, operation, line);
    return sqlError(206, "Operand type clash: " + nameOf(left) + " is incompatible with " + nameOf(right), line, 2);
}

Result<void> checkArithmetic(tsql::BinaryOperator op, const BoundExpr& left, const BoundExpr& right, std::string_view name, std::int32_t line)
{
    const bool variant = left.type.id == TypeId::kSqlVariant || right.type.id == TypeId::kSqlVariant;
    if (!variant && !isIncomparable(left.type.id) && !isIncomparable(right.type.id)) return {};
    if (!variant) return clash402(left, right, name, line);
    const bool bits = op == tsql::BinaryOperator::kBitAnd || op == tsql::BinaryOperator::kBitOr || op == tsql::BinaryOperator::kBitXor;
    if (bits && left.type.id == right.type.id)
        return sqlError(8117, "Operand data type sql_variant is invalid for " + std::string(name) + " operator.", line);
    const BoundExpr& other = left.type.id == TypeId::kSqlVariant ? right : left;
    const bool number = types::isNumber(other.type.id) && other.type.id != TypeId::kBit && !other.isNullLiteral();
    if (number && !bits && op != tsql::BinaryOperator::kModulo) return implicitFromVariant(types::baseTypeName(other.type.id), line);
    return clash402(left, right, name, line);
}

// Functions see neither what they would have to convert in silence nor what they cannot read.
Result<void> checkArguments(FunctionArgs& a)
{
    const bool any = listed({"DATALENGTH", "ISNULL", "COALESCE", "IIF"}, a.name);
    const bool ordering = listed({"NULLIF", "GREATEST", "LEAST", "SQL_VARIANT_PROPERTY"}, a.name);
    for (std::size_t i = 0; i < a.args.size(); ++i) {
        const TypeId id = a.args[i].type.id;
        const bool variant = id == TypeId::kSqlVariant;
        if ((!variant && !isIncomparable(id)) || a.args[i].isNullLiteral() || any || (a.name == "CHOOSE" && i > 0)) continue;
        if (variant && ordering) continue;
        if (isOldLarge(id) && (a.name == "SUBSTRING" || a.name == "PATINDEX" || (a.name == "CHARINDEX" && i == 1)) && id != TypeId::kImage) continue;
        if (id == TypeId::kImage && a.name == "SUBSTRING") continue;
        if (const std::string_view target = variant ? variantTarget(a.name, a.args) : std::string_view{}; !target.empty())
            return implicitFromVariant(target, a.line);
        return sqlError(8116,
            "Argument data type " + nameOf(a.args[i]) + " is invalid for argument " + std::to_string(i + 1 + (a.part.empty() ? 0 : 1)) + " of "
                + foldName(a.name) + " function.",
            a.line);
    }
    return {};
}

} // namespace es::sandbox
