// Catalog procedures about what a database holds. Columns, their order and types as SQL Server documents them.
#include "app/sandbox/engine/SystemProcedureTypes.h"

namespace es::sandbox {

namespace {

constexpr SystemParameter kTablesParameters[] = {{"@table_name", "nvarchar(384)", "NULL"}, {"@table_owner", "nvarchar(384)", "NULL"},
    {"@table_qualifier", "sysname", "NULL"}, {"@table_type", "varchar(100)", "NULL"}, {"@fUsePattern", "bit", "1"}};

// A single '%' beside empty names asks for the list of databases, schemas or table types.
constexpr std::string_view kTables = R"sql(
IF @table_qualifier = N'%' AND @table_owner = N'' AND @table_name = N''
    SELECT CAST(name AS sysname) AS TABLE_QUALIFIER, CAST(NULL AS sysname) AS TABLE_OWNER, CAST(NULL AS sysname) AS TABLE_NAME,
        CAST(NULL AS varchar(32)) AS TABLE_TYPE, CAST(NULL AS varchar(254)) AS REMARKS
    FROM sys.databases ORDER BY 1
ELSE IF @table_owner = N'%' AND @table_qualifier = N'' AND @table_name = N''
    SELECT CAST(NULL AS sysname) AS TABLE_QUALIFIER, CAST(name AS sysname) AS TABLE_OWNER, CAST(NULL AS sysname) AS TABLE_NAME,
        CAST(NULL AS varchar(32)) AS TABLE_TYPE, CAST(NULL AS varchar(254)) AS REMARKS
    FROM sys.schemas ORDER BY 2
ELSE IF @table_type = '%' AND @table_qualifier = N'' AND @table_owner = N'' AND @table_name = N''
    SELECT CAST(NULL AS sysname) AS TABLE_QUALIFIER, CAST(NULL AS sysname) AS TABLE_OWNER, CAST(NULL AS sysname) AS TABLE_NAME,
        CAST(t.kind AS varchar(32)) AS TABLE_TYPE, CAST(NULL AS varchar(254)) AS REMARKS
    FROM (VALUES ('SYSTEM TABLE'), ('TABLE'), ('VIEW')) AS t(kind) ORDER BY 4
ELSE
    SELECT CAST(DB_NAME() AS sysname) AS TABLE_QUALIFIER, CAST(s.name AS sysname) AS TABLE_OWNER, CAST(o.name AS sysname) AS TABLE_NAME,
        CAST(CASE o.type WHEN 'V' THEN 'VIEW' ELSE 'TABLE' END AS varchar(32)) AS TABLE_TYPE, CAST(NULL AS varchar(254)) AS REMARKS
    FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id
    WHERE o.type IN ('U', 'V') AND (@table_qualifier IS NULL OR @table_qualifier = N'' OR @table_qualifier = DB_NAME()
            OR (@fUsePattern = 1 AND DB_NAME() LIKE @table_qualifier))
        AND (@table_name IS NULL OR (@fUsePattern = 1 AND o.name LIKE @table_name) OR o.name = @table_name)
        AND (@table_owner IS NULL OR (@fUsePattern = 1 AND s.name LIKE @table_owner) OR s.name = @table_owner)
        AND (@table_type IS NULL OR CHARINDEX(CASE o.type WHEN 'V' THEN '''VIEW''' ELSE '''TABLE''' END, @table_type) > 0)
    ORDER BY 4, 1, 2, 3
)sql";

const std::string kColumnStart = "SELECT CAST(DB_NAME() AS sysname) AS TABLE_QUALIFIER, CAST(s.name AS sysname) AS TABLE_OWNER, "
                                 "CAST(o.name AS sysname) AS TABLE_NAME, "
                                 "CAST(c.name AS sysname) AS COLUMN_NAME, "
    + kDataType
    + " AS DATA_TYPE, CAST(t.type_name + CASE WHEN c.is_identity = 0 THEN '' WHEN t.size_kind = 'D' THEN '() identity' ELSE ' identity' "
      "END AS sysname) AS TYPE_NAME, "
    + kPrecision + " AS [PRECISION], " + kLength + " AS [LENGTH], " + kScale + " AS SCALE, " + kRadix
    + " AS RADIX, CAST(c.is_nullable AS smallint) AS NULLABLE, CAST(NULL AS varchar(254)) AS REMARKS, CAST(d.definition AS "
      "nvarchar(4000)) AS COLUMN_DEF, "
    + kSqlType + ", " + kOctets
    + ", CAST((SELECT COUNT(*) FROM sys.columns AS k WHERE k.object_id = c.object_id AND k.column_id <= c.column_id) AS int) AS "
      "ORDINAL_POSITION, CAST(CASE c.is_nullable WHEN 1 THEN 'YES' ELSE 'NO' END AS varchar(254)) AS IS_NULLABLE, ";
const std::string kColumnEnd
    = "CAST(CASE c.is_nullable WHEN 1 THEN t.tds_nullable ELSE t.tds_type END AS tinyint) AS SS_DATA_TYPE "
      "FROM sys.columns AS c JOIN sys.objects AS o ON o.object_id = c.object_id JOIN sys.schemas AS s ON s.schema_id = o.schema_id "
      "JOIN sys.spt_datatype_info AS t ON t.system_type_id = c.system_type_id AND t.auto_increment = 0 "
      "LEFT JOIN sys.default_constraints AS d ON d.object_id = c.default_object_id "
      "WHERE o.type IN ('U', 'V') AND ((@fUsePattern = 1 AND o.name LIKE @table_name) OR o.name = @table_name) "
      "AND (@table_owner IS NULL OR (@fUsePattern = 1 AND s.name LIKE @table_owner) OR s.name = @table_owner) "
      "AND (@column_name IS NULL OR (@fUsePattern = 1 AND c.name LIKE @column_name) OR c.name = @column_name) ORDER BY 1, 2, 3, 17";

constexpr SystemParameter kColumnsParameters[]
    = {{"@table_name", "nvarchar(384)", ""}, {"@table_owner", "nvarchar(384)", "NULL"}, {"@table_qualifier", "sysname", "NULL"},
        {"@column_name", "nvarchar(384)", "NULL"}, {"@ODBCVer", "int", "2"}, {"@fUsePattern", "bit", "1"}};
constexpr SystemParameter kColumns100Parameters[]
    = {{"@table_name", "nvarchar(384)", ""}, {"@table_owner", "nvarchar(384)", "NULL"}, {"@table_qualifier", "sysname", "NULL"},
        {"@column_name", "nvarchar(384)", "NULL"}, {"@NameScope", "int", "0"}, {"@ODBCVer", "int", "2"}, {"@fUsePattern", "bit", "1"}};

const std::string kColumns = kColumnStart + kColumnEnd;
const std::string kColumns100 = kColumnStart
    + "CAST(0 AS smallint) AS SS_IS_SPARSE, CAST(0 AS smallint) AS SS_IS_COLUMN_SET, CAST(c.is_computed AS smallint) AS SS_IS_COMPUTED, "
      "CAST(c.is_identity AS smallint) AS SS_IS_IDENTITY, CAST(NULL AS sysname) AS SS_UDT_CATALOG_NAME, CAST(NULL AS sysname) AS "
      "SS_UDT_SCHEMA_NAME, CAST(NULL AS nvarchar(4000)) AS SS_UDT_ASSEMBLY_TYPE_NAME, CAST(NULL AS sysname) AS "
      "SS_XML_SCHEMACOLLECTION_CATALOG_NAME, CAST(NULL AS sysname) AS SS_XML_SCHEMACOLLECTION_SCHEMA_NAME, CAST(NULL AS sysname) AS "
      "SS_XML_SCHEMACOLLECTION_NAME, "
    + kColumnEnd;

constexpr SystemParameter kOneTable[]
    = {{"@table_name", "sysname", ""}, {"@table_owner", "sysname", "NULL"}, {"@table_qualifier", "sysname", "NULL"}};

constexpr std::string_view kPrimaryKeys = R"sql(
SELECT CAST(DB_NAME() AS sysname) AS TABLE_QUALIFIER, CAST(s.name AS sysname) AS TABLE_OWNER, CAST(o.name AS sysname) AS TABLE_NAME,
    CAST(c.name AS sysname) AS COLUMN_NAME, CAST(k.key_ordinal AS smallint) AS KEY_SEQ, CAST(i.name AS sysname) AS PK_NAME
FROM sys.indexes AS i JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
    JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
    JOIN sys.objects AS o ON o.object_id = i.object_id JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE i.is_primary_key = 1 AND o.name = @table_name AND (@table_owner IS NULL OR s.name = @table_owner)
ORDER BY 1, 2, 3, 5
)sql";

