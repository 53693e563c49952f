#include "ui/services/SessionQuestions.h"

#include "driver/catalog/CatalogQueries.h"
#include "driver/session/CollectingSink.h"
#include "driver/session/Session.h"

namespace es::ui {

base::Result<std::optional<catalog::CatalogRows>> ask(TaskContext& context, std::string_view question)
{
    session::CollectingSink sink;
    const session::Statement statement{std::string(question), {}, session::StatementEncryption::kOff};
    ES_TRY(const auto outcome, context.session.execute(statement, sink, context.stop, context.abandon));
    if (outcome == session::Outcome::kCancelled) return std::optional<catalog::CatalogRows>{};
    if (sink.resultSets.empty())
        return base::makeError(
            catalog::kUnexpectedResult, "A catalog query came back without a result.", "database", "Check which server this is.");
    session::CollectedResultSet& first = sink.resultSets.front();
    return std::optional(catalog::CatalogRows{std::move(first.columns), std::move(first.blocks)});
}

base::Result<std::optional<catalog::CatalogSnapshot>> readCatalog(TaskContext& context)
{
    std::vector<catalog::CatalogRows> answers;
    for (std::size_t i = 0; i < catalog::kCatalogQuestionCount; ++i) {
        ES_TRY(auto rows, ask(context, catalog::queryText(static_cast<catalog::CatalogQuestion>(i))));
        if (!rows) return std::optional<catalog::CatalogSnapshot>{};
        answers.push_back(std::move(*rows));
    }
    ES_TRY(auto snapshot, catalog::buildSnapshot(answers));
    return std::optional(std::move(snapshot));
}

base::Result<bool> runStatement(TaskContext& context, const session::Statement& statement)
{
    session::CollectingSink sink;
    ES_TRY(const auto outcome, context.session.execute(statement, sink, context.stop, context.abandon));
    return outcome == session::Outcome::kCompleted;
}

} // namespace es::ui
