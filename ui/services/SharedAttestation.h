// What attestation found out, for all connections of a program: documents of the services, and enclave sessions that are open.
// Thread: any (locked inside).
#pragma once

#include "driver/attestation/EnclaveSessionCache.h"
#include "driver/attestation/ServiceDocuments.h"

namespace es::ui {

struct SharedAttestation {
    attestation::ServiceDocuments documents{http::makeHttpClient()};
    attestation::EnclaveSessionCache sessions;
};

} // namespace es::ui
