// The parser's way through the tokens: look ahead, accept, expect, and the errors that SQL Server would give. Internal to this room.
// Thread: one thread per object.
#pragma once

#include "driver/base/Result.h"
#include "driver/tsql/AstExpression.h"
#include "driver/tsql/Lexer.h"
#include "driver/tsql/Parser.h"

#include <deque>
#include <initializer_list>

namespace es::tsql {

[[nodiscard]] bool equalWords(std::string_view a, std::string_view b);  // ASCII case-insensitive
[[nodiscard]] std::string upperCase(std::string_view word);            // ASCII
void appendWord(std::string& words, std::string_view word);            // joined by one space

class TokenCursor {
public:
    TokenCursor(std::string_view text, ParseOptions options);

    [[nodiscard]] std::string_view text() const { return m_text; }
    const Token& peek(std::size_t ahead = 0);
    Token take();
    [[nodiscard]] std::string textOf(const Token& token) const { return tokenText(token, m_text); }

    [[nodiscard]] const Token& last() const { return m_last; }  // taken last
    // As written, cut at 128 bytes: what a message repeats.
    [[nodiscard]] std::string shortText(const Token& token) const;

    bool atEnd() { return peek().kind == TokenKind::kEnd; }
    bool isWord(std::string_view word, std::size_t ahead = 0);
    bool isAnyWord(std::initializer_list<std::string_view> words, std::size_t ahead = 0);
    bool isSymbol(std::string_view symbol, std::size_t ahead = 0);
    bool isKind(TokenKind kind, std::size_t ahead = 0) { return peek(ahead).kind == kind; }
    // A quoted name, or a word that is not reserved.
    bool isName(std::size_t ahead = 0);

    bool acceptWord(std::string_view word);
    bool acceptWords(std::initializer_list<std::string_view> words);  // all of them, in order, or none
    bool acceptSymbol(std::string_view symbol);
    base::Result<void> expectWord(std::string_view word);
    base::Result<void> expectSymbol(std::string_view symbol);
    base::Result<Identifier> expectName();
    base::Result<std::string> expectVariable();
    base::Result<std::string> expectString();   // '..' or N'..'
    base::Result<std::string> expectBinary();   // the hex digits
    base::Result<std::string> expectInteger();  // digits, "-" before them allowed
    base::Result<std::string> takeWord();       // any word, upper case
    base::Result<bool> expectOnOff();

    // The range from `start` (a peek().range) to the token taken last.
    [[nodiscard]] SourceRange since(const SourceRange& start) const;

    // 102, 156, 319, 105, 113, 103: what SQL Server says about the token at hand.
    base::Error unexpected();
    base::Error refuse(std::string_view construct, const SourceRange& where) const;  // 40517
    base::Error tooDeep();                                                          // 191

    // The height of the tree so far, see Nesting.
    int depth = 0;
    int height = 0;
    int statementCount = 0;  // begun so far

private:
    std::string_view m_text;
    Lexer m_lexer;
    std::deque<Token> m_ahead;
    Token m_last;
};

// Keeps count of the height of the tree that is built inside, so that depth + height stays within kMaxNesting, and neither the parser
// nor any later walk nor a destructor can exhaust the stack. `levels`: 1 where the grammar can come back to itself (a parenthesis, a
// statement in a statement), 0 elsewhere; whoever puts a node on top of those read so far (a + b + c leans to the left) calls grow().
class Nesting {
public:
    explicit Nesting(TokenCursor& cursor, int levels = 1) : m_cursor(cursor), m_levels(levels), m_outerHeight(cursor.height)
    {
        cursor.depth += levels;
        cursor.height = 0;
    }
    ~Nesting()
    {
        m_cursor.depth -= m_levels;
        m_cursor.height += m_levels;
        if (m_cursor.height < m_outerHeight)
            m_cursor.height = m_outerHeight;
    }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    [[nodiscard]] bool tooDeep() const { return m_cursor.depth + m_cursor.height > kMaxNesting; }
    bool grow() { ++m_cursor.height; return !tooDeep(); }

private:
    TokenCursor& m_cursor;
    int m_levels;
    int m_outerHeight;
};

// Server-shaped errors of this room.
[[nodiscard]] base::Error serverError(base::ErrorCode code, std::int32_t number, std::uint8_t severity, std::uint32_t line,
                                      std::string message);

}  // namespace es::tsql
