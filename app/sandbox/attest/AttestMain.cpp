// enclave-sandbox-attest: host, Host Guardian Service and Azure Attestation of the sandbox. Started by enclave-sandbox:
//   --data DIR --mode hgs|aas-vbs|aas-sgx --listen HOST:PORT --http-port PORT --socket PATH --certificate FILE --key FILE [--fault NAME]...
// Prints "ready HTTPS-PORT HTTP-PORT" on standard output once it answers (HTTP-PORT 0: not offered). SIGTERM ends it cleanly.
#include "app/sandbox/attest/AttestService.h"
#include "app/sandbox/attest/PosixHttpServer.h"
#include "app/sandbox/enclaveabi/LinuxProcess.h"
#include "app/sandbox/enclaveabi/PosixLocalSocket.h"
#include "driver/base/PosixMemory.h"

#include <atomic>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <thread>

namespace {

using namespace es;

constexpr base::ErrorCode kBadArguments{"attest", "BadArguments"};

struct Arguments {
    std::map<std::string, std::string, std::less<>> values;
    sandbox::AttestMode mode = sandbox::AttestMode::kHgs;
    sandbox::AttestFaults faults;
    std::string host;
    std::uint16_t port = 0;
    std::uint16_t httpPort = 0;
};

base::Error bad(const std::string& text)
{
    return base::makeError(kBadArguments, text, {}, "This program is started by enclave-sandbox.");
}

bool parsePort(std::string_view text, std::uint16_t& port)
{
    const char* end = text.data() + text.size();
    return !text.empty() && std::from_chars(text.data(), end, port).ptr == end;
}

base::Result<void> readAddress(const std::string& address, Arguments& arguments)
{
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos || !parsePort(std::string_view(address).substr(colon + 1), arguments.port))
        return bad("The address " + address + " is not HOST:PORT.");
    arguments.host = address.substr(0, colon);
    if (arguments.host.size() > 2 && arguments.host.front() == '[')
        arguments.host = arguments.host.substr(1, arguments.host.size() - 2);
    return {};
}

base::Result<Arguments> readArguments(int argc, char** argv)
{
    Arguments arguments;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string name = argv[i];
        const std::string value = argv[i + 1];
        const auto* fault = name == "--fault" ? sandbox::findAttestFault(value) : nullptr;
        if (fault != nullptr)
            arguments.faults.add(fault->fault);
        else if (name == "--fault")
            return bad("The fault " + value + " is not known.");
        else
            arguments.values[name] = value;
    }
    for (const char* needed : {"--data", "--mode", "--listen", "--http-port", "--socket", "--certificate", "--key"}) {
        if (!arguments.values.contains(needed))
            return bad(std::string("The argument ") + needed + " is missing.");
    }
    const auto mode = sandbox::attestModeFromName(arguments.values["--mode"]);
    if (!mode || *mode == sandbox::AttestMode::kNone)
        return bad("The mode is not hgs, aas-vbs or aas-sgx.");
    arguments.mode = *mode;
    ES_CHECK(readAddress(arguments.values["--listen"], arguments));
    if (!parsePort(arguments.values["--http-port"], arguments.httpPort))
        return bad("The value of --http-port is not a port.");
    return arguments;
}

base::Result<std::string> readFile(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file || text.empty())
        return bad("The file " + path + " cannot be read.");
    return text;
}

base::Result<tls::TlsServerContext> makeTls(const Arguments& arguments)
{
    tls::TlsServerOptions options;
    ES_TRY(options.certificatePem, readFile(arguments.values.at("--certificate")));
    ES_TRY(std::string key, readFile(arguments.values.at("--key")));
    options.privateKeyPem = base::SecureBytes(base::viewOf(key));
    base::scrub(key.data(), key.size());
    return tls::TlsServerContext::create(options);
}

// One question after the other on each connection; the enclave opens one per session.
void answerEnclave(sandbox::LocalListener& listener, sandbox::AttestService& service)
{
    while (auto socket = listener.accept()) {
        std::thread([&service, channel = std::move(*socket)]() mutable {
            while (const auto message = channel.receiveMessage(sandbox::abi::kMaxAttestMessageBytes)) {
                if (!channel.sendMessage(service.answerMessage(*message)))
                    return;
            }
        }).detach();
    }
}

struct Doors {
    std::uint16_t httpsPort = 0;
    std::uint16_t httpPort = 0;
    std::unique_ptr<sandbox::HttpServer> https;
    std::unique_ptr<sandbox::HttpServer> http;
};

// The handler may need the port that is known only afterwards: it finds the service through the pointer, set before "ready".
base::Result<Doors> openDoors(const Arguments& arguments, const sandbox::HttpHandler& handler)
{
    Doors doors;
    const bool plain = arguments.mode == sandbox::AttestMode::kHgs;
    if (arguments.faults.has(sandbox::AttestFault::kUnreachable)) {
        ES_TRY(doors.httpsPort, sandbox::holdDeafPort(arguments.host, arguments.port));
        if (plain) {
            ES_TRY(doors.httpPort, sandbox::holdDeafPort(arguments.host, arguments.httpPort));
        }
        return doors;
    }
    const bool slow = arguments.faults.has(sandbox::AttestFault::kSlow);
    ES_TRY(auto tls, makeTls(arguments));
    ES_TRY(doors.https, sandbox::HttpServer::start({arguments.host, arguments.port, std::move(tls), slow}, handler));
    doors.httpsPort = doors.https->port();
    if (plain) {
        ES_TRY(doors.http, sandbox::HttpServer::start({arguments.host, arguments.httpPort, std::nullopt, slow}, handler));
        doors.httpPort = doors.http->port();
    }
    return doors;
}

base::Result<void> serve(const Arguments& arguments)
{
    ES_TRY(const auto root, sandbox::AttestRoot::open(arguments.values.at("--data"), base::Clock::system()));
    ES_TRY(auto listener, sandbox::LocalListener::listen(arguments.values.at("--socket")));
    std::atomic<sandbox::AttestService*> known{nullptr};
    const auto handler = [&known](const sandbox::HttpRequest& request) {
        sandbox::AttestService* service = known;
        return service != nullptr ? service->document(request) : sandbox::HttpAnswer{503, "text/plain; charset=utf-8", "Not yet.\n", 0};
    };
    ES_TRY(const Doors doors, openDoors(arguments, handler));
    sandbox::AttestService service(root, sandbox::ServiceNames(arguments.host, doors.httpsPort), arguments.mode, arguments.faults);
    known = &service;
    std::thread([&] { answerEnclave(listener, service); }).detach();
    std::printf("ready %u %u\n", static_cast<unsigned>(doors.httpsPort), static_cast<unsigned>(doors.httpPort));
    std::fflush(stdout);
    sandbox::waitForEnd();
    sandbox::endNow(0);
}

}  // namespace

int main(int argc, char** argv)
{
    base::refuseCoreDumps();
    sandbox::holdEndSignals();
    sandbox::dieWithParent();
    const auto arguments = readArguments(argc, argv);
    const auto served = arguments ? serve(*arguments) : base::Result<void>(arguments.error());
    if (!served)
        std::fprintf(stderr, "enclave-sandbox-attest: %s\n", served.error().describe().c_str());
    return 1;
}
