// News from a session's thread to an object of another thread: posted as queued calls, silently dropped once the receiver
// is gone. Thread: post() any; the constructor and close() belong to the receiver's thread.
#pragma once

#include <QMetaObject>
#include <QObject>

#include <memory>
#include <mutex>
#include <utility>

namespace es::ui {

class Postbox {
public:
    explicit Postbox(QObject* receiver)
        : m_receiver(receiver)
    {
    }

    // The receiver calls it in its destructor; blocks no longer than one posting takes.
    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_receiver = nullptr;
    }

    // Runs `news` in the receiver's thread, in the order of posting.
    template <class Function> void post(Function&& news)
    {
        const std::lock_guard lock(m_mutex);
        if (m_receiver) QMetaObject::invokeMethod(m_receiver, std::forward<Function>(news), Qt::QueuedConnection);
    }

private:
    std::mutex m_mutex;
    QObject* m_receiver;
};

} // namespace es::ui
