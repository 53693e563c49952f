// Catalog procedures about the server, its types, procedures and privileges.
#include "app/sandbox/engine/SystemProcedures.h"

#include <string>

namespace es::sandbox {

namespace {

constexpr SystemParameter kTypeParameters[] = {{"@data_type", "int", "0"}, {"@ODBCVer", "tinyint", "2"}};

constexpr std::string_view kDataTypes = R"sql(
SELECT CAST(type_name AS sysname) AS TYPE_NAME, CAST(CASE WHEN @ODBCVer >= 3 THEN odbc3_type ELSE odbc2_type END AS smallint) AS DATA_TYPE,
    CAST(CASE WHEN size_kind = 'F' AND @ODBCVer >= 3 THEN bit_precision WHEN size_kind = 'T' THEN fixed_precision + 8
        ELSE fixed_precision END AS int) AS [PRECISION],
    CAST(literal_prefix AS varchar(32)) AS LITERAL_PREFIX, CAST(literal_suffix AS varchar(32)) AS LITERAL_SUFFIX,
    CAST(create_params AS varchar(32)) AS CREATE_PARAMS, CAST(nullable AS smallint) AS NULLABLE,
    CAST(case_sensitive AS smallint) AS CASE_SENSITIVE, CAST(searchable AS smallint) AS SEARCHABLE,
    CAST(unsigned_attribute AS smallint) AS UNSIGNED_ATTRIBUTE, CAST(is_money AS smallint) AS MONEY,
    CAST(auto_attribute AS smallint) AS AUTO_INCREMENT, CAST(type_name AS sysname) AS LOCAL_TYPE_NAME,
    CAST(minimum_scale AS smallint) AS MINIMUM_SCALE, CAST(maximum_scale AS smallint) AS MAXIMUM_SCALE,
    CAST(sql_type AS smallint) AS SQL_DATA_TYPE, CAST(sql_sub AS smallint) AS SQL_DATETIME_SUB,
    CAST(CASE WHEN size_kind = 'F' AND @ODBCVer >= 3 THEN 2 ELSE radix END AS int) AS NUM_PREC_RADIX,
    CAST(NULL AS smallint) AS INTERVAL_PRECISION, CAST(usertype AS smallint) AS USERTYPE
FROM sys.spt_datatype_info
WHERE @data_type = 0 OR @data_type = CASE WHEN @ODBCVer >= 3 THEN odbc3_type ELSE odbc2_type END
ORDER BY 2, 12, 11, 20
)sql";

constexpr std::string_view kDatabases = R"sql(
SELECT CAST(name AS sysname) AS DATABASE_NAME, CAST(NULL AS int) AS DATABASE_SIZE, CAST(NULL AS varchar(254)) AS REMARKS
FROM sys.databases ORDER BY 1
)sql";

constexpr SystemParameter kServerParameters[] = {{"@attribute_id", "int", "NULL"}};

constexpr std::string_view kServerInfo = R"sql(
SELECT CAST(i.id AS int) AS attribute_id, CAST(i.name AS varchar(60)) AS attribute_name, CAST(i.value AS varchar(255)) AS attribute_value
FROM (VALUES (1, 'DBMS_NAME', 'Microsoft SQL Server'), (2, 'DBMS_VER', @@VERSION), (10, 'OWNER_TERM', 'owner'),
    (11, 'TABLE_TERM', 'table'), (12, 'MAX_OWNER_NAME_LENGTH', '128'), (13, 'TABLE_LENGTH', '128'), (14, 'MAX_QUAL_LENGTH', '128'),
    (15, 'COLUMN_LENGTH', '128'), (16, 'IDENTIFIER_CASE', 'MIXED'), (17, 'TX_ISOLATION', '2'), (18, 'COLLATION_SEQ', 'charset=cp1252'),
    (19, 'SAVEPOINT_SUPPORT', 'Y'), (20, 'MULTI_RESULT_SETS', 'Y'), (22, 'ACCESSIBLE_TABLES', 'Y'), (100, 'USERID_LENGTH', '128'),
    (101, 'QUALIFIER_TERM', 'database'), (102, 'NAMED_TRANSACTIONS', 'Y'), (103, 'SPROC_AS_LANGUAGE', 'Y'),
    (104, 'ACCESSIBLE_SPROC', 'Y'), (105, 'MAX_INDEX_COLS', '16'), (106, 'RENAME_TABLE', 'Y'), (107, 'RENAME_COLUMN', 'Y'),
    (108, 'DROP_COLUMN', 'Y'), (109, 'INCREASE_COLUMN_LENGTH', 'Y'), (110, 'DDL_IN_TRANSACTION', 'Y'),
    (111, 'DESCENDING_INDEXES', 'Y'), (112, 'SP_RENAME', 'Y'), (113, 'REMOTE_SPROC', 'N'),
    (500, 'SYS_SPROC_VERSION', CAST(SERVERPROPERTY('ProductVersion') AS varchar(255)))) AS i(id, name, value)
