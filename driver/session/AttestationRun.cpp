#include "driver/session/AttestationRun.h"

#include "driver/session/DescribeMachine.h"
#include "driver/session/ServerErrors.h"

namespace es::session {

namespace {

constexpr std::string_view kDescribedText = "EXEC sp_enclave_send_keys";

} // namespace

base::Result<Outcome> attestNow(SessionWorld& world, const std::stop_token& cancel, const std::stop_token& abandon)
{
    if (!world.enclave.configured())
        return base::makeError(kNoEnclave, "This connection asks for no enclave, so there is nothing to attest.", "attestation",
            "Connect with column encryption and an attestation protocol.");
    world.enclave.refresh();
    DescribeMachine::Request request{kDescribedText, {}, 0, std::nullopt, true};
    ES_TRY(request.attestationParameters, world.enclave.attestationParameters());
    ES_TRY(const auto machine, DescribeMachine::create(world.facts, request));
    ++world.facts.state.counters.describeCalls;
    ES_TRY(const bool finished, world.exchange(*machine, cancel, abandon));
    if (!finished || machine->cancelled()) return Outcome::kCancelled;
    if (!machine->serverErrors().empty()) {
        StatementErrors errors;
        for (const base::ServerError& error : machine->serverErrors())
            errors.add(error);
        if (errors.fatal()) world.close();
        return errors.toError();
    }
    ES_TRY(const DescribeAnswer answer, machine->takeAnswer());
    if (answer.attestation) return world.enclave.accept(*answer.attestation, cancel, abandon);
    base::Error error = base::makeError(kNoEvidence, "The server sent no attestation result.", "attestation",
        "A server gives it together with keys: make a column master key that allows enclave computations and a column encryption key "
        "under it, then attest again.");
    error.origin = base::Origin::kAttestation;
    return error;
}

} // namespace es::session
