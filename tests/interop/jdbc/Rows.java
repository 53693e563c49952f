import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Rows as text, so that two answers can be compared and shown. */
final class Rows {
    private Rows() {
    }

    static String shown(Object v) {
        if (v == null)
            return "NULL";
        if (v instanceof byte[])
            return hex((byte[]) v);
        if (v instanceof BigDecimal)
            return ((BigDecimal) v).toPlainString();
        return v.toString();
    }

    static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder("0x");
        for (byte b : bytes)
            out.append(String.format("%02x", b));
        return out.toString();
    }

    /** What is left of a result: one text per row. */
    static List<String> rest(ResultSet r) throws SQLException {
        List<String> rows = new ArrayList<>();
        int columns = r.getMetaData().getColumnCount();
        while (r.next()) {
            List<String> cells = new ArrayList<>();
            for (int i = 1; i <= columns; i++)
                cells.add(shown(r.getObject(i)));
            rows.add(String.join("|", cells));
        }
        return rows;
    }

    /** A parameter: sets number `i` of a prepared statement. */
    interface Parameter {
        void set(PreparedStatement p, int i) throws SQLException;
    }

    static List<String> of(Connection c, String sql, Parameter... parameters) throws SQLException {
        try (PreparedStatement p = c.prepareStatement(sql)) {
            bind(p, parameters);
            try (ResultSet r = p.executeQuery()) {
                return rest(r);
            }
        }
    }

    static int update(Connection c, String sql, Parameter... parameters) throws SQLException {
        try (PreparedStatement p = c.prepareStatement(sql)) {
            bind(p, parameters);
            return p.executeUpdate();
        }
    }

    static void bind(PreparedStatement p, Parameter... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++)
            parameters[i].set(p, i + 1);
    }

    static Parameter text(String value) { // char, varchar
        return (p, i) -> p.setString(i, value);
    }

    static Parameter wide(String value) { // nchar, nvarchar
        return (p, i) -> p.setNString(i, value);
    }

    static Parameter number(int value) {
        return (p, i) -> p.setInt(i, value);
    }

    static Parameter money(String value) {
        return (p, i) -> ((com.microsoft.sqlserver.jdbc.SQLServerPreparedStatement) p).setMoney(i, new BigDecimal(value));
    }

    static String brief(Object o) {
        String s = o.toString();
        return s.length() > 110 ? s.substring(0, 110) + "..." : s;
    }
}
