// A key store: holds column master keys, wraps and unwraps column keys, signs and verifies master key metadata.
// Thread: implementations allow calls from any thread.                           always-encrypted-crypto section 4
#pragma once

#include "driver/base/SecureBytes.h"
#include "driver/keystore/Errors.h"

namespace es::keystore {

class KeyStoreProvider {
public:
    virtual ~KeyStoreProvider() = default;

    // As in CREATE COLUMN MASTER KEY ... KEY_STORE_PROVIDER_NAME; compared without case.
    [[nodiscard]] virtual std::string_view name() const = 0;

    // `algorithm` is RSA_OAEP. Errors: keystore codes, crypto::kCek*. Every message names the path.
    [[nodiscard]] virtual base::Result<base::SecureBytes> decryptCek(std::string_view path, std::string_view algorithm, base::ByteView blob)
        = 0;
    [[nodiscard]] virtual base::Result<base::Bytes> encryptCek(
        std::string_view path, std::string_view algorithm, const base::SecureBytes& cek)
        = 0;
    [[nodiscard]] virtual base::Result<base::Bytes> signCmkMetadata(std::string_view path, bool allowEnclaveComputations) = 0;
    // False: the signature is not this key's. Errors: the key could not be had.
    [[nodiscard]] virtual base::Result<bool> verifyCmkMetadata(
        std::string_view path, bool allowEnclaveComputations, base::ByteView signature)
        = 0;
};

// Where passwords of key files come from. It never asks a person while a worker waits: what is not at hand is kSecretNeeded, and
// the request is started again once it is. Thread: implementations allow calls from any thread.
class PasswordSource {
public:
    virtual ~PasswordSource() = default;
    // UTF-8. Errors: kSecretNeeded (see secretNeeded).
    [[nodiscard]] virtual base::Result<base::SecureBytes> passwordFor(std::string_view keyName) = 0;
};

// The error that a PasswordSource without an answer returns; Error::setting is the key's name.
[[nodiscard]] base::Error secretNeeded(std::string_view keyName);

}  // namespace es::keystore
