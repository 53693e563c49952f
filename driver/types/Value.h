// One SQL value outside any wire form: parameters, literals, constants, cells handed to a person. Rows of results do not use
// this (see RowBlock). Thread: any (plain values).
#pragma once

#include "driver/base/Bytes.h"

#include <array>
#include <variant>

namespace es::types {

struct Null { friend bool operator==(Null, Null) = default; };

__extension__ using UInt128 = unsigned __int128;  // no ISO C++: named once, so that -Wpedantic stays quiet

// Exact decimal: magnitude is abs(value) * 10^scale.
struct Decimal {
    UInt128 magnitude = 0;  // below 10^38
    bool negative = false;            // never set for zero
    std::uint8_t precision = 18;
    std::uint8_t scale = 0;
    friend bool operator==(const Decimal&, const Decimal&) = default;
};

struct Money { std::int64_t tenThousandths = 0; friend auto operator<=>(Money, Money) = default; };           // money, smallmoney
struct Date { std::int32_t days = 0; friend auto operator<=>(Date, Date) = default; };                        // since 0001-01-01
struct Time { std::int64_t ticks = 0; friend auto operator<=>(Time, Time) = default; };                       // 100 ns since midnight
struct DateTime2 { Date date; Time time; friend auto operator<=>(DateTime2, DateTime2) = default; };
struct DateTimeOffset { DateTime2 utc; std::int16_t offsetMinutes = 0; friend bool operator==(DateTimeOffset, DateTimeOffset) = default; };
struct DateTime { std::int32_t days = 0; std::uint32_t ticks = 0; friend auto operator<=>(DateTime, DateTime) = default; };  // since 1900-01-01; 1/300 s
struct SmallDateTime { std::uint16_t days = 0; std::uint16_t minutes = 0; friend auto operator<=>(SmallDateTime, SmallDateTime) = default; };
struct Guid { std::array<base::Byte, 16> bytes{}; friend bool operator==(const Guid&, const Guid&) = default; };  // wire order: first three groups little-endian

// What a sql_variant holds, base type and value, in its row form (see Variant.h): never empty, and not NULL.
struct Variant { base::Bytes bytes; friend bool operator==(const Variant&, const Variant&) = default; };

// std::int64_t: bit, tinyint ... bigint; float: real; double: float; std::string: char family as UTF-8; Bytes: binary family.
using Value = std::variant<Null, std::int64_t, float, double, Money, Decimal, Date, Time, DateTime2, DateTimeOffset, DateTime,
                           SmallDateTime, Guid, std::string, base::Bytes, Variant>;

[[nodiscard]] inline bool isNull(const Value& value) { return std::holds_alternative<Null>(value); }

}  // namespace es::types
