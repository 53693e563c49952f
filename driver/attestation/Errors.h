// Error codes of the attestation room. All have Origin::kAttestation.
#pragma once

#include "driver/base/Error.h"

namespace es::attestation {

inline constexpr base::ErrorCode kProtocolNotAvailable{"attestation", "ProtocolNotAvailable"};  // not built; setting "attestation"
inline constexpr base::ErrorCode kUnsupportedEnclaveType{"attestation", "UnsupportedEnclaveType"};  // not one for this protocol
inline constexpr base::ErrorCode kNotStarted{"attestation", "NotStarted"};  // verify without attestationParameters before it
inline constexpr base::ErrorCode kBadResult{"attestation", "BadResult"};    // malformed, or its key is no point on the curve

}  // namespace es::attestation
