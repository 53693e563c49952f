#include "driver/attestation/EnclaveSession.h"

namespace es::attestation {

std::string_view verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::kNotAttested: return "not attested";
    }
    return "unknown";
}

EnclaveSession::EnclaveSession(enclave::SessionId id, base::SecureBytes sessionKey, Verdict verdict, std::vector<Claim> claims)
    : m_id(id)
    , m_sessionKey(std::move(sessionKey))
    , m_verdict(verdict)
    , m_claims(std::move(claims))
{
}

base::Result<base::Bytes> EnclaveSession::sealPackage(std::string_view statement, std::span<const enclave::EnclaveKey> keys)
{
    // The counter is used up even if sealing fails: never one value twice.
    return enclave::sealPackage(m_id, m_sessionKey, m_nextCounter++, enclave::statementHash(statement), keys);
}

}  // namespace es::attestation
