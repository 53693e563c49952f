// Reads the catalog of the current database, or what the server says about itself, into snapshots. Give it a host of its own, never the
// query's: browsing must not wait for a query. Thread: the thread that made it.
#pragma once

#include "driver/catalog/ObjectSnapshot.h"
#include "driver/catalog/ServerSnapshot.h"
#include "ui/services/SessionHost.h"

#include <QHash>
#include <QPointer>

namespace es::ui {

class Postbox;

class CatalogService : public QObject {
    Q_OBJECT
public:
    explicit CatalogService(SessionHost& host, QObject* parent = nullptr);
    ~CatalogService() override;

    // Answer: snapshotReady() or failed().
    RequestId refresh();
    // The same with indexes, row counts, views and procedures. Answer: objectsReady() or failed().
    RequestId refreshObjects();
    // Databases and enclave of the server. Answer: serverReady() or failed().
    RequestId refreshServer();

Q_SIGNALS:
    void snapshotReady(es::ui::RequestId id, std::shared_ptr<const es::catalog::CatalogSnapshot> snapshot);
    void objectsReady(es::ui::RequestId id, std::shared_ptr<const es::catalog::ObjectSnapshot> snapshot);
    void serverReady(es::ui::RequestId id, std::shared_ptr<const es::catalog::ServerSnapshot> snapshot);
    void failed(es::ui::RequestId id, const es::base::Error& error);
    void cancelled(es::ui::RequestId id);

private:
    // `read(context)` runs in the session's thread, `tell(id, snapshot)` here.
    template <class Read, class Tell> RequestId submit(Read read, Tell tell);

    QPointer<SessionHost> m_host;
    std::shared_ptr<Postbox> m_postbox;
    QHash<RequestId, RequestId> m_byTask; // the host's number to ours, until its end
};

} // namespace es::ui
