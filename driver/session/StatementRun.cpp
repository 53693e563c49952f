#include "driver/session/StatementRun.h"

#include "driver/base/TextCut.h"
#include "driver/session/DescribeMachine.h"
#include "driver/session/KeyReleaseRules.h"
#include "driver/session/KeyUseReader.h"
#include "driver/session/ParameterEncoder.h"
#include "driver/session/RequestBuilder.h"

#include <algorithm>

namespace es::session {

namespace {

base::Error keyNotUsed(const DescribedKey& key, const BatchReferences& references, const KeyUse& use)
{
    const std::string path = key.values.empty() ? std::string() : key.values.front().keyPath;
    const bool alters = references.tables.empty() && !references.altered.empty();
    return base::makeError(kKeyNotUsed,
        "The server asked to give column key " + keyTitle(use, key.keyId) + " to the enclave (master key \"" + path + "\"), but "
            + (alters ? "changing this column needs only its current key and the one that the statement names: "
                      : "no table of this statement uses it; those they use: ")
            + keyTitles(use, usefulKeys(references, use).value_or(std::vector<std::uint32_t>())) + ". No key was sent.",
        "attestation", "Run it again if the tables have just been changed; if it stays, do not trust this server with the key.");
}

} // namespace

StatementRun::StatementRun(
    SessionWorld& world, const Statement& statement, ResultSink& sink, std::stop_token cancel, std::stop_token abandon)
    : m_world(world)
    , m_statement(statement)
    , m_sink(sink)
    , m_cancel(std::move(cancel))
    , m_abandon(std::move(abandon))
    , m_declarations(declarationsOf(statement))
    , m_cacheKey(DescribeCache::keyOf(world.facts.state.database, m_declarations, statement.text))
{
}

base::Result<Outcome> StatementRun::run()
{
    ES_CHECK(checkParameters(m_statement.parameters));
    ES_TRY(Step first, attempt(true));
    if (first == Step::kRetry) {
        ES_TRY(first, attempt(false));
    }
    return first == Step::kCancelled ? Outcome::kCancelled : Outcome::kCompleted;
}

base::Result<StatementRun::Step> StatementRun::attempt(bool mayRetry)
{
    if (cancelRequested()) return Step::kCancelled;
    m_described = nullptr;
    m_fromCache = false;
    if (describeWanted()) {
        m_world.enclave.refresh(); // from here on this statement keeps to one enclave session
        ES_TRY(const Step described, describe());
        if (described != Step::kGoOn || cancelRequested()) return Step::kCancelled;
        ES_TRY(const Step judged, judgeKeys());
        if (judged != Step::kGoOn || cancelRequested()) return Step::kCancelled;
    }
    ES_TRY(base::Bytes packets, buildRequest());
    return execute(std::move(packets), mayRetry);
}

bool StatementRun::describeWanted() const
{
    return m_world.facts.columnEncryptionVersion > 0 && m_statement.encryption == StatementEncryption::kAsConnected
        && (!m_statement.parameters.empty() || m_world.enclave.configured());
}

base::Result<StatementRun::Step> StatementRun::describe()
{
    m_described = m_world.describeCache.find(m_cacheKey);
    m_fromCache = m_described != nullptr && (m_world.enclave.open() || !m_described->enclaveNeeded());
    return m_fromCache ? base::Result<Step>(Step::kGoOn) : askServer(m_cacheKey);
}

base::Result<StatementRun::Step> StatementRun::askServer(const std::string& cacheKey)
{
    DescribeMachine::Request request{m_statement.text, m_declarations, m_statement.parameters.size(), std::nullopt};
    if (m_world.enclave.configured() && !m_world.enclave.open()) {
        ES_TRY(request.attestationParameters, m_world.enclave.attestationParameters());
    }
    ES_TRY(const auto machine, DescribeMachine::create(m_world.facts, request));
    ++m_world.facts.state.counters.describeCalls;
    ES_TRY(const bool finished, m_world.exchange(*machine, m_cancel, m_abandon));
    if (!finished || machine->cancelled()) return Step::kCancelled;
    if (!machine->serverErrors().empty()) {
        StatementErrors errors;
        for (const base::ServerError& error : machine->serverErrors()) {
            errors.add(error);
            m_sink.onMessage(error, true);
        }
        if (errors.fatal()) m_world.close();
        return errors.toError();
    }
    ES_TRY(DescribeAnswer answer, machine->takeAnswer());
    if (answer.attestation) {
        ES_TRY(const Outcome accepted, m_world.enclave.accept(*answer.attestation, m_cancel, m_abandon));
        if (accepted == Outcome::kCancelled) return Step::kCancelled;
        answer.attestation.reset();
    }
    m_described = std::make_shared<const DescribeAnswer>(std::move(answer));
    if (mayBeCached()) m_world.describeCache.store(cacheKey, m_described);
    return Step::kGoOn;
}

bool StatementRun::mayBeCached() const
{
    return std::none_of(
        m_statement.parameters.begin(), m_statement.parameters.end(), [](const Parameter& parameter) { return parameter.output; });
}

// A server asks for keys; whether the statement has a use for them is judged by what its text names. The catalog may have changed since it
// was read: nothing is refused before it has been read again.
base::Result<StatementRun::Step> StatementRun::judgeKeys()
{
    if (m_described == nullptr || !m_described->enclaveNeeded()) return Step::kGoOn;
    const bool known = m_world.keyUse && m_world.keyUse->database == m_world.facts.state.database;
    const BatchReferences references = referencesOf(m_statement.text);
    if (!known && !needsCatalog(references)) return Step::kGoOn;
    if (known && firstUselessKey(*m_described, references, *m_world.keyUse) == nullptr) return Step::kGoOn;
    ES_TRY(const Step read, readKeyUse());
    if (read != Step::kGoOn) return read;
    const DescribedKey* useless = firstUselessKey(*m_described, references, *m_world.keyUse);
    if (useless == nullptr) return Step::kGoOn;
    m_world.describeCache.drop(m_cacheKey);
    return keyNotUsed(*useless, references, *m_world.keyUse);
}

base::Result<StatementRun::Step> StatementRun::readKeyUse()
{
    const Statement question = keyUseStatement();
    CollectingSink answer;
    ES_TRY(const Outcome outcome, StatementRun(m_world, question, answer, m_cancel, m_abandon).run());
    if (outcome == Outcome::kCancelled) return Step::kCancelled;
    ES_TRY(KeyUse use, keyUseOf(answer));
    m_world.keyUse = std::make_shared<const KeyUse>(std::move(use));
    return Step::kGoOn;
}

base::Result<base::Bytes> StatementRun::buildRequest()
{
    // Parameters first: what cannot be encrypted must not cost a released key.
    ES_TRY(std::vector<tds::RpcParameter> parameters,
        encodeParameters(m_statement.parameters, m_described.get(), m_world.facts, m_world.keys));
    ES_TRY(base::Bytes package, enclavePackage());
    if (m_statement.parameters.empty()) return batchPackets(m_world.facts, m_statement.text, std::move(package));
    return executeSqlPackets(m_world.facts, m_statement.text, m_declarations, std::move(parameters), std::move(package));
}

// Only keys that the describe answer asks for, and of those only what a signed and trusted master key allows; one that fails ends the
// statement.
base::Result<base::Bytes> StatementRun::enclavePackage()
{
    if (m_described == nullptr || !m_described->enclaveNeeded() || !m_world.enclave.open()) return base::Bytes();
    std::vector<enclave::EnclaveKey> keys;
    std::vector<attestation::ReleasedKey> facts;
    for (const DescribedKey& key : m_described->keys) {
        if (!key.requestedByEnclave) continue;
        ES_TRY(EnclaveRelease release, m_world.keys.releaseToEnclave(key, m_world.policy));
        keys.push_back(std::move(release.key));
        release.facts.statement = base::cutText(m_statement.text, attestation::kReleasedStatementBytes);
        release.facts.releasedAt = m_world.services.clock.wallClock();
        if (m_world.keyUse && m_world.keyUse->database == m_world.facts.state.database) release.facts.name = m_world.keyUse->nameOf(key.databaseId, key.keyId);
        facts.push_back(std::move(release.facts));
    }
    return m_world.enclave.sealPackage(m_statement.text, keys, facts);
}

base::Result<StatementRun::Step> StatementRun::execute(base::Bytes packets, bool mayRetry)
{
    ResultOptions options;
    options.decrypt = m_world.facts.columnEncryptionVersion > 0 && m_statement.encryption != StatementEncryption::kOff;
    options.described = m_described;
    if (m_world.keyUse && m_world.keyUse->database == m_world.facts.state.database) options.keyUse = m_world.keyUse;
    if (mayRetry && m_world.enclave.configured()) options.retryNumbers.push_back(kErrorEnclaveSessionUnknown);
    if (mayRetry && m_fromCache)
        options.retryNumbers.insert(options.retryNumbers.end(), {kErrorParameterMetadata, kErrorEnclaveKeyMissing});
    ResultBuilder results(m_sink, m_world.keys, m_world.services.clock, std::move(options));
    ExchangeMachine machine(m_world.facts, results, std::move(packets));
    m_world.facts.rolledBack = false;
    auto finished = m_world.exchange(machine, m_cancel, m_abandon);
    if (!finished) // a server that ends the connection says why before
        return results.serverErrors().fatal() ? results.serverErrors().toError() : std::move(finished).error();
    if (!*finished || machine.cancelled()) {
        m_world.describeCache.drop(m_cacheKey);
        return Step::kCancelled;
    }
    return conclude(results);
}

base::Result<StatementRun::Step> StatementRun::conclude(ResultBuilder& results)
{
    if (results.retryNumber() != 0) {
        forgetAfter(results.retryNumber());
        m_world.services.log.write(
            base::LogLevel::kInfo, "session", "second try after server error " + std::to_string(results.retryNumber()));
        return Step::kRetry;
    }
    if (results.serverErrors().any()) {
        if (m_world.facts.rolledBack) results.serverErrors().transactionRolledBack();
        base::Error error = results.serverErrors().toError();
        forgetAfter(error.server->number);
        if (results.serverErrors().fatal()) m_world.close();
        if (!results.failure() || results.serverErrors().fatal()) return error;
    }
    if (results.failure()) {
        m_world.describeCache.drop(m_cacheKey);
        return *results.failure();
    }
    return Step::kGoOn;
}

void StatementRun::forgetAfter(std::int32_t serverError)
{
    m_world.describeCache.drop(m_cacheKey);
    if (serverError == kErrorEnclaveSessionUnknown) m_world.enclave.drop();
}

} // namespace es::session