constexpr SystemParameter kForeignKeysParameters[]
    = {{"@pktable_name", "sysname", "NULL"}, {"@pktable_owner", "sysname", "NULL"}, {"@pktable_qualifier", "sysname", "NULL"},
        {"@fktable_name", "sysname", "NULL"}, {"@fktable_owner", "sysname", "NULL"}, {"@fktable_qualifier", "sysname", "NULL"}};

// Asked by the referenced table the rows are ordered by the referencing one, and the other way round.
constexpr std::string_view kForeignKeys = R"sql(
SELECT CAST(DB_NAME() AS sysname) AS PKTABLE_QUALIFIER, CAST(ps.name AS sysname) AS PKTABLE_OWNER, CAST(p.name AS sysname) AS PKTABLE_NAME,
    CAST(pc.name AS sysname) AS PKCOLUMN_NAME, CAST(DB_NAME() AS sysname) AS FKTABLE_QUALIFIER, CAST(cs.name AS sysname) AS FKTABLE_OWNER,
    CAST(ch.name AS sysname) AS FKTABLE_NAME, CAST(cc.name AS sysname) AS FKCOLUMN_NAME,
    CAST(k.constraint_column_id AS smallint) AS KEY_SEQ,
    CAST(CASE f.update_referential_action WHEN 0 THEN 1 WHEN 1 THEN 0 ELSE f.update_referential_action END AS smallint) AS UPDATE_RULE,
    CAST(CASE f.delete_referential_action WHEN 0 THEN 1 WHEN 1 THEN 0 ELSE f.delete_referential_action END AS smallint) AS DELETE_RULE,
    CAST(f.name AS sysname) AS FK_NAME, CAST(i.name AS sysname) AS PK_NAME, CAST(7 AS smallint) AS DEFERRABILITY
