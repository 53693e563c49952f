// An attestation as text and as JSON. Thread: any (pure).
#pragma once

#include "app/ctl/ExitStatus.h"
#include "driver/attestation/EnclaveSession.h"

#include <QByteArray>

namespace es::ctl {

// The status that a verdict alone means.
[[nodiscard]] AttestStatus statusOfVerdict(attestation::Verdict verdict);

// "Verified (sandbox root)": a root that a sandbox made is named wherever something counts as verified.
[[nodiscard]] QString verdictTitle(const attestation::Judgement& judgement);

// For people: verdict, who vouches, the rules with expected and seen, the failure. Ends with a line end.
[[nodiscard]] QString attestText(const attestation::AttestationReport& report);
// One object, without a line end.
[[nodiscard]] std::string attestJson(const attestation::AttestationReport& report, AttestStatus status);

} // namespace es::ctl
