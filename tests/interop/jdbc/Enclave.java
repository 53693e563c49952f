import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** With the enclave: rich queries over randomized columns, encryption in place, stale metadata; cells shared with the studio. */
final class Enclave {
    private static final String BIN2 = " COLLATE Latin1_General_BIN2";
    private static final Rows.Parameter[] NONE = {};

    private Enclave() {
    }

    private static String filled(Connection c) throws Exception {
        String randomized = Sandbox.encryptedWith("Randomized", Keys.COLUMN);
        Sandbox.run(c, "IF OBJECT_ID(N'dbo.JdbcRich') IS NOT NULL DROP TABLE dbo.JdbcRich");
        Sandbox.run(c, "CREATE TABLE dbo.JdbcRich (id int NOT NULL PRIMARY KEY, name nvarchar(40)" + BIN2 + randomized + " NULL, number int" + randomized
                + " NULL, pay money" + randomized + " NULL, plain nvarchar(40)" + BIN2 + " NULL)");
        try (PreparedStatement p = c.prepareStatement("INSERT INTO dbo.JdbcRich (id, name, number, pay, plain) VALUES (?, ?, ?, ?, ?)")) {
            for (int i = 0; i < 60; i++) {
                String text = (char) ('a' + i % 7) + "-" + i % 4;
                Rows.bind(p, Rows.number(i), Rows.wide(text), Rows.number(i * 37 % 60 - 30), Rows.money(i % 10 + ".5000"), Rows.wide(text));
                p.addBatch();
            }
            p.executeBatch();
        }
        return "60 rows";
    }

    /** The enclave's answer must be that of the same query over a plaintext column beside it. `sql`: NAME stands for the column. */
    private static void asPlain(Connection c, String step, String sql, Rows.Parameter... parameters) {
        Steps.step("enclave-" + step, () -> {
            List<String> enclave = Rows.of(c, sql.replace("NAME", "name"), parameters);
            List<String> plain = Rows.of(c, sql.replace("NAME", "plain"), parameters);
            Steps.check(!plain.isEmpty() && enclave.equals(plain), "enclave: " + enclave + "; plain: " + plain);
            return enclave.size() + " rows, as without encryption: " + enclave;
        });
    }

    private static void richQueries(Connection c) {
        asPlain(c, "like", "SELECT id, NAME FROM dbo.JdbcRich WHERE NAME LIKE ? ORDER BY id", Rows.wide("c-[12]%"));
        asPlain(c, "not-like", "SELECT COUNT(*) FROM dbo.JdbcRich WHERE NAME NOT LIKE ?", Rows.wide("%-1"));
        asPlain(c, "equality", "SELECT id FROM dbo.JdbcRich WHERE NAME = ? ORDER BY id", Rows.wide("c-2"));
        asPlain(c, "unequal", "SELECT COUNT(*) FROM dbo.JdbcRich WHERE NAME <> ?", Rows.wide("c-2"));
        asPlain(c, "range", "SELECT id FROM dbo.JdbcRich WHERE NAME > ? AND NAME <= ? ORDER BY id", Rows.wide("b"), Rows.wide("d-1"));
        asPlain(c, "between", "SELECT id FROM dbo.JdbcRich WHERE NAME BETWEEN ? AND ? ORDER BY id", Rows.wide("b"), Rows.wide("d"));
        asPlain(c, "in", "SELECT id FROM dbo.JdbcRich WHERE NAME IN (?, ?, ?) ORDER BY id", Rows.wide("a-0"), Rows.wide("b-1"), Rows.wide("none"));
        asPlain(c, "order-by", "SELECT NAME, id FROM dbo.JdbcRich ORDER BY NAME DESC, id", NONE);
        asPlain(c, "group-by", "SELECT NAME, COUNT(*) AS n FROM dbo.JdbcRich GROUP BY NAME ORDER BY NAME", NONE);
        asPlain(c, "distinct", "SELECT DISTINCT NAME FROM dbo.JdbcRich ORDER BY NAME", NONE);
        asPlain(c, "join", "SELECT a.id, b.id FROM dbo.JdbcRich AS a JOIN dbo.JdbcRich AS b ON a.NAME = b.NAME WHERE a.id < b.id ORDER BY a.id, b.id", NONE);
        Steps.step("enclave-numbers", () -> {
            String seen = Rows.of(c, "SELECT id FROM dbo.JdbcRich WHERE number > ? AND number <= ? ORDER BY number", Rows.number(-28), Rows.number(-25)).toString();
            Steps.same("[39, 52, 5]", seen);
            return seen;
        });
        Steps.step("enclave-money", () -> {
            String seen = Rows.of(c, "SELECT COUNT(*) FROM dbo.JdbcRich WHERE pay BETWEEN ? AND ?", Rows.money("4.0000"), Rows.money("6.5000")).toString();
            Steps.same("[18]", seen);
            return seen;
        });
        Steps.step("enclave-update-where", () -> {
            int n = Rows.update(c, "UPDATE dbo.JdbcRich SET number = ? WHERE name LIKE ?", Rows.number(1000), Rows.wide("g-%"));
            String seen = Rows.of(c, "SELECT COUNT(*) FROM dbo.JdbcRich WHERE number = ?", Rows.number(1000)).toString();
            Steps.same("[" + n + "]", seen);
            return n + " rows";
        });
        Steps.step("enclave-index", () -> {
            Sandbox.run(c, "CREATE NONCLUSTERED INDEX IX_JdbcRich ON dbo.JdbcRich (name)");
            String sql = "SELECT id FROM dbo.JdbcRich WHERE NAME >= ? AND NAME < ? ORDER BY id";
            List<String> enclave = Rows.of(c, sql.replace("NAME", "name"), Rows.wide("b"), Rows.wide("c"));
            Steps.same(Rows.of(c, sql.replace("NAME", "plain"), Rows.wide("b"), Rows.wide("c")), enclave);
            Sandbox.run(c, "DROP INDEX IX_JdbcRich ON dbo.JdbcRich");
            return enclave.toString();
        });
    }

