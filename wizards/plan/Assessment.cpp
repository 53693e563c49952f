#include "wizards/plan/Assessment.h"

#include "wizards/plan/Bin2Collation.h"
#include "wizards/plan/Planner.h"

namespace es::wizards {

using catalog::EncryptionType;

namespace {

constexpr std::string_view kNotBin2 = "Collation is not BIN2";

bool comparesInEnclave(const std::string& collation)
{
    return collation.empty() || isBin2Name(collation) || isUtf8Name(collation);
}

Finding collationFixed(const Step& step)
{
    Finding out;
    out.verdict = Verdict::kPlanFixes;
    out.collation = true;
    out.finding = kNotBin2;
    out.action = "COLLATE " + step.after.collation + " in the same statement";
    out.detail = "The enclave compares characters by code point. With " + step.before.collation
        + " the column could be encrypted, but LIKE and comparisons on it would fail (33542), so the same statement changes it to "
        + step.after.collation + ". Afterwards 'abc' and 'ABC' are different, and sorting puts capitals first.";
    return out;
}

Finding collationKept(const Step& step)
{
    Finding out;
    out.verdict = Verdict::kDecision;
    out.collation = true;
    out.finding = kNotBin2;
    out.action = "keeps " + step.after.collation;
    out.detail = "The column can be encrypted with " + step.after.collation
        + ", but LIKE and comparisons on it will fail (33542): the enclave compares only text with a BIN2 collation.";
    return out;
}

Finding refused(const base::Error& error)
{
    Finding out;
    out.collation = error.code == kCollationNeeded;
    out.verdict = out.collation ? Verdict::kDecision : Verdict::kNotPossible;
    out.finding = out.collation ? std::string(kNotBin2) : error.text;
    out.action = out.collation ? "needs another collation" : "leaves the column out";
    out.detail = error.text + (error.remedy.empty() ? "" : " " + error.remedy);
    return out;
}

Finding findingOf(const catalog::CatalogSnapshot& snapshot, const Choices& all, const ColumnChoice& choice)
{
    Choices one = all;
    one.columns = {choice};
    const auto plan = makePlan(snapshot, one);
    if (!plan) return refused(plan.error());
    const Step& step = plan->steps.front();
    if (step.before.collation != step.after.collation) return collationFixed(step);
    if (step.after.encryption != EncryptionType::kPlaintext && !comparesInEnclave(step.after.collation)) return collationKept(step);
    Finding out;
    out.finding = "No obstacle in the catalog";
    out.detail = "Nothing that the catalog shows stands against it. Indexes, constraints and modules on the column are checked by the server "
                 "when the statement runs; if it refuses, nothing is changed.";
    return out;
}

} // namespace

std::string_view verdictName(Verdict verdict)
{
    switch (verdict) {
    case Verdict::kPassed: return "Passed";
    case Verdict::kPlanFixes: return "Plan fixes it";
    case Verdict::kDecision: return "Your decision";
    case Verdict::kNotPossible: return "Not possible";
    }
    return "";
}

std::vector<Finding> assess(const catalog::CatalogSnapshot& snapshot, const Choices& choices)
{
    std::vector<Finding> out;
    for (std::size_t i = 0; i < choices.columns.size(); ++i) {
        out.push_back(findingOf(snapshot, choices, choices.columns[i]));
        out.back().columnIndex = i;
    }
    return out;
}

// sql-surface 8: what runs where.
std::vector<std::string> possibleWith(const ColumnScheme& scheme, bool enclaveEnabled)
{
    switch (scheme.encryption) {
    case EncryptionType::kPlaintext: return {"everything"};
    case EncryptionType::kDeterministic: return {"=", "IN", "join", "group"};
    case EncryptionType::kRandomized: break;
    }
    if (!enclaveEnabled) return {"reading"};
    if (scheme.collation.empty()) return {"=", "<", "BETWEEN", "sort"};
    if (!comparesInEnclave(scheme.collation)) return {"reading"};
    return {"=", "<", "LIKE", "sort"};
}

std::string obstacleOf(const catalog::CatalogSnapshot& snapshot, const catalog::Table& table, const catalog::Column& column)
{
    if (column.encryption != EncryptionType::kPlaintext) return {};
    // Whatever key: what the planner says before it asks for one.
    Choices probe;
    probe.columns.push_back({table.schema, table.name, column.name, EncryptionType::kRandomized, std::string()});
    const auto plan = makePlan(snapshot, probe);
    if (plan || plan.error().code != kCannotBeEncrypted) return {};
    const std::string& text = plan.error().text;
    const std::size_t reason = text.find("cannot be encrypted: ");
    return reason == std::string::npos ? text : text.substr(reason + std::string_view("cannot be encrypted: ").size());
}

} // namespace es::wizards
