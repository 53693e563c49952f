// Mathematical functions.
#include "app/sandbox/engine/Functions.h"

#include "driver/types/Convert.h"
#include "driver/types/TypeNames.h"

#include <cmath>
#include <limits>
#include <random>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::UInt128;
using types::Value;

namespace {

UInt128 powerOfTen(int exponent)
{
    UInt128 out = 1;
    for (int i = 0; i < exponent; ++i)
        out *= 10;
    return out;
}

base::Error overflow(const SqlType& type)
{
    return sqlError(8115, "Arithmetic overflow error converting expression to data type " + std::string(types::baseTypeName(type.id == TypeId::kDecimal ? TypeId::kNumeric : type.id)) + ".", 0, 2);
}

Result<Value> absolute(const CallFrame& f)
{
    if (const auto* n = std::get_if<std::int64_t>(&f.args[0])) {
        const bool tooLow = *n == std::numeric_limits<std::int64_t>::min() || (f.call.resultType.id == TypeId::kInt && *n == INT32_MIN);
        return tooLow ? Result<Value>(overflow(f.call.resultType)) : Result<Value>(Value(*n < 0 ? -*n : *n));
    }
    if (const auto* money = std::get_if<types::Money>(&f.args[0])) return Value(types::Money{std::abs(money->tenThousandths)});
    if (const auto* decimal = std::get_if<types::Decimal>(&f.args[0])) {
        types::Decimal out = *decimal;
        out.negative = false;
        return Value(out);
    }
    return Value(std::fabs(std::get<double>(f.args[0])));
}

Result<Value> sign(const CallFrame& f)
{
    if (const auto* n = std::get_if<std::int64_t>(&f.args[0])) return Value(std::int64_t{*n > 0} - std::int64_t{*n < 0});
    if (const auto* money = std::get_if<types::Money>(&f.args[0]))
        return Value(types::Money{10000 * (std::int64_t{money->tenThousandths > 0} - std::int64_t{money->tenThousandths < 0})});
    if (const auto* decimal = std::get_if<types::Decimal>(&f.args[0])) {
        types::Decimal out = *decimal;
        out.magnitude = decimal->magnitude == 0 ? UInt128{0} : powerOfTen(decimal->scale);
        return Value(out);
    }
    const double x = std::get<double>(f.args[0]);
    return Value(static_cast<double>((x > 0) - (x < 0)));
}

// Towards minus or plus infinity (constants[0]: 1 = CEILING) in units of 10^digits.
UInt128 wholePart(UInt128 magnitude, UInt128 unit, bool awayFromZero)
{
    const UInt128 rest = magnitude % unit;
    return magnitude - rest + (rest != 0 && awayFromZero ? unit : UInt128{0});
}

Result<Value> floorOrCeiling(const CallFrame& f)
{
    const bool up = f.call.constants[0] != 0;
    if (const auto* n = std::get_if<std::int64_t>(&f.args[0])) return Value(*n);
    if (const auto* money = std::get_if<types::Money>(&f.args[0])) {
        const std::int64_t rest = ((money->tenThousandths % 10000) + 10000) % 10000;
        return Value(types::Money{money->tenThousandths - rest + (up && rest ? 10000 : 0)});
    }
    if (const auto* decimal = std::get_if<types::Decimal>(&f.args[0])) {
        types::Decimal out = *decimal;
        const UInt128 unit = powerOfTen(decimal->scale);
        out.magnitude = wholePart(decimal->magnitude, unit, decimal->negative != up) / unit;
        out.scale = 0;
        out.negative = decimal->negative && out.magnitude != 0;
        return Value(out);
    }
    const double x = std::get<double>(f.args[0]);
    return Value(up ? std::ceil(x) : std::floor(x));
}

UInt128 roundMagnitude(UInt128 magnitude, int dropDigits, bool truncate)
{
    if (dropDigits <= 0) return magnitude;
    if (dropDigits > 38) return 0;
    const UInt128 unit = powerOfTen(dropDigits);
    const UInt128 rest = magnitude % unit;
    return magnitude - rest + (!truncate && rest >= unit - rest ? unit : UInt128{0});
}

// ROUND(value, digits [, truncate]): the type stays.
Result<Value> round(const CallFrame& f)
{
    const std::int64_t digits = std::get<std::int64_t>(f.args[1]);
    const bool truncate = f.args.size() > 2 && std::get<std::int64_t>(f.args[2]) != 0;
    const auto drop = [&](int scale) { return static_cast<int>(std::clamp<std::int64_t>(scale - digits, -1000, 1000)); };
    if (const auto* n = std::get_if<std::int64_t>(&f.args[0])) {
        const auto magnitude = static_cast<UInt128>(*n < 0 ? -static_cast<std::uint64_t>(*n) : static_cast<std::uint64_t>(*n));
        const UInt128 rounded = roundMagnitude(magnitude, drop(0), truncate);
        const UInt128 limit = f.call.resultType.id == TypeId::kInt ? UInt128{INT32_MAX} : static_cast<UInt128>(INT64_MAX);
        if (rounded > limit) return overflow(f.call.resultType);
        return Value(*n < 0 ? -static_cast<std::int64_t>(rounded) : static_cast<std::int64_t>(rounded));
    }
    if (const auto* money = std::get_if<types::Money>(&f.args[0])) {
        const std::int64_t n = money->tenThousandths;
        const auto rounded = static_cast<std::int64_t>(roundMagnitude(static_cast<UInt128>(std::abs(n)), drop(4), truncate));
        return Value(types::Money{n < 0 ? -rounded : rounded});
    }
    if (const auto* decimal = std::get_if<types::Decimal>(&f.args[0])) {
        types::Decimal out = *decimal;
        out.magnitude = roundMagnitude(decimal->magnitude, drop(decimal->scale), truncate);
        if (out.magnitude >= powerOfTen(f.call.resultType.precision)) return overflow(f.call.resultType);
        out.negative = decimal->negative && out.magnitude != 0;
        return Value(out);
    }
    const double factor = std::pow(10.0, static_cast<double>(std::clamp<std::int64_t>(digits, -300, 300)));
    const double scaled = std::get<double>(f.args[0]) * factor;
    return Value((truncate ? std::trunc(scaled) : std::round(scaled)) / factor);
}

enum Real : std::int64_t { kSqrt, kSquare, kExp, kLog10, kSin, kCos, kTan, kAsin, kAcos, kAtan, kDegrees, kRadians };

Result<Value> realFunction(const CallFrame& f)
{
    const double x = std::get<double>(f.args[0]);
    double y = 0;
    switch (f.call.constants[0]) {
    case kSqrt: y = std::sqrt(x); break;
    case kSquare: y = x * x; break;
    case kExp: y = std::exp(x); break;
    case kLog10: y = x > 0 ? std::log10(x) : std::nan(""); break;
    case kSin: y = std::sin(x); break;
    case kCos: y = std::cos(x); break;
    case kTan: y = std::tan(x); break;
    case kAsin: y = std::asin(x); break;
    case kAcos: y = std::acos(x); break;
    case kAtan: y = std::atan(x); break;
    case kDegrees: y = x * 180.0 / M_PI; break;
    default: y = x * M_PI / 180.0; break;
    }
    const bool grows = f.call.constants[0] == kSquare || f.call.constants[0] == kExp;
    if (!std::isfinite(y) && grows) return overflow(f.call.resultType);
    if (!std::isfinite(y)) return sqlError(3623, "An invalid floating point operation occurred.");
    return Value(y);
}

Result<Value> logarithm(const CallFrame& f)
{
    const double x = std::get<double>(f.args[0]);
    const double base = f.args.size() > 1 ? std::get<double>(f.args[1]) : M_E;
    const double y = f.args.size() > 1 ? std::log(x) / std::log(base) : std::log(x);
    if (x <= 0 || base <= 0 || !std::isfinite(y)) return sqlError(3623, "An invalid floating point operation occurred.");
    return Value(y);
}

// POWER keeps the type of its first argument, of a decimal the scale alone.
Result<Value> power(const CallFrame& f)
{
    const SqlType real = types::makeType(TypeId::kFloat);
    ES_TRY(const Value x, types::convertValue(f.args[0], f.call.argTypes[0], real));
    const double y = std::pow(std::get<double>(x), std::get<double>(f.args[1]));
    if (std::get<double>(x) == 0 && std::get<double>(f.args[1]) < 0) return sqlError(8134, "Divide by zero error encountered.");
    if (!std::isfinite(y)) return sqlError(3623, "An invalid floating point operation occurred.");
    return types::convertValue(Value(y), real, f.call.resultType);
}

Result<Value> pi(const CallFrame&)
{
    return Value(M_PI);
}

// Two linear congruential generators added up (P. L'Ecuyer, Efficient and portable combined random number generators, 1988): the seed is
// the state of the first, the second starts at a fixed one. Seeds 1, 2, 100 and the calls after them give the numbers seen of the server.
double nextRandom(std::int32_t (&state)[2])
{
    constexpr std::int64_t kModulus[2] = {2147483563, 2147483399};
    state[0] = static_cast<std::int32_t>(state[0] * std::int64_t{40014} % kModulus[0]);
    state[1] = static_cast<std::int32_t>(state[1] * std::int64_t{40692} % kModulus[1]);
    std::int64_t sum = std::int64_t{state[0]} - state[1];
    if (sum < 1) sum += kModulus[0] - 1;
    return static_cast<double>(sum) * 4.656613e-10;
}

Result<Value> random(const CallFrame& f)
{
    constexpr std::int32_t kSecond = 67890;
    std::int32_t(&state)[2] = f.session.random; // a session's calls continue one another
    if (!f.args.empty()) {
        const std::int64_t seed = std::get<std::int64_t>(f.args[0]);
        if (seed < 0) return notSupported("RAND of a negative seed", 0);
        state[0] = seed == 0 ? 12345 : static_cast<std::int32_t>(seed);
        state[1] = kSecond;
    } else if (state[0] == 0 && state[1] == 0) {
        std::random_device device;
        state[0] = static_cast<std::int32_t>(device() % 2147483562 + 1);
        state[1] = static_cast<std::int32_t>(device() % 2147483398 + 1);
    }
    return Value(nextRandom(state));
}

// --- binding ---

Result<BoundExpr> bindKeepsType(FunctionArgs& a)
{
    SqlType type = a.args[0].type;
    const bool widens = a.args[0].isNullLiteral() || types::isText(type.id) || type.id == TypeId::kReal || type.id == TypeId::kBit;
    if (widens) type = types::makeType(TypeId::kFloat);
    if (type.id == TypeId::kSmallMoney) type = types::makeType(TypeId::kMoney);
    if (types::isInteger(type.id) && type.id != TypeId::kBigInt) type = types::makeType(TypeId::kInt);
    if (!types::isNumber(type.id))
        return sqlError(8116,
            "Argument data type " + a.binder.typeText(a.args[0]) + " is invalid for argument 1 of " + foldName(a.name) + " function.",
            a.line);
    ES_TRY(a.args[0], a.binder.castTo(std::move(a.args[0]), type, a.line));
    for (std::size_t i = 1; i < a.args.size(); ++i) {
        const TypeId wanted = a.name == "POWER" ? TypeId::kFloat : TypeId::kBigInt;
        if (a.name == "ROUND" && !types::isInteger(a.args[i].type.id) && !a.args[i].isNullLiteral())
            return sqlError(8116,
                "Argument data type " + std::string(types::baseTypeName(a.args[i].type.id)) + " is invalid for argument " + std::to_string(i + 1)
                    + " of round function.",
                a.line);
        ES_TRY(a.args[i], a.binder.castTo(std::move(a.args[i]), types::makeType(wanted), a.line));
    }
    if (a.name == "ABS") return a.binder.call(absolute, std::move(a.args), type, a.line);
    if (a.name == "SIGN") return a.binder.call(sign, std::move(a.args), type, a.line);
    if (a.name == "ROUND") return a.binder.call(round, std::move(a.args), type, a.line);
    if (a.name == "POWER" && types::isDecimal(type.id)) type.precision = 38;
    if (a.name == "POWER") return a.binder.call(power, std::move(a.args), type, a.line);
    if (types::isDecimal(type.id)) type.scale = 0;
    return a.binder.call(floorOrCeiling, std::move(a.args), type, a.line, {a.name == "CEILING"});
}

// ATN2 of two legs, COT of an angle.
Result<Value> twoLegs(const CallFrame& f)
{
    const double x = std::get<double>(f.args[0]);
    const double y = f.args.size() > 1 ? std::get<double>(f.args[1]) : std::tan(x);
    if (f.args.size() > 1 ? x == 0 && y == 0 : y == 0) return sqlError(3623, "An invalid floating point operation occurred.");
    return Value(f.args.size() > 1 ? std::atan2(x, y) : 1 / y);
}

Result<BoundExpr> bindReal(FunctionArgs& a)
{
    static constexpr std::pair<std::string_view, Real> kNames[]
        = {{"SQRT", kSqrt}, {"SQUARE", kSquare}, {"EXP", kExp}, {"LOG10", kLog10}, {"SIN", kSin}, {"COS", kCos}, {"TAN", kTan},
            {"ASIN", kAsin}, {"ACOS", kAcos}, {"ATAN", kAtan}, {"DEGREES", kDegrees}, {"RADIANS", kRadians}};
    const SqlType real = types::makeType(TypeId::kFloat);
    // DEGREES and RADIANS give back the type they are given: of whole numbers whole numbers. How many digits a decimal gets is nowhere told.
    if (a.name == "DEGREES" || a.name == "RADIANS") {
        const TypeId id = a.args[0].type.id;
        if (types::isDecimal(id) || types::isMoney(id)) return notSupported(std::string(a.name) + " of decimal or money", a.line);
        if (types::isInteger(id) && id != TypeId::kBit) {
            const SqlType whole = types::makeType(id == TypeId::kBigInt ? id : TypeId::kInt);
            ES_TRY(a.args[0], a.binder.castTo(std::move(a.args[0]), real, a.line));
            BoundExpr turned = a.binder.call(realFunction, std::move(a.args), real, a.line, {a.name == "DEGREES" ? kDegrees : kRadians});
            return a.binder.castTo(std::move(turned), whole, a.line);
        }
    }
    for (BoundExpr& arg : a.args) {
        ES_TRY(arg, a.binder.castTo(std::move(arg), real, a.line));
    }
    if (a.name == "ATN2" || a.name == "COT") return a.binder.call(twoLegs, std::move(a.args), real, a.line);
    if (a.name == "LOG") return a.binder.call(logarithm, std::move(a.args), real, a.line);
    for (const auto& [name, function] : kNames)
        if (name == a.name) return a.binder.call(realFunction, std::move(a.args), real, a.line, {function});
    return a.binder.call(pi, {}, real, a.line);
}

Result<BoundExpr> bindRandom(FunctionArgs& a)
{
    for (BoundExpr& arg : a.args) {
        ES_TRY(arg, a.binder.castTo(std::move(arg), types::makeType(TypeId::kInt), a.line));
    }
    return a.binder.call(random, std::move(a.args), types::makeType(TypeId::kFloat), a.line);
}

constexpr FunctionSpec kMath[] = {
    {"ABS", 1, 1, bindKeepsType},
    {"SIGN", 1, 1, bindKeepsType},
    {"ROUND", 2, 3, bindKeepsType},
    {"CEILING", 1, 1, bindKeepsType},
    {"FLOOR", 1, 1, bindKeepsType},
    {"POWER", 2, 2, bindKeepsType},
    {"SQRT", 1, 1, bindReal},
    {"SQUARE", 1, 1, bindReal},
    {"EXP", 1, 1, bindReal},
    {"LOG", 1, 2, bindReal},
    {"LOG10", 1, 1, bindReal},
    {"SIN", 1, 1, bindReal},
    {"COS", 1, 1, bindReal},
    {"TAN", 1, 1, bindReal},
    {"ASIN", 1, 1, bindReal},
    {"ACOS", 1, 1, bindReal},
    {"ATAN", 1, 1, bindReal},
    {"ATN2", 2, 2, bindReal},
    {"COT", 1, 1, bindReal},
    {"PI", 0, 0, bindReal},
    {"DEGREES", 1, 1, bindReal},
    {"RADIANS", 1, 1, bindReal},
    {"RAND", 0, 1, bindRandom},
};

} // namespace

std::span<const FunctionSpec> mathFunctions()
{
    return kMath;
}

} // namespace es::sandbox
