#include "driver/types/Variant.h"

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/types/Collation.h"
#include "driver/types/Compare.h"
#include "driver/types/Convert.h"
#include "driver/types/RowForm.h"
#include "driver/types/ValueBytes.h"

#include <algorithm>

namespace es::types {
namespace {

// Which properties stand between the base type and the value.
enum class Form : std::uint8_t { kBare, kScale, kPrecisionScale, kLength, kCollationLength };

struct BaseType {
    std::uint8_t wireType;
    TypeId id;
    Form form;
};
constexpr std::array kBaseTypes{
    BaseType{0x30, TypeId::kTinyInt, Form::kBare},          BaseType{0x32, TypeId::kBit, Form::kBare},
    BaseType{0x34, TypeId::kSmallInt, Form::kBare},         BaseType{0x38, TypeId::kInt, Form::kBare},
    BaseType{0x7F, TypeId::kBigInt, Form::kBare},           BaseType{0x3B, TypeId::kReal, Form::kBare},
    BaseType{0x3E, TypeId::kFloat, Form::kBare},            BaseType{0x7A, TypeId::kSmallMoney, Form::kBare},
    BaseType{0x3C, TypeId::kMoney, Form::kBare},            BaseType{0x3A, TypeId::kSmallDateTime, Form::kBare},
    BaseType{0x3D, TypeId::kDateTime, Form::kBare},         BaseType{0x24, TypeId::kUniqueIdentifier, Form::kBare},
    BaseType{0x28, TypeId::kDate, Form::kBare},             BaseType{0x29, TypeId::kTime, Form::kScale},
    BaseType{0x2A, TypeId::kDateTime2, Form::kScale},       BaseType{0x2B, TypeId::kDateTimeOffset, Form::kScale},
    BaseType{0x6A, TypeId::kDecimal, Form::kPrecisionScale}, BaseType{0x6C, TypeId::kNumeric, Form::kPrecisionScale},
    BaseType{0xA5, TypeId::kVarBinary, Form::kLength},      BaseType{0xAD, TypeId::kBinary, Form::kLength},
    BaseType{0xA7, TypeId::kVarChar, Form::kCollationLength}, BaseType{0xAF, TypeId::kChar, Form::kCollationLength},
    BaseType{0xE7, TypeId::kNVarChar, Form::kCollationLength}, BaseType{0xEF, TypeId::kNChar, Form::kCollationLength},
};

constexpr std::uint32_t kMostBytes = 8000;  // of a value

template <class Field, class Key>
const BaseType* baseType(Field field, Key key)
{
    const auto found = std::find_if(kBaseTypes.begin(), kBaseTypes.end(), [&](const BaseType& base) { return base.*field == key; });
    return found == kBaseTypes.end() ? nullptr : &*found;
}

// As a table keeps it: letters that the code page lacks have become '?'.
base::Result<base::Bytes> contentBytes(const Value& value, const SqlType& type)
{
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr || !isText(type.id) || isUnicode(type.id))
        return encodeRowForm(value, type);
    ES_TRY(auto bytes, textToCodePageLossy(*text, type.collation));
    if (bytes.size() > type.lengthBytes)
        return outOfRange(type);
    if (isFixedLength(type.id))
        padTo(bytes, 0, type);
    return bytes;
}

void appendProperties(base::ByteWriter& out, Form form, const SqlType& type)
{
    const auto length = static_cast<std::uint16_t>(type.lengthBytes);
    switch (form) {
    case Form::kBare: out.u8(0); break;
    case Form::kScale:
        out.u8(1);
        out.u8(type.scale);
        break;
    case Form::kPrecisionScale:
        out.u8(2);
        out.u8(type.precision);
        out.u8(type.scale);
        break;
    case Form::kLength:
        out.u8(2);
        out.u16le(length);
        break;
    case Form::kCollationLength:
        out.u8(7);
        out.u32le(type.collation.info);
        out.u8(type.collation.sortId);
        out.u16le(length);
        break;
    }
}

SqlType readProperties(base::ByteReader& properties, const BaseType& base)
{
    SqlType type = base.form == Form::kScale || base.form == Form::kPrecisionScale ? SqlType{} : makeType(base.id);
    type.id = base.id;
    switch (base.form) {
    case Form::kBare: break;
    case Form::kScale: type.scale = properties.u8(); break;
    case Form::kPrecisionScale:
        type.precision = properties.u8();
        type.scale = properties.u8();
        break;
    case Form::kCollationLength:
        type.collation.info = properties.u32le();
        type.collation.sortId = properties.u8();
        [[fallthrough]];
    case Form::kLength: type.lengthBytes = properties.u16le(); break;
    }
    return type;
}

bool plausible(const SqlType& type)
{
    if (isDecimal(type.id))
        return type.precision >= 1 && type.precision <= 38 && type.scale <= type.precision;
    return type.scale <= 7 && type.lengthBytes <= kMostBytes;
}

// --- order ---
int sign(int order) { return order < 0 ? -1 : order > 0; }
template <class T>
int ordered(const T& a, const T& b) { return a < b ? -1 : b < a ? 1 : 0; }

int family(TypeId id)
{
    return isDateOrTime(id) ? 5 : isApproximate(id) ? 4 : isNumber(id) ? 3 : isText(id) ? 2 : isBinary(id) ? 1 : 0;
}

// The number of days and ticks that a date or time stands for; a time is one of 1900-01-01, an offset counts back to UTC.
DateTime2 instant(const TypedValue& content)
{
    if (const auto* offset = std::get_if<DateTimeOffset>(&content.value))
        return offset->utc;
    const auto converted = convertValue(content.value, content.type, makeScaled(TypeId::kDateTime2, 7));
    const auto* stamp = converted ? std::get_if<DateTime2>(&*converted) : nullptr;
    return stamp == nullptr ? DateTime2{} : *stamp;
}

// All exact numbers are some decimal: 38 digits are more than any but a decimal has.
Decimal exact(const TypedValue& content)
{
    if (const auto* number = std::get_if<std::int64_t>(&content.value))
        return decimalFromInt(*number);
    if (const auto* money = std::get_if<Money>(&content.value)) {
        Decimal decimal = decimalFromInt(money->tenThousandths);
        decimal.scale = 4;
        return decimal;
    }
    const auto* decimal = std::get_if<Decimal>(&content.value);
    return decimal == nullptr ? Decimal{} : *decimal;
}

double approximate(const TypedValue& content)
{
    if (const auto* single = std::get_if<float>(&content.value))
        return *single;
    const auto* number = std::get_if<double>(&content.value);
    return number == nullptr ? 0 : *number;
}

int compareTexts(const TypedValue& a, const TypedValue& b)
{
    const Collation x = a.type.collation, y = b.type.collation;
    for (const auto& [mask, shift] : {std::pair(0x000FFFFFu, 0), std::pair(0xF0000000u, 28), std::pair(0x0FF00000u, 20)})
        if (const int order = ordered((x.info & mask) >> shift, (y.info & mask) >> shift); order != 0)
            return order;
    if (x.sortId != y.sortId)
        return ordered(x.sortId, y.sortId);
    const auto* left = std::get_if<std::string>(&a.value);
    const auto* right = std::get_if<std::string>(&b.value);
    if (left == nullptr || right == nullptr)
        return ordered(left != nullptr, right != nullptr);
    const bool unicode = isUnicode(a.type.id) || isUnicode(b.type.id);
    return sign(compareText(*left, *right, x, unicode ? TextKind::kUnicode : TextKind::kCodePage));
}

}  // namespace

