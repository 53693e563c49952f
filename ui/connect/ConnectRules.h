// What must be right before a login is tried. Thread: any (pure).
#pragma once

#include "ui/connect/ConnectFields.h"
#include "ui/services/ConnectionProfile.h"

#include <QList>

namespace es::ui {

// In reading order, at most one for each field. `serverText` is what stands in the field, which may be no address at all.
[[nodiscard]] QList<FieldProblem> problemsOf(const ConnectionProfile& profile, const QString& serverText);
// Those of the page "Always Encrypted" alone.
[[nodiscard]] QList<FieldProblem> encryptionProblemsOf(const ConnectionProfile& profile);

} // namespace es::ui
