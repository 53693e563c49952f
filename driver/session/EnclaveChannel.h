// The session's way to the enclave: who verifies it, the enclave session that is open in the current database, and the packages through it.
// That session may belong to other connections too (attestation/EnclaveSessionCache.h), so it is looked up anew for every statement.
// Thread: session thread only.                                                     enclave-protocol.md 2, 7, 8
#pragma once

#include "driver/attestation/AttestationVerifier.h"
#include "driver/attestation/EnclaveSessionCache.h"
#include "driver/session/ConnectionFacts.h"
#include "driver/session/Session.h"

#include <optional>

namespace es::session {

// For settings that ask for a protocol; nothing with kOff.
[[nodiscard]] std::optional<attestation::VerifierSettings> verifierSettingsOf(const ConnectionSettings& settings);
// Whether such a verifier can be made for this type of enclave: said before anything is sent. Errors: attestation::makeVerifier's.
[[nodiscard]] base::Result<void> checkVerifier(attestation::VerifierSettings settings, std::string enclaveType, const Services& services);

class EnclaveChannel {
public:
    // Nothing in `wanted`: a connection without enclave. What `services` names, and `facts` (whose state is kept up to date), must outlive it.
    EnclaveChannel(std::optional<attestation::VerifierSettings> wanted, std::string login, const Services& services, ConnectionFacts& facts);

    [[nodiscard]] bool configured() const { return m_wanted.has_value(); }
    // Takes the enclave session that is open for the current database, if there is one; the state says so then.
    void refresh();
    // As of the last refresh() or accept().
    [[nodiscard]] bool open() const { return m_session != nullptr; }

    // For a describe call while no session is open: fresh keys, and a fresh nonce with AAS. Errors: makeVerifier's, crypto::kCryptoFailed.
    [[nodiscard]] base::Result<base::Bytes> attestationParameters();
    // The server's answer to them: judges it and opens the session for everybody alike. Each answer to attestationParameters() once.
    // Errors: attestation's, with the report in the state; a refusal also ends the session that was open. Every wait obeys both tokens.
    [[nodiscard]] base::Result<Outcome> accept(base::ByteView attestationResult, const std::stop_token& cancel, const std::stop_token& abandon);

    // Precondition: open(). Each call takes a new counter; `statement` is exactly the text that is sent. The keys count as released then.
    [[nodiscard]] base::Result<base::Bytes> sealPackage(
        std::string_view statement, std::span<const enclave::EnclaveKey> keys, std::span<const attestation::ReleasedKey> facts);

    // The server does not know the session any more: nobody may use it again.
    void drop();
    // This connection ends; others may go on with the session.
    void letGo();

private:
    [[nodiscard]] attestation::SessionScope scope() const;
    [[nodiscard]] attestation::EnclaveSessionCache& sessions();
    [[nodiscard]] attestation::ServiceDocuments& documents();
    void take(std::shared_ptr<attestation::EnclaveSession> session);
    void tellSteps(const attestation::AttestationReport& report, std::chrono::milliseconds elapsed) const;

    std::optional<attestation::VerifierSettings> m_wanted;
    std::string m_login;
    const Services& m_services;
    ConnectionFacts& m_facts;
    std::unique_ptr<attestation::ServiceDocuments> m_ownDocuments;     // where the program shares none
    std::unique_ptr<attestation::EnclaveSessionCache> m_ownSessions;
    std::unique_ptr<attestation::AttestationVerifier> m_verifier;      // between a question and its answer
    std::shared_ptr<attestation::EnclaveSession> m_session;
};

}  // namespace es::session