    private static final String ALTER = "ALTER TABLE dbo.JdbcRich ALTER COLUMN plain nvarchar(40)" + BIN2;

    private static String altered(Connection c, Connection server) throws Exception {
        String sql = "SELECT plain FROM dbo.JdbcRich WHERE id = 1";
        String before = Sandbox.one(c, sql);
        Sandbox.run(c, ALTER + Sandbox.encryptedWith("Randomized", Keys.COLUMN) + " NULL");
        String first = Sandbox.one(server, sql);
        Steps.check(first.startsWith("0x01") && first.length() == 132, "not a cell: " + first);
        Steps.same(before, Sandbox.one(c, sql));
        Sandbox.run(c, ALTER + Sandbox.encryptedWith("Randomized", Keys.COLUMN2) + " NULL");
        Steps.check(!first.equals(Sandbox.one(server, sql)), "the cell is the same after re-encryption");
        Steps.same(before, Sandbox.one(c, sql));
        Steps.check(!Rows.of(c, "SELECT id FROM dbo.JdbcRich WHERE plain LIKE ?", Rows.wide("a-%")).isEmpty(), "LIKE under the other key");
        Sandbox.run(c, ALTER + Sandbox.encryptedWith("Deterministic", Keys.COLUMN) + " NULL");
        Steps.check(Sandbox.one(server, sql).startsWith("0x01"), "deterministic");
        Sandbox.run(c, ALTER + " NULL");
        Steps.same(before, Sandbox.one(server, sql));
        return "encrypted, re-encrypted with another key, made deterministic, decrypted; " + before;
    }

    /** Prepared while the column was plain; another client encrypts it in between: the driver's metadata are stale (33514). */
    private static String staleMetadata(Connection c, Sandbox sandbox) throws Exception {
        try (PreparedStatement p = c.prepareStatement("SELECT id FROM dbo.JdbcRich WHERE plain = ? ORDER BY id"); SQLServerConnection other = sandbox.enclave()) {
            List<String> before = again(p);
            Steps.same(before, again(p));
            Sandbox.run(other, ALTER + Sandbox.encryptedWith("Randomized", Keys.COLUMN) + " NULL");
            String note = "";
            List<String> after = List.of();
            for (int attempt = 1; attempt <= 2 && after.isEmpty(); attempt++) {
                try {
                    after = again(p);
                } catch (SQLException e) {
                    note = "; first attempt: " + e.getErrorCode() + " " + e.getMessage();
                }
            }
            Sandbox.run(other, ALTER + " NULL");
            Steps.check(after.equals(before) && !before.isEmpty(), before + " then " + after + note);
            return before + note;
        }
    }

    private static List<String> again(PreparedStatement p) throws SQLException {
        p.setNString(1, "a-0");
        try (ResultSet r = p.executeQuery()) {
            return Rows.rest(r);
        }
    }

    private static String shared(Connection c) throws Exception {
        int n = Rows.update(c, "INSERT INTO HR.Employees (SSN, FirstName, LastName, Salary) VALUES (?, ?, ?, ?)", Rows.text("900-10-2030"), Rows.wide("Gr\u00e4ce"),
                Rows.wide("Written-By-JDBC"), Rows.money("61234.5678"));
        Steps.check(n == 1, "not one row");
        String ours = Rows.of(c, "SELECT SSN, Salary FROM HR.Employees WHERE LastName = ?", Rows.wide("Written-By-Studio")).toString();
        Steps.same("[900-40-5060|71234.5600]", ours);
        int like = Rows.of(c, "SELECT EmployeeID FROM HR.Employees WHERE SSN LIKE ?", Rows.text("900-%")).size();
        Steps.check(like >= 2, "LIKE finds " + like);
        return "one row written; the studio's: " + ours;
    }

    static void all(Sandbox sandbox) throws Exception {
        try (SQLServerConnection c = sandbox.enclave(); Connection server = sandbox.plain()) {
            Steps.step("enclave-insert", () -> filled(c));
            richQueries(c);
            Steps.step("enclave-alter", () -> altered(c, server));
            Steps.step("enclave-stale-metadata", () -> staleMetadata(c, sandbox));
            Steps.step("enclave-shared-with-the-studio", () -> shared(c));
        }
    }
}
