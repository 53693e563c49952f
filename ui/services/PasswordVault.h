// What all sessions of a program share: passwords of key files, and what attestation found out. The GUI asks for passwords and puts them in,
// a worker only looks; what is not there ends the request with kSecretNeeded. Thread: any (locked inside).
#pragma once

#include "driver/base/SecureBytes.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace es::ui {

struct SharedAttestation;

class PasswordVault {
public:
    PasswordVault();
    ~PasswordVault();

    // For one key file, by its name.
    void remember(const std::string& keyName, base::SecureBytes password);
    // For every key file without a password of its own (enclavectl's --key-password-file).
    void rememberForAll(base::SecureBytes password);
    void forget(const std::string& keyName);
    void forgetAll();

    // A copy, or nothing.
    [[nodiscard]] std::optional<base::SecureBytes> find(const std::string& keyName) const;

    [[nodiscard]] SharedAttestation& attestation() { return *m_attestation; }

private:
    const std::unique_ptr<SharedAttestation> m_attestation;
    mutable std::mutex m_mutex;
    std::map<std::string, base::SecureBytes> m_byKey;
    std::optional<base::SecureBytes> m_forAll;
};

} // namespace es::ui
