// Encrypts and decrypts cells with one column key.                  AEAD_AES_256_CBC_HMAC_SHA256, always-encrypted-crypto section 1
//   offset size field
//   0      1    version    01
//   1      32   tag        HMAC-SHA256(MAC key, 01 || IV || ciphertext || 01)
//   33     16   IV
//   49     16k  ciphertext AES-256-CBC, PKCS#7
#pragma once

#include "driver/crypto/CellKeys.h"

#include <memory>

namespace es::crypto {

enum class EncryptionType : std::uint8_t { kDeterministic = 1, kRandomized = 2 };  // values as on the wire and in the catalog

inline constexpr std::size_t kCellOverheadBytes = 49;  // version, tag, IV
inline constexpr std::size_t kMinCellBytes = 65;

// Size of the cell for so many bytes of plaintext.
[[nodiscard]] constexpr std::size_t cellBytes(std::size_t plaintextBytes) { return 65 + 16 * (plaintextBytes / 16); }
// Room that decryptInto needs for a cell of this size (whole blocks: up to 16 more than the plaintext).
[[nodiscard]] constexpr std::size_t decryptCapacityBytes(std::size_t cellSizeBytes)
{
    return cellSizeBytes > kCellOverheadBytes ? cellSizeBytes - kCellOverheadBytes : 0;
}

// What a cell was refused for; in the order of the checks.
enum class CellFault : std::uint8_t { kNone, kTooShort, kBadVersion, kBadTag, kBadLength, kBadPadding };

struct DecryptedCell {
    CellFault fault = CellFault::kNone;
    std::uint32_t sizeBytes = 0;  // plaintext bytes at the front of the buffer; 0 with a fault
    [[nodiscard]] bool ok() const { return fault == CellFault::kNone; }
};

// The error of a fault. The caller adds column and row. Precondition: fault is not kNone.
[[nodiscard]] base::Error cellError(CellFault fault);

// Derives the three keys once and keeps their ready cipher and HMAC states, wiped with the object.
// Thread: one at a time; a second thread makes its own. Do not use across fork (random IVs are drawn ahead).
class CellCipher {
public:
    // Errors: kBadKeyLength, kCryptoFailed.
    [[nodiscard]] static base::Result<CellCipher> create(const base::SecureBytes& cek);
    ~CellCipher();
    CellCipher(CellCipher&&) noexcept;
    CellCipher& operator=(CellCipher&&) noexcept;

    // Appends the cell to `out`. Errors: kCryptoFailed.
    [[nodiscard]] base::Result<void> encrypt(base::ByteView plaintext, EncryptionType type, base::Bytes& out);
    // Appends the plaintext to `out`. Nothing is appended on error. Errors: kCell*.
    [[nodiscard]] base::Result<void> decrypt(base::ByteView cell, base::Bytes& out);
    // Replaces what `out` holds. For cells that carry keys. Errors: kCell*.
    [[nodiscard]] base::Result<void> decrypt(base::ByteView cell, base::SecureBytes& out);

    // The hot paths: no allocation, no strings.
    // Writes cellBytes(plaintext.size()) bytes. Precondition: `cell` has that size at least, and does not overlap `plaintext`.
    // False when the random source failed; nothing usable was written then.
    [[nodiscard]] bool encryptInto(base::ByteView plaintext, EncryptionType type, std::span<base::Byte> cell);
    // Precondition: `out` has decryptCapacityBytes(cell.size()) at least, and does not overlap `cell`. Bytes of `out` past sizeBytes
    // hold padding afterwards; with kBadPadding the caller scrubs nothing (the buffer is wiped).
    [[nodiscard]] DecryptedCell decryptInto(base::ByteView cell, std::span<base::Byte> out);

private:
    struct State;
    explicit CellCipher(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

}  // namespace es::crypto
