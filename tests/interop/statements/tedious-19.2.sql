-- tedious 19.2 (public source: the batch it sends after each login, transactions, bulk load). GO parts statements.
set ansi_nulls on
set ansi_null_dflt_on on
set ansi_padding on
set ansi_warnings on
set arithabort on
set concat_null_yields_null on
set cursor_close_on_commit off
set datefirst 7
set dateformat mdy
set implicit_transactions off
set language us_english
set numeric_roundabort off
set quoted_identifier on
set textsize 2147483647
set transaction isolation level read committed
set xact_abort off
GO
set ansi_nulls off
GO
set ansi_null_dflt_on off
GO
set ansi_padding off
GO
set ansi_warnings off
GO
set arithabort off
GO
set concat_null_yields_null off
GO
set cursor_close_on_commit on
GO
set numeric_roundabort on
GO
set quoted_identifier off
GO
set implicit_transactions on
GO
set xact_abort on
GO
SET TRANSACTION ISOLATION LEVEL SNAPSHOT;BEGIN TRAN t
GO
insert bulk dbo.StatementsBulk([n] int)
GO
insert bulk dbo.StatementsBulk([n] int) with (KEEP_NULLS)
GO
