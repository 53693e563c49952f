// The root that signs what this sandbox attests, and the key of its tokens: made on first start, kept in the data folder, so that
// what clients remember of the service stays true over restarts. Thread: any (immutable after open).
#pragma once

#include "driver/base/Clock.h"
#include "driver/crypto/Rsa.h"

namespace es::sandbox {

inline constexpr base::ErrorCode kAttestFiles{"attest", "AttestFiles"};

// An RSA key and the certificate for it.
struct CertifiedKey {
    crypto::RsaPrivateKey key;
    base::Bytes certificate;  // DER
};

class AttestRoot {
public:
    // Files: attestation-root-key.pem and attestation-token-key.pem (0600; key and certificate in one, so that they never part),
    // attestation-root.pem (the certificate for clients, written anew each time). Errors: kAttestFiles (one that cannot be read),
    // kFileFailed, crypto::kCryptoFailed.
    [[nodiscard]] static base::Result<AttestRoot> open(const std::string& folder, const base::Clock& clock);

    [[nodiscard]] const CertifiedKey& root() const { return m_root; }    // RSA 3072, self-signed
    [[nodiscard]] const CertifiedKey& token() const { return m_token; }  // RSA 3072, signed by the root
    [[nodiscard]] const std::string& certificateFile() const { return m_certificateFile; }

private:
    AttestRoot(CertifiedKey root, CertifiedKey token, std::string file)
        : m_root(std::move(root)), m_token(std::move(token)), m_certificateFile(std::move(file)) {}
    CertifiedKey m_root;
    CertifiedKey m_token;
    std::string m_certificateFile;
};

}  // namespace es::sandbox
