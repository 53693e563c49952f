#include "driver/session/BulkRowEncoder.h"

#include "driver/session/ColumnDecryptor.h"
#include "driver/session/ServerErrors.h"
#include "driver/tds/Done.h"
#include "driver/tsql/Quoting.h"
#include "driver/types/Normalize.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

namespace es::session {

namespace {

using types::TypeId;

constexpr std::uint32_t kLongestNVarCharBytes = 8000;
constexpr std::uint32_t kTimestampUserType = 0x50;

base::Error badColumn(const std::string& name, std::string what, std::string remedy)
{
    return base::makeError(kBadParameter, "Column \"" + name + "\" " + std::move(what), {}, std::move(remedy));
}

bool canBeSent(TypeId id)
{
    switch (id) {
    case TypeId::kNull:
    case TypeId::kText:
    case TypeId::kNText:
    case TypeId::kImage:
    case TypeId::kXml:
    case TypeId::kUdt:
    case TypeId::kJson:
    case TypeId::kVector: return false;
    default: return true;
    }
}

// Text of every code page travels as Unicode: the server brings it into the column's own, which only it knows by name. Fixed lengths
// travel without their padding.
types::SqlType wireTypeOf(types::SqlType type)
{
    const bool narrow = type.id == TypeId::kChar || type.id == TypeId::kVarChar;
    if (narrow && type.lengthBytes != types::kMaxLength) type.lengthBytes *= 2;
    if (narrow && type.lengthBytes > kLongestNVarCharBytes) type.lengthBytes = types::kMaxLength;
    if (narrow || type.id == TypeId::kNChar) type.id = TypeId::kNVarChar;
    if (type.id == TypeId::kBinary) type.id = TypeId::kVarBinary;
    return type;
}

// The widest characters of a narrow column count bytes in its code page, so the text itself is measured once more in its own form.
base::Result<base::Bytes> plainCell(const types::Value& value, const types::SqlType& own, const types::SqlType& wire)
{
    if (own.id == TypeId::kChar || own.id == TypeId::kVarChar) ES_CHECK(types::encodeRowFormUnpadded(value, own));
    return types::encodeRowFormUnpadded(value, wire);
}

void addWord(std::string& list, std::string_view word)
{
    if (!list.empty()) list += ", ";
    list += word;
}

} // namespace

base::Result<BulkRowEncoder> BulkRowEncoder::create(
    const tds::ColMetadata& metadata, const BulkCopyRequest& request, bool keyTable, ColumnKeys& keys)
{
    BulkRowEncoder encoder;
    encoder.m_keyTable = keyTable;
    encoder.m_sent.keys = metadata.keys;
    for (tds::KeyTableEntry& key : encoder.m_sent.keys)
        key.values.clear(); // the server knows them
    for (const tds::Column& column : metadata.columns) {
        const bool identity = (column.flags & tds::kColumnIdentity) != 0;
        const bool made = (column.flags & tds::kColumnComputed) != 0 || column.userType == kTimestampUserType;
        if (request.columns.empty() && (made || (identity && !request.options.keepIdentity))) continue;
        ES_CHECK(encoder.addColumn(column, metadata, keys));
    }
    if (encoder.m_columns.empty())
        return base::makeError(kBadParameter, "Table " + request.table + " has no column that takes values.", {}, "Name its columns.");
    encoder.m_writer.emplace(encoder.m_sent.columns, false);
    encoder.m_cells.resize(encoder.m_columns.size());
    return encoder;
}

base::Result<void> BulkRowEncoder::addColumn(const tds::Column& column, const tds::ColMetadata& metadata, ColumnKeys& keys)
{
    BulkColumn told{column.name, tds::sqlTypeOf(column.type), (column.flags & tds::kColumnNullable) != 0,
        (column.flags & tds::kColumnIdentity) != 0, column.crypto.has_value()};
    tds::Column sent = column;
    sent.userType = 0;
    sent.flags = static_cast<std::uint16_t>(tds::kColumnUpdatableUnknown | (column.flags & (tds::kColumnNullable | tds::kColumnIdentity)));
    std::optional<Cipher> cipher;
    types::SqlType wire = told.type;
    if (column.crypto) {
        ES_CHECK(checkEncryption("Column \"" + column.name + '"', *column.crypto));
        if (column.crypto->keyOrdinal >= metadata.keys.size())
            return protocolError("an encrypted column names a key that is not in the key table.");
        told.type = tds::sqlTypeOf(column.crypto->baseType);
        sent.flags |= tds::kColumnEncrypted;
        std::vector<keystore::WrappedCek> values;
        for (const tds::WrappedKey& value : metadata.keys[column.crypto->keyOrdinal].values)
            values.push_back({value.keyStoreName, value.keyPath, value.algorithm, value.encryptedKey});
        auto opened = keys.cipherFor(values);
        if (!opened) {
            base::Error error = std::move(opened).error();
            error.text = "Column \"" + column.name + "\" cannot be encrypted. " + error.text;
            return error;
        }
        cipher.emplace(Cipher{std::move(*opened), static_cast<crypto::EncryptionType>(column.crypto->encryptionType)});
    } else {
        if (!canBeSent(told.type.id))
            return badColumn(column.name, "is of type " + types::typeName(told.type) + ", which this program does not send as a bulk load.",
                "Leave the column out, or insert the rows one by one.");
        wire = wireTypeOf(told.type);
        sent.type = tds::typeInfoOf(wire);
    }
    m_sent.columns.push_back(std::move(sent));
    m_wireTypes.push_back(wire);
    m_columns.push_back(std::move(told));
    m_ciphers.push_back(std::move(cipher));
    return {};
}

std::string BulkRowEncoder::statement(const BulkCopyRequest& request) const
{
    std::string columns, options;
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        addWord(columns, tsql::quoteName(m_columns[i].name) + ' ' + types::typeName(m_wireTypes[i]));
    if (request.options.keepNulls) addWord(options, "KEEP_NULLS");
    if (request.options.keepIdentity) addWord(options, "KEEP_IDENTITY");
    if (request.options.checkConstraints) addWord(options, "CHECK_CONSTRAINTS");
    if (request.options.fireTriggers) addWord(options, "FIRE_TRIGGERS");
    if (request.options.lockTable) addWord(options, "TABLOCK");
    if (request.options.allowEncryptedValues) addWord(options, "ALLOW_ENCRYPTED_VALUE_MODIFICATIONS");
    return "INSERT BULK " + request.table + " (" + columns + ")" + (options.empty() ? "" : " WITH (" + options + ")");
}

void BulkRowEncoder::begin(base::ByteWriter& out) const
{
    tds::appendToken(out, m_sent, m_keyTable);
}

void BulkRowEncoder::end(base::ByteWriter& out)
{
    tds::appendToken(out, tds::Done{});
}

base::Result<base::Bytes> BulkRowEncoder::cellOf(std::size_t column, const types::Value& value)
{
    if (!m_ciphers[column]) return plainCell(value, m_columns[column].type, m_wireTypes[column]);
    ES_TRY(base::Bytes plaintext, types::normalize(value, m_columns[column].type));
    base::Bytes cell;
    auto encrypted = m_ciphers[column]->cipher.encrypt(plaintext, m_ciphers[column]->type, cell);
    base::scrub(plaintext.data(), plaintext.size());
    if (!encrypted) return std::move(encrypted).error();
    return cell;
}

base::Result<void> BulkRowEncoder::append(base::ByteWriter& out, std::span<const types::Value> row, std::uint64_t number)
{
    std::vector<tds::Cell> cells(m_columns.size());
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        const std::string where = "in row " + std::to_string(number);
        if (types::isNull(row[i])) {
            if (!m_columns[i].nullable && m_columns[i].encrypted)
                return badColumn(m_columns[i].name, "takes no NULL, but has none other " + where + ".", "Give it a value.");
            continue; // a default may stand in for a NULL: the server knows
        }
        auto cell = cellOf(i, row[i]);
        if (!cell)
            return badColumn(m_columns[i].name, "has a value " + where + " that does not fit its type " + types::typeName(m_columns[i].type) + '.',
                "Change the value; this batch was not sent.");
        m_cells[i] = std::move(*cell);
        cells[i] = {*m_cells[i], false};
    }
    m_writer->append(out, cells);
    return {};
}

} // namespace es::session
