// Starts attestation, enclave and server, says when they are ready, starts the first two again when they die, and ends everything in order.
// Thread: main thread only.
#pragma once

#include "app/sandbox/supervisor/LinuxChild.h"
#include "app/sandbox/supervisor/Options.h"

namespace es::sandbox {

class Supervisor {
public:
    explicit Supervisor(Options options) : m_options(std::move(options)) {}

    // Returns after an orderly end. Errors: what kept it from starting, or kServerDied.
    base::Result<void> run();

private:
    base::Result<void> prepareFiles();
    base::Result<void> startAttest();  // does nothing without attestation
    base::Result<void> startEnclave();
    base::Result<std::uint16_t> startServer();
    void announce(std::uint16_t port) const;
    void startMissing();
    base::Result<void> watch(ProcessEvents& events);
    base::Result<void> noteEnded(const Ended& ended);
    void endChildren();
    [[nodiscard]] std::string file(std::string_view name) const { return m_folder + "/" + std::string(name); }

    Options m_options;
    std::string m_folder;  // absolute
    std::optional<Child> m_attest;
    std::optional<Child> m_enclave;
    std::optional<Child> m_server;
    std::uint16_t m_attestPort = 0;      // once known, for good: clients hold URLs with it
    std::uint16_t m_attestHttpPort = 0;
    bool m_attestMissing = false;
    bool m_enclaveMissing = false;
};

inline constexpr base::ErrorCode kServerDied{"supervisor", "ServerDied"};

}  // namespace es::sandbox
