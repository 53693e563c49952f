#include "driver/base/Clock.h"

namespace es::base {

namespace {

class SystemClock final : public Clock {
public:
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return std::chrono::steady_clock::now(); }
    [[nodiscard]] std::chrono::system_clock::time_point wallClock() const override { return std::chrono::system_clock::now(); }
};

}  // namespace

const Clock& Clock::system()
{
    static const SystemClock clock;
    return clock;
}

}  // namespace es::base
