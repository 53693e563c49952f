// Session: sp_describe_parameter_encryption.                                          always-encrypted-wire section 3
// The statement is parsed and bound as if it were to run; nothing runs.
#include "app/sandbox/engine/RunTemporary.h"

#include "app/sandbox/engine/RowBuilder.h"
#include "app/sandbox/engine/Silence.h"
#include "app/sandbox/engine/StorageCodec.h"
#include "driver/base/ByteWriter.h"
#include "driver/tsql/Parser.h"
#include "driver/types/TypeNames.h"

namespace es::sandbox {

bool isSchemeClash(std::int32_t number)
{
    return number == 206 || number == 402 || number == 33277 || number == 33278 || number == 33299;
}

using base::Bytes;
using base::Error;
using base::Result;
using types::TypeId;

namespace {

base::ServerError serverPart(const Error& error)
{
    return error.server ? *error.server : base::ServerError{50000, 1, 16, 1, error.describe(), {}, {}};
}

ResultShape keyShape()
{
    const auto name = types::makeSized(TypeId::kNVarChar, 128);
    return {{resultColumn("column_encryption_key_ordinal", types::makeType(TypeId::kInt)), resultColumn("database_id", types::makeType(TypeId::kInt)),
                resultColumn("column_encryption_key_id", types::makeType(TypeId::kInt)),
                resultColumn("column_encryption_key_version", types::makeType(TypeId::kInt)),
                resultColumn("column_encryption_key_metadata_version", types::makeSized(TypeId::kBinary, 8)),
                resultColumn("column_encryption_key_encrypted_value", types::makeSized(TypeId::kVarBinary, 4000)),
                resultColumn("column_master_key_store_provider_name", name),
                resultColumn("column_master_key_path", types::makeSized(TypeId::kNVarChar, 4000)),
                resultColumn("column_encryption_key_encryption_algorithm_name", name),
                resultColumn("is_requested_by_enclave", types::makeType(TypeId::kBit)),
                resultColumn("column_master_key_signature", types::makeSized(TypeId::kVarBinary, 8000), true)},
        {}};
}

ResultShape parameterShape()
{
    const auto tiny = types::makeType(TypeId::kTinyInt);
    return {{resultColumn("parameter_ordinal", types::makeType(TypeId::kInt)), resultColumn("parameter_name", types::makeSized(TypeId::kNVarChar, 128)),
                resultColumn("column_encryption_algorithm", tiny), resultColumn("column_encryption_type", tiny),
                resultColumn("column_encryption_key_ordinal", types::makeType(TypeId::kInt)),
                resultColumn("column_encryption_normalization_rule_version", tiny)},
        {}};
}

// Keys of the columns that an ALTER COLUMN converts.
void alteredKeys(const tsql::Statement& statement, const Catalog& catalog, std::vector<std::int32_t>& out)
{
    const auto* alter = std::get_if<tsql::AlterTable>(&statement.node);
    const auto* change = alter ? std::get_if<tsql::AlterColumn>(&alter->action) : nullptr;
    const CatalogTable* table = change ? catalog.table(alter->name.schema(), alter->name.object()) : nullptr;
    const CatalogColumn* column = table ? table->column(change->column.name.text) : nullptr;
    if (!column) return;
    const CatalogEncryptionKey* target
        = change->column.encrypted ? catalog.encryptionKey(change->column.encrypted->columnEncryptionKey.text) : nullptr;
    const auto kind = !change->column.encrypted   ? tsql::EncryptionKind::kPlaintext
        : change->column.encrypted->deterministic ? tsql::EncryptionKind::kDeterministic
                                                  : tsql::EncryptionKind::kRandomized;
    if (column->encryption == kind && (!target || target->id == column->cekId)) return; // no cryptographic work
    if (column->encrypted()) out.push_back(column->cekId);
    if (target) out.push_back(target->id);
}

// Adds every key that may go to the enclave if the script calls sp_enclave_send_keys; whether it does.
bool sendsEnclaveKeys(const tsql::Script& script, const Catalog& catalog, std::vector<std::int32_t>& out)
{
    bool sends = false;
    forEachStatement(script.statements, [&](const tsql::Statement& statement) {
        const auto* call = std::get_if<tsql::Execute>(&statement.node);
        sends |= call && callsSystemProcedure(*call, "sp_enclave_send_keys");
    });
    for (const CatalogEncryptionKey& key : catalog.encryptionKeys)
        if (sends && catalog.enclaveEnabled(key)) out.push_back(key.id);
    return sends;
}

} // namespace

void Session::addKey(DescribeAnswer& answer, std::map<std::int32_t, std::int32_t>& ordinals, std::int32_t cekId, bool enclave) const
{
    const CatalogEncryptionKey* key = m_facts.catalog->encryptionKeyById(cekId);
    if (!key) return;
    const auto [entry, isNew] = ordinals.emplace(cekId, static_cast<std::int32_t>(ordinals.size()) + 1);
    if (!isNew) {
        for (DescribedKey& row : answer.keys)
            if (row.ordinal == entry->second) row.requestedByEnclave |= enclave && row.signature.has_value();
        return;
    }
    for (const CatalogKeyValue& value : key->values) {
        const CatalogMasterKey* master = m_facts.catalog->masterKeyById(value.cmkId);
        if (!master) continue;
        DescribedKey row;
        row.ordinal = entry->second;
        row.databaseId = static_cast<std::uint32_t>(m_facts.catalog->databaseId);
        row.keyId = static_cast<std::uint32_t>(cekId);
        row.metadataVersion = key->metadataVersion;
        row.encryptedValue = value.encryptedValue;
        row.providerName = master->providerName;
        row.keyPath = master->keyPath;
        row.algorithmName = value.algorithm;
        // A value under a master key that forbids the enclave must not be sent there; another value of the same key may.
        row.requestedByEnclave = enclave && master->allowEnclave;
        if (master->allowEnclave) row.signature = master->signature;
        answer.keys.push_back(std::move(row));
    }
}

DescribeAnswer Session::describe(const DescribeRequest& request)
{
    m_program.clearCalls();
    return describeScript(request);
}

DescribeAnswer Session::describeScript(const DescribeRequest& request)
{
    DescribeAnswer answer;
    Silence silence;
    SinkGuard sink(silence);
    const auto work = [&]() -> Result<void> {
        ES_CHECK(refreshCatalog());
        ES_TRY(const std::vector<EngineParameter> parameters, parseDeclarations(request.declarations));
        ES_TRY(const tsql::Script script, tsql::parse(request.text, {isOn("QUOTED_IDENTIFIER")}));
        BatchRun run{request.text, {}, script, sink, {}, {}, {}, false, false, 0, {}};
        for (const EngineParameter& parameter : parameters) {
            Variable entry;
            entry.name = parameter.name;
            entry.type = parameter.type;
            entry.parameter = true;
            run.variables.push_back(std::move(entry));
        }
        const TemporaryScope temporary(*this, true);
        ES_CHECK(bindAll(run));
        std::map<std::int32_t, std::int32_t> ordinals;
        std::vector<std::int32_t> enclaveKeys;
        for (const auto& [address, entry] : run.bound)
            for (const tsql::EncryptionScheme& scheme : entry.facts.enclaveSchemes)
                enclaveKeys.push_back(scheme.columnEncryptionKeyId);
        for (const auto& [address, entry] : run.bound)
            keysOfChange(entry.dml, *m_facts.catalog, enclaveKeys);
        forEachStatement(script.statements, [&](const tsql::Statement& statement) {
            alteredKeys(statement, *m_facts.catalog, enclaveKeys);
            keysOfIndexes(statement, *m_facts.catalog, enclaveKeys);
        });
        const bool sendsKeys = sendsEnclaveKeys(script, *m_facts.catalog, enclaveKeys);
        for (const std::int32_t key : enclaveKeys)
            addKey(answer, ordinals, key, true);
        for (std::size_t i = 0; i < parameters.size(); ++i) {
            const tsql::EncryptionScheme& scheme = run.variables[i].scheme;
            DescribedParameter row;
            row.ordinal = static_cast<std::int32_t>(i) + 1;
            row.name = parameters[i].name;
            if (scheme.encrypted()) {
                addKey(answer, ordinals, scheme.columnEncryptionKeyId, false);
                // Of a module that was made before its key was dropped.
                if (ordinals.count(scheme.columnEncryptionKeyId) == 0)
                    return sqlError(33294,
                        "The parameter '" + row.name
                            + "' has to be encrypted, but its column encryption key cannot be found. Run sp_refresh_parameter_encryption on "
                              "the module to refresh it.",
                        1);
                row.algorithm = 2;
                row.encryptionType = static_cast<std::uint8_t>(scheme.kind);
                row.keyOrdinal = ordinals.at(scheme.columnEncryptionKeyId);
                row.normalizationRule = 1;
            }
            answer.parameters.push_back(std::move(row));
        }
        if (!answer.keys.empty()) ES_CHECK(requireVisibleKeys(m_facts, "", 1));
        // A client may use sp_enclave_send_keys to try the enclave out: it gets its answer also where there is no key to ask for.
        if (request.attestationParameters && (!enclaveKeys.empty() || (sendsKeys && script.statements.size() == 1))) {
            EnclaveGate* gate = m_shared->options().gate;
            if (!gate) return enclaveNotAvailable(1);
            ES_TRY(EnclaveSessionOffer offer, gate->createSession(*request.attestationParameters));
            answer.attestationInfo = std::move(offer.attestationInfo);
        }
        return {};
    };
    if (Result<void> done = work(); !done) {
        answer = {};
        answer.errors.push_back(serverPart(done.error()));
        if (isSchemeClash(answer.errors[0].number))
            answer.errors.push_back({8180, 1, 16, answer.errors[0].line, "Statement(s) could not be prepared.", {}, {}});
    }
    return answer;
}

void Session::sendDescribe(const DescribeAnswer& answer, SinkGuard& sink)
{
    if (!answer.errors.empty()) {
        for (const base::ServerError& error : answer.errors)
            sink.message(error, true);
        sink.done({Command::kNone, {}, true});
        return;
    }
    RowBuilder row;
    // The documentation knows nine columns; the two about enclaves are for clients that asked for enclaves.
    const bool enclaves = m_options.columnEncryptionVersion >= 2;
    ResultShape keys = keyShape();
    if (!enclaves) keys.columns.resize(keys.columns.size() - 2);
    sink.columns(keys);
    for (const DescribedKey& key : answer.keys) {
        row.integer(key.ordinal, 4);
        row.integer(key.databaseId, 4);
        row.integer(key.keyId, 4);
        row.integer(key.keyVersion, 4);
        row.bytes(key.metadataVersion);
        row.bytes(key.encryptedValue);
        row.text(key.providerName);
        row.text(key.keyPath);
        row.text(key.algorithmName);
        if (enclaves) {
            row.integer(key.requestedByEnclave, 1);
            if (key.signature)
                row.bytes(*key.signature);
            else
                row.null();
        }
        row.send(sink);
    }
    sink.done({Command::kExecute, answer.keys.size(), false});
    sink.columns(parameterShape());
    for (const DescribedParameter& parameter : answer.parameters) {
        row.integer(parameter.ordinal, 4);
        row.text(parameter.name);
        row.integer(parameter.algorithm, 1);
        row.integer(parameter.encryptionType, 1);
        row.integer(parameter.keyOrdinal, 4);
        row.integer(parameter.normalizationRule, 1);
        row.send(sink);
    }
    sink.done({Command::kExecute, answer.parameters.size(), false});
    if (answer.attestationInfo) {
        sink.columns({{resultColumn("attestation_info", types::makeSized(TypeId::kVarBinary, types::kMaxLength))}, {}});
        row.bytes(*answer.attestationInfo);
        row.send(sink);
        sink.done({Command::kExecute, 1, false});
    }
}

bool Session::describeInto(const DescribeRequest& request, ExecSink& sink)
{
    SinkGuard guard(sink);
    const DescribeAnswer answer = describe(request);
    sendDescribe(answer, guard);
    return answer.attestationInfo.has_value();
}

} // namespace es::sandbox
