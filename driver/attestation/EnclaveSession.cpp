#include "driver/attestation/EnclaveSession.h"

#include "driver/base/TextCut.h"

#include <algorithm>

namespace es::attestation {

EnclaveSession::EnclaveSession(enclave::SessionId id, base::SecureBytes sessionKey, std::shared_ptr<const AttestationReport> report)
    : m_id(id)
    , m_sessionKey(std::move(sessionKey))
    , m_report(std::move(report))
{
}

base::Result<base::Bytes> EnclaveSession::sealPackage(std::string_view statement, std::span<const enclave::EnclaveKey> keys)
{
    return enclave::sealPackage(m_id, m_sessionKey, m_nextCounter++, enclave::statementHash(statement), keys);
}

void EnclaveSession::noteReleased(ReleasedKey key)
{
    const base::Lock lock(m_mutex);
    if (std::any_of(m_released.begin(), m_released.end(), [&](const ReleasedKey& known) { return known.sameKey(key); })) return;
    key.statement = base::cutText(key.statement, kReleasedStatementBytes);
    m_released.push_back(std::move(key));
}

std::vector<ReleasedKey> EnclaveSession::released() const
{
    const base::Lock lock(m_mutex);
    return m_released;
}

}  // namespace es::attestation
