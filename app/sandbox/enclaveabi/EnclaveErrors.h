// The enclave's errors with SQL Server's numbers. Thread: any (pure).
#pragma once

#include "driver/base/Error.h"

namespace es::sandbox {

inline constexpr base::ErrorCode kEnclaveUnavailable{"enclaveabi", "EnclaveUnavailable"};      // 33545
inline constexpr base::ErrorCode kEnclaveSessionUnknown{"enclaveabi", "EnclaveSessionUnknown"};  // 33195
inline constexpr base::ErrorCode kEnclaveKeyMissing{"enclaveabi", "EnclaveKeyMissing"};        // 33546
inline constexpr base::ErrorCode kEnclaveCellInvalid{"enclaveabi", "EnclaveCellInvalid"};      // 33187
inline constexpr base::ErrorCode kEnclaveDataInvalid{"enclaveabi", "EnclaveDataInvalid"};      // 33550
inline constexpr base::ErrorCode kEnclaveReplay{"enclaveabi", "EnclaveReplay"};                // 33551
inline constexpr base::ErrorCode kEnclaveProtocol{"enclaveabi", "EnclaveProtocol"};            // 33190
inline constexpr base::ErrorCode kEnclaveAttestation{"enclaveabi", "EnclaveAttestation"};      // 33196
inline constexpr base::ErrorCode kEnclaveTooManySessions{"enclaveabi", "EnclaveTooManySessions"};  // 33189
inline constexpr base::ErrorCode kEnclaveRefused{"enclaveabi", "EnclaveRefused"};              // 33192

// The Error with its server part filled (number, severity 16, or 17 for 33195; SQL Server's sentence, then `detail`).
// The number decides code and words; a number not listed above becomes 33192.
[[nodiscard]] base::Error enclaveError(std::int32_t number, std::string_view detail = {});

}  // namespace es::sandbox
