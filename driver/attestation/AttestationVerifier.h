// Decides whether to talk to an enclave: one verifier per protocol. Thread: session thread only.
#pragma once

#include "driver/attestation/EnclaveSession.h"

#include <memory>

namespace es::attestation {

class AttestationVerifier {
public:
    virtual ~AttestationVerifier() = default;

    // Third argument of the describe call, with a fresh key pair (and nonce); the pair is kept for verify. Errors: crypto::kCryptoFailed.
    [[nodiscard]] virtual base::Result<base::Bytes> attestationParameters() = 0;
    // The server's answer to the last attestationParameters; each pair serves one answer. Errors: kNotStarted, kBadResult.
    [[nodiscard]] virtual base::Result<EnclaveSession> verify(base::ByteView result) = 0;
};

enum class Protocol : std::uint8_t { kNone, kHgs, kAas };

struct VerifierSettings {
    Protocol protocol = Protocol::kNone;
    std::string url;          // HGS and AAS
    std::string enclaveType;  // from the login: "VBS", "SGX" (any case)
};

// Errors: kProtocolNotAvailable (HGS, AAS), kUnsupportedEnclaveType. Never another protocol than the one asked for.
[[nodiscard]] base::Result<std::unique_ptr<AttestationVerifier>> makeVerifier(const VerifierSettings& settings);

}  // namespace es::attestation
