// Text to dates and times.
#include "driver/types/DateText.h"

#include <array>
#include <vector>

namespace es::types {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"january", "february", "march", "april", "may", "june",
                                                   "july", "august", "september", "october", "november", "december"};
constexpr std::int64_t kTicksPerSecond = 10000000;

struct Token {
    enum class Kind { kNumber, kWord, kMark } kind;
    std::string_view text;
    bool spaceBefore = false;
    [[nodiscard]] bool is(char mark) const { return kind == Kind::kMark && text.front() == mark; }
    [[nodiscard]] int number() const
    {
        int value = 0;
        for (const char c : text)
            value = value > 100000000 ? value : value * 10 + (c - '0');
        return value;
    }
};

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string lowered(std::string_view text)
{
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c + 32);
    return out;
}

int monthOf(std::string_view word)
{
    const std::string name = lowered(word);
    for (std::size_t i = 0; i < kMonths.size(); ++i)
        if (name == kMonths[i] || (name.size() == 3 && kMonths[i].starts_with(name)))
            return static_cast<int>(i) + 1;
    return 0;
}

std::vector<Token> tokenize(std::string_view text)
{
    std::vector<Token> tokens;
    bool space = false;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == ' ' || text[i] == '\t') {
            space = true;
            ++i;
            continue;
        }
        std::size_t end = i + 1;
        Token::Kind kind = Token::Kind::kMark;
        if (isDigit(text[i])) {
            kind = Token::Kind::kNumber;
            while (end < text.size() && isDigit(text[end]))
                ++end;
        } else if (isLetter(text[i])) {
            kind = Token::Kind::kWord;
            while (end < text.size() && isLetter(text[end]))
                ++end;
        }
        tokens.push_back({kind, text.substr(i, end - i), space});
        space = false;
        i = end;
    }
    return tokens;
}

int fullYear(std::string_view digits, int value)
{
    if (digits.size() > 2)
        return value;
    return value < 50 ? 2000 + value : 1900 + value;  // two digit year cutoff 2049
}

class Parser {
public:
    Parser(std::string_view text, DateOrder order) : m_tokens(tokenize(text)), m_order(order) {}

    std::optional<DateParts> run()
    {
        while (m_at < m_tokens.size()) {
            if (startsTime()) {
                if (m_parts.hasTime || !time())
                    return std::nullopt;
            } else if (m_parts.date || !date()) {
                return std::nullopt;
            }
        }
        if (m_parts.date && !dateFromCivil(*m_parts.date))
            m_parts.outOfRange = true;
        return m_parts;
    }

private:
    [[nodiscard]] const Token* peek(std::size_t ahead = 0) const
    {
        return m_at + ahead < m_tokens.size() ? &m_tokens[m_at + ahead] : nullptr;
    }
    [[nodiscard]] bool isNumber(std::size_t ahead) const
    {
        const Token* token = peek(ahead);
        return token != nullptr && token->kind == Token::Kind::kNumber;
    }
    [[nodiscard]] bool isDayFirst() const { return m_order == DateOrder::kDayMonthYear || m_order == DateOrder::kDayMonthYearAlways; }
    [[nodiscard]] bool isMark(std::size_t ahead, char mark) const
    {
        const Token* token = peek(ahead);
        return token != nullptr && token->is(mark);
    }
    [[nodiscard]] bool isAmPm(std::size_t ahead) const
    {
        const Token* token = peek(ahead);
        if (token == nullptr || token->kind != Token::Kind::kWord)
            return false;
        const std::string word = lowered(token->text);
        return word == "am" || word == "pm";
    }
    [[nodiscard]] bool startsTime() const
    {
        if (isNumber(0))
            return isMark(1, ':') || isAmPm(1);
        const Token* token = peek();
        return token != nullptr && token->kind == Token::Kind::kWord && lowered(token->text) == "t" && isNumber(1) && isMark(2, ':') && m_parts.date;
    }

