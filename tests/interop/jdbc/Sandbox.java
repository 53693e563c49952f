import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/** The sandbox under test: where it is, which keys belong to it, and connections of each sort. Thread: any (values only). */
final class Sandbox {
    final JsonObject line; // what enclave-sandbox printed
    final String password;
    final String keyPassword;
    final String keyStore; // PKCS#12: the test key "witness", and "witness2" to rotate to
    final String protocol; // NONE, HGS, AAS; "-": the server has no enclave
    final String url; // of the attestation service; "-": none
    private final String trustStore;

    Sandbox(String jsonFile, String trustStore, String keyStore, String keyPasswordFile, String protocol, String url) throws Exception {
        line = JsonParser.parseString(Files.readString(Path.of(jsonFile))).getAsJsonObject();
        password = Files.readString(Path.of(text("password_file"))).strip();
        keyPassword = Files.readString(Path.of(keyPasswordFile)).strip();
        this.trustStore = trustStore;
        this.keyStore = keyStore;
        this.protocol = protocol.toUpperCase(Locale.ROOT);
        this.url = url;
    }

    String text(String name) {
        return line.get(name).getAsString();
    }

    boolean hasEnclave() {
        return !protocol.equals("-");
    }

    /** Column encryption off. */
    SQLServerConnection plain() throws Exception {
        return connect(Map.of());
    }

    /** Column encryption on, no enclave; the Java key store holds the test key. */
    SQLServerConnection encrypted() throws Exception {
        return connect(keys());
    }

    SQLServerConnection enclave() throws Exception {
        Properties p = keys();
        p.put("enclaveAttestationProtocol", protocol);
        if (!url.equals("-"))
            p.put("enclaveAttestationUrl", url);
        return connect(p);
    }

    Properties keys() {
        Properties p = new Properties();
        p.put("columnEncryptionSetting", "Enabled");
        p.put("keyStoreAuthentication", "JavaKeyStorePassword");
        p.put("keyStoreLocation", keyStore);
        p.put("keyStoreSecret", keyPassword);
        return p;
    }

    /** `more` wins over what every connection has. */
    SQLServerConnection connect(Map<?, ?> more) throws Exception {
        Properties p = new Properties();
        p.put("user", text("user"));
        p.put("password", password);
        p.put("databaseName", text("database"));
        p.put("encrypt", "true");
        p.put("trustServerCertificate", "false");
        p.put("trustStore", trustStore);
        p.put("trustStorePassword", "changeit");
        p.put("trustStoreType", "PKCS12");
        p.put("loginTimeout", "30");
        p.putAll(more);
        String port = text("server").split(",")[1];
        return (SQLServerConnection) DriverManager.getConnection("jdbc:sqlserver://localhost:" + port, p);
    }

    /** " ENCRYPTED WITH (...)" for a column definition; kind: Deterministic, Randomized. */
    static String encryptedWith(String kind, String key) {
        return " ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = [" + key + "], ENCRYPTION_TYPE = " + kind
                + ", ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256')";
    }

    static void run(Connection c, String sql) throws SQLException {
        try (Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    /** First cell of the first row, as text. */
    static String one(Connection c, String sql) throws SQLException {
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery(sql)) {
            if (!r.next())
                throw new IllegalStateException("no row: " + sql);
            return Rows.shown(r.getObject(1));
        }
    }
}
