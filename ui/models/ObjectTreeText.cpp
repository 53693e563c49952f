#include "ui/models/ObjectTreeText.h"

#include "driver/catalog/ObjectText.h"
#include "ui/models/EnclaveWords.h"
#include "ui/models/ObjectTreeNode.h"

#include <QLocale>

#include <algorithm>

namespace es::ui {

namespace {

constexpr int kUsersNamed = 6; // columns a key's tooltip lists before it says how many more

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

QString joined(const QStringList& parts)
{
    return parts.join(QLatin1String(", "));
}

const catalog::CatalogSnapshot& catalogOf(const ObjectNode& node)
{
    return node.database()->snapshot->catalog;
}

const catalog::ColumnEncryptionKey* keyOf(const ObjectNode& column)
{
    return catalogOf(column).encryptionKeyById(column.as<catalog::Column>().encryptionKeyId);
}

bool isPrimaryKey(const ObjectNode& column)
{
    return column.tableDetails().inPrimaryKey(column.as<catalog::Column>().id);
}

// A folder that holds objects and has none.
bool isEmptyFolder(const ObjectNode& node)
{
    switch (node.kind) {
    case ObjectKind::kTables:
    case ObjectKind::kColumns:
    case ObjectKind::kIndexes:
    case ObjectKind::kViews:
    case ObjectKind::kProcedures:
    case ObjectKind::kMasterKeys:
    case ObjectKind::kEncryptionKeys: return !wantsChildren(node, {});
    default: return false;
    }
}

} // namespace

QString ObjectTreeText::name(const ObjectNode& node)
{
    switch (node.kind) {
    case ObjectKind::kServer: return node.as<ServerState>().look.name;
    case ObjectKind::kDatabases: return tr("Databases");
    case ObjectKind::kSystemDatabases: return tr("System Databases");
    case ObjectKind::kTables: return tr("Tables");
    case ObjectKind::kColumns: return tr("Columns");
    case ObjectKind::kIndexes: return tr("Indexes");
    case ObjectKind::kViews: return tr("Views");
    case ObjectKind::kProgrammability: return tr("Programmability");
    case ObjectKind::kProcedures: return tr("Stored Procedures");
    case ObjectKind::kSecurity: return tr("Security");
    case ObjectKind::kAlwaysEncryptedKeys: return tr("Always Encrypted Keys");
    case ObjectKind::kMasterKeys: return tr("Column Master Keys");
    case ObjectKind::kEncryptionKeys: return tr("Column Encryption Keys");
    case ObjectKind::kEnclave: return tr("Secure enclave");
    case ObjectKind::kLoading: return tr("Loading…");
    case ObjectKind::kError: {
        const ObjectNode& owner = *node.parent;
        if (owner.kind == ObjectKind::kServer) return owner.as<ServerState>().error;
        return owner.database() ? owner.database()->error : QString();
    }
    case ObjectKind::kRetry: return tr("Try again");
    case ObjectKind::kDatabase:
    case ObjectKind::kTable:
    case ObjectKind::kColumn:
    case ObjectKind::kIndex:
    case ObjectKind::kView:
    case ObjectKind::kProcedure:
    case ObjectKind::kMasterKey:
    case ObjectKind::kEncryptionKey: return text(node.key);
    }
    return {};
}

QString ObjectTreeText::serverDetail(const ObjectNode& node)
{
    const auto& server = node.as<ServerState>();
    QStringList parts;
    if (!server.look.address.isEmpty()) parts.append(server.look.address);
    if (!server.error.isEmpty())
        parts.append(tr("not connected"));
    else if (!server.snapshot)
        parts.append(tr("connecting…"));
    else if (server.refreshing)
        parts.append(tr("refreshing…"));
    else if (const QString enclave = EnclaveWords::brief(server.snapshot->enclave); !enclave.isEmpty())
        parts.append(enclave);
    return joined(parts);
}

QString ObjectTreeText::databaseDetail(const ObjectNode& node)
{
    const DatabaseState* const state = node.database();
    if (state && !state->error.isEmpty()) return tr("not read");
    if (state && state->refreshing) return tr("refreshing…");
    const auto& database = node.as<catalog::DatabaseInfo>();
    if (database.state != "ONLINE") return text(database.state).toLower().replace(QLatin1Char('_'), QLatin1Char(' '));
    return database.accessible ? QString() : tr("no access for your login");
}

QString ObjectTreeText::indexDetail(const ObjectNode& node)
{
    const auto& index = node.as<catalog::Index>();
    QStringList parts{text(index.kind).toLower()};
    if (index.primaryKey)
        parts.append(tr("primary key"));
    else if (index.unique)
        parts.append(tr("unique"));
    if (index.disabled) parts.prepend(tr("disabled"));
    return joined(parts);
}

QString ObjectTreeText::storeName(const std::string& provider)
{
    if (provider == "ES_KEY_FILE") return tr("key file");
    if (provider == "AZURE_KEY_VAULT") return tr("Key Vault");
    if (provider == "MSSQL_CERTIFICATE_STORE") return tr("certificate store");
    if (provider == "MSSQL_JAVA_KEYSTORE") return tr("Java key store");
    return text(provider);
}

QString ObjectTreeText::detail(const ObjectNode& node)
{
    if (isEmptyFolder(node)) return tr("none");
    switch (node.kind) {
    case ObjectKind::kServer: return serverDetail(node);
    case ObjectKind::kDatabase: return databaseDetail(node);
    case ObjectKind::kTable: {
        const auto& rows = node.tableDetails().rowCount;
        if (!rows) return {};
        return *rows == 1 ? tr("1 row") : tr("%1 rows").arg(QLocale().toString(qlonglong{*rows}));
    }
    case ObjectKind::kColumn: {
        const auto& column = node.as<catalog::Column>();
        return joined({text(column.typeText), column.nullable ? tr("null") : tr("not null")});
    }
    case ObjectKind::kIndex: return indexDetail(node);
    case ObjectKind::kMasterKey: {
        const auto& key = node.as<catalog::ColumnMasterKey>();
        QStringList parts{storeName(key.provider)};
        if (key.allowEnclaveComputations) parts.append(tr("enclave-enabled"));
        return joined(parts);
    }
    case ObjectKind::kEncryptionKey: {
        QStringList parts;
        if (enclaveEnabled(node)) parts.append(tr("enclave-enabled"));
        if (node.as<catalog::ColumnEncryptionKey>().values.size() > 1) parts.append(tr("two values"));
        return joined(parts);
    }
    case ObjectKind::kEnclave: return EnclaveWords::detail(node.server()->snapshot->enclave);
    default: return {};
    }
}

QString ObjectTreeText::accessibleText(const ObjectNode& node)
{
    if (node.kind == ObjectKind::kError) return tr("Error: %1").arg(name(node));
    QStringList parts{name(node)};
    if (const QString behind = detail(node); !behind.isEmpty()) parts.append(behind);
    if (node.kind == ObjectKind::kColumn) {
        switch (node.as<catalog::Column>().encryption) {
        case catalog::EncryptionType::kDeterministic: parts.append(tr("deterministic")); break;
        case catalog::EncryptionType::kRandomized: parts.append(tr("randomized")); break;
        case catalog::EncryptionType::kPlaintext: break;
        }
        if (const auto* key = keyOf(node)) parts.append(tr("key %1").arg(text(key->name)));
        if (isPrimaryKey(node)) parts.append(tr("primary key"));
    }
    return joined(parts);
}

QString ObjectTreeText::icon(const ObjectNode& node)
{
    switch (node.kind) {
    case ObjectKind::kServer: return node.as<ServerState>().look.icon;
    case ObjectKind::kDatabase: return QStringLiteral("database");
    case ObjectKind::kTable: return QStringLiteral("table");
    case ObjectKind::kView: return QStringLiteral("view");
    case ObjectKind::kProcedure: return QStringLiteral("procedure");
    case ObjectKind::kIndex: return node.as<catalog::Index>().primaryKey ? QStringLiteral("key-primary") : QStringLiteral("index");
    case ObjectKind::kAlwaysEncryptedKeys: return QStringLiteral("shield");
    case ObjectKind::kEnclave: return QStringLiteral("enclave");
    case ObjectKind::kMasterKey: return QStringLiteral("cmk");
    case ObjectKind::kEncryptionKey: return QStringLiteral("cek");
    case ObjectKind::kLoading: return QStringLiteral("busy");
    case ObjectKind::kError: return QStringLiteral("fail");
    case ObjectKind::kRetry: return QStringLiteral("refresh");
    case ObjectKind::kColumn:
        switch (node.as<catalog::Column>().encryption) {
        case catalog::EncryptionType::kDeterministic:
            return enclaveEnabled(node) ? QStringLiteral("lock-determ-enclave") : QStringLiteral("lock-determ");
        case catalog::EncryptionType::kRandomized:
            return enclaveEnabled(node) ? QStringLiteral("lock-random-enclave") : QStringLiteral("lock-random");
        case catalog::EncryptionType::kPlaintext: break;
        }
        return isPrimaryKey(node) ? QStringLiteral("key-primary") : QStringLiteral("column");
    default: return QStringLiteral("folder");
    }
}

QString ObjectTreeText::path(const ObjectNode& node)
{
    std::string path;
    switch (node.kind) {
    case ObjectKind::kTable: {
        const auto& table = node.as<catalog::Table>();
        path = catalog::bracketedPath({table.schema, table.name});
        break;
    }
    case ObjectKind::kColumn: {
        const auto& table = node.nearest(ObjectKind::kTable)->as<catalog::Table>();
        path = catalog::bracketedPath({table.schema, table.name, node.key});
        break;
    }
    case ObjectKind::kView:
    case ObjectKind::kProcedure: {
        const auto& object = node.as<catalog::NamedObject>();
        path = catalog::bracketedPath({object.schema, object.name});
        break;
    }
    default: path = node.key;
    }
    return text(path);
}

catalog::EncryptionType ObjectTreeText::scheme(const ObjectNode& node)
{
    return node.kind == ObjectKind::kColumn ? node.as<catalog::Column>().encryption : catalog::EncryptionType::kPlaintext;
}

bool ObjectTreeText::enclaveEnabled(const ObjectNode& node)
{
    switch (node.kind) {
    case ObjectKind::kMasterKey: return node.as<catalog::ColumnMasterKey>().allowEnclaveComputations;
    case ObjectKind::kEncryptionKey: return catalogOf(node).isEnclaveEnabled(node.as<catalog::ColumnEncryptionKey>());
    case ObjectKind::kColumn: {
        const auto* const key = keyOf(node);
        return key && catalogOf(node).isEnclaveEnabled(*key);
    }
    default: return false;
    }
}

QString ObjectTreeText::toolTip(const ObjectNode& node)
{
    switch (node.kind) {
    case ObjectKind::kColumn: return columnToolTip(node);
    case ObjectKind::kIndex: return indexToolTip(node);
    case ObjectKind::kMasterKey: return masterKeyToolTip(node);
    case ObjectKind::kEncryptionKey: return encryptionKeyToolTip(node);
    case ObjectKind::kEnclave: return EnclaveWords::toolTip(node.server()->snapshot->enclave);
    case ObjectKind::kRetry: return tr("Asks the server once more");
    case ObjectKind::kLoading: return tr("Esc stops it");
    case ObjectKind::kError: return name(node);
    default: {
        const QString behind = detail(node);
        return behind.isEmpty() ? name(node) : QString(name(node) + QLatin1Char('\n') + behind);
    }
    }
}

QString ObjectTreeText::columnToolTip(const ObjectNode& node)
{
    const auto& column = node.as<catalog::Column>();
    QStringList facts{detail(node)};
    if (isPrimaryKey(node)) facts.append(tr("primary key"));
    if (column.identity) facts.append(tr("identity"));
    if (column.computed) facts.append(tr("computed"));
    if (column.hasDefault) facts.append(tr("has a default"));
    QStringList lines{name(node), joined(facts)};
    if (column.encryption == catalog::EncryptionType::kPlaintext) {
        lines.append(tr("Not encrypted"));
    } else {
        const QString scheme
            = column.encryption == catalog::EncryptionType::kDeterministic ? tr("Deterministic encryption") : tr("Randomized encryption");
        const auto* const key = keyOf(node);
        lines.append(!key              ? tr("%1, key not visible to your login").arg(scheme)
                : enclaveEnabled(node) ? tr("%1, key %2, enclave-enabled").arg(scheme, text(key->name))
                                       : tr("%1, key %2, not enclave-enabled").arg(scheme, text(key->name)));
        if (!column.algorithm.empty()) lines.append(tr("Algorithm %1").arg(text(column.algorithm)));
    }
    if (!column.collation.empty()) lines.append(tr("Collation %1").arg(text(column.collation)));
    return lines.join(QLatin1Char('\n'));
}

QString ObjectTreeText::indexToolTip(const ObjectNode& node)
{
    const auto& index = node.as<catalog::Index>();
    const auto& table = node.nearest(ObjectKind::kTable)->as<catalog::Table>();
    QStringList keys;
    QStringList included;
    for (const catalog::IndexColumn& column : index.columns) {
        const auto found
            = std::find_if(table.columns.begin(), table.columns.end(), [&](const catalog::Column& c) { return c.id == column.columnId; });
        if (found == table.columns.end()) continue;
        const QString columnName = text(found->name);
        (column.included ? included : keys).append(column.descending ? tr("%1 descending").arg(columnName) : columnName);
    }
    QStringList lines{name(node), detail(node)};
    if (!keys.isEmpty()) lines.append(tr("Columns: %1").arg(joined(keys)));
    if (!included.isEmpty()) lines.append(tr("Included: %1").arg(joined(included)));
    return lines.join(QLatin1Char('\n'));
}

QString ObjectTreeText::masterKeyToolTip(const ObjectNode& node)
{
    const auto& key = node.as<catalog::ColumnMasterKey>();
    QStringList lines{name(node), tr("Key store: %1").arg(storeName(key.provider)), tr("Path: %1").arg(text(key.path)),
        key.allowEnclaveComputations ? tr("Enclave computations: allowed") : tr("Enclave computations: not allowed")};
    QStringList wrapped;
    for (const catalog::ColumnEncryptionKey& child : catalogOf(node).encryptionKeys)
        if (std::any_of(child.values.begin(), child.values.end(), [&](const auto& value) { return value.masterKeyId == key.id; }))
            wrapped.append(text(child.name));
    lines.append(wrapped.isEmpty() ? tr("Protects no column encryption key") : tr("Protects: %1").arg(joined(wrapped)));
    return lines.join(QLatin1Char('\n'));
}

QString ObjectTreeText::encryptionKeyToolTip(const ObjectNode& node)
{
    const auto& key = node.as<catalog::ColumnEncryptionKey>();
    const catalog::CatalogSnapshot& all = catalogOf(node);
    QStringList masters;
    for (const catalog::EncryptedCekValue& value : key.values)
        if (const auto* master = all.masterKeyById(value.masterKeyId)) masters.append(text(master->name));
    QStringList lines{name(node), enclaveEnabled(node) ? tr("Enclave-enabled") : tr("Not enclave-enabled")};
    if (!masters.isEmpty()) lines.append(tr("Protected by: %1").arg(joined(masters)));
    QStringList users;
    int count = 0;
    for (const catalog::Table& table : all.tables)
        for (const catalog::Column& column : table.columns)
            if (column.encryption != catalog::EncryptionType::kPlaintext && column.encryptionKeyId == key.id && ++count <= kUsersNamed)
                users.append(text(table.schema + '.' + table.name + '.' + column.name));
    if (count > kUsersNamed) users.append(tr("%1 more").arg(count - kUsersNamed));
    lines.append(users.isEmpty() ? tr("No column uses it") : tr("Used by: %1").arg(joined(users)));
    return lines.join(QLatin1Char('\n'));
}

} // namespace es::ui
