#include "app/sandbox/supervisor/Supervisor.h"

#include "app/sandbox/supervisor/PosixFiles.h"
#include "driver/json/Json.h"
#include "driver/tls/ServerCertificate.h"

#include <cstdio>
#include <filesystem>

namespace es::sandbox {

namespace {

constexpr std::string_view kUser = "sa";
constexpr std::string_view kPasswordFile = "password";
constexpr std::string_view kAuthorityFile = "ca.pem";
constexpr std::string_view kCertificateFile = "server-certificate.pem";
constexpr std::string_view kKeyFile = "server-key.pem";
constexpr std::string_view kSocketFile = "enclave.sock";
constexpr std::string_view kDatabaseFolder = "databases";
constexpr std::size_t kPasswordLength = 28;
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

}  // namespace

base::Result<void> Supervisor::run()
{
    ES_TRY(auto events, ProcessEvents::watch(m_options.stopWithParentFd));
    ES_TRY(m_folder, makePrivateFolder(m_options.dataFolder));
    ES_CHECK(lockFolder(m_folder));
    ES_CHECK(prepareFiles());
    ES_CHECK(startEnclave());
    const auto port = startServer();
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
    if (!exists(file(kKeyFile)) || !exists(file(kCertificateFile)) || !exists(file(kAuthorityFile))) {
        ES_TRY(const auto made, tls::makeServerCertificate());
        ES_CHECK(writePrivateFile(file(kAuthorityFile), base::viewOf(made.authorityPem), 0644));
        ES_CHECK(writePrivateFile(file(kCertificateFile), base::viewOf(made.certificatePem), 0644));
        ES_CHECK(writePrivateFile(file(kKeyFile), made.privateKeyPem.reveal(base::SecretAccess::forStorage())));
    }
    return {};
}

base::Result<void> Supervisor::startEnclave()
{
    ES_TRY(auto child, Child::start({programFolder() + "/enclave-sandbox-enclave", "--socket", file(kSocketFile)}));
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
    const std::string host = m_options.listenHost.find(':') == std::string::npos ? m_options.listenHost : "[" + m_options.listenHost + "]";
    std::vector<std::string> arguments{
        programFolder() + "/enclave-sandbox-server",
        "--data", file(kDatabaseFolder),
        "--listen", host + ":" + std::to_string(m_options.listenPort),
        "--socket", file(kSocketFile),
        "--user", std::string(kUser),
        "--password-file", file(kPasswordFile),
        "--certificate", file(kCertificateFile),
        "--key", file(kKeyFile),
        "--profile", m_options.profile,
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
    attestation.set("protocol", "none").set("url", "");
    json::Json line;
    line.set("server", m_options.listenHost + "," + std::to_string(port));
    line.set("user", kUser);
    line.set("password_file", file(kPasswordFile));
    line.set("ca_file", file(kAuthorityFile));
    line.set("database", m_options.sample ? "ContosoHR" : "master");
    line.set("attestation", attestation);
    line.set("server_pid", std::int64_t{m_server->processId()});
    line.set("enclave_pid", std::int64_t{m_enclave->processId()});
    std::puts(json::write(line).c_str());
    std::fflush(stdout);
}

base::Result<void> Supervisor::watch(ProcessEvents& events)
{
    while (true) {
        const ProcessEvents::Kind kind = events.wait(m_enclaveMissing ? kRestartPauseMs : -1);
        if (kind == ProcessEvents::Kind::kEndAsked)
            return {};
        while (const auto ended = ProcessEvents::nextEnded())
            ES_CHECK(noteEnded(*ended));
        if (kind == ProcessEvents::Kind::kTimeout && m_enclaveMissing)
            m_enclaveMissing = !startEnclave();
    }
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
    return {};
}

void Supervisor::endChildren()
{
    if (m_server)
        m_server->end(kServerEndMs);
    if (m_enclave)
        m_enclave->end(kEnclaveEndMs);
    m_server.reset();
    m_enclave.reset();
    std::error_code ignored;
    std::filesystem::remove(file(kSocketFile), ignored);
}

}  // namespace es::sandbox
