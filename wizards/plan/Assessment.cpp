#include "wizards/plan/Assessment.h"

#include "driver/types/Normalize.h"
#include "driver/types/TypeNames.h"
#include "wizards/plan/Bin2Collation.h"

namespace es::wizards {

using catalog::CatalogSnapshot;
using catalog::Column;
using catalog::EncryptionType;

namespace {

int numberOf(Obstacle obstacle)
{
    switch (obstacle) {
    case Obstacle::kUserDefinedType: return 33286;
    case Obstacle::kUnsupportedType: return 33280;
    case Obstacle::kDefault: return 33285;
    default: return 0;
    }
}

Finding notPossible(Reason reason, std::string subject, int number = 0)
{
    Finding finding;
    finding.verdict = Verdict::kNotPossible;
    finding.reason = reason;
    finding.serverNumber = number;
    finding.subject = std::move(subject);
    return finding;
}

// Text in a collation that the enclave cannot compare in: changed, left to the person, or refused.
Finding collationFinding(const Choices& choices, const ColumnChoice& choice, const Column& column)
{
    Finding finding;
    const bool deterministic = choice.target == EncryptionType::kDeterministic;
    const bool fits = column.collation.empty() || isBin2Name(column.collation) || (!deterministic && isUtf8Name(column.collation));
    if (fits) return finding;
    const auto bin2 = bin2Of(column.collation);
    finding.reason = bin2 ? Reason::kNotBin2 : Reason::kNotBin2NoTwin;
    finding.subject = column.collation;
    finding.newCollation = bin2.value_or("");
    finding.serverNumber = deterministic ? 33289 : 33542;
    const bool changed = bin2 && choices.changeCollation;
    finding.verdict = changed ? Verdict::kPlanFixes : deterministic ? Verdict::kNotPossible : Verdict::kYourDecision;
    return finding;
}

Finding encryptionFinding(const CatalogSnapshot& snapshot, const Choices& choices, const ColumnChoice& choice, const Column& column)
{
    if (const Obstacle obstacle = obstacleOf(column); obstacle != Obstacle::kNone) {
        Finding finding = notPossible(Reason::kObstacle, column.typeText, numberOf(obstacle));
        finding.obstacle = obstacle;
        return finding;
    }
    const catalog::ColumnEncryptionKey* key = snapshot.findEncryptionKey(choice.key);
    if (!key) return notPossible(Reason::kNoSuchKey, choice.key);
    if (!snapshot.isEnclaveEnabled(*key)) return notPossible(Reason::kKeyNotEnclaveEnabled, key->name, 33543);
    Finding collation = collationFinding(choices, choice, column);
    const bool same = column.encryption == choice.target && column.encryptionKeyId == key->id;
    if (same && collation.verdict != Verdict::kPlanFixes) return notPossible(Reason::kAlreadyThus, key->name);
    return collation;
}

Finding assessColumn(const CatalogSnapshot& snapshot, const Choices& choices, const ColumnChoice& choice)
{
    const catalog::Table* table = snapshot.findTable(choice.schema, choice.table);
    const Column* column = table ? table->findColumn(choice.column) : nullptr;
    if (!column) return notPossible(Reason::kNoSuchColumn, choice.column);
    if (column->encryption != EncryptionType::kPlaintext) {
        const auto* current = snapshot.encryptionKeyById(column->encryptionKeyId);
        if (!current || !snapshot.isEnclaveEnabled(*current))
            return notPossible(Reason::kCurrentKeyNotEnclaveEnabled, current ? current->name : "", 33543);
    }
    if (choice.target != EncryptionType::kPlaintext) return encryptionFinding(snapshot, choices, choice, *column);
    return column->encryption == EncryptionType::kPlaintext ? notPossible(Reason::kAlreadyThus, "") : Finding{};
}

} // namespace

Obstacle obstacleOf(const Column& column)
{
    if (column.userDefinedType) return Obstacle::kUserDefinedType;
    const auto type = types::typeFromText(column.typeText);
    if (!type || !types::canBeEncrypted(*type)) return Obstacle::kUnsupportedType;
    if (column.identity) return Obstacle::kIdentity;
    if (column.computed) return Obstacle::kComputed;
    if (column.rowGuid) return Obstacle::kRowGuid;
    return column.hasDefault ? Obstacle::kDefault : Obstacle::kNone;
}

std::vector<Finding> assess(const CatalogSnapshot& snapshot, const Choices& choices)
{
    std::vector<Finding> findings;
    for (std::size_t i = 0; i < choices.columns.size(); ++i) {
        findings.push_back(assessColumn(snapshot, choices, choices.columns[i]));
        findings.back().choice = i;
    }
    return findings;
}

Choices possibleOf(const Choices& choices, const std::vector<Finding>& findings)
{
    Choices possible = choices;
    possible.columns.clear();
    for (const Finding& finding : findings)
        if (finding.verdict != Verdict::kNotPossible) possible.columns.push_back(choices.columns[finding.choice]);
    return possible;
}

} // namespace es::wizards
