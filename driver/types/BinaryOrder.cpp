#include "driver/types/BinaryOrder.h"

#include <algorithm>
#include <cstring>

namespace es::types {
namespace {

std::uint32_t unitAt(base::ByteView text, std::size_t index)
{
    return 2 * index + 1 < text.size() ? text[2 * index] | static_cast<std::uint32_t>(text[2 * index + 1]) << 8 : 0x20u;
}

// Surrogates stand for code points above U+FFFF: moved behind U+E000-U+FFFF, so that unit order becomes code-point order.
std::uint32_t codePointRank(std::uint32_t unit)
{
    if (unit < 0xD800)
        return unit;
    return unit < 0xE000 ? unit + 0x2000 : unit - 0x800;
}

template <class At>
int comparePadded(std::size_t from, std::size_t to, const At& at)
{
    for (std::size_t i = from; i < to; ++i) {
        const auto [x, y] = at(i);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

}  // namespace

int compareCodePageBytes(base::ByteView a, base::ByteView b)
{
    const std::size_t common = std::min(a.size(), b.size());
    const int order = common == 0 ? 0 : std::memcmp(a.data(), b.data(), common);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return comparePadded(common, std::max(a.size(), b.size()), [&](std::size_t i) {
        return std::pair<int, int>(i < a.size() ? a[i] : 0x20, i < b.size() ? b[i] : 0x20);
    });
}

int compareUtf16CodePoints(base::ByteView a, base::ByteView b)
{
    const std::size_t units = std::max(a.size(), b.size()) / 2;
    return comparePadded(0, units, [&](std::size_t i) {
        return std::pair<std::uint32_t, std::uint32_t>(codePointRank(unitAt(a, i)), codePointRank(unitAt(b, i)));
    });
}

int compareUtf16Bin(base::ByteView a, base::ByteView b)
{
    const std::size_t units = std::max(a.size(), b.size()) / 2;
    return comparePadded(0, units, [&](std::size_t i) {
        const auto swapped = [](std::uint32_t unit) { return (unit & 0xFF) << 8 | unit >> 8; };
        const std::uint32_t x = unitAt(a, i), y = unitAt(b, i);
        return i == 0 ? std::pair(x, y) : std::pair(swapped(x), swapped(y));
    });
}

}  // namespace es::types
