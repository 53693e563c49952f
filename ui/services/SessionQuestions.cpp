#include "ui/services/SessionQuestions.h"

#include "driver/catalog/CatalogQueries.h"
#include "driver/session/CollectingSink.h"
#include "driver/session/Session.h"
#include "ui/services/KeyStores.h"
#include "ui/services/PasswordVault.h"
#include "ui/services/SharedAttestation.h"

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
    context.keyStores.vault().attestation().keyUse.put(
        context.session.state().serverName, context.facts().login, std::make_shared<const session::KeyUse>(keyUseOf(snapshot)));
    return std::optional(std::move(snapshot));
}

base::Result<std::optional<catalog::ObjectSnapshot>> readObjects(TaskContext& context)
{
    ES_TRY(auto snapshot, readCatalog(context));
    if (!snapshot) return std::optional<catalog::ObjectSnapshot>{};
    std::vector<catalog::CatalogRows> answers;
    for (std::size_t i = 0; i < catalog::kObjectQuestionCount; ++i) {
        ES_TRY(auto rows, ask(context, catalog::queryText(static_cast<catalog::ObjectQuestion>(i))));
        if (!rows) return std::optional<catalog::ObjectSnapshot>{};
        answers.push_back(std::move(*rows));
    }
    ES_TRY(auto objects, catalog::buildObjectSnapshot(std::move(*snapshot), answers));
    return std::optional(std::move(objects));
}

base::Result<std::optional<catalog::ServerSnapshot>> readServer(TaskContext& context)
{
    catalog::ServerSnapshot server;
    ES_TRY(const auto databases, ask(context, catalog::queryText(catalog::ServerQuestion::kDatabases)));
    if (!databases) return std::optional<catalog::ServerSnapshot>{};
    ES_TRY(server.databases, catalog::readDatabases(*databases));
    // False: cancelled. What the server refuses (no permission, a version without the view) is part of the answer.
    const auto askEnclave = [&](catalog::ServerQuestion question, auto read, auto& into, auto& error) -> base::Result<bool> {
        auto rows = ask(context, catalog::queryText(question));
        if (!rows && rows.error().consequence == base::Consequence::kSessionUnusable) return rows.error();
        if (!rows) {
            error = rows.error();
            return true;
        }
        if (!*rows) return false;
        ES_TRY(into, read(**rows));
        return true;
    };
    catalog::EnclaveStatus& enclave = server.enclave;
    ES_TRY(const bool configured,
        askEnclave(catalog::ServerQuestion::kEnclaveConfiguration, catalog::readEnclaveConfiguration, enclave.configuration,
            enclave.configurationError));
    if (!configured) return std::optional<catalog::ServerSnapshot>{};
    ES_TRY(const bool counted,
        askEnclave(catalog::ServerQuestion::kEnclaveCounters, catalog::readEnclaveCounters, enclave.counters, enclave.countersError));
    if (!counted) return std::optional<catalog::ServerSnapshot>{};
    return std::optional(std::move(server));
}

base::Result<bool> runStatement(TaskContext& context, const session::Statement& statement)
{
    session::CollectingSink sink;
    ES_TRY(const auto outcome, context.session.execute(statement, sink, context.stop, context.abandon));
    return outcome == session::Outcome::kCompleted;
}

} // namespace es::ui
