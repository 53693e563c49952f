#include "tests/support/SandboxFixture.h"

#include "driver/json/Json.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <poll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace es::test {

namespace {

constexpr int kEndTimeoutMs = 10000;

base::Error testError(std::string text)
{
    return base::makeError(base::ErrorCode{"test", "Sandbox"}, std::move(text));
}

std::string programPath()
{
    const char* other = std::getenv("ES_SANDBOX_PROGRAM");
    return other != nullptr && *other != 0 ? other : ES_BIN_DIR "/enclave-sandbox";
}

base::Result<std::filesystem::path> makeScratch()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "es-sandbox-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) return testError("No temporary folder could be made.");
    return std::filesystem::path(pattern);
}

std::string fileText(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    return text;
}

} // namespace

base::Result<std::unique_ptr<SandboxFixture>> SandboxFixture::start(const SandboxOptions& options)
{
    std::unique_ptr<SandboxFixture> fixture(new SandboxFixture);
    ES_TRY(fixture->m_scratch, makeScratch());
    fixture->m_dataFolder = options.dataFolder.empty() ? fixture->m_scratch / "data" : options.dataFolder;
    ES_CHECK(fixture->launch(options));
    return fixture;
}

SandboxFixture::~SandboxFixture()
{
    stop();
    std::error_code ignored;
    if (!m_scratch.empty()) std::filesystem::remove_all(m_scratch, ignored);
}

base::Result<void> SandboxFixture::launch(const SandboxOptions& options)
{
    std::vector<std::string> arguments{programPath(), "--data", m_dataFolder.string(), "--listen", "127.0.0.1:0"};
    if (options.sample) arguments.push_back("--sample");
    if (!options.profile.empty()) arguments.insert(arguments.end(), {"--profile", options.profile});
    if (!options.attestation.empty()) arguments.insert(arguments.end(), {"--attestation", options.attestation});
    for (const std::string& fault : options.faults)
        arguments.insert(arguments.end(), {"--fault", fault});

    // The sandbox holds the reading end of `life`: it ends with this process, also when that crashes.
    int output[2];
    int life[2];
    if (::pipe2(output, O_CLOEXEC) != 0 || ::pipe2(life, O_CLOEXEC) != 0) return testError("No pipe could be made.");
    arguments.insert(arguments.end(), {"--stop-with-parent", std::to_string(life[0])});
    std::vector<char*> pointers;
    for (std::string& argument : arguments)
        pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    m_processId = ::fork();
    if (m_processId == 0) {
        ::dup2(output[1], STDOUT_FILENO);
        ::fcntl(life[0], F_SETFD, 0);
        ::execv(pointers[0], pointers.data());
        ::_exit(127);
    }
    ::close(output[1]);
    ::close(life[0]);
    m_life = life[1];
    auto read = m_processId < 0 ? base::Result<void>(testError("fork failed.")) : readLine(output[0], options.readyTimeoutMs);
    ::close(output[0]);
    ES_CHECK(read);
    return takeLine();
}

base::Result<void> SandboxFixture::readLine(int descriptor, int timeoutMs)
{
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
    while (m_jsonLine.empty() || m_jsonLine.back() != '\n') {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
        pollfd wanted{descriptor, POLLIN, 0};
        if (left <= 0 || ::poll(&wanted, 1, static_cast<int>(left)) <= 0) return testError(programPath() + " was not ready in time.");
        char byte = 0;
        if (::read(descriptor, &byte, 1) != 1) return testError(programPath() + " ended before it was ready: " + m_jsonLine);
        m_jsonLine += byte;
    }
    m_jsonLine.pop_back();
    return {};
}

base::Result<void> SandboxFixture::takeLine()
{
    ES_TRY(const json::Json line, json::parse(m_jsonLine));
    ES_TRY(const std::string server, line.stringAt("server"));
    m_port = static_cast<std::uint16_t>(std::strtoul(server.c_str() + server.find(',') + 1, nullptr, 10));
    ES_TRY(m_user, line.stringAt("user"));
    ES_TRY(m_passwordFile, line.stringAt("password_file"));
    ES_TRY(m_caFile, line.stringAt("ca_file"));
    ES_TRY(m_database, line.stringAt("database"));
    if (const json::Json* attestation = line.find("attestation"))
        if (auto url = attestation->stringAt("url")) m_attestationUrl = std::move(*url);
    ES_TRY(const std::int64_t serverPid, line.integerAt("server_pid"));
    ES_TRY(const std::int64_t enclavePid, line.integerAt("enclave_pid"));
    m_serverPid = static_cast<int>(serverPid);
    m_enclavePid = static_cast<int>(enclavePid);
    return {};
}

session::ConnectionSettings SandboxFixture::settings(bool columnEncryption, session::AttestationProtocol protocol) const
{
    session::ConnectionSettings settings;
    settings.host = "127.0.0.1";
    settings.port = m_port;
    settings.user = m_user;
    settings.password = base::SecureBytes(base::viewOf(fileText(m_passwordFile)));
    settings.database = m_database;
    settings.tls.caFile = m_caFile;
    settings.columnEncryption = columnEncryption;
    settings.attestation.protocol = protocol;
    if (protocol == session::AttestationProtocol::kHgs || protocol == session::AttestationProtocol::kAas)
        settings.attestation.url = m_attestationUrl;
    return settings;
}

int SandboxFixture::stop()
{
    if (m_processId <= 0) return -1;
    ::kill(m_processId, SIGTERM);
    int status = 0;
    for (int waitedMs = 0; ::waitpid(m_processId, &status, WNOHANG) == 0; waitedMs += 10) {
        if (waitedMs >= kEndTimeoutMs) {
            ::kill(m_processId, SIGKILL);
            ::waitpid(m_processId, &status, 0);
            break;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    m_processId = -1;
    ::close(m_life);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void SandboxFixture::killServer() const
{
    ::kill(m_serverPid, SIGKILL);
}

void SandboxFixture::killEnclave() const
{
    ::kill(m_enclavePid, SIGKILL);
}

} // namespace es::test
