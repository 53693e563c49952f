#include "driver/session/BatchReferences.h"

#include "driver/tsql/Parser.h"

#include <algorithm>

namespace es::session {

namespace {

using namespace tsql;

bool sameWord(std::string_view a, std::string_view b)
{
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

// Walks every part of a tree in which a name can stand. What is not understood makes the answer incomplete, never wrong.
class Walk {
public:
    BatchReferences run(const Script& script)
    {
        m_found.complete = true;
        for (const tsql::Statement& statement : script.statements)
            visit(statement);
        return std::move(m_found);
    }

private:
    void giveUp() { m_found.complete = false; }

    void table(const ObjectName& name, bool perhaps = false)
    {
        if (!name.server().empty() || name.parts.empty()) return giveUp();
        m_found.tables.push_back(referenceTo(name, perhaps));
    }
    ReferencedTable referenceTo(const ObjectName& name, bool perhaps) const
    {
        const bool common = name.parts.size() == 1
            && std::any_of(m_common.begin(), m_common.end(), [&](const std::string& other) { return sameWord(other, name.object()); });
        return {std::string(name.database()), std::string(name.schema()), std::string(name.object()), perhaps || common};
    }

    // --- expressions ---
    void visit(const ExprPtr& expr)
    {
        if (expr) std::visit([this](const auto& node) { part(node); }, expr->node);
    }
    template <class List> void all(const List& list)
    {
        for (const auto& item : list)
            visit(item);
    }
    void visit(const OrderItem& item) { visit(item.expr); }
    void part(const Literal&) {}
    void part(const VariableRef&) {}
    void part(const GlobalVariable&) {}
    void part(const ColumnRef&) {}
    void part(const DefaultValue&) {}
    void part(const Unary& node) { visit(node.operand); }
    void part(const Binary& node) { visit(node.left), visit(node.right); }
    void part(const Collate& node) { visit(node.operand); }
    void part(const AtTimeZone& node) { visit(node.operand), visit(node.zone); }
    void part(const Case& node)
    {
        visit(node.operand);
        for (const CaseWhen& when : node.whens)
            visit(when.when), visit(when.then);
        visit(node.otherwise);
    }
    void part(const Cast& node) { visit(node.operand), visit(node.style); }
    void part(const FunctionCall& node)
    {
        if (node.name.parts.size() > 1) giveUp(); // a person's own: what it reads is not seen here
        all(node.arguments);
        all(node.withinGroup);
        if (node.over) all(node.over->partitionBy), all(node.over->orderBy);
    }
    void part(const ScalarSubquery& node) { visit(node.query); }
    void part(const Comparison& node) { visit(node.left), visit(node.right); }
    void part(const QuantifiedComparison& node) { visit(node.left), visit(node.query); }
    void part(const Logical& node) { all(node.operands); }
    void part(const Not& node) { visit(node.operand); }
    void part(const IsNull& node) { visit(node.operand); }
    void part(const IsDistinctFrom& node) { visit(node.left), visit(node.right); }
    void part(const Between& node) { visit(node.operand), visit(node.low), visit(node.high); }
    void part(const InList& node) { visit(node.operand), all(node.items); }
    void part(const InSubquery& node) { visit(node.operand), visit(node.query); }
    void part(const Like& node) { visit(node.operand), visit(node.pattern), visit(node.escape); }
    void part(const Exists& node) { visit(node.query); }

    // --- queries ---
    void common(const std::vector<CommonTable>& with)
    {
        for (const CommonTable& one : with)
            m_common.push_back(one.name.text);
        for (const CommonTable& one : with)
            visit(one.query);
    }
    void visit(const QueryPtr& query)
    {
        if (!query) return;
        common(query->with);
        visit(query->body);
        all(query->orderBy);
        visit(query->offset);
        visit(query->fetch);
    }
    void visit(const QueryBodyPtr& body)
    {
        if (body) std::visit([this](const auto& node) { part(node); }, body->node);
    }
    void part(const SetOperation& node) { visit(node.left), visit(node.right); }
    void part(const SelectSpec& node)
    {
        top(node.top);
        for (const SelectItem& item : node.items)
            visit(item);
        visit(node.from);
        visit(node.where);
        all(node.groupBy);
        visit(node.having);
    }
    void top(const std::optional<Top>& top)
    {
        if (top) visit(top->count);
    }
    void visit(const SelectItem& item)
    {
        if (const auto* expr = std::get_if<SelectExpr>(&item.node)) visit(expr->expr);
        if (const auto* assign = std::get_if<SelectAssign>(&item.node)) visit(assign->expr);
    }
    void visit(const TableSourcePtr& source)
    {
        if (source) std::visit([this](const auto& node) { part(node); }, source->node);
    }
    void part(const NamedTable& node) { table(node.name); }
    void part(const TableVariable&) {}
    void part(const DerivedTable& node) { visit(node.query); }
    void part(const ValuesTable& node)
    {
        for (const auto& row : node.rows)
            all(row);
    }
    void part(const FunctionTable& node)
    {
        if (node.name.parts.size() > 1) giveUp();
        all(node.arguments);
    }
    void part(const JoinedTable& node) { visit(node.left), visit(node.right), visit(node.on); }

    // --- statements ---
    void visit(const tsql::Statement& statement)
    {
        std::visit([this](const auto& node) { part(node); }, statement.node);
    }
    void visit(const StatementPtr& statement)
    {
        if (statement) visit(*statement);
    }
    void target(const DmlTarget& target, bool mayBeAlias)
    {
        if (target.variable.empty()) table(target.name, mayBeAlias && target.name.parts.size() == 1);
    }
    void output(const std::optional<OutputClause>& output)
    {
        if (!output) return;
        all(output->items);
        if (output->into) target(*output->into, false);
    }
    void part(const SelectStatement& node) { visit(node.query); }
    void part(const Insert& node)
    {
        common(node.with);
        top(node.top);
        target(node.target, false);
        output(node.output);
        if (const auto* values = std::get_if<Insert::Values>(&node.source)) {
            for (const auto& row : values->rows)
                all(row);
        } else if (const auto* query = std::get_if<Insert::FromQuery>(&node.source)) {
            visit(query->query);
        } else if (const auto* execute = std::get_if<Insert::FromExecute>(&node.source)) {
            visit(execute->execute);
        }
    }
    void part(const Update& node)
    {
        common(node.with);
        top(node.top);
        target(node.target, node.from != nullptr);
        for (const Assignment& assignment : node.assignments)
            visit(assignment.value);
        output(node.output);
        visit(node.from);
        visit(node.where);
    }
    void part(const Delete& node)
    {
        common(node.with);
        top(node.top);
        target(node.target, node.from != nullptr);
        output(node.output);
        visit(node.from);
        visit(node.where);
    }
    void part(const Declare& node)
    {
        for (const VariableDeclaration& variable : node.variables)
            visit(variable.initial);
    }
    void part(const SetVariable& node) { visit(node.value); }
    void part(const SetOption&) {}
    void part(const If& node) { visit(node.condition), visit(node.then), visit(node.otherwise); }
    void part(const While& node) { visit(node.condition), visit(node.body); }
    void part(const Block& node) { all(node.statements); }
    void part(const TryCatch& node) { all(node.body), all(node.handler); }
    void part(const Throw& node) { visit(node.number), visit(node.message), visit(node.state); }
    void part(const RaiseError& node) { all(node.arguments); }
    void part(const Print& node) { visit(node.value); }
    void part(const Return& node) { visit(node.value); }
    void part(const Break&) {}
    void part(const Goto&) {}
    void part(const Label&) {}
    void part(const Continue&) {}
    void part(const WaitFor& node) { visit(node.time); }
    void part(const Execute& node)
    {
        if (sameWord(node.procedure.object(), "sp_enclave_send_keys")) m_found.sendsAllKeys = true;
        giveUp();
    }
    void part(const Transaction&) {}
    void part(const AlterTable& node)
    {
        if (!node.name.server().empty()) giveUp();
        if (const auto* alter = std::get_if<AlterColumn>(&node.action)) {
            m_found.altered.push_back({referenceTo(node.name, false), alter->column.name.text});
            keyOf(alter->column);
        } else if (const auto* add = std::get_if<AddItems>(&node.action)) {
            table(node.name);
            for (const ColumnDefinition& column : add->columns)
                keyOf(column);
        } else {
            table(node.name);
        }
    }
    void keyOf(const ColumnDefinition& column)
    {
        if (column.encrypted) m_found.namedKeys.push_back(column.encrypted->columnEncryptionKey.text);
    }
    void part(const TruncateTable& node) { table(node.name); }
    void part(const CreateIndex& node) { table(node.table); }
    void part(const AlterIndex& node) { table(node.table); }
    void part(const DropIndex& node)
    {
        for (const DropIndex::Item& item : node.items)
            table(item.table);
    }
    // Definitions, options and rights, and whatever the grammar learns later: not looked into.
    template <class Other> void part(const Other&) { giveUp(); }

    BatchReferences m_found;
    std::vector<std::string> m_common;
};

} // namespace

BatchReferences referencesOf(std::string_view batch)
{
    const auto script = parse(batch);
    return script ? Walk().run(*script) : BatchReferences{};
}

} // namespace es::session