WHERE @attribute_id IS NULL OR i.id = @attribute_id ORDER BY 1
)sql";

constexpr SystemParameter kProcedureParameters[] = {{"@sp_name", "nvarchar(390)", "NULL"}, {"@sp_owner", "nvarchar(384)", "NULL"},
    {"@sp_qualifier", "sysname", "NULL"}, {"@fUsePattern", "bit", "1"}};

constexpr std::string_view kStoredProcedures = R"sql(
SELECT CAST(DB_NAME() AS sysname) AS PROCEDURE_QUALIFIER, CAST(s.name AS sysname) AS PROCEDURE_OWNER,
    CAST(o.name + N';1' AS nvarchar(134)) AS PROCEDURE_NAME, CAST(-1 AS int) AS NUM_INPUT_PARAMS, CAST(-1 AS int) AS NUM_OUTPUT_PARAMS,
    CAST(-1 AS int) AS NUM_RESULT_SETS, CAST(NULL AS varchar(254)) AS REMARKS, CAST(2 AS smallint) AS PROCEDURE_TYPE
FROM sys.procedures AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE (@sp_name IS NULL OR (@fUsePattern = 1 AND o.name LIKE @sp_name) OR o.name = @sp_name)
    AND (@sp_owner IS NULL OR (@fUsePattern = 1 AND s.name LIKE @sp_owner) OR s.name = @sp_owner)
ORDER BY 1, 2, 3
)sql";

constexpr SystemParameter kOneTable[] = {{"@table_name", "nvarchar(384)", ""}, {"@table_owner", "nvarchar(384)", "NULL"},
    {"@table_qualifier", "sysname", "NULL"}, {"@fUsePattern", "bit", "1"}};
constexpr SystemParameter kOneColumn[] = {{"@table_name", "sysname", ""}, {"@table_owner", "sysname", "NULL"},
    {"@table_qualifier", "sysname", "NULL"}, {"@column_name", "nvarchar(384)", "NULL"}};

// The owner of everything holds every privilege and may pass it on.
constexpr std::string_view kTablePrivileges = R"sql(
SELECT CAST(DB_NAME() AS sysname) AS TABLE_QUALIFIER, CAST(s.name AS sysname) AS TABLE_OWNER, CAST(o.name AS sysname) AS TABLE_NAME,
    CAST(N'dbo' AS sysname) AS GRANTOR, CAST(g.grantee AS sysname) AS GRANTEE, CAST(g.name AS varchar(32)) AS PRIVILEGE,
    CAST(g.grantable AS varchar(3)) AS IS_GRANTABLE
FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id
    JOIN (SELECT t.object_id, N'dbo' AS grantee, p.name, 'YES' AS grantable FROM sys.objects AS t
            CROSS JOIN (VALUES (N'DELETE'), (N'INSERT'), (N'REFERENCES'), (N'SELECT'), (N'UPDATE')) AS p(name)
        UNION ALL SELECT d.major_id, u.name, d.permission_name, 'NO' FROM sys.database_permissions AS d
            JOIN sys.database_principals AS u ON u.principal_id = d.grantee_principal_id
        WHERE d.class = 1 AND d.minor_id = 0 AND d.state = 'G'
            AND d.permission_name IN (N'DELETE', N'INSERT', N'REFERENCES', N'SELECT', N'UPDATE')) AS g ON g.object_id = o.object_id
