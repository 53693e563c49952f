// Time is injected, so that lifetimes can be tested. Thread: any.
#pragma once

#include <chrono>

namespace es::base {

class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual std::chrono::steady_clock::time_point now() const = 0;        // for lifetimes and deadlines
    [[nodiscard]] virtual std::chrono::system_clock::time_point wallClock() const = 0;  // for certificates and reports

    [[nodiscard]] static const Clock& system();
};

}  // namespace es::base
