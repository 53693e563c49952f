// The client's half of a session with an enclave: its id, its key, the next counter, and what was released into it. Wiped when it ends.
// Shared by the connections that are alike (EnclaveSessionCache.h). Thread: any.            enclave-protocol 7, 8
#pragma once

#include "driver/attestation/Errors.h"
#include "driver/attestation/Judgement.h"
#include "driver/base/Mutex.h"
#include "driver/enclave/EnclavePackage.h"

#include <atomic>
#include <memory>

namespace es::attestation {

// What was decided once, and why. Immutable; views and records share it.
struct AttestationReport {
    Evidence evidence;
    Policy policy;
    Judgement judgement;
    std::optional<base::Error> failure;  // kUnreachable, kRefused: what a person is told
    std::string suggestedUrl;            // the service was not at the URL, but answers here; empty: not known
    std::chrono::milliseconds serviceElapsed{};
    std::chrono::system_clock::time_point sessionEnds;  // with a session: at the latest
};

// A column key that was given to the enclave (names and ids, never bytes).
struct ReleasedKey {
    std::uint32_t databaseId = 0;
    std::uint32_t keyId = 0;  // sys.column_encryption_keys.column_encryption_key_id
    std::string providerName;
    std::string keyPath;    // of the master key that unwrapped it
    std::string statement;  // the first one it went out with, at most kReleasedStatementBytes, cut at a character
    std::chrono::system_clock::time_point releasedAt;
    std::string name = {};  // of the column key, where somebody has read the catalog; empty otherwise

    [[nodiscard]] bool sameKey(const ReleasedKey& other) const { return databaseId == other.databaseId && keyId == other.keyId; }
    friend bool operator==(const ReleasedKey&, const ReleasedKey&) = default;
};
inline constexpr std::size_t kReleasedStatementBytes = 400;

class EnclaveSession {
public:
    static constexpr std::chrono::hours kLifetime{8};

    EnclaveSession(enclave::SessionId id, base::SecureBytes sessionKey, std::shared_ptr<const AttestationReport> report);
    EnclaveSession(const EnclaveSession&) = delete;
    EnclaveSession& operator=(const EnclaveSession&) = delete;

    [[nodiscard]] const enclave::SessionId& id() const { return m_id; }
    [[nodiscard]] const std::shared_ptr<const AttestationReport>& report() const { return m_report; }

    // The package for one statement, with the next counter; a value is used up even if sealing fails.
    // `statement`: exactly the text that is executed (UTF-8). Errors: crypto::kBadKeyLength.
    [[nodiscard]] base::Result<base::Bytes> sealPackage(std::string_view statement, std::span<const enclave::EnclaveKey> keys);

    void noteReleased(ReleasedKey key);  // the first release of each key is kept
    [[nodiscard]] std::vector<ReleasedKey> released() const;

private:
    const enclave::SessionId m_id;
    const base::SecureBytes m_sessionKey;
    const std::shared_ptr<const AttestationReport> m_report;
    std::atomic<std::uint64_t> m_nextCounter{0};
    mutable base::Mutex m_mutex;
    std::vector<ReleasedKey> m_released ES_GUARDED_BY(m_mutex);
};

}  // namespace es::attestation
