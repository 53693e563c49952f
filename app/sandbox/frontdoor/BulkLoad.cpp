#include "app/sandbox/frontdoor/BulkLoad.h"

#include "app/sandbox/frontdoor/InnerSink.h"
#include "app/sandbox/frontdoor/RpcParameters.h"
#include "driver/tds/Errors.h"
#include "driver/tds/TokenDecoder.h"
#include "driver/tsql/InsertBulk.h"
#include "driver/tsql/Quoting.h"
#include "driver/types/RowForm.h"

#include <algorithm>

namespace es::sandbox {

namespace {

constexpr std::size_t kCellsPerStatement = 512;
constexpr auto kBulkInsert = static_cast<Command>(0xF0);  // current command of DONE             tds reference 9.2

class BulkSink final : public InnerSink {
public:
    using InnerSink::InnerSink;
    ResultShape shape;
    std::optional<StatementDone> inserted;  // of the last INSERT; nothing under SET FMTONLY, which runs none

    bool columns(const ResultShape& given) override
    {
        shape = given;
        return true;
    }
    bool done(const StatementDone& done) override
    {
        if (done.command == Command::kInsert)
            inserted = done;
        return InnerSink::done(done);
    }
    void envChange(const EnvNotice& notice) override { m_notices.push_back(notice); }

    // A transaction of the client's that ended here (XACT_ABORT): it has to know.
    void passOnNotices()
    {
        for (const EnvNotice& notice : m_notices)
            m_outer.envChange(notice);
        m_notices.clear();
    }
    void keepNotices() { m_notices.clear(); }

private:
    std::vector<EnvNotice> m_notices;
};

std::string quotedTable(const tsql::ObjectName& name)
{
    std::string text;
    for (const tsql::Identifier& part : name.parts)
        text += (text.empty() ? "" : ".") + (part.text.empty() ? std::string() : tsql::quoteName(part.text));
    return text;
}

void say(ExecSink& sink, const base::Error& error)
{
    const auto words = error.server.value_or(base::ServerError{50000, 1, 16, 1, error.describe(), {}, {}});
    sink.message(words, true);
    sink.done({Command::kNone, {}, true});
}

CipherInfo cipherOf(const ResultShape& shape, const ColumnCrypto& crypto)
{
    const KeyTableEntry& key = shape.keys[crypto.keyIndex];
    CipherInfo info;
    info.baseType = crypto.baseType;
    info.algorithmId = crypto.algorithmId;
    info.encryptionType = crypto.encryptionType;
    info.databaseId = key.databaseId;
    info.keyId = key.keyId;
    info.keyVersion = key.keyVersion;
    info.metadataVersion = key.metadataVersion;
    info.normalizationRule = crypto.normalizationRule;
    return info;
}

bool carriesText(const types::SqlType& type, bool wide)
{
    using Id = types::TypeId;
    return wide ? type.id == Id::kNVarChar || type.id == Id::kNChar : type.id == Id::kVarChar || type.id == Id::kChar;
}

bool carriesBytes(const types::SqlType& type)
{
    return type.id == types::TypeId::kVarBinary || type.id == types::TypeId::kBinary;
}

// Values that come in the column's own form and are longer than it: SQL Server says so without looking at them.
bool tooLong(const types::SqlType& column, const types::SqlType& sent, std::size_t sizeBytes)
{
    if (column.lengthBytes == types::kMaxLength || sizeBytes <= column.lengthBytes)
        return false;
    return (carriesText(column, true) && carriesText(sent, true)) || (carriesText(column, false) && carriesText(sent, false))
        || (carriesBytes(column) && carriesBytes(sent));
}

}  // namespace

// One load under way: collects rows and runs an INSERT whenever there are enough.
class BulkLoad::Rows {
public:
    Rows(EngineSession& session, const Target& target, BulkSink& sink, std::stop_token stop)
        : m_session(session), m_target(target), m_sink(sink), m_stop(std::move(stop))
    {
        for (const Column& column : m_target.columns)
            m_used += column.skipped ? 0 : 1;
    }

    base::Result<void> setColumns(const tds::ColMetadata& metadata);
    // False: an error was told, or the client wants no more.
    base::Result<bool> add(const tds::Row& row);
    bool flush();
    [[nodiscard]] std::uint64_t count() const { return m_count; }
    [[nodiscard]] bool cancelled() const { return m_cancelled; }
    [[nodiscard]] bool hasColumns() const { return !m_columns.empty(); }

private:
    base::Result<std::string> cellText(std::size_t index, const tds::Cell& cell);

