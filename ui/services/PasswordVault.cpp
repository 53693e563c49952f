#include "ui/services/PasswordVault.h"

#include "ui/services/SharedAttestation.h"

namespace es::ui {

PasswordVault::PasswordVault()
    : m_attestation(std::make_unique<SharedAttestation>())
{
}

PasswordVault::~PasswordVault() = default;

void PasswordVault::remember(const std::string& keyName, base::SecureBytes password)
{
    const std::lock_guard lock(m_mutex);
    m_byKey.insert_or_assign(keyName, std::move(password));
}

void PasswordVault::rememberForAll(base::SecureBytes password)
{
    const std::lock_guard lock(m_mutex);
    m_forAll = std::move(password);
}

void PasswordVault::forget(const std::string& keyName)
{
    const std::lock_guard lock(m_mutex);
    m_byKey.erase(keyName);
}

void PasswordVault::forgetAll()
{
    const std::lock_guard lock(m_mutex);
    m_byKey.clear();
    m_forAll.reset();
}

std::optional<base::SecureBytes> PasswordVault::find(const std::string& keyName) const
{
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_byKey.find(keyName); found != m_byKey.end()) return found->second.clone();
    if (m_forAll) return m_forAll->clone();
    return std::nullopt;
}

} // namespace es::ui
