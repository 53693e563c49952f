// Feature extension list of LOGIN7 and token FEATUREEXTACK: (id u8, length u32, data)*, 0xFF.       MS-TDS 2.2.6.4, 2.2.7.11
// Thread: any (plain values).
#pragma once

#include "driver/base/ByteReader.h"
#include "driver/base/ByteWriter.h"

namespace es::tds {

inline constexpr std::uint8_t kFeatureSessionRecovery = 0x01;
inline constexpr std::uint8_t kFeatureFedAuth = 0x02;
inline constexpr std::uint8_t kFeatureColumnEncryption = 0x04;
inline constexpr std::uint8_t kFeatureGlobalTransactions = 0x05;
inline constexpr std::uint8_t kFeatureAzureSqlSupport = 0x08;
inline constexpr std::uint8_t kFeatureDataClassification = 0x09;
inline constexpr std::uint8_t kFeatureUtf8Support = 0x0A;
inline constexpr std::uint8_t kFeatureUserAgent = 0x10;

struct Feature {
    std::uint8_t id = 0;
    base::Bytes data;
    friend bool operator==(const Feature&, const Feature&) = default;
};

// Token 0xAE.
struct FeatureExtAck {
    std::vector<Feature> features;
};

void appendFeatures(base::ByteWriter& out, const std::vector<Feature>& features);
// Reader failure = truncated; check ok().
[[nodiscard]] std::vector<Feature> readFeatures(base::ByteReader& reader);

void appendToken(base::ByteWriter& out, const FeatureExtAck& ack);

// COLUMNENCRYPTION: version 1 no enclave, 2 enclave, 3 enclave and caching of its keys with retry.
[[nodiscard]] Feature columnEncryptionRequest(std::uint8_t version);
struct ColumnEncryptionAck {
    std::uint8_t version = 1;   // 1..3
    std::string enclaveType;    // "VBS" or "SGX"; empty without enclave
};
// Data of the acknowledgement's feature. Errors: kMalformed (length 0, version 0 or above 3, text past the data).
[[nodiscard]] base::Result<ColumnEncryptionAck> decodeColumnEncryptionAck(base::ByteView data);
[[nodiscard]] Feature columnEncryptionAcknowledgement(const ColumnEncryptionAck& ack);

}  // namespace es::tds
