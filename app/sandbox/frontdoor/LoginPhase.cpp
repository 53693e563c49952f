#include "app/sandbox/frontdoor/LoginPhase.h"

#include "driver/tds/Packet.h"

#include <algorithm>

namespace es::sandbox {

using base::Byte;
using base::Bytes;
using base::ByteView;

namespace {

constexpr std::size_t kMaxLoginBytes = 128 * 1024;
constexpr Byte kTlsHandshakeRecord = 0x16;
constexpr std::uint8_t kEnclaveVersion = 2;  // enclaves; 3 would make JDBC cache keys and leave packages out

base::Error unexpected(std::string text)
{
    return base::makeError(kWireBroken, std::move(text));
}

base::Result<tds::Message> receiveMessage(ServerWire& wire, tds::PacketAssembler& packets)
{
    while (true) {
        ES_TRY(auto message, packets.next());
        if (message)
            return std::move(*message);
        Byte buffer[4096];
        ES_TRY(const std::size_t got, wire.read(buffer, kLoginTimeoutMs));
        if (got == 0)
            return unexpected("The client closed before it had logged in.");
        packets.feed(ByteView(buffer).first(got));
    }
}

tds::Prelogin answerTo(const tds::Prelogin& asked, tds::Encryption encryption, const std::array<std::uint16_t, 3>& version)
{
    tds::Prelogin answer;
    answer.setVersion({static_cast<std::uint8_t>(version[0]), static_cast<std::uint8_t>(version[1]), version[2], 0});
    answer.setEncryption(encryption);
    answer.set(tds::PreloginToken::kInstance, {0});
    answer.set(tds::PreloginToken::kThreadId, {});
    answer.set(tds::PreloginToken::kMars, {0});
    if (asked.find(tds::PreloginToken::kTraceId) != nullptr)
        answer.set(tds::PreloginToken::kTraceId, {});
    if (asked.find(tds::PreloginToken::kFedAuthRequired) != nullptr)
        answer.set(tds::PreloginToken::kFedAuthRequired, {0});
    return answer;
}

// PRELOGIN and its answer; what was agreed about TLS, which counts in TDS 7.4 only.
base::Result<tds::ServerEncryption> answerPrelogin(ServerWire& wire, const std::array<std::uint16_t, 3>& productVersion)
{
    tds::PacketAssembler packets(kMaxLoginBytes);
    ES_TRY(const auto first, receiveMessage(wire, packets));
    if (first.type != tds::PacketType::kPrelogin)
        return unexpected("The first message is not PRELOGIN.");
    ES_TRY(const auto asked, tds::decodePrelogin(first.payload));
    const tds::ServerEncryption agreed = tds::negotiateAsServer(asked.encryption().value_or(tds::Encryption::kNotSupported), true);
    Bytes answer;
    tds::appendPackets(tds::PacketType::kTabularResult, tds::encodePrelogin(answerTo(asked, agreed.answer, productVersion)),
                       tds::kDefaultPacketBytes, answer);
    ES_CHECK(wire.write(answer));
    return agreed;
}

}  // namespace

base::Result<tds::Login7> receiveLogin(ServerWire& wire, const tls::TlsServerContext& tls, const std::array<std::uint16_t, 3>& productVersion)
{
    ES_TRY(const Byte first, wire.firstByte(kLoginTimeoutMs));
    const bool strict = first == kTlsHandshakeRecord;
    if (strict) {
        ES_TRY(auto endpoint, tls.newEndpoint(tls::TlsForm::kFirst));
        ES_CHECK(wire.startTlsFirst(std::move(endpoint), kLoginTimeoutMs));
    }
    ES_TRY(const tds::ServerEncryption agreed, answerPrelogin(wire, productVersion));
    if (!strict) {
        if (agreed.tls != tds::ServerEncryption::Tls::kFull)
            return unexpected("The client cannot use TLS.");
        ES_TRY(auto endpoint, tls.newEndpoint());
        ES_CHECK(wire.startTls(std::move(endpoint), kLoginTimeoutMs));
    }
    tds::PacketAssembler packets(kMaxLoginBytes);
    ES_TRY(const auto message, receiveMessage(wire, packets));
    if (message.type != tds::PacketType::kLogin7)
        return unexpected("The message after PRELOGIN is not LOGIN7.");
    ES_TRY(auto login, tds::decodeLogin7(message.payload));
    if (!strict && login.tdsVersion == tds::kTds80)  // the other way round is what tedious does
        return unexpected("A client of TDS 8.0 has to begin with TLS.");
    return login;
}

Acknowledged acknowledgeFeatures(const tds::Login7& login, const std::string& enclaveType)
{
    Acknowledged acknowledged;
    for (const tds::Feature& asked : login.features.value_or(std::vector<tds::Feature>{})) {
        if (asked.id == tds::kFeatureColumnEncryption && !asked.data.empty() && asked.data[0] > 0) {
            tds::ColumnEncryptionAck ack;
            ack.version = std::min<std::uint8_t>(asked.data[0], enclaveType.empty() ? 1 : kEnclaveVersion);
            if (ack.version >= kEnclaveVersion)
                ack.enclaveType = enclaveType;
            acknowledged.columnEncryptionVersion = ack.version;
            acknowledged.features.push_back(tds::columnEncryptionAcknowledgement(ack));
        } else if (asked.id == tds::kFeatureUtf8Support) {
            acknowledged.features.push_back({tds::kFeatureUtf8Support, {1}});
        } else if (asked.id == tds::kFeatureFedAuth) {
            acknowledged.federated = true;
        }
    }
    return acknowledged;
}

std::uint32_t agreedPacketBytes(const tds::Login7& login)
{
    if (login.packetBytes == 0)
        return static_cast<std::uint32_t>(tds::kDefaultPacketBytes);
    return std::clamp<std::uint32_t>(login.packetBytes, tds::kMinPacketBytes, tds::kMaxEncryptedPacketBytes);
}

}  // namespace es::sandbox
