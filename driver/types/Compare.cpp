#include "driver/types/Compare.h"

#include "driver/types/BinaryOrder.h"
#include "driver/types/Collation.h"
#include "driver/types/ValueBytes.h"
#include "driver/types/Variant.h"

#include "driver/base/Utf16.h"

#include <algorithm>

namespace es::types {
namespace {

template <class T>
int ordered(const T& a, const T& b)
{
    return a < b ? -1 : b < a ? 1 : 0;
}

// Shorter binary counts as filled with zeros.
int compareBinary(base::ByteView a, base::ByteView b)
{
    const std::size_t common = std::min(a.size(), b.size());
    const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
    if (order != 0)
        return order < 0 ? -1 : 1;
    const base::ByteView rest = a.size() > b.size() ? a.subspan(common) : b.subspan(common);
    const bool zeros = std::all_of(rest.begin(), rest.end(), [](base::Byte byte) { return byte == 0; });
    return zeros ? 0 : a.size() > b.size() ? 1 : -1;
}

// SQL Server compares the last group first, byte by byte, then the groups before it.
constexpr std::array<std::size_t, 16> kGuidOrder{10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3};

int compareGuids(const base::Byte* a, const base::Byte* b)
{
    for (const std::size_t i : kGuidOrder)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

int compareTextValues(const std::string& a, const std::string& b, const SqlType& type)
{
    return compareText(a, b, type.collation, isUnicode(type.id) ? TextKind::kUnicode : TextKind::kCodePage);
}

struct Comparer {
    const SqlType& type;
    int operator()(const std::string& a, const std::string& b) const { return compareTextValues(a, b, type); }
    int operator()(const base::Bytes& a, const base::Bytes& b) const { return compareBinary(a, b); }
    int operator()(const Decimal& a, const Decimal& b) const { return compareDecimals(a, b); }
    int operator()(const Guid& a, const Guid& b) const { return compareGuids(a.bytes.data(), b.bytes.data()); }
    int operator()(const DateTimeOffset& a, const DateTimeOffset& b) const { return ordered(a.utc, b.utc); }
    int operator()(const Variant& a, const Variant& b) const { return compareVariants(a, b); }
    int operator()(Null, Null) const { return 0; }
    template <class T>
    int operator()(const T& a, const T& b) const { return ordered(a, b); }
    template <class A, class B>
    int operator()(const A&, const B&) const { return 0; }  // the kinds differ: decided before
};

template <class T>
T loaded(base::ByteView bytes)
{
    T value{};
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
}

int compareTextBytes(base::ByteView a, base::ByteView b, const SqlType& type)
{
    if (isBinaryCollation(type.collation)) {
        if (!isUnicode(type.id))
            return compareCodePageBytes(a, b);
        return isBin2(type.collation) ? compareUtf16CodePoints(a, b) : compareUtf16Bin(a, b);
    }
    if (isUnicode(type.id))
        return compareText(base::utf8FromUtf16le(a), base::utf8FromUtf16le(b), type.collation, TextKind::kUnicode);
    const auto left = textFromCodePage(a, type.collation), right = textFromCodePage(b, type.collation);
    return left && right ? compareText(*left, *right, type.collation, TextKind::kCodePage) : compareCodePageBytes(a, b);
}

int compareCellDecimals(base::ByteView a, base::ByteView b)
{
    const UInt128 left = getLittle128(a.subspan(1)), right = getLittle128(b.subspan(1));
    const bool negativeLeft = a[0] == 0 && left != 0, negativeRight = b[0] == 0 && right != 0;
    if (negativeLeft != negativeRight)
        return negativeLeft ? -1 : 1;
    const int order = ordered(left, right);
    return negativeLeft ? -order : order;
}

// time (5 bytes), then date: datetime2 and the first 8 bytes of datetimeoffset.
int compareStamps(base::ByteView a, base::ByteView b)
{
    const auto key = [](base::ByteView stamp) { return getLittle(stamp.subspan(5, 3)) << 40 | getLittle(stamp.first(5)); };
    return ordered(key(a), key(b));
}

int compareFixed(base::ByteView a, base::ByteView b, TypeId id)
{
    switch (id) {
    case TypeId::kReal: return ordered(loaded<float>(a), loaded<float>(b));
    case TypeId::kFloat: return ordered(loaded<double>(a), loaded<double>(b));
    case TypeId::kMoney: case TypeId::kSmallMoney:
        return ordered(static_cast<std::int64_t>(swapHalves(getLittle(a))), static_cast<std::int64_t>(swapHalves(getLittle(b))));
    case TypeId::kDate: case TypeId::kTime:
        return ordered(getLittle(a), getLittle(b));
    case TypeId::kDateTime2: case TypeId::kDateTimeOffset:
        return compareStamps(a, b);
    case TypeId::kDateTime: {
        const int days = ordered(loaded<std::int32_t>(a), loaded<std::int32_t>(b));
        return days != 0 ? days : ordered(getLittle(a.subspan(4)), getLittle(b.subspan(4)));
    }
    case TypeId::kSmallDateTime: {
        const int days = ordered(getLittle(a.first(2)), getLittle(b.first(2)));
        return days != 0 ? days : ordered(getLittle(a.subspan(2)), getLittle(b.subspan(2)));
    }
    case TypeId::kUniqueIdentifier:
        return compareGuids(a.data(), b.data());
    default:  // the integers, all of them 8 bytes
        return ordered(loaded<std::int64_t>(a), loaded<std::int64_t>(b));
    }
}

std::size_t cellWidth(TypeId id)
{
    switch (id) {
    case TypeId::kReal: case TypeId::kSmallDateTime: return 4;
    case TypeId::kDate: return 3;
    case TypeId::kTime: return 5;
    case TypeId::kDateTimeOffset: return 10;
    case TypeId::kUniqueIdentifier: return 16;
    default: return 8;
    }
}

}  // namespace

int compareValues(const Value& a, const Value& b, const SqlType& type)
{
    if (a.index() != b.index())
        return ordered(a.index(), b.index());
    return std::visit(Comparer{type}, a, b);
}

int compareNormalized(base::ByteView a, base::ByteView b, const SqlType& type)
{
    if (isText(type.id))
        return compareTextBytes(a, b, type);
    if (isBinary(type.id))
        return compareBinary(a, b);
    if (isDecimal(type.id)) {
        // Other drivers write fewer bytes of magnitude.
        if (a.size() < 2 || a.size() > 17 || b.size() < 2 || b.size() > 17)
            return compareBinary(a, b);
        return compareCellDecimals(a, b);
    }
    const std::size_t width = cellWidth(type.id);
    if (a.size() != width || b.size() != width)
        return compareBinary(a, b);
    return compareFixed(a, b, type.id);
}

std::array<base::Byte, 16> guidSortKey(const Guid& guid)
{
    std::array<base::Byte, 16> key{};
    for (std::size_t i = 0; i < 16; ++i)
        key[i] = guid.bytes[kGuidOrder[i]];
    return key;
}

}  // namespace es::types
