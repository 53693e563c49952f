// What stands between each chosen column and its target, before anything runs: pure, from the snapshot and the choices alone.
// What the snapshot does not know (indexes, constraints, modules) is not claimed; the server checks it. Thread: any.
#pragma once

#include "wizards/plan/Choices.h"
#include "wizards/plan/Obstacle.h"

namespace es::wizards {

enum class Verdict : std::uint8_t {
    kPasses,
    kPlanFixes, // the plan does something about it
    kYourDecision, // it would run, but something will not work afterwards
    kNotPossible, // the column is left out of the plan
};

enum class Reason : std::uint8_t {
    kNoObstacle,
    kObstacle, // Finding::obstacle says which
    kNoSuchColumn,
    kNoSuchKey,
    kKeyNotEnclaveEnabled, // 33543
    kCurrentKeyNotEnclaveEnabled, // 33543: the column cannot be changed in place
    kAlreadyThus,
    kNotBin2, // LIKE and comparisons fail with 33542; deterministic: refused with 33289
    kNotBin2NoTwin, // the same, and no BIN2 collation of that code page is known
};

struct Finding {
    std::size_t choice = 0; // index into Choices::columns
    Verdict verdict = Verdict::kPasses;
    Reason reason = Reason::kNoObstacle;
    Obstacle obstacle = Obstacle::kNone;
    int serverNumber = 0; // what the server would answer; 0: none, or its number is not known
    std::string subject; // type, key or collation concerned
    std::string newCollation; // of kNotBin2: what the plan changes to, or could
    friend bool operator==(const Finding&, const Finding&) = default;
};

// One finding per chosen column, in the order of the choices.
[[nodiscard]] std::vector<Finding> assess(const catalog::CatalogSnapshot& snapshot, const Choices& choices);

// The choices without the columns that are not possible.
[[nodiscard]] Choices possibleOf(const Choices& choices, const std::vector<Finding>& findings);

} // namespace es::wizards
