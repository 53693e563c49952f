import com.microsoft.sqlserver.jdbc.SQLServerColumnEncryptionJavaKeyStoreProvider;
import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import com.microsoft.sqlserver.jdbc.SQLServerPreparedStatement;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Microsoft's JDBC driver as a witness: it attests the sandbox's enclave, sends it keys, and must get right answers.
 * Usage: Witness PORT USER PASSWORD_FILE DATABASE TRUST_STORE KEY_FILE KEY_ALIAS KEY_PASSWORD_FILE PROTOCOL URL
 * PROTOCOL: NONE (URL "-"), HGS, AAS. The services' certificates are trusted through the JVM's own trust store.
 * Each step prints "ok NAME: what was seen" or "FAIL NAME: ..."; exit status 1 if any failed.
 */
public final class Witness {
    private static int failures;
    private final String[] a;
    private final String keyPassword;

    private Witness(String[] arguments) throws Exception {
        a = arguments;
        keyPassword = Files.readString(Path.of(a[7])).strip();
    }

    private interface Step {
        String run() throws Exception;
    }

    private static void step(String name, Step body) {
        try {
            System.out.println("ok " + name + ": " + body.run());
        } catch (Exception e) {
            failures++;
            System.out.println("FAIL " + name + ": " + e);
            for (StackTraceElement at : e.getStackTrace())
                if (at.getClassName().contains("sqlserver"))
                    System.out.println("     at " + at);
        }
    }

    private static void check(boolean condition, String message) {
        if (!condition)
            throw new IllegalStateException(message);
    }

    private Connection connect(boolean columnEncryption, boolean enclave) throws Exception {
        Properties p = new Properties();
        p.put("user", a[1]);
        p.put("password", Files.readString(Path.of(a[2])).strip());
        p.put("databaseName", a[3]);
        p.put("encrypt", "true");
        p.put("trustServerCertificate", "false");
        p.put("trustStore", a[4]);
        p.put("trustStorePassword", "changeit");
        p.put("trustStoreType", "PKCS12");
        p.put("loginTimeout", "30");
        if (columnEncryption) {
            p.put("columnEncryptionSetting", "Enabled");
            p.put("keyStoreAuthentication", "JavaKeyStorePassword");
            p.put("keyStoreLocation", a[5]);
            p.put("keyStoreSecret", keyPassword);
        }
        if (enclave) {
            p.put("enclaveAttestationProtocol", a[8]);
            if (!a[9].equals("-"))
                p.put("enclaveAttestationUrl", a[9]);
        }
        return DriverManager.getConnection("jdbc:sqlserver://localhost:" + a[0], p);
    }

