// What the wizard says about columns, choices and findings. Thread: GUI thread only (pure).
#pragma once

#include "driver/catalog/CatalogSnapshot.h"
#include "wizards/plan/Assessment.h"
#include "wizards/plan/Plan.h"

#include <QString>
#include <QStringList>

namespace es::wizards {

[[nodiscard]] QString typeWord(catalog::EncryptionType type); // "Plaintext", "Deterministic", "Randomized"
[[nodiscard]] const char* typeIcon(catalog::EncryptionType type, bool enclave);
[[nodiscard]] QString columnCount(int count); // "1 column", "2 columns"
[[nodiscard]] QString obstacleWords(Obstacle obstacle); // short: "identity column"

struct FindingWords {
    QString verdict;
    const char* icon = "ok";
    const char* token = "ok";
    QString finding;
    QString plan; // what the plan does
    QString detail; // two or three sentences
};
[[nodiscard]] FindingWords wordsOf(const Finding& finding, const ColumnChoice& choice);

// What a choice allows afterwards and what it leaks.
struct Consequence {
    const char* icon;
    const char* token;
    QString text;
};
[[nodiscard]] QList<Consequence> consequencesOf(const catalog::Column& column, catalog::EncryptionType target);
[[nodiscard]] QString possibleAfterwards(const catalog::Column& column, catalog::EncryptionType target); // short, for a cell

// A step's notes and what stopping in it leaves, in the person's language; the script's comments are the planner's own.
[[nodiscard]] QStringList notesOf(const Step& step);
[[nodiscard]] QString ifStoppedWords();

[[nodiscard]] QString elapsedText(qint64 elapsedMs); // "0:04"
[[nodiscard]] QString secondsText(qint64 elapsedMs); // "1.3 s"

} // namespace es::wizards
