#include "ui/explorer/ServerBrowser.h"

#include "ui/services/PasswordVault.h"

namespace es::ui {

namespace {

std::shared_ptr<ConnectionRequest> copyOf(const ConnectionRequest& request, const QString& database)
{
    auto copy = std::make_shared<ConnectionRequest>();
    copy->profile = request.profile;
    copy->password = request.password.clone();
    if (!database.isEmpty()) copy->profile.database = database;
    return copy;
}

} // namespace

ServerBrowser::ServerBrowser(std::shared_ptr<const ConnectionRequest> request, std::shared_ptr<PasswordVault> vault, QObject* parent)
    : QObject(parent)
    , m_request(std::move(request))
    , m_vault(std::move(vault))
{
}

ServerBrowser::~ServerBrowser() = default;

std::shared_ptr<const ConnectionRequest> ServerBrowser::requestFor(const QString& database) const
{
    return copyOf(*m_request, database);
}

CatalogConnection& ServerBrowser::connectionTo(const QString& database)
{
    auto& connection = m_connections[database];
    if (connection) return *connection;
    // Metadata only: no keys, no enclave, no describe round trip.
    auto request = copyOf(*m_request, database);
    request->profile.columnEncryption = false;
    request->profile.attestation = AttestationChoice::kOff;
    request->profile.attestationUrl.clear();
    const auto question = database.isEmpty() ? CatalogConnection::Question::kServer : CatalogConnection::Question::kObjects;
    connection = std::make_unique<CatalogConnection>(std::move(request), question, m_vault);
    connect(connection.get(), &CatalogConnection::serverReady, this, &ServerBrowser::serverReady);
    connect(connection.get(), &CatalogConnection::objectsReady, this,
        [this, database](const auto& snapshot) { Q_EMIT databaseReady(database, snapshot); });
    connect(
        connection.get(), &CatalogConnection::failed, this, [this, database](const base::Error& error) { Q_EMIT failed(database, error); });
    connect(connection.get(), &CatalogConnection::stopped, this, [this, database] { Q_EMIT stopped(database); });
    return *connection;
}

void ServerBrowser::read(const QString& database)
{
    connectionTo(database).read();
    Q_EMIT started(database);
}

void ServerBrowser::stop(const QString& database)
{
    if (const auto found = m_connections.find(database); found != m_connections.end()) found->second->stop();
}

bool ServerBrowser::isReading(const QString& database) const
{
    const auto found = m_connections.find(database);
    return found != m_connections.end() && found->second->isReading();
}

QStringList ServerBrowser::openedDatabases() const
{
    QStringList databases;
    for (const auto& [database, connection] : m_connections)
        if (!database.isEmpty()) databases.append(database);
    return databases;
}

} // namespace es::ui
