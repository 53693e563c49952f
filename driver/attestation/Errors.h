// Error codes of the attestation room. All have Origin::kAttestation.
#pragma once

#include "driver/base/Error.h"

namespace es::attestation {

inline constexpr base::ErrorCode kUnsupportedEnclaveType{"attestation", "UnsupportedEnclaveType"};  // not one for this protocol
inline constexpr base::ErrorCode kPolicyMismatch{"attestation", "PolicyMismatch"};  // the policy is for another protocol or service
inline constexpr base::ErrorCode kNotStarted{"attestation", "NotStarted"};  // verify without attestationParameters before it
inline constexpr base::ErrorCode kEnclaveRefused{"attestation", "EnclaveRefused"};  // a rule failed; the text names rule, expected, seen
inline constexpr base::ErrorCode kServiceFailed{"attestation", "ServiceFailed"};  // the service answered, but not with what it should
inline constexpr base::ErrorCode kBadToken{"attestation", "BadToken"};      // not a compact JWS, or not a set of keys
inline constexpr base::ErrorCode kBadRecord{"attestation", "BadRecord"};    // a saved record that cannot be read

}  // namespace es::attestation
