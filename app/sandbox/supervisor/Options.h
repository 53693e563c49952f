// The command line of enclave-sandbox. Thread: any (pure).
#pragma once

#include "app/sandbox/enclaveabi/AttestMode.h"
#include "driver/base/Bytes.h"

namespace es::sandbox {

inline constexpr base::ErrorCode kBadOptions{"supervisor", "BadOptions"};

struct Options {
    std::string dataFolder;
    std::string listenHost = "127.0.0.1";
    std::uint16_t listenPort = 0;
    bool sample = false;
    std::string profile = "2022";  // or "2019"
    AttestMode attestation = AttestMode::kNone;
    std::string attestHost = "127.0.0.1";
    std::uint16_t attestPort = 0;      // of https; http, where it is offered, takes any free one
    std::vector<std::string> faults;   // names of attestFaults(), each of which means something in this mode
    int stopWithParentFd = -1;
    bool help = false;
    bool listFaults = false;
};

// Errors: kBadOptions, with the name of the option as setting.
[[nodiscard]] base::Result<Options> parseOptions(std::span<const std::string_view> arguments);
[[nodiscard]] std::string_view usageText();
// What --list-faults prints: each fault, what it does, where, and what catches it.
[[nodiscard]] std::string faultsText();

}  // namespace es::sandbox
