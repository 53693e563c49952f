// One answer of the server on its way to the client: tokens in, packets out as soon as enough are full, so that memory stays
// bounded however many rows there are. Thread: the connection's session thread.
#pragma once

#include "app/sandbox/frontdoor/ServerWire.h"
#include "driver/tds/Packet.h"

namespace es::sandbox {

class ResponseWriter {
public:
    ResponseWriter(ServerWire& wire, std::size_t packetBytes, std::uint16_t spid);

    // Append tokens here, then call flushFull().
    [[nodiscard]] base::ByteWriter& tokens() { return m_message.payload(); }
    // Sends what is full, once it is worth a system call. False when the client is gone.
    bool flushFull();
    // Ends the message. False when the client is gone.
    bool finish();
    [[nodiscard]] bool clientGone() const { return m_gone; }
    // From the next message on.
    void setPacketBytes(std::size_t packetBytes) { m_message.setPacketBytes(packetBytes); }

private:
    bool send();

    ServerWire& m_wire;
    tds::MessageWriter m_message;
    base::Bytes m_packets;
    bool m_gone = false;
};

}  // namespace es::sandbox
