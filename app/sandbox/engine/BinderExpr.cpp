// Binder: value expressions.
#include "app/sandbox/engine/Binder.h"

#include "app/sandbox/engine/Deduction.h"
#include "app/sandbox/engine/Functions.h"
#include "app/sandbox/engine/LiteralDigits.h"
#include "app/sandbox/engine/Requirements.h"
#include "driver/tsql/LiteralValue.h"
#include "driver/types/Collation.h"
#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

std::int32_t lineOf(const tsql::Expr& expr)
{
    return static_cast<std::int32_t>(expr.range.line);
}

Result<Value> arithmeticFunction(const CallFrame& frame)
{
    const auto& types = frame.call.argTypes;
    return types::arithmetic(static_cast<types::ArithmeticOp>(frame.call.constants[0]), frame.args[0], types[0], frame.args[1], types[1]);
}

Result<Value> negateFunction(const CallFrame& frame)
{
    return types::negate(frame.args[0], frame.call.argTypes[0]);
}

Result<Value> bitNotFunction(const CallFrame& frame)
{
    const std::int64_t n = std::get<std::int64_t>(frame.args[0]);
    switch (frame.call.argTypes[0].id) {
    case TypeId::kBit: return Value(std::int64_t{n == 0});
    case TypeId::kTinyInt: return Value(std::int64_t{~n & 0xFF});
    default: return Value(std::int64_t{~n});
    }
}

Result<Value> tryCastFunction(const CallFrame& frame)
{
    auto result
        = types::convertValue(frame.args[0], frame.call.argTypes[0], frame.call.resultType, static_cast<int>(frame.call.constants[0]));
    return result ? *std::move(result) : Value(types::Null{});
}

Result<Value> tooManyRowsFunction(const CallFrame&)
{
    return sqlError(512,
        "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or "
        "when the subquery is used as an expression.");
}

constexpr std::string_view kOperatorNames[] = {"add", "subtract", "multiply", "divide", "modulo", "'&'", "'|'", "'^'"};

std::string joined(const std::vector<tsql::Identifier>& parts)
{
    std::string out;
    for (const tsql::Identifier& part : parts)
        out += (out.empty() ? "" : ".") + part.text;
    return out;
}

bool qualifies(const Source& source, const std::vector<tsql::Identifier>& parts)
{
    const std::size_t count = parts.size();
    if (count == 1) return true;
    if (!sameName(source.alias, parts[count - 2].text)) return false;
    return count == 2 || sameName(source.schema, parts[count - 3].text);
}

} // namespace

// What a column that is no key of the grouping set reads as: a NULL of its type, but no NULL that somebody wrote.
BoundExpr Binder::absentKey(const BoundExpr& key) const
{
    BoundExpr out = constant(types::Null{}, key.type);
    out.constant.reset();
    out.label = key.label;
    out.name = key.name;
    return out;
}

Result<std::size_t> Binder::variable(const std::string& name, std::int32_t line) const
{
    const auto& all = m_context.variables;
    const auto found = std::find_if(all.begin(), all.end(), [&](const Variable& v) { return sameName(v.name, name); });
    if (found == all.end()) return mustDeclareVariable(name, line);
    return static_cast<std::size_t>(found - all.begin());
}

Result<BoundExpr> Binder::bind(const tsql::Expr& expr, Scope& scope)
{
    const std::size_t violations = scope.violations.size();
    ES_TRY(BoundExpr out, bindNode(expr, scope));
    // A whole expression that is a group key needs none of its columns to be one.
    if (scope.grouped && scope.groupKeys.count(out.sql) != 0) {
        scope.violations.resize(violations);
        if (scope.insideAggregate == 0 && scope.absentKeys.count(out.sql) != 0) return absentKey(out);
    }
    return out;
}

