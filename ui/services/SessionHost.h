// One connection in one thread: only queued calls go in, only immutable values come out.
// Thread: the thread that made it (GUI or main); it never waits. Tasks run in the session's own thread.
#pragma once

#include "driver/base/Error.h"
#include "ui/services/ConnectionProfile.h"
#include "ui/services/RequestId.h"
#include "ui/services/SessionFacts.h"

#include <QObject>

#include <functional>
#include <memory>
#include <stop_token>

namespace es::session {
class Session;
}

namespace es::ui {

class KeyStores;
class PasswordVault;
class SessionThread;

// What a task of the session's thread is given. Thread: session thread only.
struct TaskContext {
    session::Session& session;
    KeyStores& keyStores;
    std::stop_token stop;     // the first SessionHost::cancel, or the host was let go
    std::stop_token abandon;  // the second one: give the connection up
};
using SessionTask = std::function<void(TaskContext&)>;

class SessionHost : public QObject {
    Q_OBJECT
public:
    // The vault is shared by all hosts of a program: passwords of key files, asked by the GUI or read by enclavectl.
    explicit SessionHost(std::shared_ptr<PasswordVault> vault, QObject* parent = nullptr);
    // Requests stop, hands the thread to the reaper (SessionReaper) and returns at once.
    ~SessionHost() override;

    [[nodiscard]] HostState state() const { return m_state; }
    [[nodiscard]] const SessionFacts& facts() const { return m_facts; }
    [[nodiscard]] bool isConnected() const;

    // Answer: connected() or connectionFailed(). An open session is closed first.
    RequestId connectTo(std::shared_ptr<const ConnectionRequest> request);
    void disconnectFromServer();

    // Queues a task; the services use it. Answer: taskEnded(). Without a session the task never runs and taskEnded carries
    // the error kNotConnected.
    RequestId submit(SessionTask task);

    // Asks for the end of what runs (connecting too): Attention, then drain. A second call closes the socket.
    // Nothing running: no effect.
    void cancel();

Q_SIGNALS:
    void stateChanged(es::ui::HostState state);
    void factsChanged(const es::ui::SessionFacts& facts);
    void connected(es::ui::RequestId id, const es::ui::SessionFacts& facts);
    void connectionFailed(es::ui::RequestId id, const es::base::Error& error);
    // The task's function has returned; what it found out was posted by itself before.
    void taskEnded(es::ui::RequestId id);
    // It was never run: there was no session.
    void taskRefused(es::ui::RequestId id, const es::base::Error& error);

private:
    void setState(HostState state);
    void takeFacts(const SessionFacts& facts);

    friend class SessionThread;
    std::shared_ptr<PasswordVault> m_vault;
    SessionThread* m_thread = nullptr;  // ends itself after the host is gone
    HostState m_state = HostState::kDisconnected;
    SessionFacts m_facts;
};

}  // namespace es::ui
