// The thread behind a SessionHost: takes jobs one after the other, owns session and key stores, posts what happened.
// Thread: push(), cancel() and letGo() any; everything else session thread only.
#pragma once

#include "ui/services/Postbox.h"
#include "ui/services/SessionHost.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <variant>

namespace es::session {
struct KeyUse;
struct Services;
}

namespace es::ui {

class SessionThread : public std::enable_shared_from_this<SessionThread> {
public:
    struct Connect {
        std::shared_ptr<const ConnectionRequest> request;
    };
    struct Disconnect { };
    using Work = std::variant<Connect, Disconnect, SessionTask>;

    SessionThread(SessionHost& host, std::shared_ptr<Postbox> postbox, std::shared_ptr<PasswordVault> vault);
    ~SessionThread();

    void start();
    RequestId push(Work work);
    // All jobs handed in: the first call asks their statements to stop, the second one gives the connection up.
    void cancel();
    // The host is gone: stop what runs, forget what waits, end.
    void letGo();

private:
    struct Job {
        RequestId id = RequestId::kNone;
        Work work;
        std::stop_source stop;
        std::stop_source abandon;
    };

    void run();
    [[nodiscard]] std::shared_ptr<Job> nextJob();
    void jobDone();
    void perform(Job& job);
    void connect(Job& job, const Connect& connect);
    [[nodiscard]] session::Services servicesOfThread();
    void runTask(Job& job, const SessionTask& task);
    void takeKeyUse();
    void closeSession();
    void postFacts();
    // Runs `news(host)` in the host's thread unless the host is gone.
    template <class Function> void post(Function news)
    {
        m_postbox->post([host = m_host, news = std::move(news)] { news(*host); });
    }

    SessionHost* const m_host; // only touched in its own thread, through the postbox
    const std::shared_ptr<Postbox> m_postbox;
    const std::shared_ptr<PasswordVault> m_vault;

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::shared_ptr<Job>> m_waiting;
    std::shared_ptr<Job> m_running;
    bool m_ending = false;

    std::unique_ptr<KeyStores> m_keyStores;
    std::unique_ptr<session::Session> m_session;
    ConnectionProfile m_profile; // of m_session
    std::shared_ptr<const session::KeyUse> m_keyUse; // as given to m_session last
};

} // namespace es::ui
