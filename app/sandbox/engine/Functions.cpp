// Finding a function by name, and binding its call.
#include "app/sandbox/engine/Functions.h"

#include "driver/types/TypeNames.h"

#include <algorithm>
#include <map>

namespace es::sandbox {

using base::Result;

std::string upperAscii(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    return out;
}

// Functions that speak of the current database: elsewhere they would speak of the wrong one.
static bool isOfTheDatabase(const std::string& name)
{
    for (const std::string_view start : {"DB_", "OBJECT_", "OBJECTPROPERTY", "SCHEMA_", "COL_", "COLUMNPROPERTY", "TYPE_", "TYPEPROPERTY", "USER", "IDENT_",
             "INDEX", "HAS_PERMS", "IS_MEMBER", "IS_ROLEMEMBER", "CURRENT_USER", "SESSION_USER", "DATABASE_PRINCIPAL", "PERMISSIONS", "STATS_"})
        if (name.starts_with(start)) return true;
    return false;
}

const FunctionSpec* findFunction(std::string_view upperName)
{
    static const std::map<std::string_view, const FunctionSpec*> kAll = [] {
        std::map<std::string_view, const FunctionSpec*> all;
        for (const auto family : {variantFunctions(), textFunctions(), stringFunctions(), mathFunctions(), bitFunctions(), formatFunctions(), dateFunctions(), dateMakers(),
                 logicFunctions(), systemFunctions(), securityFunctions(), objectFunctions()})
            for (const FunctionSpec& spec : family)
                all[spec.name] = &spec;
        return all;
    }();
    const auto found = kAll.find(upperName);
    return found == kAll.end() ? nullptr : found->second;
}

Result<BoundExpr> Binder::bindFunction(const tsql::FunctionCall& node, Scope& scope, std::int32_t line)
{
    const std::string name = upperAscii(node.name.object());
    if (name == "GROUPING" || name == "GROUPING_ID") return bindGrouping(node, scope, line);
    if (isAggregateName(name)) return bindAggregate(node, scope, line);
    if (isWindowOnlyName(name)) return bindWindow(node, scope, line);
    const FunctionSpec* spec = node.name.schema().empty() || sameName(node.name.schema(), "sys") ? findFunction(name) : nullptr;
    if (!spec) return notSupported("The function " + std::string(node.name.object()), line);
    if (m_context.visiting && m_viewDepth == 0 && isOfTheDatabase(name))
        return notSupported("The function " + name + " in a statement that reads another database", line);
    FunctionArgs args{*this, spec->name, {}, {}, line};
    std::size_t first = 0;
    if (spec->datePart) {
        const auto* word = node.arguments.empty() ? nullptr : std::get_if<tsql::ColumnRef>(&node.arguments[0]->node);
        if (!word || word->parts.size() != 1) return sqlError(1023, "Invalid parameter 1 specified for " + foldName(name) + ".", line, 1, 15);
        args.part = foldName(word->parts[0].text);
        first = 1;
    }
    const int count = static_cast<int>(node.arguments.size());
    if (count < spec->minArgs || (spec->maxArgs >= 0 && count > spec->maxArgs)) {
        const std::string text = "The " + foldName(name) + " function requires " + std::to_string(spec->minArgs);
        if (spec->minArgs == spec->maxArgs) return sqlError(174, text + " argument(s).", line, 1, 15);
        return sqlError(189, text + " to " + std::to_string(spec->maxArgs < 0 ? 254 : spec->maxArgs) + " arguments.", line, 1, 15);
    }
    for (std::size_t i = first; i < node.arguments.size(); ++i) {
        // IIF is the one function whose first argument is a condition.
        if (name == "IIF" && i == 0) {
            ES_TRY(BoundExpr condition, [&]() -> Result<BoundExpr> {
                ES_TRY(const std::string text, bindCondition(*node.arguments[0], scope));
                BoundExpr out;
                out.sql = text;
                out.type = types::makeType(types::TypeId::kBit);
                return out;
            }());
            args.args.push_back(std::move(condition));
            continue;
        }
        ES_TRY(BoundExpr bound, bind(*node.arguments[i], scope));
        ES_CHECK(requirePlain(bound, line, name));
        args.args.push_back(std::move(bound));
    }
    ES_CHECK(checkArguments(args));
    return spec->bind(args);
}

} // namespace es::sandbox
