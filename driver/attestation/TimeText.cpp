#include "driver/attestation/TimeText.h"

#include <charconv>
#include <cstdio>

namespace es::attestation {

using namespace std::chrono;

std::string isoTime(system_clock::time_point time)
{
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss<nanoseconds> clock(duration_cast<nanoseconds>(time - day));
    char text[64];
    std::snprintf(text, sizeof(text), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count()));
    std::string iso(text);
    if (const auto rest = clock.subseconds().count(); rest != 0) {
        std::snprintf(text, sizeof(text), ".%09lld", static_cast<long long>(rest));
        iso += text;
        iso.erase(iso.find_last_not_of('0') + 1);
    }
    return iso + 'Z';
}

std::optional<system_clock::time_point> fromIsoTime(std::string_view text)
{
    const auto number = [&](std::size_t offset, std::size_t digits) {
        int value = -1;
        const std::string_view part = text.substr(std::min(offset, text.size()), digits);
        std::from_chars(part.data(), part.data() + part.size(), value);
        return value;
    };
    const int yearNumber = number(0, 4);
    if (yearNumber < 1700 || yearNumber > 2250) return std::nullopt;
    const year_month_day date = year{yearNumber} / number(5, 2) / number(8, 2);
    if (!date.ok() || text.size() < 20) return std::nullopt;
    nanoseconds within = hours{number(11, 2)} + minutes{number(14, 2)} + seconds{number(17, 2)};
    std::int64_t unit = 100'000'000;
    for (std::size_t i = 20; text[19] == '.' && i + 1 < text.size() && unit > 0; ++i, unit /= 10)
        within += nanoseconds{(text[i] - '0') * unit};
    const system_clock::time_point time = sys_days(date) + duration_cast<system_clock::duration>(within);
    if (isoTime(time) != text) return std::nullopt;  // whatever else was wrong shows here
    return time;
}

}  // namespace es::attestation