// Layout, little-endian:                                                                 tds reference 8.4
//   offset size field
//   0      1    base type (the TDS type byte)
//   1      1    number of property bytes
//   2      n    scale | precision, scale | max bytes | collation, max bytes
//   2+n    -    the value in row form
base::Result<Variant> makeVariant(const Value& value, const SqlType& type)
{
    const BaseType* base = baseType(&BaseType::id, type.id);
    if (base == nullptr || isLarge(type))
        return wrongKind(makeType(TypeId::kSqlVariant));
    ES_TRY(const auto content, contentBytes(value, type));
    base::ByteWriter writer;
    writer.u8(base->wireType);
    appendProperties(writer, base->form, type);
    writer.bytes(content);
    return Variant{std::move(writer).take()};
}

base::Result<VariantPart> variantPart(base::ByteView cell)
{
    const SqlType whole = makeType(TypeId::kSqlVariant);
    base::ByteReader reader(cell);
    const BaseType* base = baseType(&BaseType::wireType, reader.u8());
    base::ByteReader properties(reader.bytes(reader.u8()));
    if (!reader.ok() || base == nullptr)
        return malformed(whole);
    VariantPart part{readProperties(properties, *base), reader.rest()};
    if (!properties.ok() || !properties.rest().empty() || !plausible(part.type))
        return malformed(whole);
    return part;
}

base::Result<TypedValue> variantContent(const Variant& variant)
{
    ES_TRY(const auto part, variantPart(variant.bytes));
    ES_TRY(auto value, decodeRowForm(part.bytes, part.type));
    return TypedValue{part.type, std::move(value)};
}

base::Result<Variant> readVariant(base::ByteView cell)
{
    Variant variant{base::Bytes(cell.begin(), cell.end())};
    ES_TRY(const auto content, variantContent(variant));
    if (isDecimal(content.type.id))  // clients write as many digits as they like; rows have those of the precision
        return makeVariant(content.value, content.type);
    return variant;
}

int compareVariants(const Variant& a, const Variant& b)
{
    const auto left = variantContent(a), right = variantContent(b);
    if (!left || !right)
        return left ? 1 : right ? -1 : ordered(a.bytes, b.bytes);
    const int families = family(left->type.id);
    if (families != family(right->type.id))
        return ordered(families, family(right->type.id));
    switch (families) {
    case 5: return ordered(instant(*left), instant(*right));
    case 4: return ordered(approximate(*left), approximate(*right));
    case 3: return sign(compareDecimals(exact(*left), exact(*right)));
    case 2: return compareTexts(*left, *right);
    default: return sign(compareValues(left->value, right->value, left->type));
    }
}

}  // namespace es::types
