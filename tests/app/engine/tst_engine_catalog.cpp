// The catalog procedures that drivers call, and INFORMATION_SCHEMA: columns, types, order, patterns.
#include "EngineFixture.h"

#include <QTest>

using es::sandbox::Answer;
using es::sandbox::EngineFixture;

class TestEngineCatalog : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<EngineFixture> m_lab;

private slots:
    void initTestCase()
    {
        m_lab = std::make_unique<EngineFixture>();
        for (const char* batch : {"CREATE SCHEMA HR",
                 "CREATE TABLE dbo.Parent (id int NOT NULL CONSTRAINT PK_P PRIMARY KEY, code nvarchar(10) NOT NULL CONSTRAINT UQ_P UNIQUE)",
                 "CREATE TABLE dbo.Child (id int IDENTITY NOT NULL CONSTRAINT PK_C PRIMARY KEY, parent int NOT NULL CONSTRAINT FK_C "
                 "REFERENCES "
                 "dbo.Parent (id) ON DELETE CASCADE, amount decimal(10, 2) NULL CONSTRAINT DF_C DEFAULT (0), at datetime2(3) NULL, v "
                 "rowversion, "
                 "CONSTRAINT CK_C CHECK (amount > 0))",
                 "CREATE TABLE HR.a_b (x varchar(max) NULL, f float, d date, n nchar(5))",
                 "CREATE INDEX IX_C ON dbo.Child (parent DESC, id)"})
            QCOMPARE(QString::fromStdString(m_lab->run(batch).text()), QString());
    }

    void answers_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const char* sql, const char* expected) { QTest::newRow(name) << sql << expected; };
        row("sp_tables", "EXEC sp_tables", "Lab|dbo|Child|TABLE|NULL\nLab|dbo|Parent|TABLE|NULL\nLab|HR|a_b|TABLE|NULL");
        row("sp_tables of a schema", "sp_tables N'%', N'HR', N'Lab', N'''TABLE'''", "Lab|HR|a_b|TABLE|NULL");
        row("sp_tables, a wildcard", "sp_tables N'P_r%'", "Lab|dbo|Parent|TABLE|NULL");
        row("sp_tables, an escaped wildcard", "sp_tables N'a[_]b'", "Lab|HR|a_b|TABLE|NULL");
        row("sp_tables without patterns", "sp_tables N'P%', @fUsePattern = 0", "");
        row("sp_tables, views only", "sp_tables @table_type = '''VIEW'''", "");
        row("sp_tables, databases", "sp_tables '', '', '%'", "Lab|NULL|NULL|NULL|NULL\nmaster|NULL|NULL|NULL|NULL");
        row("sp_columns_100", "EXEC sp_columns_100 N'Child', N'dbo', NULL, NULL, @ODBCVer = 3",
            "Lab|dbo|Child|id|4|int identity|10|4|0|10|0|NULL|NULL|4|NULL|NULL|1|NO|0|0|0|1|NULL|NULL|NULL|NULL|NULL|NULL|56\n"
            "Lab|dbo|Child|parent|4|int|10|4|0|10|0|NULL|NULL|4|NULL|NULL|2|NO|0|0|0|0|NULL|NULL|NULL|NULL|NULL|NULL|56\n"
            "Lab|dbo|Child|amount|3|decimal|10|12|2|10|1|NULL|((0))|3|NULL|NULL|3|YES|0|0|0|0|NULL|NULL|NULL|NULL|NULL|NULL|106\n"
            "Lab|dbo|Child|at|93|datetime2|23|16|3|NULL|1|NULL|NULL|9|3|NULL|4|YES|0|0|0|0|NULL|NULL|NULL|NULL|NULL|NULL|0\n"
            "Lab|dbo|Child|v|-2|timestamp|8|8|NULL|NULL|0|NULL|NULL|-2|NULL|8|5|NO|0|0|0|0|NULL|NULL|NULL|NULL|NULL|NULL|45");
        row("sp_columns, one column", "sp_columns a_b, HR, Lab, 'n'",
            "Lab|HR|a_b|n|-8|nchar|5|10|NULL|NULL|1|NULL|NULL|-8|NULL|10|4|YES|39");
        row("sp_columns, float by version", "sp_columns_90 'a[_]b', @column_name = 'f', @ODBCVer = 3",
            "Lab|HR|a_b|f|6|float|53|8|NULL|2|1|NULL|NULL|6|NULL|NULL|2|YES|109");
        row("another database", "sp_columns Child, dbo, master",
            "!15250 The database name component of the object qualifier must be the name of the current database.");
        row("a parameter too few", "EXEC sp_columns",
            "!201 Procedure or function 'sp_columns' expects parameter '@table_name', which was not supplied.");
        row("an unknown parameter", "EXEC sp_pkeys @nope = 1", "!8145 @nope is not a parameter for procedure sp_pkeys.");
        row("too many parameters", "EXEC sp_databases 1", "!8144 Procedure or function sp_databases has too many arguments specified.");
        row("sp_pkeys", "EXEC sp_pkeys 'Child'", "Lab|dbo|Child|id|1|PK_C");
        row("sp_fkeys by referenced table", "EXEC sp_fkeys 'Parent'", "Lab|dbo|Parent|id|Lab|dbo|Child|parent|1|1|0|FK_C|PK_P|7");
        row("sp_fkeys by referencing table", "EXEC sp_fkeys NULL, NULL, NULL, N'Child', N'dbo', NULL",
            "Lab|dbo|Parent|id|Lab|dbo|Child|parent|1|1|0|FK_C|PK_P|7");
        row("sp_statistics", "EXEC sp_statistics 'Child', 'dbo', 'Lab', '%', 'N', 'Q'",
            "Lab|dbo|Child|NULL|NULL|NULL|0|NULL|NULL|NULL|0|NULL\nLab|dbo|Child|0|Child|PK_C|1|1|id|A|0|NULL\n"
            "Lab|dbo|Child|1|Child|IX_C|3|1|parent|D|0|NULL\nLab|dbo|Child|1|Child|IX_C|3|2|id|A|0|NULL");
        row("sp_special_columns", "EXEC sp_special_columns_100 'Child', 'dbo', NULL, 'R', @ODBCVer = 3", "0|id|4|int identity|10|4|0|1");
        row("sp_special_columns, rowversion", "EXEC sp_special_columns 'Child', @col_type = 'V'", "NULL|v|-2|timestamp|8|8|NULL|1");
        row("sp_datatype_info, one type", "EXEC sp_datatype_info_100 93, 3",
            "datetime2|93|27|'|'|scale|1|0|3|NULL|0|NULL|datetime2|0|7|9|3|NULL|NULL|0\n"
            "datetime|93|23|'|'|NULL|1|0|3|NULL|0|NULL|datetime|3|3|9|3|NULL|NULL|12\n"
            "smalldatetime|93|16|'|'|NULL|1|0|3|NULL|0|NULL|smalldatetime|0|0|9|3|NULL|NULL|22");
        row("sp_databases", "EXEC sp_databases", "Lab|NULL|NULL\nmaster|NULL|NULL");
        row("sp_server_info", "EXEC sp_server_info 12", "12|MAX_OWNER_NAME_LENGTH|128");
        row("sp_table_privileges", "EXEC sp_table_privileges 'Parent'",
            "Lab|dbo|Parent|dbo|dbo|DELETE|YES\nLab|dbo|Parent|dbo|dbo|INSERT|YES\nLab|dbo|Parent|dbo|dbo|REFERENCES|YES\n"
            "Lab|dbo|Parent|dbo|dbo|SELECT|YES\nLab|dbo|Parent|dbo|dbo|UPDATE|YES");
        row("sp_help lists", "EXEC sp_help", "a_b|dbo|user table\nChild|dbo|user table\nParent|dbo|user table");
        row("table constraints",
            "SELECT CONSTRAINT_NAME, CONSTRAINT_TYPE FROM INFORMATION_SCHEMA.TABLE_CONSTRAINTS WHERE TABLE_NAME = 'Child' ORDER BY 1",
            "CK_C|CHECK\nFK_C|FOREIGN KEY\nPK_C|PRIMARY KEY");
        row("key columns", "SELECT CONSTRAINT_NAME, COLUMN_NAME, ORDINAL_POSITION FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE ORDER BY 1, 3",
            "FK_C|parent|1\nPK_C|id|1\nPK_P|id|1\nUQ_P|code|1");
        row("referential constraints",
            "SELECT CONSTRAINT_NAME, UNIQUE_CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE FROM INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS",
            "FK_C|PK_P|NO ACTION|CASCADE");
        row("check clauses", "SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM INFORMATION_SCHEMA.CHECK_CONSTRAINTS", "CK_C|([amount]>(0))");
        row("columns",
            "SELECT COLUMN_NAME, COLUMN_DEFAULT, DATA_TYPE, NUMERIC_PRECISION, NUMERIC_PRECISION_RADIX, NUMERIC_SCALE, DATETIME_PRECISION "
            "FROM "
            "INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = 'Child' ORDER BY ORDINAL_POSITION",
            "id|NULL|int|10|10|0|NULL\nparent|NULL|int|10|10|0|NULL\namount|((0))|decimal|10|10|2|NULL\nat|NULL|datetime2|NULL|NULL|NULL|"
            "3\n"
            "v|NULL|timestamp|NULL|NULL|NULL|NULL");
        row("types of constraints",
            "SELECT name, type, type_desc FROM sys.objects WHERE parent_object_id = OBJECT_ID('dbo.Child') ORDER BY name",
            "CK_C|C |CHECK_CONSTRAINT\nDF_C|D |DEFAULT_CONSTRAINT\nFK_C|F |FOREIGN_KEY_CONSTRAINT\nPK_C|PK|PRIMARY_KEY_CONSTRAINT");
    }
    void answers()
    {
        QFETCH(QString, sql);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(m_lab->run(sql.toStdString()).text()), expected);
    }

    // Names and types of the columns, as a driver reads them.
    void shapes_data()
    {
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("expected");
        QTest::newRow("sp_tables") << "EXEC sp_tables"
                                   << "TABLE_QUALIFIER nvarchar(128), TABLE_OWNER nvarchar(128), TABLE_NAME nvarchar(128), TABLE_TYPE "
                                      "varchar(32), REMARKS varchar(254)";
        QTest::newRow("sp_pkeys") << "EXEC sp_pkeys 'Child'"
                                  << "TABLE_QUALIFIER nvarchar(128), TABLE_OWNER nvarchar(128), TABLE_NAME nvarchar(128), COLUMN_NAME "
                                     "nvarchar(128), KEY_SEQ smallint, PK_NAME nvarchar(128)";
        QTest::newRow("sp_columns")
            << "EXEC sp_columns 'Child'"
            << "TABLE_QUALIFIER nvarchar(128), TABLE_OWNER nvarchar(128), TABLE_NAME nvarchar(128), COLUMN_NAME nvarchar(128), DATA_TYPE "
               "smallint, "
               "TYPE_NAME nvarchar(128), PRECISION int, LENGTH int, SCALE smallint, RADIX smallint, NULLABLE smallint, REMARKS "
               "varchar(254), "
               "COLUMN_DEF nvarchar(4000), SQL_DATA_TYPE smallint, SQL_DATETIME_SUB smallint, CHAR_OCTET_LENGTH int, ORDINAL_POSITION int, "
               "IS_NULLABLE varchar(254), SS_DATA_TYPE tinyint";
        QTest::newRow("sp_statistics") << "EXEC sp_statistics 'Child'"
                                       << "TABLE_QUALIFIER nvarchar(128), TABLE_OWNER nvarchar(128), TABLE_NAME nvarchar(128), NON_UNIQUE "
                                          "smallint, INDEX_QUALIFIER nvarchar(128), "
                                          "INDEX_NAME nvarchar(128), TYPE smallint, SEQ_IN_INDEX smallint, COLUMN_NAME nvarchar(128), "
                                          "COLLATION char(1), CARDINALITY int, PAGES int";
    }
    void shapes()
    {
        QFETCH(QString, sql);
        QFETCH(QString, expected);
        const Answer answer = m_lab->run(sql.toStdString());
        QCOMPARE(answer.sets.size(), std::size_t(1));
        QString text;
        for (const auto& column : answer.sets[0].shape.columns)
            text += (text.isEmpty() ? "" : ", ") + QString::fromStdString(column.name + " " + es::types::typeName(column.type));
        QCOMPARE(text, expected);
    }
};

QTEST_GUILESS_MAIN(TestEngineCatalog)
#include "tst_engine_catalog.moc"
