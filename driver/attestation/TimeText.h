// Points in time as ISO 8601 in UTC, "2026-01-01T08:00:00Z", with as much of the second as there is. Thread: any (pure).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace es::attestation {

[[nodiscard]] std::string isoTime(std::chrono::system_clock::time_point time);
// Exactly what isoTime writes, years 1700 to 2250; nothing: another form.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> fromIsoTime(std::string_view text);

}  // namespace es::attestation
