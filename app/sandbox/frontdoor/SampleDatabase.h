// The database ContosoHR of `--sample`: made once, the same on every machine. Thread: one, before the listener starts.
#pragma once

#include "app/sandbox/engine/Engine.h"

namespace es::sandbox {

inline constexpr std::string_view kSampleDatabaseName = "ContosoHR";
inline constexpr std::size_t kSampleEmployees = 1000;

// Nothing happens when the database is there with its tables. All of its contents come in one transaction, so that a start that was
// interrupted leaves none or all. Errors: kSeedFailed with the engine's words.
base::Result<void> makeSampleDatabase(Engine& engine);

struct SampleEmployee {
    std::string ssn;        // "9dd-dd-dddd": areas from 900 on are never issued
    std::string firstName;  // UTF-8
    std::string lastName;
    int salary = 0;         // whole dollars, 30,000 - 140,000
};
// Deterministic. Exactly one SSN ends with 6818; no SSN comes twice.
[[nodiscard]] std::vector<SampleEmployee> sampleEmployees();

inline constexpr base::ErrorCode kSeedFailed{"frontdoor", "SeedFailed"};

}  // namespace es::sandbox
