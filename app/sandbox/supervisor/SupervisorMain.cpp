// enclave-sandbox: see Options.cpp for its command line.
#include "app/sandbox/supervisor/Supervisor.h"

#include <cstdio>

int main(int argc, char** argv)
{
    using namespace es;
    const std::vector<std::string_view> arguments(argv + 1, argv + argc);
    auto options = sandbox::parseOptions(arguments);
    if (!options) {
        std::fprintf(stderr, "enclave-sandbox: %s\n", options.error().describe().c_str());
        return 2;
    }
    if (options->help) {
        std::fputs(std::string(sandbox::usageText()).c_str(), stdout);
        return 0;
    }
    if (options->listFaults) {
        std::fputs(sandbox::faultsText().c_str(), stdout);
        return 0;
    }
    const auto ended = sandbox::Supervisor(std::move(*options)).run();
    if (ended)
        return 0;
    std::fprintf(stderr, "enclave-sandbox: %s\n", ended.error().describe().c_str());
    return 1;
}