    EngineSession& m_session;
    const Target& m_target;
    BulkSink& m_sink;
    std::stop_token m_stop;
    std::size_t m_used = 0;  // columns that get a value
    std::vector<tds::Column> m_columns;
    std::vector<tds::KeyTableEntry> m_keys;
    BatchRequest m_request;
    std::string m_values;
    std::uint64_t m_waiting = 0;
    std::uint64_t m_count = 0;
    bool m_cancelled = false;
};

base::Result<void> BulkLoad::Rows::setColumns(const tds::ColMetadata& metadata)
{
    if (metadata.columns.size() != m_target.columns.size())
        return callError(4804, "The columns of the bulk load are not those of its INSERT BULK statement.");
    for (const tds::Column& column : metadata.columns)
        if (column.crypto)
            ES_CHECK(tds::checkCryptoMetadata(*column.crypto, metadata.keys.size()));
    m_columns = metadata.columns;
    m_keys = metadata.keys;
    return {};
}

base::Result<std::string> BulkLoad::Rows::cellText(std::size_t index, const tds::Cell& cell)
{
    const Column& target = m_target.columns[index];
    const tds::Column& sent = m_columns[index];
    const auto colid = std::to_string(index + 1);
    const types::SqlType sentType = tds::sqlTypeOf(sent.type);
    const bool ciphertext = target.cipher && (sent.crypto || (m_target.allowEncryptedValues && carriesBytes(sentType)));
    if (cell.isNull && !ciphertext && !m_target.keepNulls)
        return std::string("DEFAULT");  // the column's, or NULL where there is none

    EngineParameter parameter;
    parameter.name = "@b" + std::to_string(m_request.parameters.size());
    if (sent.crypto || ciphertext) {
        CipherInfo info = ciphertext ? *target.cipher : CipherInfo{};
        if (sent.crypto) {
            const tds::KeyTableEntry& key = m_keys[sent.crypto->keyOrdinal];
            info.baseType = tds::sqlTypeOf(sent.crypto->baseType);
            info.algorithmId = sent.crypto->algorithmId;
            info.encryptionType = sent.crypto->encryptionType;
            info.normalizationRule = sent.crypto->normalizationRule;
            info.databaseId = key.databaseId;
            info.keyId = key.keyId;
            info.keyVersion = key.keyVersion;
            info.metadataVersion = key.metadataVersion;
        }
        parameter.type = info.baseType;
        parameter.cipher = std::move(info);
        if (!cell.isNull)
            parameter.cell.emplace(cell.bytes.begin(), cell.bytes.end());
    } else {
        parameter.type = sentType;
        if (!cell.isNull) {
            if (!target.cipher && tooLong(target.column.type, sentType, cell.bytes.size()))
                return callError(4815, "Received an invalid column length from the bcp client for colid " + colid + ".");
            auto value = types::decodeRowForm(cell.bytes, sentType);
            if (!value)
                return callError(4816, "Invalid column type from bcp client for colid " + colid + ".");
            parameter.value = std::move(*value);
        }
    }
    m_request.parameters.push_back(std::move(parameter));
    return m_request.parameters.back().name;
}

base::Result<bool> BulkLoad::Rows::add(const tds::Row& row)
{
    std::string values;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
        if (m_target.columns[i].skipped)
            continue;
        ES_TRY(const std::string text, cellText(i, row.cells[i]));
        values += (values.empty() ? "(" : ", ") + text;
    }
    if (!values.empty())
        m_values += (m_values.empty() ? "" : ", ") + values + ")";
    ++m_waiting;
    const std::size_t rowsAtOnce = m_used == 0 ? 1 : std::max<std::size_t>(1, kCellsPerStatement / m_used);
    return m_waiting < rowsAtOnce || flush();
}

bool BulkLoad::Rows::flush()
{
    if (m_waiting == 0)
        return true;
    std::string names;
    for (const Column& column : m_target.columns)
        if (!column.skipped)
            names += (names.empty() ? "(" : ", ") + tsql::quoteName(column.name);
    m_request.text = "INSERT INTO " + m_target.table + (names.empty() ? " DEFAULT VALUES" : names + ") VALUES " + m_values);
    m_sink.inserted.reset();
    const ExecOutcome outcome = m_session.execute(m_request, m_sink, m_stop);
    m_cancelled = outcome == ExecOutcome::kCancelled;
    if (m_sink.inserted)
        m_count += m_sink.inserted->rowCount.value_or(m_waiting);  // SET NOCOUNT tells none
    m_waiting = 0;
    m_request.parameters.clear();
    m_values.clear();
    return !m_cancelled && !m_sink.failed;
}

