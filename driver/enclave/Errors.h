// Error codes of the enclave room.
#pragma once

#include "driver/base/Error.h"

namespace es::enclave {

inline constexpr base::ErrorCode kBadAttestationParameters{"enclave", "BadAttestationParameters"};
inline constexpr base::ErrorCode kBadAttestationResult{"enclave", "BadAttestationResult"};  // sizes, trailing bytes, identity form
inline constexpr base::ErrorCode kBadReport{"enclave", "BadReport"};                        // VBS report package
inline constexpr base::ErrorCode kBadPackage{"enclave", "BadPackage"};                      // size or tag; the server answers 33550
inline constexpr base::ErrorCode kUnknownProtocol{"enclave", "UnknownProtocol"};            // id is not 1, 2 or 3

}  // namespace es::enclave
