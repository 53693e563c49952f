// The client's half of a session with an enclave: its id, its key, the next counter. Wiped when it ends.
// Thread: one at a time (a counter is used once).
#pragma once

#include "driver/attestation/Errors.h"
#include "driver/enclave/EnclavePackage.h"

namespace es::attestation {

// What is known about who the enclave is.
enum class Verdict : std::uint8_t {
    kNotAttested,  // protocol None: nobody proved it
};
[[nodiscard]] std::string_view verdictName(Verdict verdict);  // "not attested"

// One fact that an inspector can show.
struct Claim {
    std::string name;
    std::string value;
};

class EnclaveSession {
public:
    EnclaveSession(enclave::SessionId id, base::SecureBytes sessionKey, Verdict verdict, std::vector<Claim> claims);

    [[nodiscard]] const enclave::SessionId& id() const { return m_id; }
    [[nodiscard]] Verdict verdict() const { return m_verdict; }
    [[nodiscard]] const std::vector<Claim>& claims() const { return m_claims; }

    // The package for one statement, with the next counter. `statement`: exactly the text that is executed (UTF-8).
    // Errors: crypto::kBadKeyLength.
    [[nodiscard]] base::Result<base::Bytes> sealPackage(std::string_view statement, std::span<const enclave::EnclaveKey> keys);

private:
    enclave::SessionId m_id;
    base::SecureBytes m_sessionKey;
    Verdict m_verdict;
    std::vector<Claim> m_claims;
    std::uint64_t m_nextCounter = 0;
};

}  // namespace es::attestation
