#include "driver/tsql/TokenCursor.h"

#include "driver/tsql/Quoting.h"

#include <algorithm>

namespace es::tsql {
namespace {

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

constexpr std::size_t kMaxQuotedBytes = 128;  // of a string or name that a message repeats

std::string shortened(std::string_view text)
{
    if (text.size() <= kMaxQuotedBytes)
        return std::string(text);
    std::size_t length = kMaxQuotedBytes;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80)
        --length;  // never half a character
    return std::string(text.substr(0, length));
}

}  // namespace

bool equalWords(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, [](char x, char y) { return upper(x) == upper(y); });
}

std::string upperCase(std::string_view word)
{
    std::string out(word);
    std::ranges::transform(out, out.begin(), upper);
    return out;
}

void appendWord(std::string& words, std::string_view word)
{
    if (!words.empty())
        words += ' ';
    words += word;
}

base::Error serverError(base::ErrorCode code, std::int32_t number, std::uint8_t severity, std::uint32_t line, std::string message)
{
    base::Error error = base::makeError(code, "The statement was not understood.", {}, "Correct the statement and run it again.");
    error.origin = base::Origin::kServer;
    base::ServerError server;
    server.number = number;
    server.state = 1;
    server.severity = severity;
    server.line = static_cast<std::int32_t>(line);
    server.message = std::move(message);
    error.server = std::move(server);
    return error;
}

TokenCursor::TokenCursor(std::string_view text, ParseOptions options)
    : m_text(text), m_lexer(text, Lexer::Options{.quotedIdentifiers = options.quotedIdentifiers, .keepBlanks = false})
{
}

const Token& TokenCursor::peek(std::size_t ahead)
{
    while (m_ahead.size() <= ahead)
        m_ahead.push_back(m_lexer.next());
    return m_ahead[ahead];
}

Token TokenCursor::take()
{
    m_last = peek();
    if (m_last.kind != TokenKind::kEnd)
        m_ahead.pop_front();
    return m_last;
}

std::string TokenCursor::shortText(const Token& token) const
{
    return shortened(token.range.in(m_text));
}

bool TokenCursor::isWord(std::string_view word, std::size_t ahead)
{
    const Token& token = peek(ahead);
    return token.kind == TokenKind::kWord && equalWords(token.range.in(m_text), word);
}

bool TokenCursor::isAnyWord(std::initializer_list<std::string_view> words, std::size_t ahead)
{
    return peek(ahead).kind == TokenKind::kWord
        && std::ranges::any_of(words, [&](std::string_view word) { return isWord(word, ahead); });
}

bool TokenCursor::isSymbol(std::string_view symbol, std::size_t ahead)
{
    const Token& token = peek(ahead);
    return token.kind == TokenKind::kSymbol && token.range.in(m_text) == symbol;
}

bool TokenCursor::isName(std::size_t ahead)
{
    const Token& token = peek(ahead);
    return token.kind == TokenKind::kQuotedName || (token.kind == TokenKind::kWord && !isReservedWord(token.range.in(m_text)));
}

bool TokenCursor::acceptWord(std::string_view word)
{
    if (!isWord(word))
        return false;
    take();
    return true;
}

bool TokenCursor::acceptWords(std::initializer_list<std::string_view> words)
{
    std::size_t ahead = 0;
    for (const std::string_view word : words) {
        if (!isWord(word, ahead++))
            return false;
    }
    for (std::size_t i = 0; i < words.size(); ++i)
        take();
    return true;
}

bool TokenCursor::acceptSymbol(std::string_view symbol)
{
    if (!isSymbol(symbol))
        return false;
    take();
    return true;
}

base::Result<void> TokenCursor::expectWord(std::string_view word)
{
    if (!acceptWord(word))
        return unexpected();
    return {};
}

base::Result<void> TokenCursor::expectSymbol(std::string_view symbol)
{
    if (!acceptSymbol(symbol))
        return unexpected();
    return {};
}

base::Result<Identifier> TokenCursor::expectName()
{
    if (!isName())
        return unexpected();
    const Token token = take();
    return Identifier{textOf(token), token.range, token.kind == TokenKind::kQuotedName};
}

