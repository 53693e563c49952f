#include "app/sandbox/frontdoor/ResponseWriter.h"

namespace es::sandbox {

namespace {

constexpr std::size_t kSendBytes = 32 * 1024;

}  // namespace

ResponseWriter::ResponseWriter(ServerWire& wire, std::size_t packetBytes, std::uint16_t spid)
    : m_wire(wire), m_message(tds::PacketType::kTabularResult, packetBytes, spid)
{
}

bool ResponseWriter::flushFull()
{
    if (m_message.payload().size() < kSendBytes)
        return !m_gone;
    m_message.takeFullPackets(m_packets);
    return send();
}

bool ResponseWriter::finish()
{
    m_message.takeLastPackets(m_packets);
    return send();
}

bool ResponseWriter::send()
{
    if (!m_gone && !m_packets.empty())
        m_gone = !m_wire.write(m_packets);
    m_packets.clear();
    return !m_gone;
}

}  // namespace es::sandbox
