#include "app/sandbox/enclaveabi/AttestMode.h"

#include <algorithm>
#include <array>

namespace es::sandbox {

namespace {

constexpr std::uint32_t kAasId = 1;
constexpr std::uint32_t kNoneId = 2;
constexpr std::uint32_t kHgsId = 3;

struct ModeInfo {
    AttestMode mode;
    std::string_view name;
    std::string_view protocol;
    std::string_view enclaveType;
};

constexpr std::array kModes{
    ModeInfo{AttestMode::kNone, "none", "none", "VBS"},
    ModeInfo{AttestMode::kHgs, "hgs", "hgs", "VBS"},
    ModeInfo{AttestMode::kAasVbs, "aas-vbs", "aas", "VBS"},
    ModeInfo{AttestMode::kAasSgx, "aas-sgx", "aas", "SGX"},
};

constexpr std::array kFaults{
    AttestFaultInfo{AttestFault::kExpired, "expired", "the health certificate or the token ended an hour ago",
                    "validity: the certificate's dates (HGS), the token's exp (AAS)", "", true, true, true},
    AttestFaultInfo{AttestFault::kWrongNonce, "wrong-nonce", "the token answers another client's nonce, as a replayed one would",
                    "nonce: rp_data is not the nonce sent (VBS), or the identity does not unmask (SGX)",
                    "HGS has no nonce: its freshness comes from the key exchange alone", false, true, true},
    AttestFaultInfo{AttestFault::kWrongKey, "wrong-key", "the report or token speaks of another RSA key than the one sent",
                    "binding: EnclaveData (HGS) or aas-ehd (AAS) is not the identity sent", "", true, true, true},
    AttestFaultInfo{AttestFault::kDebug, "debug", "the enclave says that it can be debugged",
                    "policy: Flags (HGS), is-debuggable (AAS), enclaveFlags besides (AAS, VBS)", "", true, true, true},
    AttestFaultInfo{AttestFault::kOldSvn, "old-svn", "the security version of the platform (VBS) or enclave (SGX) is 0",
                    "policy: PlatformSvn at least 1 (HGS), enclavePlatformSvn (AAS, VBS), svn where a minimum is set (SGX)", "", true, true, true},
    AttestFaultInfo{AttestFault::kWrongAuthor, "wrong-author", "another author has signed the enclave",
                    "policy: AuthorId (HGS), enclaveAuthorId (AAS, VBS), x-ms-sgx-mrsigner (SGX)", "", true, true, true},
    AttestFaultInfo{AttestFault::kBadSignature, "bad-signature", "one bit of the report's or token's signature is wrong",
                    "signature: by the health certificate's key (HGS), by the service's key (AAS)", "", true, true, true},
    AttestFaultInfo{AttestFault::kSlow, "slow", "the service sends its first byte after 30 s and then one byte each half second",
                    "the client's time limits: no wait without an end", "", true, true, true},
    AttestFaultInfo{AttestFault::kUnreachable, "unreachable", "the ports are announced, but nobody listens there",
                    "the service must be asked: without an answer there is no session", "", true, true, true},
};

const ModeInfo& infoOf(AttestMode mode)
{
    return kModes[static_cast<std::size_t>(mode)];
}

}  // namespace

std::string_view attestModeName(AttestMode mode)
{
    return infoOf(mode).name;
}

std::optional<AttestMode> attestModeFromName(std::string_view name)
{
    const auto found = std::find_if(kModes.begin(), kModes.end(), [name](const ModeInfo& info) { return info.name == name; });
    return found == kModes.end() ? std::nullopt : std::optional(found->mode);
}

std::string_view attestProtocolName(AttestMode mode)
{
    return infoOf(mode).protocol;
}

std::string_view enclaveTypeName(AttestMode mode)
{
    return infoOf(mode).enclaveType;
}

bool offersProtocol(AttestMode mode, std::uint32_t protocolId)
{
    switch (mode) {
    case AttestMode::kNone: return protocolId == kNoneId;
    case AttestMode::kHgs: return protocolId == kHgsId || protocolId == kNoneId;
    case AttestMode::kAasVbs: return protocolId == kAasId || protocolId == kNoneId;
    case AttestMode::kAasSgx: return protocolId == kAasId;
    }
    return false;
}

bool AttestFaultInfo::means(AttestMode mode) const
{
    switch (mode) {
    case AttestMode::kNone: return false;
    case AttestMode::kHgs: return hgs;
    case AttestMode::kAasVbs: return aasVbs;
    case AttestMode::kAasSgx: return aasSgx;
    }
    return false;
}

std::span<const AttestFaultInfo> attestFaults()
{
    return kFaults;
}

const AttestFaultInfo* findAttestFault(std::string_view name)
{
    const auto found = std::find_if(kFaults.begin(), kFaults.end(), [name](const AttestFaultInfo& info) { return info.name == name; });
    return found == kFaults.end() ? nullptr : &*found;
}

}  // namespace es::sandbox
