// One connection in one thread: only queued calls go in, only immutable values come out.
// Thread: the thread that made it (GUI or main); it never waits. Tasks run in the session's own thread, in order.
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
enum class AttestationStep : quint8;
class PasswordVault;
class Postbox;
class SessionThread;

// What a task of the session's thread is given. Thread: session thread only.
struct TaskContext {
    session::Session& session;
    KeyStores& keyStores;
    std::stop_token stop; // the first SessionHost::cancel, or the host was let go
    std::stop_token abandon; // the second one: give the connection up
    std::function<SessionFacts()> facts; // as they are now
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

    // Queues a task; the services use it. Answer: taskEnded(), or taskRefused() (kNotConnected: no usable session).
    RequestId submit(SessionTask task);

    // Asks for the end of what runs (connecting too): Attention, then drain. A second call closes the socket.
    // Nothing running: no effect.
    void cancel();

Q_SIGNALS:
    void stateChanged(es::ui::HostState state);
    void factsChanged(const es::ui::SessionFacts& facts);
    void connected(es::ui::RequestId id, const es::ui::SessionFacts& facts);
    void connectionFailed(es::ui::RequestId id, const es::base::Error& error);
    void connectionCancelled(es::ui::RequestId id);
    // While connecting, and at each attestation afterwards (AttestationTest.h names the steps): what was found out, and the time it took.
    void attestationProgress(es::ui::AttestationStep step, const QString& fact, qint64 elapsedMs);
    // The task's function has returned; what it found out was posted by itself before.
    void taskEnded(es::ui::RequestId id);
    // It was never run, there being no session, or broke off by an exception (kInternal).
    void taskRefused(es::ui::RequestId id, const es::base::Error& error);

private:
    void setState(HostState state);
    void takeFacts(const SessionFacts& facts);
    void jobEnded(bool usable, bool lost);

    friend class SessionThread;
    std::shared_ptr<Postbox> m_postbox;
    std::shared_ptr<SessionThread> m_thread; // lives on until its work has ended
    HostState m_state = HostState::kDisconnected;
    bool m_usable = false;
    int m_jobs = 0; // handed in and not yet ended
    SessionFacts m_facts;
};

} // namespace es::ui
