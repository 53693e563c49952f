// The Object Explorer's tree: servers, databases, their objects and keys, and each server's enclave, from immutable snapshots.
// A refresh changes only the rows that differ, so that a view keeps its place. Thread: GUI thread only.
#pragma once

#include <QAbstractItemModel>
#include <QString>

#include <memory>
#include <string>
#include <vector>

namespace es::catalog {
struct ObjectSnapshot;
struct ServerSnapshot;
struct Table;
} // namespace es::catalog

namespace es::ui {

struct ObjectNode;
struct ServerState;
struct DatabaseState;

enum class ObjectKind : quint8 {
    kServer,
    kDatabases,
    kSystemDatabases,
    kDatabase,
    kTables,
    kTable,
    kColumns,
    kColumn,
    kIndexes,
    kIndex,
    kViews,
    kView,
    kProgrammability,
    kProcedures,
    kProcedure,
    kSecurity,
    kAlwaysEncryptedKeys,
    kMasterKeys,
    kMasterKey,
    kEncryptionKeys,
    kEncryptionKey,
    kEnclave,
    kLoading, // something was asked for and is not there yet
    kError, // it did not come: the reason
    kRetry, // asks again when activated
};

// How a server is shown.
struct ObjectServer {
    QString name;
    QString address; // "host,port" when it is not the name; may be empty
    int environment = 0; // as the caller numbers them; kEnvironmentRole hands it back
    QString icon; // name of an icon
};

class ObjectTreeModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Role {
        kKindRole = Qt::UserRole + 1, // int of ObjectKind
        kIconRole, // QString: name of an icon
        kDetailRole, // QString: what stands behind the name; parts joined by ", "
        kSchemeRole, // columns: int of catalog::EncryptionType
        kEnclaveKeyRole, // columns and keys: bool, usable inside an enclave
        kEnvironmentRole, // servers: int
        kServerRole, // int: the number addServer() gave
        kDatabaseRole, // QString: the database the row belongs to; empty: none
        kPathRole, // QString: "[schema].[table].[column]" or as much of it as there is; keys and databases: the bare name
    };

    explicit ObjectTreeModel(QObject* parent = nullptr);
    ~ObjectTreeModel() override;

    // The number names the server from then on.
    int addServer(const ObjectServer& server);
    void changeServer(int server, const ObjectServer& look);
    void removeServer(int server);
    // Each of the next six ends what the one before said about the same server or database; what was read stays until better comes.
    void showServerLoading(int server);
    void showServer(int server, std::shared_ptr<const catalog::ServerSnapshot> snapshot);
    void showServerError(int server, const QString& reason);
    void showDatabaseLoading(int server, const QString& database);
    void showDatabase(int server, const QString& database, std::shared_ptr<const catalog::ObjectSnapshot> snapshot);
    void showDatabaseError(int server, const QString& database, const QString& reason);
    // Says so behind the name, for a refresh that takes its time; the next show... ends it.
    void showRefreshing(int server, const QString& database); // database empty: the server itself

    // Keeps rows whose own name contains `text`, what leads to them and what is below them. Searches whatever was read, shown or not.
    void setFilter(const QString& text);
    [[nodiscard]] bool isFiltered() const { return !m_filter.empty(); }
    // A view that shows what was found expands these.
    [[nodiscard]] bool hasMatchBelow(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex serverIndex(int server) const;
    [[nodiscard]] QModelIndex databaseIndex(int server, const QString& database) const; // any letter case
    [[nodiscard]] QModelIndex child(const QModelIndex& parent, ObjectKind kind) const; // the first one
    // Nothing was read yet and nothing is under way: expanding it must ask.
    [[nodiscard]] bool isUnread(const QModelIndex& database) const;
    // Names the row over refreshes and filters.
    [[nodiscard]] QString placeOf(const QModelIndex& index) const;
    [[nodiscard]] QModelIndex atPlace(const QString& place) const; // invalid: gone
    // Valid until the next change of the model. Null: not a table or below one.
    [[nodiscard]] const catalog::Table* tableOf(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& index) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] bool hasChildren(const QModelIndex& parent = {}) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    [[nodiscard]] ObjectNode& nodeAt(const QModelIndex& index) const; // invalid: the root
    [[nodiscard]] QModelIndex indexOf(const ObjectNode& node) const; // of the root: invalid
    [[nodiscard]] std::vector<struct WantedChild> childrenWanted(const ObjectNode& node) const;
    void populate(ObjectNode& node) const;
    [[nodiscard]] ServerState* findServer(int server) const;
    DatabaseState* openDatabase(int server, const QString& database);
    void serverChanged(int server);
    void databaseChanged(int server, const QString& database);

    // Makes the children of a populated node and of all populated ones below it as they should be.
    void reconcile(ObjectNode& node);
    bool applyInRuns(ObjectNode& node, const std::vector<struct WantedChild>& wanted, const std::vector<int>& taken);
    void applyAtOnce(ObjectNode& node, const std::vector<struct WantedChild>& wanted, const std::vector<int>& taken);

    std::vector<std::unique_ptr<ServerState>> m_servers;
    std::unique_ptr<ObjectNode> m_root;
    std::string m_filter; // lower case
    int m_lastServer = 0;
};

} // namespace es::ui
