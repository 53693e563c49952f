// sp_sproc_columns: the parameters of procedures, each procedure's return value before them.
#include "app/sandbox/engine/SystemProcedureTypes.h"

namespace es::sandbox {

namespace {

constexpr SystemParameter kParameters[] = {{"@procedure_name", "nvarchar(390)", "N'%'"}, {"@procedure_owner", "nvarchar(384)", "NULL"},
    {"@procedure_qualifier", "sysname", "NULL"}, {"@column_name", "nvarchar(384)", "NULL"}, {"@ODBCVer", "int", "2"},
    {"@fUsePattern", "bit", "1"}};

// COLUMN_TYPE: 1 input, 2 input and output (T-SQL has no other kind of output), 5 the return value.
const std::string kStart = "SELECT CAST(DB_NAME() AS sysname) AS PROCEDURE_QUALIFIER, CAST(s.name AS sysname) AS PROCEDURE_OWNER, "
                           "CAST(o.name + N';1' AS nvarchar(134)) AS PROCEDURE_NAME, CAST(c.name AS sysname) AS COLUMN_NAME, "
                           "CAST(CASE WHEN c.parameter_id = 0 THEN 5 WHEN c.is_output = 1 THEN 2 ELSE 1 END AS smallint) AS COLUMN_TYPE, "
    + kDataType + " AS DATA_TYPE, CAST(t.type_name AS sysname) AS TYPE_NAME, " + kPrecision + " AS [PRECISION], " + kLength
    + " AS [LENGTH], " + kScale + " AS SCALE, " + kRadix
    + " AS RADIX, CAST(CASE WHEN c.parameter_id = 0 THEN 0 ELSE 1 END AS smallint) AS NULLABLE, CAST(NULL AS varchar(254)) AS REMARKS, "
      "CAST(NULL AS nvarchar(4000)) AS COLUMN_DEF, "
    + kSqlType + ", " + kOctets
    + ", CAST(c.parameter_id AS int) AS ORDINAL_POSITION, CAST(CASE WHEN c.parameter_id = 0 THEN 'NO' ELSE 'YES' END AS varchar(254)) AS "
      "IS_NULLABLE, ";
const std::string kEnd
    = "CAST(CASE WHEN c.parameter_id = 0 THEN t.tds_type ELSE t.tds_nullable END AS tinyint) AS SS_DATA_TYPE FROM (SELECT p.object_id, "
      "p.name, p.parameter_id, p.system_type_id, p.max_length, p.precision, p.scale, p.is_output FROM sys.parameters AS p UNION ALL "
      "SELECT r.object_id, N'@RETURN_VALUE', 0, 56, 4, 10, 0, 0 FROM sys.procedures AS r) AS c "
      "JOIN sys.procedures AS o ON o.object_id = c.object_id JOIN sys.schemas AS s ON s.schema_id = o.schema_id "
      "JOIN sys.spt_datatype_info AS t ON t.system_type_id = c.system_type_id AND t.auto_increment = 0 "
      "WHERE (@procedure_name IS NULL OR (@fUsePattern = 1 AND o.name LIKE @procedure_name) OR o.name = @procedure_name) "
      "AND (@procedure_owner IS NULL OR (@fUsePattern = 1 AND s.name LIKE @procedure_owner) OR s.name = @procedure_owner) "
      "AND (@column_name IS NULL OR (@fUsePattern = 1 AND c.name LIKE @column_name) OR c.name = @column_name) ORDER BY 1, 2, 3, 18";

const std::string kColumns = kStart + kEnd;
const std::string kColumns100 = kStart
    + "CAST(NULL AS sysname) AS SS_TYPE_CATALOG_NAME, CAST(NULL AS sysname) AS SS_TYPE_SCHEMA_NAME, CAST(NULL AS sysname) AS "
      "SS_UDT_CATALOG_NAME, CAST(NULL AS sysname) AS SS_UDT_SCHEMA_NAME, CAST(NULL AS nvarchar(4000)) AS SS_UDT_ASSEMBLY_TYPE_NAME, "
      "CAST(NULL AS sysname) AS SS_XML_SCHEMACOLLECTION_CATALOG_NAME, CAST(NULL AS sysname) AS SS_XML_SCHEMACOLLECTION_SCHEMA_NAME, "
      "CAST(NULL AS sysname) AS SS_XML_SCHEMACOLLECTION_NAME, "
    + kEnd;

const SystemProcedure kProcedures[] = {
    {"sp_sproc_columns", kParameters, kColumns},
    {"sp_sproc_columns_90", kParameters, kColumns},
    {"sp_sproc_columns_100", kParameters, kColumns100},
};

} // namespace

std::span<const SystemProcedure> parameterProcedures()
{
    return kProcedures;
}

} // namespace es::sandbox
