// Binder: what undeclared parameters meet, and what their types would cost.
#include "app/sandbox/engine/Binder.h"
#include "app/sandbox/engine/Deduction.h"

namespace es::sandbox {

using types::SqlType;
using types::TypeId;

namespace {

constexpr std::int64_t kOtherLength = 1, kFixedToVariable = 2, kNullToInt = 3, kAnyOther = 100;

// Types that differ by nothing but a fixed or variable length, or by name only.
TypeId basicType(TypeId id)
{
    return id == TypeId::kNumeric ? TypeId::kDecimal : id;
}
TypeId variableLength(TypeId id)
{
    switch (id) {
    case TypeId::kChar: return TypeId::kVarChar;
    case TypeId::kNChar: return TypeId::kNVarChar;
    case TypeId::kBinary: return TypeId::kVarBinary;
    default: return basicType(id);
    }
}

} // namespace

std::int64_t conversionCost(const SqlType& from, const SqlType& to, bool fromNull)
{
    if (fromNull) return to.id == TypeId::kInt ? kNullToInt : kAnyOther;
    if (basicType(from.id) == basicType(to.id)) {
        const bool same = from.lengthBytes == to.lengthBytes && from.precision == to.precision && from.scale == to.scale;
        return same ? 0 : kOtherLength;
    }
    return variableLength(from.id) == variableLength(to.id) ? kFixedToVariable : kAnyOther;
}

void Binder::noteConversion(const BoundExpr& from, const SqlType& to)
{
    if (m_context.deduction && !from.undeclared) m_context.deduction->cost += conversionCost(from.type, to, from.isNullLiteral());
}

void Binder::noteTarget(const BoundExpr& value, const SqlType& type)
{
    if (!m_context.deduction || !value.undeclared || value.variable != value.undeclared) return;
    m_context.deduction->parameters[*value.undeclared].type = type;
}

void Binder::noteMeeting(const BoundExpr& a, const BoundExpr& b, bool exact, std::int32_t line)
{
    if (!m_context.deduction) return;
    if (a.undeclared && b.undeclared) {
        const auto nameOf = [&](const BoundExpr& expr) { return "'" + m_context.variables[*expr.undeclared].name + "'"; };
        if (!m_context.deduction->failure)
            m_context.deduction->failure = sqlError(11503,
                "The parameter type cannot be deduced because a single expression contains two untyped parameters, " + nameOf(a) + " and "
                    + nameOf(b) + ".",
                line);
        return;
    }
    if (!exact) return;
    if (!b.isNullLiteral()) noteTarget(a, b.type);
    if (!a.isNullLiteral()) noteTarget(b, a.type);
}

} // namespace es::sandbox
