#include "driver/types/TypeNames.h"

#include "driver/types/Errors.h"

#include <array>
#include <charconv>

namespace es::types {
namespace {

struct NameEntry {
    std::string_view name;
    TypeId id;
};

// The first entry of an id is its canonical name.
constexpr std::array kNames{
    NameEntry{"bit", TypeId::kBit}, NameEntry{"tinyint", TypeId::kTinyInt}, NameEntry{"smallint", TypeId::kSmallInt},
    NameEntry{"int", TypeId::kInt}, NameEntry{"bigint", TypeId::kBigInt}, NameEntry{"real", TypeId::kReal},
    NameEntry{"float", TypeId::kFloat}, NameEntry{"smallmoney", TypeId::kSmallMoney}, NameEntry{"money", TypeId::kMoney},
    NameEntry{"decimal", TypeId::kDecimal}, NameEntry{"numeric", TypeId::kNumeric}, NameEntry{"date", TypeId::kDate},
    NameEntry{"time", TypeId::kTime}, NameEntry{"datetime2", TypeId::kDateTime2},
    NameEntry{"datetimeoffset", TypeId::kDateTimeOffset}, NameEntry{"smalldatetime", TypeId::kSmallDateTime},
    NameEntry{"datetime", TypeId::kDateTime}, NameEntry{"uniqueidentifier", TypeId::kUniqueIdentifier},
    NameEntry{"char", TypeId::kChar}, NameEntry{"varchar", TypeId::kVarChar}, NameEntry{"nchar", TypeId::kNChar},
    NameEntry{"nvarchar", TypeId::kNVarChar}, NameEntry{"binary", TypeId::kBinary}, NameEntry{"varbinary", TypeId::kVarBinary},
    NameEntry{"text", TypeId::kText}, NameEntry{"ntext", TypeId::kNText}, NameEntry{"image", TypeId::kImage},
    NameEntry{"xml", TypeId::kXml}, NameEntry{"sql_variant", TypeId::kSqlVariant}, NameEntry{"udt", TypeId::kUdt},
    NameEntry{"json", TypeId::kJson}, NameEntry{"vector", TypeId::kVector},
    NameEntry{"integer", TypeId::kInt}, NameEntry{"dec", TypeId::kDecimal}, NameEntry{"double precision", TypeId::kFloat},
    NameEntry{"character", TypeId::kChar}, NameEntry{"char varying", TypeId::kVarChar},
    NameEntry{"character varying", TypeId::kVarChar}, NameEntry{"national char", TypeId::kNChar},
    NameEntry{"national character", TypeId::kNChar}, NameEntry{"national char varying", TypeId::kNVarChar},
    NameEntry{"national character varying", TypeId::kNVarChar}, NameEntry{"national text", TypeId::kNText},
    NameEntry{"binary varying", TypeId::kVarBinary}, NameEntry{"timestamp", TypeId::kBinary},
    NameEntry{"rowversion", TypeId::kBinary}, NameEntry{"sysname", TypeId::kNVarChar},
};

std::string lowered(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    return out;
}

base::Error unknown(std::string text)
{
    return base::makeError(kUnknownType, std::move(text), {}, "Use a SQL Server type name with a valid length, precision or scale.");
}

base::Result<SqlType> sizedFromArgs(TypeId id, const std::string& name, const std::vector<int>& args, Collation collation)
{
    const bool mayBeMax = id == TypeId::kVarChar || id == TypeId::kNVarChar || id == TypeId::kVarBinary;
    const int limit = id == TypeId::kNChar || id == TypeId::kNVarChar ? 4000 : 8000;
    if (args.size() > 1)
        return unknown("Type " + name + " takes one length.");
    if (args.empty())
        return makeSized(id, 1, collation);
    if (args[0] == -1 && mayBeMax)
        return makeSized(id, kMaxLength, collation);
    if (args[0] < 1 || args[0] > limit)
        return unknown("The length of type " + name + " must be 1 to " + std::to_string(limit) + (mayBeMax ? " or max." : "."));
    return makeSized(id, static_cast<std::uint32_t>(args[0]), collation);
}

base::Result<SqlType> decimalFromArgs(TypeId id, const std::string& name, const std::vector<int>& args)
{
    const int precision = args.empty() ? 18 : args[0];
    const int scale = args.size() < 2 ? 0 : args[1];
    if (args.size() > 2 || precision < 1 || precision > 38 || scale < 0 || scale > precision)
        return unknown("Type " + name + " takes a precision of 1 to 38 and a scale of 0 to the precision.");
    SqlType type = makeDecimal(static_cast<std::uint8_t>(precision), static_cast<std::uint8_t>(scale));
    type.id = id;
    return type;
}

}  // namespace

SqlType makeType(TypeId id)
{
    SqlType type;
    type.id = id;
    if (isDecimal(id))
        type.precision = 18;
    else if (id == TypeId::kTime || id == TypeId::kDateTime2 || id == TypeId::kDateTimeOffset)
        type.scale = 7;
    else if (isText(id) || isBinary(id))
        return makeSized(id, id >= TypeId::kText ? kMaxLength : 1);
    return type;
}

SqlType makeDecimal(std::uint8_t precision, std::uint8_t scale)
{
    SqlType type;
    type.id = TypeId::kDecimal;
    type.precision = precision;
    type.scale = scale;
    return type;
}

SqlType makeScaled(TypeId id, std::uint8_t scale)
{
    SqlType type;
    type.id = id;
    type.scale = scale;
    return type;
}

SqlType makeSized(TypeId id, std::uint32_t length, Collation collation)
{
    SqlType type;
    type.id = id;
    const bool twoBytes = id == TypeId::kNChar || id == TypeId::kNVarChar;
    type.lengthBytes = length == kMaxLength ? kMaxLength : twoBytes ? length * 2 : length;
    if (isText(id))
        type.collation = collation;
    return type;
}

std::string_view baseTypeName(TypeId id)
{
    for (const NameEntry& entry : kNames)
        if (entry.id == id)
            return entry.name;
    return "null";
}

std::string typeName(const SqlType& type)
{
    std::string name(baseTypeName(type.id));
    switch (type.id) {
    case TypeId::kChar: case TypeId::kVarChar: case TypeId::kNChar: case TypeId::kNVarChar:
    case TypeId::kBinary: case TypeId::kVarBinary: {
        const std::uint32_t length = declaredLength(type);
        return name + "(" + (length == kMaxLength ? std::string("max") : std::to_string(length)) + ")";
    }
    case TypeId::kDecimal: case TypeId::kNumeric:
        return name + "(" + std::to_string(type.precision) + "," + std::to_string(type.scale) + ")";
    case TypeId::kTime: case TypeId::kDateTime2: case TypeId::kDateTimeOffset:
        return name + "(" + std::to_string(type.scale) + ")";
    default:
        return name;
    }
}

base::Result<SqlType> typeFromName(std::string_view rawName, const std::vector<int>& args, Collation collation)
{
    const std::string name = lowered(rawName);
    TypeId id = TypeId::kNull;
    for (const NameEntry& entry : kNames)
        if (entry.name == name) {
            id = entry.id;
            break;
        }
    if (id == TypeId::kNull || id == TypeId::kUdt)
        return unknown("There is no type named " + std::string(rawName) + ".");
    if (name == "timestamp" || name == "rowversion" || name == "sysname") {
        if (!args.empty())
            return unknown("Type " + name + " takes no length.");
        return name == "sysname" ? makeSized(id, 128, collation) : makeSized(id, 8, collation);
    }
    switch (id) {
    case TypeId::kChar: case TypeId::kVarChar: case TypeId::kNChar: case TypeId::kNVarChar:
    case TypeId::kBinary: case TypeId::kVarBinary:
        return sizedFromArgs(id, name, args, collation);
    case TypeId::kText: case TypeId::kNText: case TypeId::kImage:
        if (!args.empty())
            return unknown("Type " + name + " takes no length.");
        return makeSized(id, kMaxLength, collation);
    case TypeId::kDecimal: case TypeId::kNumeric:
        return decimalFromArgs(id, name, args);
    case TypeId::kTime: case TypeId::kDateTime2: case TypeId::kDateTimeOffset:
        if (args.size() > 1 || (!args.empty() && (args[0] < 0 || args[0] > 7)))
            return unknown("Type " + name + " takes a scale of 0 to 7.");
        return makeScaled(id, static_cast<std::uint8_t>(args.empty() ? 7 : args[0]));
    case TypeId::kFloat:
        if (args.size() > 1 || (!args.empty() && (args[0] < 1 || args[0] > 53 || name != "float")))
            return unknown("Type float takes 1 to 53 bits.");
        return makeType(!args.empty() && args[0] <= 24 ? TypeId::kReal : TypeId::kFloat);
    case TypeId::kVector: {
        if (args.size() != 1 || args[0] < 1 || args[0] > 1998)
            return unknown("Type vector takes 1 to 1998 dimensions.");
        SqlType type = makeType(id);
        type.lengthBytes = 8 + 4 * static_cast<std::uint32_t>(args[0]);
        return type;
    }
    default:
        if (!args.empty())
            return unknown("Type " + name + " takes no length.");
        return makeType(id);
    }
}

base::Result<SqlType> typeFromText(std::string_view text, Collation collation)
{
    const auto trim = [](std::string_view part) {
        while (!part.empty() && (part.front() == ' ' || part.front() == '\t'))
            part.remove_prefix(1);
        while (!part.empty() && (part.back() == ' ' || part.back() == '\t'))
            part.remove_suffix(1);
        return part;
    };
    text = trim(text);
    const std::size_t open = text.find('(');
    if (open == std::string_view::npos)
        return typeFromName(text, {}, collation);
    if (text.back() != ')')
        return unknown("The type " + std::string(text) + " lacks a closing parenthesis.");
    std::vector<int> args;
    std::string_view rest = text.substr(open + 1, text.size() - open - 2);
    while (true) {
        const std::size_t comma = rest.find(',');
        const std::string_view item = trim(rest.substr(0, comma));
        int number = 0;
        if (lowered(item) == "max") {
            number = -1;
        } else {
            const auto [end, failure] = std::from_chars(item.data(), item.data() + item.size(), number);
            if (failure != std::errc{} || end != item.data() + item.size() || number < 0)
                return unknown("The type " + std::string(text) + " has a length that is no number.");
        }
        args.push_back(number);
        if (comma == std::string_view::npos)
            break;
        rest.remove_prefix(comma + 1);
    }
    return typeFromName(trim(text.substr(0, open)), args, collation);
}

}  // namespace es::types
