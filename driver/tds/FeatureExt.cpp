#include "driver/tds/FeatureExt.h"

#include "driver/tds/Errors.h"
#include "driver/tds/Token.h"

namespace es::tds {
namespace {

constexpr std::uint8_t kTerminator = 0xFF;
constexpr std::uint8_t kHighestColumnEncryption = 3;

}  // namespace

void appendFeatures(base::ByteWriter& out, const std::vector<Feature>& features)
{
    for (const Feature& feature : features) {
        out.u8(feature.id);
        out.u32le(static_cast<std::uint32_t>(feature.data.size()));
        out.bytes(feature.data);
    }
    out.u8(kTerminator);
}

std::vector<Feature> readFeatures(base::ByteReader& reader)
{
    std::vector<Feature> features;
    for (;;) {
        const std::uint8_t id = reader.u8();
        if (!reader.ok() || id == kTerminator)
            return features;
        const base::ByteView data = reader.bytes(reader.u32le());
        if (!reader.ok())
            return features;
        features.push_back({id, base::Bytes(data.begin(), data.end())});
    }
}

void appendToken(base::ByteWriter& out, const FeatureExtAck& ack)
{
    out.u8(token::kFeatureExtAck);
    appendFeatures(out, ack.features);
}

Feature columnEncryptionRequest(std::uint8_t version)
{
    return {kFeatureColumnEncryption, {version}};
}

base::Result<ColumnEncryptionAck> decodeColumnEncryptionAck(base::ByteView data)
{
    base::ByteReader reader(data);
    ColumnEncryptionAck ack;
    ack.version = reader.u8();
    if (!reader.atEnd())
        ack.enclaveType = reader.bVarchar();
    if (!reader.ok() || ack.version == 0 || ack.version > kHighestColumnEncryption)
        return protocolError(kMalformed, "The server's answer about column encryption is malformed.");
    return ack;
}

Feature columnEncryptionAcknowledgement(const ColumnEncryptionAck& ack)
{
    base::ByteWriter data;
    data.u8(ack.version);
    if (!ack.enclaveType.empty())
        data.bVarchar(ack.enclaveType);
    return {kFeatureColumnEncryption, std::move(data).take()};
}

}  // namespace es::tds
