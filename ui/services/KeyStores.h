// The key stores that one session uses, with their passwords taken from the program's vault.
// Thread: session thread only (each session has its own).
#pragma once

#include "driver/keystore/KeyFileProvider.h"
#include "driver/keystore/KeyStoreRegistry.h"

#include <memory>
#include <optional>

namespace es::ui {

class PasswordVault;

class KeyStores {
public:
    explicit KeyStores(std::shared_ptr<PasswordVault> vault);
    ~KeyStores();

    [[nodiscard]] keystore::KeyStoreRegistry& registry() { return m_registry; }
    // The folder of key files. Errors: keystore::kKeyFolder (there is no home folder to look in).
    [[nodiscard]] base::Result<keystore::KeyFileProvider*> keyFiles();
    [[nodiscard]] PasswordVault& vault() { return *m_vault; }

private:
    class VaultPasswords;
    std::shared_ptr<PasswordVault> m_vault;
    std::unique_ptr<VaultPasswords> m_passwords;
    keystore::KeyStoreRegistry m_registry;
    keystore::KeyFileProvider* m_keyFiles = nullptr; // in the registry
    std::optional<base::Error> m_folderError;
};

} // namespace es::ui
