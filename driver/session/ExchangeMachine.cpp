#include "driver/session/ExchangeMachine.h"

#include "driver/session/ServerErrors.h"

namespace es::session {

ExchangeMachine::ExchangeMachine(ConnectionFacts& facts, AnswerHandler& handler, base::Bytes requestPackets)
    : m_facts(facts)
    , m_handler(handler)
    , m_request(std::move(requestPackets))
    , m_decoder({.columnEncryption = facts.columnEncryptionVersion > 0})
{
}

Action ExchangeMachine::step(const Input& input)
{
    if (std::holds_alternative<Started>(input)) return WriteBytes{m_request};
    if (std::holds_alternative<Written>(input)) {
        m_request = {};
        return NeedBytes{};
    }
    if (std::holds_alternative<CancelRequested>(input))
        return m_attention.requested() ? Action(NeedBytes{}) : Action(WriteBytes{m_attention.request()});
    if (const auto* arrived = std::get_if<BytesArrived>(&input)) return onBytes(arrived->bytes);
    return Failed{protocolError("TLS cannot begin in the middle of a request.")};
}

Action ExchangeMachine::onBytes(base::ByteView bytes)
{
    m_packets.feed(bytes);
    for (;;) {
        auto packet = m_packets.next();
        if (!packet) return Failed{std::move(packet).error()};
        if (!*packet) break;
        auto complete = onPacket(**packet);
        if (!complete) return Failed{std::move(complete).error()};
        if (*complete) return Finished{};
    }
    if (!m_attention.requested()) m_handler.onPause();
    return NeedBytes{};
}

base::Result<bool> ExchangeMachine::onPacket(const tds::Packet& packet)
{
    if (packet.header.type != tds::PacketType::kTabularResult)
        return protocolError("a packet of type " + std::to_string(static_cast<int>(packet.header.type)) + " instead of a result.");
    m_decoder.feed(packet.payload);
    for (;;) {
        ES_TRY(const tds::Token* token, m_decoder.next());
        if (token == nullptr) break;
        onToken(*token);
    }
    if (!packet.header.endOfMessage()) return false;
    ES_CHECK(m_decoder.endOfMessage());
    if (m_attention.requested()) return m_attention.finishedAtEndOfMessage();
    if (!m_finalDone) return protocolError("the answer ended without a final DONE.");
    return true;
}

void ExchangeMachine::onToken(const tds::Token& token)
{
    if (const auto* change = std::get_if<tds::EnvChange>(&token)) {
        m_facts.apply(*change);
        return;
    }
    if (const auto* done = std::get_if<tds::Done>(&token)) {
        m_attention.onDone(*done);
        m_finalDone = !done->more();
    }
    if (!m_attention.requested()) m_handler.onToken(token);
}

} // namespace es::session
