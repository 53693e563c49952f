#include "driver/attestation/AttestationVerifier.h"

#include "driver/attestation/NoneVerifier.h"
#include "driver/attestation/ServiceVerifier.h"

#include <algorithm>
#include <cctype>

namespace es::attestation {
namespace {

base::Error refuse(base::ErrorCode code, std::string text, std::string setting, std::string remedy)
{
    base::Error error = base::makeError(code, std::move(text), std::move(setting), std::move(remedy));
    error.origin = base::Origin::kAttestation;
    return error;
}

std::string upperAscii(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::string_view longName(Protocol protocol)
{
    switch (protocol) {
    case Protocol::kNone: return "None";
    case Protocol::kHgs: return "Host Guardian Service";
    case Protocol::kAas: return "Microsoft Azure Attestation";
    }
    return "None";
}

// HGS and None vouch (or do not) for VBS alone; Azure Attestation knows both kinds.
base::Result<void> checkType(const VerifierSettings& settings)
{
    const std::string& type = settings.enclaveType;
    if (type == "VBS" || (type == "SGX" && settings.protocol == Protocol::kAas)) return {};
    return refuse(kUnsupportedEnclaveType,
        "The server has an enclave of type \"" + type + "\", which does not go with attestation protocol " + std::string(longName(settings.protocol)) + ".",
        "attestation", type == "SGX" ? "Change the protocol to Microsoft Azure Attestation." : "Choose the protocol that belongs to this server's enclave.");
}

base::Result<void> checkPolicy(const VerifierSettings& settings)
{
    const Policy& policy = settings.policy;
    if (policy.protocol && *policy.protocol != settings.protocol)
        return refuse(kPolicyMismatch,
            "The policy \"" + policy.name + "\" is for attestation protocol " + std::string(longName(*policy.protocol)) + ", the connection asks for "
                + std::string(longName(settings.protocol)) + ".",
            "attestation-policy", "Choose the policy's protocol for this connection, or another policy.");
    if (settings.protocol == Protocol::kNone) return {};
    ES_TRY(const std::string origin, http::originOf(settings.url));
    if (!policy.service.empty() && policy.service != origin)
        return refuse(kPolicyMismatch, "The policy \"" + policy.name + "\" is for the service " + policy.service + ", the connection asks " + origin + ".",
            "attestation-policy", "Correct the attestation URL, or choose another policy.");
    if (origin.starts_with("http://") && !policy.plainHttp)
        return refuse(http::kHttpPlain, origin + " would be asked over plain http, where anybody on the way can answer.", "attestation-url",
            "Use https, or allow plain http in the attestation policy of this connection.");
    return {};
}

}  // namespace

base::Result<std::unique_ptr<AttestationVerifier>> makeVerifier(
    const VerifierSettings& settings, ServiceDocuments& documents, const base::Clock& clock)
{
    VerifierSettings checked = settings;
    checked.enclaveType = upperAscii(settings.enclaveType);
    ES_CHECK(checkType(checked));
    ES_CHECK(checkPolicy(checked));
    if (checked.protocol == Protocol::kNone)
        return std::unique_ptr<AttestationVerifier>(std::make_unique<NoneVerifier>(std::move(checked), clock));
    return std::unique_ptr<AttestationVerifier>(std::make_unique<ServiceVerifier>(std::move(checked), documents, clock));
}

}  // namespace es::attestation
