// Which type may become which, with and without CAST.
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

namespace es::types {
namespace {

bool isOldDate(TypeId id) { return id == TypeId::kDateTime || id == TypeId::kSmallDateTime; }
bool isNewDate(TypeId id) { return isDateOrTime(id) && !isOldDate(id); }
bool isShortBinary(TypeId id) { return id == TypeId::kBinary || id == TypeId::kVarBinary; }
bool isShortText(TypeId id) { return id >= TypeId::kChar && id <= TypeId::kNVarChar; }

// What a sql_variant can hold, lengths apart.
bool isPlain(TypeId id) { return id >= TypeId::kBit && id <= TypeId::kVarBinary; }

enum class Way : std::uint8_t { kNo, kExplicit, kImplicit };

Way dateWay(TypeId from, TypeId to)
{
    const bool dateAndTime = (from == TypeId::kDate && to == TypeId::kTime) || (from == TypeId::kTime && to == TypeId::kDate);
    return dateAndTime ? Way::kNo : Way::kImplicit;
}

Way numberWay(TypeId from, TypeId to)
{
    if (isNumber(to))
        return Way::kImplicit;
    if (isOldDate(to))
        return Way::kImplicit;
    if (isShortText(to))
        return isMoney(from) ? Way::kExplicit : Way::kImplicit;
    if (isShortBinary(to))
        return isApproximate(from) ? Way::kExplicit : Way::kImplicit;
    return Way::kNo;
}

Way textWay(TypeId from, TypeId to)
{
    if (isText(to) || isNumber(to) || isDateOrTime(to) || to == TypeId::kUniqueIdentifier || to == TypeId::kXml || to == TypeId::kJson)
        return from == TypeId::kText || from == TypeId::kNText ? (isText(to) || to == TypeId::kXml ? Way::kImplicit : Way::kNo) : Way::kImplicit;
    if (isShortBinary(to))
        return from == TypeId::kText || from == TypeId::kNText ? Way::kNo : Way::kExplicit;
    return to == TypeId::kVector ? Way::kImplicit : Way::kNo;
}

Way binaryWay(TypeId from, TypeId to)
{
    if (isBinary(to))
        return Way::kImplicit;
    if (from == TypeId::kImage)
        return Way::kNo;
    if (isShortText(to) || isInteger(to) || isDecimal(to) || isMoney(to) || isOldDate(to) || to == TypeId::kUniqueIdentifier || to == TypeId::kXml)
        return Way::kImplicit;
    return isNewDate(to) ? Way::kExplicit : Way::kNo;
}

Way oldDateWay(TypeId to)
{
    if (isShortText(to))
        return Way::kImplicit;
    return isNumber(to) || isShortBinary(to) ? Way::kExplicit : Way::kNo;
}

Way wayOf(TypeId from, TypeId to)
{
    if (from == TypeId::kNull || from == to)
        return Way::kImplicit;
    if (to == TypeId::kSqlVariant)
        return isPlain(from) ? Way::kImplicit : Way::kNo;
    if (from == TypeId::kSqlVariant)
        return isPlain(to) ? Way::kExplicit : Way::kNo;
    if (isDateOrTime(from) && isDateOrTime(to))
        return dateWay(from, to);
    if (isNumber(from))
        return numberWay(from, to);
    if (isText(from))
        return textWay(from, to);
    if (isBinary(from))
        return binaryWay(from, to);
    if (isOldDate(from))
        return oldDateWay(to);
    if (isNewDate(from))
        return isShortText(to) ? Way::kImplicit : isShortBinary(to) ? Way::kExplicit : Way::kNo;
    if (from == TypeId::kUniqueIdentifier)
        return isShortText(to) || isShortBinary(to) ? Way::kImplicit : Way::kNo;
    if (from == TypeId::kXml)
        return isShortText(to) || isShortBinary(to) ? Way::kExplicit : Way::kNo;
    if (from == TypeId::kJson)
        return isShortText(to) ? Way::kImplicit : Way::kNo;
    return Way::kNo;
}

}  // namespace

bool isImplicitlyConvertible(TypeId from, TypeId to) { return wayOf(from, to) == Way::kImplicit; }
bool isConvertible(TypeId from, TypeId to) { return wayOf(from, to) != Way::kNo; }

}  // namespace es::types
