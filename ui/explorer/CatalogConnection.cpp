#include "ui/explorer/CatalogConnection.h"

namespace es::ui {

CatalogConnection::CatalogConnection(
    std::shared_ptr<const ConnectionRequest> request, Question question, std::shared_ptr<PasswordVault> vault)
    : m_request(std::move(request))
    , m_question(question)
    , m_host(std::move(vault))
    , m_catalog(m_host)
{
    connect(&m_host, &SessionHost::connected, this, [this](RequestId id) {
        if (id == m_current) ask();
    });
    connect(&m_host, &SessionHost::connectionFailed, this, [this](RequestId id, const base::Error& error) {
        if (id == m_current) failedWith(error);
    });
    connect(&m_catalog, &CatalogService::failed, this, [this](RequestId id, const base::Error& error) {
        if (id != m_current) return;
        // An idle connection may be gone since the last question (server restarted, network): that costs one more login, no error.
        if (error.consequence == base::Consequence::kSessionUnusable && !m_fresh)
            connectNow();
        else
            failedWith(error);
    });
    connect(&m_catalog, &CatalogService::serverReady, this, [this](RequestId id, const auto& snapshot) {
        if (id == m_current && !finish()) Q_EMIT serverReady(snapshot);
    });
    connect(&m_catalog, &CatalogService::objectsReady, this, [this](RequestId id, const auto& snapshot) {
        if (id == m_current && !finish()) Q_EMIT objectsReady(snapshot);
    });
}

CatalogConnection::~CatalogConnection() = default;

void CatalogConnection::read()
{
    if (m_reading) {
        m_again = true;
        return;
    }
    m_reading = true;
    m_fresh = false;
    if (m_host.isConnected())
        ask();
    else
        connectNow();
}

void CatalogConnection::stop()
{
    if (!m_reading) return;
    m_reading = m_again = false;
    m_current = RequestId::kNone;
    m_host.cancel();
    m_host.cancel(); // gives the connection up: where nobody answers, nobody acknowledges a polite request either
    Q_EMIT stopped();
}

void CatalogConnection::connectNow()
{
    m_fresh = true;
    m_current = m_host.connectTo(m_request);
}

void CatalogConnection::ask()
{
    m_current = m_question == Question::kServer ? m_catalog.refreshServer() : m_catalog.refreshObjects();
}

void CatalogConnection::failedWith(const base::Error& error)
{
    m_reading = m_again = false;
    m_current = RequestId::kNone;
    Q_EMIT failed(error);
}

bool CatalogConnection::finish()
{
    if (m_again) {
        m_again = false;
        ask();
        return true;
    }
    m_reading = false;
    m_current = RequestId::kNone;
    return false;
}

} // namespace es::ui
