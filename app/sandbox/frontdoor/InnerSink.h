// For statements of the front door's own: their errors go on to the client, the rest stays here. Thread: the session's.
#pragma once

#include "app/sandbox/engine/EngineSession.h"

namespace es::sandbox {

class InnerSink : public ExecSink {
public:
    explicit InnerSink(ExecSink& outer) : m_outer(outer) {}
    bool failed = false;

    bool columns(const ResultShape&) override { return true; }
    bool row(std::span<const Cell>) override { return true; }
    void message(const base::ServerError& message, bool isError) override
    {
        failed = failed || isError;
        if (isError)
            m_outer.message(message, true);
    }
    bool done(const StatementDone& done) override
    {
        failed = failed || done.failed;
        return true;
    }
    void envChange(const EnvNotice&) override {}
    void returnStatus(std::int32_t) override {}
    void returnValue(const ReturnedParameter&) override {}

protected:
    ExecSink& m_outer;
};

}  // namespace es::sandbox
