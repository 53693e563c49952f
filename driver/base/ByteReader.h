// Bounded reading of wire bytes: the only place with pointer arithmetic. A read past the end makes the reader fail for
// good (sticky), yields zero or empty, and never touches memory outside; check ok() once per message or token.
// Thread: one at a time (a cursor). Views stay valid as long as the bytes given.
#pragma once

#include "driver/base/Bytes.h"

#include <cstring>

namespace es::base {

class ByteReader {
public:
    explicit ByteReader(ByteView bytes) : m_bytes(bytes) {}

    [[nodiscard]] bool ok() const { return !m_failed; }
    [[nodiscard]] bool atEnd() const { return m_offset == m_bytes.size(); }
    [[nodiscard]] std::size_t offsetBytes() const { return m_offset; }
    [[nodiscard]] std::size_t remainingBytes() const { return m_bytes.size() - m_offset; }

    std::uint8_t u8() { return little<std::uint8_t>(); }
    std::uint16_t u16le() { return little<std::uint16_t>(); }
    std::uint32_t u32le() { return little<std::uint32_t>(); }
    std::uint64_t u64le() { return little<std::uint64_t>(); }
    std::int16_t i16le() { return static_cast<std::int16_t>(u16le()); }
    std::int32_t i32le() { return static_cast<std::int32_t>(u32le()); }
    std::int64_t i64le() { return static_cast<std::int64_t>(u64le()); }
    std::uint16_t u16be() { const auto v = u16le(); return static_cast<std::uint16_t>(v << 8 | v >> 8); }
    std::uint32_t u32be() { return __builtin_bswap32(u32le()); }

    // The next `size` bytes, or an empty view and failure.
    ByteView bytes(std::size_t size)
    {
        if (m_failed || size > remainingBytes()) {
            m_failed = true;
            return {};
        }
        const ByteView view = m_bytes.subspan(m_offset, size);
        m_offset += size;
        return view;
    }
    ByteView rest() { return bytes(remainingBytes()); }
    void skip(std::size_t size) { bytes(size); }
    [[nodiscard]] std::uint8_t peekU8() const { return m_failed || atEnd() ? 0 : m_bytes[m_offset]; }

    // UTF-16LE text of `units` code units, as UTF-8 (a lone surrogate becomes U+FFFD).
    std::string utf16(std::size_t units);
    std::string bVarchar() { return utf16(u8()); }    // u8 count of code units, text
    std::string usVarchar() { return utf16(u16le()); }  // u16 count of code units, text

    void fail() { m_failed = true; }

private:
    template <class T>
    T little()
    {
        const ByteView view = bytes(sizeof(T));
        T value{};
        if (view.size() == sizeof(T))
            std::memcpy(&value, view.data(), sizeof(T));  // every platform we build for is little-endian
        return value;
    }

    ByteView m_bytes;
    std::size_t m_offset = 0;
    bool m_failed = false;
};

}  // namespace es::base
