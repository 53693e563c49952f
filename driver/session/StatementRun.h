// One call of Session::execute: describe, release keys, encrypt, send, read, and at most one second try.
// Thread: session thread only.                                                     enclave-protocol.md appendix B
#pragma once

#include "driver/session/ResultBuilder.h"
#include "driver/session/SessionWorld.h"

namespace es::session {

class StatementRun {
public:
    StatementRun(SessionWorld& world, const Statement& statement, ResultSink& sink, std::stop_token cancel, std::stop_token abandon);
    [[nodiscard]] base::Result<Outcome> run();

private:
    enum class Step : std::uint8_t { kGoOn, kCancelled, kRetry };

    [[nodiscard]] base::Result<Step> attempt(bool mayRetry);
    [[nodiscard]] bool describeWanted() const;
    [[nodiscard]] base::Result<Step> describe();
    [[nodiscard]] base::Result<Step> askServer(const std::string& cacheKey);
    [[nodiscard]] base::Result<Step> judgeKeys();
    [[nodiscard]] base::Result<Step> readKeyUse();
    [[nodiscard]] base::Result<base::Bytes> buildRequest();
    [[nodiscard]] base::Result<base::Bytes> enclavePackage();
    [[nodiscard]] base::Result<Step> execute(base::Bytes packets, bool mayRetry);
    [[nodiscard]] base::Result<Step> conclude(ResultBuilder& results);
    void forgetAfter(std::int32_t serverError);
    [[nodiscard]] bool mayBeCached() const;
    [[nodiscard]] bool cancelRequested() const { return m_cancel.stop_requested() || m_abandon.stop_requested(); }

    SessionWorld& m_world;
    const Statement& m_statement;
    ResultSink& m_sink;
    std::stop_token m_cancel;
    std::stop_token m_abandon;
    std::string m_declarations;
    std::string m_cacheKey;
    std::shared_ptr<const DescribeAnswer> m_described;
    bool m_fromCache = false;
};

}  // namespace es::session
