// Small questions that services and runner put to a session: answers are kept whole, nothing is shown.
// Thread: session thread only.
#pragma once

#include "driver/catalog/CatalogRows.h"
#include "driver/catalog/CatalogSnapshot.h"
#include "driver/catalog/ObjectSnapshot.h"
#include "driver/catalog/ServerSnapshot.h"
#include "driver/session/Statement.h"
#include "ui/services/SessionHost.h"

#include <optional>
#include <string_view>

namespace es::ui {

// The first result set of a question about metadata, no column encryption involved. Nothing: cancelled.
[[nodiscard]] base::Result<std::optional<catalog::CatalogRows>> ask(TaskContext& context, std::string_view question);
// Nothing: cancelled. Errors: the server's, catalog::kUnexpectedResult.
[[nodiscard]] base::Result<std::optional<catalog::CatalogSnapshot>> readCatalog(TaskContext& context);
// The same with indexes, row counts, views and procedures.
[[nodiscard]] base::Result<std::optional<catalog::ObjectSnapshot>> readObjects(TaskContext& context);
// Databases and enclave. A question about the enclave that the server refuses is kept as an error in the answer.
[[nodiscard]] base::Result<std::optional<catalog::ServerSnapshot>> readServer(TaskContext& context);
// A statement whose rows nobody wants. False: cancelled.
[[nodiscard]] base::Result<bool> runStatement(TaskContext& context, const session::Statement& statement);

} // namespace es::ui
