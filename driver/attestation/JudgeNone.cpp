// Protocol None: forms alone; nobody proves who it is.                                             enclave-protocol 6
#include "driver/attestation/JudgeCommon.h"

namespace es::attestation {

Judgement judgeNone(const Evidence& evidence, const Policy& policy)
{
    RuleSheet sheet(Protocol::kNone);
    sheet.expect("enclave-type", "VBS");
    sheet.check("enclave-type", sameTextNoCase(evidence.enclaveType, "VBS"), evidence.enclaveType);
    (void)judgeRequest(sheet, evidence, policy);
    judgeResultForm(sheet, Protocol::kNone, takeApart(Protocol::kNone, evidence.result));
    sheet.claim("protocol", "none");
    sheet.claim("enclave type", evidence.enclaveType);
    sheet.claim("identity", "not proved by anybody");
    return std::move(sheet).finish(Verdict::kNotAttested);
}

}  // namespace es::attestation
