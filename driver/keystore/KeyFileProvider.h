// ES_KEY_FILE: master keys as PKCS#12 files in the user's key folder. The key path in the database is the file's name without
// folder and ".p12", so that it means the same on every machine.
// Thread: any (one lock inside; a key file is opened under it).
#pragma once

#include "driver/base/Clock.h"
#include "driver/base/Mutex.h"
#include "driver/crypto/Rsa.h"
#include "driver/keystore/KeyStoreProvider.h"

#include <filesystem>
#include <functional>
#include <map>

namespace es::keystore {

inline constexpr std::string_view kKeyFileProviderName = "ES_KEY_FILE";

// $ES_KEY_FOLDER, else $XDG_DATA_HOME/enclave-studio/keys, else $HOME/.local/share/enclave-studio/keys. Errors: kKeyFolder.
[[nodiscard]] base::Result<std::filesystem::path> defaultKeyFolder();

// A name that can be a key path: 1-64 bytes of UTF-8, no '/', '\', ':', control characters, no leading dot or space,
// no trailing dot or space, not ending in ".p12". Errors: kBadKeyName.
[[nodiscard]] base::Result<void> checkKeyName(std::string_view name);

class KeyFileProvider final : public KeyStoreProvider {
public:
    // `passwords` and `clock` must outlive the provider. An opened key stays in memory for at most kUnlockedFor.
    KeyFileProvider(std::filesystem::path folder, PasswordSource& passwords, const base::Clock& clock = base::Clock::system());
    ~KeyFileProvider() override;

    static constexpr std::chrono::minutes kUnlockedFor{120};

    [[nodiscard]] std::string_view name() const override { return kKeyFileProviderName; }
    [[nodiscard]] base::Result<base::SecureBytes> decryptCek(
        std::string_view path, std::string_view algorithm, base::ByteView blob) override;
    [[nodiscard]] base::Result<base::Bytes> encryptCek(
        std::string_view path, std::string_view algorithm, const base::SecureBytes& cek) override;
    [[nodiscard]] base::Result<base::Bytes> signCmkMetadata(std::string_view path, bool allowEnclaveComputations) override;
    [[nodiscard]] base::Result<bool> verifyCmkMetadata(
        std::string_view path, bool allowEnclaveComputations, base::ByteView signature) override;

    // Makes folder (0700) and NAME.p12 (0600): RSA key of 2048, 3072 or 4096 bits and a self-signed certificate. Slow (seconds).
    // Errors: kBadKeyName, kKeyExists, kKeyFolder, kWrongPassword (empty password), crypto::kBadRsaKey.
    [[nodiscard]] base::Result<void> createKey(std::string_view name, int bits, const base::SecureBytes& password);
    // Names of the keys in the folder, sorted; an absent folder has none. Errors: kKeyFolder.
    [[nodiscard]] base::Result<std::vector<std::string>> listKeys() const;
    // Forgets opened keys (locking the store). With no argument all.
    void lock(std::string_view keyName = {});

    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }

private:
    struct Unlocked {
        crypto::RsaPrivateKey key;
        std::chrono::steady_clock::time_point until;
    };
    [[nodiscard]] base::Result<crypto::RsaPrivateKey> open(std::string_view path);
    [[nodiscard]] std::filesystem::path fileOf(std::string_view keyName) const;

    std::filesystem::path m_folder;
    PasswordSource& m_passwords;
    const base::Clock& m_clock;
    base::Mutex m_mutex;
    std::map<std::string, Unlocked, std::less<>> m_unlocked ES_GUARDED_BY(m_mutex);
};

}  // namespace es::keystore
