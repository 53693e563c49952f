// FROM: tables, derived tables, functions, joins, aliases and hints.
#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

Result<TableSourcePtr> joined(TokenCursor& c);
Result<TableSourcePtr> joinedFrom(TokenCursor& c, const SourceRange& start, TableSourcePtr left);

template <class T>
TableSourcePtr makeSource(const SourceRange& range, T node)
{
    return std::make_unique<TableSource>(TableSource{range, std::move(node)});
}

// What a parenthesis in FROM turned out to hold.
using Parenthesized = std::variant<QueryPtr, TableSourcePtr>;

Result<TableSourcePtr> derivedTable(TokenCursor& c, const SourceRange& start, QueryPtr inner)
{
    DerivedTable table{std::move(inner), {}};
    ES_TRY(table.alias, tableAlias(c));
    if (table.alias.name.text.empty())
        return c.unexpected();  // a derived table must have a name
    return makeSource(c.since(start), std::move(table));
}

// ( SELECT .. ) | ( a JOIN b .. ) | ( ( SELECT .. ) UNION .. ) | ( ( SELECT .. ) AS x JOIN .. ): known only from inside out.
Result<Parenthesized> parenthesized(TokenCursor& c)
{
    Nesting nesting(c);
    if (nesting.tooDeep())
        return c.tooDeep();
    const SourceRange start = c.peek().range;
    c.take();
    Parenthesized result;
    if (startsQuery(c)) {
        ES_TRY(QueryPtr inner, query(c));
        result = std::move(inner);
    } else if (c.isSymbol("(")) {
        const SourceRange innerStart = c.peek().range;
        ES_TRY(result, parenthesized(c));
        if (auto* inner = std::get_if<QueryPtr>(&result)) {
            if (startsSetOperation(c)) {
                ES_TRY(QueryPtr whole, queryFrom(c, std::move((*inner)->body)));
                result = std::move(whole);
            } else if (!c.isSymbol(")")) {
                ES_TRY(TableSourcePtr derived, derivedTable(c, innerStart, std::move(*inner)));
                result = std::move(derived);
            }
        }
        if (auto* left = std::get_if<TableSourcePtr>(&result)) {
            ES_TRY(result, joinedFrom(c, innerStart, std::move(*left)));
        }
    } else {
        ES_TRY(result, joined(c));
    }
    ES_CHECK(c.expectSymbol(")"));
    if (auto* source = std::get_if<TableSourcePtr>(&result))
        (*source)->range = c.since(start);
    return result;
}

Result<TableSourcePtr> valuesTable(TokenCursor& c, const SourceRange& start)
{
    ValuesTable table;
    c.take();  // (
    ES_CHECK(c.expectWord("VALUES"));
    do {
        ES_TRY(auto row, cellList(c));
        table.rows.push_back(std::move(row));
    } while (c.acceptSymbol(","));
    ES_CHECK(c.expectSymbol(")"));
    ES_TRY(table.alias, tableAlias(c));
    if (table.alias.name.text.empty())
        return c.unexpected();
    return makeSource(c.since(start), std::move(table));
}

Result<TableSourcePtr> functionTable(TokenCursor& c, const SourceRange& start, ObjectName name)
{
    FunctionTable table;
    table.name = std::move(name);
    if (c.isSymbol("(") && c.isSymbol(")", 1)) {
        c.take();
        c.take();
    } else {
        ES_TRY(table.arguments, cellList(c));
    }
    if (c.isWord("WITH") && c.isSymbol("(", 1))
        return c.refuse("WITH", c.peek().range);  // OPENJSON(..) WITH (..)
    ES_TRY(table.alias, tableAlias(c));
    return makeSource(c.since(start), std::move(table));
}

// Words that would be taken for an alias, or for a name, but begin something that nobody here runs.
Result<void> refuseUnsupported(TokenCursor& c)
{
    if (c.isAnyWord({"PIVOT", "UNPIVOT", "TABLESAMPLE", "OPENROWSET", "OPENQUERY", "OPENDATASOURCE", "OPENXML", "CONTAINSTABLE",
                     "FREETEXTTABLE"}))
        return c.refuse(upperCase(c.peek().range.in(c.text())), c.peek().range);
    if (c.isWord("FOR") && c.isAnyWord({"SYSTEM_TIME", "PATH"}, 1))
        return c.refuse("FOR " + upperCase(c.peek(1).range.in(c.text())), c.peek().range);
    return {};
}

Result<TableSourcePtr> namedTable(TokenCursor& c)
{
    const SourceRange start = c.peek().range;
    ES_TRY(ObjectName name, objectName(c));
    if (c.isSymbol("(") && !c.isAnyWord({"NOLOCK", "INDEX"}, 1))
        return functionTable(c, start, std::move(name));
    NamedTable table;
    table.name = std::move(name);
    ES_CHECK(refuseUnsupported(c));
    ES_TRY(table.alias, tableAlias(c));
    if (c.isSymbol("(") && c.isAnyWord({"NOLOCK", "INDEX"}, 1)) {
        ES_TRY(table.hints, parenthesizedWords(c));  // the old form without WITH
    } else {
        ES_TRY(table.hints, tableHints(c));
    }
    if (table.alias.name.text.empty()) {
        ES_TRY(table.alias, tableAlias(c));
    }
    ES_CHECK(refuseUnsupported(c));
    return makeSource(c.since(start), std::move(table));
}

