#include "driver/tds/ColMetadata.h"

#include "driver/tds/Errors.h"
#include "driver/tds/Token.h"

#include <algorithm>

namespace es::tds {
namespace {

constexpr std::uint16_t kNoMetadata = 0xFFFF;

bool hasTableName(const TypeInfo& type)
{
    return type.wireType == wire::kText || type.wireType == wire::kNText || type.wireType == wire::kImage;
}

void appendColumn(base::ByteWriter& out, const Column& column)
{
    out.u32le(column.userType);
    out.u16le(column.flags);
    appendTypeInfo(out, column.type, Place::kResult);
    if (hasTableName(column.type)) {
        if (column.tableName.empty()) {  // a column of no table has one part without letters: JDBC takes one to four
            out.u8(1);
            out.usVarchar({});
        } else {
            out.u8(static_cast<std::uint8_t>(column.tableName.size()));
        }
        for (const std::string& part : column.tableName)
            out.usVarchar(part);
    }
    if (column.crypto)
        appendCryptoMetadata(out, *column.crypto, true);
    out.bVarchar(column.name);
}

base::Result<Column> readColumn(base::ByteReader& reader, bool columnEncryption, bool bulkLoad)
{
    Column column;
    column.userType = reader.u32le();
    column.flags = reader.u16le();
    ES_TRY(column.type, readTypeInfo(reader, Place::kResult));
    if (hasTableName(column.type))
        for (int parts = bulkLoad ? 1 : reader.u8(); parts > 0; --parts)
            column.tableName.push_back(reader.usVarchar());
    if (columnEncryption && (column.flags & kColumnEncrypted) != 0) {
        ES_TRY(column.crypto, readCryptoMetadata(reader, true));
    }
    column.name = reader.bVarchar();
    return column;
}

KeyTableEntry readKeyHead(base::ByteReader& reader, std::uint8_t& valueCount)
{
    KeyTableEntry key;
    key.databaseId = reader.u32le();
    key.keyId = reader.u32le();
    key.keyVersion = reader.u32le();
    const base::ByteView version = reader.bytes(key.metadataVersion.size());
    std::copy(version.begin(), version.end(), key.metadataVersion.begin());
    valueCount = reader.u8();
    return key;
}

WrappedKey readWrappedKey(base::ByteReader& reader)
{
    WrappedKey value;
    const base::ByteView encrypted = reader.bytes(reader.u16le());
    value.encryptedKey.assign(encrypted.begin(), encrypted.end());
    value.keyStoreName = reader.bVarchar();
    value.keyPath = reader.usVarchar();
    value.algorithm = reader.bVarchar();
    return value;
}

}  // namespace

void appendKeyTable(base::ByteWriter& out, const std::vector<KeyTableEntry>& keys)
{
    out.u16le(static_cast<std::uint16_t>(keys.size()));
    for (const KeyTableEntry& key : keys) {
        out.u32le(key.databaseId);
        out.u32le(key.keyId);
        out.u32le(key.keyVersion);
        out.bytes(key.metadataVersion);
        out.u8(static_cast<std::uint8_t>(key.values.size()));
        for (const WrappedKey& value : key.values) {
            out.u16le(static_cast<std::uint16_t>(value.encryptedKey.size()));
            out.bytes(value.encryptedKey);
            out.bVarchar(value.keyStoreName);
            out.usVarchar(value.keyPath);
            out.bVarchar(value.algorithm);
        }
    }
}

void appendCryptoMetadata(base::ByteWriter& out, const CryptoMetadata& crypto, bool withOrdinal)
{
    if (withOrdinal)
        out.u16le(crypto.keyOrdinal);
    out.u32le(crypto.userType);
    appendTypeInfo(out, crypto.baseType, Place::kResult);
    out.u8(crypto.algorithmId);
    if (crypto.algorithmId == kAlgorithmCustom)
        out.bVarchar(crypto.algorithmName);
    out.u8(crypto.encryptionType);
    out.u8(crypto.normalizationRule);
}

base::Result<CryptoMetadata> readCryptoMetadata(base::ByteReader& reader, bool withOrdinal)
{
    CryptoMetadata crypto;
    if (withOrdinal)
        crypto.keyOrdinal = reader.u16le();
    crypto.userType = reader.u32le();
    ES_TRY(crypto.baseType, readTypeInfo(reader, Place::kResult));
    crypto.algorithmId = reader.u8();
    if (reader.ok() && crypto.algorithmId == kAlgorithmCustom)
        crypto.algorithmName = reader.bVarchar();
    crypto.encryptionType = reader.u8();
    crypto.normalizationRule = reader.u8();
    return crypto;
}

base::Result<void> checkCryptoMetadata(const CryptoMetadata& crypto, std::size_t keyCount)
{
    const auto refuse = [](std::string text) {
        return base::makeError(
            kRefusedByName, std::move(text), {}, "Read the column with column encryption off, or with a newer version of this program.");
    };
    if (crypto.keyOrdinal >= keyCount)
        return protocolError(kMalformed, "An encrypted column names a key that the server did not send.");
    if (crypto.algorithmId != kAlgorithmAeadAes256)
        return refuse("A column is encrypted with algorithm "
            + (crypto.algorithmName.empty() ? std::to_string(crypto.algorithmId) : crypto.algorithmName)
            + "; this program knows AEAD_AES_256_CBC_HMAC_SHA_256 alone.");
    if (crypto.encryptionType != kEncryptionDeterministic && crypto.encryptionType != kEncryptionRandomized)
        return refuse("A column has the encryption type " + std::to_string(crypto.encryptionType)
            + ", which is neither deterministic nor randomized.");
    if (crypto.normalizationRule != kNormalizationRule)
        return refuse(
            "A column was encrypted under normalization rule " + std::to_string(crypto.normalizationRule) + "; this program knows rule 1.");
    return {};
}

void appendToken(base::ByteWriter& out, const ColMetadata& metadata, bool columnEncryption)
{
    out.u8(token::kColMetadata);
    if (!metadata.present) {
        out.u16le(kNoMetadata);
        return;
    }
    out.u16le(static_cast<std::uint16_t>(metadata.columns.size()));
    if (columnEncryption)
        appendKeyTable(out, metadata.keys);
    for (const Column& column : metadata.columns)
        appendColumn(out, column);
}

base::Result<bool> ColMetadataReader::step(base::ByteView bytes)
{
    base::ByteReader reader(bytes);
    m_consumed = 0;
    while (m_phase != Phase::kDone) {
        const base::Result<void> stepped = stepOne(reader);
        if (!reader.ok())
            return false;  // the element is not all there; nothing of it was kept
        if (!stepped)
            return stepped.error();
        m_consumed = reader.offsetBytes();
    }
    return true;
}

// One element. State changes only when the whole element was there.
base::Result<void> ColMetadataReader::stepOne(base::ByteReader& reader)
{
    switch (m_phase) {
    case Phase::kCount: {
        m_columnCount = reader.u16le();
        if (!reader.ok())
            break;
        m_metadata.present = m_columnCount != kNoMetadata;
        m_phase = !m_metadata.present ? Phase::kDone : m_columnEncryption ? Phase::kKeyCount : Phase::kColumns;
        break;
    }
    case Phase::kKeyCount:
        m_keyCount = reader.u16le();
        if (reader.ok())
            m_phase = Phase::kKeys;
        break;
    case Phase::kKeys:
        stepKeys(reader);
        break;
    case Phase::kColumns: {
        ES_TRY(Column column, readColumn(reader, m_columnEncryption, m_bulkLoad));
        if (reader.ok())
            m_metadata.columns.push_back(std::move(column));
        break;
    }
    case Phase::kDone: break;
    }
    if (reader.ok()) {
        if (m_phase == Phase::kKeys && m_valuesLeft == 0 && m_metadata.keys.size() == m_keyCount)
            m_phase = Phase::kColumns;
        if (m_phase == Phase::kColumns && m_metadata.columns.size() == m_columnCount)
            m_phase = Phase::kDone;
    }
    return {};
}

void ColMetadataReader::stepKeys(base::ByteReader& reader)
{
    if (m_valuesLeft > 0) {
        WrappedKey value = readWrappedKey(reader);
        if (!reader.ok())
            return;
        m_metadata.keys.back().values.push_back(std::move(value));
        --m_valuesLeft;
        return;
    }
    std::uint8_t valueCount = 0;
    KeyTableEntry key = readKeyHead(reader, valueCount);
    if (!reader.ok())
        return;
    m_metadata.keys.push_back(std::move(key));
    m_valuesLeft = valueCount;
}

}  // namespace es::tds
