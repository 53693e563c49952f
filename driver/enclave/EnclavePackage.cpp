#include "driver/enclave/EnclavePackage.h"

#include "driver/base/ByteReader.h"
#include "driver/base/Utf16.h"
#include "driver/crypto/CellCipher.h"

#include <algorithm>

namespace es::enclave {
namespace {

constexpr std::size_t kSessionIdBytes = 8;
constexpr std::size_t kFixedBytes = 56;  // guid, counter, statement hash
constexpr std::size_t kPerKeyBytes = 46;
constexpr std::size_t kMaxPackageBytes = 0xFFFF;  // the length field on the wire has 16 bits

base::Error badPackage(std::string_view what)
{
    base::Error error = base::makeError(kBadPackage, "The enclave package is malformed: " + std::string(what) + ".");
    error.origin = base::Origin::kEnclave;
    return error;
}

// Fixed size, written front to back into locked memory: ByteWriter's buffer would not be wiped.
class SecretWriter {
public:
    explicit SecretWriter(std::span<base::Byte> target) : m_rest(target) {}
    void bytes(base::ByteView view)
    {
        std::copy(view.begin(), view.end(), m_rest.begin());
        m_rest = m_rest.subspan(view.size());
    }
    void little(std::uint64_t value, std::size_t size)
    {
        for (std::size_t i = 0; i < size; ++i)
            m_rest[i] = static_cast<base::Byte>(value >> (8 * i));
        m_rest = m_rest.subspan(size);
    }

private:
    std::span<base::Byte> m_rest;
};

template <std::size_t N>
void read(base::ByteReader& reader, std::array<base::Byte, N>& field)
{
    const base::ByteView bytes = reader.bytes(N);
    std::copy(bytes.begin(), bytes.end(), field.begin());
}

}  // namespace

base::Result<base::SecureBytes> deriveSessionKey(const crypto::EcdhP384& own, base::ByteView peerPublicKey)
{
    ES_TRY(const base::SecureBytes shared, own.sharedSecret(peerPublicKey));
    crypto::Sha256Digest digest = crypto::sha256(shared.reveal(base::SecretAccess::forEnclavePackage()));
    base::SecureBytes key{base::ByteView(digest)};
    base::scrub(digest.data(), digest.size());
    return key;
}

crypto::Sha256Digest statementHash(std::string_view utf8) { return crypto::sha256(base::utf16leFromUtf8(utf8)); }
crypto::Sha256Digest statementHashUtf16(base::ByteView utf16le) { return crypto::sha256(utf16le); }

base::Result<base::Bytes> sealPackage(const SessionId& sessionId, const base::SecureBytes& sessionKey, std::uint64_t counter,
    const crypto::Sha256Digest& statementHash, std::span<const EnclaveKey> keys)
{
    const std::size_t plaintextBytes = kFixedBytes + kPerKeyBytes * keys.size();
    if (kSessionIdBytes + crypto::cellBytes(plaintextBytes) > kMaxPackageBytes) return badPackage("too many keys for one statement");
    ES_TRY(auto cipher, crypto::CellCipher::create(sessionKey));

    const auto access = base::SecretAccess::forEnclavePackage();
    base::SecureBytes plaintext(plaintextBytes);
    SecretWriter writer(plaintext.revealMutable(access));
    writer.bytes(crypto::randomBytes(16));
    writer.little(counter, 8);
    writer.bytes(statementHash);
    for (const EnclaveKey& key : keys) {
        if (key.cek.size() != crypto::kCekBytes) return base::makeError(crypto::kBadKeyLength, "A column encryption key has 32 bytes.");
        writer.little(key.databaseId, 4);
        writer.bytes(key.metadataVersion);
        writer.little(key.keyId, 2);
        writer.bytes(key.cek.reveal(access));
    }

    base::Bytes package(sessionId.begin(), sessionId.end());
    ES_CHECK(cipher.encrypt(plaintext.reveal(access), crypto::EncryptionType::kRandomized, package));
    return package;
}

base::Result<SessionId> packageSessionId(base::ByteView package)
{
    if (package.size() < kSessionIdBytes + crypto::kMinCellBytes || package.size() > kMaxPackageBytes) return badPackage("size");
    SessionId id;
    std::copy_n(package.begin(), id.size(), id.begin());
    return id;
}

base::Result<OpenedPackage> openPackage(base::ByteView package, const base::SecureBytes& sessionKey)
{
    OpenedPackage opened;
    ES_TRY(opened.sessionId, packageSessionId(package));
    ES_TRY(auto cipher, crypto::CellCipher::create(sessionKey));
    base::SecureBytes plaintext;
    if (!cipher.decrypt(package.subspan(kSessionIdBytes), plaintext)) return badPackage("it does not open with the session's key");
    if (plaintext.size() < kFixedBytes || (plaintext.size() - kFixedBytes) % kPerKeyBytes != 0) return badPackage("size of the content");

    base::ByteReader reader(plaintext.reveal(base::SecretAccess::forEnclavePackage()));
    read(reader, opened.guid);
    opened.counter = reader.u64le();
    read(reader, opened.statementHash);
    while (!reader.atEnd()) {
        EnclaveKey key;
        key.databaseId = reader.u32le();
        read(reader, key.metadataVersion);
        key.keyId = reader.u16le();
        key.cek = base::SecureBytes(reader.bytes(crypto::kCekBytes));
        opened.keys.push_back(std::move(key));
    }
    return opened;
}

}  // namespace es::enclave
