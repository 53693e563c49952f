import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import java.sql.Connection;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/** Transactions, savepoints, isolation levels, as the driver's calls make them. */
final class Transactions {
    private Transactions() {
    }

    private static void insert(Connection c, int n) throws Exception {
        Rows.update(c, "INSERT INTO dbo.JdbcT (n) VALUES (?)", Rows.number(n));
    }

    private static String committed(Connection other) throws Exception {
        return Rows.of(other, "SELECT n FROM dbo.JdbcT ORDER BY n").toString();
    }

    private static String both(Connection c, Connection other) throws Exception {
        insert(c, 1);
        c.rollback();
        Steps.same("[]", committed(other));
        insert(c, 2);
        c.commit();
        Steps.same("[2]", committed(other));
        return "rolled back, committed";
    }

    private static String savepoints(Connection c, Connection other) throws Exception {
        insert(c, 10);
        Savepoint named = c.setSavepoint("S1");
        insert(c, 11);
        Savepoint unnamed = c.setSavepoint();
        insert(c, 12);
        c.rollback(unnamed);
        insert(c, 13);
        c.rollback(named);
        insert(c, 14);
        c.commit();
        Steps.same("[2, 10, 14]", committed(other));
        return "two savepoints: " + committed(other);
    }

    private static String levels(SQLServerConnection c) throws Exception {
        List<String> seen = new ArrayList<>();
        int[] levels = {Connection.TRANSACTION_READ_UNCOMMITTED, Connection.TRANSACTION_READ_COMMITTED, Connection.TRANSACTION_REPEATABLE_READ,
                Connection.TRANSACTION_SERIALIZABLE, SQLServerConnection.TRANSACTION_SNAPSHOT};
        for (int level : levels) {
            c.setTransactionIsolation(level);
            seen.add(Sandbox.one(c, "SELECT transaction_isolation_level FROM sys.dm_exec_sessions WHERE session_id = @@SPID"));
        }
        c.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        Steps.same("[1, 2, 3, 4, 5]", seen.toString());
        return seen.toString();
    }

    /** An error inside a transaction leaves it open, and what was done before it can be committed. */
    private static String error(Connection c, Connection other) throws Exception {
        insert(c, 20);
        Steps.refused(8134, "", () -> Sandbox.one(c, "SELECT 1 / 0"));
        Steps.same("1", Sandbox.one(c, "SELECT @@TRANCOUNT"));
        c.commit();
        Steps.check(committed(other).contains("20"), committed(other));
        return "8134, then committed";
    }

    static void all(Sandbox sandbox) throws Exception {
        try (SQLServerConnection c = sandbox.plain(); Connection other = sandbox.plain()) {
            Sandbox.run(c, "CREATE TABLE dbo.JdbcT (n int NOT NULL)");
            c.setAutoCommit(false);
            Steps.step("transactions", () -> both(c, other));
            Steps.step("savepoints", () -> savepoints(c, other));
            Steps.step("error-in-a-transaction", () -> error(c, other));
            c.setAutoCommit(true);
            Steps.step("isolation-levels", () -> levels(c));
            Steps.step("delayed-durability", () -> {
                try (SQLServerConnection d = sandbox.plain()) {
                    d.setAutoCommit(false);
                    insert(d, 30);
                    d.commit(true);
                }
                Steps.check(committed(other).contains("30"), committed(other));
                return committed(other);
            });
        }
    }
}
