// Writing wire bytes into a growing buffer. Thread: one at a time.
#pragma once

#include "driver/base/Bytes.h"

namespace es::base {

class ByteWriter {
public:
    void u8(std::uint8_t value) { m_bytes.push_back(value); }
    void u16le(std::uint16_t value) { little(value); }
    void u32le(std::uint32_t value) { little(value); }
    void u64le(std::uint64_t value) { little(value); }
    void i16le(std::int16_t value) { little(value); }
    void i32le(std::int32_t value) { little(value); }
    void i64le(std::int64_t value) { little(value); }
    void u16be(std::uint16_t value) { u8(static_cast<std::uint8_t>(value >> 8)); u8(static_cast<std::uint8_t>(value)); }
    void u32be(std::uint32_t value) { u16be(static_cast<std::uint16_t>(value >> 16)); u16be(static_cast<std::uint16_t>(value)); }
    void bytes(ByteView view) { m_bytes.insert(m_bytes.end(), view.begin(), view.end()); }
    void zeros(std::size_t count) { m_bytes.insert(m_bytes.end(), count, 0); }

    // UTF-8 in, UTF-16LE out, without a length.
    void utf16(std::string_view text);
    // Precondition: at most 255 (bVarchar) or 65535 (usVarchar) code units; longer text is cut at a whole character.
    void bVarchar(std::string_view text);
    void usVarchar(std::string_view text);

    // Overwrites what is already there, for lengths known late. Precondition: inside the written part.
    void patchU16le(std::size_t offset, std::uint16_t value);
    void patchU32le(std::size_t offset, std::uint32_t value);

    [[nodiscard]] std::size_t size() const { return m_bytes.size(); }
    [[nodiscard]] ByteView view() const { return m_bytes; }
    [[nodiscard]] Bytes take() && { return std::move(m_bytes); }
    void clear() { m_bytes.clear(); }

private:
    template <class T>
    void little(T value)
    {
        for (std::size_t i = 0; i < sizeof(T); ++i)
            m_bytes.push_back(static_cast<Byte>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }

    Bytes m_bytes;
};

}  // namespace es::base
