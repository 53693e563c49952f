// Reads the catalog of the current database into a CatalogSnapshot. Give it a host of its own, never the query's: browsing
// must not wait for a query. Thread: the thread that made it.
#pragma once

#include "driver/catalog/CatalogSnapshot.h"
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

Q_SIGNALS:
    void snapshotReady(es::ui::RequestId id, std::shared_ptr<const es::catalog::CatalogSnapshot> snapshot);
    void failed(es::ui::RequestId id, const es::base::Error& error);
    void cancelled(es::ui::RequestId id);

private:
    QPointer<SessionHost> m_host;
    std::shared_ptr<Postbox> m_postbox;
    QHash<RequestId, RequestId> m_byTask; // the host's number to ours, until its end
};

} // namespace es::ui
