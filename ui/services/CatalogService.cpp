#include "ui/services/CatalogService.h"

#include "ui/services/Postbox.h"
#include "ui/services/SessionQuestions.h"

namespace es::ui {

CatalogService::CatalogService(SessionHost& host, QObject* parent)
    : QObject(parent)
    , m_host(&host)
    , m_postbox(std::make_shared<Postbox>(this))
{
    connect(&host, &SessionHost::taskRefused, this, [this](RequestId task, const base::Error& error) {
        if (const auto found = m_byTask.constFind(task); found != m_byTask.constEnd()) Q_EMIT failed(found.value(), error);
        m_byTask.remove(task);
    });
    connect(&host, &SessionHost::taskEnded, this, [this](RequestId task) { m_byTask.remove(task); });
}

CatalogService::~CatalogService()
{
    m_postbox->close();
}

template <class Read, class Tell> RequestId CatalogService::submit(Read read, Tell tell)
{
    const RequestId id = nextRequestId();
    if (!m_host) return id;
    const RequestId task = m_host->submit([this, id, read, tell, postbox = m_postbox](TaskContext& context) {
        auto snapshot = read(context);
        if (!snapshot) {
            postbox->post([this, id, error = snapshot.error()] { Q_EMIT failed(id, error); });
        } else if (!*snapshot) {
            postbox->post([this, id] { Q_EMIT cancelled(id); });
        } else {
            using Snapshot = std::remove_reference_t<decltype(**snapshot)>;
            auto shared = std::make_shared<const Snapshot>(std::move(**snapshot));
            postbox->post([id, tell, shared] { tell(id, shared); });
        }
    });
    m_byTask.insert(task, id);
    return id;
}

RequestId CatalogService::refresh()
{
    return submit(readCatalog, [this](RequestId id, const auto& snapshot) { Q_EMIT snapshotReady(id, snapshot); });
}

RequestId CatalogService::refreshObjects()
{
    return submit(readObjects, [this](RequestId id, const auto& snapshot) { Q_EMIT objectsReady(id, snapshot); });
}

RequestId CatalogService::refreshServer()
{
    return submit(readServer, [this](RequestId id, const auto& snapshot) { Q_EMIT serverReady(id, snapshot); });
}

} // namespace es::ui
