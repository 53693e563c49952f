// One call of Session::bulkCopy: reads what the columns are, then batch after batch. Private to this room.
// Thread: session thread only.
#pragma once

#include "driver/session/BulkRowEncoder.h"
#include "driver/session/SessionWorld.h"

namespace es::session {

class BulkCopyRun {
public:
    BulkCopyRun(SessionWorld& world, const BulkCopyRequest& request, BulkSource& source, std::stop_token cancel, std::stop_token abandon);
    // Errors: see Session::bulkCopy.
    [[nodiscard]] base::Result<BulkCopied> run();

private:
    class Answer;
    // False: cancelled.
    [[nodiscard]] base::Result<bool> ask(base::Bytes packets, Answer& answer);
    [[nodiscard]] base::Result<bool> batch(BulkRowEncoder& encoder);
    [[nodiscard]] bool cancelRequested() const { return m_cancel.stop_requested() || m_abandon.stop_requested(); }

    SessionWorld& m_world;
    const BulkCopyRequest& m_request;
    BulkSource& m_source;
    std::stop_token m_cancel;
    std::stop_token m_abandon;
    std::vector<types::Value> m_row;
    std::uint64_t m_read = 0;  // rows out of the source
    bool m_sourceEnded = false;
    BulkCopied m_copied;
};

}  // namespace es::session
