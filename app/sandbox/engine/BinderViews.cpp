// Binder: a view is the query of its definition, with the columns it had when it was defined.
#include "app/sandbox/engine/Binder.h"

#include "driver/tsql/Parser.h"

namespace es::sandbox {

using base::Result;

namespace {

constexpr int kMaxViewDepth = 32;

}

Result<std::string> Binder::bindView(const CatalogModule& view, const std::string& alias, Scope& scope, std::int32_t line)
{
    if (m_viewDepth >= kMaxViewDepth)
        return sqlError(217, "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).", line);
    ES_TRY(const tsql::Script script, tsql::parse(view.text, {view.quotedIdentifiers}));
    const auto* definition = std::get_if<tsql::DefineView>(&script.statements.back().node);
    if (!definition) return notSupported("The view " + view.name, line);
    // What the statement around it declares is not visible inside.
    const std::vector<CommonScope> outer = std::exchange(m_commonTables, {});
    ++m_viewDepth;
    std::vector<tsql::Identifier> names;
    for (const std::string& name : view.columnNames)
        names.push_back({name, definition->query->range, false});
    Result<BoundQuery> bound = bindQuery(*definition->query, nullptr, Place::kFrom);
    --m_viewDepth;
    m_commonTables = outer;
    if (!bound) {
        base::Error error = std::move(bound).error();
        if (error.server) {
            error.server->procedure = view.name;
            if (error.server->number == 207 || error.server->number == 208)
                return sqlError(4413, "Could not use view or function '" + view.name + "' because of binding errors.", line);
        }
        return error;
    }
    if (bound->columns.size() < names.size())
        return sqlError(4502, "View or function '" + view.name + "' has more column names specified than columns defined.", line);
    bound->columns.resize(names.size()); // SELECT * does not grow by itself: see sp_refreshview
    addQuery(*bound, alias.empty() ? view.name : alias, names, scope);
    if (alias.empty()) scope.sources.back().schema = view.schemaName;
    return "(" + bound->sql + ") AS " + scope.sources.back().sqlAlias;
}

} // namespace es::sandbox
