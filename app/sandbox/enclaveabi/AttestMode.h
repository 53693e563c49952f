// How the sandbox attests its enclave, and in which ways it can be told to do that badly: the names that the command line, the
// programs and --list-faults share. Thread: any (constants).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace es::sandbox {

enum class AttestMode : std::uint8_t { kNone, kHgs, kAasVbs, kAasSgx };

[[nodiscard]] std::string_view attestModeName(AttestMode mode);      // "none", "hgs", "aas-vbs", "aas-sgx"
[[nodiscard]] std::optional<AttestMode> attestModeFromName(std::string_view name);
[[nodiscard]] std::string_view attestProtocolName(AttestMode mode);  // "none", "hgs", "aas"
[[nodiscard]] std::string_view enclaveTypeName(AttestMode mode);     // as announced at login: "VBS", "SGX"
// Whether a client may ask for the protocol with this id (1 AAS, 2 None, 3 HGS).                         enclave-protocol 2.2
[[nodiscard]] bool offersProtocol(AttestMode mode, std::uint32_t protocolId);

enum class AttestFault : std::uint8_t {
    kExpired, kWrongNonce, kWrongKey, kDebug, kOldSvn, kWrongAuthor, kBadSignature, kSlow, kUnreachable
};

struct AttestFaultInfo {
    AttestFault fault;
    std::string_view name;    // "expired"
    std::string_view what;    // what the sandbox does then
    std::string_view caught;  // which check of a careful client catches it
    std::string_view absent;  // why some modes have no such fault; empty: every mode but none has it
    bool hgs, aasVbs, aasSgx;

    [[nodiscard]] bool means(AttestMode mode) const;
};

[[nodiscard]] std::span<const AttestFaultInfo> attestFaults();
[[nodiscard]] const AttestFaultInfo* findAttestFault(std::string_view name);  // null pointer: no such fault

// A set of faults.
class AttestFaults {
public:
    void add(AttestFault fault) { m_bits |= bit(fault); }
    [[nodiscard]] bool has(AttestFault fault) const { return (m_bits & bit(fault)) != 0; }

private:
    static constexpr std::uint32_t bit(AttestFault fault) { return std::uint32_t{1} << static_cast<unsigned>(fault); }
    std::uint32_t m_bits = 0;
};

}  // namespace es::sandbox
