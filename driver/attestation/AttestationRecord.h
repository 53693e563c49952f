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
    bool intact = true;  // read from a file: its digest is that of its content
};

// Times as ISO 8601 UTC, bytes as base64; what a person may want to read stands first. The digest at the end shows a slip or a careless
// change; who alters a record on purpose can make it anew, but not the evidence in it.
[[nodiscard]] std::string recordToJson(const AttestationRecord& record);
// Errors: kBadRecord.
[[nodiscard]] base::Result<AttestationRecord> recordFromJson(std::string_view text);

struct RecordCheck {
    Judgement judgement;               // made again from the record's evidence and policy, at the time it was seen
    bool sameAsRecorded = false;       // the record is intact, and rules, verdict, claims, root and validity are as it says
    std::vector<std::string> changed;  // rule ids whose outcome differs
};
[[nodiscard]] RecordCheck checkRecord(const AttestationRecord& record);

}  // namespace es::attestation