WHERE o.type IN ('U', 'V') AND ((@fUsePattern = 1 AND o.name LIKE @table_name) OR o.name = @table_name)
    AND (@table_owner IS NULL OR (@fUsePattern = 1 AND s.name LIKE @table_owner) OR s.name = @table_owner)
ORDER BY 1, 2, 3, 6
)sql";

constexpr std::string_view kColumnPrivileges = R"sql(
SELECT CAST(DB_NAME() AS sysname) AS TABLE_QUALIFIER, CAST(s.name AS sysname) AS TABLE_OWNER, CAST(o.name AS sysname) AS TABLE_NAME,
    CAST(c.name AS sysname) AS COLUMN_NAME, CAST(N'dbo' AS sysname) AS GRANTOR, CAST(g.grantee AS sysname) AS GRANTEE,
    CAST(g.name AS varchar(32)) AS PRIVILEGE, CAST(g.grantable AS varchar(3)) AS IS_GRANTABLE
FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id JOIN sys.columns AS c ON c.object_id = o.object_id
    JOIN (SELECT t.object_id, t.column_id, N'dbo' AS grantee, p.name, 'YES' AS grantable FROM sys.columns AS t
            CROSS JOIN (VALUES (N'INSERT'), (N'REFERENCES'), (N'SELECT'), (N'UPDATE')) AS p(name)
        UNION ALL SELECT t.object_id, t.column_id, u.name, d.permission_name, 'NO' FROM sys.database_permissions AS d
            JOIN sys.database_principals AS u ON u.principal_id = d.grantee_principal_id
            JOIN sys.columns AS t ON t.object_id = d.major_id AND (d.minor_id = 0 OR d.minor_id = t.column_id)
        WHERE d.class = 1 AND d.state = 'G' AND d.permission_name IN (N'INSERT', N'REFERENCES', N'SELECT', N'UPDATE')
            AND NOT EXISTS (SELECT 1 FROM sys.database_permissions AS x WHERE x.class = 1 AND x.state = 'D' AND x.major_id = d.major_id
                AND x.minor_id = t.column_id AND x.grantee_principal_id = d.grantee_principal_id
                AND x.permission_name = d.permission_name)) AS g ON g.object_id = c.object_id AND g.column_id = c.column_id
WHERE o.type IN ('U', 'V') AND o.name = @table_name AND (@table_owner IS NULL OR s.name = @table_owner)
    AND (@column_name IS NULL OR c.name LIKE @column_name)
ORDER BY 1, 2, 3, 4, 7
)sql";

constexpr SystemParameter kLevelParameters[] = {{"@dbname", "sysname", ""}};

// What ODBC's bulk copy into encrypted columns asks first; it wants a result, whatever it says.
constexpr std::string_view kCompatibilityLevel
    = "SELECT CAST(compatibility_level AS int) AS cmptlevel FROM sys.databases WHERE name = @dbname";

// And what it asks next.
constexpr SystemParameter kCollationParameters[] = {{"@object", "nvarchar(4000)", ""}};
constexpr std::string_view kTableCollations
    = "SELECT colid, name, tds_collation, collation FROM sys.spt_tablecollations_view WHERE object_id = OBJECT_ID(@object) ORDER BY colid";

constexpr SystemParameter kHelpParameters[] = {{"@objname", "nvarchar(776)", "NULL"}};

// The short form: the object itself, its columns, its identity column, its indexes and constraints.
constexpr std::string_view kHelp = R"sql(
IF @objname IS NULL
    SELECT CAST(o.name AS sysname) AS Name, CAST(N'dbo' AS sysname) AS Owner,
        CAST(REPLACE(LOWER(o.type_desc), '_', ' ') AS nvarchar(31)) AS Object_type
    FROM sys.objects AS o WHERE o.type IN ('U', 'V', 'P') ORDER BY 3 DESC, 1
