// Conversions to char, varchar, nchar, nvarchar, text, ntext, xml, json; to binary; to uniqueidentifier.
#include "driver/base/Utf16.h"
#include "driver/types/CodePage.h"
#include "driver/types/ConvertParts.h"
#include "driver/types/DateText.h"
#include "driver/types/RowForm.h"
#include "driver/types/XmlText.h"

#include <cmath>
#include <cstdio>

namespace es::types {
namespace {

base::Error badStyle(const Conversion& c)
{
    return serverError(281, 1, std::to_string(c.style) + " is not a valid style number when converting from " +
                                   std::string(baseTypeName(c.from.id)) + " to a character string.");
}

base::Error truncated() { return serverError(8152, 10, "String or binary data would be truncated."); }

// Cuts text at `limit` bytes (code page, UTF-8) or code units times two, whole characters only, and pads fixed types.
base::Result<Value> fitText(const Conversion& c, std::string text)
{
    const SqlType& to = c.to;
    const bool ascii = isAscii(base::viewOf(text));
    const bool unicode = isUnicode(to.id);
    std::size_t size = unicode ? text.size() * 2 : text.size();
    if (!ascii && unicode) {
        size = base::utf16Units(text) * 2;
    } else if (!ascii && isText(to.id)) {
        ES_TRY(const auto bytes, textToCodePageLossy(text, to.collation));
        size = bytes.size();
        ES_TRY(text, textFromCodePage(bytes, to.collation));  // what the code page lacks is '?' from here on
    }
    if (isLarge(to))
        return Value(std::move(text));
    while (size > to.lengthBytes) {
        if (text.empty())
            return truncated();
        // The last character goes.
        std::size_t at = text.size() - 1;
        while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80)
            --at;
        if (c.assign && text[at] != ' ')
            return truncated();
        if (ascii) {
            std::size_t keep = unicode ? to.lengthBytes / 2 : to.lengthBytes;
            if (c.assign && text.find_first_not_of(' ', keep) != text.npos)
                return truncated();
            text.resize(keep);
            size = to.lengthBytes;
            break;
        }
        const std::string last = text.substr(at);
        text.resize(at);
        if (unicode) {
            size -= base::utf16Units(last) * 2;
        } else {
            ES_TRY(const auto bytes, textToCodePageLossy(last, to.collation));
            size -= bytes.size();
        }
    }
    if (c.pad && isFixedLength(to.id) && size < to.lengthBytes)
        text.append((to.lengthBytes - size) / (unicode ? 2 : 1), ' ');
    return Value(std::move(text));
}

// Numbers are never cut: the error depends on the source.
base::Result<Value> fitNumberText(const Conversion& c, std::string text)
{
    const std::uint32_t limit = declaredLength(c.to);
    if (!isLarge(c.to) && text.size() > limit) {
        const bool narrow = c.to.id == TypeId::kChar || c.to.id == TypeId::kVarChar;
        if (narrow && isInteger(c.from.id) && c.from.id != TypeId::kBigInt && c.from.id != TypeId::kBit)
            return fitText(c, "*");
        if (isMoney(c.from.id))
            return serverError(234, 2, "There is insufficient result space to convert a money value to " + std::string(baseTypeName(c.to.id)) + ".");
        if (isApproximate(c.from.id) && narrow) {
            const auto* single = std::get_if<float>(&c.value);
            char shown[400];
            std::snprintf(shown, sizeof shown, "%f", single ? static_cast<double>(*single) : std::get<double>(c.value));
            return serverError(232, 2, "Arithmetic overflow error for type " + std::string(baseTypeName(c.to.id)) + ", value = " + shown + ".");
        }
        return overflowError(isDecimal(c.from.id) ? errorTypeName(c.from) : "expression", baseTypeName(c.to.id));
    }
    return fitText(c, std::move(text));
}

std::string styledFloat(double value, int style, bool single)
{
    char buffer[64];
    switch (style) {
    case 1: case 2: case 3: case 126: {
        const int digits = style == 1 ? 7 : style == 2 ? 15 : style == 3 ? (single ? 8 : 16) : (single ? 7 : 15);
        std::snprintf(buffer, sizeof buffer, "%.*e", digits, value);
        std::string text = buffer;
        const std::size_t at = text.find('e');
        if (text.size() - at - 2 < 3)
            text.insert(at + 2, 3 - (text.size() - at - 2), '0');
        return text;
    }
    default:
        return value == 0 ? (std::signbit(value) ? "-0" : "0") : floatText(value, 6);
    }
}

std::optional<StampText> stampOf(const Conversion& c)
{
    StampText stamp;
    const auto local = asDateTime2(c.value);
    if (!local)
        return std::nullopt;
    stamp.local = *local;
    stamp.hasDate = !std::holds_alternative<Time>(c.value);
    stamp.hasTime = !std::holds_alternative<Date>(c.value);
    stamp.scale = std::holds_alternative<DateTime>(c.value) ? 3 : std::holds_alternative<SmallDateTime>(c.value) ? 3 : c.from.scale;
    stamp.colonFraction = std::holds_alternative<DateTime>(c.value) || std::holds_alternative<SmallDateTime>(c.value);
    if (const auto* offset = std::get_if<DateTimeOffset>(&c.value)) {
        stamp.offsetMinutes = offset->offsetMinutes;
        if (c.style == 127)
            stamp.local = offset->utc;
    }
    return stamp;
}

base::Result<Value> textFromDate(const Conversion& c)
{
    const auto stamp = stampOf(c);
    if (!stamp)
        return notConvertible(baseTypeName(c.from.id), baseTypeName(c.to.id));
    const bool old = stamp->colonFraction;
    const int style = c.style == kNoStyle ? (old ? 0 : 121) : c.style;
    auto text = formatStyle(*stamp, style);
    if (!text)
        return badStyle(c);
    // Unlike numbers, dates are cut to the length.
    return fitText(c, std::move(*text));
}

base::Error unknownStyle(const Conversion& c)
{
    return serverError(9809, 1, "The style " + std::to_string(c.style) + " is not supported for conversions from " +
                                    std::string(baseTypeName(c.from.id)) + " to " + std::string(baseTypeName(c.to.id)) + ".");
}

base::Result<Value> textFromBinary(const Conversion& c, const base::Bytes& bytes)
{
    if (c.style != kNoStyle && (c.style < 0 || c.style > 2))
        return unknownStyle(c);
    if (c.style == 1 || c.style == 2) {
        std::string hex = base::toHex(bytes);
        for (char& digit : hex)
            if (digit >= 'a')
                digit = static_cast<char>(digit - 32);
        std::string text(c.style == 1 ? "0x" : "");
        text += hex;
        const std::uint32_t limit = declaredLength(c.to);
        if (!isLarge(c.to) && text.size() > limit)
            text.resize(limit - (limit % 2));
        return fitText(c, std::move(text));
    }
    if (isUnicode(c.to.id)) {
        base::Bytes whole = bytes;
        if (whole.size() % 2 != 0)
            whole.push_back(0);  // half a code unit is filled up
        return fitText(c, base::utf8FromUtf16le(whole));
    }
    ES_TRY(auto text, textFromCodePage(bytes, c.to.collation));
    return fitText(c, std::move(text));
}

// Most significant byte first, cut or zero-filled on the left.
base::Bytes numberBytes(std::uint64_t bits, std::size_t width)
{
    base::Bytes out;
    for (std::size_t i = width; i-- > 0;)
        out.push_back(static_cast<base::Byte>(bits >> (8 * i)));
    return out;
}

base::Result<Value> fitBinary(const Conversion& c, base::Bytes bytes, bool number)
{
    const std::uint32_t limit = c.to.lengthBytes;
    if (limit != kMaxLength && bytes.size() > limit) {
        if (c.assign && !number)
            return truncated();
        if (number)
            bytes.erase(bytes.begin(), bytes.end() - limit);
        else
            bytes.resize(limit);
    }
    if (c.pad && c.to.id == TypeId::kBinary && bytes.size() < limit) {
        if (number)
            bytes.insert(bytes.begin(), limit - bytes.size(), 0);
        else
            bytes.resize(limit, 0);
    }
    return Value(std::move(bytes));
}

base::Result<Value> binaryFromText(const Conversion& c, const std::string& text)
{
    if (c.style != kNoStyle && (c.style < 0 || c.style > 2))
        return unknownStyle(c);
    if ((c.style == 1 || c.style == 2) && text.empty())
        return fitBinary(c, {}, false);
    if (c.style == 1 || c.style == 2) {
        const bool prefixed = text.starts_with("0x") || text.starts_with("0X");
        const auto bytes = prefixed == (c.style == 1) ? base::fromHex(text) : base::Result<base::Bytes>(base::Error{});
        if (!bytes)
            return notConvertible(baseTypeName(c.from.id), baseTypeName(c.to.id));
        return fitBinary(c, *bytes, false);
    }
    if (c.from.id == TypeId::kXml) {
        base::Bytes marked{0xFF, 0xFE};
        base::appendUtf16le(text, marked);
        return fitBinary(c, std::move(marked), false);
    }
    if (isUnicode(c.from.id))
        return fitBinary(c, base::utf16leFromUtf8(text), false);
    ES_TRY(auto bytes, textToCodePageLossy(text, c.from.collation));
    return fitBinary(c, std::move(bytes), false);
}

}  // namespace

