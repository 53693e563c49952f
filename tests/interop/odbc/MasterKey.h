// An RSA key out of $ES_KEY_FOLDER/<path>.p12, password in the file $ES_KEY_PASSWORD_FILE: wraps, unwraps and signs as every Always
// Encrypted driver does. Errors: std::runtime_error, naming the file. Thread: any, one object per thread.
#pragma once

#include <memory>
#include <openssl/evp.h>
#include <string>
#include <string_view>

std::u16string widened(std::string_view utf8);
std::string narrowed(std::u16string_view utf16);
std::string hex(std::string_view bytes); // "0x..."

class MasterKey {
public:
    explicit MasterKey(const std::string& path);

    // Version 1, path and ciphertext lengths, path in UTF-16LE, RSA-OAEP of the key, RSA signature (SHA-256) over all of it.
    std::string wrap(std::string_view key) const;
    std::string unwrap(std::string_view wrapped) const;
    // Over lower(provider + path + "true") in UTF-16LE: the enclave may use keys under this master key.
    std::string signMetadata(std::string_view provider) const;
    bool verifyMetadata(std::string_view provider, std::string_view signature) const;

private:
    std::string sign(std::string_view message) const;
    bool verify(std::string_view message, std::string_view signature) const;

    std::string m_path;
    std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> m_key;
};
