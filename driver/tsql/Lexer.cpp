#include "driver/tsql/Lexer.h"

#include "driver/base/Utf16.h"

#include <array>

namespace es::tsql {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isHexDigit(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool isAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool isSpace(char c) { return (c >= '\t' && c <= '\r') || c == ' '; }

constexpr char32_t kReplacement = 0xFFFD;
constexpr std::size_t kMaxNameUnits = 128;

// Blanks beyond ASCII that people paste from documents; SQL Server takes them for white space too.
bool isWideSpace(char32_t c)
{
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F
        || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

// Letters beyond ASCII: everything that is neither blank, control, punctuation of the general block nor the mark of bad bytes.
bool isWideLetter(char32_t c)
{
    return c >= 0xAA && c != kReplacement && !isWideSpace(c) && c != 0xAB && c != 0xBB && c != 0xD7 && c != 0xF7
        && !(c >= 0x2010 && c <= 0x203E) && !(c >= 0x3001 && c <= 0x3004) && !(c >= 0xFF01 && c <= 0xFF0F);
}

bool startsWord(char c) { return isAsciiLetter(c) || c == '_' || c == '#'; }
bool continuesWord(char c) { return isAsciiLetter(c) || isDigit(c) || c == '_' || c == '#' || c == '@' || c == '$'; }

// The currency signs that begin a money literal besides '$' (U+00A2 to U+00A5, U+20A0 and the block behind it).
bool isWideCurrency(char32_t c) { return (c >= 0xA2 && c <= 0xA5) || (c >= 0x20A0 && c <= 0x20C0); }

}  // namespace

Lexer::Lexer(std::string_view text, Options options) : m_text(text), m_options(options)
{
    if (m_text.starts_with("\xEF\xBB\xBF"))
        m_position = 3;  // a byte order mark has no column
}

void Lexer::advance(std::size_t length)
{
    for (std::size_t i = 0; i < length; ++i) {
        const char c = m_text[m_position + i];
        if (c == '\n') {
            ++m_line;
            m_column = 1;
        } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
            ++m_column;
        }
    }
    m_position += length;
}

Token Lexer::take(TokenKind kind, std::size_t length, LexProblem problem)
{
    Token token{kind, {static_cast<std::uint32_t>(m_position), static_cast<std::uint32_t>(length), m_line, m_column}, problem};
    advance(length);
    return token;
}

// White space and comments from here; /* */ nests. A backslash before a line end joins lines (only strings make use of that).
std::size_t Lexer::blankLength(bool& unclosed) const
{
    unclosed = false;
    std::size_t i = m_position;
    const auto is = [this](std::size_t where, char a, char b) {
        return where + 1 < m_text.size() && m_text[where] == a && m_text[where + 1] == b;
    };
    while (i < m_text.size()) {
        if (isSpace(m_text[i])) {
            ++i;
        } else if (is(i, '-', '-')) {
            while (i < m_text.size() && m_text[i] != '\n')
                ++i;
        } else if (is(i, '/', '*')) {
            const std::size_t start = i;
            std::size_t depth = 1;
            i += 2;
            while (i < m_text.size() && depth > 0) {
                if (is(i, '/', '*')) {
                    ++depth;
                    i += 2;
                } else if (is(i, '*', '/')) {
                    --depth;
                    i += 2;
                } else {
                    ++i;
                }
            }
            if (depth > 0) {  // a token of its own, which begins where the comment does
                unclosed = start == m_position;
                return (unclosed ? i : start) - m_position;
            }
        } else if (is(i, '\\', '\n') || (is(i, '\\', '\r') && i + 2 < m_text.size() && m_text[i + 2] == '\n')) {
            ++i;
        } else if (static_cast<unsigned char>(m_text[i]) >= 0x80) {
            const auto [value, size] = base::codePointAt(m_text, i);
            if (!isWideSpace(value))
                break;
            i += size;
        } else {
            break;
        }
    }
    return i - m_position;
}

std::size_t Lexer::wordLength(std::size_t from) const
{
    std::size_t i = m_position + from;
    while (i < m_text.size()) {
        if (continuesWord(m_text[i])) {
            ++i;
            continue;
        }
        if (static_cast<unsigned char>(m_text[i]) < 0x80)
            break;
        const auto [value, size] = base::codePointAt(m_text, i);
        if (!isWideLetter(value))
            break;
        i += size;
    }
    return i - m_position;
}

Token Lexer::nextWord(TokenKind kind)
{
    const std::size_t length = wordLength(0);
    const bool tooLong = length > kMaxNameUnits && base::utf16Units(m_text.substr(m_position, length)) > kMaxNameUnits;
    return tooLong ? take(TokenKind::kBad, length, LexProblem::kNameTooLong) : take(kind, length);
}

// 'a''b', N'..', [a]]b], "a""b": `prefix` bytes up to and including the opening mark.
Token Lexer::nextQuoted(TokenKind kind, std::size_t prefix, char close, LexProblem unclosed)
{
    std::size_t i = m_position + prefix;
    while (i < m_text.size()) {
        if (m_text[i] != close) {
            ++i;
        } else if (i + 1 < m_text.size() && m_text[i + 1] == close) {
            i += 2;
        } else {
            const std::size_t length = i + 1 - m_position;
            if (kind == TokenKind::kQuotedName && base::utf16Units(m_text.substr(m_position + 1, length - 2)) > kMaxNameUnits)
                return take(TokenKind::kBad, length, LexProblem::kNameTooLong);
            return take(kind, length);
        }
    }
    return take(TokenKind::kBad, m_text.size() - m_position, unclosed);
}

// 42 | 4.2 | .5 | 4. | 4.2e-1 | 0x00FF; a word that follows at once ("1a") is a token of its own, as in SQL Server.
Token Lexer::nextNumber()
{
    if (at(0) == '0' && (at(1) == 'x' || at(1) == 'X')) {
        std::size_t length = 2;
        // A backslash before a line end continues a binary constant.
        for (;;) {
            if (isHexDigit(at(length)))
                ++length;
            else if (at(length) == '\\' && at(length + 1) == '\n')
                length += 2;
            else if (at(length) == '\\' && at(length + 1) == '\r' && at(length + 2) == '\n')
                length += 3;
            else
                break;
        }
        return take(TokenKind::kBinary, length);
    }
    std::size_t length = 0;
    TokenKind kind = TokenKind::kInteger;
    while (isDigit(at(length)))
        ++length;
    if (at(length) == '.') {
        kind = TokenKind::kDecimal;
        ++length;
        while (isDigit(at(length)))
            ++length;
    }
    if (at(length) == 'e' || at(length) == 'E') {
        std::size_t exponent = length + 1;
        if (at(exponent) == '+' || at(exponent) == '-')
            ++exponent;
        if (isDigit(at(exponent)) || exponent == length + 1) {  // "1e" is the float 1
            kind = TokenKind::kFloat;
            while (isDigit(at(exponent)))
                ++exponent;
            length = exponent;
        }
    }
    return take(kind, length);
}

// $1,234.56 | $-5 is a minus behind: SQL Server takes "$-5" as one constant, and "$" alone as zero.
Token Lexer::nextMoney(std::size_t signLength)
{
    std::size_t length = signLength;
    if ((at(length) == '-' || at(length) == '+') && (isDigit(at(length + 1)) || at(length + 1) == '.'))
        ++length;
    while (isDigit(at(length)))
        ++length;
    if (at(length) == '.') {
        ++length;
        while (isDigit(at(length)))
            ++length;
    }
    return take(TokenKind::kMoney, length);
}

Token Lexer::nextSymbol()
{
    static constexpr std::array<std::string_view, 18> kPairs{"<=", ">=", "<>", "!=", "!<", "!>", "+=", "-=", "*=",
                                                              "/=", "%=", "&=", "|=", "^=", "::", "||", "<<", ">>"};
    const std::string_view rest = m_text.substr(m_position, 2);
    for (const std::string_view pair : kPairs) {
        if (rest == pair)
            return take(TokenKind::kSymbol, 2);
    }
    if (std::string_view("(),;.=<>+-*/%&|^~:{}").find(at(0)) != std::string_view::npos)
        return take(TokenKind::kSymbol, 1);
    return take(TokenKind::kBad, base::codePointAt(m_text, m_position).sizeBytes, LexProblem::kBadCharacter);
}

Token Lexer::nextBlank()
{
    bool unclosed = false;
    const std::size_t length = blankLength(unclosed);
    return unclosed ? take(TokenKind::kBad, length, LexProblem::kUnclosedComment) : take(TokenKind::kBlank, length);
}

Token Lexer::next()
{
    bool unclosed = false;
    while (const std::size_t blank = blankLength(unclosed)) {
        if (unclosed || m_options.keepBlanks)
            return nextBlank();
        advance(blank);
    }
    if (m_position >= m_text.size())
        return take(TokenKind::kEnd, 0);

    const char c = at(0);
    if ((c == 'N' || c == 'n') && at(1) == '\'')
        return nextQuoted(TokenKind::kNationalString, 2, '\'', LexProblem::kUnclosedString);
    if (startsWord(c))
        return nextWord(TokenKind::kWord);
    if (c == '@')
        return nextWord(TokenKind::kVariable);
    if (c == '\'')
        return nextQuoted(TokenKind::kString, 1, '\'', LexProblem::kUnclosedString);
    if (c == '[')
        return nextQuoted(TokenKind::kQuotedName, 1, ']', LexProblem::kUnclosedName);
    if (c == '"') {
        return m_options.quotedIdentifiers ? nextQuoted(TokenKind::kQuotedName, 1, '"', LexProblem::kUnclosedName)
                                           : nextQuoted(TokenKind::kString, 1, '"', LexProblem::kUnclosedString);
    }
    if (isDigit(c) || (c == '.' && isDigit(at(1))))
        return nextNumber();
    if (c == '$')
        return isAsciiLetter(at(1)) ? take(TokenKind::kWord, wordLength(1)) : nextMoney(1);  // $action, $partition
    if (static_cast<unsigned char>(c) >= 0x80) {
        const auto [value, size] = base::codePointAt(m_text, m_position);
        if (isWideCurrency(value))
            return nextMoney(size);
        if (isWideLetter(value))
            return nextWord(TokenKind::kWord);
    }
    return nextSymbol();
}

namespace {

std::string unescaped(std::string_view body, char close, bool joinLines)
{
    std::string out;
    out.reserve(body.size());
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (joinLines && body[i] == '\\' && i + 1 < body.size() && body[i + 1] == '\n') {
            ++i;
        } else if (joinLines && body.substr(i, 3) == "\\\r\n") {
            i += 2;
        } else {
            out += body[i];
            if (body[i] == close)
                ++i;  // the second of a doubled mark
        }
    }
    return out;
}

std::string moneyDigits(std::string_view body)
{
    std::string out;
    for (const char c : body) {
        if (isDigit(c) || c == '.' || c == '-')
            out += c;
    }
    return out;
}

}  // namespace

std::string tokenText(const Token& token, std::string_view text)
{
    const std::string_view written = token.range.in(text);
    switch (token.kind) {
    case TokenKind::kQuotedName:
        return unescaped(written.substr(1, written.size() - 2), written.front() == '[' ? ']' : '"', false);
    case TokenKind::kString:
        return unescaped(written.substr(1, written.size() - 2), written.front(), true);
    case TokenKind::kNationalString:
        return unescaped(written.substr(2, written.size() - 3), '\'', true);
    case TokenKind::kMoney:
        return moneyDigits(written);
    case TokenKind::kBinary: {
        std::string digits;
        for (const char c : written.substr(2)) {
            if (isHexDigit(c))
                digits += c;
        }
        return digits;
    }
    default:
        return std::string(written);
    }
}

}  // namespace es::tsql
