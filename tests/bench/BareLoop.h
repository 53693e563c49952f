// Decrypting cells as a careful user of the library would write it: one loop over reused EVP contexts. What ours is compared with.
#pragma once

#include "driver/crypto/CellKeys.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <cstdio>
#include <cstdlib>

namespace es::bench {

[[noreturn]] inline void fail(const char* what)
{
    std::fprintf(stderr, "bench: %s\n", what);
    std::exit(1);
}

class BareLoop {
public:
    explicit BareLoop(const crypto::CellKeys& keys)
    {
        const auto access = base::SecretAccess::forTest();
        EVP_MAC* hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
        m_mac = EVP_MAC_CTX_new(hmac);
        EVP_MAC_free(hmac);
        char digest[] = "SHA256";
        const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
        const base::ByteView macKey = keys.mac.reveal(access);
        m_cipher = EVP_CIPHER_CTX_new();
        if (EVP_MAC_init(m_mac, macKey.data(), macKey.size(), params) != 1
            || EVP_DecryptInit_ex(m_cipher, EVP_aes_256_cbc(), nullptr, keys.encryption.reveal(access).data(), nullptr) != 1)
            fail("no EVP contexts");
    }
    ~BareLoop()
    {
        EVP_MAC_CTX_free(m_mac);
        EVP_CIPHER_CTX_free(m_cipher);
    }
    BareLoop(const BareLoop&) = delete;
    BareLoop& operator=(const BareLoop&) = delete;

    // Plaintext size, or -1.
    int decrypt(base::ByteView cell, base::Byte* out)
    {
        constexpr base::Byte kOne = 1;
        base::Byte tag[32];
        std::size_t tagSize = 0;
        const base::ByteView afterTag = cell.subspan(33);
        if (cell.size() < 65 || cell[0] != 1 || EVP_MAC_init(m_mac, nullptr, 0, nullptr) != 1 || EVP_MAC_update(m_mac, &kOne, 1) != 1
            || EVP_MAC_update(m_mac, afterTag.data(), afterTag.size()) != 1 || EVP_MAC_update(m_mac, &kOne, 1) != 1
            || EVP_MAC_final(m_mac, tag, &tagSize, sizeof tag) != 1 || CRYPTO_memcmp(tag, cell.data() + 1, sizeof tag) != 0)
            return -1;
        int size = 0;
        int last = 0;
        if (EVP_DecryptInit_ex(m_cipher, nullptr, nullptr, nullptr, afterTag.data()) != 1
            || EVP_DecryptUpdate(m_cipher, out, &size, afterTag.data() + 16, static_cast<int>(afterTag.size() - 16)) != 1
            || EVP_DecryptFinal_ex(m_cipher, out + size, &last) != 1)
            return -1;
        return size + last;
    }

private:
    EVP_MAC_CTX* m_mac = nullptr;
    EVP_CIPHER_CTX* m_cipher = nullptr;
};

}  // namespace es::bench
