// The command line of enclave-sandbox. Thread: any (pure).
#pragma once

#include "driver/base/Bytes.h"

namespace es::sandbox {

inline constexpr base::ErrorCode kBadOptions{"supervisor", "BadOptions"};

struct Options {
    std::string dataFolder;
    std::string listenHost = "127.0.0.1";
    std::uint16_t listenPort = 0;
    bool sample = false;
    std::string profile = "2022";  // or "2019"
    int stopWithParentFd = -1;
    bool help = false;
};

// Errors: kBadOptions, with the name of the option as setting.
[[nodiscard]] base::Result<Options> parseOptions(std::span<const std::string_view> arguments);
[[nodiscard]] std::string_view usageText();

}  // namespace es::sandbox
