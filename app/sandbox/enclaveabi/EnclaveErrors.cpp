#include "app/sandbox/enclaveabi/EnclaveErrors.h"

#include <algorithm>
#include <array>

namespace es::sandbox {

namespace {

struct KnownError {
    std::int32_t number;
    base::ErrorCode code;
    std::string_view words;   // after the catalogue's sentence, in our words
    std::string_view remedy;
};

constexpr std::array kKnown{
    KnownError{33545, kEnclaveUnavailable, "The enclave is not available.",
               "Run the statement again in a moment; if it stays so, start the sandbox again."},
    KnownError{33195, kEnclaveSessionUnknown, "The enclave was provided with an invalid session handle.",
               "Connect again: a new enclave session is made."},
    KnownError{33546, kEnclaveKeyMissing, "The column encryption key was not found inside the enclave.",
               "Connect with secure enclaves enabled, so that the driver can send the key."},
    KnownError{33187, kEnclaveCellInvalid, "The authentication tag of an encrypted value or parameter is invalid.",
               "The value was changed or encrypted with another key: restore it from a backup."},
    KnownError{33550, kEnclaveDataInvalid, "The enclave received data in an invalid format.", ""},
    KnownError{33551, kEnclaveReplay, "Nonce checking in the enclave's secure channel failed.",
               "Run the statement again."},
    KnownError{33190, kEnclaveProtocol, "Attestation was requested for a protocol or enclave type that is not supported.",
               "Choose the attestation protocol that the sandbox was started with."},
    KnownError{33196, kEnclaveAttestation, "The enclave could not be attested.",
               "Run the statement again in a moment; if it stays so, start the sandbox again."},
    KnownError{33189, kEnclaveTooManySessions, "The enclave is out of session resources.",
               "Close connections that are not needed."},
    KnownError{33192, kEnclaveRefused, "The enclave could not perform the operation.", ""},
};

}  // namespace

base::Error enclaveError(std::int32_t number, std::string_view detail)
{
    const auto found = std::find_if(kKnown.begin(), kKnown.end(), [number](const KnownError& known) { return known.number == number; });
    const KnownError& known = found == kKnown.end() ? kKnown.back() : *found;

    base::Error error = base::makeError(known.code, std::string(known.words), "attestation", std::string(known.remedy));
    error.origin = base::Origin::kEnclave;
    base::ServerError words;
    words.number = known.number;
    words.state = 1;
    words.severity = known.number == 33195 ? 17 : 16;
    words.message = known.words;
    if (!detail.empty()) {
        words.message += ' ';
        words.message += detail;
    }
    error.server = std::move(words);
    return error;
}

}  // namespace es::sandbox
