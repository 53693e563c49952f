// Cells as a query tool prints them, and what a person types back.
#include "driver/types/ConvertParts.h"
#include "driver/types/DateText.h"
#include "driver/types/RowForm.h"
#include "driver/types/Variant.h"

namespace es::types {
namespace {

std::string hexText(base::ByteView bytes)
{
    std::string hex = base::toHex(bytes);
    for (char& digit : hex)
        if (digit >= 'a')
            digit = static_cast<char>(digit - 32);
    return "0x" + hex;
}

// Elements are shown as a JSON array; anything unexpected as bytes.
std::string vectorText(const base::Bytes& bytes)
{
    const std::size_t count = bytes.size() >= 8 ? bytes[2] | static_cast<std::size_t>(bytes[3]) << 8 : 0;
    if (bytes.size() < 8 || bytes[0] != 0xA9 || bytes[1] != 1 || bytes[4] != 0 || bytes.size() != 8 + 4 * count)
        return hexText(bytes);
    std::string text = "[";
    for (std::size_t i = 0; i < count; ++i) {
        float element = 0;
        std::memcpy(&element, bytes.data() + 8 + 4 * i, sizeof element);
        text += (i == 0 ? "" : ",") + shortestText(element);
    }
    return text + "]";
}

struct Printer {
    const SqlType& type;

