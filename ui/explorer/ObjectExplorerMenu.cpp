// The context menus of the Object Explorer: which row offers what.
#include "driver/catalog/ObjectText.h"
#include "driver/catalog/ServerSnapshot.h"
#include "ui/explorer/EnclaveTypeDialog.h"
#include "ui/explorer/ObjectExplorer.h"
#include "ui/explorer/ObjectTreeView.h"
#include "ui/explorer/SendKeysDialog.h"
#include "ui/explorer/ServerBrowser.h"
#include "ui/models/ObjectTreeModel.h"

#include <QMenu>

#include <algorithm>

namespace es::ui {

namespace {

constexpr int kRowsToSelect = 1000;

ObjectKind kindOf(const QModelIndex& index)
{
    return static_cast<ObjectKind>(index.data(ObjectTreeModel::kKindRole).toInt());
}

bool isEncrypted(const QModelIndex& index)
{
    return index.data(ObjectTreeModel::kSchemeRole).toInt() != static_cast<int>(catalog::EncryptionType::kPlaintext);
}

template <class Function> QAction* add(QMenu& menu, const char* objectName, const QString& text, Function function)
{
    QAction* const action = menu.addAction(text, &menu, function);
    action->setObjectName(QLatin1String(objectName));
    return action;
}

QStringList pathsOf(const QModelIndexList& rows)
{
    QStringList paths;
    for (const QModelIndex& row : rows)
        paths.append(row.data(ObjectTreeModel::kPathRole).toString());
    return paths;
}

} // namespace

std::shared_ptr<const ConnectionRequest> ObjectExplorer::requestFor(const QModelIndex& index)
{
    Server* const server = serverOf(index);
    return server ? server->browser->requestFor(index.data(ObjectTreeModel::kDatabaseRole).toString()) : nullptr;
}

// The selected rows that are tables or columns of the same database, when `index` is one of them; else `index` alone.
QModelIndexList ObjectExplorer::selectedBeside(const QModelIndex& index) const
{
    const QModelIndexList selected = m_tree->selectionModel()->selectedIndexes();
    if (!selected.contains(index)) return {index};
    QModelIndexList rows;
    for (const QModelIndex& row : selected) {
        const bool fits = kindOf(row) == ObjectKind::kColumn || kindOf(row) == ObjectKind::kTable;
        if (fits && row.data(ObjectTreeModel::kServerRole) == index.data(ObjectTreeModel::kServerRole)
            && row.data(ObjectTreeModel::kDatabaseRole) == index.data(ObjectTreeModel::kDatabaseRole))
            rows.append(row);
    }
    std::sort(rows.begin(), rows.end(),
        [this](const auto& a, const auto& b) { return m_tree->visualRect(a).top() < m_tree->visualRect(b).top(); });
    return rows;
}

void ObjectExplorer::showMenu(const QModelIndex& index, const QPoint& globalPosition)
{
    auto* const menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("explorerMenu"));
    menu->setAccessibleName(tr("Object Explorer"));
    if (!index.isValid()) {
        add(*menu, "connectAction", tr("&Connect…"), [this] { Q_EMIT connectRequested(); });
    } else {
        addServerActions(*menu, index);
        addObjectActions(*menu, index);
        addKeyActions(*menu, index);
        addEnclaveActions(*menu, index);
        addCommonActions(*menu, index);
    }
    menu->popup(globalPosition);
}

void ObjectExplorer::addServerActions(QMenu& menu, const QModelIndex& index)
{
    const ObjectKind kind = kindOf(index);
    if (kind != ObjectKind::kServer && kind != ObjectKind::kDatabase) return;
    add(menu, "newQueryAction", tr("New &Query"), [this, request = requestFor(index)] { Q_EMIT newQueryRequested(request, {}); });
    if (kind == ObjectKind::kDatabase) addWizardActions(menu, index);
}

void ObjectExplorer::addObjectActions(QMenu& menu, const QModelIndex& index)
{
    const ObjectKind kind = kindOf(index);
    if (kind == ObjectKind::kTable || kind == ObjectKind::kView) {
        QString text;
        if (const catalog::Table* const table = m_model->tableOf(index))
            text = QString::fromStdString(catalog::selectTopText(*table, kRowsToSelect));
        else
            text = QString::fromStdString(
                catalog::selectTopText(index.data(ObjectTreeModel::kPathRole).toString().toStdString(), kRowsToSelect));
        add(menu, "selectTopAction", tr("&Select Top 1000 Rows"),
            [this, request = requestFor(index), text] { Q_EMIT newQueryRequested(request, text); });
    }
    if (kind == ObjectKind::kTables || kind == ObjectKind::kTable || kind == ObjectKind::kColumns || kind == ObjectKind::kColumn)
        addWizardActions(menu, index);
}

// For columns and tables together with the others that are selected.
void ObjectExplorer::addWizardActions(QMenu& menu, const QModelIndex& index)
{
    const ObjectKind kind = kindOf(index);
    QStringList columns;
    QStringList encrypted;
    if (kind == ObjectKind::kColumns) {
        columns.append(index.parent().data(ObjectTreeModel::kPathRole).toString());
    } else if (kind == ObjectKind::kTable || kind == ObjectKind::kColumn) {
        QModelIndexList rows = selectedBeside(index);
        columns = pathsOf(rows);
        rows.removeIf([](const QModelIndex& row) { return !isEncrypted(row); });
        encrypted = pathsOf(rows);
    }
    const auto request = requestFor(index);
    add(menu, "wizardAction", tr("&Always Encrypted Wizard…"),
        [this, request, columns] { Q_EMIT encryptRequested(request, columns, false); });
    if (!encrypted.isEmpty())
        add(menu, "decryptAction", tr("&Decrypt…"), [this, request, encrypted] { Q_EMIT encryptRequested(request, encrypted, true); });
}

