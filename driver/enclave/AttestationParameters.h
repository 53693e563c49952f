// Third argument of sp_describe_parameter_encryption: which protocol, and the client's half of the key agreement.
//   offset size field               (little-endian)                              enclave-protocol 2.2
//   0      4    protocolId          1 AAS, 2 None, 3 HGS
//   4      4    L                   challenge length; 0 unless AAS
//   8      L    challenge           u32 U, URL (UTF-16LE with a NUL, U bytes), u32 256, nonce (256)
//   8+L    4    104
//   12+L   104  clientPublicKey     crypto/EcdhP384.h
// Thread: any (plain values).
#pragma once

#include "driver/base/Bytes.h"
#include "driver/enclave/Errors.h"

#include <optional>

namespace es::enclave {

enum class ProtocolId : std::uint32_t { kAas = 1, kNone = 2, kHgs = 3 };

struct AasChallenge {
    std::string url;    // UTF-8, exactly as configured
    base::Bytes nonce;  // 256 bytes
    friend bool operator==(const AasChallenge&, const AasChallenge&) = default;
};
inline constexpr std::size_t kAasNonceBytes = 256;

struct AttestationParameters {
    ProtocolId protocol = ProtocolId::kNone;
    std::optional<AasChallenge> challenge;  // with kAas, and only then
    base::Bytes clientPublicKey;            // 104 bytes; that it is a point on the curve is checked where it is used
};

[[nodiscard]] base::Bytes encodeAttestationParameters(const AttestationParameters& parameters);
// Errors: kBadAttestationParameters, kUnknownProtocol.
[[nodiscard]] base::Result<AttestationParameters> decodeAttestationParameters(base::ByteView bytes);

}  // namespace es::enclave
