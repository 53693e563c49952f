// The sessions of the enclave: their keys, which packages were used, which statements the client has authorised.
// Sessions belong to clients, not to connections: one is used by many at once, with counters out of order.   enclave-protocol 7, 8
// Thread: any.
#pragma once

#include "app/sandbox/enclave/Attester.h"
#include "app/sandbox/enclaveabi/EnclaveGate.h"
#include "driver/base/Clock.h"
#include "driver/base/Mutex.h"
#include "driver/crypto/CellCipher.h"
#include "driver/enclave/CounterWindow.h"
#include "driver/enclave/EnclavePackage.h"

#include <deque>
#include <map>

namespace es::sandbox {

class SessionTable {
public:
    static constexpr std::size_t kMaxSessions = 10'000;
    static constexpr std::chrono::hours kLifetime{24};         // after the last use; clients keep theirs for 8 hours
    static constexpr std::size_t kRememberedStatements = 256;  // per session

    // `attester` and `clock` must outlive it.
    explicit SessionTable(Attester& attester, const base::Clock& clock = base::Clock::system()) : m_attester(attester), m_clock(clock) {}

    // Errors: 33190 (protocol not offered, malformed parameters or key), 33189, 33196.
    base::Result<EnclaveSessionOffer> create(base::ByteView attestationParameters);
    // Checks session, tag, counter and statement hash, then keeps the keys. Errors: 33195, 33550, 33551.
    base::Result<OpenedPackage> open(base::ByteView package, std::span<const base::Bytes> statementsUtf16le);

    // A cipher of its own for the caller's thread. Errors: 33195, 33546.
    base::Result<crypto::CellCipher> cipher(const EnclaveSessionId& session, const EnclaveKeyId& key);
    // The same, or with kAnySession from whichever session holds the key: for index maintenance by callers without keys.
    base::Result<crypto::CellCipher> maintenanceCipher(const EnclaveSessionId& session, const EnclaveKeyId& key);
    // With kAnySession: whether any session holds it.
    base::Result<bool> hasKey(const EnclaveSessionId& session, const EnclaveKeyId& key);
    // True when the session's client sent all of `keys` together with a statement of this hash.
    base::Result<bool> isAuthorised(const EnclaveSessionId& session, const crypto::Sha256Digest& statement, std::span<const EnclaveKeyId> keys);
    // Takes one of the orders that stand in the statement at these places; each can be taken once for each time that it was authorised.
    // False: all are taken.
    base::Result<bool> takeOrder(const EnclaveSessionId& session, const crypto::Sha256Digest& statement, std::span<const EnclaveKeyId> keys,
                                 std::span<const std::uint32_t> offsets);

    struct Counts { std::uint32_t sessions = 0; std::uint32_t keys = 0; };
    Counts counts();
    void wipe();  // before the process ends

private:
    struct Authorised {
        crypto::Sha256Digest statement{};
        std::vector<EnclaveKeyId> keys;
        std::vector<std::uint32_t> takenOrders;  // by their places in the text

        [[nodiscard]] bool covers(const crypto::Sha256Digest& hash, std::span<const EnclaveKeyId> wanted) const;
    };
    struct Session {
        base::SecureBytes sessionKey;
        enclave::CounterWindow counters;
        std::map<EnclaveKeyId, base::SecureBytes> keys;
        std::deque<Authorised> statements;  // newest last
        std::chrono::steady_clock::time_point lastUsed;
    };

    const base::SecureBytes* cachedKey(const EnclaveKeyId& key) const ES_WITH_LOCK(m_mutex); // null pointer: in no session
    base::Result<Session*> find(const EnclaveSessionId& session) ES_WITH_LOCK(m_mutex);
    void dropExpired() ES_WITH_LOCK(m_mutex);

    Attester& m_attester;
    const base::Clock& m_clock;
    base::Mutex m_mutex;
    std::map<EnclaveSessionId, std::unique_ptr<Session>> m_sessions ES_GUARDED_BY(m_mutex);
};

// Whether a package's statement hash is that of the text, or of the text without what drivers add around it after hashing
// (generated keys of JDBC, FMTONLY of SqlClient).                                                          enclave-protocol 8.1
[[nodiscard]] bool statementMatches(const crypto::Sha256Digest& hash, base::ByteView statementUtf16le);

}  // namespace es::sandbox
