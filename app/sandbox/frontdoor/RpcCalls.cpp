#include "app/sandbox/frontdoor/RpcCalls.h"

#include "app/sandbox/frontdoor/FirstResult.h"
#include "app/sandbox/frontdoor/RpcParameters.h"
#include "driver/base/Utf16.h"

#include <algorithm>
#include <utility>

namespace es::sandbox {

using base::Bytes;
using base::ByteView;

namespace {

std::string procedureOf(const tds::RpcCall& call)
{
    if (call.procId)
        return std::string(tds::procName(static_cast<tds::ProcId>(*call.procId)));
    return plainProcedureName(call.name);
}

// For statements of ours that have nothing to tell.
class QuietSink final : public ExecSink {
public:
    bool columns(const ResultShape&) override { return true; }
    bool row(std::span<const Cell>) override { return true; }
    void message(const base::ServerError&, bool) override {}
    bool done(const StatementDone&) override { return true; }
    void envChange(const EnvNotice&) override {}
    void returnStatus(std::int32_t) override {}
    void returnValue(const ReturnedParameter&) override {}
};

std::string lowerAscii(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return text;
}

base::Error missing(std::string_view procedure, std::string_view parameter)
{
    return callError(201, "Procedure or function '" + std::string(procedure) + "' expects parameter '" + std::string(parameter)
                              + "', which was not supplied.");
}

}  // namespace

RpcCalls::Handler RpcCalls::handlerOf(const std::string& procedure)
{
    static const std::vector<std::pair<std::string_view, Handler>> kHandlers{
        {"sp_executesql", &RpcCalls::executeSql},
        {"sp_prepare", &RpcCalls::prepare},
        {"sp_prepexec", &RpcCalls::prepareAndExecute},
        {"sp_execute", &RpcCalls::execute},
        {"sp_unprepare", &RpcCalls::unprepare},
        {"sp_describe_parameter_encryption", &RpcCalls::describe},
        {"sp_describe_first_result_set", &RpcCalls::describeFirst},
        {"sp_reset_connection", &RpcCalls::resetConnection},
        {"sp_prepexecrpc", &RpcCalls::prepareAndExecuteProcedure},
        {"sp_cursoropen", &RpcCalls::openCursor},
        {"sp_cursorprepare", &RpcCalls::prepareCursor},
        {"sp_cursorexecute", &RpcCalls::executeCursor},
        {"sp_cursorprepexec", &RpcCalls::prepareAndExecuteCursor},
        {"sp_cursorfetch", &RpcCalls::fetchCursor},
        {"sp_cursor", &RpcCalls::workOnCursor},
        {"sp_cursorclose", &RpcCalls::closeCursor},
        {"sp_cursoroption", &RpcCalls::optionOfCursor},
        {"sp_cursorunprepare", &RpcCalls::unprepare},
    };
    const auto found = std::find_if(kHandlers.begin(), kHandlers.end(), [&](const auto& entry) { return entry.first == procedure; });
    if (found != kHandlers.end())
        return found->second;
    return procedure.starts_with("sp_cursor") ? &RpcCalls::refuseCursor : &RpcCalls::executeProcedure;
}

ExecOutcome RpcCalls::run(const tds::RpcRequest& request, ResponseSink& sink, std::stop_token stop)
{
    m_sink = &sink;
    m_stop = std::move(stop);
    m_lastPackage.clear();
    m_attestation.reset();
    for (std::size_t i = 0; i < request.calls.size(); ++i) {
        const tds::RpcCall& call = request.calls[i];
        sink.begin(ResponseSink::Form::kCall);
        if (call.execute) {
            const auto outcome = (this->*handlerOf(procedureOf(call)))(call);
            if (!outcome)
                sink.error(outcome.error(), 50000);
            else if (*outcome == ExecOutcome::kCancelled)
                return ExecOutcome::kCancelled;
        }
        sink.endCall(i + 1 == request.calls.size());
    }
    return ExecOutcome::kCompleted;
}

ByteView RpcCalls::packageOf(const tds::RpcCall& call)
{
    if (call.enclavePackage.empty() || call.enclavePackage == m_lastPackage)
        return {};
    m_lastPackage = call.enclavePackage;
    return m_lastPackage;
}

base::Result<ExecOutcome> RpcCalls::runStatement(const PreparedStatement& statement, std::span<const tds::RpcParameter> values,
                                                 const tds::RpcCall& call)
{
    BatchRequest request;
    request.text = statement.text;
    request.rawUtf16 = statement.rawUtf16;
    request.enclavePackage = packageOf(call);
    ES_TRY(request.parameters, m_session.parseDeclarations(statement.declarations));
    ES_CHECK(fillParameters(request.parameters, values));
    m_sink->parametersBeginAt(call.parameters.size() - values.size());
    const ExecOutcome outcome = m_session.execute(request, *m_sink, m_stop);
    endFormatOnly(statement.text);
    return outcome;
}

// What SET changes inside a procedure ends with it. JDBC relies on that: it asks for a table's columns by sp_executesql with SET FMTONLY ON
// and never switches it off; everything after it would run without effect.
void RpcCalls::endFormatOnly(const std::string& text)
{
    if (lowerAscii(text).find("fmtonly") == std::string::npos)
        return;
    BatchRequest request;
    request.text = "SET FMTONLY OFF";
    QuietSink quiet;
    static_cast<void>(m_session.execute(request, quiet, {}));
}

base::Result<ExecOutcome> RpcCalls::executeSql(const tds::RpcCall& call)
{
    if (call.parameters.empty())
        return missing("sp_executesql", "@stmt");
    ES_TRY(auto statement, textOf(call.parameters[0], "@statement"));
    PreparedStatement once{std::move(statement.text), std::move(statement.rawUtf16), {}};
    std::span<const tds::RpcParameter> values(call.parameters);
    values = values.subspan(std::min<std::size_t>(2, values.size()));
    if (call.parameters.size() > 1) {
        ES_TRY(auto declarations, textOf(call.parameters[1], "@parameters"));
        once.declarations = std::move(declarations.text);
    }
    return runStatement(once, values, call);
}

base::Result<std::int32_t> RpcCalls::keep(const tds::RpcParameter& declarations, const tds::RpcParameter& statement)
{
    ES_TRY(auto declared, textOf(declarations, "@params"));
    ES_TRY(auto text, textOf(statement, "@stmt"));
    ES_TRY([[maybe_unused]] const auto parameters, m_session.parseDeclarations(declared.text));
    const auto handle = m_prepared.add({std::move(text.text), std::move(text.rawUtf16), std::move(declared.text)});
    if (!handle)
        return callError(701, "This connection holds too many prepared statements.");
    return *handle;
}

base::Result<ExecOutcome> RpcCalls::prepare(const tds::RpcCall& call)
{
    if (call.parameters.size() < 3)
        return missing("sp_prepare", "@stmt");
    ES_TRY(const std::int32_t handle, keep(call.parameters[1], call.parameters[2]));
    m_sink->returnHandle(handle, call.parameters[0].name);
    return ExecOutcome::kCompleted;
}

base::Result<ExecOutcome> RpcCalls::prepareAndExecute(const tds::RpcCall& call)
{
    if (call.parameters.size() < 3)
        return missing("sp_prepexec", "@stmt");
    ES_TRY(const std::int32_t handle, keep(call.parameters[1], call.parameters[2]));
    m_sink->returnHandle(handle, call.parameters[0].name);
    return runStatement(*m_prepared.find(handle), std::span(call.parameters).subspan(3), call);
}

// What Microsoft's ODBC driver sends for a prepared {call p(?, ?)}: a handle for sp_execute, the procedure's name, its parameters.
base::Result<ExecOutcome> RpcCalls::prepareAndExecuteProcedure(const tds::RpcCall& call)
{
    if (call.parameters.size() < 2)
        return missing("sp_prepexecrpc", "@stmt");
    ES_TRY(auto name, textOf(call.parameters[1], "@stmt"));
    if (name.text.find_first_of("(){}=;?") != std::string::npos)
        return callError(40517, "sp_prepexecrpc with more than a procedure's name (" + name.text + ") is not supported in the sandbox.");
    const auto handle = m_prepared.add({std::move(name.text), std::move(name.rawUtf16), {}, true});
    if (!handle)
        return callError(701, "This connection holds too many prepared statements.");
    m_sink->returnHandle(*handle, call.parameters[0].name);
    return runProcedure(*m_prepared.find(*handle), 2, call);
}

// The procedure of a handle, with the parameters of `call` from `first` on.
base::Result<ExecOutcome> RpcCalls::runProcedure(const PreparedStatement& procedure, std::size_t first, const tds::RpcCall& call)
{
    tds::RpcCall direct = call;
    direct.procId.reset();
    direct.name = procedure.text;
    direct.parameters.erase(direct.parameters.begin(), direct.parameters.begin() + static_cast<std::ptrdiff_t>(first));
    m_sink->parametersBeginAt(first);
    m_sink->returnUnnamed();
    return executeProcedure(direct);
}

base::Result<ExecOutcome> RpcCalls::execute(const tds::RpcCall& call)
{
    if (call.parameters.empty())
        return missing("sp_execute", "@handle");
    ES_TRY(const std::int32_t handle, intOf(call.parameters[0], "@handle"));
    const PreparedStatement* statement = m_prepared.find(handle);
    if (statement == nullptr)
        return callError(8179, "Could not find prepared statement with handle " + std::to_string(handle) + ".");
    if (statement->isProcedure)
        return runProcedure(*statement, 1, call);
    return runStatement(*statement, std::span(call.parameters).subspan(1), call);
}

base::Result<ExecOutcome> RpcCalls::unprepare(const tds::RpcCall& call)
{
    if (call.parameters.empty())
        return missing("sp_unprepare", "@handle");
    ES_TRY(const std::int32_t handle, intOf(call.parameters[0], "@handle"));
    if (!m_prepared.remove(handle))
        return callError(8179, "Could not find prepared statement with handle " + std::to_string(handle) + ".");
    return ExecOutcome::kCompleted;
}

base::Result<ExecOutcome> RpcCalls::describe(const tds::RpcCall& call)
{
    DescribeRequest request;
    for (std::size_t i = 0; i < call.parameters.size(); ++i) {
        const tds::RpcParameter& parameter = call.parameters[i];
        const std::string name = plainProcedureName(parameter.name);
        const bool isStatement = name.empty() ? i == 0 : name == "@tsql" || name == "@stmt";
        const bool isDeclarations = name.empty() ? i == 1 : name == "@params";
        if (isStatement) {
            ES_TRY(auto text, textOf(parameter, "@tsql"));
            request.text = std::move(text.text);
        } else if (isDeclarations) {
            ES_TRY(auto text, textOf(parameter, "@params"));
            request.declarations = std::move(text.text);
        } else {
            request.attestationParameters = parameter.value;
        }
    }
    if (call.parameters.empty())
        return missing("sp_describe_parameter_encryption", "@tsql");
    // SqlClient's batches: the first call alone carries the argument, the first that asks for a key is to answer it.  2.3
    if (request.attestationParameters)
        m_attestation = request.attestationParameters;
    else
        request.attestationParameters = m_attestation;
    if (m_session.describeInto(request, *m_sink))
        m_attestation.reset();
    return ExecOutcome::kCompleted;
}

base::Result<ExecOutcome> RpcCalls::describeFirst(const tds::RpcCall& call)
{
    if (call.parameters.empty())
        return missing("sp_describe_first_result_set", "@tsql");
    FirstResultCall wanted;
    ES_TRY(auto text, textOf(call.parameters[0], "@tsql"));
    wanted.text = std::move(text.text);
    if (call.parameters.size() > 1) {
        ES_TRY(auto declarations, textOf(call.parameters[1], "@params"));
        wanted.declarations = std::move(declarations.text);
    }
    return describeFirstResult(m_session, wanted, *m_sink, m_stop);
}

base::Result<ExecOutcome> RpcCalls::resetConnection(const tds::RpcCall&)
{
    m_session.reset();
    m_prepared.clear();
    m_cursors.clear();
    return ExecOutcome::kCompleted;
}

base::Result<ExecOutcome> RpcCalls::refuseCursor(const tds::RpcCall& call)
{
    return callError(40517, "Keyword or statement option '" + procedureOf(call) + "' is not supported in the sandbox.");
}

// EXEC [name] @p0, @q = @p1 OUTPUT ...: the engine knows which procedures there are.
base::Result<ExecOutcome> RpcCalls::executeProcedure(const tds::RpcCall& call)
{
    const std::string procedure = procedureOf(call);
    if (procedure.empty())
        return callError(2812, "Could not find the stored procedure that was called.");
    BatchRequest request;
    request.text = "EXEC " + (call.name.empty() ? procedure : call.name);
    for (std::size_t i = 0; i < call.parameters.size(); ++i) {
        const tds::RpcParameter& given = call.parameters[i];
        if ((given.status & tds::kParameterDefault) != 0)
            continue;
        EngineParameter parameter;
        parameter.name = "@rpc" + std::to_string(i);
        parameter.type = given.cipher ? tds::sqlTypeOf(given.cipher->baseType) : tds::sqlTypeOf(given.type);
        parameter.takesFormalName = true;
        parameter.output = (given.status & tds::kParameterByReference) != 0;
        request.text += request.parameters.empty() ? " " : ", ";
        if (!given.name.empty())
            request.text += given.name + " = ";
        request.text += parameter.name + (parameter.output ? " OUTPUT" : "");
        std::vector<EngineParameter> one{std::move(parameter)};
        tds::RpcParameter unnamed = given;
        unnamed.name.clear();
        ES_CHECK(fillParameters(one, std::span(&unnamed, 1)));
        request.parameters.push_back(std::move(one.front()));
    }
    const Bytes raw = base::utf16leFromUtf8(call.name);  // SqlClient hashes the procedure's bare name
    request.rawUtf16 = raw;
    request.enclavePackage = packageOf(call);
    return m_session.execute(request, *m_sink, m_stop);
}

}  // namespace es::sandbox
