import com.microsoft.sqlserver.jdbc.SQLServerColumnEncryptionJavaKeyStoreProvider;
import com.microsoft.sqlserver.jdbc.SQLServerColumnEncryptionKeyStoreProvider;
import com.microsoft.sqlserver.jdbc.SQLServerException;
import java.io.FileInputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Signature;
import java.util.Locale;

/**
 * The test key under another provider's name: ES_KEY_FILE, as the studio knows it, or ES_TEST_KEY, the witnesses' own. The driver verifies
 * every value of a key that the enclave asks for, so it must know all providers that a shared key carries. Wrapping is the same as the Java
 * key store's; the signature over the metadata is hashed once here and twice there.
 */
final class KeyFileProvider extends SQLServerColumnEncryptionKeyStoreProvider {
    /** Runs once, before the next key is unwrapped: the moment between the driver's question about a statement and the statement. */
    static Steps.Action beforeUnwrap;

    private final SQLServerColumnEncryptionJavaKeyStoreProvider inner;
    private final KeyStore store;
    private String name;

    KeyFileProvider(String name, String file, char[] password) throws Exception {
        this.name = name;
        inner = new SQLServerColumnEncryptionJavaKeyStoreProvider(file, password);
        store = KeyStore.getInstance("PKCS12");
        try (FileInputStream in = new FileInputStream(file)) {
            store.load(in, password);
        }
    }

    @Override
    public void setName(String newName) {
        name = newName;
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public byte[] decryptColumnEncryptionKey(String path, String algorithm, byte[] value) throws SQLServerException {
        Steps.Action now = beforeUnwrap;
        beforeUnwrap = null;
        try {
            if (now != null)
                now.run();
        } catch (Exception e) {
            throw new IllegalStateException("before unwrapping: " + e, e);
        }
        return inner.decryptColumnEncryptionKey(path, algorithm, value);
    }

    @Override
    public byte[] encryptColumnEncryptionKey(String path, String algorithm, byte[] value) throws SQLServerException {
        return inner.encryptColumnEncryptionKey(path, algorithm, value);
    }

    @Override
    public boolean verifyColumnMasterKeyMetadata(String path, boolean allowEnclave, byte[] signature) {
        try {
            Signature check = Signature.getInstance("SHA256withRSA");
            check.initVerify(store.getCertificate(path));
            String text = (name + path + allowEnclave).toLowerCase(Locale.ROOT);
            check.update(text.getBytes(StandardCharsets.UTF_16LE));
            return check.verify(signature);
        } catch (Exception e) {
            throw new IllegalStateException(name + ": " + e, e);
        }
    }
}