// From text and binary alone. Binary says itself what it is: UTF-16 with a mark in front, or eight bits, read here as UTF-8.
base::Result<Value> toXml(const Conversion& c)
{
    if (c.style != kNoStyle && c.style != 0 && c.style != 1)
        return serverError(281, 1, std::to_string(c.style) + " is not a valid style number when converting from "
                                       + std::string(baseTypeName(c.from.id)) + " to xml.");
    XmlRules rules{isUnicode(c.from.id), c.style == 1};
    std::string text;
    if (const auto* written = std::get_if<std::string>(&c.value)) {
        text = *written;
    } else if (const auto* bytes = std::get_if<base::Bytes>(&c.value)) {
        rules.unicodeSource = bytes->size() >= 2 && (*bytes)[0] == 0xFF && (*bytes)[1] == 0xFE;
        text = rules.unicodeSource ? base::utf8FromUtf16le(*bytes) : std::string(bytes->begin(), bytes->end());
    } else {
        return notConvertible(baseTypeName(c.from.id), "xml");
    }
    if (c.from.id == TypeId::kXml)
        return Value(std::move(text));
    ES_TRY(auto canonical, canonicalXml(text, rules));
    return Value(std::move(canonical));
}

base::Result<Value> toText(const Conversion& c)
{
    if (c.to.id == TypeId::kXml)
        return toXml(c);
    if (const auto* text = std::get_if<std::string>(&c.value))
        return fitText(c, *text);
    if (const auto* integer = std::get_if<std::int64_t>(&c.value))
        return fitNumberText(c, std::to_string(*integer));
    if (const auto* decimal = std::get_if<Decimal>(&c.value))
        return fitNumberText(c, decimalText(decimal->magnitude, decimal->negative, decimal->scale));
    if (const auto* money = std::get_if<Money>(&c.value))
        return fitNumberText(c, moneyText(*money, c.style == 2 || c.style == 126 ? 4 : 2, c.style == 1));
    if (isApproximate(c.from.id) && (c.style == 128 || c.style == 129))
        return badStyle(c);
    if (const auto* real = std::get_if<double>(&c.value))
        return fitNumberText(c, styledFloat(*real, c.style, false));
    if (const auto* real = std::get_if<float>(&c.value))
        return fitNumberText(c, styledFloat(*real, c.style, true));
    if (const auto* guid = std::get_if<Guid>(&c.value)) {
        if (!isLarge(c.to) && declaredLength(c.to) < 36)
            return serverError(8170, 2, "Insufficient result space to convert uniqueidentifier value to char.");
        return fitText(c, guidText(*guid));
    }
    if (const auto* bytes = std::get_if<base::Bytes>(&c.value))
        return textFromBinary(c, *bytes);
    return textFromDate(c);
}

