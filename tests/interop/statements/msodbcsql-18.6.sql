-- Microsoft ODBC driver 18.6 (seen on the wire while ../odbc ran; the driver's source is closed). GO parts statements.
exec [sys].sp_datatype_info_100 0, @ODBCVer = 4
GO
exec sp_describe_first_result_set N'SELECT EmployeeID FROM HR.Employees WHERE SSN = @P1', N'@P1 char(11)', 1
GO
exec sp_describe_first_result_set N'select * from HR.Employees'
GO
exec sp_describe_first_result_set N'SELECT EmployeeID, FirstName FROM HR.Employees WHERE LastName = @P1 AND EmployeeID > @P2'
GO
exec sp_describe_undeclared_parameters N'SELECT EmployeeID, FirstName FROM HR.Employees WHERE LastName = @P1 AND EmployeeID > @P2'
GO
exec [sys].sp_bcp_dbcmptlevel [ContosoHR] set fmtonly on select * from HR.Employees set fmtonly off
GO
exec [sys].sp_tablecollations_100 '[ContosoHR].HR.Employees'
GO
exec sp_tables N'Employees', N'HR', NULL, NULL, @fUsePattern = 1
GO
exec sp_columns_100 N'Employees', N'HR', NULL, NULL, @ODBCVer = 3
GO
exec sp_pkeys N'Employees', N'HR', NULL
GO
exec sp_fkeys NULL, NULL, NULL, N'Employees', N'HR', NULL
GO
exec sp_statistics_100 N'Employees', N'HR', NULL, N'%', N'N', N'Q'
GO
exec sp_special_columns_100 N'Employees', N'HR', NULL, @col_type = N'R', @ODBCVer = 3
GO
exec sp_stored_procedures N'%', N'dbo', NULL
GO
exec sp_sproc_columns_100 N'%', N'dbo', NULL, @ODBCVer = 3
GO
exec sp_table_privileges N'Employees', N'HR', NULL
GO
DECLARE @c int, @n int
EXEC sp_cursoropen @c OUTPUT, N'SELECT EmployeeID FROM HR.Employees', 8, 1, @n OUTPUT
GO
set implicit_transactions on
GO
IF @@TRANCOUNT > 0 COMMIT TRAN set implicit_transactions off
GO
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE
GO
