// What a server or an attestation service sends a client: attestation results, identities, enclave reports.
#include "Fuzz.h"
#include "driver/enclave/AttestationResult.h"
#include "driver/enclave/VbsReport.h"

using namespace es;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const base::ByteView bytes(data, size);
    if (const auto none = enclave::decodeNoneResult(bytes)) ES_HOLDS(enclave::decodeNoneResult(enclave::encodeNoneResult(*none)));
    if (const auto hgs = enclave::decodeHgsResult(bytes)) ES_HOLDS(enclave::decodeHgsResult(enclave::encodeHgsResult(*hgs)));
    if (const auto aas = enclave::decodeAasResult(bytes)) ES_HOLDS(enclave::decodeAasResult(enclave::encodeAasResult(*aas)));
    (void)enclave::decodeIdentity(bytes);
    if (const auto package = enclave::decodeReportPackage(bytes)) {
        (void)enclave::decodeVbsReport(package->statement);
        ES_HOLDS(enclave::decodeReportPackage(enclave::encodeReportPackage(*package)));
    }
    if (const auto report = enclave::decodeVbsReport(bytes)) {
        const auto again = enclave::decodeVbsReport(enclave::encodeVbsReport(*report));
        ES_HOLDS(again && again->modules == report->modules);
    }
    return 0;
}
