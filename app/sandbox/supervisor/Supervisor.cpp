#include "app/sandbox/supervisor/Supervisor.h"

#include "app/sandbox/enclaveabi/PosixFiles.h"
#include "driver/json/Json.h"
#include "driver/tls/ServerCertificate.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace es::sandbox {

namespace {

constexpr std::string_view kUser = "sa";
constexpr std::string_view kPasswordFile = "password";
constexpr std::string_view kAuthorityFile = "ca.pem";
constexpr std::string_view kCertificateFile = "server-certificate.pem";
constexpr std::string_view kKeyFile = "server-key.pem";
constexpr std::string_view kSocketFile = "enclave.sock";
constexpr std::string_view kAttestSocketFile = "attest.sock";
constexpr std::string_view kAttestRootFile = "attestation-root.pem";
constexpr std::string_view kDatabaseFolder = "databases";
constexpr std::size_t kPasswordLength = 28;
constexpr int kAttestReadyMs = 60'000;  // it makes RSA keys on first start
constexpr int kEnclaveReadyMs = 10'000;
constexpr int kServerReadyMs = 120'000;  // recovery and the sample database included
constexpr int kRestartPauseMs = 200;
constexpr int kServerEndMs = 10'000;
constexpr int kEnclaveEndMs = 2'000;

bool exists(const std::string& path)
{
    std::error_code error;
    return std::filesystem::exists(path, error);
}

// Empty when it cannot be read.
std::string textOf(const std::string& path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// The path of the URL that clients are given.
std::string_view pathOf(AttestMode mode)
{
    switch (mode) {
    case AttestMode::kNone: return "";
    case AttestMode::kHgs: return "/Attestation";
    case AttestMode::kAasVbs: return "/attest/VSMEnclave?api-version=2018-09-01-preview";
    case AttestMode::kAasSgx: return "/attest/SgxEnclave?api-version=2018-09-01-preview";
    }
    return "";
}

std::string bracketed(const std::string& host)
{
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

// What a client on this machine can reach it by.
std::string reachable(const std::string& host)
{
    return host == "0.0.0.0" || host == "::" ? "127.0.0.1" : bracketed(host);
}

}  // namespace

base::Result<void> Supervisor::run()
{
    ES_TRY(auto events, ProcessEvents::watch(m_options.stopWithParentFd));
    ES_TRY(m_folder, makePrivateFolder(m_options.dataFolder));
    ES_CHECK(lockFolder(m_folder));
    ES_CHECK(prepareFiles());
    auto started = startAttest();
    if (started)
        started = startEnclave();
    const auto port = started ? startServer() : base::Result<std::uint16_t>(started.error());
    if (!port) {
        endChildren();
        return port.error();
    }
    announce(*port);
    auto watched = watch(events);
    endChildren();
    return watched;
}

base::Result<void> Supervisor::prepareFiles()
{
    ES_TRY([[maybe_unused]] const auto databases, makePrivateFolder(file(kDatabaseFolder)));
    if (!exists(file(kPasswordFile))) {
        const base::SecureBytes password = randomPassword(kPasswordLength);
        ES_CHECK(writePrivateFile(file(kPasswordFile), password.reveal(base::SecretAccess::forStorage())));
    }
    // An authority made before the sandbox said its name in it: clients could not tell it from others.
    const bool named = tls::organizationOf(textOf(file(kAuthorityFile))) == tls::CertificateRequest().issuerOrganization;
    if (!exists(file(kKeyFile)) || !exists(file(kCertificateFile)) || !named) {
        ES_TRY(const auto made, tls::makeServerCertificate());
        ES_CHECK(writePrivateFile(file(kAuthorityFile), base::viewOf(made.authorityPem), 0644));
        ES_CHECK(writePrivateFile(file(kCertificateFile), base::viewOf(made.certificatePem), 0644));
        ES_CHECK(writePrivateFile(file(kKeyFile), made.privateKeyPem.reveal(base::SecretAccess::forStorage())));
    }
    return {};
}

base::Result<void> Supervisor::startAttest()
{
    if (m_options.attestation == AttestMode::kNone)
        return {};
    const std::uint16_t port = m_attestPort != 0 ? m_attestPort : m_options.attestPort;
    std::vector<std::string> arguments{
        programFolder() + "/enclave-sandbox-attest",
        "--data", m_folder,
        "--mode", std::string(attestModeName(m_options.attestation)),
        "--listen", bracketed(m_options.attestHost) + ":" + std::to_string(port),
        "--http-port", std::to_string(m_attestHttpPort),
        "--socket", file(kAttestSocketFile),
        "--certificate", file(kCertificateFile),
        "--key", file(kKeyFile),
    };
    for (const std::string& fault : m_options.faults)
        arguments.insert(arguments.end(), {"--fault", fault});
    ES_TRY(auto child, Child::start(arguments));
    m_attest = std::move(child);
    const auto line = m_attest->readLine(kAttestReadyMs);
    unsigned https = 0;
    unsigned http = 0;
    if (line && std::sscanf(line->c_str(), "ready %u %u", &https, &http) == 2 && https > 0 && https <= 65535 && http <= 65535) {
        m_attestPort = static_cast<std::uint16_t>(https);
        m_attestHttpPort = static_cast<std::uint16_t>(http);
        return {};
    }
    m_attest->end(kEnclaveEndMs);
    m_attest.reset();
    return line ? base::makeError(kChildFailed, "The attestation program said something unexpected.") : line.error();
}

base::Result<void> Supervisor::startEnclave()
{
    ES_TRY(auto child, Child::start({programFolder() + "/enclave-sandbox-enclave", "--socket", file(kSocketFile), "--attestation",
                                     std::string(attestModeName(m_options.attestation)), "--attest-socket", file(kAttestSocketFile)}));
    m_enclave = std::move(child);
    const auto ready = m_enclave->readLine(kEnclaveReadyMs);
    if (ready)
        return {};
    m_enclave->end(kEnclaveEndMs);
    m_enclave.reset();
    return ready.error();
}

base::Result<std::uint16_t> Supervisor::startServer()
{
    std::vector<std::string> arguments{
        programFolder() + "/enclave-sandbox-server",
        "--data", file(kDatabaseFolder),
        "--listen", bracketed(m_options.listenHost) + ":" + std::to_string(m_options.listenPort),
        "--socket", file(kSocketFile),
        "--user", std::string(kUser),
        "--password-file", file(kPasswordFile),
        "--certificate", file(kCertificateFile),
        "--key", file(kKeyFile),
        "--profile", m_options.profile,
        "--attestation", std::string(attestModeName(m_options.attestation)),
    };
    if (m_options.sample)
        arguments.emplace_back("--sample");
    ES_TRY(auto child, Child::start(arguments));
    m_server = std::move(child);
    ES_TRY(const std::string line, m_server->readLine(kServerReadyMs));
    const std::string_view word = "ready ";
    const int port = line.starts_with(word) ? std::atoi(line.c_str() + word.size()) : 0;
    if (port <= 0 || port > 65535)
        return base::makeError(kChildFailed, "The server said something unexpected.");
    return static_cast<std::uint16_t>(port);
}

void Supervisor::announce(std::uint16_t port) const
{
    json::Json attestation;
    attestation.set("protocol", attestProtocolName(m_options.attestation)).set("mode", attestModeName(m_options.attestation));
    const std::string host = reachable(m_options.attestHost);
    attestation.set("url", m_attest ? "https://" + host + ":" + std::to_string(m_attestPort) + std::string(pathOf(m_options.attestation)) : "");
    attestation.set("http_url", m_attestHttpPort != 0
                                    ? "http://" + host + ":" + std::to_string(m_attestHttpPort) + std::string(pathOf(m_options.attestation))
                                    : "");
    attestation.set("root_file", m_attest ? file(kAttestRootFile) : "");
    json::Json line;
    line.set("server", m_options.listenHost + "," + std::to_string(port));
    line.set("user", kUser);
    line.set("password_file", file(kPasswordFile));
    line.set("ca_file", file(kAuthorityFile));
    line.set("database", m_options.sample ? "ContosoHR" : "master");
    line.set("attestation", attestation);
    line.set("server_pid", std::int64_t{m_server->processId()});
    line.set("enclave_pid", std::int64_t{m_enclave->processId()});
    if (m_attest)
        line.set("attest_pid", std::int64_t{m_attest->processId()});
    std::puts(json::write(line).c_str());
    std::fflush(stdout);
}

base::Result<void> Supervisor::watch(ProcessEvents& events)
{
    while (true) {
        const ProcessEvents::Kind kind = events.wait(m_enclaveMissing || m_attestMissing ? kRestartPauseMs : -1);
        if (kind == ProcessEvents::Kind::kEndAsked)
            return {};
        while (const auto ended = ProcessEvents::nextEnded())
            ES_CHECK(noteEnded(*ended));
        if (kind == ProcessEvents::Kind::kTimeout)
            startMissing();
    }
}

void Supervisor::startMissing()
{
    if (m_attestMissing)
        m_attestMissing = !startAttest();
    if (m_enclaveMissing)
        m_enclaveMissing = !startEnclave();
}

base::Result<void> Supervisor::noteEnded(const Ended& ended)
{
    if (m_server && ended.processId == m_server->processId()) {
        m_server.reset();
        return base::makeError(kServerDied, "The server process ended " + ended.how + ".", {},
                               "Start the sandbox again: what was committed is still there.");
    }
    if (m_enclave && ended.processId == m_enclave->processId()) {
        std::fprintf(stderr, "enclave-sandbox: the enclave ended %s; it is started again, its sessions and keys are gone.\n", ended.how.c_str());
        m_enclave.reset();
        m_enclaveMissing = true;
    }
    if (m_attest && ended.processId == m_attest->processId()) {
        std::fprintf(stderr, "enclave-sandbox: the attestation program ended %s; it is started again.\n", ended.how.c_str());
        m_attest.reset();
        m_attestMissing = true;
    }
    return {};
}

void Supervisor::endChildren()
{
    if (m_server)
        m_server->end(kServerEndMs);
    if (m_enclave)
        m_enclave->end(kEnclaveEndMs);
    if (m_attest)
        m_attest->end(kEnclaveEndMs);
    m_server.reset();
    m_enclave.reset();
    m_attest.reset();
    std::error_code ignored;
    std::filesystem::remove(file(kSocketFile), ignored);
    std::filesystem::remove(file(kAttestSocketFile), ignored);
}

}  // namespace es::sandbox
