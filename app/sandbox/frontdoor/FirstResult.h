// sp_describe_first_result_set: what columns a statement would give, without running it. ODBC asks it before a bulk copy and for
// SQLDescribeCol. Thread: the session thread.
#pragma once

#include "app/sandbox/engine/EngineSession.h"

namespace es::sandbox {

struct FirstResultCall {
    std::string text;          // @tsql
    std::string declarations;  // @params; may be empty
};

// Of a batch that is this one call with literal arguments; nothing: it is something else.
[[nodiscard]] std::optional<FirstResultCall> firstResultCallOf(std::string_view batch);

// The documented 39 columns, one row per column of the result; none for INSERT, UPDATE and DELETE. Statements of other kinds, and
// several, are refused by name. Errors go into the sink.
ExecOutcome describeFirstResult(EngineSession& session, const FirstResultCall& call, ExecSink& sink, std::stop_token stop);

}  // namespace es::sandbox