void ObjectExplorer::addKeyActions(QMenu& menu, const QModelIndex& index)
{
    const ObjectKind kind = kindOf(index);
    const auto request = requestFor(index);
    if (kind == ObjectKind::kMasterKeys || kind == ObjectKind::kAlwaysEncryptedKeys)
        add(menu, "newMasterKeyAction", tr("New Column &Master Key…"), [this, request] { Q_EMIT newMasterKeyRequested(request); });
    if (kind == ObjectKind::kEncryptionKeys || kind == ObjectKind::kAlwaysEncryptedKeys || kind == ObjectKind::kMasterKey) {
        const QString masterKey = kind == ObjectKind::kMasterKey ? index.data(ObjectTreeModel::kPathRole).toString() : QString();
        add(menu, "newEncryptionKeyAction", tr("New Column &Encryption Key…"),
            [this, request, masterKey] { Q_EMIT newEncryptionKeyRequested(request, masterKey); });
    }
}

void ObjectExplorer::addEnclaveActions(QMenu& menu, const QModelIndex& index)
{
    const ObjectKind kind = kindOf(index);
    Server* const server = serverOf(index);
    if (!server) return;
    const QPersistentModelIndex row = index;
    if (kind == ObjectKind::kDatabase) {
        // Which keys they are, only the database itself says.
        const bool known = server->databases.contains(index.data(ObjectTreeModel::kDatabaseRole).toString());
        QAction* const send = add(menu, "sendKeysAction", known ? tr("Send &keys to the enclave…") : tr("Send &keys to the enclave (open the database first)"),
            [this, row] { sendKeys(row); });
        send->setEnabled(known);
    }
    if ((kind == ObjectKind::kServer || kind == ObjectKind::kEnclave) && server->snapshot)
        add(menu, "configureEnclaveAction", tr("Configure &enclave type…"), [this, row] { configureEnclave(row); });
}

void ObjectExplorer::configureEnclave(const QModelIndex& index)
{
    Server* const server = serverOf(index);
    if (!server || !server->snapshot) return;
    const auto request = server->browser->requestFor({});
    auto* const dialog = new EnclaveTypeDialog(request->profile.serverText(), server->snapshot->enclave, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &EnclaveTypeDialog::scriptRequested, this, [this, request](const QString& text) { Q_EMIT newQueryRequested(request, text); });
    dialog->open();
}

void ObjectExplorer::sendKeys(const QModelIndex& index)
{
    Server* const server = serverOf(index);
    const QString database = index.data(ObjectTreeModel::kDatabaseRole).toString();
    if (!server || !server->databases.contains(database)) return;
    const catalog::CatalogSnapshot& catalog = server->databases[database]->catalog;
    QList<EnclaveKey> keys;
    for (const catalog::ColumnEncryptionKey& key : catalog.encryptionKeys)
        for (const catalog::EncryptedCekValue& value : key.values) {
            const catalog::ColumnMasterKey* const master = catalog.masterKeyById(value.masterKeyId);
            if (!master || !master->allowEnclaveComputations) continue;
            keys.append({QString::fromStdString(key.name), tr("%1, %2").arg(QString::fromStdString(master->name), QString::fromStdString(master->path))});
            break;
        }
    auto* const dialog = new SendKeysDialog(requestFor(index), m_vault, keys, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    const int id = server->id;
    // The counters of the enclave are others afterwards.
    connect(dialog, &QDialog::finished, this, [this, id] {
        if (Server* const known = serverById(id)) known->browser->read({});
    });
    dialog->open();
}

void ObjectExplorer::addCommonActions(QMenu& menu, const QModelIndex& index)
{
    const ObjectKind kind = kindOf(index);
    const QPersistentModelIndex row = index;
    if (!menu.isEmpty()) menu.addSeparator();
    Server* const server = serverOf(index);
    const bool reading = server && server->browser->isReading(index.data(ObjectTreeModel::kDatabaseRole).toString());
    if (kind == ObjectKind::kError || kind == ObjectKind::kRetry)
        add(menu, "tryAgainAction", tr("&Try again"), [this, row] { retry(row); });
    else if (kind != ObjectKind::kLoading) {
        QAction* const again = add(menu, "refreshAction", tr("&Refresh"), [this, row] { refresh(row); });
        again->setShortcut(QKeySequence(Qt::Key_F5)); // shown; the tree itself hears it
        again->setShortcutContext(Qt::WidgetShortcut);
    }
    if (reading) add(menu, "stopAction", tr("S&top loading"), [this, row] { stop(row); });
    if (kind == ObjectKind::kServer) {
        const int id = index.data(ObjectTreeModel::kServerRole).toInt();
        add(menu, "disconnectAction", tr("&Disconnect"), [this, id] { removeServer(id); });
    }
    if (kind != ObjectKind::kLoading && kind != ObjectKind::kRetry)
        add(menu, "copyNameAction", kind == ObjectKind::kError ? tr("&Copy message") : tr("Copy &Name"), [this] { copyNames(); });
}

} // namespace es::ui
