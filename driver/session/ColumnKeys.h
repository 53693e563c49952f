// From wrapped column keys, as the server hands them out, to ciphers and to keys that may be given to an enclave.
// Thread: session thread only. Plaintext keys stay in keystore::CekCache (bounded life) and in the ciphers made from them.
#pragma once

#include "driver/attestation/Policy.h"
#include "driver/crypto/CellCipher.h"
#include "driver/enclave/EnclavePackage.h"
#include "driver/keystore/CekCache.h"
#include "driver/session/DescribeAnswer.h"
#include "driver/session/SessionState.h"

namespace es::session {

struct EnclaveRelease {
    enclave::EnclaveKey key;
    attestation::ReleasedKey facts;  // statement and time are the caller's to fill in
};

class ColumnKeys {
public:
    ColumnKeys(const keystore::KeyStoreRegistry& registry, std::string serverName, const base::Clock& clock);

    // `values` are the same key under several master keys: the first that can be unwrapped wins. Errors: of the most useful failure
    // (keystore::kSecretNeeded before others, any before keystore::kUnknownProvider), with the name of the key in its text; kColumnKeyFailed.
    [[nodiscard]] base::Result<crypto::CellCipher> cipherFor(std::span<const keystore::WrappedCek> values);
    [[nodiscard]] base::Result<crypto::CellCipher> cipherFor(const DescribedKey& key);

    // Only through a master key on the policy's list of trusted key paths, where it has one, whose metadata signature says "enclave
    // computations allowed" and is genuine: both are checked before the key is unwrapped.
    // Errors: kKeyPathNotTrusted, kKeyNotAllowed, and those of cipherFor.
    [[nodiscard]] base::Result<EnclaveRelease> releaseToEnclave(const DescribedKey& key, const attestation::Policy& policy);

    void clear();

private:
    keystore::CekCache m_ceks;
    keystore::CmkSignatureCache m_signatures;
};

}  // namespace es::session
