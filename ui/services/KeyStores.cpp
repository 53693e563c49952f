#include "ui/services/KeyStores.h"

#include "ui/services/PasswordVault.h"

namespace es::ui {

class KeyStores::VaultPasswords : public keystore::PasswordSource {
public:
    explicit VaultPasswords(const PasswordVault& vault)
        : m_vault(vault)
    {
    }

    base::Result<base::SecureBytes> passwordFor(std::string_view keyName) override
    {
        if (auto found = m_vault.find(std::string(keyName))) return std::move(*found);
        return keystore::secretNeeded(keyName);
    }

private:
    const PasswordVault& m_vault;
};

KeyStores::KeyStores(std::shared_ptr<PasswordVault> vault)
    : m_vault(std::move(vault))
    , m_passwords(std::make_unique<VaultPasswords>(*m_vault))
{
    auto folder = keystore::defaultKeyFolder();
    if (!folder) {
        m_folderError = folder.error();
        return;
    }
    auto provider = std::make_unique<keystore::KeyFileProvider>(*folder, *m_passwords);
    m_keyFiles = provider.get();
    m_registry.add(std::move(provider));
}

KeyStores::~KeyStores() = default;

base::Result<keystore::KeyFileProvider*> KeyStores::keyFiles()
{
    if (m_folderError) return *m_folderError;
    return m_keyFiles;
}

} // namespace es::ui