ExecOutcome BulkLoad::begin(std::string_view text, ExecSink& sink, std::stop_token stop)
{
    m_target.reset();
    const auto parsed = tsql::parseInsertBulk(text);
    if (!parsed) {
        say(sink, parsed.error());
        return ExecOutcome::kCompleted;
    }
    Target target;
    target.table = quotedTable(parsed->table);
    target.keepNulls = parsed->keepNulls;
    target.keepIdentity = parsed->keepIdentity;
    target.allowEncryptedValues = parsed->allowEncryptedValues;

    std::string names;
    for (const tsql::InsertBulkColumn& column : parsed->columns)
        names += (names.empty() ? "" : ", ") + tsql::quoteName(column.name.text);
    BatchRequest request;
    request.text = "SELECT TOP (0) " + (names.empty() ? "*" : names) + " FROM " + target.table;
    BulkSink inner(sink);
    if (m_session.execute(request, inner, std::move(stop)) == ExecOutcome::kCancelled)
        return ExecOutcome::kCancelled;
    if (inner.failed) {
        sink.done({Command::kNone, {}, true});
        return ExecOutcome::kCompleted;
    }
    for (const ResultColumn& column : inner.shape.columns) {
        Column entry{column.name, column, {}, column.identity && !target.keepIdentity};
        target.explicitIdentity = target.explicitIdentity || (column.identity && target.keepIdentity);
        if (column.crypto)
            entry.cipher = cipherOf(inner.shape, *column.crypto);
        target.columns.push_back(std::move(entry));
    }
    m_target = std::move(target);
    sink.done({kBulkInsert, {}, false});
    return ExecOutcome::kCompleted;
}

base::Result<ExecOutcome> BulkLoad::load(base::ByteView payload, ExecSink& sink, std::stop_token stop)
{
    const auto target = std::exchange(m_target, std::nullopt);
    if (!target) {
        say(sink, callError(4002, "A bulk load message came without its INSERT BULK statement."));
        return ExecOutcome::kCompleted;
    }
    BulkSink inner(sink);
    const auto run = [&](const std::string& text) {
        BatchRequest request;
        request.text = text;
        return m_session.execute(request, inner, {}) == ExecOutcome::kCompleted && !inner.failed;
    };
    const bool ownTransaction = m_session.transactionCount() == 0;
    if (ownTransaction)
        ES_CHECK(m_session.beginTransaction(inner, {}));
    else
        run("SAVE TRANSACTION [es bulk load]");
    if (target->explicitIdentity)
        run("SET IDENTITY_INSERT " + target->table + " ON");
    inner.keepNotices();

    Rows rows(m_session, *target, inner, std::move(stop));
    tds::TokenDecoder decoder({.columnEncryption = m_columnEncryption, .bulkLoad = true});
    decoder.feed(payload);
    bool goesOn = !inner.failed;
    bool ended = false;
    std::optional<base::Error> refused, malformed;
    while (goesOn && !ended) {
        auto token = decoder.next();
        if (!token) {
            malformed = std::move(token).error();
            break;
        }
        base::Result<bool> step = true;
        if (*token == nullptr) {  // FreeTDS ends the message without DONE
            const auto whole = decoder.endOfMessage();
            if (!whole || !rows.hasColumns()) {
                malformed = tds::protocolError(tds::kTruncated, "The bulk load is cut off.");
                break;
            }
            ended = true;
            step = rows.flush();
        } else if (const auto* metadata = std::get_if<tds::ColMetadataPtr>(*token)) {
            if (const auto set = rows.setColumns(**metadata); !set)
                step = set.error();
        } else if (const auto* row = std::get_if<tds::Row>(*token)) {
            step = rows.add(*row);
        } else if (std::holds_alternative<tds::Done>(**token)) {
            ended = true;
            step = rows.flush();
        } else {
            malformed = tds::protocolError(tds::kUnexpected, "A part that does not belong there stands in the bulk load.");
        }
        if (!step)
            refused = std::move(step).error();
        goesOn = !malformed && step && *step;
    }
    const bool good = ended && goesOn;
    if (refused)
        inner.message(refused->server.value_or(base::ServerError{4804, 1, 16, 1, refused->text, {}, {}}), true);

    // Here the client's own transaction may be gone already: XACT_ABORT.
    if (m_session.transactionCount() > 0 && !good)
        ownTransaction ? static_cast<void>(m_session.rollbackTransaction(inner, {})) : static_cast<void>(run("ROLLBACK TRANSACTION [es bulk load]"));
    else if (ownTransaction && good)
        ES_CHECK(m_session.commitTransaction(inner));
    if (ownTransaction)
        inner.keepNotices();
    inner.passOnNotices();
    if (target->explicitIdentity)
        run("SET IDENTITY_INSERT " + target->table + " OFF");
    if (malformed)
        return *malformed;
    if (rows.cancelled())
        return ExecOutcome::kCancelled;
    sink.done({kBulkInsert, good ? std::optional(rows.count()) : std::nullopt, !good});
    return ExecOutcome::kCompleted;
}

}  // namespace es::sandbox
