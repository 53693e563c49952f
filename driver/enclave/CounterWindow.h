// Which package counters a session has seen: each value once, in any order within a window below the highest.
// Sessions are shared by connections, so values arrive out of order and with gaps.             enclave-protocol 8.4
// Thread: one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace es::enclave {

class CounterWindow {
public:
    static constexpr std::uint64_t kSize = 4096;

    // True, and remembered, if the value was never accepted before. Values kSize and more below the highest are refused.
    [[nodiscard]] bool accept(std::uint64_t counter);

private:
    [[nodiscard]] static std::size_t word(std::uint64_t counter) { return (counter % kSize) / 64; }
    [[nodiscard]] static std::uint64_t bit(std::uint64_t counter) { return std::uint64_t{1} << (counter % 64); }

    std::array<std::uint64_t, kSize / 64> m_seen{};
    std::uint64_t m_highest = 0;
    bool m_empty = true;
};

}  // namespace es::enclave