    // "13:14[:15[.123]]", "1 PM", then an offset
    bool time()
    {
        if (!isNumber(0))
            ++m_at;  // T
        int hour = peek()->number(), minute = 0, second = 0;
        ++m_at;
        if (isMark(0, ':')) {
            if (!isNumber(1))
                return false;
            minute = peek(1)->number();
            m_at += 2;
            if (isMark(0, ':')) {
                if (!isNumber(1))
                    return false;
                second = peek(1)->number();
                m_at += 2;
                if ((isMark(0, '.') || isMark(0, ':')) && isNumber(1)) {
                    // After a colon the digits are milliseconds: 13:14:15:5 is .005
                    if (!fraction(peek(1)->text, isMark(0, ':')))
                        return false;
                    m_at += 2;
                }
            }
        }
        if (isAmPm(0)) {
            const bool afternoon = lowered(peek()->text) == "pm";
            if (afternoon ? hour == 0 : hour > 12)
                m_parts.outOfRange = true;  // 13 PM is taken, 13 AM and 0 PM are not
            else if (hour <= 12)
                hour = hour % 12 + (afternoon ? 12 : 0);
            ++m_at;
        }
        if (hour > 23 || minute > 59 || second > 59)
            m_parts.outOfRange = true;
        m_parts.hasTime = true;
        m_parts.ticks += ((hour * std::int64_t{60} + minute) * 60 + second) * kTicksPerSecond;
        return offset();
    }

    bool fraction(std::string_view digits, bool milliseconds)
    {
        if (milliseconds && digits.size() > 3)
            return false;
        m_parts.fractionDigits = static_cast<int>(digits.size());
        std::int64_t value = 0;
        if (milliseconds) {
            for (const char c : digits)
                value = value * 10 + (c - '0');
            m_parts.ticks += value * 10000;
            return true;
        }
        for (std::size_t i = 0; i < 7; ++i)
            value = value * 10 + (i < digits.size() ? digits[i] - '0' : 0);
        if (digits.size() > 7 && digits[7] >= '5')
            ++value;
        m_parts.ticks += value;
        return true;
    }

    bool offset()
    {
        const Token* token = peek();
        if (token != nullptr && token->kind == Token::Kind::kWord && lowered(token->text) == "z") {
            m_parts.offsetMinutes = 0;
            ++m_at;
            return true;
        }
        if ((isMark(0, '+') || isMark(0, '-')) && isNumber(1) && isMark(2, ':') && isNumber(3)) {
            const int hours = peek(1)->number(), minutes = peek(3)->number();
            const int total = hours * 60 + minutes;
            m_parts.offsetMinutes = peek()->is('-') ? -total : total;
            if (minutes > 59 || total > 840)
                m_parts.outOfRange = true;
            m_at += 4;
        }
        return true;
    }

    bool date()
    {
        const Token* first = peek();
        if (first->kind == Token::Kind::kWord)
            return monthFirst();
        if (first->kind != Token::Kind::kNumber)
            return false;
        if (peek(1) != nullptr && (peek(1)->is('-') || peek(1)->is('/') || peek(1)->is('.')))
            return separated();
        if (peek(1) != nullptr && peek(1)->kind == Token::Kind::kWord && monthOf(peek(1)->text) != 0)
            return dayOrYearFirst();
        if (isNumber(1) && peek(2) != nullptr && peek(2)->kind == Token::Kind::kWord && monthOf(peek(2)->text) != 0)
            return monthLast();
        return compact();
    }

    // "15 1996 Apr", "1996 15 Apr"
    bool monthLast()
    {
        const Token* a = peek();
        const Token* b = peek(1);
        const int month = monthOf(peek(2)->text);
        m_at += 3;
        const bool yearFirst = a->text.size() == 4;
        const Token* year = yearFirst ? a : b;
        const Token* day = yearFirst ? b : a;
        if ((year->text.size() != 4 && year->text.size() != 2) || day->text.size() > 2)
            return false;
        m_parts.date = CivilDate{fullYear(year->text, year->number()), month, day->number()};
        return true;
    }

    // 20240315, 240315, 2024
    bool compact()
    {
        const std::string_view text = peek()->text;
        const int value = peek()->number();
        ++m_at;
        if (text.size() == 8)
            m_parts.date = CivilDate{value / 10000, value / 100 % 100, value % 100};
        else if (text.size() == 6)
            m_parts.date = CivilDate{fullYear("00", value / 10000), value / 100 % 100, value % 100};
        else if (text.size() == 4)
            m_parts.date = CivilDate{value, 1, 1};
        else
            return false;
        return true;
    }

