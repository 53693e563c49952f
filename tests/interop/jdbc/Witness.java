import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Microsoft's JDBC driver as a witness: it attests the sandbox's enclave, sends it keys, and must get right answers.
 * Usage: Witness SANDBOX_JSON TRUST_STORE KEY_STORE KEY_PASSWORD_FILE PROTOCOL URL GROUP...
 * PROTOCOL: NONE (URL "-"), HGS, AAS. The services' certificates are trusted through the JVM's own trust store.
 * Each step prints "ok NAME: what was seen" or "FAIL NAME: ..."; exit status 1 if any failed.
 */
public final class Witness {
    private interface Group {
        void run(Sandbox sandbox) throws Exception;
    }

    private static final Map<String, Group> GROUPS = new LinkedHashMap<>();

    static {
        GROUPS.put("keys", Keys::make);
        GROUPS.put("statements", Statements::all);
        GROUPS.put("transactions", Transactions::all);
        GROUPS.put("catalog", Catalog::all);
        GROUPS.put("types", Types::plain);
        GROUPS.put("bulk", Bulk::plain);
        GROUPS.put("encrypted-types", Types::encrypted);
        GROUPS.put("encrypted", Encrypted::all);
        GROUPS.put("encrypted-bulk", Bulk::encrypted);
        GROUPS.put("strict", Strict::all);
        GROUPS.put("enclave", Enclave::all);
        GROUPS.put("exchange-write", Exchange::write);
        GROUPS.put("exchange-read", Exchange::read);
        GROUPS.put("no-enclave", Failures::noEnclave);
        GROUPS.put("rotation", Failures::rotation);
        GROUPS.put("no-key", Failures::noKey);
        GROUPS.put("wrong-key", Failures::wrongKey);
        GROUPS.put("tampered", Failures::tampered);
        GROUPS.put("lost-session", Failures::lost);
    }

    private Witness() {
    }

    public static void main(String[] a) throws Exception {
        Sandbox sandbox = new Sandbox(a[0], a[1], a[2], a[3], a[4], a[5]);
        boolean first = true;
        for (int i = 6; i < a.length; i++) {
            Group group = GROUPS.get(a[i]);
            Steps.check(group != null, "no group " + a[i]);
            if (first && !a[i].equals("no-key"))
                Keys.register(sandbox);
            first = false;
            String name = a[i];
            Steps.group(name, () -> group.run(sandbox));
        }
        System.exit(Steps.failures() == 0 ? 0 : 1);
    }
}
