#include "wizards/plan/Planner.h"

#include "driver/tsql/Quoting.h"
#include "wizards/plan/Bin2Collation.h"
#include "wizards/plan/Obstacle.h"

namespace es::wizards {

using catalog::CatalogSnapshot;
using catalog::Column;
using catalog::EncryptionType;

namespace {

// Where the plan stands with one chosen column.
struct Chosen {
    const CatalogSnapshot& snapshot;
    const Choices& choices;
    const ColumnChoice& choice;
    const catalog::Table& table;
    const Column& column;

    [[nodiscard]] std::string fullName() const { return table.schema + "." + table.name + "." + column.name; }
};

base::Error cannotEncrypt(const Chosen& chosen, const std::string& why, const std::string& remedy)
{
    return base::makeError(kCannotBeEncrypted, "The column " + chosen.fullName() + " cannot be encrypted: " + why + ".", "column", remedy);
}

// What the catalog alone shows; what depends on the column (indexes, constraints) the server checks.      (sql-surface 7)
base::Result<void> checkEncryptable(const Chosen& chosen)
{
    const Column& column = chosen.column;
    const std::string leaveOut = "Leave this column out.";
    switch (obstacleOf(column)) {
    case Obstacle::kNone: break;
    case Obstacle::kUserDefinedType:
        return cannotEncrypt(chosen, "its type " + column.typeName + " is user-defined (the server's 33286)", leaveOut);
    case Obstacle::kUnsupportedType:
        return cannotEncrypt(chosen, "the type " + column.typeText + " is not supported (the server's 33280)", leaveOut);
    case Obstacle::kIdentity: return cannotEncrypt(chosen, "it is an IDENTITY column", leaveOut);
    case Obstacle::kComputed:
        return cannotEncrypt(chosen, "it is computed", "Encrypt the columns it is computed from, after dropping it.");
    case Obstacle::kRowGuid: return cannotEncrypt(chosen, "it is the ROWGUIDCOL of its table", leaveOut);
    case Obstacle::kDefault:
        return cannotEncrypt(chosen, "it has a default (the server's 33285)", "Drop the default constraint first.");
    }
    return {};
}

base::Result<const catalog::ColumnEncryptionKey*> enclaveKey(
    const Chosen& chosen, const catalog::ColumnEncryptionKey* key, const std::string& name)
{
    if (!key)
        return base::makeError(kNoSuchKey, "The database " + chosen.snapshot.database + " has no column encryption key " + name + ".",
            "key", "List the keys, or create this one first.");
    if (!chosen.snapshot.isEnclaveEnabled(*key))
        return base::makeError(kKeyNotEnclaveEnabled,
            "The column encryption key " + key->name
                + " is not enclave-enabled: none of its master keys allows enclave computations, "
                  "so the server could not change "
                + chosen.fullName() + " in place (its 33543).",
            "key", "Use a key under a column master key that allows enclave computations.");
    return key;
}

base::Result<ColumnScheme> schemeAfter(const Chosen& chosen, const ColumnScheme& before)
{
    ColumnScheme after = before;
    after.encryption = chosen.choice.target;
    if (chosen.choice.target == EncryptionType::kPlaintext) {
        after.key.clear();
        return after;
    }
    ES_CHECK(checkEncryptable(chosen));
    ES_TRY(const auto* key, enclaveKey(chosen, chosen.snapshot.findEncryptionKey(chosen.choice.key), chosen.choice.key));
    after.key = key->name;
    const bool goodText = before.collation.empty() || isBin2Name(before.collation)
        || (after.encryption == EncryptionType::kRandomized && isUtf8Name(before.collation));
    if (goodText) return after;
    const auto bin2 = bin2Of(before.collation);
    if (chosen.choices.changeCollation && bin2)
        after.collation = *bin2;
    else if (after.encryption == EncryptionType::kDeterministic)
        return base::makeError(kCollationNeeded,
            "The column " + chosen.fullName() + " has the collation " + before.collation
                + "; deterministic encryption of text needs a BIN2 one (the server's 33289).",
            "collation", bin2 ? "Allow the change to " + *bin2 + "." : "Change the collation to a BIN2 one of the same code page first.");
    return after;
}

StepKind kindOf(const ColumnScheme& before, const ColumnScheme& after)
{
    if (after.encryption == EncryptionType::kPlaintext) return StepKind::kDecrypt;
    return before.encryption == EncryptionType::kPlaintext ? StepKind::kEncrypt : StepKind::kReencrypt;
}

std::string statementOf(const Chosen& chosen, const ColumnScheme& after)
{
    std::string text = "ALTER TABLE " + tsql::quoteParts({chosen.table.schema, chosen.table.name}) + "\n    ALTER COLUMN "
        + tsql::quoteName(chosen.column.name) + " " + after.typeName;
    if (!after.collation.empty()) text += " COLLATE " + after.collation;
    if (after.encryption != EncryptionType::kPlaintext)
        text += "\n    ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = " + tsql::quoteName(after.key) + ", ENCRYPTION_TYPE = "
            + std::string(catalog::encryptionTypeKeyword(after.encryption)) + ", ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')";
    text += after.nullable ? " NULL" : " NOT NULL";
    if (chosen.choices.online) text += "\n    WITH (ONLINE = ON)";
    return text + ";";
}

std::vector<std::string> notesOf(const Chosen& chosen, const ColumnScheme& before, const ColumnScheme& after)
{
    std::vector<std::string> notes;
    const bool encrypts = after.encryption != EncryptionType::kPlaintext;
    if (before.collation != after.collation)
        notes.push_back("The collation changes from " + before.collation + " to " + after.collation
            + ": upper and lower case, accented and plain letters will no longer compare equal.");
    else if (encrypts && !after.collation.empty() && !isBin2Name(after.collation) && !isUtf8Name(after.collation))
        notes.push_back("The collation " + after.collation + " stays: LIKE and comparisons on this column will fail (the server's 33542).");
    if (!encrypts && isBin2Name(after.collation)) notes.push_back("The collation stays " + after.collation + ".");
    if (after.encryption == EncryptionType::kDeterministic) notes.push_back("Deterministic encryption shows which rows have equal values.");
    if (chosen.choices.online) notes.push_back("ONLINE: the table can be used meanwhile; it needs twice the column's space for the time.");
    return notes;
}

std::string titleOf(const Chosen& chosen, StepKind kind, const ColumnScheme& after)
{
    const std::string how = std::string(catalog::encryptionTypeName(after.encryption)) + ", key " + after.key;
    switch (kind) {
    case StepKind::kDecrypt: return "Decrypt " + chosen.fullName();
    case StepKind::kReencrypt: return "Re-encrypt " + chosen.fullName() + " (" + how + ")";
    case StepKind::kEncrypt: break;
    }
    return "Encrypt " + chosen.fullName() + " (" + how + ")";
}

base::Result<Step> makeStep(const Chosen& chosen)
{
    const ColumnScheme before = schemeOf(chosen.snapshot, chosen.column);
    if (before.encryption != EncryptionType::kPlaintext)
        ES_CHECK(enclaveKey(chosen, chosen.snapshot.findEncryptionKey(before.key), before.key));
    ES_TRY(const ColumnScheme after, schemeAfter(chosen, before));
    if (before == after)
        return base::makeError(kAlreadyThus,
            "The column " + chosen.fullName() + " is so already: " + std::string(catalog::encryptionTypeName(before.encryption))
                + (before.key.empty() ? "" : ", key " + before.key) + ".",
            "column", "Leave this column out.");
    Step step;
    step.kind = kindOf(before, after);
    step.schema = chosen.table.schema;
    step.table = chosen.table.name;
    step.column = chosen.column.name;
    step.before = before;
    step.after = after;
    step.title = titleOf(chosen, step.kind, after);
    step.statement = statementOf(chosen, after);
    step.ifStopped = "The server undoes this statement: the column stays as it was before it.";
    step.notes = notesOf(chosen, before, after);
    return step;
}

base::Result<Step> stepFor(const CatalogSnapshot& snapshot, const Choices& choices, const ColumnChoice& choice)
{
    const catalog::Table* table = snapshot.findTable(choice.schema, choice.table);
    if (!table)
        return base::makeError(kNoSuchTable,
            "The database " + snapshot.database + " has no table " + choice.schema + "." + choice.table + ".", "column",
            "Check the name; a table outside dbo is written SCHEMA.TABLE.COLUMN.");
    const Column* column = table->findColumn(choice.column);
    if (!column)
        return base::makeError(kNoSuchColumn, "The table " + table->schema + "." + table->name + " has no column " + choice.column + ".",
            "column", "Check the name.");
    return makeStep(Chosen{snapshot, choices, choice, *table, *column});
}

} // namespace

ColumnScheme schemeOf(const CatalogSnapshot& snapshot, const Column& column)
{
    ColumnScheme scheme;
    scheme.encryption = column.encryption;
    if (const auto* key = snapshot.encryptionKeyById(column.encryptionKeyId); key && column.encryption != EncryptionType::kPlaintext)
        scheme.key = key->name;
    scheme.typeName = column.typeText;
    scheme.collation = column.collation;
    scheme.nullable = column.nullable;
    return scheme;
}

base::Result<Plan> makePlan(const CatalogSnapshot& snapshot, const Choices& choices)
{
    if (choices.columns.empty()) return base::makeError(kNothingChosen, "No column was chosen.", "column", "Name at least one column.");
    Plan plan;
    plan.database = snapshot.database;
    for (const ColumnChoice& choice : choices.columns) {
        ES_TRY(Step step, stepFor(snapshot, choices, choice));
        for (const Step& other : plan.steps)
            if (other.schema == step.schema && other.table == step.table && other.column == step.column)
                return base::makeError(kColumnTwice,
                    "The column " + step.schema + "." + step.table + "." + step.column + " was named twice.", "column", "Name it once.");
        plan.steps.push_back(std::move(step));
    }
    return plan;
}

} // namespace es::wizards
