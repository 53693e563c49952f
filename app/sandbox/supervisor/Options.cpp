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

base::Result<void> parseListen(std::string_view value, Options& options)
{
    const std::size_t colon = value.rfind(':');
    std::string_view host = value.substr(0, std::min(colon, value.size()));
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (colon == std::string_view::npos || host.empty() || !parseNumber(value.substr(colon + 1), options.listenPort))
        return bad("The address " + std::string(value) + " is not HOST:PORT.", "listen", "Give it as 127.0.0.1:0, for example.");
    options.listenHost = host;
    return {};
}

base::Result<void> take(std::string_view name, std::string_view value, Options& options)
{
    if (name == "--data") {
        options.dataFolder = value;
        return value.empty() ? base::Result<void>(bad("The data folder has no name.", "data", "Give --data DIR.")) : base::Result<void>();
    }
    if (name == "--listen")
        return parseListen(value, options);
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
    return options;
}

std::string_view usageText()
{
    return R"(enclave-sandbox --data DIR [--listen HOST:PORT] [--sample] [--profile 2022|2019] [--stop-with-parent FD]

A TDS server with a software enclave, for rehearsing Always Encrypted on this machine. Not Microsoft SQL Server; its enclave is an
ordinary process and protects nothing. When it is ready it prints one line of JSON: server, user, password_file, ca_file, database,
attestation, server_pid, enclave_pid.

  --data DIR             where databases, certificate and password are kept (made on first start)
  --listen HOST:PORT     default 127.0.0.1:0; port 0 is any free one
  --sample               makes the database ContosoHR if it is missing
  --profile 2022|2019    which version's rules are rehearsed (default 2022)
  --stop-with-parent FD  ends when FD reaches its end of file

SIGTERM ends it cleanly (status 0). Status 1: it could not start, or the server died. Status 2: bad options.
)";
}

}  // namespace es::sandbox
