// Enclave sessions that connections of one program share: attest once, not once per window.          enclave-protocol 7
// Thread: any.
#pragma once

#include "driver/attestation/EnclaveSession.h"
#include "driver/base/Clock.h"

#include <map>

namespace es::attestation {

// Sessions are shared only where all of this is equal.
struct SessionScope {
    std::string server;  // host,port
    std::string login;
    std::string database;
    Protocol protocol = Protocol::kNone;
    std::string url;
    std::string policyDigest;
    std::string caFile;
    friend auto operator<=>(const SessionScope&, const SessionScope&) = default;
};

class EnclaveSessionCache {
public:
    static constexpr std::size_t kMaxSessions = 64;  // the oldest goes first

    explicit EnclaveSessionCache(const base::Clock& clock = base::Clock::system()) : m_clock(clock) {}

    // Null pointer: none, too old (EnclaveSession::kLifetime since stored), or past its report's validUntil.
    [[nodiscard]] std::shared_ptr<EnclaveSession> find(const SessionScope& scope);
    void store(const SessionScope& scope, std::shared_ptr<EnclaveSession> session);
    // Only if it is still this one: another connection may have attested anew meanwhile.
    void drop(const SessionScope& scope, const std::shared_ptr<EnclaveSession>& session);
    void clear();

private:
    struct Entry {
        std::shared_ptr<EnclaveSession> session;
        std::chrono::steady_clock::time_point storedAt;
    };
    const base::Clock& m_clock;
    base::Mutex m_mutex;
    std::map<SessionScope, Entry> m_entries ES_GUARDED_BY(m_mutex);
};

}  // namespace es::attestation
