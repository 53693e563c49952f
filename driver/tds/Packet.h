// Packets: the 8-byte header, cutting messages into packets, joining packets into messages.        MS-TDS 2.2.3
//   offset size field
//   0      1    type        PacketType
//   1      1    status      bits kStatus...
//   2      2    length      big-endian, header included
//   4      2    spid        big-endian; a client sends 0
//   6      1    packetId    from 1, modulo 256; receivers ignore it
//   7      1    window      0
// Thread: one at a time (each object a plain cursor).
#pragma once

#include "driver/base/ByteWriter.h"

#include <optional>

namespace es::tds {

enum class PacketType : std::uint8_t {
    kSqlBatch = 0x01, kOldLogin = 0x02, kRpc = 0x03, kTabularResult = 0x04, kAttention = 0x06, kBulkLoad = 0x07,
    kFedAuthToken = 0x08, kTransactionManager = 0x0E, kLogin7 = 0x10, kSspi = 0x11, kPrelogin = 0x12,
};

inline constexpr std::uint8_t kStatusEndOfMessage = 0x01;
inline constexpr std::uint8_t kStatusIgnore = 0x02;               // only together with kStatusEndOfMessage
inline constexpr std::uint8_t kStatusResetConnection = 0x08;
inline constexpr std::uint8_t kStatusResetConnectionSkipTran = 0x10;

inline constexpr std::size_t kPacketHeaderBytes = 8;
inline constexpr std::size_t kMinPacketBytes = 512;
inline constexpr std::size_t kMaxPacketBytes = 32767;
inline constexpr std::size_t kDefaultPacketBytes = 4096;          // until negotiated
inline constexpr std::size_t kMaxEncryptedPacketBytes = 16383;    // what servers give at most on TLS connections

struct PacketHeader {
    PacketType type{};
    std::uint8_t status = 0;
    std::uint16_t lengthBytes = 0;
    std::uint16_t spid = 0;
    std::uint8_t packetId = 0;
    std::uint8_t window = 0;
    [[nodiscard]] bool endOfMessage() const { return (status & kStatusEndOfMessage) != 0; }
};

struct Packet {
    PacketHeader header;
    base::ByteView payload;  // valid until the next call of the reader
};

// Cuts a byte stream into packets. Bytes may come in any pieces.
class PacketReader {
public:
    void feed(base::ByteView bytes);
    // The next whole packet, or nothing: feed more. Errors: kMalformed (length below 8).
    [[nodiscard]] base::Result<std::optional<Packet>> next();
    // Bytes not yet given out (after the TLS handshake: records that came with its last packet). Empties the reader.
    [[nodiscard]] base::Bytes takeUnread();
    [[nodiscard]] bool empty() const { return m_offset == m_buffer.size(); }

private:
    base::Bytes m_buffer;
    std::size_t m_offset = 0;
};

struct Message {
    PacketType type{};
    std::uint8_t firstStatus = 0;  // of the first packet: carries the reset bits
    bool ignored = false;          // the last packet said kStatusIgnore: answer DONE with error, do not run it
    std::uint16_t spid = 0;
    base::Bytes payload;
};

// Joins packets into whole messages: for servers, and for clients during login (answers with rows go packet by packet into
// TokenDecoder instead). An attention in the middle of another message comes out at once, before it.
class PacketAssembler {
public:
    explicit PacketAssembler(std::size_t maxMessageBytes = std::size_t{512} << 20) : m_maxMessageBytes(maxMessageBytes) {}

    void feed(base::ByteView bytes) { m_reader.feed(bytes); }
    // The next whole message, or nothing: feed more. Errors: kMalformed (also a change of type inside a message), kTooLarge.
    [[nodiscard]] base::Result<std::optional<Message>> next();
    [[nodiscard]] base::Bytes takeUnread() { return m_reader.takeUnread(); }
    [[nodiscard]] bool insideMessage() const { return m_started || !m_reader.empty(); }

private:
    PacketReader m_reader;
    std::size_t m_maxMessageBytes;
    bool m_started = false;
    Message m_message;
};

// The whole message `payload` as packets of at most `packetBytes`, appended to `out`. An empty payload makes one packet
// (attention). `firstStatus` (reset bits) goes into the first packet.
void appendPackets(PacketType type, base::ByteView payload, std::size_t packetBytes, base::Bytes& out,
                   std::uint8_t firstStatus = 0, std::uint16_t spid = 0);

// Writes one long message while it is being made: append tokens to payload(), call takeFullPackets() from time to time,
// takeLastPackets() at the end; after that the next message may begin. Memory stays at what has not been taken.
class MessageWriter {
public:
    MessageWriter(PacketType type, std::size_t packetBytes, std::uint16_t spid = 0);

    [[nodiscard]] base::ByteWriter& payload() { return m_payload; }
    [[nodiscard]] bool hasFullPacket() const { return m_payload.size() > m_packetBytes - kPacketHeaderBytes; }
    void takeFullPackets(base::Bytes& out);  // appends; keeps the rest (never the last packet of the message)
    void takeLastPackets(base::Bytes& out, std::uint8_t extraStatus = 0);  // appends the rest with end of message
    // From the next message on.
    void setPacketBytes(std::size_t packetBytes);

private:
    void appendPacket(base::ByteView payload, std::uint8_t status, base::Bytes& out);

    PacketType m_type;
    std::size_t m_packetBytes;
    std::uint16_t m_spid;
    std::uint8_t m_packetId = 1;
    base::ByteWriter m_payload;
};

}  // namespace es::tds
