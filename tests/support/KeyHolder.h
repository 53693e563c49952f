// The keys of a test's client: key files in a folder, all with one password, and the statements that tell a server of them.
// Thread: one at a time; keyStores() as its own header says. Must outlive the sessions that use it.
#pragma once

#include "driver/keystore/KeyFileProvider.h"
#include "driver/keystore/KeyStoreRegistry.h"

#include <array>

namespace es::test {

class KeyHolder {
public:
    explicit KeyHolder(std::filesystem::path folder);
    KeyHolder(const KeyHolder&) = delete;
    KeyHolder& operator=(const KeyHolder&) = delete;

    [[nodiscard]] keystore::KeyStoreRegistry& keyStores() { return m_keyStores; }
    [[nodiscard]] keystore::KeyFileProvider& files() { return *m_files; }

    // CREATE COLUMN MASTER KEY and CREATE COLUMN ENCRYPTION KEY, in order, enclave-enabled. The key file is made if it does not exist;
    // the column key's bytes follow from `seed`. Errors: the key file's.
    [[nodiscard]] base::Result<std::array<std::string, 2>> keyStatements(
        const std::string& file, const std::string& masterKey, const std::string& columnKey, unsigned seed = 1);

private:
    class OnePassword final : public keystore::PasswordSource {
    public:
        base::Result<base::SecureBytes> passwordFor(std::string_view) override;
    };

    OnePassword m_password;
    keystore::KeyStoreRegistry m_keyStores;
    keystore::KeyFileProvider* m_files = nullptr;
};

} // namespace es::test
