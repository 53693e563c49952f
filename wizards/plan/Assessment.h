// What stands between the chosen columns and their encryption, as far as the catalog shows it: every finding in words, before
// anything runs. Thread: any (pure).
#pragma once

#include "wizards/plan/Plan.h"

namespace es::wizards {

enum class Verdict : std::uint8_t {
    kPassed, // no obstacle in the catalog
    kPlanFixes, // an obstacle that the plan removes in the same statement
    kDecision, // possible, with a consequence that the person has to want
    kNotPossible, // the server would refuse; the column is to be left out
};
[[nodiscard]] std::string_view verdictName(Verdict verdict); // "Passed", "Plan fixes it", "Your decision", "Not possible"

struct Finding {
    std::size_t columnIndex = 0; // into Choices::columns
    Verdict verdict = Verdict::kPassed;
    std::string finding; // "Collation is not BIN2"
    std::string action; // what the plan does about it: "COLLATE Latin1_General_BIN2 in the same statement"
    std::string detail; // two sentences: what it means, what afterwards is different
    bool collation = false; // Choices::changeCollation decides it
};

// In the order of the choices, at least one for each column. Same input, same findings.
[[nodiscard]] std::vector<Finding> assess(const catalog::CatalogSnapshot& snapshot, const Choices& choices);

// What the column allows once it is so: "=  <  LIKE  sort" as a list of words.
[[nodiscard]] std::vector<std::string> possibleWith(const ColumnScheme& scheme, bool enclaveEnabled);
// Why the column cannot be encrypted with any key; empty: nothing in the catalog forbids it.
[[nodiscard]] std::string obstacleOf(const catalog::CatalogSnapshot& snapshot, const catalog::Table& table, const catalog::Column& column);

} // namespace es::wizards
