// Binder: UNION, UNION ALL, EXCEPT, INTERSECT.
#include "app/sandbox/engine/Binder.h"

#include "app/sandbox/engine/Functions.h"
#include "app/sandbox/engine/LiteralDigits.h"
#include "driver/types/TypeNames.h"

namespace es::sandbox {

using base::Result;
using types::TypeId;

Result<BoundQuery> Binder::bindSetOperation(const tsql::SetOperation& node, Scope* outer)
{
    ES_TRY(BoundQuery left, bindBody(*node.left, nullptr, outer, Place::kScalar));
    ES_TRY(BoundQuery right, bindBody(*node.right, nullptr, outer, Place::kScalar));
    const auto line = static_cast<std::int32_t>(node.right->range.line);
    if (left.columns.size() != right.columns.size())
        return sqlError(205,
            "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target "
            "lists.",
            line);
    const bool distinct = node.op != tsql::SetOperator::kUnionAll;
    const std::string leftAlias = newAlias();
    const std::string rightAlias = newAlias();
    bool byKeys = false;
    BoundQuery out;
    std::string leftList, rightList;
    for (std::size_t i = 0; i < left.columns.size(); ++i) {
        const std::string name = "c" + std::to_string(i + 1);
        BoundExpr a = left.columns[i].expr;
        BoundExpr b = right.columns[i].expr;
        tie(a, b, line);
        a.sql = leftAlias + "." + name;
        b.sql = rightAlias + "." + name;
        for (BoundExpr* side : {&a, &b}) {
            side->rowId.clear();
            side->variable.reset();
        }
        if (involvesEncryption(a, b)) {
            ES_CHECK(sameScheme(a, b, "union", line));
            if (distinct) {
                ES_TRY(const tsql::Place place, judgeUse(a, tsql::Operation::kDistinct, line));
                if (place == tsql::Place::kEnclave) return notSupported("UNION, EXCEPT or INTERSECT of randomized encrypted columns", line);
            }
        } else {
            BoundExpr x = a, y = b;
            x.type = typeBeside(a, b.type);
            y.type = typeBeside(b, a.type);
            ES_TRY(types::SqlType type, common(x, y, line));
            if (types::isText(type.id)) {
                ES_TRY(type.collation, collationOf(a, b, line, "UNION"));
            }
            ES_TRY(a, castTo(std::move(a), type, line));
            ES_TRY(b, castTo(std::move(b), type, line));
            if (distinct && isIncomparable(type.id))
                return sqlError(5335,
                    "The data type " + std::string(types::baseTypeName(type.id))
                        + " cannot be used as an operand to the UNION, INTERSECT or EXCEPT operators because it is not comparable.",
                    line);
            byKeys |= hasOwnKey(a) || hasOwnKey(b);
            if (distinct && types::isText(type.id)) {
                ES_TRY(a.sql, comparable(a));
                ES_TRY(b.sql, comparable(b));
            }
            a.type = type;
        }
        leftList += (i ? ", " : "") + a.sql + " AS " + name;
        rightList += (i ? ", " : "") + b.sql + " AS " + name;
        a.nullable |= b.nullable;
        a.origin.reset();
        a.constant.reset();
        a.literal = false;
        a.identity = false;
        out.columns.push_back({left.columns[i].name, std::move(a)});
    }
    const std::string leftText = "SELECT " + leftList + " FROM (" + left.sql + ") AS " + leftAlias;
    const std::string rightText = "SELECT " + rightList + " FROM (" + right.sql + ") AS " + rightAlias;
    if (distinct && byKeys) {
        ES_TRY(out.sql, combineByKeys(node.op, leftText, rightText, out.columns, line));
        return out;
    }
    static constexpr std::string_view kOperators[] = {" UNION ", " UNION ALL ", " EXCEPT ", " INTERSECT "};
    out.sql = leftText + std::string(kOperators[static_cast<std::size_t>(node.op)]) + rightText;
    return out;
}

// Where equal values need not be stored alike, SQLite's own operators would take them for different ones.
Result<std::string> Binder::combineByKeys(tsql::SetOperator op, const std::string& left, const std::string& right,
    const std::vector<OutputColumn>& columns, std::int32_t line)
{
    const std::string here = newAlias();
    const std::string there = newAlias();
    std::string names, group, same;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const std::string name = "c" + std::to_string(i + 1);
        BoundExpr cell = columns[i].expr;
        cell.sql = here + "." + name;
        ES_TRY(const std::string key, orderKey(cell, tsql::Operation::kDistinct, line));
        cell.sql = there + "." + name;
        ES_TRY(const std::string other, orderKey(cell, tsql::Operation::kDistinct, line));
        names += (i ? ", " : "") + here + "." + name + " AS " + name;
        group += (i ? ", " : " GROUP BY ") + key;
        same += (i ? " AND " : "") + key + " IS " + other;
    }
    const bool both = op == tsql::SetOperator::kUnion;
    const std::string text = "SELECT " + names + " FROM (" + left + (both ? " UNION ALL " + right : "") + ") AS " + here;
    if (both) return text + group;
    return text + " WHERE " + (op == tsql::SetOperator::kExcept ? "NOT " : "") + "EXISTS (SELECT 1 FROM (" + right + ") AS " + there
        + " WHERE " + same + ")" + group;
}

} // namespace es::sandbox
