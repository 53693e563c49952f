// One try to log in, with a session of its own that is thrown away afterwards. Thread: GUI thread only; it never waits.
#pragma once

#include "ui/services/SessionHost.h"

#include <QElapsedTimer>
#include <QTimer>

#include <memory>

namespace es::ui {

class ConnectAttempt : public QObject {
    Q_OBJECT
public:
    explicit ConnectAttempt(std::shared_ptr<PasswordVault> vault, QObject* parent = nullptr);
    ~ConnectAttempt() override;

    void start(std::shared_ptr<const ConnectionRequest> request);
    // Ends it at once, however dead the server is; no signal follows.
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_host != nullptr; }
    [[nodiscard]] qint64 elapsedMs() const { return m_clock.elapsed(); }

Q_SIGNALS:
    void succeeded();
    void failed(const es::base::Error& error);
    // After half a second, and then each time a second has passed.
    void takesTime(int seconds);

private:
    void tick();

    std::shared_ptr<PasswordVault> m_vault;
    SessionHost* m_host = nullptr;
    QElapsedTimer m_clock;
    QTimer m_timer;
};

} // namespace es::ui
