// A decision to keep: evidence, policy, judgement and released keys in one self-contained JSON, which can be checked again offline.
// Thread: any (pure).
#pragma once

#include "driver/attestation/EnclaveSession.h"

namespace es::attestation {

struct AttestationRecord {
    AttestationReport report;
    std::vector<ReleasedKey> released;
    std::string program;  // "Enclave Studio 0.1.0"
    std::chrono::system_clock::time_point savedAt;
};

// Times as ISO 8601 UTC, bytes as base64; what a person may want to read stands first.
[[nodiscard]] std::string recordToJson(const AttestationRecord& record);
// Errors: kBadRecord.
[[nodiscard]] base::Result<AttestationRecord> recordFromJson(std::string_view text);

struct RecordCheck {
    Judgement judgement;               // made again from the record's evidence and policy, at the time it was seen
    bool sameAsRecorded = false;       // rules and verdict as the record says
    std::vector<std::string> changed;  // rule ids whose outcome differs
};
[[nodiscard]] RecordCheck checkRecord(const AttestationRecord& record);

}  // namespace es::attestation
