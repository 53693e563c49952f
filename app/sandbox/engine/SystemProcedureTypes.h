// What the catalog procedures about columns and parameters say of a data type, as T-SQL. Internal to them. Thread: any (constants).
#pragma once

#include "app/sandbox/engine/SystemProcedures.h"

#include <string>

namespace es::sandbox {

// What every procedure about columns says of a column's type. c: object with system_type_id, max_length, precision, scale;
// t: sys.spt_datatype_info; @ODBCVer: 3 or more has codes and sizes of its own for date, time and approximate numbers.
inline const std::string kDataType = "CAST(CASE WHEN @ODBCVer >= 3 THEN t.odbc3_type ELSE t.odbc2_type END AS smallint)";
inline const std::string kPrecision
    = "CAST(CASE WHEN c.max_length = -1 THEN 0 WHEN t.size_kind = 'C' THEN c.max_length / t.char_bytes WHEN t.size_kind = 'D' THEN "
      "c.precision WHEN t.size_kind = 'T' THEN t.fixed_precision + CASE WHEN c.scale > 0 THEN c.scale + 1 ELSE 0 END WHEN t.size_kind = "
      "'F' AND @ODBCVer >= 3 THEN t.bit_precision ELSE t.fixed_precision END AS int)";
inline const std::string kLength
    = "CAST(CASE WHEN c.max_length = -1 THEN 0 WHEN t.size_kind = 'C' THEN c.max_length WHEN t.size_kind = 'D' THEN c.precision + 2 ELSE "
      "t.fixed_length END AS int)";
inline const std::string kScale = "CAST(CASE WHEN t.size_kind IN ('D', 'T') THEN c.scale ELSE t.fixed_scale END AS smallint)";
inline const std::string kRadix = "CAST(CASE WHEN t.size_kind = 'F' AND @ODBCVer >= 3 THEN 2 ELSE t.radix END AS smallint)";
inline const std::string kSqlType = "CAST(t.sql_type AS smallint) AS SQL_DATA_TYPE, CAST(t.sql_sub AS smallint) AS SQL_DATETIME_SUB";
inline const std::string kOctets
    = "CAST(CASE WHEN c.max_length = -1 THEN 0 WHEN t.size_kind = 'C' THEN c.max_length WHEN t.size_kind = 'L' THEN t.fixed_length END AS "
      "int) AS CHAR_OCTET_LENGTH";

} // namespace es::sandbox
