// The inside of a record's file: names that writing and reading share, and the reading. Private to this room. Thread: any (pure).
#pragma once

#include "driver/attestation/AttestationRecord.h"
#include "driver/json/Json.h"

#include <array>

namespace es::attestation {

inline constexpr std::string_view kRecordFormat = "enclave-studio-attestation-record";
inline constexpr std::int64_t kRecordVersion = 1;
inline constexpr std::array<std::pair<RuleVerdict, std::string_view>, 3> kRuleVerdictNames{
    {{RuleVerdict::kPassed, "passed"}, {RuleVerdict::kFailed, "failed"}, {RuleVerdict::kNotChecked, "not checked"}}};

[[nodiscard]] base::Error badRecord(std::string_view why);  // kBadRecord
// Every member but the digest. Errors: kBadRecord, json's, kBadPolicy.
[[nodiscard]] base::Result<AttestationRecord> readRecord(const json::Json& json);

}  // namespace es::attestation