FROM sys.foreign_keys AS f JOIN sys.foreign_key_columns AS k ON k.constraint_object_id = f.object_id
    JOIN sys.objects AS p ON p.object_id = f.referenced_object_id JOIN sys.schemas AS ps ON ps.schema_id = p.schema_id
    JOIN sys.columns AS pc ON pc.object_id = p.object_id AND pc.column_id = k.referenced_column_id
    JOIN sys.objects AS ch ON ch.object_id = f.parent_object_id JOIN sys.schemas AS cs ON cs.schema_id = ch.schema_id
    JOIN sys.columns AS cc ON cc.object_id = ch.object_id AND cc.column_id = k.parent_column_id
    JOIN sys.indexes AS i ON i.object_id = p.object_id AND i.index_id = f.key_index_id
WHERE (@pktable_name IS NULL OR p.name = @pktable_name) AND (@pktable_owner IS NULL OR ps.name = @pktable_owner)
    AND (@fktable_name IS NULL OR ch.name = @fktable_name) AND (@fktable_owner IS NULL OR cs.name = @fktable_owner)
ORDER BY CASE WHEN @fktable_name IS NULL THEN cs.name ELSE ps.name END, CASE WHEN @fktable_name IS NULL THEN ch.name ELSE p.name END, f.name,
    k.constraint_column_id
)sql";

constexpr SystemParameter kStatisticsParameters[]
    = {{"@table_name", "sysname", ""}, {"@table_owner", "sysname", "NULL"}, {"@table_qualifier", "sysname", "NULL"},
        {"@index_name", "sysname", "N'%'"}, {"@is_unique", "char(1)", "'N'"}, {"@accuracy", "char(1)", "'Q'"}};

std::string statistics(std::string_view tableExtra, std::string_view indexExtra)
{
    return std::string(
        "SELECT CAST(DB_NAME() AS sysname) AS TABLE_QUALIFIER, CAST(s.name AS sysname) AS TABLE_OWNER, CAST(o.name AS sysname) AS "
        "TABLE_NAME, CAST(NULL AS smallint) AS NON_UNIQUE, CAST(NULL AS sysname) AS INDEX_QUALIFIER, CAST(NULL AS sysname) AS INDEX_NAME, "
        "CAST(0 AS smallint) AS TYPE, CAST(NULL AS smallint) AS SEQ_IN_INDEX, CAST(NULL AS sysname) AS COLUMN_NAME, CAST(NULL AS char(1)) "
        "AS [COLLATION], CAST(r.rows AS int) AS CARDINALITY, CAST(NULL AS int) AS PAGES")
        .append(tableExtra)
        .append(" FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id JOIN sys.partitions AS r ON r.object_id = "
                "o.object_id "
                "AND r.index_id IN (0, 1) WHERE o.name = @table_name AND (@table_owner IS NULL OR s.name = @table_owner) UNION ALL "
                "SELECT DB_NAME(), s.name, o.name, CAST(CASE i.is_unique WHEN 1 THEN 0 ELSE 1 END AS smallint), o.name, i.name, CAST(CASE "
                "i.type "
                "WHEN 1 THEN 1 ELSE 3 END AS smallint), CAST(k.key_ordinal AS smallint), c.name, CAST(CASE k.is_descending_key WHEN 1 THEN "
                "'D' ELSE "
                "'A' END AS char(1)), CAST(r.rows AS int), CAST(NULL AS int)")
        .append(indexExtra)
        .append(" FROM sys.indexes AS i JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id AND "
                "k.key_ordinal > 0 "
                "JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id JOIN sys.objects AS o ON o.object_id = "
                "i.object_id JOIN sys.schemas AS s ON s.schema_id = o.schema_id JOIN sys.partitions AS r ON r.object_id = o.object_id AND "
                "r.index_id IN (0, 1) WHERE o.name = @table_name AND (@table_owner IS NULL OR s.name = @table_owner) AND (@index_name IS "
                "NULL OR "
                "i.name LIKE @index_name) AND (@is_unique IS NULL OR @is_unique <> 'Y' OR i.is_unique = 1) ORDER BY 4, 7, 6, 8");
}

