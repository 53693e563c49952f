-- Microsoft JDBC driver 13 (public source of the driver): what it sends by itself. GO parts statements.
set implicit_transactions on
GO
set implicit_transactions off
GO
IF @@TRANCOUNT > 0 COMMIT TRAN
GO
IF @@TRANCOUNT > 0 ROLLBACK TRAN
GO
IF @@TRANCOUNT > 0 COMMIT TRAN WITH ( DELAYED_DURABILITY =  ON )
GO
IF @@TRANCOUNT = 0 BEGIN BEGIN TRAN IF @@TRANCOUNT = 2 COMMIT TRAN END SAVE TRAN [S1]
IF @@TRANCOUNT > 0 ROLLBACK TRAN [S1]
IF @@TRANCOUNT > 0 COMMIT TRAN
GO
set transaction isolation level read uncommitted
GO
set transaction isolation level read committed
GO
set transaction isolation level repeatable read
GO
set transaction isolation level serializable
GO
set transaction isolation level snapshot
GO
SET ROWCOUNT 10
GO
SET ROWCOUNT 0
GO
SET TEXTSIZE 2147483647
GO
SET QUOTED_IDENTIFIER ON
GO
SET CONCAT_NULL_YIELDS_NULL ON
GO
SET CURSOR_CLOSE_ON_COMMIT OFF
GO
SELECT 1
GO
SELECT @@TRANCOUNT
GO
SELECT SCHEMA_NAME()
GO
SELECT SYSTEM_USER
GO
SELECT CURRENT_USER
GO
SELECT CAST(SERVERPROPERTY('EngineEdition') as INT)
GO
SELECT name AS TABLE_CAT FROM sys.databases order by name
GO
select name, compatibility_level from sys.databases where name = 'ContosoHR'
GO
SELECT 'VIEW' 'TABLE_TYPE' UNION SELECT 'TABLE' UNION SELECT 'SYSTEM TABLE'
GO
select maximum from sys.configurations where name = 'user connections'
GO
select collation_name, is_computed, encryption_type from sys.columns where object_id=OBJECT_ID('HR.Employees') order by column_id ASC
GO
sp_executesql N'SET FMTONLY ON SELECT * FROM HR.Employees '
GO
set fmtonly on SELECT EmployeeID FROM HR.Employees
set fmtonly off
GO
exec sp_describe_undeclared_parameters N'SELECT EmployeeID FROM HR.Employees WHERE SSN = @p1'
GO
sp_tables N'%', N'HR', N'ContosoHR', N'''TABLE'''
GO
EXEC sp_columns_100 N'Employees', N'HR', N'ContosoHR', N'%', 2, 3
GO
DECLARE @columns TABLE (TABLE_QUALIFIER sysname NULL, TABLE_OWNER sysname NULL, TABLE_NAME sysname, COLUMN_NAME sysname, DATA_TYPE smallint, TYPE_NAME sysname,
  PRECISION int NULL, LENGTH int NULL, SCALE smallint NULL, RADIX smallint NULL, NULLABLE smallint, REMARKS varchar(254) NULL, COLUMN_DEF nvarchar(4000) NULL,
  SQL_DATA_TYPE smallint, SQL_DATETIME_SUB smallint NULL, CHAR_OCTET_LENGTH int NULL, ORDINAL_POSITION int, IS_NULLABLE varchar(254), SS_IS_SPARSE smallint,
  SS_IS_COLUMN_SET smallint, SS_IS_COMPUTED smallint, SS_IS_IDENTITY smallint, SS_UDT_CATALOG_NAME nvarchar(128) NULL, SS_UDT_SCHEMA_NAME nvarchar(128) NULL,
  SS_UDT_ASSEMBLY_TYPE_NAME nvarchar(max) NULL, SS_XML_SCHEMACOLLECTION_CATALOG_NAME nvarchar(128) NULL, SS_XML_SCHEMACOLLECTION_SCHEMA_NAME nvarchar(128) NULL,
  SS_XML_SCHEMACOLLECTION_NAME nvarchar(128) NULL, SS_DATA_TYPE tinyint)
INSERT INTO @columns EXEC sp_columns_100 N'Employees', N'HR', N'ContosoHR', N'%', 2, 3
SELECT TABLE_QUALIFIER AS TABLE_CAT, TABLE_OWNER AS TABLE_SCHEM, TABLE_NAME, COLUMN_NAME FROM @columns ORDER BY TABLE_CAT, TABLE_SCHEM, TABLE_NAME, ORDINAL_POSITION
GO
EXEC sp_pkeys N'Employees', N'HR', N'ContosoHR'
GO
EXEC sp_fkeys N'Employees', N'HR', N'ContosoHR', NULL, NULL, NULL
GO
EXEC sp_statistics N'Employees', N'HR', N'ContosoHR', N'%', N'Y', N'E'
GO
exec sp_sproc_columns_100 N'%', @ODBCVer=3, @fUsePattern=0
GO
exec sp_describe_undeclared_parameters N'SELECT EmployeeID, FirstName FROM HR.Employees WHERE LastName = @P0'
GO
sp_datatype_info_100 @ODBCVer=3
GO
INSERT BULK dbo.StatementsBulk ([n] int)
GO
