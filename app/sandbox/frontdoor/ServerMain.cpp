// enclave-sandbox-server: the TDS server of the sandbox. Started by enclave-sandbox, which made password and certificate:
//   --data DIR --listen HOST:PORT --socket PATH --user NAME --password-file FILE --certificate FILE --key FILE
//   [--profile 2022|2019] [--attestation MODE] [--sample]
// Prints "ready PORT" on standard output once it listens. SIGTERM ends it cleanly.
#include "app/sandbox/enclaveabi/AttestMode.h"
#include "app/sandbox/enclaveabi/EnclaveClient.h"
#include "app/sandbox/enclaveabi/LinuxProcess.h"
#include "app/sandbox/frontdoor/Frontdoor.h"
#include "app/sandbox/frontdoor/PosixPasswords.h"
#include "app/sandbox/frontdoor/SampleDatabase.h"
#include "driver/base/PosixMemory.h"

#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>

namespace {

using namespace es;

constexpr std::string_view kServerName = "ENCLAVE-SANDBOX";
constexpr base::ErrorCode kBadArguments{"frontdoor", "BadArguments"};

using Arguments = std::map<std::string, std::string, std::less<>>;

base::Result<Arguments> readArguments(int argc, char** argv)
{
    Arguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string name = argv[i];
        if (name == "--sample")
            arguments[name] = "yes";
        else if (name.starts_with("--") && i + 1 < argc)
            arguments[name] = argv[++i];
        else
            return base::makeError(kBadArguments, "The argument " + name + " is not known.", {}, "This program is started by enclave-sandbox.");
    }
    for (const char* needed : {"--data", "--listen", "--socket", "--user", "--password-file", "--certificate", "--key"}) {
        if (!arguments.contains(needed))
            return base::makeError(kBadArguments, std::string("The argument ") + needed + " is missing.", {},
                                   "This program is started by enclave-sandbox.");
    }
    return arguments;
}

base::Result<base::SecureBytes> readSecret(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file)
        return base::makeError(kBadArguments, "The file " + path + " cannot be read.", {}, "Start with an empty data folder.");
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    base::SecureBytes secret(base::viewOf(text));
    base::scrub(text.data(), text.size());
    return secret;
}

base::Result<tls::TlsServerContext> makeTls(const Arguments& arguments)
{
    ES_TRY(auto key, readSecret(arguments.at("--key")));
    std::ifstream file(arguments.at("--certificate"), std::ios::binary);
    tls::TlsServerOptions options;
    options.certificatePem.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    options.privateKeyPem = std::move(key);
    return tls::TlsServerContext::create(options);
}

base::Result<sandbox::TcpListener> makeListener(const std::string& address)
{
    const std::size_t colon = address.rfind(':');
    std::uint16_t port = 0;
    const char* end = address.data() + address.size();
    const bool good = colon != std::string::npos && std::from_chars(address.data() + colon + 1, end, port).ptr == end;
    if (!good)
        return base::makeError(kBadArguments, "The address " + address + " is not HOST:PORT.", "listen", "Give it as 127.0.0.1:0, for example.");
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[')
        host = host.substr(1, host.size() - 2);
    return sandbox::TcpListener::listen(host, port);
}

base::Result<void> serve(const Arguments& arguments)
{
    ES_TRY(const auto password, readSecret(arguments.at("--password-file")));
    ES_TRY(const auto tls, makeTls(arguments));
    ES_TRY(auto listener, makeListener(arguments.at("--listen")));

    sandbox::EnclaveClient enclave(arguments.at("--socket"));
    sandbox::EngineOptions options;
    options.dataFolder = arguments.at("--data");
    options.gate = &enclave;
    options.serverName = kServerName;
    sandbox::SlowPasswords passwords;
    options.passwords = &passwords;
    options.administrator = arguments.at("--user");
    const auto profile = arguments.find("--profile");
    if (profile != arguments.end() && profile->second == "2019")
        options.profile = sandbox::Profile::k2019;
    const auto named = arguments.find("--attestation");
    const auto mode = sandbox::attestModeFromName(named == arguments.end() ? "none" : named->second).value_or(sandbox::AttestMode::kNone);
    options.enclaveType = mode == sandbox::AttestMode::kAasSgx ? 2 : 1;
    ES_TRY(const auto engine, sandbox::Engine::open(std::move(options)));
    if (arguments.contains("--sample"))
        ES_CHECK(sandbox::makeSampleDatabase(*engine));

    const std::string enclaveType(engine->enclaveTypeInUse() == 0 ? "" : sandbox::enclaveTypeName(mode));
    sandbox::Frontdoor frontdoor({*engine, tls, arguments.at("--user"), password, std::string(kServerName), enclaveType}, std::move(listener));
    frontdoor.start();
    std::printf("ready %u\n", static_cast<unsigned>(frontdoor.port()));
    std::fflush(stdout);
    sandbox::waitForEnd();
    frontdoor.stop();
    return {};
}

}  // namespace

int main(int argc, char** argv)
{
    sandbox::holdEndSignals();
    sandbox::dieWithParent();
    base::refuseCoreDumps();  // it knows the login's password, and plaintext that clients send
    const auto arguments = readArguments(argc, argv);
    const auto served = arguments ? serve(*arguments) : base::Result<void>(arguments.error());
    if (served)
        return 0;
    std::fprintf(stderr, "enclave-sandbox-server: %s\n", served.error().describe().c_str());
    return 1;
}
