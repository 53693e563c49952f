#include "driver/types/Convert.h"

#include "driver/types/ConvertParts.h"
#include "driver/types/Variant.h"

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
    return Value(c.value);  // NULL, UDT, vector: only from themselves
}

base::Error notAllowed(TypeId from, TypeId to, bool convertible, std::uint8_t state = 2)
{
    const std::string names = "from data type " + std::string(baseTypeName(from)) + " to " + std::string(baseTypeName(to));
    if (convertible)
        return serverError(257, 3, "Implicit conversion " + names + " is not allowed. Use the CONVERT function to run this query.");
    return serverError(529, state, "Explicit conversion " + names + " is not allowed.");
}

// A variant in a variant is the same variant.
base::Result<Value> toVariant(const Value& value, const SqlType& from, bool assign)
{
    if (from.id == TypeId::kSqlVariant)
        return Value(value);
    if (isLarge(from)) {
        if (assign)
            return serverError(206, 2, "Operand type clash: " + typeName(from) + " is incompatible with sql_variant");
        return serverError(529, 1, "Explicit conversion from data type " + typeName(from) + " to sql_variant is not allowed.");
    }
    ES_TRY(auto variant, makeVariant(value, from));
    return Value(std::move(variant));
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
    if (to.id == TypeId::kSqlVariant)
        return toVariant(value, from, assign);
    if (from.id == TypeId::kSqlVariant) {
        const auto* variant = std::get_if<Variant>(&value);
        if (variant == nullptr)
            return wrongKind(from);
        ES_TRY(const auto content, variantContent(*variant));
        if (!isConvertible(content.type.id, to.id))
            return notAllowed(content.type.id, to.id, false, 3);
        return dispatch({content.value, content.type, to, style, assign, pad});
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