    // 3/15/2024, 2024-03-15, 15.3.24, also with a month's name in the middle
    bool separated()
    {
        const char mark = peek(1)->text.front();
        const Token* a = peek();
        const Token* b = peek(2);
        if (b == nullptr || !isMark(3, mark) || !isNumber(4))
            return false;
        const Token* c = peek(4);
        m_at += 5;
        const int named = b->kind == Token::Kind::kWord ? monthOf(b->text) : 0;
        if (b->kind != Token::Kind::kNumber && named == 0)
            return false;
        const int x = a->number(), y = named != 0 ? named : b->number(), z = c->number();
        const bool yearFirst = a->text.size() == 4 || (m_order == DateOrder::kYearMonthDay && c->text.size() <= 2);
        // The year may stand in the middle: 4/1996/15, 15/1996/4.
        if (named == 0 && b->text.size() == 4 && a->text.size() <= 2 && c->text.size() <= 2) {
            const bool dayFirst = isDayFirst();
            m_parts.date = CivilDate{y, dayFirst ? z : x, dayFirst ? x : z};
            return true;
        }
        if (a->text.size() == 3 || a->text.size() > 4 || c->text.size() == 3 || c->text.size() > 4 || (!named && b->text.size() > 2))
            return false;
        if (yearFirst) {
            if (c->text.size() > 2)
                return false;
            const bool dayNext = named == 0 && m_order == DateOrder::kDayMonthYearAlways;
            m_parts.date = CivilDate{fullYear(a->text, x), dayNext ? z : y, dayNext ? y : z};
        } else if (named != 0 || isDayFirst()) {
            m_parts.date = CivilDate{fullYear(c->text, z), y, x};
        } else {
            m_parts.date = CivilDate{fullYear(c->text, z), x, y};
        }
        return true;
    }

    // "Mar 15, 2024", "March 2024", "Mar 15 24"
    bool monthFirst()
    {
        const int month = monthOf(peek()->text);
        if (month == 0 || !isNumber(1))
            return false;
        const Token* a = peek(1);
        m_at += 2;
        if (a->text.size() == 4) {
            const bool dayFollows = isNumber(0) && !isMark(1, ':') && !isAmPm(1) && peek()->text.size() <= 2;
            m_parts.date = CivilDate{a->number(), month, dayFollows ? peek()->number() : 1};
            m_at += dayFollows ? 1 : 0;
            return true;
        }
        if (isMark(0, ','))
            ++m_at;
        if (!isNumber(0) || isMark(1, ':'))
            return false;
        const Token* year = peek();
        ++m_at;
        if (year->text.size() != 4 && year->text.size() != 2)
            return false;
        m_parts.date = CivilDate{fullYear(year->text, year->number()), month, a->number()};
        return true;
    }

    // "15 Mar 2024", "15 Mar, 24", "2024 Mar 15", "2024 March"
    bool dayOrYearFirst()
    {
        const Token* a = peek();
        const int month = monthOf(peek(1)->text);
        m_at += 2;
        if (isMark(0, ','))
            ++m_at;
        const bool more = isNumber(0) && !isMark(1, ':') && !isAmPm(1);
        if (a->text.size() == 4) {
            m_parts.date = CivilDate{a->number(), month, more ? peek()->number() : 1};
            m_at += more ? 1 : 0;
            return true;
        }
        if (!more || (peek()->text.size() != 4 && peek()->text.size() != 2))
            return false;
        m_parts.date = CivilDate{fullYear(peek()->text, peek()->number()), month, a->number()};
        ++m_at;
        return true;
    }

    std::vector<Token> m_tokens;
    DateOrder m_order;
    std::size_t m_at = 0;
    DateParts m_parts;
};

}  // namespace

DateOrder dateOrderOfStyle(int style)
{
    switch (style) {
    case 3: case 4: case 5: case 103: case 104: case 105: case 13: case 113: return DateOrder::kDayMonthYear;
    case 2: case 11: case 102: case 111: case 20: case 21: case 23: case 120: case 121: case 126: case 127:
        return DateOrder::kYearMonthDay;
    default: return DateOrder::kMonthDayYear;
    }
}

std::optional<DateParts> parseDateText(std::string_view text, DateOrder order) { return Parser(text, order).run(); }

std::optional<DateParts> parseIsoText(std::string_view text)
{
    // The general parser, for texts whose shape is ISO's: four digits and a dash first, or two digits and a colon.
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    const bool date = text.size() >= 10 && text[4] == '-' && text[7] == '-' && isDigit(text[0]);
    const bool time = text.size() >= 4 && (text[2] == ':' || text[1] == ':');
    if (!date && !time)
        return std::nullopt;
    return parseDateText(text, DateOrder::kYearMonthDay);
}

}  // namespace es::types