base::Result<Value> toBinary(const Conversion& c)
{
    if (const auto* bytes = std::get_if<base::Bytes>(&c.value))
        return fitBinary(c, *bytes, false);
    if (const auto* text = std::get_if<std::string>(&c.value))
        return binaryFromText(c, *text);
    if (const auto* guid = std::get_if<Guid>(&c.value))
        return fitBinary(c, base::Bytes(guid->bytes.begin(), guid->bytes.end()), false);
    if (const auto* integer = std::get_if<std::int64_t>(&c.value)) {
        const std::size_t width = isInteger(c.from.id) ? static_cast<std::size_t>(maxLengthColumn(c.from)) : 8;
        return fitBinary(c, numberBytes(static_cast<std::uint64_t>(*integer), width), true);
    }
    if (const auto* money = std::get_if<Money>(&c.value))
        return fitBinary(c, numberBytes(static_cast<std::uint64_t>(money->tenThousandths), c.from.id == TypeId::kSmallMoney ? 4 : 8), true);
    if (const auto* stamp = std::get_if<DateTime>(&c.value))
        return fitBinary(c, numberBytes(static_cast<std::uint64_t>(static_cast<std::uint32_t>(stamp->days)) << 32 | stamp->ticks, 8), true);
    if (const auto* stamp = std::get_if<SmallDateTime>(&c.value))
        return fitBinary(c, numberBytes(static_cast<std::uint64_t>(stamp->days) << 16 | stamp->minutes, 4), true);
    if (const auto* real = std::get_if<double>(&c.value)) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, real, sizeof bits);
        return fitBinary(c, numberBytes(bits, 8), true);
    }
    if (const auto* real = std::get_if<float>(&c.value)) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, real, sizeof bits);
        return fitBinary(c, numberBytes(bits, 4), true);
    }
    if (const auto* decimal = std::get_if<Decimal>(&c.value)) {
        // precision, scale, 0, sign, magnitude little-endian
        base::Bytes bytes{decimal->precision, decimal->scale, 0, static_cast<base::Byte>(decimal->negative ? 0 : 1)};
        putLittle(bytes, decimal->magnitude, decimalWidth(decimal->precision));
        return fitBinary(c, std::move(bytes), false);
    }
    // date, time, datetime2, datetimeoffset: scale byte (not for date), then row form
    SqlType source = c.from;
    ES_TRY(auto row, encodeRowForm(c.value, source));
    if (source.id != TypeId::kDate)
        row.insert(row.begin(), source.scale);
    return fitBinary(c, std::move(row), false);
}

base::Result<Value> toGuid(const Conversion& c)
{
    if (const auto* guid = std::get_if<Guid>(&c.value))
        return Value(*guid);
    if (const auto* text = std::get_if<std::string>(&c.value)) {
        const auto guid = parseGuid(*text);
        if (!guid)
            return serverError(8169, 2, "Conversion failed when converting from a character string to uniqueidentifier.");
        return Value(*guid);
    }
    if (const auto* bytes = std::get_if<base::Bytes>(&c.value)) {
        if (bytes->size() < 16)
            return serverError(8169, 2, "Conversion failed when converting from a binary value to uniqueidentifier.");
        Guid guid;
        std::memcpy(guid.bytes.data(), bytes->data(), 16);
        return Value(guid);
    }
    return notConvertible(baseTypeName(c.from.id), "uniqueidentifier");
}

}  // namespace es::types
