#include "app/sandbox/frontdoor/ResponseSink.h"

#include "driver/types/RowForm.h"

#include <algorithm>

namespace es::sandbox {

using base::Bytes;

namespace {

types::SqlType plainType(types::TypeId id, std::uint32_t lengthBytes = 0)
{
    types::SqlType type;
    type.id = id;
    type.lengthBytes = lengthBytes;
    return type;
}

std::uint16_t flagsOf(const ResultColumn& column)
{
    std::uint16_t flags = column.computed ? tds::kColumnComputed : tds::kColumnUpdatableUnknown;
    if (column.nullable)
        flags |= tds::kColumnNullable;
    if (column.identity)
        flags |= tds::kColumnIdentity;
    return flags;
}

}  // namespace

tds::KeyTableEntry keyTableEntryOf(const KeyTableEntry& key)
{
    tds::KeyTableEntry entry{key.databaseId, key.keyId, key.keyVersion, key.metadataVersion, {}};
    for (const KeyTableEntry::Value& value : key.values)
        entry.values.push_back({value.encryptedValue, value.providerName, value.keyPath, value.algorithmName});
    return entry;
}

tds::CryptoMetadata cryptoMetadataOf(const types::SqlType& baseType, std::uint16_t keyOrdinal, std::uint8_t algorithmId,
                                     std::uint8_t encryptionType, std::uint8_t normalizationRule)
{
    tds::CryptoMetadata crypto;
    crypto.keyOrdinal = keyOrdinal;
    crypto.baseType = tds::typeInfoOf(baseType);
    crypto.algorithmId = algorithmId;
    crypto.encryptionType = encryptionType;
    crypto.normalizationRule = normalizationRule;
    return crypto;
}

ResponseSink::ResponseSink(ResponseWriter& writer, bool columnEncryption, std::string serverName, std::stop_token stop)
    : m_writer(writer), m_columnEncryption(columnEncryption), m_serverName(std::move(serverName)), m_stop(std::move(stop))
{
}

void ResponseSink::begin(Form form)
{
    m_form = form;
    m_failed = false;
    m_callFailed = false;
    m_status = 0;
    m_returned.clear();
    m_firstParameter = 0;
    m_unnamed = false;
    m_rows.reset();
}

void ResponseSink::writePending()
{
    if (!m_pending)
        return;
    m_pending->status |= tds::kDoneMore;
    appendToken(m_writer.tokens(), *m_pending);
    m_pending.reset();
}

bool ResponseSink::goesOn()
{
    return m_writer.flushFull() && !m_stop.stop_requested();
}

void ResponseSink::endCall(bool lastCall)
{
    writePending();
    appendToken(m_writer.tokens(), tds::ReturnStatus{m_status});
    for (const tds::ReturnValue& value : m_returned)
        appendToken(m_writer.tokens(), value);
    m_returned.clear();
    m_firstParameter = 0;
    m_unnamed = false;
    tds::Done done;
    done.kind = tds::DoneKind::kDoneProc;
    done.command = tds::kCommandExecute;
    done.status = static_cast<std::uint16_t>((m_failed ? tds::kDoneError : 0) | (lastCall ? 0 : tds::kDoneRpcInBatch));
    m_failed = false;
    m_pending = done;
}

void ResponseSink::end()
{
    tds::Done last = m_pending.value_or(tds::Done{});
    m_pending.reset();
    if (m_failed)
        last.status |= tds::kDoneError;
    appendToken(m_writer.tokens(), last);
    m_writer.finish();
}

void ResponseSink::endWithAttention()
{
    if (!m_pending) {
        m_pending = tds::Done{};
        m_pending->status = tds::kDoneError;  // the statement that was stopped
    }
    end();
    acknowledgeAttention();
}

void ResponseSink::acknowledgeAttention()
{
    tds::Done done;
    done.status = tds::kDoneAttention;
    appendToken(m_writer.tokens(), done);
    m_writer.finish();
}

void ResponseSink::endFailed()
{
    writePending();
    tds::Done done;
    done.status = tds::kDoneError;
    appendToken(m_writer.tokens(), done);
    m_writer.finish();
}

void ResponseSink::error(const base::Error& error, std::int32_t number, std::uint8_t severity)
{
    base::ServerError words;
    if (error.server) {
        words = *error.server;
    } else {
        words.number = number;
        words.state = 1;
        words.severity = severity;
        words.message = error.text;
    }
    message(words, true);
}

void ResponseSink::token(const tds::EnvChange& change)
{
    writePending();
    appendToken(m_writer.tokens(), change);
}

void ResponseSink::returnHandle(std::int32_t handle, const std::string& name)
{
    tds::ReturnValue value;
    value.name = name;
    value.type = tds::typeInfoOf(plainType(types::TypeId::kInt));
    value.value = *types::encodeRowForm(types::Value(std::int64_t{handle}), plainType(types::TypeId::kInt));
    m_returned.insert(m_returned.begin(), std::move(value));
}

void ResponseSink::returnInteger(std::int32_t number, const std::string& name, std::size_t position)
{
    returnHandle(number, name);
    m_returned.front().ordinal = static_cast<std::uint16_t>(position);
    std::rotate(m_returned.begin(), m_returned.begin() + 1, m_returned.end());
}

tds::Column ResponseSink::columnOf(const ResultColumn& column) const
{
    tds::Column out;
    out.flags = flagsOf(column);
    out.type = tds::typeInfoOf(column.type, column.nullable);
    out.name = column.name;
    if (column.crypto && m_columnEncryption) {
        const ColumnCrypto& crypto = *column.crypto;
        out.flags |= tds::kColumnEncrypted;
        out.crypto = cryptoMetadataOf(crypto.baseType, static_cast<std::uint16_t>(crypto.keyIndex), crypto.algorithmId,
                                      crypto.encryptionType, crypto.normalizationRule);
    }
    return out;
}

bool ResponseSink::columns(const ResultShape& shape)
{
    return sendColumns(shape, false);
}

bool ResponseSink::columnsAgain(const ResultShape& shape)
{
    return sendColumns(shape, true);
}

bool ResponseSink::sendColumns(const ResultShape& shape, bool again)
{
    writePending();
    tds::ColMetadata metadata;
    if (m_columnEncryption) {
        for (const KeyTableEntry& key : shape.keys)
            metadata.keys.push_back(keyTableEntryOf(key));
    }
    for (const ResultColumn& column : shape.columns)
        metadata.columns.push_back(columnOf(column));
    metadata.present = !again;
    appendToken(m_writer.tokens(), metadata, m_columnEncryption);
    m_rows.emplace(metadata.columns);
    m_cells.resize(metadata.columns.size());
    return goesOn();
}

bool ResponseSink::row(std::span<const Cell> cells)
{
    if (!m_rows || cells.size() != m_cells.size())
        return false;
    for (std::size_t i = 0; i < cells.size(); ++i)
        m_cells[i] = {cells[i].bytes, cells[i].null};
    m_rows->append(m_writer.tokens(), m_cells);
    return goesOn();
}

void ResponseSink::message(const base::ServerError& message, bool isError)
{
    writePending();
    tds::ServerMessage out{isError, message};
    if (out.error.serverName.empty())
        out.error.serverName = m_serverName;
    if (out.error.line == 0)
        out.error.line = 1;
    appendToken(m_writer.tokens(), out);
    if (!isError)
        return;
    m_failed = true;
    if (m_status == 0)
        m_status = out.error.number;  // what sp_executesql returns after an error
}

bool ResponseSink::done(const StatementDone& done)
{
    using Place = StatementDone::Place;
    if (done.place == Place::kEndOfProcedure && m_form == Form::kCall)
        return goesOn();  // the end of the call says it
    writePending();
    tds::Done out;
    out.kind = done.place == Place::kEndOfProcedure                              ? tds::DoneKind::kDoneProc
        : m_form == Form::kCall || done.place == Place::kInProcedure ? tds::DoneKind::kDoneInProc
                                                                                 : tds::DoneKind::kDone;
    out.command = static_cast<std::uint16_t>(done.command);
    out.status = done.failed || m_failed ? tds::kDoneError : 0;
    if (done.rowCount) {
        out.status |= tds::kDoneCount;
        out.rowCount = *done.rowCount;
    }
    m_pending = out;
    m_callFailed = m_callFailed || m_failed || done.failed;
    m_failed = false;  // the statement's own DONE has said so
    return goesOn();
}

void ResponseSink::envChange(const EnvNotice& notice)
{
    switch (notice.kind) {
    case EnvKind::kDatabase: token(tds::EnvChange::database(notice.newValue, notice.oldValue)); return;
    case EnvKind::kLanguage: token(tds::EnvChange::language(notice.newValue, notice.oldValue)); return;
    case EnvKind::kBeginTransaction:
    case EnvKind::kCommitTransaction:
    case EnvKind::kRollbackTransaction:
        token(tds::EnvChange::transaction(static_cast<tds::EnvChangeType>(notice.kind), notice.transactionId));
        return;
    }
}

void ResponseSink::returnStatus(std::int32_t status)
{
    m_status = status;
    if (m_form == Form::kBatch) {
        writePending();
        appendToken(m_writer.tokens(), tds::ReturnStatus{status});
    }
}

void ResponseSink::returnValue(const ReturnedParameter& parameter)
{
    tds::ReturnValue value;
    value.ordinal = static_cast<std::uint16_t>(m_firstParameter + parameter.ordinal);
    if (!m_unnamed)
        value.name = parameter.name;
    if (parameter.cipher && m_columnEncryption) {
        const CipherInfo& cipher = *parameter.cipher;
        value.flags = tds::kColumnEncrypted;
        value.type = tds::typeInfoOf(plainType(types::TypeId::kVarBinary, types::kMaxLength));
        value.crypto = cryptoMetadataOf(cipher.baseType, 0, cipher.algorithmId, cipher.encryptionType, cipher.normalizationRule);
        value.value = parameter.cell;
    } else {
        value.type = tds::typeInfoOf(parameter.type);
        if (!types::isNull(parameter.value)) {
            auto bytes = types::encodeRowForm(parameter.value, parameter.type);
            if (!bytes) {
                error(bytes.error(), 8114);
                return;
            }
            value.value = std::move(*bytes);
        }
    }
    m_returned.push_back(std::move(value));
}

}  // namespace es::sandbox
