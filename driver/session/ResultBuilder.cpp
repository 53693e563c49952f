#include "driver/session/ResultBuilder.h"

#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <algorithm>

namespace es::session {

namespace {

std::string nameOfKey(const tds::ColMetadata& metadata, std::uint16_t ordinal, const KeyUse* use)
{
    if (use == nullptr || ordinal >= metadata.keys.size()) return {};
    return use->nameOf(metadata.keys[ordinal].databaseId, metadata.keys[ordinal].keyId);
}

types::ColumnInfo infoOf(const tds::Column& column, bool decrypt, const tds::ColMetadata& metadata, const KeyUse* use)
{
    types::ColumnInfo info;
    info.name = column.name;
    info.nullable = (column.flags & tds::kColumnNullable) != 0;
    info.identity = (column.flags & tds::kColumnIdentity) != 0;
    info.type = tds::sqlTypeOf(column.type);
    if (column.crypto) {
        info.state = decrypt ? types::ColumnState::kDecrypted : types::ColumnState::kCiphertext;
        info.encryptionScheme = column.crypto->encryptionType == tds::kEncryptionDeterministic ? "Deterministic" : "Randomized";
        info.keyName = nameOfKey(metadata, column.crypto->keyOrdinal, use);
        if (decrypt) info.type = tds::sqlTypeOf(column.crypto->baseType);
    }
    return info;
}

base::ByteView atWidth(base::ByteView cell, std::uint32_t width, base::Bytes& resized)
{
    if (width == 0 || cell.size() == width) return cell;
    resized.assign(width, 0);
    std::copy_n(cell.begin(), std::min<std::size_t>(cell.size(), width), resized.begin());
    return resized;
}

} // namespace

ResultBuilder::ResultBuilder(ResultSink& sink, ColumnKeys& keys, const base::Clock& clock, ResultOptions options)
    : m_sink(sink)
    , m_keys(keys)
    , m_clock(clock)
    , m_options(std::move(options))
{
}

void ResultBuilder::onToken(const tds::Token& token)
{
    if (m_retryNumber != 0) return; // this answer is going to be replaced by that of the second try
    if (const auto* row = std::get_if<tds::Row>(&token))
        onRow(*row);
    else if (const auto* metadata = std::get_if<tds::ColMetadataPtr>(&token))
        onColumns(*metadata);
    else if (const auto* done = std::get_if<tds::Done>(&token))
        onDone(*done);
    else if (const auto* message = std::get_if<tds::ServerMessage>(&token))
        onMessage(*message);
    else if (const auto* value = std::get_if<tds::ReturnValue>(&token))
        onReturnValue(*value);
}

void ResultBuilder::onPause()
{
    if (m_rows && m_rows->rowCount() > 0 && m_clock.now() - m_oldestRowAt >= kMaxRowAge) flush();
}

void ResultBuilder::onColumns(const tds::ColMetadataPtr& metadata)
{
    flush();
    if (!metadata->present) return;
    announceColumns(); // of a result before this one that had no rows and no DONE of its own
    m_rows.reset();
    m_decryptors.clear();
    m_widths.clear();
    m_rowNumber = 0;
    if (metadata->columns.empty() || m_failure) return;
    auto columns = std::make_shared<types::ColumnSet>();
    for (const tds::Column& column : metadata->columns)
        columns->push_back(infoOf(column, m_options.decrypt, *metadata, m_options.keyUse.get()));
    const bool anyEncrypted
        = std::any_of(metadata->columns.begin(), metadata->columns.end(), [](const tds::Column& c) { return c.crypto.has_value(); });
    if (m_options.decrypt && anyEncrypted) {
        m_decryptors.resize(metadata->columns.size());
        for (std::size_t i = 0; i < metadata->columns.size(); ++i) {
            if (!metadata->columns[i].crypto) continue;
            auto decryptor = ColumnDecryptor::create(m_keys, metadata, i);
            if (!decryptor) return fail(std::move(decryptor).error());
            m_decryptors[i] = std::move(decryptor).value();
        }
    }
    for (const types::ColumnInfo& info : *columns)
        m_widths.push_back(types::fixedWidthBytes(info.type));
    m_stagedCells.resize(columns->size());
    m_columns = std::move(columns);
    m_columnsAnnounced = false;
    m_rows.emplace(*m_columns);
}

void ResultBuilder::onRow(const tds::Row& row)
{
    ++m_rowNumber;
    if (m_failure || !m_rows || !decryptRow(row) || !widthsFit(row)) return;
    if (m_rows->rowCount() == 0) m_oldestRowAt = m_clock.now();
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (row.cells[i].isNull)
            m_rows->appendNull();
        else if (i < m_decryptors.size() && m_decryptors[i])
            m_rows->append(base::ByteView(m_staging).subspan(m_stagedCells[i].begin, m_stagedCells[i].end - m_stagedCells[i].begin));
        else
            m_rows->append(atWidth(row.cells[i].bytes, m_widths[i], m_resized));
    }
    if (m_rows->rowCount() >= kMaxBlockRows || m_rows->payloadBytes() >= kMaxBlockBytes) flush();
}

