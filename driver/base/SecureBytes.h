// Key bytes, passwords, plaintext of encrypted columns: move-only memory that is wiped when it shrinks or ends, and
// locked in RAM where the system allows. No conversion to strings, no printing; equality is constant-time.
// Reading needs a token that names the purpose, so that a review is one grep for `SecretAccess::`.
// Thread: one at a time.
#pragma once

#include "driver/base/Bytes.h"

namespace es::base {

// Each factory has one caller room; the name says what the secret is used for.
class SecretAccess {
public:
    static SecretAccess forCellCipher() { return {}; }      // driver/crypto: column and session keys
    static SecretAccess forKeyWrap() { return {}; }         // driver/crypto: RSA wrap and unwrap
    static SecretAccess forLogin() { return {}; }           // driver/tds: the obfuscated LOGIN7 password
    static SecretAccess forKeyFile() { return {}; }         // driver/keystore: the password of a PKCS#12 file
    static SecretAccess forEnclavePackage() { return {}; }  // driver/enclave: keys that go into the sealed package
    static SecretAccess forStorage() { return {}; }         // ui/services, supervisor: secret service, password file
    static SecretAccess forTest() { return {}; }            // tests only

private:
    SecretAccess() = default;
};

// Scrub: overwrites so that the compiler cannot leave it out (clearing a container does not promise that).
void scrub(void* data, std::size_t size);
[[nodiscard]] bool constantTimeEqual(ByteView a, ByteView b);

class SecureBytes {
public:
    SecureBytes() = default;
    explicit SecureBytes(std::size_t size);     // zero-filled
    explicit SecureBytes(ByteView copyOf);      // the caller wipes what it copied from
    ~SecureBytes();
    SecureBytes(SecureBytes&& other) noexcept;
    SecureBytes& operator=(SecureBytes&& other) noexcept;
    SecureBytes(const SecureBytes&) = delete;
    SecureBytes& operator=(const SecureBytes&) = delete;

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool empty() const { return m_size == 0; }
    [[nodiscard]] SecureBytes clone() const;  // spelled out, since copies multiply what must be wiped

    // Valid until the next change of this object.
    [[nodiscard]] ByteView reveal(SecretAccess) const { return {m_data, m_size}; }
    [[nodiscard]] std::span<Byte> revealMutable(SecretAccess) { return {m_data, m_size}; }

    void append(ByteView more);       // grows; the old memory is wiped
    void resize(std::size_t size);    // growing zero-fills, shrinking wipes
    void clear() { resize(0); }       // wiped

    friend bool operator==(const SecureBytes& a, const SecureBytes& b);

private:
    void reserve(std::size_t capacity);

    Byte* m_data = nullptr;
    std::size_t m_size = 0;
    std::size_t m_capacity = 0;
};

}  // namespace es::base
