// enclave-sandbox-enclave --socket PATH [--attestation MODE --attest-socket PATH]: the program that alone holds column encryption
// keys. A software enclave for rehearsal: another process of the same user, not protected memory.
#include "app/sandbox/enclave/EnclaveService.h"
#include "app/sandbox/enclave/LinuxConfinement.h"
#include "app/sandbox/enclaveabi/LinuxProcess.h"
#include "driver/base/PosixMemory.h"

#include <cstdio>
#include <thread>

namespace {

using namespace es;

struct Arguments {
    std::string socket;
    std::string attestSocket;
    sandbox::AttestMode mode = sandbox::AttestMode::kNone;
};

std::optional<Arguments> readArguments(int argc, char** argv)
{
    Arguments arguments;
    for (int i = 1; i < argc; i += 2) {
        const std::string_view name = argv[i];
        const auto mode = name == "--attestation" && i + 1 < argc ? sandbox::attestModeFromName(argv[i + 1]) : std::nullopt;
        if (i + 1 < argc && name == "--socket")
            arguments.socket = argv[i + 1];
        else if (i + 1 < argc && name == "--attest-socket")
            arguments.attestSocket = argv[i + 1];
        else if (mode)
            arguments.mode = *mode;
        else
            return std::nullopt;
    }
    const bool complete = !arguments.socket.empty() && (arguments.mode == sandbox::AttestMode::kNone || !arguments.attestSocket.empty());
    return complete ? std::optional(arguments) : std::nullopt;
}

// The cipher library reads its configuration at its first use: done before files are out of reach.
bool prepareCiphers()
{
    base::Bytes cell;
    auto cipher = crypto::CellCipher::create(crypto::randomKey(crypto::kCekBytes));
    return cipher && cipher->encrypt({}, crypto::EncryptionType::kRandomized, cell) && crypto::EcdhP384::generate();
}

int fail(const base::Error& error)
{
    std::fprintf(stderr, "enclave-sandbox-enclave: %s\n", error.describe().c_str());
    return 1;
}

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
    const auto arguments = readArguments(argc, argv);
    if (!arguments) {
        std::fputs("enclave-sandbox-enclave: started by enclave-sandbox, as: enclave-sandbox-enclave --socket PATH "
                   "[--attestation MODE --attest-socket PATH]\n", stderr);
        return 2;
    }
    auto listener = sandbox::LocalListener::listen(arguments->socket);
    if (!listener)
        return fail(listener.error());
    if (!prepareCiphers())
        return fail(base::makeError(sandbox::kConfinement, "The cipher library does not work."));
    sandbox::Attester attester(arguments->mode, arguments->attestSocket);
    sandbox::SessionTable sessions(attester);
    if (const auto confined = sandbox::confineToNeededCalls(); !confined)
        return fail(confined.error());
    std::thread([&] { acceptChannels(*listener, sessions); }).detach();
    std::puts("ready");
    std::fflush(stdout);
    sandbox::waitForEnd();
    sessions.wipe();
    sandbox::endNow(0);
}
