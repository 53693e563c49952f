#include "driver/tsql/TypeResolve.h"

#include "driver/tsql/TokenCursor.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::tsql {
namespace {

using types::TypeId;

constexpr int kMaxPrecision = 38;
constexpr int kMaxTimeScale = 7;
constexpr int kMaxFloatBits = 53;
constexpr int kMaxSmallBytes = 8000;
constexpr int kCastLength = 30;

bool takesLength(TypeId id)
{
    return id == TypeId::kChar || id == TypeId::kVarChar || id == TypeId::kNChar || id == TypeId::kNVarChar || id == TypeId::kBinary
        || id == TypeId::kVarBinary;
}

bool takesMax(TypeId id)
{
    return id == TypeId::kVarChar || id == TypeId::kNVarChar || id == TypeId::kVarBinary;
}

bool takesTimeScale(TypeId id)
{
    return id == TypeId::kTime || id == TypeId::kDateTime2 || id == TypeId::kDateTimeOffset;
}

// The rules for the numbers in parentheses; each with the server's own complaint.
class Judge {
public:
    explicit Judge(const DataType& type) : m_type(type) {}

    base::Error error(std::int32_t number, std::uint8_t severity, std::string message) const
    {
        base::Error error = serverError(kBadType, number, severity, m_type.range.line, std::move(message));
        error.text.assign("The type '").append(m_type.name.object()).append("' cannot be written like this.");
        error.remedy = "Correct the type.";
        return error;
    }

    base::Error unknown(bool cast) const
    {
        std::string message = cast ? "Type " : "Column, parameter, or variable #1: Cannot find data type ";
        message.append(m_type.name.object()).append(cast ? " is not a defined system type." : ".");
        return error(cast ? 243 : 2715, 16, std::move(message));
    }

    base::Result<void> length(TypeId id) const
    {
        const int length = m_type.arguments.front();
        if (m_type.arguments.size() > 1)
            return noWidth();
        if (length == kMaxArgument)
            return takesMax(id) ? base::Result<void>{} : error(102, 15, "Incorrect syntax near 'max'.");
        if (length == 0)
            return error(1001, 16, "Line 1: Length or precision specification 0 is invalid.");
        const int most = types::isUnicode(id) ? kMaxSmallBytes / 2 : kMaxSmallBytes;
        if (length > most) {
            std::string message = "The size (";
            message.append(std::to_string(length)).append(") given to the type '").append(m_type.name.object());
            message.append("' exceeds the maximum allowed for any data type (").append(std::to_string(most)).append(").");
            return error(131, 15, std::move(message));
        }
        return {};
    }

    base::Result<void> decimal() const
    {
        const int precision = m_type.arguments.front();
        if (m_type.arguments.size() > 2)
            return noWidth();
        if (precision < 1)
            return error(1001, 16, "Line 1: Length or precision specification 0 is invalid.");
        if (precision > kMaxPrecision) {
            std::string message = "Column or parameter #1: Specified column precision ";
            message.append(std::to_string(precision)).append(" is greater than the maximum precision of 38.");
            return error(2750, 16, std::move(message));
        }
        if (m_type.arguments.size() == 2 && (m_type.arguments[1] > precision || m_type.arguments[1] < 0))
            return error(192, 15, "The scale must be less than or equal to the precision.");
        return {};
    }

    base::Result<void> timeScale() const
    {
        const int scale = m_type.arguments.front();
        if (m_type.arguments.size() > 1)
            return noWidth();
        if (scale < 0 || scale > kMaxTimeScale) {
            std::string message = "Line 1: Specified scale ";
            message.append(std::to_string(scale)).append(" is invalid.");
            return error(1002, 16, std::move(message));
        }
        return {};
    }

    base::Result<void> floatBits() const
    {
        const int bits = m_type.arguments.front();
        if (m_type.arguments.size() > 1)
            return noWidth();
        if (bits < 1)
            return error(1001, 16, "Line 1: Length or precision specification 0 is invalid.");
        if (bits > kMaxFloatBits) {
            std::string message = "Column or parameter #1: Specified column precision ";
            message.append(std::to_string(bits)).append(" is greater than the maximum precision of 53.");
            return error(2750, 16, std::move(message));
        }
        return {};
    }

    base::Error noWidth() const
    {
        std::string message = "Column, parameter, or variable #1: Cannot specify a column width on data type ";
        message.append(m_type.name.object()).append(".");
        return error(2716, 16, std::move(message));
    }

private:
    const DataType& m_type;
};

base::Result<void> judgeArguments(const DataType& type, TypeId id)
{
    if (type.arguments.empty())
        return {};
    const Judge judge(type);
    if (takesLength(id))
        return judge.length(id);
    if (types::isDecimal(id))
        return judge.decimal();
    if (takesTimeScale(id))
        return judge.timeScale();
    if (equalWords(type.name.object(), "float"))
        return judge.floatBits();
    return judge.noWidth();
}

}  // namespace

base::Result<types::SqlType> resolveType(const DataType& type, types::Collation collation, LengthDefault lengthDefault)
{
    const bool cast = lengthDefault == LengthDefault::kCast;
    const Judge judge(type);
    const bool ownSchema = type.name.parts.size() > 2 || (type.name.parts.size() == 2 && !equalWords(type.name.schema(), "sys"));
    if (type.name.parts.empty() || ownSchema)
        return judge.unknown(cast);
    const auto bare = types::typeFromName(type.name.object(), {}, collation);
    if (!bare)
        return judge.unknown(cast);
    ES_CHECK(judgeArguments(type, bare->id));
    std::vector<int> arguments = type.arguments;
    if (arguments.empty() && cast && takesLength(bare->id) && !equalWords(type.name.object(), "sysname"))
        arguments.push_back(kCastLength);
    auto resolved = types::typeFromName(type.name.object(), arguments, collation);
    if (!resolved)
        return judge.noWidth();
    return std::move(*resolved);
}

}  // namespace es::tsql
