#include "app/sandbox/supervisor/Options.h"

#include <charconv>

namespace es::sandbox {

namespace {

base::Error bad(std::string text, std::string_view option, std::string remedy)
{
    return base::makeError(kBadOptions, std::move(text), std::string(option.substr(option.find_first_not_of('-'))), std::move(remedy));
}

template <class Number>
bool parseNumber(std::string_view text, Number& number)
{
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end && !text.empty();
}

base::Result<void> parseAddress(std::string_view option, std::string_view value, std::string& hostOut, std::uint16_t& portOut)
{
    const std::size_t colon = value.rfind(':');
    std::string_view host = value.substr(0, std::min(colon, value.size()));
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (colon == std::string_view::npos || host.empty() || !parseNumber(value.substr(colon + 1), portOut))
        return bad("The address " + std::string(value) + " is not HOST:PORT.", option, "Give it as 127.0.0.1:0, for example.");
    hostOut = host;
    return {};
}

base::Result<void> takeFault(std::string_view value, Options& options)
{
    constexpr std::string_view kRoom = "attest:";
    const std::string_view name = value.starts_with(kRoom) ? value.substr(kRoom.size()) : std::string_view();
    if (findAttestFault(name) == nullptr)
        return bad("The fault " + std::string(value) + " is not known.", "--fault", "See enclave-sandbox --list-faults.");
    options.faults.emplace_back(name);
    return {};
}

// Once all options are known.
base::Result<void> checkFaults(const Options& options)
{
    for (const std::string& name : options.faults) {
        const AttestFaultInfo& info = *findAttestFault(name);
        if (info.means(options.attestation))
            continue;
        const std::string_view why = options.attestation == AttestMode::kNone ? "nothing is attested there" : info.absent;
        return bad("The fault attest:" + name + " means nothing with --attestation " + std::string(attestModeName(options.attestation)) + ": "
                       + std::string(why) + ".",
                   "--fault", "See enclave-sandbox --list-faults.");
    }
    return {};
}

base::Result<void> take(std::string_view name, std::string_view value, Options& options)
{
    if (name == "--data") {
        options.dataFolder = value;
        return value.empty() ? base::Result<void>(bad("The data folder has no name.", "data", "Give --data DIR.")) : base::Result<void>();
    }
    if (name == "--listen")
        return parseAddress(name, value, options.listenHost, options.listenPort);
    if (name == "--attest-listen")
        return parseAddress(name, value, options.attestHost, options.attestPort);
    if (name == "--attestation") {
        const auto mode = attestModeFromName(value);
        if (!mode)
            return bad("The attestation " + std::string(value) + " is not known.", name, "Choose none, hgs, aas-vbs or aas-sgx.");
        options.attestation = *mode;
        return {};
    }
    if (name == "--fault")
        return takeFault(value, options);
    if (name == "--profile") {
        options.profile = value;
        if (value != "2022" && value != "2019")
            return bad("The profile " + std::string(value) + " is not known.", name, "Choose 2022 or 2019.");
        return {};
    }
    if (name == "--stop-with-parent") {
        if (!parseNumber(value, options.stopWithParentFd) || options.stopWithParentFd < 0)
            return bad("The descriptor " + std::string(value) + " is not a number.", name, "Give the number of an open pipe.");
        return {};
    }
    return bad("The option " + std::string(name) + " is not known.", name, "See enclave-sandbox --help.");
}

}  // namespace

base::Result<Options> parseOptions(std::span<const std::string_view> arguments)
{
    Options options;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string_view name = arguments[i];
        if (name == "--help" || name == "-h") {
            options.help = true;
            return options;
        }
        if (name == "--list-faults") {
            options.listFaults = true;
            return options;
        }
        if (name == "--sample") {
            options.sample = true;
            continue;
        }
        if (!name.starts_with("--"))
            return bad("The argument " + std::string(name) + " is not an option.", "command line", "See enclave-sandbox --help.");
        if (i + 1 == arguments.size())
            return bad("The option " + std::string(name) + " needs a value, or is not known.", name, "See enclave-sandbox --help.");
        ES_CHECK(take(name, arguments[++i], options));
    }
    if (options.dataFolder.empty())
        return bad("No data folder was given.", "data", "Give --data DIR; it is made if it is missing.");
    ES_CHECK(checkFaults(options));
    return options;
}

std::string faultsText()
{
    std::string text = "Faults of the attestation, for --fault (may be given several times):\n";
    for (const AttestFaultInfo& info : attestFaults()) {
        std::string modes;
        for (const AttestMode mode : {AttestMode::kHgs, AttestMode::kAasVbs, AttestMode::kAasSgx}) {
            if (info.means(mode))
                modes += (modes.empty() ? "" : ", ") + std::string(attestModeName(mode));
        }
        text += "\n  attest:" + std::string(info.name) + "\n    what   " + std::string(info.what) + "\n    modes  " + modes;
        if (!info.absent.empty())
            text += " (" + std::string(info.absent) + ")";
        text += "\n    caught by  " + std::string(info.caught) + "\n";
    }
    return text;
}

std::string_view usageText()
{
    return R"(enclave-sandbox --data DIR [--listen HOST:PORT] [--sample] [--profile 2022|2019]
                [--attestation none|hgs|aas-vbs|aas-sgx] [--attest-listen HOST:PORT] [--fault attest:NAME]... [--stop-with-parent FD]
enclave-sandbox --list-faults

A TDS server with a software enclave, for rehearsing Always Encrypted on this machine. Not Microsoft SQL Server; its enclave is an
ordinary process and protects nothing. When it is ready it prints one line of JSON: server, user, password_file, ca_file, database,
attestation (protocol, mode, url, http_url, root_file), server_pid, enclave_pid, attest_pid.

  --data DIR             where databases, certificate and password are kept (made on first start)
  --listen HOST:PORT     default 127.0.0.1:0; port 0 is any free one
  --sample               makes the database ContosoHR if it is missing
  --profile 2022|2019    which version's rules are rehearsed (default 2022)
  --attestation MODE     how the enclave is attested (default none): by a Host Guardian Service or Azure Attestation of the sandbox's own
  --attest-listen HOST:PORT  where that service answers https (default 127.0.0.1:0)
  --fault attest:NAME    makes the attestation misbehave, to see what a client does; see --list-faults
  --stop-with-parent FD  ends when FD reaches its end of file

SIGTERM ends it cleanly (status 0). Status 1: it could not start, or the server died. Status 2: bad options.
)";
}

}  // namespace es::sandbox
