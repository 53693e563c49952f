// Column definitions and constraints: CREATE TABLE, ALTER TABLE, DECLARE @t TABLE.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

// Where and how to store: WITH (..), ON filegroup. Read and dropped: the words change no result.
Result<void> storageClauses(TokenCursor& c)
{
    if (c.isWord("WITH") && c.isSymbol("(", 1)) {
        c.take();
        ES_TRY([[maybe_unused]] const auto options, parenthesizedWords(c));
    }
    if (c.isWord("ON") && (c.isKind(TokenKind::kQuotedName, 1) || c.isWord("PRIMARY", 1))) {
        c.take();
        c.take();
    }
    return {};
}

Result<KeyConstraint> keyConstraint(TokenCursor& c)
{
    KeyConstraint key;
    if (c.acceptWord("PRIMARY")) {
        ES_CHECK(c.expectWord("KEY"));
        key.primary = true;
    } else {
        ES_CHECK(c.expectWord("UNIQUE"));
    }
    if (c.acceptWord("CLUSTERED"))
        key.clustered = true;
    else if (c.acceptWord("NONCLUSTERED"))
        key.clustered = false;
    if (c.isSymbol("(")) {
        ES_TRY(key.columns, indexColumns(c));
    }
    ES_CHECK(storageClauses(c));
    return key;
}

Result<ReferentialAction> referentialAction(TokenCursor& c)
{
    if (c.acceptWord("CASCADE"))
        return ReferentialAction::kCascade;
    if (c.acceptWords({"SET", "NULL"}))
        return ReferentialAction::kSetNull;
    if (c.acceptWords({"SET", "DEFAULT"}))
        return ReferentialAction::kSetDefault;
    if (c.acceptWords({"NO", "ACTION"}))
        return ReferentialAction::kNoAction;
    return c.unexpected();
}

Result<ForeignKey> foreignKey(TokenCursor& c)
{
    ForeignKey key;
    if (c.acceptWord("FOREIGN")) {
        ES_CHECK(c.expectWord("KEY"));
        if (c.isSymbol("(")) {
            ES_TRY(key.columns, nameList(c));
        }
    }
    ES_CHECK(c.expectWord("REFERENCES"));
    ES_TRY(key.table, objectName(c));
    if (c.isSymbol("(")) {
        ES_TRY(key.referenced, nameList(c));
    }
    for (;;) {
        if (c.acceptWords({"ON", "DELETE"})) {
            ES_TRY(key.onDelete, referentialAction(c));
        } else if (c.acceptWords({"ON", "UPDATE"})) {
            ES_TRY(key.onUpdate, referentialAction(c));
        } else if (!c.acceptWords({"NOT", "FOR", "REPLICATION"})) {
            return key;
        }
    }
}

Result<CheckConstraint> checkConstraint(TokenCursor& c)
{
    CheckConstraint check;
    ES_CHECK(c.expectWord("CHECK"));
    c.acceptWords({"NOT", "FOR", "REPLICATION"});
    ES_CHECK(c.expectSymbol("("));
    ES_TRY(check.condition, condition(c));
    ES_CHECK(c.expectSymbol(")"));
    return check;
}

Result<DefaultConstraint> defaultConstraint(TokenCursor& c)
{
    DefaultConstraint node;
    ES_CHECK(c.expectWord("DEFAULT"));
    ES_TRY(node.value, value(c));
    if (c.acceptWord("FOR")) {
        ES_TRY(node.forColumn, c.expectName());
    }
    c.acceptWords({"WITH", "VALUES"});
    return node;
}

bool startsConstraint(TokenCursor& c)
{
    return c.isAnyWord({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "REFERENCES", "CHECK", "DEFAULT"});
}

Result<EncryptedWith> encryptedWith(TokenCursor& c)
{
    EncryptedWith node;
    const SourceRange start = c.peek().range;
    c.take();  // ENCRYPTED
    ES_CHECK(c.expectWord("WITH"));
    ES_CHECK(c.expectSymbol("("));
    bool key = false;
    bool type = false;
    bool algorithm = false;
    do {
        if (!key && c.acceptWord("COLUMN_ENCRYPTION_KEY")) {
            ES_CHECK(c.expectSymbol("="));
            ES_TRY(node.columnEncryptionKey, c.expectName());
            key = true;
        } else if (!type && c.acceptWord("ENCRYPTION_TYPE")) {
            ES_CHECK(c.expectSymbol("="));
            node.deterministic = c.isWord("DETERMINISTIC");
            if (!node.deterministic && !c.isWord("RANDOMIZED"))
                return c.unexpected();
            c.take();
            type = true;
        } else if (!algorithm && c.acceptWord("ALGORITHM")) {
            ES_CHECK(c.expectSymbol("="));
            ES_TRY(node.algorithm, c.expectString());
            algorithm = true;
        } else {
            return c.unexpected();
        }
    } while (c.acceptSymbol(","));
    if (!key || !type || !algorithm)
        return c.unexpected();
    ES_CHECK(c.expectSymbol(")"));
    node.range = c.since(start);
    return node;
}

