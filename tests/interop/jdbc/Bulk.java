import com.microsoft.sqlserver.jdbc.SQLServerBulkCSVFileRecord;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopy;
import com.microsoft.sqlserver.jdbc.SQLServerBulkCopyOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Types;
import java.util.Map;
import java.util.Properties;

/** Bulk copy: from a result, from a file, as batches of a prepared statement; into plain and encrypted columns. */
final class Bulk {
    private Bulk() {
    }

    private static void table(Connection c, String ssn, String name) throws Exception {
        Sandbox.run(c, "IF OBJECT_ID(N'dbo.JdbcBulk') IS NOT NULL DROP TABLE dbo.JdbcBulk");
        Sandbox.run(c, "CREATE TABLE dbo.JdbcBulk (n int NOT NULL, ssn char(11)" + ssn + " NOT NULL, name nvarchar(60)" + name + " NULL, pay money NULL)");
    }

    private static SQLServerBulkCopy into(Connection c, int batch) throws Exception {
        SQLServerBulkCopy bulk = new SQLServerBulkCopy(c);
        SQLServerBulkCopyOptions options = new SQLServerBulkCopyOptions();
        options.setBatchSize(batch);
        bulk.setBulkCopyOptions(options);
        bulk.setDestinationTableName("dbo.JdbcBulk");
        return bulk;
    }

    private static String copied(Connection from, Connection to) throws Exception {
        try (Statement s = from.createStatement();
                ResultSet r = s.executeQuery("SELECT EmployeeID, '900-10-' + RIGHT('000' + CAST(EmployeeID AS varchar(4)), 4) AS ssn, "
                        + "CASE WHEN EmployeeID = 7 THEN NULL ELSE N'n\u00e4me ' + CAST(EmployeeID AS nvarchar(10)) END AS name, "
                        + "CAST(EmployeeID AS money) / 4 AS pay FROM HR.Employees WHERE EmployeeID <= 900");
                SQLServerBulkCopy bulk = into(to, 400)) {
            bulk.writeToServer(r);
        }
        String seen = Sandbox.one(to, "SELECT COUNT(*) FROM dbo.JdbcBulk") + " "
                + Rows.of(to, "SELECT n, ssn, name, pay FROM dbo.JdbcBulk WHERE n IN (1, 7, 900) ORDER BY n");
        Steps.same("900 [1|900-10-0001|n\u00e4me 1|0.2500, 7|900-10-0007|NULL|1.7500, 900|900-10-0900|n\u00e4me 900|225.0000]", seen);
        return seen;
    }

    private static String fromFile(Connection c) throws Exception {
        table(c, "", "");
        Path file = Files.createTempFile("jdbc-bulk", ".csv");
        StringBuilder lines = new StringBuilder();
        for (int n = 1; n <= 500; n++)
            lines.append(n).append(",900-20-").append(String.format("%04d", n)).append(",n\u00e4me ").append(n).append(',').append(n).append(".5\n");
        Files.writeString(file, lines);
        try (SQLServerBulkCSVFileRecord record = new SQLServerBulkCSVFileRecord(file.toString(), "UTF-8", ",", false); SQLServerBulkCopy bulk = into(c, 0)) {
            record.addColumnMetadata(1, "n", Types.INTEGER, 0, 0);
            record.addColumnMetadata(2, "ssn", Types.CHAR, 11, 0);
            record.addColumnMetadata(3, "name", Types.NVARCHAR, 60, 0);
            record.addColumnMetadata(4, "pay", Types.DECIMAL, 19, 4);
            bulk.writeToServer(record);
        } finally {
            Files.delete(file);
        }
        String seen = Rows.of(c, "SELECT COUNT(*), MAX(name), SUM(pay) FROM dbo.JdbcBulk").toString();
        Steps.same("[500|n\u00e4me 99|125500.0000]", seen);
        return seen;
    }

