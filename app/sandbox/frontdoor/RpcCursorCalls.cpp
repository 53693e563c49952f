// The procedures of server cursors, as drivers call them.                                         tds reference 6.3
#include "app/sandbox/frontdoor/RpcCalls.h"

#include "app/sandbox/frontdoor/RpcParameters.h"
#include "driver/tsql/Parser.h"
#include "driver/types/TypeNames.h"

#include <array>

namespace es::sandbox {

namespace {

constexpr std::array<base::Byte, 4> kRowFetched{1, 0, 0, 0};  // ROWSTAT: the row is there
constexpr std::int32_t kDefaultAutoFetchRows = 20;

// Fills a cursor; messages go on to the client.
class CursorSink final : public ExecSink {
public:
    explicit CursorSink(ResponseSink& outer) : m_outer(outer) {}
    Cursor cursor;
    std::size_t results = 0;
    bool failed = false;
    bool tooLarge = false;

    bool columns(const ResultShape& shape) override
    {
        if (++results == 1)
            cursor.shape = shape;
        return results == 1;
    }
    bool row(std::span<const Cell> cells) override
    {
        cursor.add(cells);
        tooLarge = cursor.memoryBytes() > Cursors::kMaxBytes;
        return !tooLarge;
    }
    void message(const base::ServerError& message, bool isError) override
    {
        failed = failed || isError;
        m_outer.message(message, isError);
    }
    bool done(const StatementDone& done) override
    {
        failed = failed || done.failed;
        return true;
    }
    void envChange(const EnvNotice& notice) override { m_outer.envChange(notice); }
    void returnStatus(std::int32_t) override {}
    void returnValue(const ReturnedParameter&) override {}

private:
    ResponseSink& m_outer;
};

base::Error noSuchCursor(std::string_view procedure, std::int32_t handle)
{
    return callError(16909, std::string(procedure) + ": The cursor identifier value provided (" + std::to_string(handle) + ") is not valid.");
}

// A cursor stands on one SELECT; whatever else would have taken effect before that could be found out.
base::Result<void> checkOneSelect(const std::string& text)
{
    ES_TRY(const tsql::Script script, tsql::parse(text));
    if (script.statements.size() == 1 && std::holds_alternative<tsql::SelectStatement>(script.statements[0].node))
        return {};
    return callError(16937, "A server cursor cannot be opened on the given statement or statements. Use a default result set or client cursor.");
}

// The cursors here are static and read-only: what is asked for beyond that is answered by what it gets, as servers may.
std::int32_t scrollGiven(std::int32_t asked)
{
    const std::int32_t type = asked & kScrollTypes;
    return type == kScrollForwardOnly || type == kScrollFastForward ? type : kScrollStatic;
}

}  // namespace

base::Result<std::int32_t> RpcCalls::optionalInt(const tds::RpcCall& call, std::size_t position, std::int32_t otherwise) const
{
    if (position >= call.parameters.size() || !call.parameters[position].value)
        return otherwise;
    return intOf(call.parameters[position], call.parameters[position].name);
}

void RpcCalls::returnIfAsked(const tds::RpcCall& call, std::size_t position, std::int32_t value)
{
    if (position < call.parameters.size() && (call.parameters[position].status & tds::kParameterByReference) != 0)
        m_sink->returnInteger(value, call.parameters[position].name, position);
}

void RpcCalls::sendBlock(const Cursor& cursor, Cursor::Block block)
{
    std::vector<Cell> cells;
    for (std::int32_t row = block.begin; row < block.end; ++row) {
        cursor.rowAt(row, cells);
        cells.push_back({kRowFetched, false});
        if (!m_sink->row(cells))
            return;
    }
}

ResultShape RpcCalls::cursorShape(const Cursor& cursor)
{
    ResultShape shape = cursor.shape;
    ResultColumn status;
    status.name = "ROWSTAT";
    status.type = types::makeType(types::TypeId::kInt);
    status.computed = true;
    shape.columns.push_back(std::move(status));
    return shape;
}

base::Result<ExecOutcome> RpcCalls::openCursorOn(
    const PreparedStatement& statement, std::span<const tds::RpcParameter> values, const tds::RpcCall& call, std::size_t cursorAt, std::size_t scrollAt)
{
    ES_CHECK(checkOneSelect(statement.text));
    ES_TRY(const std::int32_t scroll, optionalInt(call, scrollAt, kScrollKeyset));
    ES_TRY(const std::int32_t rowsWanted, optionalInt(call, scrollAt + 2, kDefaultAutoFetchRows));
    BatchRequest request;
    request.text = statement.text;
    request.rawUtf16 = statement.rawUtf16;
    request.enclavePackage = packageOf(call);
    ES_TRY(request.parameters, m_session.parseDeclarations(statement.declarations));
    ES_CHECK(fillParameters(request.parameters, values));
    CursorSink filled(*m_sink);
    const ExecOutcome outcome = m_session.execute(request, filled, m_stop);
    if (filled.tooLarge)
        return callError(701, "The result is too large for a cursor of the sandbox: it would need more than 256 MB.");
    if (outcome == ExecOutcome::kCancelled || filled.failed)
        return outcome;
    Cursor cursor = std::move(filled.cursor);
    const std::int32_t given = scrollGiven(scroll);
    cursor.forwardOnly = given != kScrollStatic;
    const std::int32_t rows = cursor.rowCount();
    const ResultShape shape = cursorShape(cursor);
    const auto handle = m_cursors.add(std::move(cursor));
    if (!handle)
        return callError(701, "This connection holds too many cursors.");
    m_sink->columns(shape);
    std::int32_t counted = given == kScrollStatic ? rows : -1;  // -1: not known
    if ((scroll & kScrollAutoFetch) != 0) {
        Cursor& kept = *m_cursors.find(*handle);
        const auto block = kept.move(kFetchNext, 0, rowsWanted > 0 ? rowsWanted : kDefaultAutoFetchRows);
        sendBlock(kept, *block);
        counted = block->end - block->begin;
    }
    m_sink->done({Command::kSelect, std::uint64_t{0}, false});
    returnIfAsked(call, cursorAt, *handle);
    returnIfAsked(call, scrollAt, given | (scroll & kScrollParameterized));
    returnIfAsked(call, scrollAt + 1, kConcurrencyReadOnly);
    returnIfAsked(call, scrollAt + 2, counted);
    return outcome;
}

// sp_cursoropen cursor OUT, stmt, scrollopt, ccopt, rowcount [, declarations, values ..]
base::Result<ExecOutcome> RpcCalls::openCursor(const tds::RpcCall& call)
{
    if (call.parameters.size() < 2)
        return callError(201, "Procedure or function 'sp_cursoropen' expects parameter '@stmt', which was not supplied.");
    ES_TRY(auto text, textOf(call.parameters[1], "@stmt"));
    PreparedStatement statement{std::move(text.text), std::move(text.rawUtf16), {}};
    std::span<const tds::RpcParameter> values;
    if (call.parameters.size() > 5) {
        ES_TRY(auto declarations, textOf(call.parameters[5], "@paramdef"));
        statement.declarations = std::move(declarations.text);
        values = std::span(call.parameters).subspan(6);
    }
    return openCursorOn(statement, values, call, 0, 2);
}

// sp_cursorprepare handle OUT, declarations, stmt, options [, scrollopt, ccopt]
base::Result<ExecOutcome> RpcCalls::prepareCursor(const tds::RpcCall& call)
{
    if (call.parameters.size() < 3)
        return callError(201, "Procedure or function 'sp_cursorprepare' expects parameter '@stmt', which was not supplied.");
    ES_TRY(const std::int32_t handle, keep(call.parameters[1], call.parameters[2]));
    ES_TRY(const std::int32_t scroll, optionalInt(call, 4, kScrollKeyset));
    returnIfAsked(call, 0, handle);
    returnIfAsked(call, 4, scrollGiven(scroll));
    returnIfAsked(call, 5, kConcurrencyReadOnly);
    return ExecOutcome::kCompleted;
}

// sp_cursorexecute handle, cursor OUT, scrollopt, ccopt, rowcount [, values ..]
base::Result<ExecOutcome> RpcCalls::executeCursor(const tds::RpcCall& call)
{
    if (call.parameters.size() < 2)
        return callError(201, "Procedure or function 'sp_cursorexecute' expects parameter '@cursor', which was not supplied.");
    ES_TRY(const std::int32_t handle, intOf(call.parameters[0], "@handle"));
    const PreparedStatement* statement = m_prepared.find(handle);
    if (statement == nullptr)
        return callError(8179, "Could not find prepared statement with handle " + std::to_string(handle) + ".");
    const auto all = std::span(call.parameters);
    return openCursorOn(*statement, all.subspan(std::min<std::size_t>(5, all.size())), call, 1, 2);
}

// sp_cursorprepexec handle OUT, cursor OUT, declarations, stmt, scrollopt, ccopt, rowcount [, values ..]
base::Result<ExecOutcome> RpcCalls::prepareAndExecuteCursor(const tds::RpcCall& call)
{
    if (call.parameters.size() < 4)
        return callError(201, "Procedure or function 'sp_cursorprepexec' expects parameter '@stmt', which was not supplied.");
    ES_TRY(const std::int32_t handle, keep(call.parameters[2], call.parameters[3]));
    returnIfAsked(call, 0, handle);
    const auto all = std::span(call.parameters);
    return openCursorOn(*m_prepared.find(handle), all.subspan(std::min<std::size_t>(7, all.size())), call, 1, 4);
}

// sp_cursorfetch cursor, fetchtype, rownum, nrows
base::Result<ExecOutcome> RpcCalls::fetchCursor(const tds::RpcCall& call)
{
    ES_TRY(const std::int32_t handle, optionalInt(call, 0, 0));
    ES_TRY(const std::int32_t type, optionalInt(call, 1, kFetchNext));
    ES_TRY(const std::int32_t row, optionalInt(call, 2, 0));
    ES_TRY(const std::int32_t count, optionalInt(call, 3, kDefaultAutoFetchRows));
    Cursor* cursor = m_cursors.find(handle);
    if (cursor == nullptr)
        return noSuchCursor("sp_cursorfetch", handle);
    if ((type & ~kFetchSkipConcurrency) == kFetchInfo) {
        returnIfAsked(call, 2, cursor->position());
        returnIfAsked(call, 3, cursor->forwardOnly ? -1 : cursor->rowCount());
        return ExecOutcome::kCompleted;
    }
    const auto block = cursor->move(type, row, count);
    if (!block)
        return callError(16902, "sp_cursorfetch: The value of the parameter 'fetchtype' is invalid.");
    constexpr std::uint16_t kNoMetadata = 0x0002;
    if ((call.options & kNoMetadata) != 0)
        m_sink->columnsAgain(cursorShape(*cursor));
    else
        m_sink->columns(cursorShape(*cursor));
    sendBlock(*cursor, *block);
    m_sink->done({Command::kSelect, static_cast<std::uint64_t>(block->end - block->begin), false});
    return m_stop.stop_requested() ? ExecOutcome::kCancelled : ExecOutcome::kCompleted;
}

// sp_cursor cursor, optype, rownum, table [, values ..]: rows of the fetch buffer once more (ODBC reads single cells that way), or changes
// of rows, which these cursors do not take.
base::Result<ExecOutcome> RpcCalls::workOnCursor(const tds::RpcCall& call)
{
    constexpr std::int32_t kRefresh = 0x8, kSetPosition = 0x20;
    ES_TRY(const std::int32_t handle, optionalInt(call, 0, 0));
    ES_TRY(const std::int32_t operation, optionalInt(call, 1, 0));
    ES_TRY(const std::int32_t row, optionalInt(call, 2, 0));
    const Cursor* cursor = m_cursors.find(handle);
    if (cursor == nullptr)
        return noSuchCursor("sp_cursor", handle);
    if ((operation & ~(kRefresh | kSetPosition)) != 0)
        return callError(16929, "The cursor is READ ONLY.");
    const auto block = cursor->fetched(row);
    if (!block)
        return callError(16930, "The requested row is not in the fetch buffer.");
    if ((operation & kRefresh) != 0) {
        m_sink->columns(cursorShape(*cursor));
        sendBlock(*cursor, *block);
        m_sink->done({Command::kSelect, static_cast<std::uint64_t>(block->end - block->begin), false});
    }
    return ExecOutcome::kCompleted;
}

base::Result<ExecOutcome> RpcCalls::closeCursor(const tds::RpcCall& call)
{
    ES_TRY(const std::int32_t handle, optionalInt(call, 0, 0));
    if (!m_cursors.close(handle))
        return noSuchCursor("sp_cursorclose", handle);
    return ExecOutcome::kCompleted;
}

// sp_cursoroption cursor, code, value: names and ways to read large values, none of which changes an answer here.
base::Result<ExecOutcome> RpcCalls::optionOfCursor(const tds::RpcCall& call)
{
    ES_TRY(const std::int32_t handle, optionalInt(call, 0, 0));
    if (m_cursors.find(handle) == nullptr)
        return noSuchCursor("sp_cursoroption", handle);
    return ExecOutcome::kCompleted;
}

}  // namespace es::sandbox