Result<BoundExpr> Binder::bindNode(const tsql::Expr& expr, Scope& scope)
{
    const std::int32_t line = lineOf(expr);
    return std::visit(
        tsql::Overloaded{[&](const tsql::Literal& n) { return bindLiteral(n, false, line); },
            [&](const tsql::VariableRef& n) { return bindVariable(n.name, line); },
            [&](const tsql::GlobalVariable& n) { return bindGlobalVariable(*this, n.name, line); },
            [&](const tsql::ColumnRef& n) { return bindColumn(n, scope, line); },
            [&](const tsql::Unary& n) { return bindUnary(n, scope, line); },
            [&](const tsql::Binary& n) { return bindBinary(n, scope, line); },
            [&](const tsql::Collate& n) { return bindCollate(n, scope, line); },
            [&](const tsql::Case& n) { return bindCase(n, scope, line); }, [&](const tsql::Cast& n) { return bindCast(n, scope, line); },
            [&](const tsql::FunctionCall& n) { return bindFunction(n, scope, line); },
            [&](const tsql::ScalarSubquery& n) { return bindScalarSubquery(n, scope, line); },
            [&](const tsql::AtTimeZone& n) -> Result<BoundExpr> {
                ES_TRY(BoundExpr value, bind(*n.operand, scope));
                ES_CHECK(requirePlain(value, line, "AT TIME ZONE"));
                ES_TRY(const BoundExpr zone, bind(*n.zone, scope));
                return bindAtTimeZone(*this, std::move(value), zone, line);
            },
            [&](const tsql::DefaultValue&) -> Result<BoundExpr> {
                return sqlError(156, "Incorrect syntax near the keyword 'DEFAULT'.", line, 1, 15);
            },
            [&](const auto&) -> Result<BoundExpr> {
                return sqlError(102, "An expression of boolean type stands where a value is wanted.", line, 1, 15);
            }},
        expr.node);
}

Result<BoundExpr> Binder::bindLiteral(const tsql::Literal& literal, bool negative, std::int32_t line)
{
    auto typed = tsql::literalValue(literal, m_catalog.collation, negative);
    if (!typed) return atLine(std::move(typed).error(), line);
    BoundExpr out = constant(typed->value, typed->type);
    out.literal = true;
    return out;
}

Result<BoundExpr> Binder::bindVariable(const std::string& name, std::int32_t line)
{
    ES_TRY(const std::size_t position, variable(name, line));
    const Variable& entry = m_context.variables[position];
    BoundExpr out;
    out.sql = "?" + std::to_string(position + 1);
    out.type = entry.type;
    out.scheme = entry.scheme;
    out.name = entry.name;
    out.variable = position;
    if (m_context.deduction && entry.undeclared) {
        m_context.deduction->parameters.try_emplace(position);
        out.constant = types::Null{};
        out.literal = true;
        out.undeclared = position;
    }
    return m_live ? readLive(std::move(out), line) : out;
}

Result<BoundExpr> Binder::bindColumn(const tsql::ColumnRef& ref, Scope& scope, std::int32_t line)
{
    const std::string& name = ref.parts.back().text;
    for (Scope* level = &scope; level; level = level->parent) {
        const SourceColumn* found = nullptr;
        std::string owner;
        for (const Source& source : level->sources) {
            if (!qualifies(source, ref.parts)) continue;
            for (const SourceColumn& column : source.columns) {
                if (!sameName(column.name, name)) continue;
                if (found) return sqlError(209, "Ambiguous column name '" + name + "'.", line);
                found = &column;
                owner = (source.schema.empty() || sameName(source.schema, "dbo") ? "" : source.schema + ".") + source.alias + ".";
            }
        }
        if (!found) continue;
        if (level->grouped && level->insideAggregate == 0 && level->groupKeys.count(found->expr.sql) == 0)
            level->violations.push_back({owner + found->name, line});
        if (found->expr.scheme.encrypted()) ES_CHECK(requireVisibleKeys(m_context.program.session(), found->expr.scheme.keyName, line));
        if (level->grouped && level->insideAggregate == 0 && level->absentKeys.count(found->expr.sql) != 0) return absentKey(found->expr);
        return found->expr;
    }
    if (ref.parts.size() > 1) return sqlError(4104, "The multi-part identifier \"" + joined(ref.parts) + "\" could not be bound.", line);
    return invalidColumnName(name, line);
}

Result<BoundExpr> Binder::bindUnary(const tsql::Unary& unary, Scope& scope, std::int32_t line)
{
    if (unary.op == tsql::UnaryOperator::kMinus) {
        if (const auto* literal = std::get_if<tsql::Literal>(&unary.operand->node)) return bindLiteral(*literal, true, line);
    }
    ES_TRY(BoundExpr operand, bind(*unary.operand, scope));
    if (unary.op == tsql::UnaryOperator::kPlus) return operand;
    ES_CHECK(requirePlain(operand, line, "minus"));
    if (operand.isNullLiteral()) return operand;
    if (unary.op == tsql::UnaryOperator::kBitNot) {
        if (!types::isInteger(operand.type.id))
            return sqlError(8117, "Operand data type " + typeText(operand) + " is invalid for '~' operator.", line);
        const SqlType type = operand.type;
        return call(bitNotFunction, {std::move(operand)}, type, line);
    }
    const SqlType zero = operand.type.id == TypeId::kTinyInt ? types::makeType(TypeId::kSmallInt) : operand.type;
    if (!types::isNumber(operand.type.id) || operand.type.id == TypeId::kBit)
        return sqlError(8117, "Operand data type " + typeText(operand) + " is invalid for minus operator.", line);
    ES_TRY(operand, castTo(std::move(operand), zero, line)); // the negative of a tinyint is a smallint
    return call(negateFunction, {std::move(operand)}, zero, line);
}

