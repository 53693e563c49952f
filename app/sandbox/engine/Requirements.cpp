#include "app/sandbox/engine/Requirements.h"

#include "app/sandbox/engine/Catalog.h"

#include <algorithm>

namespace es::sandbox {

namespace {

class Walk {
public:
    explicit Walk(Requirements& out)
        : m_out(out)
    {
    }

    void expr(const tsql::ExprPtr& node)
    {
        if (node) expr(*node);
    }
    void exprs(const std::vector<tsql::ExprPtr>& nodes)
    {
        for (const tsql::ExprPtr& node : nodes)
            expr(node);
    }
    void expr(const tsql::Expr& node)
    {
        std::visit(tsql::Overloaded{[&](const tsql::ColumnRef& n) { column(n); }, [&](const tsql::Unary& n) { expr(n.operand); },
                       [&](const tsql::Binary& n) { both(n.left, n.right); }, [&](const tsql::Collate& n) { expr(n.operand); },
                       [&](const tsql::AtTimeZone& n) { both(n.operand, n.zone); }, [&](const tsql::Case& n) { caseNode(n); },
                       [&](const tsql::Cast& n) { both(n.operand, n.style); }, [&](const tsql::FunctionCall& n) { call(n); },
                       [&](const tsql::ScalarSubquery& n) { query(*n.query); }, [&](const tsql::Comparison& n) { both(n.left, n.right); },
                       [&](const tsql::QuantifiedComparison& n) {
                           expr(n.left);
                           query(*n.query);
                       },
                       [&](const tsql::Logical& n) { exprs(n.operands); }, [&](const tsql::Not& n) { expr(n.operand); },
                       [&](const tsql::IsNull& n) { expr(n.operand); }, [&](const tsql::IsDistinctFrom& n) { both(n.left, n.right); },
                       [&](const tsql::Between& n) {
                           expr(n.operand);
                           both(n.low, n.high);
                       },
                       [&](const tsql::InList& n) {
                           expr(n.operand);
                           exprs(n.items);
                       },
                       [&](const tsql::InSubquery& n) {
                           expr(n.operand);
                           query(*n.query);
                       },
                       [&](const tsql::Like& n) {
                           expr(n.operand);
                           both(n.pattern, n.escape);
                       },
                       [&](const tsql::Exists& n) { query(*n.query); }, [](const auto&) {}},
            node.node);
    }

    void query(const tsql::Query& node)
    {
        const std::size_t depth = m_common.size();
        const std::size_t outer = m_scope;
        commonTables(node.with);
        if (std::holds_alternative<tsql::SelectSpec>(node.body->node)) enter(outer); // its ORDER BY reads what its FROM names
        body(*node.body);
        for (const tsql::OrderItem& item : node.orderBy)
            expr(item.expr);
        both(node.offset, node.fetch);
        m_scope = outer;
        m_common.resize(depth);
    }
    // Their names stand for queries, not for tables, until the statement ends.
    void commonTables(const std::vector<tsql::CommonTable>& tables)
    {
        for (const tsql::CommonTable& table : tables) {
            m_common.push_back(table.name.text); // before its query: it may be recursive
            query(*table.query);
        }
    }

    void source(const tsql::TableSource& node)
    {
        std::visit(tsql::Overloaded{[&](const tsql::NamedTable& n) { table("SELECT", n.name, n.alias.name.text); },
                       [&](const tsql::DerivedTable& n) { query(*n.query); },
                       [&](const tsql::ValuesTable& n) {
                           for (const auto& row : n.rows)
                               exprs(row);
                       },
                       [&](const tsql::FunctionTable& n) { exprs(n.arguments); },
                       [&](const tsql::JoinedTable& n) {
                           source(*n.left);
                           source(*n.right);
                           expr(n.on);
                       },
                       [](const auto&) {}},
            node.node);
    }

