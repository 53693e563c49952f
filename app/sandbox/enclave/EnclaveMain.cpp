// enclave-sandbox-enclave --socket PATH: the program that alone holds column encryption keys. A software enclave for rehearsal:
// another process of the same user, not protected memory.
#include "app/sandbox/enclave/EnclaveService.h"
#include "app/sandbox/enclaveabi/LinuxProcess.h"
#include "driver/base/PosixMemory.h"

#include <cstdio>
#include <thread>

namespace {

using namespace es;

void acceptChannels(sandbox::LocalListener& listener, sandbox::SessionTable& sessions)
{
    while (auto socket = listener.accept()) {
        // A channel lives as long as the server keeps it; the process ends without waiting for it.
        std::thread([&sessions, channel = std::move(*socket)]() mutable {
            sandbox::EnclaveService(sessions, std::move(channel)).run();
        }).detach();
    }
}

}  // namespace

int main(int argc, char** argv)
{
    base::refuseCoreDumps();
    sandbox::holdEndSignals();
    sandbox::dieWithParent();
    if (argc != 3 || std::string_view(argv[1]) != "--socket") {
        std::fputs("enclave-sandbox-enclave: started by enclave-sandbox, as: enclave-sandbox-enclave --socket PATH\n", stderr);
        return 2;
    }
    auto listener = sandbox::LocalListener::listen(argv[2]);
    if (!listener) {
        std::fprintf(stderr, "enclave-sandbox-enclave: %s\n", listener.error().describe().c_str());
        return 1;
    }
    sandbox::SessionTable sessions;
    std::thread([&] { acceptChannels(*listener, sessions); }).detach();
    std::puts("ready");
    std::fflush(stdout);
    sandbox::waitForEnd();
    sessions.wipe();
    sandbox::endNow(0);
}