Result<BoundExpr> Binder::bindBinary(const tsql::Binary& binary, Scope& scope, std::int32_t line)
{
    ES_TRY(BoundExpr left, bind(*binary.left, scope));
    ES_TRY(BoundExpr right, bind(*binary.right, scope));
    return arithmetic(binary.op, std::move(left), std::move(right), line);
}

Result<BoundExpr> Binder::arithmetic(tsql::BinaryOperator binaryOp, BoundExpr left, BoundExpr right, std::int32_t line)
{
    const auto op = static_cast<types::ArithmeticOp>(binaryOp);
    const std::string_view opName = kOperatorNames[static_cast<std::size_t>(binaryOp)];
    const BoundExpr givenLeft = left, givenRight = right;
    const bool encrypted = left.scheme.encrypted() || right.scheme.encrypted();
    const auto named = [&](const BoundExpr& side) {
        return encrypted ? typeText(side) : side.isNullLiteral() ? std::string("NULL") : std::string(types::baseTypeName(side.type.id));
    };
    const auto clash = [&] {
        return sqlError(402,
            "The data types " + named(givenLeft) + " and " + named(givenRight) + " are incompatible in the " + std::string(opName) + " operator.",
            line);
    };
    if (!inferring() && (left.scheme.encrypted() || right.scheme.encrypted())) return clash();
    ES_CHECK(requirePlain(left, line, opName));
    ES_CHECK(requirePlain(right, line, opName));
    ES_CHECK(checkArithmetic(binaryOp, left, right, opName, line));
    noteMeeting(left, right, false, line);
    if (left.isNullLiteral() && !right.isNullLiteral()) left.type = right.type;
    if (right.isNullLiteral() && !left.isNullLiteral()) right.type = left.type;
    // A whole-number constant beside a decimal counts only the digits it has: 1.0 / 3 is numeric(2,1) / numeric(1,0).
    for (auto [constant, other] : {std::pair(&left, &right), std::pair(&right, &left)})
        if (types::isDecimal(other->type.id)) {
            ES_TRY(*constant, castTo(*constant, typeBeside(*constant, other->type), line));
        }
    auto type = types::arithmeticType(op, left.type, right.type);
    for (const auto& [date, number] : {std::pair(&left, &right), std::pair(&right, &left)})
        if (!type && types::isDateOrTime(date->type.id) && types::isNumber(number->type.id))
            return sqlError(206,
                "Operand type clash: " + std::string(types::baseTypeName(date->type.id)) + " is incompatible with "
                    + std::string(types::baseTypeName(number->type.id)),
                line, 2);
    if (!type) return clash();
    for (const BoundExpr* given : {&givenLeft, &givenRight})
        if (given->isNullLiteral() || given->type.id != type->id) noteConversion(*given, *type);
    if (types::isText(type->id)) {
        ES_TRY(type->collation, collationOf(left, right, line, opName));
    }
    const bool nullable = left.nullable || right.nullable;
    BoundExpr out = call(arithmeticFunction, {std::move(left), std::move(right)}, *type, line, {static_cast<std::int64_t>(op)});
    out.nullable = nullable;
    return out;
}

Result<BoundExpr> Binder::bindCollate(const tsql::Collate& node, Scope& scope, std::int32_t line)
{
    ES_TRY(BoundExpr out, bind(*node.operand, scope));
    const auto collation = sameName(node.collation.text, "database_default") ? std::optional(m_catalog.collation)
                                                                             : types::collationByName(node.collation.text);
    if (!collation) return sqlError(448, "Invalid collation '" + node.collation.text + "'.", line);
    if (!types::isText(out.type.id))
        return sqlError(447, "Expression type " + std::string(types::baseTypeName(out.type.id)) + " is invalid for COLLATE clause.", line);
    ES_CHECK(requirePlain(out, line, "COLLATE"));
    out.type.collation = *collation;
    out.label = CollationLabel::kExplicit;
    return out;
}

