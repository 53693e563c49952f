// The value of a table-valued parameter behind its TYPE_INFO; encode and decode.                      MS-TDS 2.2.5.5.5
// Thread: any (pure).
#pragma once

#include "driver/tds/Request.h"

namespace es::tds {

[[nodiscard]] base::Result<void> appendTableValue(base::ByteWriter& out, const TableValue& table);
[[nodiscard]] base::Result<TableValue> readTableValue(base::ByteReader& reader);

}  // namespace es::tds
