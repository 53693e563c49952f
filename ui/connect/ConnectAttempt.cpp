#include "ui/connect/ConnectAttempt.h"

namespace es::ui {

namespace {

constexpr int kQuietMs = 500; // before that, telling of progress is only flicker
constexpr int kSecondMs = 1000;

} // namespace

ConnectAttempt::ConnectAttempt(std::shared_ptr<PasswordVault> vault, QObject* parent)
    : QObject(parent)
    , m_vault(std::move(vault))
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &ConnectAttempt::tick);
}

ConnectAttempt::~ConnectAttempt() = default;

void ConnectAttempt::start(std::shared_ptr<const ConnectionRequest> request)
{
    cancel();
    m_host = new SessionHost(m_vault, this);
    connect(m_host, &SessionHost::connected, this, [this] {
        cancel();
        Q_EMIT succeeded();
    });
    connect(m_host, &SessionHost::connectionFailed, this, [this](RequestId, const base::Error& error) {
        const base::Error kept = error;
        cancel();
        Q_EMIT failed(kept);
    });
    m_clock.start();
    m_timer.start(kQuietMs);
    m_host->connectTo(std::move(request));
}

void ConnectAttempt::cancel()
{
    m_timer.stop();
    if (m_host == nullptr) return;
    m_host->disconnect(this);
    m_host->cancel();
    // It may be its own signal that leads here; the thread behind it ends by itself.
    m_host->deleteLater();
    m_host = nullptr;
}

void ConnectAttempt::tick()
{
    const qint64 elapsed = m_clock.elapsed();
    Q_EMIT takesTime(static_cast<int>(elapsed / kSecondMs));
    m_timer.start(static_cast<int>(kSecondMs - elapsed % kSecondMs));
}

} // namespace es::ui
