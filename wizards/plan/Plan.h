// What will be done, step by step: plain data that can be shown, saved, signed and run later. The statement of a step is
// exactly what is sent. Thread: any (plain values).
#pragma once

#include "driver/base/Result.h"
#include "wizards/plan/Choices.h"

namespace es::wizards {

inline constexpr base::ErrorCode kPlanUnreadable{"plan", "PlanUnreadable"};

// How a column stands: enough to see whether a step is still to do, done, or overtaken by somebody else.
struct ColumnScheme {
    catalog::EncryptionType encryption = catalog::EncryptionType::kPlaintext;
    std::string key; // column encryption key; empty for plaintext
    std::string typeName; // "char(11)"
    std::string collation; // empty: not a text column
    bool nullable = true;
    friend bool operator==(const ColumnScheme&, const ColumnScheme&) = default;
};

enum class StepKind : std::uint8_t { kEncrypt, kDecrypt, kReencrypt };
[[nodiscard]] std::string_view stepKindName(StepKind kind); // "encrypt", "decrypt", "reencrypt"

struct Step {
    StepKind kind = StepKind::kEncrypt;
    std::string schema;
    std::string table;
    std::string column;
    ColumnScheme before;
    ColumnScheme after; // seen in the catalog: the step is done
    std::string title; // one line for a list
    std::string statement; // T-SQL, sent as it is
    std::string ifStopped; // what stopping in this step leaves
    std::vector<std::string> notes; // collation changed, order of rows leaks nothing, ...
    friend bool operator==(const Step&, const Step&) = default;
};

struct Plan {
    std::string database;
    std::vector<Step> steps;
    friend bool operator==(const Plan&, const Plan&) = default;
};

// The plan as one JSON document, the same bytes for the same plan; and back. Errors: kPlanUnreadable.
[[nodiscard]] std::string planToJson(const Plan& plan);
[[nodiscard]] base::Result<Plan> planFromJson(std::string_view text);
// The statements with a comment line above each, ready to be run elsewhere.
[[nodiscard]] std::string planToScript(const Plan& plan);

} // namespace es::wizards
