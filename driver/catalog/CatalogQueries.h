// The questions put to the catalog, as text, and the snapshot made from their answers. Pure.
// Thread: any.
#pragma once

#include "driver/catalog/CatalogRows.h"
#include "driver/catalog/CatalogSnapshot.h"

namespace es::catalog {

enum class CatalogQuestion : std::uint8_t { kDatabase, kTables, kColumns, kMasterKeys, kEncryptionKeys, kEncryptionKeyValues };
inline constexpr std::size_t kCatalogQuestionCount = 6;

// One SELECT per question; plain views only, no parameters, so that it runs on SQL Server 2019 and later and on the sandbox.
[[nodiscard]] std::string_view queryText(CatalogQuestion question);

// The answers, one per question in the order of the enumeration. Errors: kUnexpectedResult.
[[nodiscard]] base::Result<CatalogSnapshot> buildSnapshot(const std::vector<CatalogRows>& answers);

} // namespace es::catalog
