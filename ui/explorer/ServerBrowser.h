// Everything the tree asks of one server: one connection for the server itself and one for each database that was opened, none of
// which waits for another. Thread: GUI thread only.
#pragma once

#include "ui/explorer/CatalogConnection.h"

#include <QStringList>

#include <map>

namespace es::ui {

class ServerBrowser : public QObject {
    Q_OBJECT
public:
    ServerBrowser(std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, QObject* parent = nullptr);
    ~ServerBrowser() override;

    [[nodiscard]] const std::shared_ptr<const ConnectionRequest>& request() const { return m_request; }
    // As the person asked for it, with another database: what other windows connect with. Empty: as it is.
    [[nodiscard]] std::shared_ptr<const ConnectionRequest> requestFor(const QString& database) const;

    // `database` empty means the server itself, here and in the signals.
    void read(const QString& database);
    void stop(const QString& database);
    [[nodiscard]] bool isReading(const QString& database) const;
    [[nodiscard]] QStringList openedDatabases() const;

Q_SIGNALS:
    void started(const QString& database);
    void serverReady(std::shared_ptr<const es::catalog::ServerSnapshot> snapshot);
    void databaseReady(const QString& database, std::shared_ptr<const es::catalog::ObjectSnapshot> snapshot);
    void failed(const QString& database, const es::base::Error& error);
    void stopped(const QString& database);

private:
    CatalogConnection& connectionTo(const QString& database);

    const std::shared_ptr<const ConnectionRequest> m_request;
    const std::shared_ptr<PasswordVault> m_vault;
    std::map<QString, std::unique_ptr<CatalogConnection>> m_connections;
};

} // namespace es::ui
