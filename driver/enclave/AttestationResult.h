// The attestation result (third result set of the describe call) for each protocol; formats only, nothing is judged here.
// Every size must be exact and nothing may follow. Values above 64 KiB are refused.    enclave-protocol 3
// Thread: any (plain values).
#pragma once

#include "driver/crypto/Rsa.h"
#include "driver/enclave/Errors.h"

#include <array>

namespace es::enclave {

using SessionId = std::array<base::Byte, 8>;  // opaque

// Common tail: u32 size of what follows, id, u32 D = 104, u32 G, enclave's ECDH key, signature over it.      3.1
struct SessionPart {
    SessionId sessionId{};
    base::Bytes enclavePublicKey;  // 104 bytes, crypto/EcdhP384.h
    base::Bytes signature;         // RSASSA-PKCS1-v1_5, SHA-256, by the identity key; None: anything, may be empty
};

// None: u32 0, session part.                                                                                  3.4
struct NoneResult {
    SessionPart session;
};

// HGS: u32 total (not counting itself and the session part), u32 I, u32 H, u32 R, the three, session part.    3.2
struct HgsResult {
    base::Bytes identity;       // RSA blob, see below
    base::Bytes healthReport;   // one DER certificate
    base::Bytes reportPackage;  // enclave/VbsReport.h
    SessionPart session;
};

// AAS: u32 total, u32 I, u32 T, u32 enclave type, identity, token, session part.                              3.3
enum class AasEnclaveType : std::uint32_t { kVbs = 1, kSgx = 2 };
struct AasResult {
    AasEnclaveType enclaveType = AasEnclaveType::kVbs;
    base::Bytes identity;  // as sent: with kSgx masked by the nonce
    std::string token;     // compact JWS, white space and quotes around it removed
    SessionPart session;
};

[[nodiscard]] base::Bytes encodeNoneResult(const NoneResult& result);
[[nodiscard]] base::Result<NoneResult> decodeNoneResult(base::ByteView bytes);  // kBadAttestationResult
[[nodiscard]] base::Bytes encodeHgsResult(const HgsResult& result);
[[nodiscard]] base::Result<HgsResult> decodeHgsResult(base::ByteView bytes);    // kBadAttestationResult
[[nodiscard]] base::Bytes encodeAasResult(const AasResult& result);
[[nodiscard]] base::Result<AasResult> decodeAasResult(base::ByteView bytes);    // kBadAttestationResult

// Identity: "RSA1", u32 bits, u32 exponent size, u32 modulus size, 0, 0, exponent, modulus (both big-endian).  3.5
[[nodiscard]] base::Bytes encodeIdentity(const crypto::RsaPublicKey& key);
[[nodiscard]] base::Result<crypto::RsaPublicKey> decodeIdentity(base::ByteView blob);  // kBadAttestationResult
// XOR with the nonce, byte i with nonce[i mod size]; its own inverse. Precondition: nonce not empty.
[[nodiscard]] base::Bytes maskIdentity(base::ByteView identity, base::ByteView nonce);

}  // namespace es::enclave
