// The parts that Convert.h is made of, one file per target family. Room-internal. Thread: any (pure).
#pragma once

#include "driver/types/Convert.h"
#include "driver/types/ServerErrors.h"
#include "driver/types/ValueBytes.h"

namespace es::types {

struct Conversion {
    const Value& value;   // never NULL
    const SqlType& from;
    const SqlType& to;
    int style;
    bool assign;          // to a column: what does not fit is an error
    bool pad = true;      // char, nchar, binary: fill up to the declared length
};

[[nodiscard]] base::Result<Value> toInteger(const Conversion& c);
[[nodiscard]] base::Result<Value> toDecimal(const Conversion& c);
[[nodiscard]] base::Result<Value> toMoney(const Conversion& c);
[[nodiscard]] base::Result<Value> toFloat(const Conversion& c);
[[nodiscard]] base::Result<Value> toDateOrTime(const Conversion& c);
[[nodiscard]] base::Result<Value> toText(const Conversion& c);
[[nodiscard]] base::Result<Value> toXml(const Conversion& c);
[[nodiscard]] base::Result<Value> toBinary(const Conversion& c);
[[nodiscard]] base::Result<Value> toGuid(const Conversion& c);

// Without trailing and leading blanks, tabs and ends of line.
[[nodiscard]] std::string_view trimmed(std::string_view text);
// Without trailing and leading blanks alone: in a number that is no money, a tab or an end of line is a wrong character.
[[nodiscard]] std::string_view withoutBlanks(std::string_view text);
// Big-endian bytes as SQL Server converts numbers to binary.
[[nodiscard]] std::uint64_t bigEndian(const base::Bytes& bytes);

// Days since 1900-01-01 with fraction: datetime as a number.
[[nodiscard]] std::optional<double> daysOf(const Value& value);

[[nodiscard]] std::string floatText(double value, int significantDigits);  // "%.*g" with three exponent digits
[[nodiscard]] std::string shortestText(double value);                      // fewest digits that read back the same
[[nodiscard]] std::string shortestText(float value);
[[nodiscard]] std::optional<double> parseFloat(std::string_view text);     // whole text; empty if it is no number
[[nodiscard]] std::string guidText(const Guid& guid);                      // capitals, with dashes
[[nodiscard]] std::optional<Guid> parseGuid(std::string_view text);        // 36 characters, or in braces
[[nodiscard]] std::string moneyText(Money money, int digits, bool commas);

}  // namespace es::types