    void insert(const tsql::Insert& node)
    {
        commonTables(node.with);
        TableNeed* need = table("INSERT", node.target.name, {});
        for (const tsql::Identifier& name : node.columns)
            if (need) need->columns.push_back(name.text);
        output(node.output, node.target.name);
        std::visit(tsql::Overloaded{[&](const tsql::Insert::Values& n) {
                                        for (const auto& row : n.rows)
                                            exprs(row);
                                    },
                       [&](const tsql::Insert::FromQuery& n) { query(*n.query); }, [](const auto&) {}},
            node.source);
    }
    void update(const tsql::Update& node)
    {
        commonTables(node.with);
        const tsql::ObjectName& target = targetOf(node.target.name, node.from);
        if (node.from) source(*node.from);
        if (TableNeed* need = table("UPDATE", target, {}))
            for (const tsql::Assignment& assignment : node.assignments)
                if (!assignment.column.empty()) need->columns.push_back(assignment.column.back().text);
        const std::size_t before = m_out.columns.size();
        for (const tsql::Assignment& assignment : node.assignments)
            expr(assignment.value);
        expr(node.where);
        if (!node.from && (node.where || m_out.columns.size() > before)) table("SELECT", target, {});
        output(node.output, target);
    }
    void remove(const tsql::Delete& node)
    {
        commonTables(node.with);
        const tsql::ObjectName& target = targetOf(node.target.name, node.from);
        if (node.from) source(*node.from);
        table("DELETE", target, {});
        expr(node.where);
        if (!node.from && node.where) table("SELECT", target, {});
        output(node.output, target);
    }
    void both(const tsql::ExprPtr& a, const tsql::ExprPtr& b)
    {
        expr(a);
        expr(b);
    }

private:
    TableNeed* table(std::string_view permission, const tsql::ObjectName& name, const std::string& alias)
    {
        if (name.parts.empty()) return nullptr;
        const bool common = name.parts.size() == 1 && std::any_of(m_common.begin(), m_common.end(), [&](const std::string& known) {
            return sameName(known, name.object());
        });
        if (common) return nullptr;
        m_out.tables.push_back({permission, &name, alias, m_scope, false, {}});
        return &m_out.tables.back();
    }
    // UPDATE a SET .. FROM t AS a: the target is an alias of the FROM clause.
    const tsql::ObjectName& targetOf(const tsql::ObjectName& name, const tsql::TableSourcePtr& from)
    {
        const tsql::ObjectName* found = from && name.parts.size() == 1 ? aliased(*from, name.object()) : nullptr;
        return found ? *found : name;
    }
    const tsql::ObjectName* aliased(const tsql::TableSource& node, std::string_view alias)
    {
        if (const auto* named = std::get_if<tsql::NamedTable>(&node.node))
            return sameName(named->alias.name.text, alias) ? &named->name : nullptr;
        if (const auto* joined = std::get_if<tsql::JoinedTable>(&node.node)) {
            const tsql::ObjectName* left = aliased(*joined->left, alias);
            return left ? left : aliased(*joined->right, alias);
        }
        return nullptr;
    }
    void output(const std::optional<tsql::OutputClause>& clause, const tsql::ObjectName& target)
    {
        if (!clause) return;
        if (TableNeed* need = table("SELECT", target, {})) need->output = true;
        items(clause->items);
        if (clause->into) table("INSERT", clause->into->name, {});
    }
    void items(const std::vector<tsql::SelectItem>& list)
    {
        for (const tsql::SelectItem& item : list)
            std::visit(tsql::Overloaded{[&](const tsql::SelectExpr& n) { expr(n.expr); }, [&](const tsql::SelectStar& n) {
                                                          m_out.columns.push_back({n.qualifier.empty() ? "" : n.qualifier.back().text, "", m_scope});
                                                      },
                           [&](const tsql::SelectAssign& n) { expr(n.expr); }},
                item.node);
    }
    void body(const tsql::QueryBody& node)
    {
        if (const auto* operation = std::get_if<tsql::SetOperation>(&node.node)) {
            const std::size_t outer = m_scope;
            for (const tsql::QueryBody* side : {operation->left.get(), operation->right.get()}) {
                if (std::holds_alternative<tsql::SelectSpec>(side->node)) enter(outer);
                body(*side);
                m_scope = outer;
            }
            return;
        }
        const auto& spec = std::get<tsql::SelectSpec>(node.node);
        if (spec.top) expr(spec.top->count);
        if (spec.into) m_out.made.push_back(&*spec.into);
        items(spec.items);
        if (spec.from) source(*spec.from);
        expr(spec.where);
        exprs(spec.groupBy);
        expr(spec.having);
    }
    void column(const tsql::ColumnRef& node)
    {
        const std::size_t count = node.parts.size();
        m_out.columns.push_back({count > 1 ? node.parts[count - 2].text : "", node.parts.back().text, m_scope});
    }
    void caseNode(const tsql::Case& node)
    {
        expr(node.operand);
        for (const tsql::CaseWhen& when : node.whens)
            both(when.when, when.then);
        expr(node.otherwise);
    }
    void call(const tsql::FunctionCall& node)
    {
        exprs(node.arguments);
        for (const tsql::OrderItem& item : node.withinGroup)
            expr(item.expr);
        if (!node.over) return;
        exprs(node.over->partitionBy);
        for (const tsql::OrderItem& item : node.over->orderBy)
            expr(item.expr);
    }

    void enter(std::size_t outer)
    {
        m_out.parents.push_back(outer);
        m_scope = m_out.parents.size() - 1;
    }

    Requirements& m_out;
    std::vector<std::string> m_common;
    std::size_t m_scope = 0;
};

} // namespace

std::vector<std::size_t> scopesOf(const Requirements& needs, const Requirements::ColumnUse& use)
{
    std::vector<std::size_t> out;
    for (std::size_t scope = use.scope; scope != Requirements::kNoScope; scope = needs.parents[scope])
        out.push_back(scope);
    return out;
}

Requirements requirementsOf(const tsql::Statement& statement)
{
    Requirements out;
    Walk walk(out);
    std::visit(tsql::Overloaded{[&](const tsql::SelectStatement& n) { walk.query(*n.query); }, [&](const tsql::Insert& n) { walk.insert(n); },
                   [&](const tsql::Update& n) { walk.update(n); }, [&](const tsql::Delete& n) { walk.remove(n); },
                   [&](const tsql::Declare& n) {
                       for (const tsql::VariableDeclaration& variable : n.variables)
                           walk.expr(variable.initial);
                   },
                   [&](const tsql::SetVariable& n) { walk.expr(n.value); }, [&](const tsql::If& n) { walk.expr(n.condition); },
                   [&](const tsql::While& n) { walk.expr(n.condition); }, [&](const tsql::Print& n) { walk.expr(n.value); },
                   [&](const tsql::Return& n) { walk.expr(n.value); }, [](const auto&) {}},
        statement.node);
    return out;
}

} // namespace es::sandbox
