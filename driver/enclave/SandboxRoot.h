// How the sandbox's own certificates are told from genuine ones: it has to copy Microsoft's identities, so its root says what it is.
// Thread: any.
#pragma once

#include <string_view>

namespace es::enclave {

// O of the subject of every root that a sandbox makes (attestation signing root, TLS authority). Nobody gains by pretending to be one.
inline constexpr std::string_view kSandboxOrganization = "Enclave Studio sandbox";

}  // namespace es::enclave
