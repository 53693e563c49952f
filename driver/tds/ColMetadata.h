// COLMETADATA: the columns of a result, the key table and the crypto metadata of encrypted columns.  MS-TDS 2.2.7.4, 2.2.5.7
//   u16 count (0xFFFF: none follows)  [key table, if column encryption was negotiated]
//   per column: u32 user type, u16 flags, TYPE_INFO, [table name parts], [crypto metadata, flag 0x0800], B_VARCHAR name
// Thread: any (plain values).
#pragma once

#include "driver/tds/CellValue.h"

#include <array>

namespace es::tds {

inline constexpr std::uint16_t kColumnNullable = 0x0001;
inline constexpr std::uint16_t kColumnCaseSensitive = 0x0002;
inline constexpr std::uint16_t kColumnUpdatable = 0x0004;
inline constexpr std::uint16_t kColumnUpdatableUnknown = 0x0008;
inline constexpr std::uint16_t kColumnIdentity = 0x0010;
inline constexpr std::uint16_t kColumnComputed = 0x0020;
inline constexpr std::uint16_t kColumnEncrypted = 0x0800;
inline constexpr std::uint16_t kColumnHidden = 0x2000;

inline constexpr std::uint8_t kAlgorithmCustom = 0;          // its name stands beside it
inline constexpr std::uint8_t kAlgorithmAeadAes256 = 2;      // AEAD_AES_256_CBC_HMAC_SHA256
inline constexpr std::uint8_t kEncryptionDeterministic = 1;
inline constexpr std::uint8_t kEncryptionRandomized = 2;
inline constexpr std::uint8_t kNormalizationRule = 1;

using MetadataVersion = std::array<base::Byte, 8>;  // opaque, echoed unchanged

// One wrapping of a column encryption key by one master key.
struct WrappedKey {
    base::Bytes encryptedKey;
    std::string keyStoreName;
    std::string keyPath;
    std::string algorithm;  // "RSA_OAEP"
};

struct KeyTableEntry {
    std::uint32_t databaseId = 0;
    std::uint32_t keyId = 0;
    std::uint32_t keyVersion = 1;
    MetadataVersion metadataVersion{};
    std::vector<WrappedKey> values;  // alternatives: try in order
};

// In RETURNVALUE there is no ordinal.
struct CryptoMetadata {
    std::uint16_t keyOrdinal = 0;  // 0-based index into the key table
    std::uint32_t userType = 0;
    TypeInfo baseType;             // of the plaintext
    std::uint8_t algorithmId = kAlgorithmAeadAes256;
    std::string algorithmName;     // only with kAlgorithmCustom
    std::uint8_t encryptionType = kEncryptionRandomized;
    std::uint8_t normalizationRule = kNormalizationRule;
};

struct Column {
    std::uint32_t userType = 0;
    std::uint16_t flags = 0;
    TypeInfo type;                        // on the wire: varbinary for encrypted columns
    std::vector<std::string> tableName;   // text, ntext, image only
    std::optional<CryptoMetadata> crypto;
    std::string name;
};

struct ColMetadata {
    bool present = true;  // false: count 0xFFFF, the rows that follow have the columns of the COLMETADATA before
    std::vector<KeyTableEntry> keys;
    std::vector<Column> columns;
};

// Token byte included. `columnEncryption`: negotiated on this connection, so the key table is written even if empty.
void appendToken(base::ByteWriter& out, const ColMetadata& metadata, bool columnEncryption);

void appendKeyTable(base::ByteWriter& out, const std::vector<KeyTableEntry>& keys);
void appendCryptoMetadata(base::ByteWriter& out, const CryptoMetadata& crypto, bool withOrdinal);
[[nodiscard]] base::Result<CryptoMetadata> readCryptoMetadata(base::ByteReader& reader, bool withOrdinal);

// What a client checks before it decrypts: ordinal inside the table, algorithm 2, type 1 or 2, rule 1.
// Errors: kMalformed, kRefusedByName.
[[nodiscard]] base::Result<void> checkCryptoMetadata(const CryptoMetadata& crypto, std::size_t keyCount);

// Decodes piece by piece (a key or a column at a time), so that long metadata over many packets costs linear time.
class ColMetadataReader {
public:
    // `bulkLoad`: the columns that a client sends, see DecoderOptions.
    explicit ColMetadataReader(bool columnEncryption, bool bulkLoad = false) : m_columnEncryption(columnEncryption), m_bulkLoad(bulkLoad) {}
    // `bytes` begins where `consumedBytes()` of the last call ended (first call: behind the token byte).
    // true: complete, call take(). Errors: kMalformed, kUnknownType.
    [[nodiscard]] base::Result<bool> step(base::ByteView bytes);
    [[nodiscard]] std::size_t consumedBytes() const { return m_consumed; }  // of the bytes given last
    [[nodiscard]] ColMetadata take() && { return std::move(m_metadata); }

private:
    enum class Phase : std::uint8_t { kCount, kKeyCount, kKeys, kColumns, kDone };
    [[nodiscard]] base::Result<void> stepOne(base::ByteReader& reader);
    void stepKeys(base::ByteReader& reader);

    bool m_columnEncryption;
    bool m_bulkLoad;
    Phase m_phase = Phase::kCount;
    std::size_t m_consumed = 0;
    std::uint16_t m_columnCount = 0;
    std::uint16_t m_keyCount = 0;
    std::uint8_t m_valuesLeft = 0;  // of the last key
    ColMetadata m_metadata;
};

}  // namespace es::tds
