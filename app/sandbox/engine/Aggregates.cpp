// SUM, AVG and their like with SQL Server's result types and overflow errors. MIN, MAX and COUNT are SQLite's own: the stored
// forms order rightly. One argument each, so that DISTINCT works; usable as window functions.
//   es_sum_int int .. smallint -> int    es_sum_big bigint    es_sum_money    es_sum_real    es_sum_dec (scale stays)
//   es_avg_int, es_avg_big, es_avg_money, es_avg_real, es_avg_dec<n>: the mean has n more digits of scale than the argument
//   es_stdev, es_stdevp, es_var, es_varp (REAL)
#include "app/sandbox/engine/Program.h"
#include "app/sandbox/engine/StorageCodec.h"

#include <sqlite3.h>

#include <cmath>

namespace es::sandbox {

using base::Result;

namespace {

__extension__ using Wide = __int128;

enum class Kind : std::uint8_t {
    kSumInt,
    kSumBig,
    kSumMoney,
    kSumReal,
    kSumDec,
    kAvgInt,
    kAvgBig,
    kAvgMoney,
    kAvgReal,
    kAvgDec,
    kStdev,
    kStdevP,
    kVar,
    kVarP
};

struct Spec {
    const char* name;
    Kind kind;
    int extraScale;
};

constexpr Spec kSpecs[] = {
    {"es_sum_int", Kind::kSumInt, 0},
    {"es_sum_big", Kind::kSumBig, 0},
    {"es_sum_money", Kind::kSumMoney, 0},
    {"es_sum_real", Kind::kSumReal, 0},
    {"es_sum_dec", Kind::kSumDec, 0},
    {"es_avg_int", Kind::kAvgInt, 0},
    {"es_avg_big", Kind::kAvgBig, 0},
    {"es_avg_money", Kind::kAvgMoney, 0},
    {"es_avg_real", Kind::kAvgReal, 0},
    {"es_avg_dec0", Kind::kAvgDec, 0},
    {"es_avg_dec1", Kind::kAvgDec, 1},
    {"es_avg_dec2", Kind::kAvgDec, 2},
    {"es_avg_dec3", Kind::kAvgDec, 3},
    {"es_avg_dec4", Kind::kAvgDec, 4},
    {"es_avg_dec5", Kind::kAvgDec, 5},
    {"es_avg_dec6", Kind::kAvgDec, 6},
    {"es_stdev", Kind::kStdev, 0},
    {"es_stdevp", Kind::kStdevP, 0},
    {"es_var", Kind::kVar, 0},
    {"es_varp", Kind::kVarP, 0},
};

struct Site {
    const Spec* spec;
    Connection* connection;
};

// Zero-filled by SQLite.
struct State {
    std::int64_t count;
    Wide sum; // integers, money, decimal magnitudes with sign: 38 digits fit
    long double real; // wider than the result: sums of squares lose digits
    long double squares;
    bool overflow;
};

bool isDecimalKind(Kind kind)
{
    return kind == Kind::kSumDec || kind == Kind::kAvgDec;
}
bool isRealKind(Kind kind)
{
    return kind == Kind::kSumReal || kind == Kind::kAvgReal || kind >= Kind::kStdev;
}

Wide decimalOf(sqlite3_value* value)
{
    const auto* blob = static_cast<const base::Byte*>(sqlite3_value_blob(value));
    if (!blob || sqlite3_value_bytes(value) != 17) return 0;
    const bool negative = blob[0] == 0;
    types::UInt128 magnitude = 0;
    for (int i = 1; i <= 16; ++i)
        magnitude = magnitude << 8 | static_cast<base::Byte>(negative ? ~blob[i] : blob[i]);
    return negative ? -static_cast<Wide>(magnitude) : static_cast<Wide>(magnitude);
}

void change(sqlite3_context* context, sqlite3_value* value, int sign)
{
    if (sqlite3_value_type(value) == SQLITE_NULL) return;
    auto* state = static_cast<State*>(sqlite3_aggregate_context(context, sizeof(State)));
    if (!state) return;
    const Kind kind = static_cast<Site*>(sqlite3_user_data(context))->spec->kind;
    state->count += sign;
    if (isRealKind(kind)) {
        const long double x = sqlite3_value_double(value);
        state->real += sign * x;
        state->squares += sign * x * x;
        return;
    }
    const Wide x = isDecimalKind(kind) ? decimalOf(value) : Wide{sqlite3_value_int64(value)};
    state->overflow |= __builtin_add_overflow(state->sum, sign * x, &state->sum);
}

constexpr Wide powerOfTen(int exponent)
{
    Wide out = 1;
    for (int i = 0; i < exponent; ++i)
        out *= 10;
    return out;
}

void overflowed(sqlite3_context* context, const char* type)
{
    auto* site = static_cast<Site*>(sqlite3_user_data(context));
    site->connection->setFunctionError(
        sqlError(8115, std::string("Arithmetic overflow error converting expression to data type ") + type + ".", 0, 2));
    sqlite3_result_error(context, "overflow", -1);
}

void giveDecimal(sqlite3_context* context, Wide sum)
{
    static const Wide kLimit = powerOfTen(38);
    if (sum >= kLimit || sum <= -kLimit) return overflowed(context, "numeric");
    types::Decimal decimal;
    decimal.negative = sum < 0;
    decimal.magnitude = static_cast<types::UInt128>(sum < 0 ? -sum : sum);
    giveResult(context, toStored(types::Value(decimal), {types::TypeId::kDecimal, 0, 38, 0, {}}));
}

void giveInteger(sqlite3_context* context, Wide value, Wide limit, const char* type)
{
    if (value > limit || value < -limit - 1) return overflowed(context, type);
    sqlite3_result_int64(context, static_cast<std::int64_t>(value));
}

// AVG is SUM / COUNT: a sum that its type does not hold is an error though the mean would fit.
void giveMean(sqlite3_context* context, const State& state, Wide limit, const char* type)
{
    if (state.sum > limit || state.sum < -limit - 1) return overflowed(context, type);
    sqlite3_result_int64(context, static_cast<std::int64_t>(state.sum / state.count));
}

void giveAverage(sqlite3_context* context, const State& state, int extraScale)
{
    Wide scaled = 0;
    if (__builtin_mul_overflow(state.sum, powerOfTen(extraScale), &scaled)) return overflowed(context, "numeric");
    giveDecimal(context, scaled / state.count); // SQL Server cuts the digits beyond the scale of AVG
}

void giveSpread(sqlite3_context* context, const State& state, Kind kind)
{
    const bool population = kind == Kind::kStdevP || kind == Kind::kVarP;
    const auto n = static_cast<long double>(state.count);
    if (!population && state.count < 2) return sqlite3_result_null(context);
    const long double variance = std::max(0.0L, (state.squares - state.real * state.real / n) / (population ? n : n - 1));
    sqlite3_result_double(
        context, static_cast<double>(kind == Kind::kStdev || kind == Kind::kStdevP ? std::sqrt(variance) : variance));
}

void give(sqlite3_context* context, const State* state)
{
    if (!state || state->count == 0) return sqlite3_result_null(context);
    const Spec& spec = *static_cast<Site*>(sqlite3_user_data(context))->spec;
    if (state->overflow) return overflowed(context, "numeric");
    switch (spec.kind) {
    case Kind::kSumInt: return giveInteger(context, state->sum, INT32_MAX, "int");
    case Kind::kSumBig: return giveInteger(context, state->sum, INT64_MAX, "bigint");
    case Kind::kSumMoney: return giveInteger(context, state->sum, INT64_MAX, "money");
    case Kind::kSumReal:
        if (!std::isfinite(static_cast<double>(state->real))) return overflowed(context, "float");
        return sqlite3_result_double(context, static_cast<double>(state->real));
    case Kind::kSumDec: return giveDecimal(context, state->sum);
    case Kind::kAvgInt: return giveMean(context, *state, INT32_MAX, "int");
    case Kind::kAvgBig: return giveMean(context, *state, INT64_MAX, "bigint");
    case Kind::kAvgMoney: return giveMean(context, *state, INT64_MAX, "money");
    case Kind::kAvgReal: return sqlite3_result_double(context, static_cast<double>(state->real / static_cast<long double>(state->count)));
    case Kind::kAvgDec: return giveAverage(context, *state, spec.extraScale);
    default: return giveSpread(context, *state, spec.kind);
    }
}

void onStep(sqlite3_context* context, int, sqlite3_value** values)
{
    change(context, values[0], 1);
}
void onInverse(sqlite3_context* context, int, sqlite3_value** values)
{
    change(context, values[0], -1);
}
void onValue(sqlite3_context* context)
{
    give(context, static_cast<State*>(sqlite3_aggregate_context(context, sizeof(State))));
}
void onFinal(sqlite3_context* context)
{
    give(context, static_cast<State*>(sqlite3_aggregate_context(context, 0)));
}

} // namespace

Result<void> installAggregates(Connection& connection, ProgramSite& site)
{
    for (const Spec& spec : kSpecs) {
        auto* data = new Site{&spec, site.connection};
        const int code = sqlite3_create_window_function(connection.raw(), spec.name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, data, onStep,
            onFinal, onValue, onInverse, [](void* owned) { delete static_cast<Site*>(owned); });
        if (code != SQLITE_OK) return connection.errorOf(code);
    }
    return {};
}

} // namespace es::sandbox
