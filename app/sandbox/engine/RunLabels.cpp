// Where GOTO may go: to a label in its own list of statements, or in one around it.
#include "app/sandbox/engine/Session.h"

#include <algorithm>

namespace es::sandbox {

using base::Result;

namespace {

using Statements = std::vector<tsql::Statement>;

bool holdsLabel(const Statements& statements, const std::string& name)
{
    return std::any_of(statements.begin(), statements.end(), [&](const tsql::Statement& statement) {
        const auto* label = std::get_if<tsql::Label>(&statement.node);
        return label && sameName(label->name, name);
    });
}

class Labels {
public:
    explicit Labels(const Statements& all)
        : m_all(all)
    {
    }

    Result<void> list(const Statements& statements)
    {
        m_around.push_back(&statements);
        for (const tsql::Statement& statement : statements)
            ES_CHECK(one(statement));
        m_around.pop_back();
        return {};
    }

private:
    Result<void> one(const tsql::Statement& statement)
    {
        const auto line = static_cast<std::int32_t>(statement.range.line);
        const auto child = [&](const tsql::StatementPtr& inner) { return inner ? one(*inner) : Result<void>{}; };
        return std::visit(tsql::Overloaded{[&](const tsql::Block& n) { return list(n.statements); },
                              [&](const tsql::TryCatch& n) -> Result<void> {
                                  ES_CHECK(list(n.body));
                                  return list(n.handler);
                              },
                              [&](const tsql::If& n) -> Result<void> {
                                  ES_CHECK(child(n.then));
                                  return child(n.otherwise);
                              },
                              [&](const tsql::While& n) { return child(n.body); }, [&](const tsql::Label& n) { return declare(n.name, line); },
                              [&](const tsql::Goto& n) { return find(n.label, line); }, [](const auto&) { return Result<void>{}; }},
            statement.node);
    }

    Result<void> declare(const std::string& name, std::int32_t line)
    {
        if (!m_declared.insert(foldName(name)).second)
            return sqlError(132,
                "The label '" + name + "' has already been declared. Label names must be unique within a query batch or stored procedure.", line,
                1, 15);
        return {};
    }

    Result<void> find(const std::string& name, std::int32_t line)
    {
        for (const Statements* statements : m_around)
            if (holdsLabel(*statements, name)) return {};
        bool elsewhere = false;
        forEachStatement(m_all, [&](const tsql::Statement& statement) {
            const auto* label = std::get_if<tsql::Label>(&statement.node);
            elsewhere = elsewhere || (label && sameName(label->name, name));
        });
        if (elsewhere) return notSupported("GOTO into a block (" + name + ")", line);
        return sqlError(
            133, "A GOTO statement references the label '" + name + "' but the label has not been declared.", line, 1, 15);
    }

    const Statements& m_all;
    std::vector<const Statements*> m_around;
    std::set<std::string> m_declared;
};

} // namespace

Result<void> checkLabels(const std::vector<tsql::Statement>& statements)
{
    return Labels(statements).list(statements);
}

} // namespace es::sandbox
