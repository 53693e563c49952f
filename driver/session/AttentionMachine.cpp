#include "driver/session/AttentionMachine.h"

namespace es::session {

base::ByteView AttentionMachine::request()
{
    m_requested = true;
    tds::appendPackets(tds::PacketType::kAttention, {}, tds::kDefaultPacketBytes, m_packet);
    return m_packet;
}

} // namespace es::session
