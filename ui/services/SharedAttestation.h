// What attestation found out, for all connections of a program: documents of the services, enclave sessions that are open, and what is
// known about the use of column keys.
// Thread: any (locked inside).
#pragma once

#include "driver/attestation/EnclaveSessionCache.h"
#include "driver/attestation/ServiceDocuments.h"
#include "ui/services/KeyUseBoard.h"

namespace es::ui {

struct SharedAttestation {
    attestation::ServiceDocuments documents{http::makeHttpClient()};
    attestation::EnclaveSessionCache sessions;
    KeyUseBoard keyUse;
};

} // namespace es::ui
