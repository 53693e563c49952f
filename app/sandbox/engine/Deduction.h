// What binding a batch finds out about parameters that nobody declared: sp_describe_undeclared_parameters. In this mode encrypted columns
// count by the type of their plaintext, and what is bound is never run. Thread: session thread only (plain values).
#pragma once

#include "driver/base/Result.h"
#include "driver/types/SqlType.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace es::sandbox {

struct TypeDeduction {
    struct Found {
        std::optional<types::SqlType> type; // of the other side of =, of the column, variable or parameter that takes it, of its CAST
        bool output = false; // it takes a value
        bool input = true;
        std::string formalName; // of the procedure's parameter that it goes to
    };
    std::map<std::size_t, Found> parameters; // by position among the variables; those that were met
    std::optional<base::Error> failure; // 11503
    std::int64_t cost = 0; // of the implicit conversions, see conversionCost
};

struct UndeclaredParameter {
    std::string name; // with '@'
    types::SqlType type;
    bool input = true;
    bool output = false;
    std::string formalName;
};

// The better the conversion, the smaller: 0 none, 1 another length of the same type, 2 fixed to variable length, 3 NULL to int, 100 any other.
[[nodiscard]] std::int64_t conversionCost(const types::SqlType& from, const types::SqlType& to, bool fromNull);

} // namespace es::sandbox
