#include "driver/tsql/BatchSplitter.h"

#include "driver/tsql/TokenCursor.h"

#include <charconv>

namespace es::tsql {
namespace {

std::size_t lineStart(std::string_view text, std::size_t offset)
{
    const std::size_t newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
    return newline == std::string_view::npos ? 0 : newline + 1;
}

std::size_t nextLineStart(std::string_view text, std::size_t offset)
{
    const std::size_t newline = text.find('\n', offset);
    return newline == std::string_view::npos ? text.size() : newline + 1;
}

bool isBlank(std::string_view text)
{
    return text.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
}

}  // namespace

base::Result<std::vector<Batch>> splitBatches(std::string_view text)
{
    std::vector<Batch> batches;
    std::size_t start = 0;
    std::uint32_t startLine = 1;
    const auto close = [&](std::size_t end, std::uint32_t repeat) {
        const std::string_view body = text.substr(start, end - start);
        if (!isBlank(body))
            batches.push_back({body, static_cast<std::uint32_t>(start), startLine, repeat});
    };

    Lexer lexer(text);
    std::uint32_t previousEndLine = 0;  // the line on which the token before ended: a GO must have its line to itself
    Token token = lexer.next();
    while (token.kind != TokenKind::kEnd) {
        const bool isGo = token.kind == TokenKind::kWord && equalWords(token.range.in(text), "GO") && token.range.line != previousEndLine
            && isBlank(text.substr(lineStart(text, token.range.offset), token.range.offset - lineStart(text, token.range.offset)));
        if (!isGo) {
            const std::string_view written = token.range.in(text);
            previousEndLine = token.range.line;
            for (const char c : written)
                previousEndLine += c == '\n';
            token = lexer.next();
            continue;
        }

        const std::uint32_t goLine = token.range.line;
        const std::size_t goOffset = lineStart(text, token.range.offset);
        std::size_t goEnd = token.range.end();
        std::uint32_t repeat = 1;
        token = lexer.next();
        if (token.kind == TokenKind::kInteger && token.range.line == goLine) {
            const std::string_view digits = token.range.in(text);
            const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), repeat);
            if (problem != std::errc{} || end != digits.data() + digits.size() || repeat > 100'000'000)
                return serverError(kSyntax, 102, 15, goLine, "Incorrect syntax near 'GO'.");
            goEnd = token.range.end();
            token = lexer.next();
        }
        if (token.kind != TokenKind::kEnd && token.range.line == goLine)
            return serverError(kSyntax, 102, 15, goLine, "Incorrect syntax near 'GO'.");
        close(goOffset, repeat);
        start = nextLineStart(text, goEnd);
        startLine = goLine + 1;
        if (text.substr(goEnd, start - goEnd).find("/*") != std::string_view::npos) {
            start = goEnd;  // a comment behind GO may go on below: the batch begins with it, not in its middle
            startLine = goLine;
        }
        previousEndLine = 0;
    }
    close(text.size(), 1);
    return batches;
}

}  // namespace es::tsql
