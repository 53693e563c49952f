#include "driver/attestation/AttestationVerifier.h"

#include "driver/attestation/NoneVerifier.h"

#include <algorithm>
#include <cctype>

namespace es::attestation {
namespace {

base::Error refuse(base::ErrorCode code, std::string text, std::string remedy)
{
    base::Error error = base::makeError(code, std::move(text), "attestation", std::move(remedy));
    error.origin = base::Origin::kAttestation;
    return error;
}

std::string upperAscii(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

}  // namespace

base::Result<std::unique_ptr<AttestationVerifier>> makeVerifier(const VerifierSettings& settings)
{
    const std::string type = upperAscii(settings.enclaveType);
    switch (settings.protocol) {
    case Protocol::kNone:
        if (type != "VBS")
            return refuse(kUnsupportedEnclaveType,
                "The server's enclave has type \"" + settings.enclaveType + "\"; protocol None is for VBS enclaves.",
                "Choose the attestation protocol that belongs to this server's enclave.");
        return std::unique_ptr<AttestationVerifier>(std::make_unique<NoneVerifier>(type));
    case Protocol::kHgs: break;
    case Protocol::kAas: break;
    }
    const std::string name = settings.protocol == Protocol::kHgs ? "Host Guardian Service (HGS)" : "Azure Attestation (AAS)";
    return refuse(kProtocolNotAvailable, "Attestation by " + name + " is not available in this version.",
        "Connect with attestation protocol \"none\" if you accept an enclave whose identity nobody has proved, or switch enclaves off.");
}

}  // namespace es::attestation
