// One request and the answer to it: sends the packets, decodes the answer while it comes, follows ENVCHANGE and DONE, and cancels.
// What the answer means is the handler's matter.
// Thread: session thread only.
#pragma once

#include "driver/session/AttentionMachine.h"
#include "driver/session/ConnectionFacts.h"
#include "driver/session/Machine.h"
#include "driver/tds/TokenDecoder.h"

namespace es::session {

class AnswerHandler {
public:
    virtual ~AnswerHandler() = default;
    // Every token but ENVCHANGE, in order; none any more once the request has been cancelled. Valid during the call only.
    virtual void onToken(const tds::Token& token) = 0;
    // All bytes at hand are decoded; the next ones may take long.
    virtual void onPause() {}
};

class ExchangeMachine final : public Machine {
public:
    // `requestPackets`: ready to be written. Handler and facts must outlive the machine.
    ExchangeMachine(ConnectionFacts& facts, AnswerHandler& handler, base::Bytes requestPackets);

    [[nodiscard]] Action step(const Input& input) override;
    [[nodiscard]] bool cancelled() const { return m_attention.requested(); }

private:
    [[nodiscard]] Action onBytes(base::ByteView bytes);
    [[nodiscard]] base::Result<bool> onPacket(const tds::Packet& packet);  // true: the answer is complete
    void onToken(const tds::Token& token);

    ConnectionFacts& m_facts;
    AnswerHandler& m_handler;
    base::Bytes m_request;
    tds::PacketReader m_packets;
    tds::TokenDecoder m_decoder;
    AttentionMachine m_attention;
    bool m_finalDone = false;
};

}  // namespace es::session
