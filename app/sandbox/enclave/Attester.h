// What this enclave can say of itself: its RSA identity, and evidence for it that the attestation program vouches for.
// The identity is made once, in the background, while the programs start; whoever needs it first waits.    enclave-protocol 3, 4, 5
// Thread: any.
#pragma once

#include "app/sandbox/enclaveabi/AttestMessages.h"
#include "app/sandbox/enclaveabi/AttestMode.h"
#include "app/sandbox/enclaveabi/PosixLocalSocket.h"
#include "driver/crypto/Rsa.h"
#include "driver/enclave/AttestationParameters.h"
#include "driver/enclave/AttestationResult.h"

#include <future>
#include <thread>

namespace es::sandbox {

class Attester {
public:
    static constexpr int kIdentityMs = 60'000;  // a slow machine; then the session fails
    static constexpr int kEvidenceMs = 10'000;

    // Everything in the third result set but the session's own part, whose signature is here too.
    struct Evidence {
        std::uint32_t protocolId = 2;
        enclave::AasEnclaveType enclaveType = enclave::AasEnclaveType::kVbs;
        abi::EvidenceReply parts;   // empty with protocol None
        base::Bytes keySignature;   // over the enclave's ECDH key; empty with protocol None
    };

    // `socketPath`: where the attestation program listens; not used with kNone, for which no identity is made either.
    Attester(AttestMode mode, const std::string& socketPath);
    ~Attester();
    Attester(const Attester&) = delete;
    Attester& operator=(const Attester&) = delete;

    // Errors: 33190 (protocol not offered in this mode), 33196 (the attestation program does not answer, or refuses), 33192.
    [[nodiscard]] base::Result<Evidence> evidenceFor(const enclave::AttestationParameters& parameters, base::ByteView enclavePublicKey);
    // The value of the third result set.
    [[nodiscard]] static base::Bytes encodeResult(const Evidence& evidence, const enclave::SessionId& session, base::ByteView enclavePublicKey);

private:
    struct Identity {
        crypto::RsaPrivateKey key;  // RSA-4096: SqlClient reads no other size
        base::Bytes blob;           // as clients get it
    };
    using MadeIdentity = std::shared_ptr<const base::Result<Identity>>;

    [[nodiscard]] base::Result<MadeIdentity> identity() const;
    [[nodiscard]] base::Result<abi::EvidenceReply> ask(const abi::EvidenceRequest& request) const;

    AttestMode m_mode;
    base::Result<LocalAddress> m_service;  // looked up while files may still be opened (LinuxConfinement.h)
    std::shared_future<MadeIdentity> m_identity;
    std::thread m_maker;
};

}  // namespace es::sandbox
