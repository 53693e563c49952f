// SQL Server values as SQLite stores them, such that SQLite's own order and equality are SQL Server's:
//   bit, tinyint .. bigint        INTEGER                       real, float          REAL
//   smallmoney, money             INTEGER, value x 10^4         decimal, numeric     BLOB 17: sign 00|01, 16 bytes big-endian magnitude
//                                                                                    (complemented when negative); scale is the type's
//   date                          INTEGER, days since 0001-01-01
//   time, datetime2               INTEGER, 100 ns units         datetime             INTEGER, 1/300 s since 1900-01-01
//   smalldatetime                 INTEGER, minutes since 1900-01-01
//   datetimeoffset                BLOB 10: big-endian UTC ticks, offset + 840 (the offset takes no part in comparisons: see keyOf)
//   uniqueidentifier              BLOB 16 in SQL Server's order
//   char .. nvarchar              TEXT (UTF-8); char and nchar padded to the declared length; compared by registered collations
//   binary, varbinary             BLOB; binary padded
//   sql_variant                   BLOB, row form (base type, properties, value); compared by a registered collation (see comparable)
//   anything encrypted            BLOB, the cell as the client or the enclave made it
// Thread: any (pure).
#pragma once

#include "app/sandbox/engine/Sqlite.h"
#include "driver/types/SqlType.h"
#include "driver/types/Value.h"

namespace es::sandbox {

// Precondition: the value is of the kind the type uses. NULL is NULL.
[[nodiscard]] Stored toStored(const types::Value& value, const types::SqlType& type);
// Errors: 8624 when the file holds something that the type cannot be.
[[nodiscard]] base::Result<types::Value> fromStored(const Stored& stored, const types::SqlType& type);

// Appends the row form (no length prefix) of the current row's cell. Precondition: the cell is not NULL.
[[nodiscard]] base::Result<void> appendRowForm(const SqliteStatement& row, int column, const types::SqlType& type, base::Bytes& out);
[[nodiscard]] base::Result<Stored> storedFromRowForm(base::ByteView rowForm, const types::SqlType& type);

// SQLite source text for a constant: 5, 1.5e0, 'it''s', x'00ff', NULL.
[[nodiscard]] std::string sqlLiteral(const Stored& stored);

// Two types that store equal values as equal cells: no conversion is needed to compare or copy.
[[nodiscard]] bool sameStorage(const types::SqlType& a, const types::SqlType& b);

} // namespace es::sandbox
