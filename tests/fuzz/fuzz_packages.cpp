// What a client hands the enclave: the package with its keys, sealed or not, and what it asks for attestation.
#include "Fuzz.h"
#include "driver/crypto/CellCipher.h"
#include "driver/enclave/AttestationParameters.h"
#include "driver/enclave/EnclavePackage.h"

using namespace es;

namespace {

const base::SecureBytes& sessionKey()
{
    static const base::SecureBytes key{base::ByteView(base::Bytes(32, 0x5A))};
    return key;
}

// The bytes as the inside of a package that a client with the right key sealed: it is not to be believed either.
void openSealed(base::ByteView inside)
{
    static auto cipher = crypto::CellCipher::create(sessionKey());
    base::Bytes package(8, 0x01);
    ES_HOLDS(cipher && cipher->encrypt(inside, crypto::EncryptionType::kRandomized, package));
    const auto opened = enclave::openPackage(package, sessionKey());
    if (!opened) return;
    const auto again = enclave::sealPackage(opened->sessionId, sessionKey(), opened->counter, opened->statementHash, opened->keys);
    ES_HOLDS(!again || enclave::openPackage(*again, sessionKey())->keys.size() == opened->keys.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const base::ByteView bytes(data, size);
    (void)enclave::packageSessionId(bytes);
    (void)enclave::openPackage(bytes, sessionKey());
    openSealed(bytes);
    if (const auto parameters = enclave::decodeAttestationParameters(bytes))
        ES_HOLDS(enclave::decodeAttestationParameters(enclave::encodeAttestationParameters(*parameters)));
    return 0;
}