const std::string kStatistics = statistics("", "");
const std::string kStatistics100 = statistics(", CAST(NULL AS nvarchar(4000)) AS FILTER_CONDITION", ", i.filter_definition");

constexpr SystemParameter kSpecialParameters[]
    = {{"@table_name", "sysname", ""}, {"@table_owner", "sysname", "NULL"}, {"@table_qualifier", "sysname", "NULL"},
        {"@col_type", "char(1)", "'R'"}, {"@scope", "char(1)", "'T'"}, {"@nullable", "char(1)", "'U'"}, {"@ODBCVer", "int", "2"}};

const std::string kSpecialItems = "CAST(c.name AS sysname) AS COLUMN_NAME, " + kDataType
    + " AS DATA_TYPE, CAST(t.type_name + CASE WHEN c.is_identity = 0 THEN '' WHEN t.size_kind = 'D' THEN '() identity' ELSE ' identity' "
      "END AS sysname) AS TYPE_NAME, "
    + kPrecision + " AS [PRECISION], " + kLength + " AS [LENGTH], " + kScale
    + " AS SCALE, CAST(1 AS smallint) AS PSEUDO_COLUMN FROM sys.columns AS c JOIN sys.objects AS o ON o.object_id = c.object_id "
      "JOIN sys.schemas AS s ON s.schema_id = o.schema_id JOIN sys.spt_datatype_info AS t ON t.system_type_id = c.system_type_id AND "
      "t.auto_increment = 0 ";

// 'V': the column that changes with every update. 'R': the primary key, or else the first unique index without nullable columns.
const std::string kSpecial = "IF @col_type = 'V' SELECT CAST(NULL AS smallint) AS SCOPE, " + kSpecialItems
    + "WHERE o.name = @table_name AND (@table_owner IS NULL OR s.name = @table_owner) AND c.system_type_id = 189 "
      "ELSE SELECT CAST(0 AS smallint) AS SCOPE, "
    + kSpecialItems
    + "JOIN sys.index_columns AS k ON k.object_id = c.object_id AND k.column_id = c.column_id AND k.key_ordinal > 0 "
      "WHERE o.name = @table_name AND (@table_owner IS NULL OR s.name = @table_owner) AND k.index_id = (SELECT TOP 1 i.index_id FROM "
      "sys.indexes AS i WHERE i.object_id = c.object_id AND i.is_unique = 1 AND i.has_filter = 0 AND (@nullable <> 'O' OR NOT EXISTS "
      "(SELECT * FROM sys.index_columns AS n JOIN sys.columns AS m ON m.object_id = n.object_id AND m.column_id = n.column_id WHERE "
      "n.object_id = i.object_id AND n.index_id = i.index_id AND n.key_ordinal > 0 AND m.is_nullable = 1)) "
      "ORDER BY i.is_primary_key DESC, i.index_id) ORDER BY k.key_ordinal";

const SystemProcedure kProcedures[] = {
    {"sp_tables", kTablesParameters, kTables, true},
    {"sp_columns", kColumnsParameters, kColumns},
    {"sp_columns_90", kColumnsParameters, kColumns},
    {"sp_columns_100", kColumns100Parameters, kColumns100},
    {"sp_pkeys", kOneTable, kPrimaryKeys},
    {"sp_fkeys", kForeignKeysParameters, kForeignKeys},
    {"sp_statistics", kStatisticsParameters, kStatistics},
    {"sp_statistics_90", kStatisticsParameters, kStatistics},
    {"sp_statistics_100", kStatisticsParameters, kStatistics100},
    {"sp_special_columns", kSpecialParameters, kSpecial},
    {"sp_special_columns_90", kSpecialParameters, kSpecial},
    {"sp_special_columns_100", kSpecialParameters, kSpecial},
};

} // namespace

std::span<const SystemProcedure> tableProcedures()
{
    return kProcedures;
}

} // namespace es::sandbox