    private static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder("0x");
        for (byte b : bytes)
            out.append(String.format("%02x", b));
        return out.toString();
    }

    /** The key gets its second master key: the same RSA key, found by this driver through the Java key store. */
    private String addJavaMasterKey() throws Exception {
        var provider = new SQLServerColumnEncryptionJavaKeyStoreProvider(a[5], keyPassword.toCharArray());
        try (Connection c = connect(false, false); Statement s = c.createStatement()) {
            String cek;
            byte[] ours;
            try (ResultSet r = s.executeQuery("SELECT k.name, v.encrypted_value FROM sys.column_encryption_keys AS k "
                    + "JOIN sys.column_encryption_key_values AS v ON v.column_encryption_key_id = k.column_encryption_key_id")) {
                check(r.next(), "there is no column encryption key");
                cek = r.getString(1);
                ours = r.getBytes(2);
            }
            byte[] key = provider.decryptColumnEncryptionKey(a[6], "RSA_OAEP", ours);
            check(key.length == 32, "the key that the studio wrapped is not 32 bytes");
            byte[] again = provider.encryptColumnEncryptionKey(a[6], "RSA_OAEP", key);
            byte[] signature = provider.signColumnMasterKeyMetadata(a[6], true);
            s.execute("CREATE COLUMN MASTER KEY [CMK_Java] WITH (KEY_STORE_PROVIDER_NAME = N'MSSQL_JAVA_KEYSTORE', KEY_PATH = N'" + a[6]
                    + "', ENCLAVE_COMPUTATIONS (SIGNATURE = " + hex(signature) + "))");
            s.execute("ALTER COLUMN ENCRYPTION KEY [" + cek + "] ADD VALUE (COLUMN_MASTER_KEY = [CMK_Java], ALGORITHM = 'RSA_OAEP', "
                    + "ENCRYPTED_VALUE = " + hex(again) + ")");
            return cek + " unwrapped by the Java key store, second value added";
        }
    }

    private String like(Connection c) throws SQLException {
        try (PreparedStatement p = c.prepareStatement("SELECT EmployeeID, SSN, Salary FROM HR.Employees WHERE SSN LIKE ?")) {
            ((SQLServerPreparedStatement) p).setString(1, "%6818");
            List<String> seen = new ArrayList<>();
            try (ResultSet r = p.executeQuery()) {
                while (r.next())
                    seen.add(r.getString(2));
            }
            check(!seen.isEmpty(), "no row");
            for (String ssn : seen)
                check(ssn.endsWith("6818"), "wrong row " + ssn);
            return seen.size() + " row(s), each ends in 6818";
        }
    }

    private String range(Connection c) throws SQLException {
        String sql = "SELECT Salary FROM HR.Employees WHERE Salary BETWEEN ? AND ? ORDER BY Salary";
        try (SQLServerPreparedStatement p = (SQLServerPreparedStatement) c.prepareStatement(sql)) {
            BigDecimal low = new BigDecimal("50000.0000");
            BigDecimal high = new BigDecimal("60000.0000");
            p.setMoney(1, low);
            p.setMoney(2, high);
            int rows = 0;
            BigDecimal last = low;
            try (ResultSet r = p.executeQuery()) {
                while (r.next()) {
                    BigDecimal now = r.getBigDecimal(1);
                    check(now.compareTo(last) >= 0, "order: " + now + " after " + last);
                    check(now.compareTo(high) <= 0, "range: " + now);
                    last = now;
                    rows++;
                }
            }
            int expected = 0;
            try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("SELECT Salary FROM HR.Employees")) {
                while (r.next()) {
                    BigDecimal v = r.getBigDecimal(1);
                    if (v != null && v.compareTo(low) >= 0 && v.compareTo(high) <= 0)
                        expected++;
                }
            }
            check(rows == expected && rows > 0, rows + " rows, a client-side count says " + expected);
            return rows + " rows in order, as many as a count outside the enclave";
        }
    }

    private String insert(Connection c) throws SQLException {
        String sql = "INSERT INTO HR.Employees (SSN, FirstName, LastName, Salary) VALUES (?, ?, ?, ?)";
        try (SQLServerPreparedStatement p = (SQLServerPreparedStatement) c.prepareStatement(sql)) {
            p.setString(1, "900-10-2030");
            p.setNString(2, "Gr\u00e4ce");
            p.setNString(3, "Written-By-JDBC");
            p.setMoney(4, new BigDecimal("61234.5678"));
            check(p.executeUpdate() == 1, "not one row");
            return "one row with encrypted parameters";
        }
    }

    private String readOurs(Connection c) throws SQLException {
        try (PreparedStatement p = c.prepareStatement("SELECT SSN, Salary FROM HR.Employees WHERE LastName = ?")) {
            p.setNString(1, "Written-By-Studio");
            try (ResultSet r = p.executeQuery()) {
                check(r.next(), "no row");
                check(r.getString(1).equals("900-40-5060"), "SSN " + r.getString(1));
                check(r.getBigDecimal(2).compareTo(new BigDecimal("71234.5600")) == 0, "Salary " + r.getBigDecimal(2));
                return r.getString(1) + ", " + r.getBigDecimal(2);
            }
        }
    }

    private String alter(Connection c) throws Exception {
        String key;
        String nullability;
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("SELECT name FROM sys.column_encryption_keys")) {
            check(r.next(), "no key");
            key = r.getString(1);
        }
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("SELECT is_nullable FROM sys.columns "
                + "WHERE object_id = OBJECT_ID('HR.Employees') AND name = 'LastName'")) {
            check(r.next(), "no column");
            nullability = r.getBoolean(1) ? " NULL" : " NOT NULL";
        }
        try (Statement s = c.createStatement()) {
            s.execute("ALTER TABLE [HR].[Employees] ALTER COLUMN [LastName] [nvarchar](50) COLLATE Latin1_General_BIN2 ENCRYPTED WITH ("
                    + "COLUMN_ENCRYPTION_KEY = [" + key + "], ENCRYPTION_TYPE = Randomized, ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')" + nullability);
        }
        try (Connection plain = connect(false, false); Statement s = plain.createStatement();
                ResultSet r = s.executeQuery("SELECT TOP (1) LastName FROM HR.Employees")) {
            check(r.next() && r.getBytes(1)[0] == 1 && r.getBytes(1).length >= 65, "the column is not ciphertext");
        }
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("SELECT COUNT(*) FROM HR.Employees")) {
            check(r.next() && r.getInt(1) > 900, "rows were lost");
        }
        try (PreparedStatement p = c.prepareStatement("SELECT FirstName FROM HR.Employees WHERE LastName = ?")) {
            p.setNString(1, "Written-By-JDBC");
            try (ResultSet r = p.executeQuery()) {
                check(r.next() && r.getNString(1).equals("Gr\u00e4ce"), "equality inside the enclave");
            }
        }
        try (Statement s = c.createStatement()) {
            s.execute("ALTER TABLE [HR].[Employees] ALTER COLUMN [LastName] [nvarchar](50) COLLATE Latin1_General_BIN2" + nullability);
        }
        return "LastName encrypted in place, found by equality in the enclave, decrypted in place";
    }

    private String enclavesOff() throws Exception {
        try (Connection c = connect(true, false);
                PreparedStatement p = c.prepareStatement("SELECT EmployeeID FROM HR.Employees WHERE SSN LIKE ?")) {
            p.setString(1, "%6818");
            try {
                p.executeQuery().next();
            } catch (SQLException e) {
                check(e.getErrorCode() == 33546, "error " + e.getErrorCode() + ": " + e.getMessage());
                return "33546";
            }
            throw new IllegalStateException("no error");
        }
    }

    public static void main(String[] arguments) throws Exception {
        Witness w = new Witness(arguments);
        SQLServerConnection.registerColumnEncryptionKeyStoreProviders(
                Map.of("ES_KEY_FILE", new KeyFileProvider(arguments[5], w.keyPassword.toCharArray())));
        step("login", () -> {
            try (Connection c = w.connect(false, false)) {
                return c.getMetaData().getDatabaseProductVersion() + " through " + c.getMetaData().getDriverVersion();
            }
        });
        step("second-master-key", w::addJavaMasterKey);
        try (Connection c = w.connect(true, true)) {
            step("like", () -> w.like(c));
            step("range-order", () -> w.range(c));
            step("insert", () -> w.insert(c));
            step("read-ours", () -> w.readOurs(c));
            step("alter-in-place", () -> w.alter(c));
            step("like-again", () -> w.like(c));
        }
        step("enclaves-off", w::enclavesOff);
        System.exit(failures == 0 ? 0 : 1);
    }
}
