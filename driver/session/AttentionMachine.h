// Cancelling a request: one attention packet, then everything is read and thrown away until the server acknowledges it, which may come
// within the answer that is running or in a message of its own behind it.                          MS-TDS 2.2.1.7, 3.2.5.9
// Thread: session thread only.
#pragma once

#include "driver/tds/Done.h"
#include "driver/tds/Packet.h"

namespace es::session {

class AttentionMachine {
public:
    // The packet to send. Precondition: not requested yet.
    [[nodiscard]] base::ByteView request();
    void onDone(const tds::Done& done) { m_acknowledged = m_acknowledged || (m_requested && done.attentionAcknowledged()); }

    [[nodiscard]] bool requested() const { return m_requested; }
    // True at the end of the message in which the acknowledgement came: the connection is ready for the next request.
    [[nodiscard]] bool finishedAtEndOfMessage() const { return m_acknowledged; }

private:
    base::Bytes m_packet;
    bool m_requested = false;
    bool m_acknowledged = false;
};

}  // namespace es::session
