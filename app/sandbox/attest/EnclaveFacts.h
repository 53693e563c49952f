// What Microsoft's enclaves say about themselves, copied because the drivers demand exactly these values.  enclave-protocol 4.3, 5.2
// Thread: any (constants).
#pragma once

#include "driver/base/Bytes.h"

#include <array>

namespace es::sandbox::facts {

using base::Byte;

inline constexpr std::array<Byte, 32> kOwnerId{0x10, 0x20, 0x30, 0x40, 0x41, 0x31, 0x21, 0x11};  // the rest is zero
inline constexpr std::array<Byte, 32> kAuthorId{0x04, 0x37, 0xCA, 0xE2, 0x53, 0x7D, 0x8B, 0x9B, 0x07, 0x76, 0xB6,
                                                0x1B, 0x11, 0xE6, 0xCE, 0xD3, 0xD2, 0x32, 0xE9, 0x30, 0x8F, 0x60,
                                                0xE2, 0x1A, 0xDA, 0xB2, 0xFD, 0x91, 0xE3, 0xDA, 0x95, 0x98};
inline constexpr std::array<Byte, 16> kFamilyId{0xFE, 0xFE};
inline constexpr std::array<Byte, 16> kImageId{0x19, 0x17, 0x12, 0x00, 0x01, 0x05, 0x20, 0x13,
                                               0x00, 0x05, 0x14, 0x03, 0x12, 0x01, 0x22, 0x05};
inline constexpr std::uint32_t kPlatformSvn = 1;
inline constexpr std::uint32_t kDebugFlags = 1;  // full debug

inline constexpr std::string_view kSgxSigner = "e31c9e505f37a58de09335075fc8591254313eb20bb1a27e5443cc450b6e33e5";
inline constexpr int kSgxProduct = 4639;
inline constexpr int kSgxSvn = 1;

// An author who is nobody: for the fault wrong-author.
inline constexpr std::array<Byte, 32> kOtherAuthorId{'N', 'o', 't', ' ', 't', 'h', 'e', ' ', 'a', 'u', 't', 'h', 'o', 'r'};

}  // namespace es::sandbox::facts
