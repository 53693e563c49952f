// "Trust what I see now": a policy that accepts this enclave and no weaker one.
// Thread: any (pure).
#pragma once

#include "driver/attestation/EnclaveSession.h"

namespace es::attestation {

inline constexpr base::ErrorCode kNotVerified{"attestation", "NotVerified"};  // nothing was proved that a policy could hold on to

// Pins protocol, service, root, identities, the versions seen as minima, and the claims seen; key paths, skew and the ways to the service
// stay as they were in the report's policy. Errors: kNotVerified (another verdict than kVerified).
[[nodiscard]] base::Result<Policy> policyFromReport(const AttestationReport& report);

}  // namespace es::attestation