    std::string operator()(Null) const { return "NULL"; }
    std::string operator()(std::int64_t value) const { return std::to_string(value); }
    std::string operator()(float value) const { return shortestText(value); }
    std::string operator()(double value) const { return shortestText(value); }
    std::string operator()(Money value) const { return moneyText(value, 4, false); }
    std::string operator()(const Decimal& value) const { return decimalText(value.magnitude, value.negative, value.scale); }
    std::string operator()(Date value) const { return stamp({value, {}}, true, false, 0); }
    std::string operator()(Time value) const { return stamp({{}, value}, false, true, scale()); }
    std::string operator()(DateTime2 value) const { return stamp(value, true, true, scale()); }
    std::string operator()(DateTime value) const { return stamp(fromDateTime(value), true, true, 3); }
    std::string operator()(SmallDateTime value) const { return stamp(fromSmallDateTime(value), true, true, 0); }
    std::string operator()(const DateTimeOffset& value) const
    {
        const auto local = asDateTime2(value);
        StampText text;
        text.local = local ? *local : value.utc;
        text.scale = scale();
        text.offsetMinutes = local ? value.offsetMinutes : 0;
        return isoText(text);
    }
    std::string operator()(const Guid& value) const { return guidText(value); }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(const Variant& value) const { return displayCell(value.bytes, makeType(TypeId::kSqlVariant)); }
    std::string operator()(const base::Bytes& value) const { return type.id == TypeId::kVector ? vectorText(value) : hexText(value); }

private:
    // A type without scale prints all digits.
    [[nodiscard]] int scale() const
    {
        const bool scaled = type.id == TypeId::kTime || type.id == TypeId::kDateTime2 || type.id == TypeId::kDateTimeOffset;
        return scaled && type.scale <= 7 ? type.scale : 7;
    }
    static std::string stamp(DateTime2 local, bool date, bool time, int scale)
    {
        StampText text;
        text.local = local;
        text.hasDate = date;
        text.hasTime = time;
        text.scale = scale;
        return isoText(text);
    }
};

base::Error badText(const SqlType& type)
{
    // The text itself may be plaintext of an encrypted column: it is not repeated.
    return serverError(8114, 5, "Error converting data type nvarchar to " + typeName(type) + ".");
}

base::Result<Value> dateFromPerson(std::string_view text, const SqlType& type)
{
    const auto parts = parseIsoText(text);
    const bool needsDate = type.id != TypeId::kTime;
    if (!parts || parts->outOfRange || needsDate != parts->date.has_value() || (type.id == TypeId::kTime && !parts->hasTime) ||
        (type.id == TypeId::kDate && parts->hasTime) || (parts->offsetMinutes && type.id != TypeId::kDateTimeOffset))
        return badText(type);
    const int digits = type.id == TypeId::kDateTime ? 3 : type.id == TypeId::kSmallDateTime ? 0 : type.scale;
    if (parts->fractionDigits > digits) {
        // Digits beyond the scale may only be zeros.
        const std::int64_t unit = ticksPerUnit(digits);
        if (parts->ticks % unit != 0 || parts->fractionDigits > 7)
            return badText(type);
    }
    SqlType source = makeSized(TypeId::kNVarChar, kMaxLength);
    const Value value{std::string(text)};
    ES_TRY(auto converted, convertValue(value, source, type, 121));
    if (const auto* small = std::get_if<SmallDateTime>(&converted); small != nullptr && fromSmallDateTime(*small).time.ticks != parts->ticks)
        return badText(type);
    return converted;
}

base::Result<Value> numberFromPerson(std::string_view text, const SqlType& type)
{
    const std::string_view digits = trimmed(text);
    if (digits.empty())
        return badText(type);
    if (isApproximate(type.id)) {
        const auto number = parseFloat(digits);
        if (!number)
            return badText(type);
        return convertValue(Value(*number), makeType(TypeId::kFloat), type);
    }
    const auto decimal = parseDecimal(digits);
    if (!decimal) {
        if (type.id == TypeId::kBit && (digits == "true" || digits == "false"))
            return Value(std::int64_t{digits == "true"});
        return badText(type);
    }
    const int scale = isMoney(type.id) ? 4 : isDecimal(type.id) ? type.scale : 0;
    if (const auto exact = rescaled(*decimal, kMaxPrecision, scale); !exact || compareDecimals(*exact, *decimal) != 0)
        return badText(type);
    if (type.id == TypeId::kBit && decimal->magnitude != 0 && (decimal->negative || compareDecimals(*decimal, decimalFromInt(1)) != 0))
        return badText(type);
    return convertValue(Value(*decimal), makeDecimal(kMaxPrecision, decimal->scale), type);
}

}  // namespace

std::string displayText(const Value& value, const SqlType& type) { return std::visit(Printer{type}, value); }

std::string displayCell(base::ByteView rowForm, const SqlType& type)
{
    if (type.id == TypeId::kSqlVariant) {
        const auto part = variantPart(rowForm);
        return part ? displayCell(part->bytes, part->type) : hexText(rowForm);
    }
    const auto value = decodeRowForm(rowForm, type);
    return value ? displayText(*value, type) : hexText(rowForm);
}

base::Result<Value> valueFromText(std::string_view text, const SqlType& type)
{
    if (isNumber(type.id))
        return numberFromPerson(text, type);
    if (isDateOrTime(type.id))
        return dateFromPerson(trimmed(text), type);
    if (type.id == TypeId::kUniqueIdentifier) {
        const std::string_view digits = trimmed(text);
        const auto guid = digits.size() == 36 || digits.size() == 38 ? parseGuid(digits) : std::nullopt;
        return guid ? base::Result<Value>(Value(*guid)) : badText(type);
    }
    if (isBinary(type.id) || type.id == TypeId::kUdt) {
        const auto bytes = text.starts_with("0x") || text.starts_with("0X") ? base::fromHex(text) : base::Result<base::Bytes>(base::Error{});
        if (!bytes)
            return badText(type);
        if (type.id == TypeId::kUdt)
            return Value(*bytes);
        return parameterValue(Value(*bytes), makeSized(TypeId::kVarBinary, kMaxLength), type);
    }
    if (isText(type.id) || type.id == TypeId::kXml || type.id == TypeId::kJson) {
        if (isText(type.id) && !isUnicode(type.id))
            if (auto bytes = textToCodePage(text, type.collation); !bytes)
                return std::move(bytes).error();
        return parameterValue(Value(std::string(text)), makeSized(TypeId::kNVarChar, kMaxLength), type);
    }
    return badText(type);
}

}  // namespace es::types
