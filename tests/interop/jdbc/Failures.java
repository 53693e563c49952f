import com.microsoft.sqlserver.jdbc.SQLServerColumnEncryptionJavaKeyStoreProvider;
import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** A key rotated under a running client, a lost enclave; no key, a wrong key, an altered cell, no enclave. Keys are cached per process. */
final class Failures {
    private static final String COUNT = "SELECT COUNT(*) FROM dbo.JdbcRich WHERE name LIKE ?";
    private static final String SSN = "SELECT ssn FROM dbo.JdbcPeople WHERE id = ";

    private Failures() {
    }

    private static List<String> count(PreparedStatement p) throws SQLException {
        p.setNString(1, "b-%");
        try (ResultSet r = p.executeQuery()) {
            return Rows.rest(r);
        }
    }

    private static List<String> count(Connection c) throws SQLException {
        try (PreparedStatement p = c.prepareStatement(COUNT)) {
            return count(p);
        }
    }

    private static byte[] onlyValue(Connection c) throws SQLException {
        String sql = "SELECT v.encrypted_value FROM sys.column_encryption_keys AS k JOIN sys.column_encryption_key_values AS v "
                + "ON v.column_encryption_key_id = k.column_encryption_key_id WHERE k.name = N'" + Keys.COLUMN + "'";
        try (PreparedStatement p = c.prepareStatement(sql); ResultSet r = p.executeQuery()) {
            Steps.check(r.next(), "no key");
            return r.getBytes(1);
        }
    }

    private static String rotated(Sandbox sandbox) throws Exception {
        SQLServerColumnEncryptionJavaKeyStoreProvider provider = Keys.javaKeyStore(sandbox);
        try (SQLServerConnection running = sandbox.enclave(); Connection owner = sandbox.plain(); PreparedStatement p = running.prepareStatement(COUNT)) {
            List<String> before = count(p);
            byte[] key = provider.decryptColumnEncryptionKey(Keys.ALIAS, "RSA_OAEP", onlyValue(owner));
            Keys.createMaster(owner, provider, "CMK_JDBC_NEXT", "witness2");
            String alter = "ALTER COLUMN ENCRYPTION KEY [" + Keys.COLUMN + "] ";
            Sandbox.run(owner, alter + "ADD VALUE (COLUMN_MASTER_KEY = [CMK_JDBC_NEXT], ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = "
                    + Rows.hex(provider.encryptColumnEncryptionKey("witness2", "RSA_OAEP", key)) + ")");
            List<String> between = count(p);
            Sandbox.run(owner, alter + "DROP VALUE (COLUMN_MASTER_KEY = [" + Keys.MASTER + "])");
            List<String> after = count(p);
            try (SQLServerConnection fresh = sandbox.enclave()) {
                List<String> anew = count(fresh);
                Steps.check(!before.equals(List.of("0")) && before.equals(between) && before.equals(after) && before.equals(anew),
                        before + " " + between + " " + after + " " + anew);
            }
            return before + " rows before, with both values, after, and for a new client";
        }
    }

    /** The enclave is killed; its sessions are gone (33195) until the driver attests the new one. */
    private static String lostSession(Sandbox sandbox) throws Exception {
        long pid = Long.parseLong(System.getenv("ES_ENCLAVE_PID"));
        try (SQLServerConnection c = sandbox.enclave(); Heard heard = new Heard()) {
            List<String> before = count(c);
            Steps.check(ProcessHandle.of(pid).orElseThrow().destroyForcibly(), "the enclave cannot be ended");
            List<String> after = List.of();
            String note = "";
            for (int attempt = 1; attempt <= 40 && after.isEmpty(); attempt++) {
                try {
                    after = count(c);
                } catch (SQLException e) {
                    note = "; attempt " + attempt + ": " + e.getErrorCode() + " " + e.getMessage();
                    Thread.sleep(250); // the supervisor starts another enclave
                }
            }
            Steps.check(after.equals(before) && !before.equals(List.of("0")), before + " then " + after + note);
            Steps.check(heard.times(33195) > 0, "33195 was not heard: " + heard);
            return before + " before and after the enclave was killed; 33195 heard " + heard.times(33195) + " times" + note;
        }
    }

    static void rotation(Sandbox sandbox) {
        Steps.step("rotation-under-a-running-client", () -> rotated(sandbox));
    }

    static void lost(Sandbox sandbox) {
        Steps.step("lost-enclave-session", () -> lostSession(sandbox));
    }

    /** No provider for the key's stores, and no key store given. */
    static void noKey(Sandbox sandbox) throws Exception {
        try (Connection c = sandbox.connect(Map.of("columnEncryptionSetting", "Enabled"))) {
            Steps.step("no-key-read", () -> Steps.refused(0, "key store provider", () -> Sandbox.one(c, SSN + 7)));
            Steps.step("no-key-parameter", () -> Steps.refused(0, "key store provider",
                    () -> Rows.of(c, "SELECT id FROM dbo.JdbcPeople WHERE ssn = ?", Rows.text("900-10-0001"))));
            Steps.step("no-key-other-columns", () -> {
                Steps.same("7", Sandbox.one(c, "SELECT id FROM dbo.JdbcPeople WHERE id = 7"));
                return "7";
            });
        }
    }

    /** The key store holds another key under the same alias. */
    static void wrongKey(Sandbox sandbox) throws Exception {
        try (Connection c = sandbox.encrypted()) {
            Steps.step("wrong-key-read", () -> Steps.refused(0, "", () -> Sandbox.one(c, SSN + 7)));
            Steps.step("wrong-key-parameter", () -> Steps.refused(0, "", () -> Rows.of(c, "SELECT id FROM dbo.JdbcPeople WHERE ssn = ?", Rows.text("900-10-0001"))));
        }
        if (sandbox.hasEnclave())
            Steps.step("wrong-key-enclave", () -> {
                try (Connection c = sandbox.enclave()) {
                    return Steps.refused(0, "", () -> count(c));
                }
            });
    }

    /** One byte of the cell of id 8 was altered while the server was down. */
    static void tampered(Sandbox sandbox) throws Exception {
        try (Connection c = sandbox.encrypted()) {
            Steps.step("tampered-cell", () -> Steps.refused(0, "authentication tag", () -> Sandbox.one(c, SSN + 8)));
            Steps.step("its-neighbour", () -> {
                Steps.same("900-10-0009", Sandbox.one(c, SSN + 9));
                return "900-10-0009";
            });
        }
    }

    static void noEnclave(Sandbox sandbox) throws Exception {
        try (Connection c = sandbox.encrypted()) {
            Steps.step("no-enclave-like", () -> Steps.refused(33546, "", () -> count(c)));
            Steps.step("no-enclave-alter", () -> Steps.refused(33546, "", () -> Sandbox.run(c, "ALTER TABLE dbo.JdbcRich ALTER COLUMN plain nvarchar(40) COLLATE Latin1_General_BIN2"
                    + Sandbox.encryptedWith("Randomized", Keys.COLUMN) + " NULL")));
        }
    }
}
