// Byte containers and hex text. Thread: any (plain values).
#pragma once

#include "driver/base/Result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace es::base {

using Byte = std::uint8_t;
using Bytes = std::vector<Byte>;
using ByteView = std::span<const Byte>;  // does not own: valid as long as what it looks at

// Lower-case hex without prefix.
[[nodiscard]] std::string toHex(ByteView bytes);
// Either case, optional "0x". Errors: kBadHex.
[[nodiscard]] Result<Bytes> fromHex(std::string_view text);

[[nodiscard]] inline ByteView viewOf(std::string_view text)
{
    return {reinterpret_cast<const Byte*>(text.data()), text.size()};
}

inline constexpr ErrorCode kBadHex{"base", "BadHex"};

}  // namespace es::base