base::Result<std::string> TokenCursor::expectVariable()
{
    if (!isKind(TokenKind::kVariable) || peek().range.in(m_text).starts_with("@@"))
        return unexpected();
    return textOf(take());
}

base::Result<std::string> TokenCursor::expectString()
{
    if (!isKind(TokenKind::kString) && !isKind(TokenKind::kNationalString))
        return unexpected();
    return textOf(take());
}

base::Result<std::string> TokenCursor::expectBinary()
{
    if (!isKind(TokenKind::kBinary))
        return unexpected();
    return textOf(take());
}

base::Result<std::string> TokenCursor::expectInteger()
{
    std::string out = acceptSymbol("-") ? "-" : "";
    if (!isKind(TokenKind::kInteger))
        return unexpected();
    return out + textOf(take());
}

base::Result<std::string> TokenCursor::takeWord()
{
    if (!isKind(TokenKind::kWord))
        return unexpected();
    return upperCase(textOf(take()));
}

base::Result<bool> TokenCursor::expectOnOff()
{
    if (acceptWord("ON"))
        return true;
    if (acceptWord("OFF"))
        return false;
    return unexpected();
}

SourceRange TokenCursor::since(const SourceRange& start) const
{
    SourceRange range = start;
    range.length = m_last.range.end() > start.offset ? m_last.range.end() - start.offset : 0;
    return range;
}

base::Error TokenCursor::unexpected()
{
    const Token& token = peek();
    const std::string_view written = token.range.in(m_text);
    const auto syntax = [&](std::int32_t number, std::string message) {
        return serverError(kSyntax, number, 15, token.range.line, std::move(message));
    };
    switch (token.problem) {
    case LexProblem::kUnclosedString:
    case LexProblem::kUnclosedName: {
        const std::size_t opening = written.starts_with('N') || written.starts_with('n') ? 2 : 1;
        return syntax(105, "Unclosed quotation mark after the character string '" + shortened(written.substr(opening)) + "'.");
    }
    case LexProblem::kUnclosedComment:
        return syntax(113, "Missing end comment mark '*/'.");
    case LexProblem::kNameTooLong:
        return syntax(103, "The identifier that starts with '" + shortened(written) + "' is too long. Maximum length is 128.");
    case LexProblem::kBadCharacter:
    case LexProblem::kNone:
        break;
    }
    if (token.kind == TokenKind::kEnd) {
        // SQL Server names the last token when the text ends too early.
        const std::string_view last = m_last.range.in(m_text);
        return serverError(kSyntax, 102, 15, m_last.range.line, "Incorrect syntax near '" + shortened(last) + "'.");
    }
    if (isWord("WITH")) {
        return syntax(319, "Incorrect syntax near the keyword '" + std::string(written)
                          + "'. If this statement is a common table expression, an xmlnamespaces clause or a change tracking context "
                            "clause, the previous statement must be terminated with a semicolon.");
    }
    if (token.kind == TokenKind::kWord && isReservedWord(written))
        return syntax(156, "Incorrect syntax near the keyword '" + std::string(written) + "'.");
    const bool plain = token.kind == TokenKind::kString || token.kind == TokenKind::kNationalString || token.kind == TokenKind::kQuotedName;
    return syntax(102, "Incorrect syntax near '" + shortened(plain ? textOf(token) : std::string(written)) + "'.");
}

base::Error TokenCursor::refuse(std::string_view construct, const SourceRange& where) const
{
    std::string message("Keyword or statement option '");
    message.append(construct).append("' is not supported in this version of SQL Server.");
    base::Error error = serverError(kNotSupported, 40517, 16, where.line, std::move(message));
    error.text = "The batch uses '" + std::string(construct) + "', which is not supported here; nothing of it has run.";
    error.remedy = "Write the statement without it.";
    return error;
}

base::Error TokenCursor::tooDeep()
{
    return serverError(kTooDeep, 191, 15, peek().range.line,
                       "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up into smaller queries.");
}

}  // namespace es::tsql
