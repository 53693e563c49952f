// A mutex whose rules Clang checks (-Wthread-safety, in its builds an error): members say which lock guards them, functions which lock
// their caller must hold. std::mutex carries no such words in libstdc++.
// Thread: any.
#pragma once

#include <mutex>

#if defined(__clang__)
#define ES_THREAD_RULE(rule) __attribute__((rule))
#else
#define ES_THREAD_RULE(rule)
#endif
// Of a member: read and written only while `mutex` is held.
#define ES_GUARDED_BY(mutex) ES_THREAD_RULE(guarded_by(mutex))
// Of a function: the caller holds `mutex`.
#define ES_WITH_LOCK(mutex) ES_THREAD_RULE(requires_capability(mutex))

namespace es::base {

// Also what std::condition_variable_any waits with.
class ES_THREAD_RULE(capability("mutex")) Mutex {
public:
    void lock() ES_THREAD_RULE(acquire_capability()) { m_mutex.lock(); }
    void unlock() ES_THREAD_RULE(release_capability()) { m_mutex.unlock(); }

private:
    std::mutex m_mutex;
};

class ES_THREAD_RULE(scoped_lockable) Lock {
public:
    explicit Lock(Mutex& mutex) ES_THREAD_RULE(acquire_capability(mutex)) : m_mutex(mutex) { m_mutex.lock(); }
    ~Lock() ES_THREAD_RULE(release_capability()) { m_mutex.unlock(); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;

private:
    Mutex& m_mutex;
};

}  // namespace es::base
