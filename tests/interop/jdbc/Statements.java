import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.sql.BatchUpdateException;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Direct and prepared execution, parameters, several results, errors, cancel, large values. */
final class Statements {
    private Statements() {
    }

    private static String direct(Connection c) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT TOP (2) EmployeeID, SSN, FirstName, LastName, Salary FROM HR.Employees ORDER BY EmployeeID")) {
            List<String> seen = Rows.rest(r);
            Steps.check(seen.size() == 2 && seen.get(0).startsWith("1|"), seen);
            return seen.toString();
        }
    }

    /** `method`: how the driver prepares (sp_prepexec, sp_prepare, or not at all). */
    private static String prepared(Sandbox sandbox, String method) throws Exception {
        try (SQLServerConnection c = sandbox.connect(Map.of("prepareMethod", method, "enablePrepareOnFirstPreparedStatementCall", "true"));
                PreparedStatement p = c.prepareStatement("SELECT COUNT(*) FROM HR.Employees WHERE EmployeeID BETWEEN ? AND ?")) {
            List<String> seen = new ArrayList<>();
            for (int last : new int[] {10, 20, 30}) {
                Rows.bind(p, Rows.number(1), Rows.number(last));
                try (ResultSet r = p.executeQuery()) {
                    seen.addAll(Rows.rest(r));
                }
            }
            Steps.same(List.of("10", "20", "30"), seen);
            return seen.toString();
        }
    }

    /** What the driver asks about a statement that has not run: columns, and the type of its parameter. */
    static String described(Connection c, String sql, String expected) throws SQLException {
        try (PreparedStatement p = c.prepareStatement(sql)) {
            List<String> seen = new ArrayList<>();
            for (int i = 1; i <= p.getMetaData().getColumnCount(); i++)
                seen.add(p.getMetaData().getColumnName(i) + " " + p.getMetaData().getColumnTypeName(i) + "(" + p.getMetaData().getPrecision(i) + ")");
            seen.add("? " + p.getParameterMetaData().getParameterTypeName(1));
            Steps.same(expected, seen.toString());
            return seen.toString();
        }
    }

    private static String outputs(Connection c) throws SQLException {
        Sandbox.run(c, "IF OBJECT_ID(N'dbo.JdbcOut') IS NOT NULL DROP PROCEDURE dbo.JdbcOut");
        Sandbox.run(c, "CREATE PROCEDURE dbo.JdbcOut @in int, @twice int OUTPUT, @text nvarchar(30) OUTPUT AS BEGIN SELECT @in AS seen; "
                + "SET @twice = @in * 2; SET @text = @text + N' and back'; RETURN 7; END");
        try (CallableStatement s = c.prepareCall("{? = call dbo.JdbcOut(?, ?, ?)}")) {
            s.registerOutParameter(1, Types.INTEGER);
            s.setInt(2, 21);
            s.registerOutParameter(3, Types.INTEGER);
            s.setNString(4, "there");
            s.registerOutParameter(4, Types.NVARCHAR);
            Steps.check(s.execute(), "no result set");
            try (ResultSet r = s.getResultSet()) {
                Steps.same(List.of("21"), Rows.rest(r));
            }
            String seen = s.getInt(1) + " " + s.getInt(3) + " " + s.getNString(4);
            Steps.same("7 42 there and back", seen);
            return seen;
        }
    }

    private static String outputNull(Connection c) throws SQLException {
        try (CallableStatement s = c.prepareCall("{call dbo.JdbcOut(?, ?, ?)}")) {
            s.setNull(1, Types.INTEGER);
            s.registerOutParameter(2, Types.INTEGER);
            s.setNString(3, null);
            s.registerOutParameter(3, Types.NVARCHAR);
            s.execute();
            s.getInt(2);
            Steps.check(s.wasNull() && s.getNString(3) == null, "not NULL");
            return "NULL, NULL";
        }
    }

    private static String severalResults(Connection c) throws SQLException {
        Sandbox.run(c, "IF OBJECT_ID(N'dbo.JdbcSeveral') IS NOT NULL DROP TABLE dbo.JdbcSeveral");
        Sandbox.run(c, "CREATE TABLE dbo.JdbcSeveral (n int NOT NULL PRIMARY KEY, t nvarchar(40) NULL)");
        List<String> seen = new ArrayList<>();
        try (Statement s = c.createStatement()) {
            boolean rows = s.execute("SELECT 1 AS a; INSERT INTO dbo.JdbcSeveral (n) VALUES (1), (2); SELECT 2 AS b UNION ALL SELECT 3; "
                    + "UPDATE dbo.JdbcSeveral SET t = N'x' WHERE n = 2");
            while (rows || s.getUpdateCount() != -1) {
                seen.add(rows ? Rows.rest(s.getResultSet()).toString() : "n=" + s.getUpdateCount());
                rows = s.getMoreResults();
            }
        }
        Steps.same("[[1], n=2, [2, 3], n=1]", seen.toString());
        return seen.toString();
    }

    private static String errorInTheMiddle(Connection c) throws Exception {
        try (Statement s = c.createStatement()) {
            Steps.check(s.execute("SELECT 1; SELECT 1 / 0; SELECT 2"), "the first result");
            Steps.same(List.of("1"), Rows.rest(s.getResultSet()));
            String said = Steps.refused(8134, "", () -> {
                if (s.getMoreResults())
                    Rows.rest(s.getResultSet());
            });
            Steps.check(s.getMoreResults(), "nothing after the error");
            Steps.same(List.of("2"), Rows.rest(s.getResultSet()));
            return said;
        }
    }

    private static String messages(Connection c) throws SQLException {
        try (Statement s = c.createStatement()) {
            s.execute("PRINT N'said by PRINT'; RAISERROR(N'said by RAISERROR', 5, 1); SELECT 1");
            List<String> seen = new ArrayList<>();
            for (SQLException w = s.getWarnings(); w != null; w = w.getNextException())
                seen.add(w.getMessage());
            Steps.same(List.of("said by PRINT", "said by RAISERROR"), seen);
            return seen.toString();
        }
    }

    private static String batches(Connection c) throws SQLException {
        try (Statement s = c.createStatement()) {
            s.addBatch("INSERT INTO dbo.JdbcSeveral (n) VALUES (10)");
            s.addBatch("UPDATE dbo.JdbcSeveral SET t = N'y'");
            Steps.same("[1, 3]", Arrays.toString(s.executeBatch()));
        }
        try (PreparedStatement p = c.prepareStatement("INSERT INTO dbo.JdbcSeveral (n, t) VALUES (?, ?)")) {
            for (int n = 20; n < 120; n++) {
                Rows.bind(p, Rows.number(n), Rows.wide("row " + n));
                p.addBatch();
            }
            Steps.check(p.executeBatch().length == 100, "counts");
            Rows.bind(p, Rows.number(200), Rows.wide("new"));
            p.addBatch();
            Rows.bind(p, Rows.number(20), Rows.wide("there already"));
            p.addBatch();
            try {
                p.executeBatch();
                throw new IllegalStateException("no error for a key that is there");
            } catch (BatchUpdateException e) {
                Steps.check(e.getErrorCode() == 2627 && e.getUpdateCounts()[0] == 1, e.getErrorCode() + " " + Arrays.toString(e.getUpdateCounts()));
            }
        }
        return Sandbox.one(c, "SELECT COUNT(*) FROM dbo.JdbcSeveral") + " rows; 2627 in the middle of a batch";
    }

    private static String generatedKeys(Connection c) throws SQLException {
        Sandbox.run(c, "IF OBJECT_ID(N'dbo.JdbcIdentity') IS NOT NULL DROP TABLE dbo.JdbcIdentity");
        Sandbox.run(c, "CREATE TABLE dbo.JdbcIdentity (id int IDENTITY(100, 5) PRIMARY KEY, t nvarchar(10) NULL)");
        try (PreparedStatement p = c.prepareStatement("INSERT INTO dbo.JdbcIdentity (t) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            List<String> seen = new ArrayList<>();
            for (String t : new String[] {"a", "b"}) {
                Rows.bind(p, Rows.wide(t));
                p.executeUpdate();
                try (ResultSet r = p.getGeneratedKeys()) {
                    seen.addAll(Rows.rest(r));
                }
            }
            Steps.same(List.of("100", "105"), seen);
            return seen.toString();
        }
    }

    private static String cancelled(Connection c, String sql, int timeoutSeconds) throws Exception {
        try (Statement s = c.createStatement()) {
            long started = System.nanoTime();
            Thread other = new Thread(() -> {
                try {
                    Thread.sleep(700);
                    s.cancel();
                } catch (Exception e) { // the statement ended before; the step sees that itself
                    System.out.println("   cancel: " + e.getMessage());
                }
            });
            if (timeoutSeconds > 0)
                s.setQueryTimeout(timeoutSeconds);
            else
                other.start();
            String said = Steps.refused(0, timeoutSeconds > 0 ? "timed out" : "cancel", () -> {
                if (s.execute(sql))
                    Rows.rest(s.getResultSet());
            });
            other.join();
            long ms = (System.nanoTime() - started) / 1_000_000;
            Steps.check(ms < 9000, "took " + ms + " ms");
            Steps.same("5", Sandbox.one(c, "SELECT 5"));
            return said + "; connection usable";
        }
    }

    private static String large(Connection c, String options) throws Exception {
        Sandbox.run(c, "IF OBJECT_ID(N'dbo.JdbcLarge') IS NOT NULL DROP TABLE dbo.JdbcLarge");
        Sandbox.run(c, "CREATE TABLE dbo.JdbcLarge (n int, t nvarchar(max)" + options.replace("#", " COLLATE Latin1_General_BIN2") + " NULL, b varbinary(max)"
                + options.replace("#", "") + " NULL)");
        String text = "a\u00e4\u6f22z".repeat(250_000);
        byte[] bytes = new byte[2_000_000];
        for (int i = 0; i < bytes.length; i++)
            bytes[i] = (byte) (i * 31 + i / 977);
        try (PreparedStatement p = c.prepareStatement("INSERT INTO dbo.JdbcLarge (n, t, b) VALUES (1, ?, ?)")) {
            if (options.isEmpty()) {
                p.setNCharacterStream(1, new StringReader(text), text.length());
                p.setBinaryStream(2, new ByteArrayInputStream(bytes), bytes.length);
            } else { // the driver knows no streams for encrypted columns
                p.setNString(1, text);
                p.setBytes(2, bytes);
            }
            p.executeUpdate();
        }
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("SELECT t, b FROM dbo.JdbcLarge")) {
            Steps.check(r.next(), "no row");
            if (options.isEmpty()) {
                StringBuilder seen = new StringBuilder();
                char[] piece = new char[30_001];
                try (Reader in = r.getNCharacterStream(1)) {
                    for (int n; (n = in.read(piece)) > 0;)
                        seen.append(piece, 0, n);
                }
                Steps.check(seen.toString().equals(text), seen.length() + " characters of " + text.length());
                try (InputStream in = r.getBinaryStream(2)) {
                    Steps.check(Arrays.equals(in.readAllBytes(), bytes), "bytes differ");
                }
            } else {
                Steps.check(r.getNString(1).equals(text) && Arrays.equals(r.getBytes(2), bytes), "the values differ");
            }
        }
        return text.length() + " characters and " + bytes.length + " bytes, there and back";
    }

    static String largeEncrypted(Connection c) throws Exception {
        return large(c, "#" + Sandbox.encryptedWith("Randomized", Keys.COLUMN));
    }

    /** A server cursor: rows forwards and backwards. */
    private static String scrolled(Connection c) throws SQLException {
        try (Statement s = c.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
                ResultSet r = s.executeQuery("SELECT EmployeeID FROM HR.Employees WHERE EmployeeID <= 200 ORDER BY EmployeeID")) {
            List<Integer> seen = new ArrayList<>();
            Steps.check(r.last(), "last");
            seen.add(r.getInt(1));
            Steps.check(r.previous() && r.first() && r.absolute(5), "moving");
            seen.add(r.getInt(1));
            Steps.same("[200, 5]", seen.toString());
            return seen.toString();
        }
    }

    static void all(Sandbox sandbox) throws Exception {
        Steps.step("login", () -> {
            try (Connection c = sandbox.plain()) {
                return c.getMetaData().getDatabaseProductVersion() + " through " + c.getMetaData().getDriverVersion();
            }
        });
        Steps.step("login-wrong-password", () -> Steps.refused(18456, "", () -> sandbox.connect(Map.of("password", "no")).close()));
        Steps.step("login-unknown-database", () -> Steps.refused(4060, "", () -> sandbox.connect(Map.of("databaseName", "Nowhere")).close()));
        try (SQLServerConnection c = sandbox.plain()) {
            Steps.step("direct", () -> direct(c));
            for (String method : new String[] {"prepexec", "prepare", "none"})
                Steps.step("prepared-" + method, () -> prepared(sandbox, method));
            Steps.step("described", () -> described(c, "SELECT EmployeeID, FirstName FROM HR.Employees WHERE LastName = ?",
                    "[EmployeeID int(10), FirstName nvarchar(50), ? nvarchar]"));
            Steps.step("output-parameters", () -> outputs(c));
            Steps.step("output-null", () -> outputNull(c));
            Steps.step("several-results", () -> severalResults(c));
            Steps.step("error-in-the-middle", () -> errorInTheMiddle(c));
            Steps.step("messages", () -> messages(c));
            Steps.step("batches", () -> batches(c));
            Steps.step("generated-keys", () -> generatedKeys(c));
            Steps.step("error-no-table", () -> Steps.refused(208, "", () -> Sandbox.run(c, "SELECT * FROM dbo.Nothing")));
            Steps.step("error-duplicate", () -> Steps.refused(2627, "", () -> Sandbox.run(c, "INSERT INTO dbo.JdbcSeveral (n) VALUES (1)")));
            Steps.step("error-conversion", () -> Steps.refused(245, "", () -> Sandbox.one(c, "SELECT CAST('x' AS int)")));
            Steps.step("error-truncation", () -> Steps.refused(2628, "",
                    () -> Sandbox.run(c, "INSERT INTO dbo.JdbcSeveral (n, t) VALUES (900, REPLICATE(N'x', 41))")));
            Steps.step("cancel", () -> cancelled(c, "WAITFOR DELAY '00:00:20'", 0));
            Steps.step("cancel-while-computing", () -> cancelled(c, "SELECT COUNT(*) FROM HR.Employees AS a CROSS JOIN HR.Employees AS b "
                    + "CROSS JOIN HR.Employees AS c WHERE a.LastName < b.LastName", 0));
            Steps.step("query-timeout", () -> cancelled(c, "WAITFOR DELAY '00:00:20'", 1));
            Steps.step("large", () -> large(c, ""));
            Steps.step("scrolled", () -> scrolled(c));
        }
    }
}