Result<BoundExpr> Binder::bindCase(const tsql::Case& node, Scope& scope, std::int32_t line)
{
    std::vector<std::string> conditions;
    std::vector<BoundExpr> values;
    std::optional<BoundExpr> operand;
    if (node.operand) {
        ES_TRY(operand, bind(*node.operand, scope));
    }
    for (const tsql::CaseWhen& branch : node.whens) {
        if (operand) {
            ES_TRY(BoundExpr when, bind(*branch.when, scope));
            ES_TRY(std::string text, comparison(tsql::ComparisonOperator::kEqual, *operand, std::move(when), line));
            conditions.push_back(std::move(text));
        } else {
            ES_TRY(std::string text, bindCondition(*branch.when, scope));
            conditions.push_back(std::move(text));
        }
        ES_TRY(BoundExpr then, bind(*branch.then, scope));
        values.push_back(std::move(then));
    }
    bool nullable = !node.otherwise;
    if (node.otherwise) {
        ES_TRY(BoundExpr otherwise, bind(*node.otherwise, scope));
        values.push_back(std::move(otherwise));
    }
    sizeLiterals(*this, values);
    BoundExpr widest = values.front();
    for (const BoundExpr& value : values) {
        ES_CHECK(requirePlain(value, line, "CASE"));
        ES_TRY(const SqlType type, common(widest, value, line));
        widest.label = std::max(widest.label, value.label);
        widest.literal = widest.isNullLiteral() && value.isNullLiteral();
        widest.type = type;
        nullable |= value.nullable;
        if (&value != &values.front()) noteMeeting(widest, value, false, line);
        if (value.undeclared) widest.undeclared = value.undeclared;
    }
    if (widest.isNullLiteral() && !widest.undeclared)
        return sqlError(8133, "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.", line);
    BoundExpr out;
    out.type = widest.type;
    out.label = widest.label;
    out.nullable = nullable;
    out.undeclared = widest.undeclared;
    out.sql = "CASE";
    for (std::size_t i = 0; i < values.size(); ++i) {
        ES_TRY(const BoundExpr value, castTo(values[i], out.type, line));
        out.sql += i < conditions.size() ? " WHEN " + conditions[i] + " THEN " + value.sql : " ELSE " + value.sql;
    }
    out.sql = "(" + out.sql + " END)";
    return out;
}

Result<BoundExpr> Binder::bindCast(const tsql::Cast& node, Scope& scope, std::int32_t line)
{
    ES_TRY(BoundExpr operand, bind(*node.operand, scope));
    ES_TRY(SqlType type, typeOf(node.type, types::isText(operand.type.id) ? std::optional(operand.type.collation) : std::nullopt, true));
    int style = types::kNoStyle;
    if (node.style) {
        ES_TRY(const BoundExpr bound, bind(*node.style, scope));
        const auto* number = bound.constant ? std::get_if<std::int64_t>(&*bound.constant) : nullptr;
        if (!number) return notSupported("CONVERT with a style that is not a constant", line);
        style = static_cast<int>(*number);
    }
    noteTarget(operand, type);
    if (!node.isTry) {
        ES_TRY(BoundExpr out, castTo(std::move(operand), type, line, style));
        out.literal = false; // CAST(NULL AS bigint) is a bigint, no longer the bare NULL, and CAST(3 AS int) has an int's ten digits
        out.undeclared.reset();
        return out;
    }
    ES_CHECK(requirePlain(operand, line, types::typeName(type)));
    ES_CHECK(checkConvertible(operand, type, line));
    return call(tryCastFunction, {std::move(operand)}, type, line, {style});
}

Result<BoundExpr> Binder::bindScalarSubquery(const tsql::ScalarSubquery& node, Scope& scope, std::int32_t line)
{
    ES_TRY(BoundQuery query, bindQuery(*node.query, &scope, Place::kScalar));
    if (query.columns.size() != 1)
        return sqlError(
            116, "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.", line);
    BoundExpr out = std::move(query.columns[0].expr);
    out.origin.reset();
    out.rowId.clear();
    out.variable.reset();
    out.constant.reset();
    out.literal = false;
    out.nullable = true;
    const std::string alias = newAlias();
    const BoundExpr refuse = call(tooManyRowsFunction, {}, types::makeType(TypeId::kInt), line, {}, false, true);
    // SQLite would silently take the first of several rows.
    out.sql = "(SELECT CASE WHEN count(*) > 1 THEN " + refuse.sql + " ELSE max(" + alias + ".c1) END FROM (SELECT * FROM (" + query.sql
        + ") LIMIT 2) AS " + alias + ")";
    return out;
}

} // namespace es::sandbox
