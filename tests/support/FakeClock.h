// A clock that stands still until a test moves it.
#pragma once

#include "driver/base/Clock.h"

namespace es::testing {

class FakeClock final : public base::Clock {
public:
    std::chrono::steady_clock::time_point now() const override { return std::chrono::steady_clock::time_point(m_passed); }
    std::chrono::system_clock::time_point wallClock() const override
    {
        return std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}
        + std::chrono::duration_cast<std::chrono::system_clock::duration>(m_passed);
    }
    void advance(std::chrono::steady_clock::duration time) { m_passed += time; }

private:
    std::chrono::steady_clock::duration m_passed = std::chrono::hours(1000);
};

}  // namespace es::testing
