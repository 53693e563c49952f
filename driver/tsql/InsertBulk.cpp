#include "driver/tsql/InsertBulk.h"

#include "driver/tsql/Grammar.h"

namespace es::tsql {

namespace {

Result<InsertBulkColumn> bulkColumn(TokenCursor& c)
{
    InsertBulkColumn column;
    ES_TRY(column.name, c.expectName());
    ES_TRY(column.type, dataType(c));
    if (c.acceptWord("COLLATE"))
        ES_CHECK(c.takeWord());
    if (c.acceptWord("NOT"))
        ES_CHECK(c.expectWord("NULL"));
    else
        c.acceptWord("NULL");
    return column;
}

Result<void> orderHint(TokenCursor& c, InsertBulk& node)
{
    ES_CHECK(c.expectSymbol("("));
    do {
        ES_TRY(const Identifier name, c.expectName());
        node.order.push_back(name.text);
        if (!c.acceptWord("ASC"))
            c.acceptWord("DESC");
    } while (c.acceptSymbol(","));
    return c.expectSymbol(")");
}

Result<void> bulkOption(TokenCursor& c, InsertBulk& node)
{
    const SourceRange where = c.peek().range;
    ES_TRY(const std::string word, c.takeWord());
    if (word == "ORDER")
        return orderHint(c, node);
    if (word == "ROWS_PER_BATCH" || word == "KILOBYTES_PER_BATCH") {
        ES_CHECK(c.expectSymbol("="));
        ES_CHECK(c.expectInteger());
    } else if (word == "KEEP_NULLS" || word == "KEEPNULLS")
        node.keepNulls = true;
    else if (word == "KEEP_IDENTITY" || word == "KEEPIDENTITY")
        node.keepIdentity = true;
    else if (word == "CHECK_CONSTRAINTS")
        node.checkConstraints = true;
    else if (word == "FIRE_TRIGGERS")
        node.fireTriggers = true;
    else if (word == "ALLOW_ENCRYPTED_VALUE_MODIFICATIONS")
        node.allowEncryptedValues = true;
    else if (word != "TABLOCK")
        return c.refuse(word, where);
    return {};
}

}  // namespace

bool isInsertBulk(std::string_view text)
{
    TokenCursor c(text, {});
    return c.isWord("INSERT") && c.isWord("BULK", 1);
}

base::Result<InsertBulk> parseInsertBulk(std::string_view text, ParseOptions options)
{
    TokenCursor c(text, options);
    InsertBulk node;
    ES_CHECK(c.expectWord("INSERT"));
    ES_CHECK(c.expectWord("BULK"));
    ES_TRY(node.table, objectName(c));
    if (c.acceptSymbol("(")) {
        do {
            ES_TRY(InsertBulkColumn column, bulkColumn(c));
            node.columns.push_back(std::move(column));
        } while (c.acceptSymbol(","));
        ES_CHECK(c.expectSymbol(")"));
    }
    if (c.acceptWord("WITH")) {
        ES_CHECK(c.expectSymbol("("));
        do {
            ES_CHECK(bulkOption(c, node));
        } while (c.acceptSymbol(","));
        ES_CHECK(c.expectSymbol(")"));
    }
    c.acceptSymbol(";");
    if (!c.atEnd())
        return c.unexpected();
    return node;
}

}  // namespace es::tsql