// All encrypted cells of the row first, so that a row is in the block whole or not at all.
bool ResultBuilder::decryptRow(const tds::Row& row)
{
    if (m_decryptors.empty()) return true;
    m_staging.clear();
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (!m_decryptors[i] || row.cells[i].isNull) continue;
        m_stagedCells[i].begin = m_staging.size();
        if (auto decrypted = m_decryptors[i]->decrypt(row.cells[i].bytes, m_staging); !decrypted) {
            base::Error error = std::move(decrypted).error();
            if (error.code == kCellFailed)
                error.text = "Row " + std::to_string(m_rowNumber) + ", column" + error.text.substr(std::string_view("Column").size());
            fail(std::move(error));
            return false;
        }
        m_stagedCells[i].end = m_staging.size();
    }
    return true;
}

// A block keeps one width per column. Only decimals may come in another than their precision calls for; what is cut off must be zero.
bool ResultBuilder::widthsFit(const tds::Row& row)
{
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        const base::ByteView cell = row.cells[i].bytes;
        if (m_widths[i] == 0 || cell.size() <= m_widths[i] || (i < m_decryptors.size() && m_decryptors[i])) continue;
        const base::ByteView excess = cell.subspan(m_widths[i]);
        if (std::all_of(excess.begin(), excess.end(), [](base::Byte byte) { return byte == 0; })) continue;
        fail(base::makeError(kCellFailed,
            "Row " + std::to_string(m_rowNumber) + ", column \"" + (*m_columns)[i].name + "\": the value is too large for its type.", {},
            "The rest of the answer was passed by; run the statement again, or leave the column out."));
        return false;
    }
    return true;
}

void ResultBuilder::onDone(const tds::Done& done)
{
    flush();
    announceColumns();
    m_rows.reset();
    // DONEPROC ends a call whose statements have ended already.
    const bool failed = (done.status & (tds::kDoneError | tds::kDoneServerError)) != 0;
    if (done.kind == tds::DoneKind::kDoneProc || failed || m_failure) return;
    m_sinkKnows = true;
    m_sink.onStatementDone(done.count());
}

void ResultBuilder::onMessage(const tds::ServerMessage& message)
{
    const auto& retries = m_options.retryNumbers;
    if (message.isError && !m_sinkKnows && std::find(retries.begin(), retries.end(), message.error.number) != retries.end()) {
        m_retryNumber = message.error.number;
        return;
    }
    flush();
    announceColumns();
    if (message.isError) m_errors.add(message.error);
    m_sinkKnows = true;
    m_sink.onMessage(message.error, message.isError);
}

void ResultBuilder::onReturnValue(const tds::ReturnValue& token)
{
    if (m_failure || token.status != tds::kReturnOutputParameter) return;
    auto value = readReturnValue(token);
    if (!value) return fail(std::move(value).error());
    m_sinkKnows = true;
    m_sink.onReturnValue(*value);
}

base::Result<ReturnValue> ResultBuilder::readReturnValue(const tds::ReturnValue& token)
{
    const bool decrypt = token.crypto && m_options.decrypt;
    ReturnValue value{token.name, tds::sqlTypeOf(decrypt ? token.crypto->baseType : token.type), types::Null{}};
    if (!token.value) return value;
    if (!decrypt) {
        ES_TRY(value.value, types::decodeRowForm(*token.value, value.type));
        return value;
    }
    ES_TRY(const base::Bytes rowForm, decryptReturnValue(token));
    ES_TRY(value.value, types::decodeRowForm(rowForm, value.type));
    return value;
}

// The token names no key: it is that of the parameter of this name.
base::Result<base::Bytes> ResultBuilder::decryptReturnValue(const tds::ReturnValue& token)
{
    const std::string what = "Output parameter \"" + token.name + '"';
    ES_CHECK(checkEncryption(what, *token.crypto));
    const DescribedParameter* parameter = m_options.described ? m_options.described->parameterOfName(token.name) : nullptr;
    const DescribedKey* key
        = parameter != nullptr && parameter->encryptionType != 0 ? m_options.described->keyOfOrdinal(parameter->keyOrdinal) : nullptr;
    if (key == nullptr)
        return base::makeError(kUnsupportedEncryption, what + " came back encrypted, but the server did not say with which key.",
            "column-encryption", "Run the statement again; if it stays, read the value as a result set.");
    ES_TRY(crypto::CellCipher cipher, m_keys.cipherFor(*key));
    base::Bytes plaintext;
    base::Bytes rowForm;
    ES_CHECK(decryptCell(what, cipher, tds::sqlTypeOf(token.crypto->baseType), *token.value, plaintext, rowForm));
    return rowForm;
}

void ResultBuilder::flush()
{
    if (!m_rows || m_rows->rowCount() == 0) return;
    announceColumns();
    m_sink.onRows(m_rows->take());
}

void ResultBuilder::announceColumns()
{
    if (m_columnsAnnounced) return;
    m_columnsAnnounced = true;
    m_sinkKnows = true;
    m_sink.onColumns(m_columns);
}

void ResultBuilder::fail(base::Error error)
{
    flush();
    announceColumns();
    m_rows.reset();
    m_failure = std::move(error);
}

} // namespace es::session
