// The session's way to the enclave: who verifies it, the enclave session once it is open, and the packages that go through it.
// Thread: session thread only.                                                     enclave-protocol.md 2, 7, 8
#pragma once

#include "driver/attestation/AttestationVerifier.h"
#include "driver/base/Clock.h"
#include "driver/session/ConnectionFacts.h"

#include <optional>

namespace es::session {

// For settings that ask for a protocol; an empty pointer with kOff. Errors: attestation's (kProtocolNotAvailable, kUnsupportedEnclaveType).
[[nodiscard]] base::Result<std::unique_ptr<attestation::AttestationVerifier>> verifierFor(
    const AttestationSettings& settings, const std::string& enclaveType);

class EnclaveChannel {
public:
    static constexpr std::chrono::hours kLifetime{8};

    // `verifier`: empty without enclave. `facts` (whose state says whether a session is open) and clock must outlive it.
    EnclaveChannel(std::unique_ptr<attestation::AttestationVerifier> verifier, ConnectionFacts& facts, const base::Clock& clock);

    [[nodiscard]] bool configured() const { return m_verifier != nullptr; }
    // False too when the session has become too old.
    [[nodiscard]] bool open();
    // For a describe call while no session is open.
    [[nodiscard]] base::Result<base::Bytes> attestationParameters() { return m_verifier->attestationParameters(); }
    // The server's answer to them: opens the session. Errors: attestation's; no session then.
    [[nodiscard]] base::Result<void> accept(base::ByteView attestationResult);
    // Precondition: open(). Each call takes a new counter; `statement` is exactly the text that is sent.
    [[nodiscard]] base::Result<base::Bytes> sealPackage(std::string_view statement, std::span<const enclave::EnclaveKey> keys);
    void drop();

private:
    std::unique_ptr<attestation::AttestationVerifier> m_verifier;
    ConnectionFacts& m_facts;
    const base::Clock& m_clock;
    std::optional<attestation::EnclaveSession> m_session;
    std::chrono::steady_clock::time_point m_openedAt;
};

}  // namespace es::session
