// A sink for what describing and defining might say: they say nothing. Thread: any.
#pragma once

#include "app/sandbox/engine/EngineSession.h"

namespace es::sandbox {

class Silence final : public ExecSink {
public:
    bool columns(const ResultShape&) override { return true; }
    bool row(std::span<const Cell>) override { return true; }
    void message(const base::ServerError&, bool) override { }
    bool done(const StatementDone&) override { return true; }
    void envChange(const EnvNotice&) override { }
    void returnStatus(std::int32_t) override { }
    void returnValue(const ReturnedParameter&) override { }
};

} // namespace es::sandbox
