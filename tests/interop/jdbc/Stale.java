import com.microsoft.sqlserver.jdbc.SQLServerColumnEncryptionJavaKeyStoreProvider;
import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Metadata that is stale when the statement arrives. The driver asks which keys its parameters need, then unwraps the key, then executes; while it
 * unwraps, another client puts a table with another key in the place of the first and drops the key. The server must say 33514.
 */
final class Stale {
    private static final String KEY = "CEK_JDBC_STALE";

    private Stale() {
    }

    private static void table(Connection owner, String key) throws SQLException {
        Sandbox.run(owner, "IF OBJECT_ID(N'dbo.JdbcStale') IS NOT NULL DROP TABLE dbo.JdbcStale");
        Sandbox.run(owner, "CREATE TABLE dbo.JdbcStale (ssn char(11) COLLATE Latin1_General_BIN2" + Sandbox.encryptedWith("Deterministic", key) + " NOT NULL)");
    }

    private static String inserted(Sandbox sandbox) throws Exception {
        SQLServerColumnEncryptionJavaKeyStoreProvider provider = Keys.javaKeyStore(sandbox);
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        try (Connection owner = sandbox.plain(); SQLServerConnection c = sandbox.encrypted(); Heard heard = new Heard()) {
            Sandbox.run(owner, "CREATE COLUMN ENCRYPTION KEY [" + KEY + "] WITH VALUES (COLUMN_MASTER_KEY = [CMK_TEST], ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = "
                    + Rows.hex(provider.encryptColumnEncryptionKey(Keys.ALIAS, "RSA_OAEP", secret)) + ")");
            table(owner, KEY);
            boolean[] changed = {false};
            KeyFileProvider.beforeUnwrap = () -> {
                table(owner, Keys.COLUMN);
                Sandbox.run(owner, "DROP COLUMN ENCRYPTION KEY [" + KEY + "]");
                changed[0] = true;
            };
            String note = "the driver tried again by itself";
            try {
                Rows.update(c, "INSERT INTO dbo.JdbcStale (ssn) VALUES (?)", Rows.text("900-10-3514"));
            } catch (SQLException e) {
                Steps.check(e.getErrorCode() == 33514, "instead of 33514: " + e.getErrorCode() + " " + e.getMessage());
                note = "the driver handed the error out";
                Rows.update(c, "INSERT INTO dbo.JdbcStale (ssn) VALUES (?)", Rows.text("900-10-3514"));
            }
            Steps.check(changed[0], "the key was not unwrapped in between");
            Steps.check(heard.times(33514) == 1, "33514 heard " + heard.times(33514) + " times: " + heard);
            String seen = Rows.of(c, "SELECT ssn FROM dbo.JdbcStale WHERE ssn = ?", Rows.text("900-10-3514")).toString();
            Steps.same("[900-10-3514]", seen);
            return "33514, " + note + "; then " + seen;
        }
    }

    static void metadata(Sandbox sandbox) {
        Steps.step("stale-metadata-33514", () -> inserted(sandbox));
    }
}
