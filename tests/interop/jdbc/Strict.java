import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import java.util.Map;
import java.util.Properties;

/** TDS 8.0: TLS before the first message of the protocol. */
final class Strict {
    private Strict() {
    }

    static void all(Sandbox sandbox) {
        Steps.step("strict-login", () -> {
            try (SQLServerConnection c = sandbox.connect(Map.of("encrypt", "strict"))) {
                return Sandbox.one(c, "SELECT COUNT(*) FROM HR.Employees") + " rows";
            }
        });
        Steps.step("strict-always-encrypted", () -> {
            Properties p = sandbox.keys();
            p.put("encrypt", "strict");
            try (SQLServerConnection c = sandbox.connect(p)) {
                String seen = Rows.of(c, "SELECT id FROM dbo.JdbcPeople WHERE ssn = ? ORDER BY id", Rows.text("900-10-0007")).toString();
                Steps.same("[7, 17]", seen);
                return seen;
            }
        });
        Steps.step("strict-foreign-authority", () -> Steps.refused(0, "PKIX", () -> {
            Properties p = new Properties();
            p.put("encrypt", "strict");
            p.put("trustStore", System.getenv("ES_OTHER_TRUST"));
            sandbox.connect(p).close();
        }));
        Steps.step("foreign-authority", () -> Steps.refused(0, "PKIX", () -> sandbox.connect(Map.of("trustStore", System.getenv("ES_OTHER_TRUST"))).close()));
    }
}
