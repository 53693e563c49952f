// HASHBYTES; bits of integers and binaries: LEFT_SHIFT, RIGHT_SHIFT, BIT_COUNT, GET_BIT, SET_BIT. Bit 0 is the lowest, of a binary the lowest of
// its last byte.
#include "app/sandbox/engine/FunctionArguments.h"

#include "driver/base/Digest.h"
#include "driver/types/RowForm.h"
#include "driver/types/TypeNames.h"

#include <algorithm>
#include <bit>

namespace es::sandbox {

using base::Result;
using types::SqlType;
using types::TypeId;
using types::Value;

namespace {

// Most significant byte first, as many as the type has; a bit is one byte of value 0 or 1.
base::Bytes bytesOf(const Value& value, const SqlType& type)
{
    if (const auto* bytes = std::get_if<base::Bytes>(&value)) return *bytes;
    const auto bits = static_cast<std::uint64_t>(std::get<std::int64_t>(value));
    base::Bytes out;
    for (int i = types::maxLengthColumn(type) - 1; i >= 0; --i)
        out.push_back(static_cast<base::Byte>(bits >> (8 * i)));
    return out;
}

Value valueOfBytes(base::Bytes bytes, const SqlType& type)
{
    if (types::isBinary(type.id)) return Value(std::move(bytes));
    std::uint64_t bits = 0;
    for (const base::Byte byte : bytes)
        bits = bits << 8 | byte;
    switch (type.id) {
    case TypeId::kBit: return Value(static_cast<std::int64_t>(bits & 1));
    case TypeId::kSmallInt: return Value(std::int64_t{static_cast<std::int16_t>(bits)});
    case TypeId::kInt: return Value(std::int64_t{static_cast<std::int32_t>(bits)});
    default: return Value(static_cast<std::int64_t>(bits));
    }
}

std::size_t bitsOf(const base::Bytes& bytes, const SqlType& type)
{
    return type.id == TypeId::kBit ? 1 : bytes.size() * 8;
}
base::Byte& byteOfBit(base::Bytes& bytes, std::size_t bit)
{
    return bytes[bytes.size() - 1 - bit / 8];
}

// constants[0]: 1 to the left. A negative count goes the other way; zeros come in, whatever the sign was.
Result<Value> shift(const CallFrame& f)
{
    const SqlType& type = f.call.argTypes[0];
    base::Bytes from = bytesOf(f.args[0], type);
    const std::size_t size = bitsOf(from, type);
    const bool left = (f.call.constants[0] != 0) == (number(f, 1) >= 0);
    const std::uint64_t count = number(f, 1) < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(number(f, 1)) : static_cast<std::uint64_t>(number(f, 1));
    base::Bytes to(from.size(), 0);
    for (std::size_t bit = 0; count < size && bit + count < size; ++bit) {
        const std::size_t source = left ? bit : bit + count;
        const std::size_t target = left ? bit + count : bit;
        if (byteOfBit(from, source) >> (source % 8) & 1) byteOfBit(to, target) |= static_cast<base::Byte>(1 << (target % 8));
    }
    return valueOfBytes(std::move(to), type);
}

Result<Value> bitCount(const CallFrame& f)
{
    std::int64_t count = 0;
    for (const base::Byte byte : bytesOf(f.args[0], f.call.argTypes[0]))
        count += std::popcount(byte);
    return Value(count);
}

base::Error badOffset(std::string_view function, std::size_t bits)
{
    return sqlError(9838,
        "Parameter 2 in function '" + std::string(function) + "' is out of range 0 to " + std::to_string(bits == 0 ? 0 : bits - 1) + ".");
}

Result<Value> getBit(const CallFrame& f)
{
    base::Bytes bytes = bytesOf(f.args[0], f.call.argTypes[0]);
    const std::int64_t bit = number(f, 1);
    const std::size_t bits = bitsOf(bytes, f.call.argTypes[0]);
    if (bit < 0 || bit >= static_cast<std::int64_t>(bits)) return badOffset("get_bit", bits);
    return Value(std::int64_t{byteOfBit(bytes, static_cast<std::size_t>(bit)) >> (bit % 8) & 1});
}

Result<Value> setBit(const CallFrame& f)
{
    const SqlType& type = f.call.argTypes[0];
    base::Bytes bytes = bytesOf(f.args[0], type);
    const std::int64_t bit = number(f, 1);
    const std::int64_t wanted = f.args.size() > 2 ? number(f, 2) : 1;
    const std::size_t bits = bitsOf(bytes, type);
    if (bit < 0 || bit >= static_cast<std::int64_t>(bits)) return badOffset("set_bit", bits);
    if (wanted != 0 && wanted != 1) return sqlError(9839, "Parameter 3 in function 'set_bit' must be 0 or 1.");
    const auto mask = static_cast<base::Byte>(1 << (bit % 8));
    base::Byte& byte = byteOfBit(bytes, static_cast<std::size_t>(bit));
    byte = static_cast<base::Byte>(wanted ? byte | mask : byte & ~mask);
    return valueOfBytes(std::move(bytes), type);
}

Result<BoundExpr> bindBits(FunctionArgs& a)
{
    const SqlType type = a.args[0].type;
    const bool binary = types::isBinary(type.id) && !types::isLarge(type);
    if (!types::isInteger(type.id) && !binary) return invalidArgument(a, 0);
    for (std::size_t i = 1; i < a.args.size(); ++i) {
        if (!types::isInteger(a.args[i].type.id) && !a.args[i].isNullLiteral()) return invalidArgument(a, i);
        ES_CHECK(toInt(a, i, TypeId::kBigInt));
    }
    if (a.name == "BIT_COUNT") return make(a, bitCount, types::makeType(TypeId::kBigInt));
    if (a.name == "GET_BIT") return make(a, getBit, types::makeType(TypeId::kBit));
    if (a.name == "SET_BIT") return make(a, setBit, type);
    return make(a, shift, type, {a.name == "LEFT_SHIFT"});
}

// Of varchar the bytes of its code page, of nvarchar UTF-16. An algorithm that nobody knows is NULL.
Result<Value> hashBytes(const CallFrame& f)
{
    ES_TRY(const base::Bytes data, types::encodeRowFormUnpadded(f.args[1], f.call.argTypes[1]));
    const std::string name = upperAscii(text(f, 0));
    static constexpr std::pair<std::string_view, base::DigestKind> kKinds[] = {{"MD5", base::DigestKind::kMd5}, {"SHA", base::DigestKind::kSha1},
        {"SHA1", base::DigestKind::kSha1}, {"SHA2_256", base::DigestKind::kSha256}, {"SHA2_512", base::DigestKind::kSha512}};
    for (const auto& [known, kind] : kKinds) {
        if (name != known) continue;
        base::Bytes digest = base::digestOf(kind, data);
        return digest.empty() ? notSupported("HASHBYTES by " + name + " under this machine's policy", 0) : Result<Value>(Value(std::move(digest)));
    }
    if (name == "MD2" || name == "MD4") return notSupported("HASHBYTES by " + name, 0);
    return Value(types::Null{});
}

Result<BoundExpr> bindHashBytes(FunctionArgs& a)
{
    ES_CHECK(toText(a, 0));
    if (a.args[1].isNullLiteral()) return a.binder.constant(types::Null{}, types::makeSized(TypeId::kVarBinary, 8000));
    if (!types::isText(a.args[1].type.id) && !types::isBinary(a.args[1].type.id)) return invalidArgument(a, 1);
    return make(a, hashBytes, types::makeSized(TypeId::kVarBinary, 8000));
}

constexpr FunctionSpec kBits[] = {
    {"HASHBYTES", 2, 2, bindHashBytes},
    {"LEFT_SHIFT", 2, 2, bindBits},
    {"RIGHT_SHIFT", 2, 2, bindBits},
    {"BIT_COUNT", 1, 1, bindBits},
    {"GET_BIT", 2, 2, bindBits},
    {"SET_BIT", 2, 3, bindBits},
};

} // namespace

std::span<const FunctionSpec> bitFunctions()
{
    return kBits;
}

} // namespace es::sandbox