Result<Identity> identityClause(TokenCursor& c)
{
    Identity node;
    if (c.acceptSymbol("(")) {
        ES_TRY(node.seed, c.expectInteger());
        ES_CHECK(c.expectSymbol(","));
        ES_TRY(node.increment, c.expectInteger());
        ES_CHECK(c.expectSymbol(")"));
    }
    c.acceptWords({"NOT", "FOR", "REPLICATION"});
    return node;
}

// One clause behind the type, in any order; false when none begins here.
Result<bool> columnClause(TokenCursor& c, ColumnDefinition& column)
{
    if (c.acceptWord("COLLATE")) {
        ES_TRY(column.collation, c.expectName());
    } else if (c.isWord("ENCRYPTED") && c.isWord("WITH", 1)) {
        ES_TRY(column.encrypted, encryptedWith(c));
    } else if (c.acceptWord("NULL")) {
        column.nullable = true;
    } else if (c.acceptWords({"NOT", "NULL"})) {
        column.nullable = false;
    } else if (c.acceptWord("IDENTITY")) {
        ES_TRY(column.identity, identityClause(c));
    } else if (c.acceptWord("ROWGUIDCOL")) {
        column.rowGuidCol = true;
    } else if (c.acceptWord("SPARSE")) {
        column.sparse = true;
    } else if (c.acceptWord("PERSISTED")) {
        column.persisted = true;
    } else if (startsConstraint(c)) {
        ES_TRY(Constraint constraint, tableConstraint(c));
        column.constraints.push_back(std::move(constraint));
    } else if (c.isAnyWord({"MASKED", "GENERATED", "HIDDEN", "FILESTREAM", "INDEX"})) {
        return c.refuse(upperCase(c.peek().range.in(c.text())), c.peek().range);
    } else {
        return false;
    }
    return true;
}

}  // namespace

bool startsTableConstraint(TokenCursor& c)
{
    return c.isAnyWord({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "DEFAULT"});
}

Result<Constraint> tableConstraint(TokenCursor& c)
{
    Constraint constraint;
    const SourceRange start = c.peek().range;
    if (c.acceptWord("CONSTRAINT")) {
        ES_TRY(constraint.name, c.expectName());
    }
    if (c.isAnyWord({"PRIMARY", "UNIQUE"})) {
        ES_TRY(constraint.node, keyConstraint(c));
    } else if (c.isAnyWord({"FOREIGN", "REFERENCES"})) {
        ES_TRY(constraint.node, foreignKey(c));
    } else if (c.isWord("CHECK")) {
        ES_TRY(constraint.node, checkConstraint(c));
    } else if (c.isWord("DEFAULT")) {
        ES_TRY(constraint.node, defaultConstraint(c));
    } else {
        return c.unexpected();
    }
    constraint.range = c.since(start);
    return constraint;
}

Result<ColumnDefinition> columnDefinition(TokenCursor& c)
{
    ColumnDefinition column;
    const SourceRange start = c.peek().range;
    ES_TRY(column.name, c.expectName());
    if (c.acceptWord("AS")) {
        ES_TRY(column.computed, value(c));
    } else if (equalWords(column.name.text, "timestamp") && (c.isSymbol(",") || c.isSymbol(")"))) {
        column.type = DataType{ObjectName{{column.name}, column.name.range}, {}, column.name.range};
    } else {
        ES_TRY(column.type, dataType(c));
    }
    for (;;) {
        if (column.computed && !c.isAnyWord({"PERSISTED", "NOT"}) && !startsConstraint(c))
            break;  // no collation, encryption or identity of its own
        ES_TRY(const bool more, columnClause(c, column));
        if (!more)
            break;
    }
    column.range = c.since(start);
    return column;
}

Result<TableElements> tableElements(TokenCursor& c, bool columnsOnly)
{
    TableElements elements;
    do {
        if (c.isSymbol(")") && !elements.columns.empty())
            break;  // a comma too many is allowed at the end of CREATE TABLE
        if (!columnsOnly && startsTableConstraint(c)) {
            ES_TRY(Constraint constraint, tableConstraint(c));
            elements.constraints.push_back(std::move(constraint));
            continue;
        }
        if (c.isWord("INDEX") || (c.isWord("PERIOD") && c.isWord("FOR", 1)))
            return c.refuse(upperCase(c.peek().range.in(c.text())), c.peek().range);
        ES_TRY(ColumnDefinition column, columnDefinition(c));
        elements.columns.push_back(std::move(column));
    } while (c.acceptSymbol(","));
    return elements;
}

}  // namespace es::tsql
