#include "driver/tsql/LiteralConversion.h"

#include "driver/base/Utf16.h"
#include "driver/types/Collation.h"
#include "driver/types/Convert.h"
#include "driver/types/Normalize.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::tsql {
namespace {

using types::TypeId;
using types::Value;

base::Error bad(std::string reason)
{
    base::Error error = base::makeError(kBadLiteral, std::move(reason), "parameterize",
                                        "Correct the literal, or switch parameterization off.");
    return error;
}

bool isString(const Literal& literal)
{
    return literal.kind == LiteralKind::kString || literal.kind == LiteralKind::kNationalString;
}

bool allDigits(std::string_view text)
{
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A date in the two forms that no server setting can misread, and an hour behind it.
bool looksLikeIsoDate(std::string_view text)
{
    const auto digitsAt = [&](std::size_t from, std::size_t count) {
        return text.size() >= from + count && allDigits(text.substr(from, count));
    };
    if (digitsAt(0, 8))
        return text.size() == 8 || text[8] == ' ';
    if (!digitsAt(0, 4) || text.size() < 10 || text[4] != '-' || text[7] != '-' || !digitsAt(5, 2) || !digitsAt(8, 2))
        return false;
    return text.size() == 10 || text[10] == ' ' || text[10] == 'T';
}

bool looksLikeTime(std::string_view text)
{
    const std::size_t colon = text.find(':');
    return (colon == 1 || colon == 2) && allDigits(text.substr(0, colon));
}

base::Result<Value> converted(const TypedValue& from, const types::SqlType& type)
{
    auto value = types::convertValue(from.value, from.type, type);
    if (value)
        return value;
    const base::Error& error = value.error();
    return bad(error.server ? error.server->message : error.text);
}

base::Result<Value> dateValue(const Literal& literal, const types::SqlType& type, types::Collation collation)
{
    if (!isString(literal))
        return bad("a date or time must be written as a string.");
    const bool fits = type.id == TypeId::kTime ? looksLikeTime(literal.text) : looksLikeIsoDate(literal.text);
    if (!fits)
        return bad(type.id == TypeId::kTime ? "the time is not in the form HH:mm[:ss[.fffffff]]."
                                            : "the date is not in the form yyyyMMdd or yyyy-MM-dd (ISO 8601).");
    if (type.id == TypeId::kDate && literal.text.size() > 10)
        return bad("the date is not in the form yyyyMMdd or yyyy-MM-dd (ISO 8601).");
    ES_TRY(const TypedValue written, literalValue(literal, collation));
    return converted(written, type);
}

base::Result<Value> textValue(const Literal& literal, bool negative, const types::SqlType& type, types::Collation collation)
{
    if (!isString(literal)) {
        ES_TRY(const TypedValue written, literalValue(literal, collation, negative));
        return converted(written, type);
    }
    std::size_t bytes = 2 * base::utf16Units(literal.text);
    if (!types::isUnicode(type.id)) {
        const auto encoded = types::textToCodePage(literal.text, type.collation);
        if (!encoded)
            return bad("the text has a character that the type's code page lacks; an n-type holds it.");
        bytes = encoded->size();
    }
    if (type.lengthBytes != types::kMaxLength && bytes > type.lengthBytes)
        return bad("the text is longer than the type.");
    return Value(literal.text);
}

base::Result<Value> binaryValue(const Literal& literal, const types::SqlType& type, types::Collation collation)
{
    if (literal.kind != LiteralKind::kBinary)
        return bad("a binary value must begin with 0x.");
    ES_TRY(TypedValue written, literalValue(literal, collation));
    const auto& bytes = std::get<base::Bytes>(written.value);
    if (type.lengthBytes != types::kMaxLength && bytes.size() > type.lengthBytes)
        return bad("the binary value is longer than the type.");
    return std::move(written.value);
}

base::Result<Value> numberValue(const Literal& literal, bool negative, const types::SqlType& type, types::Collation collation)
{
    if (literal.kind == LiteralKind::kBinary)
        return bad("a number is wanted, not a binary value.");
    const bool whole = literal.kind == LiteralKind::kInteger || (isString(literal) && allDigits(literal.text.starts_with('-')
                                                                     ? std::string_view(literal.text).substr(1)
                                                                     : std::string_view(literal.text)));
    if (types::isInteger(type.id) && !whole)
        return bad("a whole number in plain digits is wanted.");
    ES_TRY(const TypedValue written, literalValue(literal, collation, negative));
    return converted(written, type);
}

}  // namespace

bool canBeParameter(const types::SqlType& type)
{
    return types::canBeEncrypted(type);
}

base::Result<Value> convertLiteral(const Literal& literal, bool negative, const types::SqlType& type, types::Collation collation)
{
    if (literal.kind == LiteralKind::kNull)
        return Value(types::Null{});
    if (types::isDateOrTime(type.id))
        return dateValue(literal, type, collation);
    if (types::isText(type.id))
        return textValue(literal, negative, type, collation);
    if (types::isBinary(type.id))
        return binaryValue(literal, type, collation);
    if (type.id == TypeId::kUniqueIdentifier) {
        if (!isString(literal))
            return bad("a uniqueidentifier must be written as a string.");
        ES_TRY(const TypedValue written, literalValue(literal, collation));
        return converted(written, type);
    }
    return numberValue(literal, negative, type, collation);
}

}  // namespace es::tsql
