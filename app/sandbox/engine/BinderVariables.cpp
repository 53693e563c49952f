// Binder: variables that a statement sets while it runs: SELECT @a = .., UPDATE .. SET @a = ... Each row sees what the row before it left.
#include "app/sandbox/engine/Binder.h"

#include "app/sandbox/engine/StorageCodec.h"

#include <algorithm>
#include <utility>

namespace es::sandbox {

using base::Result;
using types::Value;

namespace {

// constants[0] of all: the variable's position.
Result<Value> liveValue(const CallFrame& frame)
{
    const Variable& variable = (*frame.session.variables)[static_cast<std::size_t>(frame.call.constants[0])];
    return fromStored(variable.value, variable.type);
}

Result<Value> setValue(const CallFrame& frame)
{
    Variable& variable = (*frame.session.variables)[static_cast<std::size_t>(frame.call.constants[0])];
    variable.value = toStored(frame.args[0], variable.type);
    return frame.args[0];
}

Result<Value> secondValue(const CallFrame& frame)
{
    return frame.args[1];
}

// Whether the text reads "?<number>".
bool readsVariable(const std::string& sql, const std::string& name)
{
    for (std::size_t at = sql.find(name); at != std::string::npos; at = sql.find(name, at + 1))
        if (at + name.size() >= sql.size() || sql[at + name.size()] < '0' || sql[at + name.size()] > '9') return true;
    return false;
}

} // namespace

BoundExpr Binder::readLive(BoundExpr variable, std::int32_t line)
{
    if (variable.scheme.encrypted() || variable.undeclared) return variable;
    variable.sql = call(liveValue, {}, variable.type, line, {static_cast<std::int64_t>(*variable.variable)}, false, true).sql;
    return variable;
}

BoundExpr Binder::setLive(BoundExpr value, std::size_t position, std::int32_t line)
{
    const types::SqlType type = value.type;
    return call(setValue, {std::move(value)}, type, line, {static_cast<std::int64_t>(position)}, false, true);
}

Result<BoundExpr> Binder::bindAssigned(const tsql::SelectAssign& assign, Scope& scope, std::int32_t line)
{
    const bool outer = std::exchange(m_live, m_rowByRow);
    Result<BoundExpr> bound = bind(*assign.expr, scope);
    Result<BoundExpr> target = bindVariable(assign.variable, line);
    m_live = outer;
    ES_TRY(BoundExpr value, std::move(bound));
    ES_TRY(const BoundExpr variable, std::move(target));
    if (assign.compound) {
        ES_TRY(value, arithmetic(*assign.compound, variable, std::move(value), line));
    }
    ES_TRY(value, toVariable(std::move(value), *variable.variable, line));
    const bool plain = !variable.scheme.encrypted() && !value.scheme.encrypted() && !inferring() && !m_context.deduction;
    if (m_rowByRow && plain) return setLive(std::move(value), *variable.variable, line);
    return value;
}

Result<BoundQuery> Binder::bindAssigning(const tsql::Query& query, std::vector<std::size_t>& targets)
{
    const auto& spec = std::get<tsql::SelectSpec>(query.body->node);
    // Sorted or grouped, the list is evaluated before the order of the rows is known.
    m_rowByRow = spec.groupBy.empty() && spec.groupingSets.empty() && !spec.having && !spec.distinct && query.orderBy.empty()
        && !(spec.top && (spec.top->percent || spec.top->withTies));
    ES_TRY(BoundQuery out, bindQuery(query, nullptr, Place::kTop));
    for (const tsql::SelectItem& item : spec.items) {
        const auto line = static_cast<std::int32_t>(item.range.line);
        const auto* assign = std::get_if<tsql::SelectAssign>(&item.node);
        if (!assign)
            return sqlError(141,
                "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.", line, 1, 15);
        ES_TRY(const std::size_t position, variable(assign->variable, line));
        targets.push_back(position);
        const std::string name = "?" + std::to_string(position + 1);
        const bool usesItself = std::any_of(
            out.columns.begin(), out.columns.end(), [&](const OutputColumn& column) { return readsVariable(column.expr.sql, name); });
        if (!m_rowByRow && usesItself && spec.from) return notSupported("A SELECT that adds row after row to a variable, in an order of its own,", line);
    }
    return out;
}

// SET @v = column = expr, SET @v = expr: the second rides on a column that is set as well. Errors: 40517.
Result<void> Binder::checkVariableAssignments(const tsql::Update& update)
{
    std::size_t count = 0;
    bool anyColumn = false;
    for (const tsql::Assignment& assignment : update.assignments) {
        const auto line = static_cast<std::int32_t>(assignment.range.line);
        anyColumn |= !assignment.column.empty();
        if (assignment.variable.empty()) continue;
        if (++count > 1) return notSupported("SET of several variables in one UPDATE", line);
        if (assignment.compound) return notSupported("A compound assignment to a variable in UPDATE", line);
    }
    if (count > 0 && !anyColumn)
        return notSupported("An UPDATE that sets nothing but a variable", static_cast<std::int32_t>(update.assignments.front().range.line));
    return {};
}

Result<BoundExpr> Binder::bindUpdateVariable(const tsql::Assignment& assignment, BoundExpr value, std::int32_t line)
{
    ES_TRY(const BoundExpr target, bindVariable(assignment.variable, line));
    ES_TRY(value, toVariable(std::move(value), *target.variable, line));
    if (target.scheme.encrypted() || value.scheme.encrypted()) return notSupported("SET of an encrypted variable in UPDATE", line);
    return setLive(std::move(value), *target.variable, line);
}

std::string Binder::afterwards(const BoundExpr& first, const std::string& text, const types::SqlType& type, std::int32_t line)
{
    BoundExpr then;
    then.sql = text;
    then.type = type;
    return call(secondValue, {first, std::move(then)}, type, line, {}, false, true).sql;
}

} // namespace es::sandbox
