// Why a column can never be encrypted, as far as the catalog snapshot shows it.                        (sql-surface 7)
// Thread: any (pure).
#pragma once

#include "driver/catalog/CatalogSnapshot.h"

namespace es::wizards {

// In the order in which they are looked for: the first one that holds is told.
enum class Obstacle : std::uint8_t {
    kNone,
    kUserDefinedType, // the server's 33286
    kUnsupportedType, // 33280
    kIdentity,
    kComputed,
    kRowGuid,
    kDefault, // 33285
};

[[nodiscard]] Obstacle obstacleOf(const catalog::Column& column);

} // namespace es::wizards
