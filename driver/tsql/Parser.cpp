#include "driver/tsql/Parser.h"

#include "driver/tsql/Grammar.h"

namespace es::tsql {
namespace {

base::Error tooLong()
{
    base::Error error = serverError(kTooLong, 191, 15, 1, "Some part of your SQL statement is too long. Break it up into smaller queries.");
    error.text = "The batch is longer than " + std::to_string(kMaxBatchBytes / (1024 * 1024)) + " MB.";
    error.remedy = "Split it with GO into several batches.";
    return error;
}

// `rule` must use up the whole text.
template <class Rule>
auto parseWhole(std::string_view text, ParseOptions options, Rule rule) -> decltype(rule(std::declval<TokenCursor&>()))
{
    if (text.size() > kMaxBatchBytes)
        return tooLong();
    TokenCursor c(text, options);
    auto result = rule(c);
    if (result && !c.atEnd())
        return c.unexpected();
    return result;
}

}  // namespace

base::Result<Script> parse(std::string_view text, ParseOptions options)
{
    ES_TRY(std::vector<Statement> statements, parseWhole(text, options, statementsUntilEnd));
    return Script{std::move(statements)};
}

base::Result<ExprPtr> parseExpression(std::string_view text, ParseOptions options)
{
    return parseWhole(text, options, value);
}

base::Result<ExprPtr> parseCondition(std::string_view text, ParseOptions options)
{
    return parseWhole(text, options, condition);
}

base::Result<std::vector<ProcedureParameter>> parseParameterList(std::string_view text)
{
    return parseWhole(text, {}, [](TokenCursor& c) -> Result<std::vector<ProcedureParameter>> {
        std::vector<ProcedureParameter> parameters;
        if (c.atEnd())
            return parameters;
        do {
            ES_TRY(ProcedureParameter parameter, procedureParameter(c));
            parameters.push_back(std::move(parameter));
        } while (c.acceptSymbol(","));
        return parameters;
    });
}

}  // namespace es::tsql