ELSE IF OBJECT_ID(@objname) IS NULL
    THROW 50000, N'The object does not exist in the current database or is invalid for this operation.', 1
ELSE
BEGIN
    SELECT CAST(o.name AS sysname) AS Name, CAST(N'dbo' AS sysname) AS Owner,
        CAST(REPLACE(LOWER(o.type_desc), '_', ' ') AS nvarchar(31)) AS Type, o.create_date AS Created_datetime
    FROM sys.objects AS o WHERE o.object_id = OBJECT_ID(@objname)
    SELECT CAST(c.name AS sysname) AS Column_name, CAST(t.name AS sysname) AS Type,
        CAST(CASE c.is_computed WHEN 1 THEN 'yes' ELSE 'no' END AS varchar(35)) AS Computed, CAST(c.max_length AS int) AS Length,
        CAST(CASE WHEN t.name IN ('decimal', 'numeric', 'int', 'bigint', 'smallint', 'tinyint', 'money', 'smallmoney', 'float', 'real')
            THEN CAST(c.precision AS varchar(5)) ELSE '     ' END AS char(5)) AS Prec,
        CAST(CASE WHEN t.name IN ('decimal', 'numeric', 'int', 'bigint', 'smallint', 'tinyint', 'money', 'smallmoney', 'float', 'real')
            THEN CAST(c.scale AS varchar(5)) ELSE '     ' END AS char(5)) AS Scale,
        CAST(CASE c.is_nullable WHEN 1 THEN 'yes' ELSE 'no' END AS varchar(35)) AS Nullable, c.collation_name AS Collation
    FROM sys.columns AS c JOIN sys.types AS t ON t.user_type_id = c.user_type_id
    WHERE c.object_id = OBJECT_ID(@objname) ORDER BY c.column_id
    SELECT CAST(name AS sysname) AS [Identity], CAST(seed_value AS numeric(38, 0)) AS Seed,
        CAST(increment_value AS numeric(38, 0)) AS Increment
    FROM sys.identity_columns WHERE object_id = OBJECT_ID(@objname)
    SELECT i.name AS index_name, CAST(LOWER(i.type_desc) + CASE i.is_unique WHEN 1 THEN ', unique' ELSE '' END
        + CASE i.is_primary_key WHEN 1 THEN ', primary key' ELSE '' END AS varchar(210)) AS index_description
    FROM sys.indexes AS i WHERE i.object_id = OBJECT_ID(@objname) AND i.index_id > 0 ORDER BY i.name
    SELECT CAST(o.name AS nvarchar(776)) AS constraint_name, CAST(o.type_desc AS nvarchar(146)) AS constraint_type
    FROM sys.objects AS o WHERE o.parent_object_id = OBJECT_ID(@objname) ORDER BY o.name
END
)sql";

constexpr SystemProcedure kProcedures[] = {
    {"sp_datatype_info", kTypeParameters, kDataTypes},
    {"sp_datatype_info_90", kTypeParameters, kDataTypes},
    {"sp_datatype_info_100", kTypeParameters, kDataTypes},
    {"sp_databases", {}, kDatabases},
    {"sp_server_info", kServerParameters, kServerInfo},
    {"sp_stored_procedures", kProcedureParameters, kStoredProcedures},
    {"sp_table_privileges", kOneTable, kTablePrivileges},
    {"sp_column_privileges", kOneColumn, kColumnPrivileges},
    {"sp_help", kHelpParameters, kHelp},
    {"sp_bcp_dbcmptlevel", kLevelParameters, kCompatibilityLevel},
    {"sp_tablecollations_90", kCollationParameters, kTableCollations},
    {"sp_tablecollations_100", kCollationParameters, kTableCollations},
};

} // namespace

std::span<const SystemProcedure> serverProcedures()
{
    return kProcedures;
}

} // namespace es::sandbox
