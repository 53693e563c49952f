import com.microsoft.sqlserver.jdbc.SQLServerCallableStatement;
import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import com.microsoft.sqlserver.jdbc.SQLServerPreparedStatement;
import com.microsoft.sqlserver.jdbc.SQLServerStatementColumnEncryptionSetting;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;

/** Always Encrypted without any enclave: reading, inserting, updating, equality on deterministic columns; what must be refused. */
final class Encrypted {
    private static final String BIN2 = " COLLATE Latin1_General_BIN2";

    private Encrypted() {
    }

    private static String inserted(Connection c) throws Exception {
        Sandbox.run(c, "CREATE TABLE dbo.JdbcPeople (id int NOT NULL PRIMARY KEY, ssn char(11)" + BIN2 + Sandbox.encryptedWith("Deterministic", Keys.COLUMN)
                + " NOT NULL, name nvarchar(40)" + BIN2 + Sandbox.encryptedWith("Randomized", Keys.COLUMN) + " NULL, born date"
                + Sandbox.encryptedWith("Randomized", Keys.COLUMN) + " NULL, pay money" + Sandbox.encryptedWith("Deterministic", Keys.COLUMN) + " NULL)");
        try (SQLServerPreparedStatement p = (SQLServerPreparedStatement) c.prepareStatement("INSERT INTO dbo.JdbcPeople (id, ssn, name, born, pay) VALUES (?, ?, ?, ?, ?)")) {
            for (int i = 0; i < 20; i++) {
                p.setInt(1, i);
                p.setString(2, "900-10-000" + i % 10);
                if (i == 11)
                    p.setNull(3, java.sql.Types.NVARCHAR);
                else
                    p.setNString(3, "Gr\u00e4ce " + i);
                p.setDate(4, Date.valueOf("1980-01-" + (10 + i)));
                p.setMoney(5, new BigDecimal(50000 + i + ".2500"));
                Steps.check(p.executeUpdate() == 1, "row count");
            }
        }
        return "20 rows";
    }

    private static final Rows.Parameter SSN3 = Rows.text("900-10-0003");

    private static void queries(Connection c, Connection server) {
        Steps.step("ae-described", () -> Statements.described(c, "SELECT id, ssn, name, born, pay FROM dbo.JdbcPeople WHERE ssn = ?",
                "[id int(10), ssn char(11), name nvarchar(40), born date(10), pay money(19), ? char]"));
        Steps.step("ae-read", () -> {
            String seen = Rows.of(c, "SELECT id, ssn, name, born, pay FROM dbo.JdbcPeople WHERE id IN (7, 11) ORDER BY id").toString();
            Steps.same("[7|900-10-0007|Gr\u00e4ce 7|1980-01-17|50007.2500, 11|900-10-0001|NULL|1980-01-21|50011.2500]", seen);
            return seen;
        });
        Steps.step("ae-cells-on-the-server", () -> {
            List<String> seen = Rows.of(server, "SELECT ssn, name FROM dbo.JdbcPeople WHERE id IN (3, 13) ORDER BY id");
            String[] a = seen.get(0).split("\\|");
            String[] b = seen.get(1).split("\\|");
            Steps.check(a[0].equals(b[0]) && !a[1].equals(b[1]) && a[0].length() == 132, seen);
            return "equal where deterministic, unequal where randomized";
        });
        Steps.step("ae-equality", () -> {
            String seen = Rows.of(c, "SELECT id FROM dbo.JdbcPeople WHERE ssn = ? ORDER BY id", SSN3).toString();
            Steps.same("[3, 13]", seen);
            return seen;
        });
        Steps.step("ae-in-and-money", () -> {
            String seen = Rows.of(c, "SELECT id FROM dbo.JdbcPeople WHERE ssn IN (?, ?) OR pay = ? ORDER BY id", SSN3, Rows.text("900-10-0004"), Rows.money("50009.2500")).toString();
            Steps.same("[3, 4, 9, 13, 14]", seen);
            return seen;
        });
        Steps.step("ae-group-by-deterministic", () -> {
            List<String> seen = Rows.of(c, "SELECT ssn, COUNT(*) FROM dbo.JdbcPeople GROUP BY ssn");
            Steps.check(seen.size() == 10 && seen.contains("900-10-0003|2"), seen);
            return seen.size() + " groups";
        });
        Steps.step("ae-join-deterministic", () -> {
            String seen = Rows.of(c, "SELECT a.id, b.id FROM dbo.JdbcPeople AS a JOIN dbo.JdbcPeople AS b ON a.ssn = b.ssn WHERE a.id < b.id AND a.id < 2 ORDER BY a.id").toString();
            Steps.same("[0|10, 1|11]", seen);
            return seen;
        });
        Steps.step("ae-update", () -> {
            int n = Rows.update(c, "UPDATE dbo.JdbcPeople SET name = ?, pay = ? WHERE ssn = ?", Rows.wide("Ch\u00e4nged"), Rows.money("1.0000"), SSN3);
            String seen = n + " " + Rows.of(c, "SELECT name, pay FROM dbo.JdbcPeople WHERE id = 13");
            Steps.same("2 [Ch\u00e4nged|1.0000]", seen);
            return seen;
        });
        Steps.step("ae-batch", () -> {
            try (PreparedStatement p = c.prepareStatement("INSERT INTO dbo.JdbcPeople (id, ssn) VALUES (?, ?)")) {
                for (int i = 100; i < 150; i++) {
                    Rows.bind(p, Rows.number(i), Rows.text("900-11-0" + i));
                    p.addBatch();
                }
                p.executeBatch();
            }
            String seen = Rows.of(c, "SELECT id FROM dbo.JdbcPeople WHERE ssn = ?", Rows.text("900-11-0149")).toString();
            Steps.same("[149]", seen);
            return "50 rows; " + seen;
        });
        Steps.step("ae-delete", () -> {
            int n = Rows.update(c, "DELETE FROM dbo.JdbcPeople WHERE ssn = ?", Rows.text("900-11-0149"));
            Steps.check(n == 1, n);
            return "one row";
        });
    }

