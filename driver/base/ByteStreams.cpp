#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"
#include "driver/base/Utf16.h"

namespace es::base {

std::string ByteReader::utf16(std::size_t units)
{
    return utf8FromUtf16le(bytes(units * 2));
}

void ByteWriter::utf16(std::string_view text)
{
    appendUtf16le(text, m_bytes);
}

namespace {

Bytes cutToUnits(std::string_view text, std::size_t maxUnits)
{
    Bytes out = utf16leFromUtf8(text);
    if (out.size() > maxUnits * 2) {
        out.resize(maxUnits * 2);
        if ((out.back() & 0xFC) == 0xD8)  // never end on half a surrogate pair
            out.resize(out.size() - 2);
    }
    return out;
}

}  // namespace

void ByteWriter::bVarchar(std::string_view text)
{
    const Bytes wide = cutToUnits(text, 255);
    u8(static_cast<std::uint8_t>(wide.size() / 2));
    bytes(wide);
}

void ByteWriter::usVarchar(std::string_view text)
{
    const Bytes wide = cutToUnits(text, 65535);
    u16le(static_cast<std::uint16_t>(wide.size() / 2));
    bytes(wide);
}

void ByteWriter::patchU16le(std::size_t offset, std::uint16_t value)
{
    m_bytes.at(offset) = static_cast<Byte>(value);
    m_bytes.at(offset + 1) = static_cast<Byte>(value >> 8);
}

void ByteWriter::patchU32le(std::size_t offset, std::uint32_t value)
{
    patchU16le(offset, static_cast<std::uint16_t>(value));
    patchU16le(offset + 2, static_cast<std::uint16_t>(value >> 16));
}

}  // namespace es::base
