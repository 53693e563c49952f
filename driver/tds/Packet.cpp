#include "driver/tds/Packet.h"

#include "driver/base/ByteReader.h"
#include "driver/tds/Errors.h"

#include <algorithm>

namespace es::tds {
namespace {

constexpr std::size_t kKeepCapacityBytes = std::size_t{1} << 20;

void appendHeader(const PacketHeader& header, base::Bytes& out)
{
    const auto high = [](std::uint16_t v) { return static_cast<base::Byte>(v >> 8); };
    const auto low = [](std::uint16_t v) { return static_cast<base::Byte>(v); };
    const base::Byte bytes[kPacketHeaderBytes] = {static_cast<base::Byte>(header.type), header.status, high(header.lengthBytes),
                                                  low(header.lengthBytes), high(header.spid), low(header.spid), header.packetId,
                                                  header.window};
    out.insert(out.end(), std::begin(bytes), std::end(bytes));
}

}  // namespace

void PacketReader::feed(base::ByteView bytes)
{
    if (m_offset == m_buffer.size()) {
        m_buffer.clear();
        if (m_buffer.capacity() > kKeepCapacityBytes)
            base::Bytes().swap(m_buffer);
    } else if (m_offset > 0) {
        m_buffer.erase(m_buffer.begin(), m_buffer.begin() + static_cast<std::ptrdiff_t>(m_offset));
    }
    m_offset = 0;
    m_buffer.insert(m_buffer.end(), bytes.begin(), bytes.end());
}

base::Result<std::optional<Packet>> PacketReader::next()
{
    const base::ByteView unread = base::ByteView(m_buffer).subspan(m_offset);
    if (unread.size() < kPacketHeaderBytes)
        return std::optional<Packet>();
    base::ByteReader reader(unread);
    Packet packet;
    packet.header.type = static_cast<PacketType>(reader.u8());
    packet.header.status = reader.u8();
    packet.header.lengthBytes = reader.u16be();
    packet.header.spid = reader.u16be();
    packet.header.packetId = reader.u8();
    packet.header.window = reader.u8();
    if (packet.header.lengthBytes < kPacketHeaderBytes)
        return protocolError(kMalformed, "A packet says that it is shorter than its own header.");
    if (unread.size() < packet.header.lengthBytes)
        return std::optional<Packet>();
    packet.payload = reader.bytes(packet.header.lengthBytes - kPacketHeaderBytes);
    m_offset += packet.header.lengthBytes;
    return std::optional<Packet>(packet);
}

base::Bytes PacketReader::takeUnread()
{
    base::Bytes rest(m_buffer.begin() + static_cast<std::ptrdiff_t>(m_offset), m_buffer.end());
    m_buffer.clear();
    m_offset = 0;
    return rest;
}

base::Result<std::optional<Message>> PacketAssembler::next()
{
    for (;;) {
        ES_TRY(const std::optional<Packet> packet, m_reader.next());
        if (!packet)
            return std::optional<Message>();
        const PacketHeader& header = packet->header;
        if (m_started && header.type == PacketType::kAttention)
            return std::optional(Message{header.type, header.status, false, header.spid, {}});
        if (m_started && header.type != m_message.type)
            return protocolError(kMalformed, "A packet of another kind stands in the middle of a message.");
        if (!m_started) {
            m_message = Message{header.type, header.status, false, header.spid, {}};
            m_started = true;
        }
        if (m_message.payload.size() + packet->payload.size() > m_maxMessageBytes)
            return protocolError(kTooLarge, "A message is longer than " + std::to_string(m_maxMessageBytes) + " bytes.");
        m_message.payload.insert(m_message.payload.end(), packet->payload.begin(), packet->payload.end());
        if (!header.endOfMessage())
            continue;
        m_message.ignored = (header.status & kStatusIgnore) != 0;
        m_started = false;
        return std::optional<Message>(std::move(m_message));
    }
}

void appendPackets(PacketType type, base::ByteView payload, std::size_t packetBytes, base::Bytes& out, std::uint8_t firstStatus,
                   std::uint16_t spid)
{
    packetBytes = std::clamp(packetBytes, kMinPacketBytes, kMaxPacketBytes);
    const std::size_t room = packetBytes - kPacketHeaderBytes;
    std::uint8_t packetId = 1;
    std::uint8_t status = firstStatus;
    do {
        const base::ByteView piece = payload.first(std::min(room, payload.size()));
        payload = payload.subspan(piece.size());
        if (payload.empty())
            status |= kStatusEndOfMessage;
        appendHeader({type, status, static_cast<std::uint16_t>(piece.size() + kPacketHeaderBytes), spid, packetId++, 0}, out);
        out.insert(out.end(), piece.begin(), piece.end());
        status = 0;
    } while (!payload.empty());
}

MessageWriter::MessageWriter(PacketType type, std::size_t packetBytes, std::uint16_t spid)
    : m_type(type), m_packetBytes(std::clamp(packetBytes, kMinPacketBytes, kMaxPacketBytes)), m_spid(spid)
{
}

void MessageWriter::setPacketBytes(std::size_t packetBytes)
{
    m_packetBytes = std::clamp(packetBytes, kMinPacketBytes, kMaxPacketBytes);
}

void MessageWriter::appendPacket(base::ByteView payload, std::uint8_t status, base::Bytes& out)
{
    appendHeader({m_type, status, static_cast<std::uint16_t>(payload.size() + kPacketHeaderBytes), m_spid, m_packetId++, 0}, out);
    out.insert(out.end(), payload.begin(), payload.end());
}

void MessageWriter::takeFullPackets(base::Bytes& out)
{
    const std::size_t room = m_packetBytes - kPacketHeaderBytes;
    base::ByteView left = m_payload.view();
    if (left.size() <= room)
        return;
    while (left.size() > room) {  // one byte stays at least, for the packet that ends the message
        appendPacket(left.first(room), 0, out);
        left = left.subspan(room);
    }
    const base::Bytes rest(left.begin(), left.end());
    m_payload.clear();
    m_payload.bytes(rest);
}

void MessageWriter::takeLastPackets(base::Bytes& out, std::uint8_t extraStatus)
{
    takeFullPackets(out);
    appendPacket(m_payload.view(), static_cast<std::uint8_t>(kStatusEndOfMessage | extraStatus), out);
    m_payload.clear();
    m_packetId = 1;
}

}  // namespace es::tds