    private static String procedure(Connection c) throws Exception {
        Sandbox.run(c, "CREATE PROCEDURE dbo.JdbcFind @ssn char(11), @name nvarchar(40) OUTPUT AS SELECT @name = name FROM dbo.JdbcPeople WHERE ssn = @ssn AND id < 10");
        try (SQLServerCallableStatement s = (SQLServerCallableStatement) c.prepareCall("{call dbo.JdbcFind(?, ?)}")) {
            s.setString(1, "900-10-0008");
            s.registerOutParameter(2, java.sql.Types.NVARCHAR, 40, 0);
            s.execute();
            Steps.same("Gr\u00e4ce 8", s.getNString(2));
            return s.getNString(2);
        }
    }

    private static void refusals(SQLServerConnection c) {
        Steps.step("ae-literal-refused", () -> Steps.refused(206, "", () -> Sandbox.one(c, "SELECT id FROM dbo.JdbcPeople WHERE ssn = '900-10-0003'")));
        Steps.step("ae-randomized-comparison-refused", () -> Steps.refused(0, "", () -> Rows.of(c, "SELECT id FROM dbo.JdbcPeople WHERE name = ?", Rows.wide("x"))));
        Steps.step("ae-range-on-deterministic-refused", () -> Steps.refused(0, "", () -> Rows.of(c, "SELECT id FROM dbo.JdbcPeople WHERE ssn > ?", SSN3)));
        Steps.step("ae-other-type-refused", () -> Steps.refused(402, "", () -> Rows.of(c, "SELECT id FROM dbo.JdbcPeople WHERE ssn = ?", Rows.number(5))));
        Steps.step("ae-force-encryption", () -> Steps.refused(0, "Force Encryption", () -> {
            try (SQLServerPreparedStatement p = (SQLServerPreparedStatement) c.prepareStatement("SELECT id FROM dbo.JdbcPeople WHERE id = ?")) {
                p.setInt(1, 7, true);
                p.executeQuery().close();
            }
        }));
        Steps.step("ae-results-only", () -> {
            try (PreparedStatement p = c.prepareStatement("SELECT ssn FROM dbo.JdbcPeople WHERE id = ?", ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY,
                    c.getHoldability(), SQLServerStatementColumnEncryptionSetting.RESULTSET_ONLY)) {
                p.setInt(1, 7);
                try (ResultSet r = p.executeQuery()) {
                    Steps.same(List.of("900-10-0007"), Rows.rest(r));
                }
            }
            return "decrypted without describing parameters";
        });
        Steps.step("ae-disabled-for-a-statement", () -> {
            try (PreparedStatement p = c.prepareStatement("SELECT ssn FROM dbo.JdbcPeople WHERE id = ?", ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY,
                    c.getHoldability(), SQLServerStatementColumnEncryptionSetting.DISABLED)) {
                p.setInt(1, 7);
                try (ResultSet r = p.executeQuery()) {
                    String cell = Rows.rest(r).get(0);
                    Steps.check(cell.startsWith("0x01"), cell);
                    return "a cell";
                }
            }
        });
    }

    static void all(Sandbox sandbox) throws Exception {
        try (SQLServerConnection c = sandbox.encrypted(); Connection server = sandbox.plain()) {
            Steps.step("ae-insert", () -> inserted(c));
            queries(c, server);
            Steps.step("ae-procedure-output", () -> procedure(c));
            refusals(c);
            Stale.metadata(sandbox);
            Steps.step("ae-large", () -> Statements.largeEncrypted(c));
        }
    }
}
