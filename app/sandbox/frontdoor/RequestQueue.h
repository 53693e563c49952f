// Requests between the thread that reads a connection and the thread that runs its statements. The reader goes on reading while a
// statement runs, so that an attention or a closed connection stops it at once.                     tds reference 6.5
// Thread: put and close by the reader; take, finishStatement by the session thread; stop by any.
#pragma once

#include "driver/base/Mutex.h"
#include "driver/tds/Packet.h"

#include <condition_variable>
#include <deque>
#include <stop_token>

namespace es::sandbox {

class RequestQueue {
public:
    // A client waits for its answers; one that piles up requests is broken or hostile. False then.
    static constexpr std::size_t kMaxWaiting = 16;

    bool put(tds::Message message);
    void close();  // nothing more will come; stops the running statement

    // The next request, and the token that stops it; nothing when closed. `cancelled` true: an attention came right behind it, so
    // it need not run at all.
    struct Taken {
        tds::Message message;
        std::stop_token stop;
        bool cancelled = false;
    };
    std::optional<Taken> take();
    // After the last row, before the final DONE: true when an attention has come meanwhile (it is taken out and must be acknowledged).
    // From here on a new attention counts as one without a statement.
    bool finishStatement();

private:
    [[nodiscard]] bool attentionIsNext() const ES_WITH_LOCK(m_mutex);

    base::Mutex m_mutex;
    std::condition_variable_any m_changed;
    std::deque<tds::Message> m_waiting ES_GUARDED_BY(m_mutex);
    std::stop_source m_running ES_GUARDED_BY(m_mutex){std::nostopstate};
    bool m_closed ES_GUARDED_BY(m_mutex) = false;
};

}  // namespace es::sandbox
