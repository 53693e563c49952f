// enclavectl keys new-cmk | new-cek | list.
#include "app/ctl/Commands.h"
#include "driver/json/Json.h"
#include "ui/services/CatalogService.h"
#include "ui/services/KeyService.h"

namespace es::ctl {

namespace {

QByteArray toBytes(const std::string& text)
{
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

// The columns that each key encrypts, as schema.table.column.
std::vector<std::string> columnsUnder(const catalog::CatalogSnapshot& snapshot, const catalog::ColumnEncryptionKey& key)
{
    std::vector<std::string> names;
    for (const catalog::Table& table : snapshot.tables)
        for (const catalog::Column& column : table.columns)
            if (column.encryption != catalog::EncryptionType::kPlaintext && column.encryptionKeyId == key.id)
                names.push_back(table.schema + "." + table.name + "." + column.name);
    return names;
}

std::vector<std::string> mastersOf(const catalog::CatalogSnapshot& snapshot, const catalog::ColumnEncryptionKey& key)
{
    std::vector<std::string> names;
    for (const catalog::EncryptedCekValue& value : key.values)
        if (const auto* master = snapshot.masterKeyById(value.masterKeyId)) names.push_back(master->name);
    return names;
}

json::Json listOf(const std::vector<std::string>& texts)
{
    json::Json list{json::Json::Array{}};
    for (const std::string& text : texts)
        list.push(text);
    return list;
}

std::string joined(const std::vector<std::string>& texts)
{
    std::string all;
    for (const std::string& text : texts)
        all += (all.empty() ? "" : ", ") + text;
    return all.empty() ? "none" : all;
}

json::Json keysAsJson(const catalog::CatalogSnapshot& snapshot)
{
    json::Json masters{json::Json::Array{}};
    for (const catalog::ColumnMasterKey& key : snapshot.masterKeys) {
        json::Json object;
        object.set("name", key.name);
        object.set("provider", key.provider);
        object.set("path", key.path);
        object.set("allowEnclaveComputations", key.allowEnclaveComputations);
        object.set("signed", !key.signature.empty());
        masters.push(std::move(object));
    }
    json::Json keys{json::Json::Array{}};
    for (const catalog::ColumnEncryptionKey& key : snapshot.encryptionKeys) {
        json::Json object;
        object.set("name", key.name);
        object.set("enclaveEnabled", snapshot.isEnclaveEnabled(key));
        object.set("columnMasterKeys", listOf(mastersOf(snapshot, key)));
        object.set("columns", listOf(columnsUnder(snapshot, key)));
        keys.push(std::move(object));
    }
    json::Json document;
    document.set("database", snapshot.database);
    document.set("columnMasterKeys", std::move(masters));
    document.set("columnEncryptionKeys", std::move(keys));
    return document;
}

QByteArray keysAsText(const catalog::CatalogSnapshot& snapshot)
{
    std::string text = "Column master keys of " + snapshot.database + "\n";
    for (const catalog::ColumnMasterKey& key : snapshot.masterKeys)
        text += "  " + key.name + "  " + key.provider + "  " + key.path
            + (key.allowEnclaveComputations
                    ? "  enclave computations allowed, " + std::string(key.signature.empty() ? "NOT SIGNED" : "signed")
                    : "")
            + "\n";
    if (snapshot.masterKeys.empty()) text += "  none\n";
    text += "Column encryption keys\n";
    for (const catalog::ColumnEncryptionKey& key : snapshot.encryptionKeys)
        text += "  " + key.name + "  under " + joined(mastersOf(snapshot, key))
            + (snapshot.isEnclaveEnabled(key) ? "  enclave-enabled" : "") + "\n    columns: " + joined(columnsUnder(snapshot, key)) + "\n";
    if (snapshot.encryptionKeys.empty()) text += "  none\n";
    return toBytes(text);
}

class KeyCommand : public CtlCommand {
public:
    KeyCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host)
        : CtlCommand(line, terminal, host)
        , m_keys(host)
        , m_catalog(host)
    {
        connect(&m_keys, &ui::KeyService::created, this, [this](ui::RequestId, const ui::KeyCreated& key) { created(key); });
        connect(&m_keys, &ui::KeyService::failed, this, [this](ui::RequestId, const base::Error& error) { fail(error); });
        connect(&m_keys, &ui::KeyService::cancelled, this, [this] { finish(ExitStatus::kCancelled); });
        connect(&m_catalog, &ui::CatalogService::snapshotReady, this, [this](ui::RequestId, const auto& snapshot) {
            write(m_terminal.isJson() ? toBytes(json::write(keysAsJson(*snapshot))) + '\n' : keysAsText(*snapshot));
        });
        connect(&m_catalog, &ui::CatalogService::failed, this, [this](ui::RequestId, const base::Error& error) { fail(error); });
        connect(&m_catalog, &ui::CatalogService::cancelled, this, [this] { finish(ExitStatus::kCancelled); });
    }

    void start() override
    {
        if (m_line.command == Command::kListKeys) {
            m_catalog.refresh();
        } else if (m_line.command == Command::kNewMasterKey) {
            ui::NewMasterKey request;
            request.name = m_line.name;
            request.keyFile = m_line.keyFile;
            request.createFile = m_line.generate;
            request.keyBits = m_line.keyBits;
            request.allowEnclaveComputations = m_line.allowEnclave;
            request.scriptOnly = m_line.scriptOnly;
            m_keys.createMasterKey(request);
        } else {
            m_keys.createEncryptionKey({m_line.name, m_line.masterKey, m_line.scriptOnly});
        }
    }

private:
    void created(const ui::KeyCreated& key)
    {
        if (!m_terminal.isJson()) {
            m_terminal.note(
                key.executed ? QStringLiteral("Created %1.").arg(key.name) : QStringLiteral("Nothing was changed in the database."));
            write(key.statement.toUtf8() + '\n');
            return;
        }
        json::Json document;
        document.set("name", key.name.toStdString());
        document.set("keyPath", key.keyPath.toStdString());
        document.set("enclaveEnabled", key.enclaveEnabled);
        document.set("executed", key.executed);
        document.set("statement", key.statement.toStdString());
        write(toBytes(json::write(document)) + '\n');
    }

    void write(const QByteArray& text) { finish(m_terminal.write(text) ? ExitStatus::kOk : ExitStatus::kOutput); }

    ui::KeyService m_keys;
    ui::CatalogService m_catalog;
};

} // namespace

std::unique_ptr<CtlCommand> makeKeyCommand(const CommandLine& line, Terminal& terminal, ui::SessionHost& host)
{
    return std::make_unique<KeyCommand>(line, terminal, host);
}

} // namespace es::ctl
