#include "wizards/encrypt/EncryptWords.h"

#include "wizards/plan/Bin2Collation.h"

#include <QCoreApplication>
#include <QLocale>

namespace es::wizards {

using catalog::EncryptionType;

namespace {

QString tr(const char* text, int count = -1)
{
    return QCoreApplication::translate("EncryptWords", text, nullptr, count);
}

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

QString obstacleDetail(const Finding& finding)
{
    switch (finding.obstacle) {
    case Obstacle::kUserDefinedType: return tr("SQL Server does not encrypt columns of a user-defined type.");
    case Obstacle::kUnsupportedType: return tr("SQL Server does not encrypt columns of the type %1.").arg(text(finding.subject));
    case Obstacle::kIdentity: return tr("The server makes the values of an IDENTITY column itself, so it cannot be encrypted.");
    case Obstacle::kComputed: return tr("The server computes this column. Encrypt the columns it is computed from, after dropping it.");
    case Obstacle::kRowGuid: return tr("The ROWGUIDCOL of a table cannot be encrypted.");
    case Obstacle::kDefault:
        return tr(
            "The server would have to fill in the default itself, which it cannot do in ciphertext. Drop the default constraint first.");
    case Obstacle::kNone: break;
    }
    return {};
}

void describeCollation(const Finding& finding, const ColumnChoice& choice, FindingWords& words)
{
    const QString old = text(finding.subject), other = text(finding.newCollation);
    words.finding = tr("Collation %1 is not BIN2").arg(old);
    if (finding.verdict == Verdict::kPlanFixes) {
        words.plan = tr("COLLATE %1, in the same statement").arg(other);
        words.detail
            = tr("The enclave compares characters by code point, so LIKE and comparisons need a BIN2 collation; without one they fail "
                 "with 33542. The plan changes it to %1. Afterwards 'abc' = 'ABC' is false and ORDER BY sorts capitals first.")
                  .arg(other);
    } else if (choice.target == EncryptionType::kDeterministic) {
        words.plan = tr("leaves the column out");
        words.detail = tr("Deterministic encryption of text needs a BIN2 collation; with %1 the server refuses it (33289).").arg(old);
    } else {
        words.plan = tr("keeps the collation");
        words.detail
            = tr("The column can be encrypted, but LIKE and comparisons on it will fail with 33542. It can still be read and written "
                 "whole.");
    }
}

} // namespace

QString typeWord(EncryptionType type)
{
    switch (type) {
    case EncryptionType::kPlaintext: return tr("Plaintext");
    case EncryptionType::kDeterministic: return tr("Deterministic");
    case EncryptionType::kRandomized: return tr("Randomized");
    }
    return {};
}

const char* typeIcon(EncryptionType type, bool enclave)
{
    switch (type) {
    case EncryptionType::kPlaintext: return "column";
    case EncryptionType::kDeterministic: return enclave ? "lock-determ-enclave" : "lock-determ";
    case EncryptionType::kRandomized: return enclave ? "lock-random-enclave" : "lock-random";
    }
    return "column";
}

QString columnCount(int count)
{
    return count == 1 ? tr("1 column") : tr("%1 columns").arg(QLocale().toString(count));
}

QString obstacleWords(Obstacle obstacle)
{
    switch (obstacle) {
    case Obstacle::kNone: return {};
    case Obstacle::kUserDefinedType: return tr("user-defined type");
    case Obstacle::kUnsupportedType: return tr("type not supported");
    case Obstacle::kIdentity: return tr("identity column");
    case Obstacle::kComputed: return tr("computed column");
    case Obstacle::kRowGuid: return tr("ROWGUIDCOL");
    case Obstacle::kDefault: return tr("has a default");
    }
    return {};
}

FindingWords wordsOf(const Finding& finding, const ColumnChoice& choice)
{
    FindingWords words;
    switch (finding.verdict) {
    case Verdict::kPasses: words = {tr("Passed"), "ok", "ok", {}, {}, {}}; break;
    case Verdict::kPlanFixes: words = {tr("Plan fixes it"), "bulb", "accentText", {}, {}, {}}; break;
    case Verdict::kYourDecision: words = {tr("Your decision"), "warn", "warn", {}, {}, {}}; break;
    case Verdict::kNotPossible: words = {tr("Not possible"), "fail", "err", {}, tr("leaves the column out"), {}}; break;
    }
    const QString subject = text(finding.subject);
    switch (finding.reason) {
    case Reason::kNoObstacle:
        words.finding = tr("No obstacle");
        words.plan = choice.target == EncryptionType::kPlaintext ? tr("decrypts it") : tr("encrypts it with %1").arg(text(choice.key));
        words.detail
            = tr("Nothing in the column's own definition stands against it. Indexes, constraints and modules that use the column are "
                 "checked by the server when the statement runs; it then undoes the statement.");
        break;
    case Reason::kObstacle:
        words.finding = obstacleWords(finding.obstacle);
        words.finding[0] = words.finding[0].toUpper();
        words.detail = obstacleDetail(finding);
        break;
    case Reason::kNoSuchColumn:
        words.finding = tr("The column is gone");
        words.detail = tr("The column %1 is no longer in the database. Go back and choose again.").arg(subject);
        break;
    case Reason::kNoSuchKey:
        words.finding = subject.isEmpty() ? tr("No key chosen") : tr("The key %1 is gone").arg(subject);
        words.detail = tr("Go back and choose a column encryption key that is enclave-enabled.");
        break;
    case Reason::kKeyNotEnclaveEnabled:
        words.finding = tr("The key %1 is not enclave-enabled").arg(subject);
        words.detail
            = tr("Its master key does not allow enclave computations, so the server cannot encrypt in place (33543). Choose another key.");
        break;
    case Reason::kCurrentKeyNotEnclaveEnabled:
        words.finding = tr("Its current key %1 is not enclave-enabled").arg(subject);
        words.detail
            = tr("The enclave cannot open what this key encrypted (33543), and this wizard moves no data through your machine. The key "
                 "first needs a value under a master key that allows enclave computations.");
        break;
    case Reason::kAlreadyThus:
        words.finding = tr("Nothing would change");
        words.detail = tr("The column is already as chosen.");
        break;
    case Reason::kNotBin2:
    case Reason::kNotBin2NoTwin: describeCollation(finding, choice, words); break;
    }
    return words;
}

QList<Consequence> consequencesOf(const catalog::Column& column, EncryptionType target)
{
    const bool isText = !column.collation.empty();
    if (target == EncryptionType::kPlaintext)
        return {{"ok", "ok", tr("Everything SQL Server can do with the type works again.")},
            {"warn", "warn", tr("The values stand in the database, its backups and its log in clear.")}};
    if (target == EncryptionType::kDeterministic)
        return {{"ok", "ok", tr("=, IN, joins and GROUP BY work on the ciphertext.")},
            {"fail", "text2", tr("LIKE, ranges and ORDER BY do not work without the enclave.")},
            {"warn", "warn", tr("Equal values stay visible as equal: few distinct values can be guessed.")}};
    return {{"ok", "ok",
                isText ? tr("Comparisons, LIKE, joins and ORDER BY run in the enclave.")
                       : tr("Comparisons, ranges, joins and ORDER BY run in the enclave.")},
        {"fail", "text2", isText ? tr("String functions will not work.") : tr("SUM, AVG and arithmetic will not work.")},
        {"warn", "warn", tr("An index would reveal the order of its values.")}};
}

QString possibleAfterwards(const catalog::Column& column, EncryptionType target)
{
    if (target == EncryptionType::kPlaintext) return tr("everything");
    if (target == EncryptionType::kDeterministic) return tr("=  IN  group");
    return column.collation.empty() ? tr("=  <  sort") : tr("=  <  LIKE  sort");
}

// The planner's notes (notesOf in Planner.cpp), read off the step again: a translation needs sentences, not their text.
QStringList notesOf(const Step& step)
{
    QStringList notes;
    const QString before = text(step.before.collation), after = text(step.after.collation);
    const bool encrypts = step.after.encryption != EncryptionType::kPlaintext;
    if (before != after)
        notes.append(tr("The collation changes from %1 to %2: upper and lower case, accented and plain letters will no longer compare equal.")
                         .arg(before, after));
    else if (encrypts && !after.isEmpty() && !isBin2Name(step.after.collation) && !isUtf8Name(step.after.collation))
        notes.append(tr("The collation %1 stays: LIKE and comparisons on this column will fail (the server's 33542).").arg(after));
    if (!encrypts && isBin2Name(step.after.collation)) notes.append(tr("The collation stays %1.").arg(after));
    if (step.after.encryption == EncryptionType::kDeterministic)
        notes.append(tr("Deterministic encryption shows which rows have equal values."));
    return notes;
}

QString ifStoppedWords()
{
    return tr("The server undoes this statement: the column stays as it was before it.");
}

QString elapsedText(qint64 elapsedMs)
{
    const qint64 seconds = elapsedMs / 1000;
    return QStringLiteral("%1:%2").arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

QString secondsText(qint64 elapsedMs)
{
    if (elapsedMs < 100) return tr("< 0.1 s");
    return tr("%1 s").arg(QLocale().toString(static_cast<double>(elapsedMs) / 1000.0, 'f', 1));
}

} // namespace es::wizards
