// Reads KeyUse from the catalog of the current database: one batch, one round trip. Thread: session thread only.
#pragma once

#include "driver/session/CollectingSink.h"
#include "driver/session/KeyUse.h"
#include "driver/session/Statement.h"

#include "driver/base/Result.h"

namespace es::session {

// The batch, with encryption off. Only names and ids come back.
[[nodiscard]] Statement keyUseStatement();
// What came back. Errors: kCatalogUnreadable.
[[nodiscard]] base::Result<KeyUse> keyUseOf(const CollectingSink& answer);

}  // namespace es::session
