// The SQLite side of encrypted indexes: names, triggers that note every change of a cell under one, and what a start without an enclave
// does to them. Thread: session thread only (the start's own while the engine opens).
#pragma once

#include "app/sandbox/engine/Catalog.h"
#include "app/sandbox/engine/Sqlite.h"

namespace es::sandbox {

[[nodiscard]] std::string indexTreeName(const CatalogTable& table, const CatalogIndex& index);
// The empty pages and the triggers of a valid index. Whoever changes the table without es_note fails: no index goes wrong in silence.
[[nodiscard]] base::Result<void> layOutIndex(Connection& connection, const CatalogTable& table, const CatalogIndex& index);
[[nodiscard]] base::Result<void> removeIndexParts(Connection& connection, const std::string& treeName);
// When the engine opens a database: makes the list of encrypted indexes in an older file; without an enclave every valid index becomes
// invalid, and its pages and triggers go, so that the table's other columns stay of use.                             sql-surface 10
[[nodiscard]] base::Result<void> settleIndexes(Connection& connection, bool enclave);

} // namespace es::sandbox
