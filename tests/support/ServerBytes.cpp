#include "tests/support/ServerBytes.h"

#include <algorithm>

namespace es::test {

ServerBytes& ServerBytes::u8(unsigned value)
{
    m_bytes.push_back(static_cast<base::Byte>(value));
    return *this;
}

ServerBytes& ServerBytes::u16(unsigned value)
{
    return u8(value & 0xFF).u8(value >> 8 & 0xFF);
}

ServerBytes& ServerBytes::u32(std::uint32_t value)
{
    return u16(value & 0xFFFF).u16(value >> 16);
}

ServerBytes& ServerBytes::u64(std::uint64_t value)
{
    return u32(static_cast<std::uint32_t>(value)).u32(static_cast<std::uint32_t>(value >> 32));
}

ServerBytes& ServerBytes::raw(ByteView bytes)
{
    m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
    return *this;
}

ServerBytes& ServerBytes::hex(std::string_view text)
{
    return raw(base::fromHex(text).value());
}

ServerBytes& ServerBytes::ucs2(std::string_view ascii)
{
    for (const char c : ascii)
        u16(static_cast<unsigned char>(c));
    return *this;
}

ServerBytes& ServerBytes::bVarchar(std::string_view ascii)
{
    return u8(static_cast<unsigned>(ascii.size())).ucs2(ascii);
}

ServerBytes& ServerBytes::usVarchar(std::string_view ascii)
{
    return u16(static_cast<unsigned>(ascii.size())).ucs2(ascii);
}

ServerBytes& ServerBytes::done(unsigned status, unsigned command, std::uint64_t rows)
{
    return u8(0xFD).u16(status).u16(command).u64(rows);
}

ServerBytes& ServerBytes::doneInProc(unsigned status, unsigned command, std::uint64_t rows)
{
    return u8(0xFF).u16(status).u16(command).u64(rows);
}

ServerBytes& ServerBytes::doneProc(unsigned status)
{
    return u8(0xFE).u16(status).u16(0xE0).u64(0);
}

ServerBytes& ServerBytes::message(unsigned token, int number, unsigned severity, std::string_view text, int line, unsigned state)
{
    constexpr std::string_view kServer = "SRV";
    const auto length = 4 + 1 + 1 + 2 + 2 * text.size() + 1 + 2 * kServer.size() + 1 + 4;
    return u8(token)
        .u16(static_cast<unsigned>(length))
        .u32(static_cast<std::uint32_t>(number))
        .u8(state)
        .u8(severity)
        .usVarchar(text)
        .bVarchar(kServer)
        .bVarchar({})
        .u32(static_cast<std::uint32_t>(line));
}

ServerBytes& ServerBytes::error(int number, unsigned severity, std::string_view text, int line, unsigned state)
{
    return message(0xAA, number, severity, text, line, state);
}

ServerBytes& ServerBytes::info(int number, std::string_view text)
{
    return message(0xAB, number, 10, text, 1, 1);
}

ServerBytes& ServerBytes::envText(unsigned type, std::string_view now, std::string_view before)
{
    return u8(0xE3).u16(static_cast<unsigned>(1 + 1 + 2 * now.size() + 1 + 2 * before.size())).u8(type).bVarchar(now).bVarchar(before);
}

ServerBytes& ServerBytes::envBytes(unsigned type, ByteView now, ByteView before)
{
    u8(0xE3).u16(static_cast<unsigned>(1 + 1 + now.size() + 1 + before.size())).u8(type);
    u8(static_cast<unsigned>(now.size())).raw(now);
    return u8(static_cast<unsigned>(before.size())).raw(before);
}

ServerBytes& ServerBytes::loginAck(std::uint32_t version)
{
    constexpr std::string_view kProgram = "Microsoft SQL Server";
    u8(0xAD).u16(static_cast<unsigned>(1 + 4 + 1 + 2 * kProgram.size() + 4)).u8(1);
    u8(version >> 24).u8(version >> 16 & 0xFF).u8(version >> 8 & 0xFF).u8(version & 0xFF);
    return bVarchar(kProgram).u8(16).u8(0).u8(0x10).u8(0x68);
}

ServerBytes& ServerBytes::columnEncryptionAck(unsigned version, std::string_view enclaveType)
{
    u8(0xAE).u8(4).u32(static_cast<std::uint32_t>(enclaveType.empty() ? 1 : 2 + 2 * enclaveType.size())).u8(version);
    if (!enclaveType.empty()) bVarchar(enclaveType);
    return u8(0xFF);
}

ServerBytes& ServerBytes::intColumn(bool keyTable, std::string_view name)
{
    u8(0x81).u16(1);
    if (keyTable) u16(0);
    return u32(0).u16(0x0001).u8(0x26).u8(4).bVarchar(name);
}

ServerBytes& ServerBytes::intRow(std::int32_t value)
{
    return u8(0xD1).u8(4).u32(static_cast<std::uint32_t>(value));
}

ServerBytes& ServerBytes::returnStatus(std::int32_t value)
{
    return u8(0x79).u32(static_cast<std::uint32_t>(value));
}

Bytes ServerBytes::message(std::size_t packetBytes) const
{
    Bytes out;
    std::size_t offset = 0;
    unsigned packetId = 1;
    do {
        const std::size_t size = std::min(packetBytes - 8, m_bytes.size() - offset);
        const bool last = offset + size == m_bytes.size();
        const std::size_t length = size + 8;
        out.insert(out.end(),
            {0x04, static_cast<base::Byte>(last ? 1 : 0), static_cast<base::Byte>(length >> 8), static_cast<base::Byte>(length), 0, 55,
                static_cast<base::Byte>(packetId++), 0});
        out.insert(
            out.end(), m_bytes.begin() + static_cast<std::ptrdiff_t>(offset), m_bytes.begin() + static_cast<std::ptrdiff_t>(offset + size));
        offset += size;
    } while (offset < m_bytes.size());
    return out;
}

Bytes preloginAnswer(unsigned encryption)
{
    // VERSION at 11 (6 bytes), ENCRYPTION at 17 (1 byte), terminator
    return ServerBytes()
        .hex("00000b0006"
             "0100110001"
             "ff"
             "10000fa00000")
        .u8(encryption)
        .message();
}

} // namespace es::test