    private static String asBatches(Sandbox sandbox) throws Exception {
        try (Connection c = sandbox.connect(Map.of("useBulkCopyForBatchInsert", "true"))) {
            table(c, "", "");
            try (PreparedStatement p = c.prepareStatement("INSERT INTO dbo.JdbcBulk (n, ssn, name, pay) VALUES (?, ?, ?, ?)")) {
                for (int n = 0; n < 500; n++) {
                    Rows.bind(p, Rows.number(n), Rows.text("900-30-" + String.format("%04d", n)), Rows.wide("n\u00e4me " + n), Rows.money("0.2500"));
                    p.addBatch();
                }
                Steps.check(p.executeBatch().length == 500, "counts");
            }
            String seen = Rows.of(c, "SELECT COUNT(*), MAX(ssn), SUM(pay) FROM dbo.JdbcBulk").toString();
            Steps.same("[500|900-30-0499|125.0000]", seen);
            return seen;
        }
    }

    static void plain(Sandbox sandbox) throws Exception {
        try (Connection from = sandbox.plain(); Connection to = sandbox.plain()) {
            Steps.step("bulk-from-a-result", () -> {
                table(to, "", "");
                return copied(from, to);
            });
            Steps.step("bulk-from-a-file", () -> fromFile(to));
            Steps.step("bulk-as-batches", () -> asBatches(sandbox));
            Steps.step("bulk-refused-and-usable", () -> {
                table(to, "", "");
                Sandbox.run(to, "CREATE UNIQUE INDEX IX_JdbcBulk ON dbo.JdbcBulk (pay)");
                return Steps.refused(0, "duplicate key", () -> {
                    try (Statement s = from.createStatement(); ResultSet r = s.executeQuery("SELECT EmployeeID, '900-10-0001', N'x', CAST(1 AS money) FROM HR.Employees");
                            SQLServerBulkCopy bulk = into(to, 0)) {
                        bulk.writeToServer(r);
                    }
                }) + "; " + Sandbox.one(to, "SELECT COUNT(*) FROM dbo.JdbcBulk") + " rows left";
            });
        }
    }

    static void encrypted(Sandbox sandbox) throws Exception {
        try (Connection from = sandbox.plain(); Connection to = sandbox.encrypted()) {
            String bin2 = " COLLATE Latin1_General_BIN2";
            Steps.step("bulk-encrypted", () -> {
                table(to, bin2 + Sandbox.encryptedWith("Deterministic", Keys.COLUMN), bin2 + Sandbox.encryptedWith("Randomized", Keys.COLUMN));
                String seen = copied(from, to);
                String cell = Sandbox.one(from, "SELECT TOP (1) ssn FROM dbo.JdbcBulk");
                Steps.check(cell.startsWith("0x01") && cell.length() == 132, "not a cell: " + cell);
                return seen;
            });
            Steps.step("bulk-of-cells", () -> { // ciphertext as such, from one table to another, without any key
                Properties p = new Properties();
                SQLServerBulkCopyOptions options = new SQLServerBulkCopyOptions();
                options.setAllowEncryptedValueModifications(true);
                Sandbox.run(to, "IF OBJECT_ID(N'dbo.JdbcBulkCopy') IS NOT NULL DROP TABLE dbo.JdbcBulkCopy");
                Sandbox.run(to, "CREATE TABLE dbo.JdbcBulkCopy (n int NOT NULL, ssn char(11)" + bin2 + Sandbox.encryptedWith("Deterministic", Keys.COLUMN) + " NOT NULL)");
                try (Connection source = sandbox.plain(); Connection target = sandbox.connect(p); Statement s = source.createStatement();
                        ResultSet r = s.executeQuery("SELECT n, ssn FROM dbo.JdbcBulk"); SQLServerBulkCopy bulk = new SQLServerBulkCopy(target)) {
                    bulk.setBulkCopyOptions(options);
                    bulk.setDestinationTableName("dbo.JdbcBulkCopy");
                    bulk.writeToServer(r);
                }
                String seen = Rows.of(to, "SELECT n, ssn FROM dbo.JdbcBulkCopy WHERE n IN (1, 900) ORDER BY n").toString();
                Steps.same("[1|900-10-0001, 900|900-10-0900]", seen);
                return seen;
            });
        }
    }
}
