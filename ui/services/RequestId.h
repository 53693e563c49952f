// The number that every question to a service carries and every answer repeats, so that a receiver can drop answers to
// questions it no longer asks. Thread: any.
#pragma once

#include <QtGlobal>

#include <atomic>

namespace es::ui {

enum class RequestId : quint64 { kNone = 0 };

[[nodiscard]] inline RequestId nextRequestId()
{
    static std::atomic<quint64> last{0};
    return static_cast<RequestId>(++last);
}

} // namespace es::ui
