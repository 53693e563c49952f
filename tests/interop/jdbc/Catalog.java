import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** What DatabaseMetaData asks the server for. */
final class Catalog {
    private Catalog() {
    }

    private interface Question {
        ResultSet ask(DatabaseMetaData m) throws Exception;
    }

    /** `columns` of every row that is asked for, sorted as they come. */
    private static void asked(DatabaseMetaData m, String name, String expected, Question question, String... columns) {
        Steps.step("catalog-" + name, () -> {
            List<String> seen = new ArrayList<>();
            try (ResultSet r = question.ask(m)) {
                while (r.next()) {
                    List<String> cells = new ArrayList<>();
                    for (String column : columns)
                        cells.add(Rows.shown(r.getObject(column)));
                    seen.add(String.join(" ", cells));
                }
            }
            Steps.check(expected.isEmpty() ? !seen.isEmpty() : seen.toString().equals(expected), "expected " + expected + ", seen " + seen);
            return seen.toString();
        });
    }

    static void all(Sandbox sandbox) throws Exception {
        try (Connection c = sandbox.plain()) {
            String database = sandbox.text("database");
            DatabaseMetaData m = c.getMetaData();
            Sandbox.run(c, "CREATE TABLE dbo.JdbcParent (id int NOT NULL CONSTRAINT PK_JdbcParent PRIMARY KEY, name nvarchar(20) NULL)");
            Sandbox.run(c, "CREATE INDEX IX_JdbcParent ON dbo.JdbcParent (name)");
            asked(m, "catalogs", "", DatabaseMetaData::getCatalogs, "TABLE_CAT");
            asked(m, "schemas", "", DatabaseMetaData::getSchemas, "TABLE_SCHEM");
            asked(m, "table-types", "[SYSTEM TABLE, TABLE, VIEW]", DatabaseMetaData::getTableTypes, "TABLE_TYPE");
            asked(m, "tables", "[dbo JdbcParent TABLE]", q -> q.getTables(database, "dbo", "JdbcParent", new String[] {"TABLE"}), "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE");
            asked(m, "columns", "[id int 10 NO, name nvarchar 20 YES]", q -> q.getColumns(database, "dbo", "JdbcParent", "%"), "COLUMN_NAME", "TYPE_NAME", "COLUMN_SIZE",
                    "IS_NULLABLE");
            asked(m, "primary-keys", "[id PK_JdbcParent]", q -> q.getPrimaryKeys(database, "dbo", "JdbcParent"), "COLUMN_NAME", "PK_NAME");
            asked(m, "indexes", "", q -> q.getIndexInfo(database, "dbo", "JdbcParent", false, true), "INDEX_NAME", "COLUMN_NAME");
            asked(m, "row-identifier", "[id]", q -> q.getBestRowIdentifier(database, "dbo", "JdbcParent", DatabaseMetaData.bestRowSession, true), "COLUMN_NAME");
            asked(m, "types", "", DatabaseMetaData::getTypeInfo, "TYPE_NAME");
            Steps.step("catalog-foreign-key", () -> {
                Sandbox.run(c, "CREATE TABLE dbo.JdbcChild (id int NOT NULL PRIMARY KEY, parent int NULL CONSTRAINT FK_JdbcChild REFERENCES dbo.JdbcParent (id))");
                return Steps.refused(547, "FK_JdbcChild", () -> Sandbox.run(c, "INSERT INTO dbo.JdbcChild (id, parent) VALUES (1, 99)"));
            });
            asked(m, "imported-keys", "[JdbcParent id JdbcChild parent FK_JdbcChild]", q -> q.getImportedKeys(database, "dbo", "JdbcChild"), "PKTABLE_NAME", "PKCOLUMN_NAME",
                    "FKTABLE_NAME", "FKCOLUMN_NAME", "FK_NAME");
            Steps.step("catalog-procedure", () -> {
                Sandbox.run(c, "CREATE PROCEDURE dbo.JdbcEcho @a int, @b nvarchar(30) OUTPUT AS SELECT @a AS a, @b AS b");
                return "made";
            });
            asked(m, "procedures", "", q -> q.getProcedures(database, "dbo", "JdbcEcho"), "PROCEDURE_NAME");
            asked(m, "procedure-columns", "", q -> q.getProcedureColumns(database, "dbo", "JdbcEcho", "%"), "COLUMN_NAME", "TYPE_NAME");
        }
    }
}
