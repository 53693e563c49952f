#include "driver/types/Convert.h"

#include "driver/types/ConvertParts.h"

namespace es::types {
namespace {

base::Result<Value> dispatch(const Conversion& c)
{
    const TypeId to = c.to.id;
    if (isInteger(to))
        return toInteger(c);
    if (isDecimal(to))
        return toDecimal(c);
    if (isMoney(to))
        return toMoney(c);
    if (isApproximate(to))
        return toFloat(c);
    if (isDateOrTime(to))
        return toDateOrTime(c);
    if (isText(to) || to == TypeId::kXml || to == TypeId::kJson)
        return toText(c);
    if (isBinary(to))
        return toBinary(c);
    if (to == TypeId::kUniqueIdentifier)
        return toGuid(c);
    return Value(c.value);  // sql_variant keeps what it is given; NULL, UDT, vector: only from themselves
}

base::Error notAllowed(TypeId from, TypeId to, bool convertible)
{
    const std::string names = "from data type " + std::string(baseTypeName(from)) + " to " + std::string(baseTypeName(to));
    if (convertible)
        return serverError(257, 3, "Implicit conversion " + names + " is not allowed. Use the CONVERT function to run this query.");
    return serverError(529, 2, "Explicit conversion " + names + " is not allowed.");
}

// The type of what a sql_variant held.
SqlType typeOfValue(const Value& value)
{
    struct Visitor {
        SqlType operator()(Null) const { return makeType(TypeId::kNull); }
        SqlType operator()(std::int64_t) const { return makeType(TypeId::kBigInt); }
        SqlType operator()(float) const { return makeType(TypeId::kReal); }
        SqlType operator()(double) const { return makeType(TypeId::kFloat); }
        SqlType operator()(Money) const { return makeType(TypeId::kMoney); }
        SqlType operator()(const Decimal& decimal) const { return makeDecimal(decimal.precision, decimal.scale); }
        SqlType operator()(Date) const { return makeType(TypeId::kDate); }
        SqlType operator()(Time) const { return makeType(TypeId::kTime); }
        SqlType operator()(DateTime2) const { return makeType(TypeId::kDateTime2); }
        SqlType operator()(const DateTimeOffset&) const { return makeType(TypeId::kDateTimeOffset); }
        SqlType operator()(DateTime) const { return makeType(TypeId::kDateTime); }
        SqlType operator()(SmallDateTime) const { return makeType(TypeId::kSmallDateTime); }
        SqlType operator()(const Guid&) const { return makeType(TypeId::kUniqueIdentifier); }
        SqlType operator()(const std::string&) const { return makeSized(TypeId::kNVarChar, kMaxLength); }
        SqlType operator()(const base::Bytes&) const { return makeSized(TypeId::kVarBinary, kMaxLength); }
    };
    return std::visit(Visitor{}, value);
}

base::Result<Value> convert(const Value& value, const SqlType& from, const SqlType& to, int style, bool assign, bool pad = true)
{
    if (isNull(value))
        return Value(Null{});
    const bool allowed = assign ? isImplicitlyConvertible(from.id, to.id) : isConvertible(from.id, to.id);
    if (!allowed) {
        if (assign && !isConvertible(from.id, to.id))
            return serverError(206, 2, "Operand type clash: " + std::string(baseTypeName(from.id)) + " is incompatible with " +
                                           std::string(baseTypeName(to.id)));
        return notAllowed(from.id, to.id, isConvertible(from.id, to.id));
    }
    if (from.id == TypeId::kSqlVariant && to.id != TypeId::kSqlVariant) {
        const SqlType inner = typeOfValue(value);
        return dispatch({value, inner, to, style, assign, pad});
    }
    return dispatch({value, from, to, style, assign, pad});
}

}  // namespace

base::Result<Value> convertValue(const Value& value, const SqlType& from, const SqlType& to, int style)
{
    return convert(value, from, to, style, false);
}

base::Result<Value> assignValue(const Value& value, const SqlType& from, const SqlType& to)
{
    return convert(value, from, to, kNoStyle, true);
}

base::Result<Value> parameterValue(const Value& value, const SqlType& from, const SqlType& to)
{
    return convert(value, from, to, kNoStyle, true, false);
}

}  // namespace es::types
