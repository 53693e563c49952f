// A real sandbox on a free loopback port with a folder of its own, started for a test and ended with it.
// Thread: one at a time.
#pragma once

#include "driver/session/ConnectionSettings.h"

#include "driver/base/Result.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace es::test {

struct SandboxOptions {
    bool sample = true;                  // with database ContosoHR
    std::string profile;                 // "2022", "2019"; empty: the sandbox's default
    std::string attestation;             // "none", "hgs", "aas-vbs", "aas-sgx"; empty: the sandbox's default
    std::vector<std::string> faults;     // "attest:expired", ...
    std::filesystem::path dataFolder;    // kept and used as it is; empty: a new one, removed at the end
    int readyTimeoutMs = 60000;
};

class SandboxFixture {
public:
    // The program is ES_SANDBOX_PROGRAM, or build/<preset>/bin/enclave-sandbox. Errors: base's "test" code, with what the program said.
    [[nodiscard]] static base::Result<std::unique_ptr<SandboxFixture>> start(const SandboxOptions& options = {});
    ~SandboxFixture();  // stop(), removes its own folder
    SandboxFixture(const SandboxFixture&) = delete;
    SandboxFixture& operator=(const SandboxFixture&) = delete;

    // From the line of JSON that the sandbox prints.
    [[nodiscard]] const std::string& jsonLine() const { return m_jsonLine; }
    [[nodiscard]] std::uint16_t port() const { return m_port; }
    [[nodiscard]] const std::string& user() const { return m_user; }
    [[nodiscard]] const std::string& passwordFile() const { return m_passwordFile; }
    [[nodiscard]] const std::string& caFile() const { return m_caFile; }
    [[nodiscard]] const std::string& database() const { return m_database; }
    [[nodiscard]] const std::string& attestationUrl() const { return m_attestationUrl; }  // https; empty with "none"
    [[nodiscard]] int serverPid() const { return m_serverPid; }
    [[nodiscard]] int enclavePid() const { return m_enclavePid; }

    [[nodiscard]] const std::filesystem::path& dataFolder() const { return m_dataFolder; }
    [[nodiscard]] std::filesystem::path keyFolder() const { return m_scratch / "keys"; }  // for ES_KEY_FOLDER; not made yet
    // With verified TLS and the password from its file; HGS and AAS with the sandbox's URL.
    [[nodiscard]] session::ConnectionSettings settings(
        bool columnEncryption = false, session::AttestationProtocol protocol = session::AttestationProtocol::kOff) const;

    // SIGTERM, and its exit status; -1 when it had to be killed after ten seconds, or is ended already.
    int stop();
    void killServer() const;   // SIGKILL to the server process alone
    void killEnclave() const;  // SIGKILL to the enclave process alone

private:
    SandboxFixture() = default;
    [[nodiscard]] base::Result<void> launch(const SandboxOptions& options);
    [[nodiscard]] base::Result<void> readLine(int descriptor, int timeoutMs);
    [[nodiscard]] base::Result<void> takeLine();

    std::filesystem::path m_scratch;
    std::filesystem::path m_dataFolder;
    int m_processId = -1;
    int m_life = -1;  // closes with this process
    std::string m_jsonLine, m_user, m_passwordFile, m_caFile, m_database, m_attestationUrl;
    std::uint16_t m_port = 0;
    int m_serverPid = 0;
    int m_enclavePid = 0;
};

}  // namespace es::test
