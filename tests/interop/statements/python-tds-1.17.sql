-- python-tds 1.17 (public source): what it sends by itself. GO parts statements.
BEGIN TRANSACTION
GO
IF @@TRANCOUNT > 0 COMMIT
GO
IF @@TRANCOUNT > 0 ROLLBACK
GO
IF @@TRANCOUNT > 0 COMMIT BEGIN TRANSACTION
GO
IF @@TRANCOUNT > 0 ROLLBACK BEGIN TRANSACTION
GO
select top 1 * from HR.Employees where 1<>1
GO
select @@SPID
GO
EXEC sp_reset_connection
GO
INSERT BULK dbo.StatementsBulk(n int)
GO
