// What the enclave asks the attestation program over a local socket, and what comes back. One request, one reply, both bounded.
//   request: u32 version, u32 protocol id, identity, URL, nonce
//   reply:   u8 0, identity as sent, health report, report package, token   or   u8 1, UTF-8 reason
// Byte strings and texts: u32 length in front. Thread: any (pure).
#pragma once

#include "driver/base/Bytes.h"

namespace es::sandbox::abi {

inline constexpr std::uint32_t kAttestVersion = 1;
inline constexpr std::size_t kMaxAttestMessageBytes = 64 * 1024;
inline constexpr std::size_t kMaxAttestIdentityBytes = 2 * 1024;
inline constexpr std::size_t kMaxAttestUrlBytes = 8 * 1024;
inline constexpr std::size_t kMaxAttestNonceBytes = 1024;

inline constexpr base::ErrorCode kBadAttestMessage{"enclaveabi", "BadAttestMessage"};
inline constexpr base::ErrorCode kAttestRefused{"enclaveabi", "AttestRefused"};

struct EvidenceRequest {
    std::uint32_t protocolId = 0;  // 1 AAS, 3 HGS
    base::Bytes identity;          // the enclave's RSA key as the client gets it, before any mask
    std::string url;               // AAS: as the client has configured it, UTF-8
    base::Bytes nonce;             // AAS: the client's
    friend bool operator==(const EvidenceRequest&, const EvidenceRequest&) = default;
};

struct EvidenceReply {
    base::Bytes identityAsSent;  // masked by the nonce with SGX
    base::Bytes healthReport;    // HGS
    base::Bytes reportPackage;   // HGS
    std::string token;           // AAS
    friend bool operator==(const EvidenceReply&, const EvidenceReply&) = default;
};

[[nodiscard]] base::Bytes encodeEvidenceRequest(const EvidenceRequest& request);
// Errors: kBadAttestMessage (sizes, another version, bytes left over).
[[nodiscard]] base::Result<EvidenceRequest> decodeEvidenceRequest(base::ByteView message);

[[nodiscard]] base::Bytes encodeEvidenceReply(const EvidenceReply& reply);
[[nodiscard]] base::Bytes encodeEvidenceRefusal(std::string_view reason);
// Errors: kBadAttestMessage; kAttestRefused with the reason that was told.
[[nodiscard]] base::Result<EvidenceReply> decodeEvidenceReply(base::ByteView message);

}  // namespace es::sandbox::abi
