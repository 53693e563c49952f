// An attestation result taken apart as far as it goes, so that each thing wrong with its sizes can be named and the rest still be judged.
// driver/enclave/AttestationResult.h draws the layouts; what it accepts, has no defect here, and the other way round.
// Private to this room. Thread: any (plain values).                                               enclave-protocol 3
#pragma once

#include "driver/attestation/Policy.h"
#include "driver/enclave/AttestationResult.h"

namespace es::attestation {

inline constexpr std::size_t kMaxResultBytes = 64 * 1024;

struct ResultParts {
    // Sizes
    bool tooLarge = false;                 // above kMaxResultBytes: nothing else was read
    std::uint64_t totalSize = 0;           // as stated
    std::uint64_t expectedTotalSize = 0;   // by the sizes of the parts; not looked at with AAS
    std::uint64_t missingBytes = 0;
    std::uint64_t extraBytes = 0;
    std::uint64_t keySize = 0;             // as stated, of the session key

    // Parts; nothing: not whole
    std::optional<base::Bytes> identity;
    std::optional<base::Bytes> healthReport;  // HGS
    std::optional<base::Bytes> reportPackage; // HGS
    std::optional<base::Bytes> token;         // AAS, as sent
    std::optional<std::uint32_t> enclaveType; // AAS
    std::optional<enclave::SessionId> sessionId;
    std::optional<base::Bytes> enclavePublicKey;
    std::optional<base::Bytes> signature;
};

[[nodiscard]] ResultParts takeApart(Protocol protocol, base::ByteView result);

}  // namespace es::attestation
