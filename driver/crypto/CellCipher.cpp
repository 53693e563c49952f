#include "driver/crypto/CellCipher.h"

#include "driver/crypto/Hash.h"
#include "driver/crypto/HmacState.h"
#include "driver/crypto/OpenSsl.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <string>

namespace es::crypto {
namespace {

constexpr std::size_t kBlockBytes = 16;
constexpr std::size_t kTagBytes = 32;
constexpr std::size_t kTagOffset = 1;
constexpr std::size_t kIvOffset = kTagOffset + kTagBytes;
constexpr base::Byte kVersion = 1;
constexpr base::Byte kVersionSize = 1;                        // the MAC input ends with the size of the version
constexpr std::size_t kIvsDrawnAhead = 256;                   // one call of the generator costs more than a whole cell
constexpr std::size_t kMaxChunkBytes = std::size_t{1} << 30;  // OpenSSL counts in int

// A reusable context without padding (ours is checked by hand: one library call less per cell).
CipherCtxPtr cipherContext(const EVP_CIPHER* cipher, base::ByteView key, bool encrypt)
{
    CipherCtxPtr context(EVP_CIPHER_CTX_new());
    if (!context || EVP_CipherInit_ex(context.get(), cipher, nullptr, key.data(), nullptr, encrypt ? 1 : 0) != 1) return nullptr;
    EVP_CIPHER_CTX_set_padding(context.get(), 0);
    return context;
}

bool transform(EVP_CIPHER_CTX* context, base::ByteView in, base::Byte* out)
{
    while (!in.empty()) {
        const std::size_t chunk = std::min(in.size(), kMaxChunkBytes);
        int written = 0;
        if (EVP_CipherUpdate(context, out, &written, in.data(), static_cast<int>(chunk)) != 1) return false;
        in = in.subspan(chunk);
        out += chunk;
    }
    return true;
}

// Bytes of PKCS#7 padding at the end of whole blocks, 0 if it is none. The tag was right, so nobody learns from the timing.
std::size_t paddingBytes(base::ByteView plaintext)
{
    const std::size_t count = plaintext.back();
    if (count == 0 || count > kBlockBytes) return 0;
    const auto padding = plaintext.last(count);
    return std::all_of(padding.begin(), padding.end(), [&](base::Byte byte) { return byte == count; }) ? count : 0;
}

}  // namespace

struct CellCipher::State {
    HmacState macKey;
    HmacState ivKey;
    CipherCtxPtr encryptor;  // CBC
    CipherCtxPtr decryptor;  // ECB, see decryptInto
    std::array<base::Byte, kIvsDrawnAhead * kBlockBytes> ivs;
    std::size_t ivsLeft = 0;

    State(base::ByteView mac, base::ByteView iv) : macKey(mac), ivKey(iv) {}

