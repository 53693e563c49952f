#include "app/sandbox/enclave/SortKey.h"

#include "driver/types/Collation.h"
#include "driver/types/TypeNames.h"

#include <cstring>

namespace es::sandbox {

using base::ByteView;

namespace {

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;

std::uint64_t nothing(ByteView) { return 0; }

// Integers are 8 bytes in a cell, whatever their type. Another size is compared byte by byte, so its key stays open.
std::uint64_t integer(ByteView plaintext)
{
    std::uint64_t value = 0;
    if (plaintext.size() != sizeof value)
        return 0;
    std::memcpy(&value, plaintext.data(), sizeof value);
    return value ^ kSign;
}

template <base::Byte kPadding>
std::uint64_t bytes(ByteView plaintext)
{
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8; ++i)
        key = key << 8 | (i < plaintext.size() ? plaintext[i] : kPadding);
    return key;
}

// Four UTF-16 units, surrogates behind U+FFFF as in the order of code points.
std::uint64_t units(ByteView plaintext)
{
    std::uint64_t key = 0;
    for (std::size_t i = 0; i < 8; i += 2) {
        std::uint32_t unit = i + 1 < plaintext.size() ? plaintext[i] | static_cast<std::uint32_t>(plaintext[i + 1]) << 8 : 0x20U;
        if (unit >= 0xD800)
            unit = unit < 0xE000 ? unit + 0x2000 : unit - 0x800;
        key = key << 16 | unit;
    }
    return key;
}

}  // namespace

SortKey::SortKey(const types::SqlType& type) : m_key(nothing)
{
    using types::TypeId;
    if (types::isText(type.id)) {
        if (types::isUnicode(type.id))
            m_key = types::factsOf(type.collation).bin2 ? units : nothing;
        else
            m_key = types::factsOf(type.collation).binary ? bytes<0x20> : nothing;
    } else if (types::isBinary(type.id)) {
        m_key = bytes<0>;
    } else if (type.id == TypeId::kBit || type.id == TypeId::kTinyInt || type.id == TypeId::kSmallInt || type.id == TypeId::kInt
               || type.id == TypeId::kBigInt) {
        m_key = integer;
    }
}

}  // namespace es::sandbox
