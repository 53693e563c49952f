#include "ui/services/KeyService.h"

#include "ui/services/KeyTasks.h"
#include "ui/services/Postbox.h"

namespace es::ui {

KeyService::KeyService(SessionHost& host, QObject* parent)
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

KeyService::~KeyService()
{
    m_postbox->close();
}

template <class Make> RequestId KeyService::submit(Make make)
{
    const RequestId id = nextRequestId();
    if (!m_host) return id;
    const RequestId task = m_host->submit([this, id, make = std::move(make), postbox = m_postbox](TaskContext& context) {
        const base::Result<std::optional<KeyCreated>> key = make(context);
        if (!key)
            postbox->post([this, id, error = key.error()] { Q_EMIT failed(id, error); });
        else if (!*key)
            postbox->post([this, id] { Q_EMIT cancelled(id); });
        else
            postbox->post([this, id, created = **key] { Q_EMIT this->created(id, created); });
    });
    m_byTask.insert(task, id);
    return id;
}

RequestId KeyService::createMasterKey(const NewMasterKey& request)
{
    return submit([request](TaskContext& context) { return makeMasterKey(context, request); });
}

RequestId KeyService::createEncryptionKey(const NewEncryptionKey& request)
{
    return submit([request](TaskContext& context) { return makeEncryptionKey(context, request); });
}

} // namespace es::ui
