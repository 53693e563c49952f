// Plays Microsoft Azure Attestation: signs what an enclave says of itself as a JSON web token, and publishes the key for it.
// Thread: any (immutable).                                                                            enclave-protocol 5
#pragma once

#include "app/sandbox/attest/AttestRoot.h"
#include "app/sandbox/attest/ServiceNames.h"
#include "app/sandbox/enclaveabi/AttestMode.h"

namespace es::sandbox {

struct TokenEvidence {
    base::Bytes identityAsSent;  // masked by the nonce with SGX
    std::string token;           // compact JWS
};

class TokenService {
public:
    static constexpr std::chrono::hours kLifetime{8};

    // `root` and `clock` must outlive it. `mode`: kAasVbs or kAasSgx.
    TokenService(const AttestRoot& root, ServiceNames names, AttestMode mode, AttestFaults faults, const base::Clock& clock);

    // Precondition: `nonce` is not empty. Errors: crypto::kCryptoFailed.
    [[nodiscard]] base::Result<TokenEvidence> evidenceFor(base::ByteView identity, std::string_view url, base::ByteView nonce) const;
    // .well-known/openid-configuration, for a client that called the service by this origin.
    [[nodiscard]] std::string metadata(const std::string& origin) const;
    [[nodiscard]] std::string keys() const;  // JWKS
    [[nodiscard]] const ServiceNames& names() const { return m_names; }

private:
    const AttestRoot& m_root;
    ServiceNames m_names;
    AttestMode m_mode;
    AttestFaults m_faults;
    const base::Clock& m_clock;
    std::string m_keyId;
};

}  // namespace es::sandbox