Result<TableSourcePtr> tablePrimary(TokenCursor& c)
{
    const SourceRange start = c.peek().range;
    if (c.isSymbol("(")) {
        if (c.isWord("VALUES", 1))
            return valuesTable(c, start);
        ES_TRY(Parenthesized inner, parenthesized(c));
        if (auto* source = std::get_if<TableSourcePtr>(&inner))
            return std::move(*source);
        return derivedTable(c, start, std::move(std::get<QueryPtr>(inner)));
    }
    if (c.isKind(TokenKind::kVariable)) {
        TableVariable table;
        ES_TRY(table.name, c.expectVariable());
        ES_TRY(table.alias, tableAlias(c));
        return makeSource(c.since(start), std::move(table));
    }
    ES_CHECK(refuseUnsupported(c));
    return namedTable(c);
}

struct JoinStart { JoinKind kind; JoinHint hint; };

JoinHint acceptJoinHint(TokenCursor& c)
{
    if (c.acceptWord("LOOP"))
        return JoinHint::kLoop;
    if (c.acceptWord("HASH"))
        return JoinHint::kHash;
    if (c.acceptWord("MERGE"))
        return JoinHint::kMerge;
    if (c.acceptWord("REMOTE"))
        return JoinHint::kRemote;
    return JoinHint::kNone;
}

// [INNER | LEFT [OUTER] ..] [hint] JOIN, CROSS JOIN, CROSS APPLY, OUTER APPLY; nothing when no join begins here.
Result<std::optional<JoinStart>> joinStart(TokenCursor& c)
{
    std::optional<JoinStart> start;
    if (c.acceptWords({"CROSS", "JOIN"}))
        return std::optional(JoinStart{JoinKind::kCross, JoinHint::kNone});
    if (c.acceptWords({"CROSS", "APPLY"}))
        return std::optional(JoinStart{JoinKind::kCrossApply, JoinHint::kNone});
    if (c.acceptWords({"OUTER", "APPLY"}))
        return std::optional(JoinStart{JoinKind::kOuterApply, JoinHint::kNone});
    if (c.acceptWord("JOIN"))
        return std::optional(JoinStart{JoinKind::kInner, JoinHint::kNone});
    if (c.acceptWord("INNER")) {
        start = JoinStart{JoinKind::kInner, JoinHint::kNone};
    } else if (c.isAnyWord({"LEFT", "RIGHT", "FULL"})) {
        const JoinKind kind = c.isWord("LEFT") ? JoinKind::kLeft : c.isWord("RIGHT") ? JoinKind::kRight : JoinKind::kFull;
        c.take();
        c.acceptWord("OUTER");
        start = JoinStart{kind, JoinHint::kNone};
    } else {
        return start;
    }
    start->hint = acceptJoinHint(c);
    ES_CHECK(c.expectWord("JOIN"));
    return start;
}

bool isApply(JoinKind kind) { return kind == JoinKind::kCrossApply || kind == JoinKind::kOuterApply; }

Result<TableSourcePtr> joinedFrom(TokenCursor& c, const SourceRange& start, TableSourcePtr left)
{
    Nesting nesting(c, 0);
    nesting.grow();  // `left` was built outside
    for (;;) {
        ES_TRY(const std::optional<JoinStart> join, joinStart(c));
        if (!join)
            return left;
        JoinedTable node{join->kind, join->hint, std::move(left), nullptr, nullptr};
        if (join->kind == JoinKind::kCross || isApply(join->kind)) {
            ES_TRY(node.right, tablePrimary(c));
        } else {
            // a JOIN b JOIN c ON .. ON ..: the right side may be a join of its own.
            ES_TRY(node.right, joined(c));
            ES_CHECK(c.expectWord("ON"));
            ES_TRY(node.on, condition(c));
        }
        left = makeSource(c.since(start), std::move(node));
        if (!nesting.grow())
            return c.tooDeep();
    }
}

Result<TableSourcePtr> joined(TokenCursor& c)
{
    Nesting nesting(c);
    if (nesting.tooDeep())
        return c.tooDeep();
    const SourceRange start = c.peek().range;
    ES_TRY(TableSourcePtr left, tablePrimary(c));
    return joinedFrom(c, start, std::move(left));
}

}  // namespace

Result<TableSourcePtr> fromClause(TokenCursor& c)
{
    Nesting nesting(c, 0);
    const SourceRange start = c.peek().range;
    ES_TRY(TableSourcePtr left, joined(c));
    while (c.acceptSymbol(",")) {
        ES_TRY(TableSourcePtr right, joined(c));
        left = makeSource(c.since(start), JoinedTable{JoinKind::kCross, JoinHint::kNone, std::move(left), std::move(right), nullptr});
        if (!nesting.grow())
            return c.tooDeep();
    }
    return left;
}

Result<TableAlias> tableAlias(TokenCursor& c)
{
    TableAlias alias;
    if (!c.acceptWord("AS") && !c.isName())
        return alias;
    ES_TRY(alias.name, c.expectName());
    if (c.isSymbol("(") && !c.isAnyWord({"NOLOCK", "INDEX"}, 1)) {
        ES_TRY(alias.columns, nameList(c));
    }
    return alias;
}

Result<std::vector<std::string>> tableHints(TokenCursor& c)
{
    if (!c.isWord("WITH") || !c.isSymbol("(", 1))
        return std::vector<std::string>{};
    c.take();
    return parenthesizedWords(c);
}

}  // namespace es::tsql
