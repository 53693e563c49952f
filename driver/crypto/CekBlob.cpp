#include "driver/crypto/CekBlob.h"

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/base/Utf16.h"
#include "driver/crypto/CellCipher.h"
#include "driver/crypto/Hash.h"

#include <algorithm>
#include <cctype>

namespace es::crypto {
namespace {

constexpr base::Byte kVersion = 1;
constexpr std::size_t kHeaderBytes = 5;
constexpr std::size_t kMaxPathUnits = 32766;

std::string ofMasterKey(std::string_view keyPath) { return "master key \"" + std::string(keyPath) + "\""; }

base::Error blobError(base::ErrorCode code, std::string_view keyPath, std::string_view what)
{
    return base::makeError(code, "The encrypted column key of " + ofMasterKey(keyPath) + " " + std::string(what) + ".", {},
        "Check that the key path names the master key that this column key was encrypted with.");
}

bool verifySignature(const RsaPublicKey& key, base::ByteView message, base::ByteView signature, SignatureHashing hashing)
{
    if (hashing == SignatureHashing::kOnce) return key.verifyPkcs1Sha256(message, signature);
    return key.verifyPkcs1Sha256(sha256(message), signature);
}

}  // namespace

base::Result<CekBlob> parseCekBlob(base::ByteView blob, std::string_view keyPath)
{
    if (blob.size() < kHeaderBytes) return blobError(kCekBlob, keyPath, "is too short");
    base::ByteReader reader(blob);
    if (reader.u8() != kVersion) return blobError(kCekBlob, keyPath, "does not begin with version 1");
    const std::size_t pathBytes = reader.u16le();
    const std::size_t ciphertextBytes = reader.u16le();
    CekBlob parsed;
    parsed.keyPath = base::utf8FromUtf16le(reader.bytes(pathBytes));
    parsed.ciphertext = reader.bytes(ciphertextBytes);
    if (!reader.ok()) return blobError(kCekBlob, keyPath, "is shorter than its length fields say");
    parsed.signedBytes = blob.first(reader.offsetBytes());
    parsed.signature = reader.rest();
    return parsed;
}

base::Result<void> checkCekAlgorithm(std::string_view algorithm, std::string_view keyPath)
{
    std::string upper(algorithm);
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (upper == "RSA_OAEP" || upper == "RSA-OAEP") return {};
    return base::makeError(kCekAlgorithm,
        "The column key of " + ofMasterKey(keyPath) + " is encrypted with \"" + std::string(algorithm) + "\"; only RSA_OAEP is known.");
}

base::Result<base::SecureBytes> decryptCek(
    base::ByteView blob, const RsaPrivateKey& masterKey, std::string_view keyPath, SignatureHashing hashing)
{
    ES_TRY(const CekBlob parsed, parseCekBlob(blob, keyPath));
    const std::size_t keyBytes = masterKey.modulusBytes();
    if (parsed.ciphertext.size() != keyBytes || parsed.signature.size() != keyBytes)
        return blobError(kCekKeySize, keyPath, "was made with an RSA key of another size");
    if (!verifySignature(masterKey.publicKey(), parsed.signedBytes, parsed.signature, hashing))
        return blobError(kCekSignature, keyPath, "was altered, or encrypted with another master key: its signature does not match");
    auto cek = masterKey.unwrapOaep(parsed.ciphertext);
    if (!cek) return blobError(kCekUnwrap, keyPath, "could not be unwrapped");
    if (cek->size() != kCekBytes) return blobError(kBadKeyLength, keyPath, "holds " + std::to_string(cek->size()) + " bytes instead of 32");
    return cek;
}

base::Result<base::Bytes> encryptCek(
    const base::SecureBytes& cek, const RsaPrivateKey& masterKey, std::string_view keyPath, SignatureHashing hashing)
{
    const std::size_t pathUnits = base::utf16Units(keyPath);
    if (pathUnits == 0 || pathUnits > kMaxPathUnits)
        return base::makeError(
            kBadKeyPath, "A key path has 1 to 32766 characters, this one has " + std::to_string(pathUnits) + ".", "key-path");
    if (cek.size() != kCekBytes)
        return base::makeError(kBadKeyLength, "A column encryption key has 32 bytes, this one has " + std::to_string(cek.size()) + ".");
    ES_TRY(const base::Bytes wrapped, masterKey.publicKey().wrapOaep(cek));

    base::ByteWriter writer;
    writer.u8(kVersion);
    writer.u16le(static_cast<std::uint16_t>(2 * pathUnits));
    writer.u16le(static_cast<std::uint16_t>(wrapped.size()));
    writer.utf16(keyPath);
    writer.bytes(wrapped);
    ES_TRY(const base::Bytes signature,
        hashing == SignatureHashing::kOnce ? masterKey.signPkcs1Sha256(writer.view()) : masterKey.signPkcs1Sha256(sha256(writer.view())));
    writer.bytes(signature);
    return std::move(writer).take();
}

}  // namespace es::crypto
