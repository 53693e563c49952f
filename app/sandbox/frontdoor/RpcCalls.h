// Runs the calls of one RPC message: sp_executesql, the prepared-statement family, server cursors (RpcCursorCalls.cpp),
// sp_describe_parameter_encryption, and any other procedure as EXEC. Thread: the session thread.                                              tds reference 6.3
#pragma once

#include "app/sandbox/frontdoor/Cursors.h"
#include "app/sandbox/frontdoor/PreparedStatements.h"
#include "app/sandbox/frontdoor/ResponseSink.h"
#include "driver/tds/Request.h"

namespace es::sandbox {

class RpcCalls {
public:
    RpcCalls(EngineSession& session, PreparedStatements& prepared, Cursors& cursors) : m_session(session), m_prepared(prepared), m_cursors(cursors) {}

    // All calls in order; ends the message unless it was cancelled.
    ExecOutcome run(const tds::RpcRequest& request, ResponseSink& sink, std::stop_token stop);

private:
    using Handler = base::Result<ExecOutcome> (RpcCalls::*)(const tds::RpcCall& call);
    [[nodiscard]] static Handler handlerOf(const std::string& procedure);

    base::Result<ExecOutcome> executeSql(const tds::RpcCall& call);
    base::Result<ExecOutcome> prepare(const tds::RpcCall& call);
    base::Result<ExecOutcome> prepareAndExecute(const tds::RpcCall& call);
    base::Result<ExecOutcome> prepareAndExecuteProcedure(const tds::RpcCall& call);
    base::Result<ExecOutcome> runProcedure(const PreparedStatement& procedure, std::size_t first, const tds::RpcCall& call);
    base::Result<ExecOutcome> execute(const tds::RpcCall& call);
    base::Result<ExecOutcome> unprepare(const tds::RpcCall& call);
    base::Result<ExecOutcome> describe(const tds::RpcCall& call);
    base::Result<ExecOutcome> describeFirst(const tds::RpcCall& call);
    base::Result<ExecOutcome> resetConnection(const tds::RpcCall& call);
    base::Result<ExecOutcome> refuseCursor(const tds::RpcCall& call);
    base::Result<ExecOutcome> executeProcedure(const tds::RpcCall& call);

    base::Result<ExecOutcome> openCursor(const tds::RpcCall& call);
    base::Result<ExecOutcome> prepareCursor(const tds::RpcCall& call);
    base::Result<ExecOutcome> executeCursor(const tds::RpcCall& call);
    base::Result<ExecOutcome> prepareAndExecuteCursor(const tds::RpcCall& call);
    base::Result<ExecOutcome> fetchCursor(const tds::RpcCall& call);
    base::Result<ExecOutcome> workOnCursor(const tds::RpcCall& call);
    base::Result<ExecOutcome> closeCursor(const tds::RpcCall& call);
    base::Result<ExecOutcome> optionOfCursor(const tds::RpcCall& call);
    // `cursorAt`, `scrollAt`: positions of the cursor's handle, and of scrollopt with ccopt and rowcount behind it.
    base::Result<ExecOutcome> openCursorOn(const PreparedStatement& statement, std::span<const tds::RpcParameter> values, const tds::RpcCall& call,
                                           std::size_t cursorAt, std::size_t scrollAt);
    [[nodiscard]] base::Result<std::int32_t> optionalInt(const tds::RpcCall& call, std::size_t position, std::int32_t otherwise) const;
    void returnIfAsked(const tds::RpcCall& call, std::size_t position, std::int32_t value);
    void sendBlock(const Cursor& cursor, Cursor::Block block);
    [[nodiscard]] static ResultShape cursorShape(const Cursor& cursor);  // with ROWSTAT, which ends every row of a cursor

    base::Result<std::int32_t> keep(const tds::RpcParameter& declarations, const tds::RpcParameter& statement);
    base::Result<ExecOutcome> runStatement(const PreparedStatement& statement, std::span<const tds::RpcParameter> values,
                                           const tds::RpcCall& call);
    [[nodiscard]] base::ByteView packageOf(const tds::RpcCall& call);

    EngineSession& m_session;
    PreparedStatements& m_prepared;
    Cursors& m_cursors;
    ResponseSink* m_sink = nullptr;  // during run()
    std::stop_token m_stop;
    std::optional<base::Bytes> m_attestation;  // argument 3 of a describe call of this message, not answered yet
    base::Bytes m_lastPackage;       // SqlClient repeats one package in all calls of a message: it is used once
};

}  // namespace es::sandbox
