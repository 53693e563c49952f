// Order of two values of one type, as SQL Server sees it. Answers <0, 0, >0. Thread: any (pure).
#pragma once

#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

namespace es::types {

// Same type, no NULL. Text by type.collation with trailing spaces ignored; binary: shorter is padded with 00;
// uniqueidentifier by its last group first; datetimeoffset by the UTC instant; sql_variant by compareVariants. Values of the wrong kind compare by kind.
[[nodiscard]] int compareValues(const Value& a, const Value& b, const SqlType& type);

// Plaintexts of two encrypted cells (see Normalize.h), what the enclave does millions of times: no allocation; text by code points
// with trailing spaces ignored when the collation is BIN2 or BIN, else by the collation (that allocates). Malformed bytes order by
// plain byte order, and never read outside.
[[nodiscard]] int compareNormalized(base::ByteView a, base::ByteView b, const SqlType& type);

// Byte key whose memcmp order is SQL Server's order for uniqueidentifier.
[[nodiscard]] std::array<base::Byte, 16> guidSortKey(const Guid& guid);

}  // namespace es::types
