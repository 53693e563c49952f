// T-SQL text -> tokens. For the parser, the splitter, the parameterizer and an editor's highlighting. Thread: one thread per object.
#pragma once

#include "driver/tsql/Source.h"

#include <string>
#include <string_view>

namespace es::tsql {

enum class TokenKind : std::uint8_t {
    kEnd,
    kWord,              // identifier or keyword; `#t`, `##t` too
    kQuotedName,        // [name], "name" (also "text" while quoted identifiers are off: then kString)
    kVariable,          // @x, @@ROWCOUNT
    kString,            // 'text'
    kNationalString,    // N'text'
    kInteger, kDecimal, kFloat, kMoney, kBinary,
    kSymbol,            // one of ( ) , ; . = < > <= >= <> != !< !> + - * / % & | ^ ~ += -= *= /= %= &= |= ^= || << >> :: : { }
    kBlank,             // white space, comments and line continuations in a row; seen only with keepBlanks
    kBad,               // a byte that begins no token, or something that never ends (see `problem`)
};

enum class LexProblem : std::uint8_t { kNone, kUnclosedString, kUnclosedName, kUnclosedComment, kBadCharacter, kNameTooLong };

struct Token {
    TokenKind kind = TokenKind::kEnd;
    SourceRange range;
    LexProblem problem = LexProblem::kNone;
};

class Lexer {
public:
    struct Options {
        bool quotedIdentifiers = true;
        bool keepBlanks = false;
    };

    // `text` must outlive the lexer and its tokens' use.
    explicit Lexer(std::string_view text) : Lexer(text, Options{}) {}
    Lexer(std::string_view text, Options options);

    // The next token; at the end kEnd, again and again. Never fails: what is wrong is a kBad token, and lexing goes on behind it.
    Token next();

private:
    Token take(TokenKind kind, std::size_t length, LexProblem problem = LexProblem::kNone);
    void advance(std::size_t length);
    std::size_t blankLength(bool& unclosed) const;
    Token nextBlank();
    Token nextQuoted(TokenKind kind, std::size_t prefix, char close, LexProblem unclosed);
    Token nextWord(TokenKind kind);
    Token nextNumber();
    Token nextMoney(std::size_t signLength);
    Token nextSymbol();
    [[nodiscard]] std::size_t wordLength(std::size_t from) const;
    [[nodiscard]] char at(std::size_t ahead) const { return m_position + ahead < m_text.size() ? m_text[m_position + ahead] : '\0'; }

    std::string_view m_text;
    Options m_options;
    std::size_t m_position = 0;
    std::uint32_t m_line = 1;
    std::uint32_t m_column = 1;
};

// What a token means: unescaped name or string (a line continuation inside a string is taken out), digits of a number or of a
// binary without 0x, upper case not applied. `text` is what the lexer ran over.
[[nodiscard]] std::string tokenText(const Token& token, std::string_view text);

}  // namespace es::tsql
