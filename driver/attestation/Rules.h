// The rules of each protocol: one table, from which the inspector, the command line, the README's list and its lint are made.
// Thread: any (constants).
#pragma once

#include "driver/attestation/Policy.h"

#include <span>

namespace es::attestation {

struct Rule {
    std::string_view id;      // for good: "report-binding", "policy-debug", ...; in records, tests, exit messages
    std::string_view title;   // English, short: "Report bound to session key"
    std::string_view why;     // one sentence: what it would mean if it did not hold
    std::string_view remedy;  // one sentence: what to do when it fails, on a test host and in production
    std::string_view source;  // section of the protocol's description
};

// In the order in which they are shown when all hold.
[[nodiscard]] std::span<const Rule> rulesOf(Protocol protocol);
// Null pointer: no such rule.
[[nodiscard]] const Rule* findRule(Protocol protocol, std::string_view id);

}  // namespace es::attestation
