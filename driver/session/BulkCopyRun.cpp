#include "driver/session/BulkCopyRun.h"

#include "driver/session/ExchangeMachine.h"
#include "driver/session/RequestBuilder.h"
#include "driver/session/ServerErrors.h"
#include "driver/tsql/Quoting.h"
#include "driver/types/Convert.h"
#include "driver/types/RowForm.h"

namespace es::session {

namespace {

base::Error wrongColumnCount(std::size_t wanted, std::size_t given)
{
    return base::makeError(kBadParameter,
        "The table takes " + std::to_string(wanted) + " columns, but the rows have " + std::to_string(given) + '.', {}, "Name the columns to fill.");
}

} // namespace

// --- BlockBulkSource ---

base::Result<void> BlockBulkSource::onColumns(std::span<const BulkColumn> columns)
{
    if (columns.size() != m_from.size()) return wrongColumnCount(columns.size(), m_from.size());
    m_to.clear();
    for (const BulkColumn& column : columns)
        m_to.push_back(column.type);
    return {};
}

base::Result<bool> BlockBulkSource::next(std::span<types::Value> row)
{
    while (m_block < m_blocks.size() && m_row == m_blocks[m_block]->rowCount()) {
        ++m_block;
        m_row = 0;
    }
    if (m_block == m_blocks.size()) return false;
    const types::RowBlock& block = *m_blocks[m_block];
    for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = types::Null{};
        if (block.isNull(m_row, i)) continue;
        ES_TRY(row[i], types::decodeRowForm(block.cell(m_row, i), m_from[i].type));
        if (m_from[i].type != m_to[i]) {
            ES_TRY(row[i], types::convertValue(row[i], m_from[i].type, m_to[i]));
        }
    }
    ++m_row;
    return true;
}

// --- the run ---

// What the three kinds of answers hold that matters: columns, errors, the count of rows.
class BulkCopyRun::Answer final : public AnswerHandler {
public:
    tds::ColMetadataPtr columns;
    StatementErrors errors;
    std::uint64_t rows = 0;

    void onToken(const tds::Token& token) override
    {
        if (const auto* metadata = std::get_if<tds::ColMetadataPtr>(&token)) columns = *metadata;
        if (const auto* message = std::get_if<tds::ServerMessage>(&token); message != nullptr && message->isError) errors.add(message->error);
        if (const auto* done = std::get_if<tds::Done>(&token); done != nullptr && (done->status & tds::kDoneCount) != 0) rows = done->rowCount;
    }
};

BulkCopyRun::BulkCopyRun(
    SessionWorld& world, const BulkCopyRequest& request, BulkSource& source, std::stop_token cancel, std::stop_token abandon)
    : m_world(world)
    , m_request(request)
    , m_source(source)
    , m_cancel(std::move(cancel))
    , m_abandon(std::move(abandon))
{
}

base::Result<bool> BulkCopyRun::ask(base::Bytes packets, Answer& answer)
{
    ExchangeMachine machine(m_world.facts, answer, std::move(packets));
    m_world.facts.rolledBack = false;
    auto finished = m_world.exchange(machine, m_cancel, m_abandon);
    if (!finished) return answer.errors.fatal() ? answer.errors.toError() : std::move(finished).error();
    if (!*finished || machine.cancelled()) return false;
    if (!answer.errors.any()) return true;
    if (m_world.facts.rolledBack) answer.errors.transactionRolledBack();
    if (answer.errors.fatal()) m_world.close();
    return answer.errors.toError();
}

base::Result<bool> BulkCopyRun::batch(BulkRowEncoder& encoder)
{
    base::ByteWriter rows;
    encoder.begin(rows);
    std::uint32_t count = 0;
    while (!m_sourceEnded && (m_request.options.batchRows == 0 || count < m_request.options.batchRows)) {
        if (cancelRequested()) return false;
        ES_TRY(const bool more, m_source.next(m_row));
        m_sourceEnded = !more;
        if (!more) break;
        ES_CHECK(encoder.append(rows, m_row, ++m_read));
        ++count;
    }
    if (count == 0) return true;
    BulkRowEncoder::end(rows);
    if (cancelRequested()) return false;
    Answer announced, loaded;
    ES_TRY(base::Bytes statement, batchPackets(m_world.facts, encoder.statement(m_request), {}));
    ES_TRY(const bool accepted, ask(std::move(statement), announced));
    if (!accepted) return false;
    ES_TRY(const bool taken, ask(bulkLoadPackets(m_world.facts, rows.view()), loaded));
    if (!taken) return false;
    m_copied.rows += count;
    m_source.onBatch(m_copied.rows);
    return true;
}

base::Result<BulkCopied> BulkCopyRun::run()
{
    std::string names;
    for (const std::string& column : m_request.columns)
        names += (names.empty() ? "" : ", ") + tsql::quoteName(column);
    Answer described;
    ES_TRY(base::Bytes question, batchPackets(m_world.facts, "SELECT TOP (0) " + (names.empty() ? "*" : names) + " FROM " + m_request.table, {}));
    ES_TRY(bool goesOn, ask(std::move(question), described));
    if (goesOn && !described.columns) return protocolError("a SELECT was answered without columns.");
    if (goesOn) {
        ES_TRY(BulkRowEncoder encoder,
            BulkRowEncoder::create(*described.columns, m_request, m_world.facts.columnEncryptionVersion > 0, m_world.keys));
        ES_CHECK(m_source.onColumns(encoder.columns()));
        m_row.resize(encoder.columns().size());
        while (goesOn && !m_sourceEnded) {
            ES_TRY(goesOn, batch(encoder));
        }
    }
    m_copied.cancelled = !goesOn;
    return m_copied;
}

} // namespace es::session
