// Binder: conditions. A condition is SQLite text that yields 1, 0 or NULL, the three values of SQL.
#include "app/sandbox/engine/Functions.h"

#include "driver/base/Utf16.h"
#include "driver/types/Like.h"
#include "driver/types/TypeNames.h"

namespace es::sandbox {

using base::Result;
using types::TypeId;
using types::Value;

namespace {

constexpr std::string_view kSqlOperators[] = {" = ", " <> ", " < ", " <= ", " > ", " >= "};

struct LikeCache {
    std::string pattern;
    types::LikePattern compiled;
};

std::optional<char32_t> escapeOf(std::string_view text)
{
    return text.empty() ? std::nullopt : std::optional(base::codePointAt(text, 0).value);
}

// constants[0]: unicode rules; constants[1]: an escape argument is there.
Result<Value> likeFunction(const CallFrame& frame)
{
    const auto& pattern = std::get<std::string>(frame.args[1]);
    const std::string escape = frame.call.constants[1] ? std::get<std::string>(frame.args[2]) : std::string{};
    const std::string key = escape + '\0' + pattern;
    auto* cached = static_cast<LikeCache*>(frame.call.cache.get());
    if (!cached || cached->pattern != key) {
        if (frame.call.constants[1] && (escape.empty() || base::codePointAt(escape, 0).sizeBytes != escape.size()))
            return sqlError(506, "The invalid escape character \"" + escape + "\" was specified in a LIKE predicate.");
        ES_TRY(types::LikePattern compiled, types::LikePattern::compile(pattern, escapeOf(escape), frame.call.argTypes[0].collation));
        auto fresh = std::make_shared<LikeCache>(LikeCache{key, std::move(compiled)});
        cached = fresh.get();
        frame.call.cache = std::move(fresh);
    }
    return Value(std::int64_t{cached->compiled.matches(std::get<std::string>(frame.args[0]), frame.call.constants[0] != 0)});
}

std::int32_t lineOf(const tsql::Expr& expr)
{
    return static_cast<std::int32_t>(expr.range.line);
}

std::string negate(bool negated, std::string condition)
{
    return negated ? "(NOT " + condition + ")" : condition;
}

} // namespace

Result<std::string> Binder::bindFilter(const tsql::Expr& expr, Scope& scope)
{
    const bool outer = std::exchange(m_filtering, true);
    Result<std::string> text = bindCondition(expr, scope);
    m_filtering = outer;
    return text;
}

Result<std::string> Binder::bindCondition(const tsql::Expr& expr, Scope& scope)
{
    const std::int32_t line = lineOf(expr);
    const auto negatedHere = [&]() -> bool {
        if (const auto* between = std::get_if<tsql::Between>(&expr.node)) return between->negated;
        if (const auto* in = std::get_if<tsql::InList>(&expr.node)) return in->negated;
        if (const auto* like = std::get_if<tsql::Like>(&expr.node)) return like->negated;
        return !std::holds_alternative<tsql::Logical>(expr.node) && !std::holds_alternative<tsql::Comparison>(expr.node);
    };
    const struct Restore {
        bool& flag;
        bool old;
        ~Restore() { flag = old; }
    } restore{m_filtering, m_filtering};
    m_filtering = m_filtering && !negatedHere();
    return std::visit(tsql::Overloaded{[&](const tsql::Comparison& n) { return bindComparison(n, scope, line); },
                          [&](const tsql::Logical& n) -> Result<std::string> {
                              std::string out;
                              for (const tsql::ExprPtr& operand : n.operands) {
                                  ES_TRY(const std::string text, bindCondition(*operand, scope));
                                  out += (out.empty() ? "(" : n.op == tsql::LogicalOperator::kAnd ? " AND " : " OR ") + text;
                              }
                              return out + ")";
                          },
                          [&](const tsql::Not& n) -> Result<std::string> {
                              ES_TRY(const std::string text, bindCondition(*n.operand, scope));
                              return "(NOT " + text + ")";
                          },
                          [&](const tsql::IsNull& n) -> Result<std::string> {
                              ES_TRY(const BoundExpr operand, bind(*n.operand, scope));
                              return "(" + operand.sql + (n.negated ? " IS NOT NULL)" : " IS NULL)");
                          },
                          [&](const tsql::IsDistinctFrom& n) -> Result<std::string> {
                              ES_TRY(BoundExpr left, bind(*n.left, scope));
                              ES_TRY(BoundExpr right, bind(*n.right, scope));
                              return comparison(n.negated ? tsql::ComparisonOperator::kEqual : tsql::ComparisonOperator::kNotEqual,
                                  std::move(left), std::move(right), line, true);
                          },
                          [&](const tsql::Between& n) { return bindBetween(n, scope, line); },
                          [&](const tsql::InList& n) { return bindIn(n, scope, line); },
                          [&](const tsql::InSubquery& n) { return bindInSubquery(n, scope, line); },
                          [&](const tsql::Like& n) { return bindLike(n, scope, line); },
                          [&](const tsql::Exists& n) -> Result<std::string> {
                              ES_TRY(const BoundQuery query, bindQuery(*n.query, &scope, Place::kExists));
                              return "EXISTS (" + query.sql + ")";
                          },
                          [&](const tsql::QuantifiedComparison& n) -> Result<std::string> {
                              return bindQuantified(n, scope, line);
                          },
                          [&](const auto&) -> Result<std::string> {
                              return sqlError(4145,
                                  "An expression of non-boolean type specified in a context where a condition is expected.", line, 1, 15);
                          }},
        expr.node);
}

Result<std::string> Binder::bindComparison(const tsql::Comparison& node, Scope& scope, std::int32_t line)
{
    ES_TRY(BoundExpr left, bind(*node.left, scope));
    ES_TRY(BoundExpr right, bind(*node.right, scope));
    return comparison(node.op, std::move(left), std::move(right), line);
}

Result<std::string> Binder::comparison(tsql::ComparisonOperator op, BoundExpr left, BoundExpr right, std::int32_t line, bool nullSafe)
{
    tie(left, right, line);
    noteMeeting(left, right, op == tsql::ComparisonOperator::kEqual || op == tsql::ComparisonOperator::kNotEqual, line);
    if (involvesEncryption(left, right)) {
        if (nullSafe) return notSupported("IS DISTINCT FROM on encrypted columns", line);
        return compareEncrypted(op, left, right, line, false);
    }
    static constexpr std::string_view kNames[]
        = {"equal to", "not equal to", "less than", "less than or equal to", "greater than", "greater than or equal to"};
    ES_CHECK(checkComparable(left, right, kNames[static_cast<std::size_t>(op)], line));
    ES_TRY(const types::SqlType type, common(left, right, line));
    ES_TRY(left, alignTo(std::move(left), type, line));
    ES_TRY(right, alignTo(std::move(right), type, line));
    if (types::isText(type.id)) {
        ES_TRY(const types::Collation collation, collationOf(left, right, line, kNames[static_cast<std::size_t>(op)]));
        left.type.collation = right.type.collation = collation;
    }
    ES_TRY(const std::string a, comparable(left));
    ES_TRY(const std::string b, comparable(right));
    const std::string_view sqlOp = !nullSafe     ? kSqlOperators[static_cast<std::size_t>(op)]
        : op == tsql::ComparisonOperator::kEqual ? " IS "
                                                 : " IS NOT ";
    return "(" + a + std::string(sqlOp) + b + ")";
}

Result<std::string> Binder::bindBetween(const tsql::Between& node, Scope& scope, std::int32_t line)
{
    ES_TRY(const BoundExpr operand, bind(*node.operand, scope));
    ES_TRY(BoundExpr low, bind(*node.low, scope));
    ES_TRY(BoundExpr high, bind(*node.high, scope));
    tie(operand, low, line);
    tie(operand, high, line);
    if (involvesEncryption(operand, low) || involvesEncryption(operand, high)) {
        ES_TRY(std::string text, matchEncrypted(CellOperator::kBetween, tsql::Operation::kRange, operand, {low, high}, {}, line));
        return negate(node.negated, std::move(text));
    }
    ES_TRY(const std::string above, comparison(tsql::ComparisonOperator::kGreaterOrEqual, operand, std::move(low), line));
    ES_TRY(const std::string below, comparison(tsql::ComparisonOperator::kLessOrEqual, operand, std::move(high), line));
    return negate(node.negated, "(" + above + " AND " + below + ")");
}

Result<std::string> Binder::bindIn(const tsql::InList& node, Scope& scope, std::int32_t line)
{
    ES_TRY(const BoundExpr operand, bind(*node.operand, scope));
    std::vector<BoundExpr> items;
    bool encrypted = false;
    for (const tsql::ExprPtr& item : node.items) {
        ES_TRY(BoundExpr bound, bind(*item, scope));
        tie(operand, bound, line);
        encrypted |= involvesEncryption(operand, bound);
        items.push_back(std::move(bound));
    }
    if (encrypted) {
        ES_TRY(std::string text, matchEncrypted(CellOperator::kIn, tsql::Operation::kIn, operand, items, {}, line));
        return negate(node.negated, std::move(text));
    }
    std::string out;
    for (BoundExpr& item : items) {
        ES_TRY(const std::string text, comparison(tsql::ComparisonOperator::kEqual, operand, std::move(item), line));
        out += (out.empty() ? "(" : " OR ") + text;
    }
    return negate(node.negated, out + ")");
}

Result<std::string> Binder::bindInSubquery(const tsql::InSubquery& node, Scope& scope, std::int32_t line)
{
    ES_TRY(BoundExpr operand, bind(*node.operand, scope));
    // Where the enclave compares, the rows behind the values have to be known.
    ES_TRY(BoundQuery query, bindQuery(*node.query, &scope, operand.scheme.encrypted() ? Place::kFrom : Place::kScalar));
    if (query.columns.size() != 1)
        return sqlError(
            116, "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.", line);
    const std::string alias = newAlias();
    BoundExpr item = query.columns[0].expr;
    item.sql = alias + ".c1";
    item.variable.reset();
    item.constant.reset();
    item.rowId = item.rowId.empty() ? std::string() : alias + ".r1";
    tie(operand, item, line);
    noteMeeting(operand, item, true, line);
    const std::string from = " FROM (" + query.sql + ") AS " + alias + ")";
    if (involvesEncryption(operand, item)) {
        ES_CHECK(sameScheme(operand, item, "equal to", line));
        ES_TRY(const tsql::Place place, judgeUse(operand, tsql::Operation::kIn, line));
        if (place == tsql::Place::kCiphertext) return negate(node.negated, "(" + operand.sql + " IN (SELECT " + item.sql + from + ")");
        if (!operand.origin || operand.rowId.empty() || !item.origin || item.rowId.empty())
            return notSupported("IN (subquery) on randomized encrypted columns, with a value that is no column of a table,", line);
        const std::size_t group = ++m_rankGroups;
        const std::string rank = rankText(operand, group, line);
        return negate(node.negated, "(" + rank + " IN (SELECT " + rankText(item, group, line) + from + ")");
    }
    ES_CHECK(checkComparable(operand, item, "equal to", line));
    ES_TRY(const types::SqlType type, common(operand, item, line));
    ES_TRY(operand, alignTo(std::move(operand), type, line));
    ES_TRY(item, alignTo(std::move(item), type, line));
    if (types::isText(type.id)) {
        ES_TRY(const types::Collation collation, collationOf(operand, item, line, "equal to"));
        operand.type.collation = item.type.collation = collation;
    }
    ES_TRY(const std::string left, comparable(operand));
    ES_TRY(const std::string right, comparable(item));
    return negate(node.negated, "(" + left + " IN (SELECT " + right + from + ")");
}

Result<std::string> Binder::bindLike(const tsql::Like& node, Scope& scope, std::int32_t line)
{
    ES_TRY(BoundExpr operand, bind(*node.operand, scope));
    ES_TRY(BoundExpr pattern, bind(*node.pattern, scope));
    std::optional<BoundExpr> escape;
    if (node.escape) {
        ES_TRY(escape, bind(*node.escape, scope));
    }
    tie(operand, pattern, line);
    if (involvesEncryption(operand, pattern)) {
        std::optional<char32_t> character;
        if (escape) {
            const auto* text = escape->constant ? std::get_if<std::string>(&*escape->constant) : nullptr;
            character = text ? escapeOf(*text) : std::nullopt;
        }
        const auto operation = escape ? tsql::Operation::kLikeWithEscape : tsql::Operation::kLike;
        ES_TRY(std::string text, matchEncrypted(CellOperator::kLike, operation, operand, {pattern}, character, line));
        return negate(node.negated, std::move(text));
    }
    noteMeeting(operand, pattern, false, line);
    const bool unicode = types::isUnicode(operand.type.id) || types::isUnicode(pattern.type.id);
    for (const BoundExpr* side : {&operand, &pattern})
        if (types::isText(side->type.id) && types::isUnicode(side->type.id) != unicode)
            noteConversion(*side, types::makeSized(TypeId::kNVarChar, types::kMaxLength));
    const types::SqlType text = types::makeSized(unicode ? TypeId::kNVarChar : TypeId::kVarChar, types::kMaxLength, m_catalog.collation);
    std::vector<BoundExpr> args;
    for (BoundExpr* side : {&operand, &pattern}) {
        if ((side->type.id == TypeId::kSqlVariant || side->type.id == TypeId::kXml) && !side->isNullLiteral())
            return sqlError(8116,
                "Argument data type " + std::string(types::baseTypeName(side->type.id)) + " is invalid for argument "
                    + (side == &operand ? "1" : "2") + " of like function.",
                line);
        if (types::isText(side->type.id)) {
            args.push_back(std::move(*side));
            continue;
        }
        ES_TRY(BoundExpr converted, castTo(std::move(*side), text, line));
        args.push_back(std::move(converted));
    }
    ES_TRY(const types::Collation collation, collationOf(args[0], args[1], line, "like"));
    args[0].type.collation = collation;
    if (escape) {
        ES_CHECK(requirePlain(*escape, line, "ESCAPE"));
        args.push_back(std::move(*escape));
    }
    const bool hasEscape = args.size() == 3;
    const BoundExpr out = call(likeFunction, std::move(args), types::makeType(TypeId::kBit), line, {unicode, hasEscape});
    return negate(node.negated, out.sql);
}

} // namespace es::sandbox