    bool makeIv(base::ByteView plaintext, EncryptionType type, base::Byte* iv)
    {
        if (type == EncryptionType::kDeterministic) {
            Sha256Digest digest;
            ivKey.mac(plaintext, digest);
            std::memcpy(iv, digest.data(), kBlockBytes);
            return true;
        }
        if (ivsLeft == 0) {
            if (RAND_bytes(ivs.data(), static_cast<int>(ivs.size())) != 1) return false;
            ivsLeft = kIvsDrawnAhead;
        }
        std::memcpy(iv, ivs.data() + --ivsLeft * kBlockBytes, kBlockBytes);
        return true;
    }
};

base::Error cellError(CellFault fault)
{
    using base::makeError;
    const std::string advice
        = "Read the column with another copy of the data, or ask who wrote it: the value is damaged, or encrypted with another key.";
    switch (fault) {
    case CellFault::kNone: break;
    case CellFault::kTooShort: return makeError(kCellTooShort, "The encrypted value is shorter than 65 bytes.", {}, advice);
    case CellFault::kBadVersion: return makeError(kCellVersion, "The encrypted value does not begin with version 1.", {}, advice);
    case CellFault::kBadTag: return makeError(kCellTag, "The encrypted value does not match its authentication tag.", {}, advice);
    case CellFault::kBadLength: return makeError(kCellLength, "The encrypted value is not made of whole blocks.", {}, advice);
    case CellFault::kBadPadding: return makeError(kCellPadding, "The encrypted value has wrong padding.", {}, advice);
    }
    assert(false);
    return makeError(kCryptoFailed, "The encrypted value could not be read.");
}

CellCipher::CellCipher(std::unique_ptr<State> state) : m_state(std::move(state)) {}
CellCipher::~CellCipher() = default;
CellCipher::CellCipher(CellCipher&&) noexcept = default;
CellCipher& CellCipher::operator=(CellCipher&&) noexcept = default;

base::Result<CellCipher> CellCipher::create(const base::SecureBytes& cek)
{
    ES_TRY(const CellKeys keys, deriveCellKeys(cek));
    const auto access = base::SecretAccess::forCellCipher();
    auto state = std::make_unique<State>(keys.mac.reveal(access), keys.iv.reveal(access));
    state->encryptor = cipherContext(EVP_aes_256_cbc(), keys.encryption.reveal(access), true);
    state->decryptor = cipherContext(EVP_aes_256_ecb(), keys.encryption.reveal(access), false);
    if (!state->encryptor || !state->decryptor) return libraryError("prepare AES-256");
    return CellCipher(std::move(state));
}

base::Result<void> CellCipher::encrypt(base::ByteView plaintext, EncryptionType type, base::Bytes& out)
{
    const std::size_t before = out.size();
    out.resize(before + cellBytes(plaintext.size()));
    if (encryptInto(plaintext, type, std::span(out).subspan(before))) return {};
    out.resize(before);
    return libraryError("encrypt a value");
}

base::Result<void> CellCipher::decrypt(base::ByteView cell, base::Bytes& out)
{
    const std::size_t before = out.size();
    out.resize(before + decryptCapacityBytes(cell.size()));
    const DecryptedCell result = decryptInto(cell, std::span(out).subspan(before));
    out.resize(before + result.sizeBytes);
    if (!result.ok()) return cellError(result.fault);
    return {};
}

base::Result<void> CellCipher::decrypt(base::ByteView cell, base::SecureBytes& out)
{
    out.clear();
    out.resize(decryptCapacityBytes(cell.size()));
    const DecryptedCell result = decryptInto(cell, out.revealMutable(base::SecretAccess::forCellCipher()));
    out.resize(result.sizeBytes);
    if (!result.ok()) return cellError(result.fault);
    return {};
}

bool CellCipher::encryptInto(base::ByteView plaintext, EncryptionType type, std::span<base::Byte> cell)
{
    const std::size_t size = cellBytes(plaintext.size());
    assert(cell.size() >= size);
    base::Byte* const iv = cell.data() + kIvOffset;
    if (!m_state->makeIv(plaintext, type, iv)) return false;

    // Whole blocks straight from the plaintext, then the last one with its padding.
    const std::size_t whole = plaintext.size() / kBlockBytes * kBlockBytes;
    std::array<base::Byte, kBlockBytes> last;
    last.fill(static_cast<base::Byte>(kBlockBytes - (plaintext.size() - whole)));
    std::copy(plaintext.begin() + static_cast<std::ptrdiff_t>(whole), plaintext.end(), last.begin());
    EVP_CIPHER_CTX* const context = m_state->encryptor.get();
    base::Byte* const ciphertext = cell.data() + kCellOverheadBytes;
    const bool done = EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, iv, -1) == 1
        && transform(context, plaintext.first(whole), ciphertext) && transform(context, last, ciphertext + whole);
    base::scrub(last.data(), last.size());
    if (!done) return false;

    cell[0] = kVersion;
    m_state->macKey.mac(kVersion, cell.subspan(kIvOffset, size - kIvOffset), kVersionSize, cell.subspan<kTagOffset, kTagBytes>());
    return true;
}

DecryptedCell CellCipher::decryptInto(base::ByteView cell, std::span<base::Byte> out)
{
    if (cell.size() < kMinCellBytes) return {CellFault::kTooShort, 0};
    if (cell[0] != kVersion) return {CellFault::kBadVersion, 0};
    Sha256Digest tag;
    m_state->macKey.mac(kVersion, cell.subspan(kIvOffset), kVersionSize, tag);
    if (!base::constantTimeEqual(tag, cell.subspan(kTagOffset, kTagBytes))) return {CellFault::kBadTag, 0};
    const base::ByteView ciphertext = cell.subspan(kCellOverheadBytes);
    if (ciphertext.size() % kBlockBytes != 0 || ciphertext.size() > UINT32_MAX) return {CellFault::kBadLength, 0};
    assert(out.size() >= ciphertext.size());

    // CBC decryption is the block cipher alone, then XOR with what stands one block earlier in the cell (for the first block: the IV).
    // Done so, the context needs no new IV for each cell, which would cost as much as the decryption.
    const std::span<base::Byte> plaintext = out.first(ciphertext.size());
    if (!transform(m_state->decryptor.get(), ciphertext, plaintext.data())) return {CellFault::kBadLength, 0};
    const base::Byte* const previous = cell.data() + kIvOffset;
    for (std::size_t i = 0; i < plaintext.size(); ++i)
        plaintext[i] = static_cast<base::Byte>(plaintext[i] ^ previous[i]);

    const std::size_t padding = paddingBytes(plaintext);
    if (padding == 0) {
        base::scrub(plaintext.data(), plaintext.size());
        return {CellFault::kBadPadding, 0};
    }
    return {CellFault::kNone, static_cast<std::uint32_t>(plaintext.size() - padding)};
}

}  // namespace es::crypto
