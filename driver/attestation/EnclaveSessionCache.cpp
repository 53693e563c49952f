#include "driver/attestation/EnclaveSessionCache.h"

#include <algorithm>

namespace es::attestation {

std::shared_ptr<EnclaveSession> EnclaveSessionCache::find(const SessionScope& scope)
{
    const base::Lock lock(m_mutex);
    const auto entry = m_entries.find(scope);
    if (entry == m_entries.end()) return nullptr;
    const auto& validUntil = entry->second.session->report()->judgement.validUntil;
    const bool tooOld = m_clock.now() - entry->second.storedAt >= EnclaveSession::kLifetime;
    if (!tooOld && (!validUntil || m_clock.wallClock() < *validUntil)) return entry->second.session;
    m_entries.erase(entry);
    return nullptr;
}

void EnclaveSessionCache::store(const SessionScope& scope, std::shared_ptr<EnclaveSession> session)
{
    const base::Lock lock(m_mutex);
    if (!m_entries.contains(scope) && m_entries.size() >= kMaxSessions)
        m_entries.erase(std::min_element(m_entries.begin(), m_entries.end(),
            [](const auto& a, const auto& b) { return a.second.storedAt < b.second.storedAt; }));
    m_entries.insert_or_assign(scope, Entry{std::move(session), m_clock.now()});
}

void EnclaveSessionCache::drop(const SessionScope& scope, const std::shared_ptr<EnclaveSession>& session)
{
    const base::Lock lock(m_mutex);
    if (const auto entry = m_entries.find(scope); entry != m_entries.end() && entry->second.session == session) m_entries.erase(entry);
}

void EnclaveSessionCache::clear()
{
    const base::Lock lock(m_mutex);
    m_entries.clear();
}

}  // namespace es::attestation
