#include "app/sandbox/engine/MessageFormat.h"

#include <cstdio>
#include <optional>

namespace es::sandbox {

using base::Result;

namespace {

constexpr std::size_t kLongestMessage = 2047; // longer ones end in three dots

bool isOneOf(char c, std::string_view set)
{
    return set.find(c) != std::string_view::npos;
}

class Formatter {
public:
    Formatter(const std::string& format, const std::vector<MessageArgument>& arguments, std::int32_t line)
        : m_format(format)
        , m_arguments(arguments)
        , m_line(line)
    {
    }

    Result<std::string> run()
    {
        while (m_at < m_format.size()) {
            if (m_format[m_at] != '%') {
                m_out += m_format[m_at++];
                continue;
            }
            ++m_at;
            if (m_at < m_format.size() && m_format[m_at] == '%') {
                m_out += m_format[m_at++];
                continue;
            }
            ES_CHECK(one());
        }
        if (m_out.size() > kLongestMessage) m_out = m_out.substr(0, kLongestMessage - 3) + "...";
        return m_out;
    }

private:
    base::Error malformed(std::size_t start) const
    {
        return sqlError(2787, "Invalid format specification: '" + m_format.substr(start) + "'.", m_line);
    }
    const MessageArgument* next()
    {
        const std::size_t index = m_next++;
        return index < m_arguments.size() ? &m_arguments[index] : nullptr;
    }
    base::Error wrongKind() const
    {
        return sqlError(2786,
            "The data type of substitution parameter " + std::to_string(m_next) + " does not match the expected type of the format specification.",
            m_line);
    }
    // Digits, or the next argument for '*'.
    Result<std::optional<int>> number()
    {
        if (m_at < m_format.size() && m_format[m_at] == '*') {
            ++m_at;
            const MessageArgument* argument = next();
            const auto* value = argument ? std::get_if<std::int64_t>(argument) : nullptr;
            if (!value) return wrongKind();
            return std::optional(static_cast<int>(*value));
        }
        std::optional<int> out;
        for (; m_at < m_format.size() && m_format[m_at] >= '0' && m_format[m_at] <= '9'; ++m_at)
            out = std::min(out.value_or(0) * 10 + (m_format[m_at] - '0'), 100'000);
        return out;
    }
    Result<void> one()
    {
        const std::size_t start = m_at - 1;
        std::string flags;
        while (m_at < m_format.size() && isOneOf(m_format[m_at], "-+0# "))
            flags += m_format[m_at++];
        ES_TRY(const std::optional<int> width, number());
        std::optional<int> precision;
        if (m_at < m_format.size() && m_format[m_at] == '.') {
            ++m_at;
            ES_TRY(precision, number());
            if (!precision) precision = 0;
        }
        bool wide = false;
        if (m_format.compare(m_at, 3, "I64") == 0) {
            wide = true;
            m_at += 3;
        } else if (m_at < m_format.size() && isOneOf(m_format[m_at], "hl"))
            ++m_at;
        if (m_at >= m_format.size() || !isOneOf(m_format[m_at], "diosuxX")) return malformed(start);
        const char type = m_format[m_at++];
        const MessageArgument* argument = next();
        if (!argument || std::holds_alternative<std::monostate>(*argument)) {
            m_out += "(null)";
            return {};
        }
        if (type == 's') return text(*argument, flags, width.value_or(0), precision);
        const auto* value = std::get_if<std::int64_t>(argument);
        if (!value || (!wide && (*value > INT32_MAX || *value < INT32_MIN))) return wrongKind();
        return whole(*value, flags, width.value_or(0), precision, type, wide);
    }
    Result<void> text(const MessageArgument& argument, const std::string& flags, int width, std::optional<int> precision)
    {
        const auto* value = std::get_if<std::string>(&argument);
        if (!value) return wrongKind();
        // Lengths count characters; continuation bytes of UTF-8 are none.
        std::string cut;
        int characters = 0;
        for (const char c : *value) {
            const bool starts = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
            if (starts && precision && characters >= *precision) break;
            characters += starts ? 1 : 0;
            cut += c;
        }
        const std::string padding(static_cast<std::size_t>(std::max(width - characters, 0)), ' ');
        m_out += flags.find('-') != std::string::npos ? cut + padding : padding + cut;
        return {};
    }
    Result<void> whole(std::int64_t value, const std::string& flags, int width, std::optional<int> precision, char type, bool wide)
    {
        std::string format = "%";
        format.append(flags).append("*");
        if (precision) format += ".*";
        format.append("ll") += type == 'i' ? 'd' : type;
        const bool isSigned = type == 'd' || type == 'i';
        const long long given = isSigned || wide ? static_cast<long long>(value) : static_cast<long long>(static_cast<std::uint32_t>(value));
        char buffer[4096];
        const int bounded = std::min(width, 2000);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" // the pieces are checked above: flags, stars, one type letter
        const int length = precision ? std::snprintf(buffer, sizeof buffer, format.c_str(), bounded, std::min(*precision, 2000), given)
                                     : std::snprintf(buffer, sizeof buffer, format.c_str(), bounded, given);
#pragma GCC diagnostic pop
        m_out.append(buffer, static_cast<std::size_t>(std::max(length, 0)));
        return {};
    }

    const std::string& m_format;
    const std::vector<MessageArgument>& m_arguments;
    std::int32_t m_line;
    std::size_t m_at = 0;
    std::size_t m_next = 0;
    std::string m_out;
};

} // namespace

Result<std::string> formatMessage(const std::string& format, const std::vector<MessageArgument>& arguments, std::int32_t line)
{
    return Formatter(format, arguments, line).run();
}

} // namespace es::sandbox
