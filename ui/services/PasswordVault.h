// Passwords of key files for the life of the program, shared by all sessions: the GUI asks and puts them in, a worker only
// looks. What is not there ends the request with kSecretNeeded; nobody asks from a worker. Thread: any (locked inside).
#pragma once

#include "driver/base/SecureBytes.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace es::ui {

class PasswordVault {
public:
    // For one key file, by its name.
    void remember(const std::string& keyName, base::SecureBytes password);
    // For every key file without a password of its own (enclavectl's --key-password-file).
    void rememberForAll(base::SecureBytes password);
    void forget(const std::string& keyName);
    void forgetAll();

    // A copy, or nothing.
    [[nodiscard]] std::optional<base::SecureBytes> find(const std::string& keyName) const;

private:
    mutable std::mutex m_mutex;
    std::map<std::string, base::SecureBytes> m_byKey;
    std::optional<base::SecureBytes> m_forAll;
};

} // namespace es::ui
