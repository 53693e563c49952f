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

RequestId CatalogService::refresh()
{
    const RequestId id = nextRequestId();
    if (!m_host) return id;
    const RequestId task = m_host->submit([this, id, postbox = m_postbox](TaskContext& context) {
        auto snapshot = readCatalog(context);
        if (!snapshot) {
            postbox->post([this, id, error = snapshot.error()] { Q_EMIT failed(id, error); });
        } else if (!*snapshot) {
            postbox->post([this, id] { Q_EMIT cancelled(id); });
        } else {
            auto shared = std::make_shared<const catalog::CatalogSnapshot>(std::move(**snapshot));
            postbox->post([this, id, shared] { Q_EMIT snapshotReady(id, shared); });
        }
    });
    m_byTask.insert(task, id);
    return id;
}

} // namespace es::ui
