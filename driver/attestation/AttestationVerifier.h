// Decides whether to talk to an enclave: asks for evidence, gets what the service publishes, judges, agrees on a key.
// One per connection. Thread: session thread only.
#pragma once

#include "driver/attestation/EnclaveSession.h"
#include "driver/attestation/ServiceDocuments.h"

namespace es::attestation {

struct VerifierSettings {
    Protocol protocol = Protocol::kNone;
    std::string url;          // HGS and AAS
    std::string enclaveType;  // from the login: "VBS", "SGX" (any case)
    std::string caFile;       // trusted for the service beside the system's store
    Policy policy;
    std::string serverName;   // for the evidence: host,port
    std::string database;
};

struct VerifyOutcome {
    std::shared_ptr<const AttestationReport> report;  // null pointer: cancelled, or nothing was asked
    std::shared_ptr<EnclaveSession> session;          // verdict kVerified, or kNotAttested with protocol None; else null pointer
    std::optional<base::Error> error;                 // why there is no session: kEnclaveRefused, kServiceFailed, http's, kNotStarted
    std::uint32_t serviceRequests = 0;                // sent to the attestation service
    bool cancelled = false;
};

class AttestationVerifier {
public:
    virtual ~AttestationVerifier() = default;

    // Third argument of the describe call, with a fresh key pair (and nonce); the pair is kept for verify. Errors: crypto::kCryptoFailed.
    [[nodiscard]] virtual base::Result<base::Bytes> attestationParameters() = 0;
    // The server's answer to the last attestationParameters; each pair serves one answer.
    [[nodiscard]] virtual VerifyOutcome verify(base::ByteView result, std::stop_token cancel) = 0;
};

// `documents` and `clock` must outlive it. Errors: kUnsupportedEnclaveType (the protocol does not go with it), kPolicyMismatch (the policy is
// for another protocol or service), http::kHttpBadUrl, http::kHttpPlain. Never another protocol than the one asked for.
[[nodiscard]] base::Result<std::unique_ptr<AttestationVerifier>> makeVerifier(
    const VerifierSettings& settings, ServiceDocuments& documents, const base::Clock& clock);

}  // namespace es::attestation
