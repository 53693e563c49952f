// Session: sp_configure, RECONFIGURE and sp_enclave_send_keys.                                            sql-surface 3, 4
#include "app/sandbox/engine/RowBuilder.h"
#include "app/sandbox/engine/Session.h"
#include "driver/types/TypeNames.h"

#include <charconv>

namespace es::sandbox {

using base::Result;
using types::TypeId;

namespace {

// The option of this name, or the only one whose name begins so.
Result<std::size_t> findSetting(const std::string& name, std::int32_t line)
{
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < kSettings.size(); ++i) {
        if (name.empty() || !foldName(kSettings[i].name).starts_with(foldName(name))) continue;
        if (found) return sqlError(15124, "The configuration option '" + name + "' is not unique.", line);
        found = i;
    }
    if (!found) return sqlError(15123, "The configuration option '" + name + "' does not exist, or it may be an advanced option.", line);
    return *found;
}

Result<std::int32_t> settingValue(const std::string& text, const SettingInfo& info, std::int32_t line)
{
    std::int32_t value = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || value < info.minimum || value > info.maximum)
        return sqlError(15129, "'" + text + "' is not a valid value for configuration option '" + std::string(info.name) + "'.", line);
    return value;
}

ResultShape settingShape()
{
    const auto number = types::makeType(TypeId::kInt);
    return {{resultColumn("name", types::makeSized(TypeId::kNVarChar, 35)), resultColumn("minimum", number), resultColumn("maximum", number),
                resultColumn("config_value", number), resultColumn("run_value", number)},
        {}};
}

} // namespace

Result<void> Session::listSettings(BatchRun& run, std::optional<std::size_t> only)
{
    const SettingStates states = m_shared->settings();
    RowBuilder row;
    std::uint64_t count = 0;
    run.sink.columns(settingShape());
    for (std::size_t i = 0; i < kSettings.size(); ++i) {
        if (only && *only != i) continue;
        row.text(kSettings[i].name);
        for (const std::int32_t number : {kSettings[i].minimum, kSettings[i].maximum, states[i].value, states[i].running})
            row.integer(number, 4);
        row.send(run.sink);
        ++count;
    }
    run.sink.done({Command::kSelect, count, false});
    run.sink.returnStatus(0);
    return {};
}

Result<void> Session::runConfigure(BatchRun& run, const tsql::Execute& node, std::int32_t line)
{
    const tsql::ExecuteArgument* name = callArgument(node, 0, "@configname");
    if (!name) return listSettings(run, std::nullopt);
    ES_TRY(const std::string named, evaluateText(run, *name->value));
    ES_TRY(const std::size_t setting, findSetting(named, line));
    const tsql::ExecuteArgument* given = callArgument(node, 1, "@configvalue");
    if (!given) return listSettings(run, setting);

    const SettingInfo& info = kSettings[setting];
    ES_TRY(const std::string text, evaluateText(run, *given->value));
    ES_TRY(const std::int32_t value, settingValue(text, info, line));
    const std::int32_t before = m_shared->settings()[setting].value;
    m_shared->setSetting(setting, value);
    bindAnewFromHere();
    run.sink.message(infoMessage("Configuration option '" + std::string(info.name) + "' changed from " + std::to_string(before) + " to "
                             + std::to_string(value) + ". Run the RECONFIGURE statement to install.",
                         line, 15457),
        false);
    run.sink.returnStatus(0);
    return {};
}

Result<void> Session::reconfigure(std::int32_t line)
{
    if (m_facts.transactionCount > 0) return sqlError(574, "CONFIG statement cannot be used inside a user transaction.", line);
    ES_CHECK(m_shared->installSettings(m_connection->patience()));
    bindAnewFromHere();
    return {};
}

// Accelerated recovery alone can be set: the tutorials have it on before the first index on an enclave-enabled column. runExecute has seen
// that it is nothing else.
Result<void> Session::alterDatabase(const tsql::AlterDatabase& node, std::int32_t line)
{
    if (m_facts.transactionCount > 0)
        return sqlError(226, "ALTER DATABASE statement not allowed within multi-statement transaction.", line, 6);
    ES_CHECK(m_shared->setAcceleratedRecovery(
        node.name.text.empty() ? m_database : node.name.text, node.words.back() == "ON", line, m_connection->patience()));
    bindAnewFromHere(); // sys.databases
    return {};
}

// sys.configurations stands in bound statements as the values it had: those of this batch that are still to come take a fresh look.
void Session::bindAnewFromHere()
{
    m_facts.catalog = std::make_shared<const Catalog>(*m_facts.catalog);
}

// The package of the statement has brought the keys; here it is seen that none is missing.
Result<void> Session::sendKeys(const tsql::Execute& node, std::int32_t line)
{
    if (!node.arguments.empty())
        return sqlError(8144, "Procedure or function sp_enclave_send_keys has too many arguments specified.", line, 2);
    if (!m_shared->options().gate) return enclaveNotAvailable(line);
    ES_CHECK(refreshCatalog());
    std::vector<tsql::EncryptionScheme> schemes;
    for (const CatalogEncryptionKey& key : m_facts.catalog->encryptionKeys)
        if (m_facts.catalog->enclaveEnabled(key)) schemes.push_back(m_facts.catalog->schemeOf(tsql::EncryptionKind::kRandomized, key.id));
    m_heldKeys.clear(); // what the enclave says now is asked for, not what it said before
    return needKeys(schemes, line);
}

} // namespace es::sandbox
