-- go-mssqldb 1.8 (public source: bulk copy, identity values, connection checks). GO parts statements.
SET FMTONLY ON
select * from HR.Employees SET FMTONLY OFF
GO
INSERT BULK dbo.StatementsBulk ([n] int)
GO
INSERT INTO dbo.StatementsBulk (n) VALUES (1); select ID = convert(bigint, SCOPE_IDENTITY())
GO
select 1;
GO
SELECT @@SPID
GO
