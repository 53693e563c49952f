#include "driver/session/ColumnDecryptor.h"

#include "driver/session/ServerErrors.h"
#include "driver/types/Normalize.h"
#include "driver/types/TypeNames.h"

namespace es::session {

namespace {

base::Error cellFailed(std::string_view what, std::string_view reason)
{
    return base::makeError(kCellFailed, std::string(what) + ": a stored value could not be decrypted: " + std::string(reason),
        "column-encryption",
        "The value was changed outside of Always Encrypted or belongs to another key; read it with column encryption off to see what is "
        "stored.");
}

} // namespace

base::Result<void> checkEncryption(std::string_view what, const tds::CryptoMetadata& crypto)
{
    std::string problem;
    if (crypto.algorithmId != tds::kAlgorithmAeadAes256)
        problem = "encryption algorithm "
            + (crypto.algorithmName.empty() ? std::to_string(crypto.algorithmId) : '"' + crypto.algorithmName + '"');
    else if (crypto.encryptionType != tds::kEncryptionDeterministic && crypto.encryptionType != tds::kEncryptionRandomized)
        problem = "encryption type " + std::to_string(crypto.encryptionType);
    else if (crypto.normalizationRule != tds::kNormalizationRule)
        problem = "normalization rule version " + std::to_string(crypto.normalizationRule);
    else if (!types::canBeEncrypted(tds::sqlTypeOf(crypto.baseType)))
        problem = "an encrypted type " + types::typeName(tds::sqlTypeOf(crypto.baseType));
    if (problem.empty()) return {};
    base::Error error
        = base::makeError(kUnsupportedEncryption, std::string(what) + " uses " + problem + ", which this program does not know.",
            "column-encryption", "Leave the column out, or read it with column encryption off.");
    return error;
}

base::Result<void> decryptCell(std::string_view what, crypto::CellCipher& cipher, const types::SqlType& baseType, base::ByteView cell,
    base::Bytes& plaintext, base::Bytes& out)
{
    if (const std::size_t capacity = crypto::decryptCapacityBytes(cell.size()); plaintext.size() < capacity) plaintext.resize(capacity);
    const crypto::DecryptedCell decrypted = cipher.decryptInto(cell, plaintext);
    if (!decrypted.ok()) return cellFailed(what, crypto::cellError(decrypted.fault).text);
    if (auto formed = types::rowFormFromNormalized(base::ByteView(plaintext).first(decrypted.sizeBytes), baseType, out); !formed)
        return cellFailed(what, "it does not fit the type " + types::typeName(baseType) + '.');
    return {};
}

base::Result<ColumnDecryptor> ColumnDecryptor::create(
    ColumnKeys& keys, std::shared_ptr<const tds::ColMetadata> metadata, std::size_t column)
{
    const tds::Column& described = metadata->columns[column];
    if (described.crypto->keyOrdinal >= metadata->keys.size())
        return protocolError("an encrypted column names a key that is not in the key table.");
    ES_CHECK(checkEncryption("Column \"" + described.name + '"', *described.crypto));
    const types::SqlType baseType = tds::sqlTypeOf(described.crypto->baseType);
    return ColumnDecryptor(keys, std::move(metadata), column, baseType);
}

ColumnDecryptor::ColumnDecryptor(
    ColumnKeys& keys, std::shared_ptr<const tds::ColMetadata> metadata, std::size_t column, types::SqlType baseType)
    : m_keys(&keys)
    , m_metadata(std::move(metadata))
    , m_column(column)
    , m_what("Column \"" + m_metadata->columns[column].name + '"')
    , m_baseType(baseType)
{
}

base::Result<void> ColumnDecryptor::openKey()
{
    const tds::Column& column = m_metadata->columns[m_column];
    const tds::KeyTableEntry& entry = m_metadata->keys[column.crypto->keyOrdinal];
    std::vector<keystore::WrappedCek> values;
    for (const tds::WrappedKey& value : entry.values)
        values.push_back({value.keyStoreName, value.keyPath, value.algorithm, value.encryptedKey});
    auto cipher = m_keys->cipherFor(values);
    if (!cipher) {
        base::Error error = std::move(cipher).error();
        error.text = m_what + " cannot be decrypted. " + error.text;
        return error;
    }
    m_cipher = std::move(cipher).value();
    return {};
}

base::Result<void> ColumnDecryptor::decrypt(base::ByteView cell, base::Bytes& out)
{
    if (!m_cipher) ES_CHECK(openKey());
    return decryptCell(m_what, *m_cipher, m_baseType, cell, m_plaintext, out);
}

} // namespace es::session
