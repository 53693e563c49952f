// Names and data types.
#include "driver/tsql/Grammar.h"

#include <charconv>

namespace es::tsql {
namespace {

constexpr std::size_t kMaxNameParts = 4;

// Reserved words that begin a type's name.
bool startsTypeWord(TokenCursor& c)
{
    return c.isAnyWord({"NATIONAL", "DOUBLE"});
}

Result<int> typeArgument(TokenCursor& c)
{
    if (c.acceptWord("MAX"))
        return kMaxArgument;
    if (!c.isKind(TokenKind::kInteger))
        return c.unexpected();
    const std::string digits = c.textOf(c.peek());
    int number = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec != std::errc{})
        return c.unexpected();
    c.take();
    return number;
}

Result<std::vector<int>> typeArguments(TokenCursor& c)
{
    std::vector<int> arguments;
    if (!c.acceptSymbol("("))
        return arguments;
    do {
        ES_TRY(const int argument, typeArgument(c));
        arguments.push_back(argument);
    } while (c.acceptSymbol(","));
    ES_CHECK(c.expectSymbol(")"));
    return arguments;
}

// NATIONAL CHAR VARYING, DOUBLE PRECISION, CHARACTER VARYING: several words, one type.
Result<ObjectName> wordyTypeName(TokenCursor& c)
{
    const SourceRange start = c.peek().range;
    std::string name;
    while (c.isAnyWord({"NATIONAL", "CHARACTER", "CHAR", "VARYING", "TEXT", "DOUBLE", "PRECISION", "BINARY"})) {
        ES_TRY(const std::string word, c.takeWord());
        appendWord(name, word);
    }
    if (name.empty() || name == "NATIONAL" || name == "DOUBLE")
        return c.unexpected();
    const SourceRange range = c.since(start);
    return ObjectName{{Identifier{name, range, false}}, range};
}

}  // namespace

Result<ObjectName> objectName(TokenCursor& c)
{
    ObjectName name;
    const SourceRange start = c.peek().range;
    for (;;) {
        if (c.isSymbol(".")) {  // db..t
            name.parts.push_back(Identifier{{}, c.peek().range, false});
        } else {
            ES_TRY(Identifier part, c.expectName());
            name.parts.push_back(std::move(part));
        }
        if (!c.isSymbol("."))
            break;
        if (name.parts.size() == kMaxNameParts)
            return c.unexpected();
        c.take();
    }
    name.range = c.since(start);
    return name;
}

Result<std::vector<IndexColumn>> indexColumns(TokenCursor& c)
{
    std::vector<IndexColumn> columns;
    ES_CHECK(c.expectSymbol("("));
    do {
        IndexColumn column;
        ES_TRY(column.name, c.expectName());
        column.descending = c.acceptWord("DESC");
        if (!column.descending)
            c.acceptWord("ASC");
        columns.push_back(std::move(column));
    } while (c.acceptSymbol(","));
    ES_CHECK(c.expectSymbol(")"));
    return columns;
}

Result<std::vector<Identifier>> nameList(TokenCursor& c)
{
    std::vector<Identifier> names;
    ES_CHECK(c.expectSymbol("("));
    do {
        ES_TRY(Identifier name, c.expectName());
        names.push_back(std::move(name));
    } while (c.acceptSymbol(","));
    ES_CHECK(c.expectSymbol(")"));
    return names;
}

Result<DataType> dataType(TokenCursor& c)
{
    DataType type;
    const SourceRange start = c.peek().range;
    const bool wordy = startsTypeWord(c) || (c.isAnyWord({"CHARACTER", "CHAR", "BINARY"}) && c.isWord("VARYING", 1));
    ES_TRY(type.name, wordy ? wordyTypeName(c) : objectName(c));
    ES_TRY(type.arguments, typeArguments(c));
    type.range = c.since(start);
    return type;
}

}  // namespace es::tsql
