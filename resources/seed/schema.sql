CREATE SCHEMA HR;
GO
CREATE TABLE HR.Employees (
    EmployeeID int IDENTITY(1, 1) NOT NULL PRIMARY KEY,
    SSN char(11) NOT NULL,
    FirstName nvarchar(50) NOT NULL,
    LastName nvarchar(50) NOT NULL,
    Salary money NOT NULL
);
GO
CREATE TABLE dbo.AllTypes (
    Id int NOT NULL PRIMARY KEY,
    BitColumn bit NULL,
    TinyIntColumn tinyint NULL,
    SmallIntColumn smallint NULL,
    IntColumn int NULL,
    BigIntColumn bigint NULL,
    DecimalColumn decimal(18, 4) NULL,
    NumericColumn numeric(38, 10) NULL,
    SmallMoneyColumn smallmoney NULL,
    MoneyColumn money NULL,
    RealColumn real NULL,
    FloatColumn float NULL,
    DateColumn date NULL,
    TimeColumn time(7) NULL,
    DateTime2Column datetime2(7) NULL,
    DateTimeOffsetColumn datetimeoffset(7) NULL,
    SmallDateTimeColumn smalldatetime NULL,
    DateTimeColumn datetime NULL,
    UniqueIdentifierColumn uniqueidentifier NULL,
    CharColumn char(10) NULL,
    VarCharColumn varchar(50) NULL,
    NCharColumn nchar(10) NULL,
    NVarCharColumn nvarchar(50) NULL,
    BinaryColumn binary(8) NULL,
    VarBinaryColumn varbinary(50) NULL
);
GO
INSERT INTO dbo.AllTypes VALUES
    (1, 1, 255, 32767, 2147483647, 9223372036854775807, 99999999999999.9999, 1234567890123456789012345678.0123456789,
     214748.3647, 922337203685477.5807, 3.5, 1.7976931348623157E+308, '9999-12-31', '23:59:59.9999999',
     '9999-12-31 23:59:59.9999999', '9999-12-31 23:59:59.9999999 +00:00', '2079-06-06 23:59:00', '9999-12-31 23:59:59.997',
     '6F9619FF-8B86-D011-B42D-00C04FC964FF', 'abcdefghij', 'All of the types', N'Grüße', N'Ångström, naïve, 日本語',
     0x0102030405060708, 0xDEADBEEF),
    (2, 0, 0, -32768, -2147483648, -9223372036854775808, -99999999999999.9999, -0.0000000001,
     -214748.3648, -922337203685477.5808, -0.25, -2.2250738585072014E-308, '0001-01-01', '00:00:00.0000000',
     '0001-01-01 00:00:00.0000000', '0001-01-01 14:00:00.0000000 +14:00', '1900-01-01 00:00:00', '1753-01-01 00:00:00.000',
     '00000000-0000-0000-0000-000000000000', 'a', '', N'', N'', 0x00, 0x),
    (3, 1, 42, 1000, 123456789, 1234567890123, 1234.5678, 3.1415926536,
     99.9900, 55415.0000, 2.75, 2.718281828459045, '2016-02-29', '12:34:56.1234567',
     '2024-05-05 12:34:56.7891234', '2024-01-01 00:30:00.0000000 +05:30', '2024-05-05 12:35:00', '2024-05-05 12:34:56.790',
     '0E984725-C51C-4BF4-9960-E1C80E27ABA0', 'char', 'varchar', N'nchar', N'nvarchar', 0xFF, 0x00FF00FF);
GO
INSERT INTO dbo.AllTypes (Id) VALUES (4);
GO
