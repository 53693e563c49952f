import com.microsoft.sqlserver.jdbc.SQLServerColumnEncryptionJavaKeyStoreProvider;
import com.microsoft.sqlserver.jdbc.SQLServerColumnEncryptionKeyStoreProvider;
import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** Keys that this driver makes with its own Java key store, and that it must be able to unwrap: made by others over the same RSA key. */
final class Keys {
    static final String ALIAS = "witness";
    static final String MASTER = "CMK_JDBC";
    static final String COLUMN = "CEK_JDBC";
    static final String COLUMN2 = "CEK_JDBC_2"; // to re-encrypt with

    private Keys() {
    }

    /** The providers that the driver does not have by itself. Once per process. */
    static void register(Sandbox s) throws Exception {
        Map<String, SQLServerColumnEncryptionKeyStoreProvider> all = new HashMap<>();
        for (String name : new String[] {"ES_KEY_FILE", "ES_TEST_KEY"})
            all.put(name, new KeyFileProvider(name, s.keyStore, s.keyPassword.toCharArray()));
        SQLServerConnection.registerColumnEncryptionKeyStoreProviders(all);
    }

    static SQLServerColumnEncryptionJavaKeyStoreProvider javaKeyStore(Sandbox s) throws Exception {
        return new SQLServerColumnEncryptionJavaKeyStoreProvider(s.keyStore, s.keyPassword.toCharArray());
    }

    static String createMaster(Connection c, SQLServerColumnEncryptionJavaKeyStoreProvider provider, String name, String alias) throws Exception {
        Sandbox.run(c, "CREATE COLUMN MASTER KEY [" + name + "] WITH (KEY_STORE_PROVIDER_NAME = N'MSSQL_JAVA_KEYSTORE', KEY_PATH = N'" + alias
                + "', ENCLAVE_COMPUTATIONS (SIGNATURE = " + Rows.hex(provider.signColumnMasterKeyMetadata(alias, true)) + "))");
        return name;
    }

    private static String createColumn(Connection c, SQLServerColumnEncryptionJavaKeyStoreProvider provider, String name) throws Exception {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        Sandbox.run(c, "CREATE COLUMN ENCRYPTION KEY [" + name + "] WITH VALUES (COLUMN_MASTER_KEY = [" + MASTER
                + "], ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = " + Rows.hex(provider.encryptColumnEncryptionKey(ALIAS, "RSA_OAEP", key)) + ")");
        return name;
    }

    /** Each value of every key, whoever wrapped it, unwrapped by the driver's own Java key store: two values of one key are the same key. */
    private static String unwrapAll(Connection c, SQLServerColumnEncryptionJavaKeyStoreProvider provider) throws Exception {
        Map<String, String> keys = new HashMap<>();
        int values = 0;
        try (Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT k.name, m.key_store_provider_name, v.encrypted_value FROM sys.column_encryption_keys AS k "
                        + "JOIN sys.column_encryption_key_values AS v ON v.column_encryption_key_id = k.column_encryption_key_id "
                        + "JOIN sys.column_master_keys AS m ON m.column_master_key_id = v.column_master_key_id "
                        + "WHERE m.key_path = N'witness' ORDER BY k.name, m.key_store_provider_name")) {
            while (r.next()) {
                byte[] key = provider.decryptColumnEncryptionKey(ALIAS, "RSA_OAEP", r.getBytes(3));
                Steps.check(key.length == 32, r.getString(1) + " is not 32 bytes");
                String before = keys.putIfAbsent(r.getString(1), Rows.hex(key));
                Steps.check(before == null || before.equals(Rows.hex(key)), "two values of " + r.getString(1) + " differ");
                values++;
            }
        }
        Steps.check(values > keys.size(), "no key has two values");
        return values + " values of " + keys.size() + " keys, two values are one key";
    }

    static void make(Sandbox sandbox) throws Exception {
        SQLServerColumnEncryptionJavaKeyStoreProvider provider = javaKeyStore(sandbox);
        try (Connection c = sandbox.plain()) {
            Steps.step("master-key", () -> createMaster(c, provider, MASTER, ALIAS));
            Steps.step("column-keys", () -> createColumn(c, provider, COLUMN) + ", " + createColumn(c, provider, COLUMN2));
            Steps.step("unwraps-every-key", () -> unwrapAll(c, provider));
        }
    }
}
