// What a person demands of an enclave before a key goes there. One value per connection, and a JSON file for version control.
// Thread: any (plain values).                                                       enclave-protocol 4.3, 5.2, 11
#pragma once

#include "driver/base/Bytes.h"

#include <chrono>
#include <optional>

namespace es::attestation {

enum class Protocol : std::uint8_t { kNone, kHgs, kAas };
[[nodiscard]] std::string_view protocolName(Protocol protocol);  // "none", "hgs", "aas"
[[nodiscard]] std::optional<Protocol> protocolFromName(std::string_view name);

inline constexpr std::chrono::seconds kMaxClockSkew{600};

// Hex fields: lower-case; empty: any value is accepted, and the rule says so. The default values are the strict default.
struct Policy {
    std::string name = "Strict default";
    std::optional<Protocol> protocol;          // nothing: the connection's
    std::string service;                       // origin of the attestation service, "https://host[:port]"; empty: the connection's
    bool plainHttp = false;                    // http to the service
    std::vector<std::string> redirectOrigins;  // where a redirect of the service may lead besides its own origin
    std::vector<std::string> trustedRoots;     // SHA-256 fingerprints, hex; empty: what the service serves over a trusted way
    std::chrono::seconds clockSkew{300};       // 0 .. kMaxClockSkew

    // VBS enclaves: the report (HGS), and claims of an AAS token where it states them (which never name a secure kernel SVN)
    std::string ownerId = "1020304041312111000000000000000000000000000000000000000000000000";
    std::string authorId = "0437cae2537d8b9b0776b61b11e6ced3d232e9308f60e21adab2fd91e3da9598";
    std::string familyId = "fefe0000000000000000000000000000";
    std::string imageId = "19171200010520130005140312012205";
    std::uint32_t minimumEnclaveSvn = 0;
    std::uint32_t minimumSecureKernelSvn = 0;
    std::uint32_t minimumPlatformSvn = 1;
    bool debug = false;  // a debug enclave is accepted (HGS flags, AAS is-debuggable and enclaveFlags)

    // Claims of an AAS token, compared where the token states them; `requireClaims`: a missing one fails, of those that the kind of enclave has.
    std::string sgxSigner = "e31c9e505f37a58de09335075fc8591254313eb20bb1a27e5443cc450b6e33e5";  // x-ms-sgx-mrsigner
    std::optional<std::uint32_t> sgxProduct = 4639;  // product-id
    std::uint32_t minimumSgxSvn = 0;                 // svn
    bool requireClaims = false;

    // Column master keys that may be released from: exact key paths, compared without the case of ASCII
    // letters. Nothing: no list, any signed path.
    std::optional<std::vector<std::string>> trustedKeyPaths;

    [[nodiscard]] bool trustsKeyPath(std::string_view path) const;
    friend bool operator==(const Policy&, const Policy&) = default;
};

inline constexpr base::ErrorCode kBadPolicy{"attestation", "BadPolicy"};  // setting "attestation-policy"; the text names the member

// A JSON object with "version": 1. Members left out keep the strict default; unknown ones, wrong types, bad hex, a skew out of bounds:
// kBadPolicy, so that a spelling mistake never loosens anything. A UTF-8 BOM is taken.
[[nodiscard]] base::Result<Policy> policyFromJson(std::string_view text);
// Every member, in fixed order, indented: the same policy gives the same bytes.
[[nodiscard]] std::string policyToJson(const Policy& policy);
// 64 hex digits over everything in it but the name: what tells two policies apart.
[[nodiscard]] std::string policyDigest(const Policy& policy);

}  // namespace es::attestation
