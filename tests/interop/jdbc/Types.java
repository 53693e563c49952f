import static java.sql.Types.*;

import com.microsoft.sqlserver.jdbc.SQLServerPreparedStatement;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import microsoft.sql.DateTimeOffset;

/** Every data type both ways, with its extremes and NULL: through prepared parameters and as literals; plain, deterministic, randomized. */
final class Types {
    private Types() {
    }

    interface Setter {
        void set(SQLServerPreparedStatement p, int i, Object value) throws Exception;
    }

    private static final class Kind {
        final String name;
        final int nullType;
        final Setter setter;
        final Object[] values;
        boolean text; // needs a BIN2 collation
        boolean encryptable = true;
        Class<?> as; // read as this class instead of the driver's own choice

        Kind(String name, int nullType, Setter setter, Object... values) {
            this.name = name;
            this.nullType = nullType;
            this.setter = setter;
            this.values = values;
        }

        Kind text() {
            text = true;
            return this;
        }

        Kind plainOnly() {
            encryptable = false;
            return this;
        }

        Kind as(Class<?> c) {
            as = c;
            return this;
        }
    }

    private static BigDecimal d(String s) {
        return new BigDecimal(s);
    }

    private static Setter decimal(int precision, int scale) {
        return (p, i, v) -> p.setBigDecimal(i, (BigDecimal) v, precision, scale);
    }

    private static Setter object(int type) {
        return (p, i, v) -> p.setObject(i, v, type);
    }

    private static Timestamp at(String s) {
        return Timestamp.valueOf(s);
    }

    private static DateTimeOffset offset(String s, int minutes) { // s: local time there
        java.time.OffsetDateTime t = java.time.OffsetDateTime.of(java.time.LocalDateTime.parse(s), java.time.ZoneOffset.ofTotalSeconds(minutes * 60));
        return DateTimeOffset.valueOf(t);
    }

    /** Read as java.sql.Timestamp, which has all digits. An encrypted time goes in as java.sql.Time, which has three. */
    private static Kind time(int scale, Setter setter, String... values) {
        Object[] times = new Object[values.length];
        for (int i = 0; i < times.length; i++)
            times[i] = at("1900-01-01 " + values[i]);
        return new Kind("time(" + scale + ")", TIME, setter, times).as(Timestamp.class);
    }

    private static Kind time(int scale, String... values) {
        return time(scale, (p, i, v) -> p.setTime(i, v == null ? null : new Time(((Timestamp) v).getTime()), scale), values);
    }

    private static final Setter STRING = (p, i, v) -> p.setString(i, (String) v);
    private static final Setter WIDE = (p, i, v) -> p.setNString(i, (String) v);
    private static final Setter BYTES = (p, i, v) -> p.setBytes(i, (byte[]) v);

    private static byte[] bytes(int n) {
        byte[] out = new byte[n];
        for (int i = 0; i < n; i++)
            out[i] = (byte) (i * 7);
        return out;
    }

    /**
     * Plain only where the driver itself fails when it encrypts: a decimal of more than 15 bytes overruns its buffer, and a varchar is encrypted
     * in the JVM's character set, whatever the column's collation says (dtv.java of the driver's public source).
     */
    private static List<Kind> kinds() {
        String nines = "9".repeat(38);
        return List.of(new Kind("bit", BIT, object(BIT), true, false),
                new Kind("tinyint", TINYINT, object(TINYINT), (short) 0, (short) 255),
                new Kind("smallint", SMALLINT, object(SMALLINT), Short.MIN_VALUE, Short.MAX_VALUE),
                new Kind("int", INTEGER, object(INTEGER), Integer.MIN_VALUE, Integer.MAX_VALUE, 0),
                new Kind("bigint", BIGINT, object(BIGINT), Long.MIN_VALUE, Long.MAX_VALUE),
                new Kind("decimal(38,0)", DECIMAL, decimal(38, 0), d(nines), d("-" + nines), d("0")).plainOnly(),
                new Kind("decimal(38,1)", DECIMAL, decimal(38, 1), d("9".repeat(34) + ".9"), d("-" + "9".repeat(34) + ".9")),
                new Kind("decimal(38,38)", DECIMAL, decimal(38, 38), d("0." + nines), d("-0." + nines)).plainOnly(),
                new Kind("numeric(9,4)", NUMERIC, decimal(9, 4), d("99999.9999"), d("-99999.9999"), d("1.5000")),
                new Kind("money", microsoft.sql.Types.MONEY, (p, i, v) -> p.setMoney(i, (BigDecimal) v), d("922337203685477.5807"),
                        d("-922337203685477.5808"), d("12.5000")),
                new Kind("smallmoney", microsoft.sql.Types.SMALLMONEY, (p, i, v) -> p.setSmallMoney(i, (BigDecimal) v), d("214748.3647"),
                        d("-214748.3648")),
                new Kind("float", DOUBLE, object(DOUBLE), Double.MAX_VALUE, -Double.MAX_VALUE, 2.2250738585072014E-308, 0.1),
                new Kind("real", REAL, object(REAL), Float.MAX_VALUE, -Float.MAX_VALUE, 1.17549435E-38f),
                new Kind("date", DATE, (p, i, v) -> p.setDate(i, (Date) v), Date.valueOf("0001-01-01"), Date.valueOf("9999-12-31"),
                        Date.valueOf("2024-02-29")),
                time(7, (p, i, v) -> p.setObject(i, v, TIME, null, 7), "00:00:00", "23:59:59.9999999").plainOnly(),
                time(7, "00:00:00", "23:59:59.999"), time(0, "23:59:59"), time(3, "12:34:56.789"),
                new Kind("datetime", microsoft.sql.Types.DATETIME, (p, i, v) -> p.setDateTime(i, (Timestamp) v), at("1753-01-01 00:00:00.0"),
                        at("9999-12-31 23:59:59.997")),
                new Kind("smalldatetime", microsoft.sql.Types.SMALLDATETIME, (p, i, v) -> p.setSmallDateTime(i, (Timestamp) v),
                        at("1900-01-01 00:00:00.0"), at("2079-06-06 23:59:00.0")),
                new Kind("datetime2(7)", TIMESTAMP, (p, i, v) -> p.setTimestamp(i, (Timestamp) v, 7), at("0001-01-01 00:00:00.0"),
                        at("9999-12-31 23:59:59.9999999")),
                new Kind("datetime2(0)", TIMESTAMP, (p, i, v) -> p.setTimestamp(i, (Timestamp) v, 0), at("9999-12-31 23:59:59.0")),
                new Kind("datetimeoffset(7)", microsoft.sql.Types.DATETIMEOFFSET, (p, i, v) -> p.setDateTimeOffset(i, (DateTimeOffset) v, 7),
                        offset("0001-01-01T00:00:00", 0), offset("9999-12-31T23:59:59.9999999", 0),
                        offset("2024-02-29T12:00:00.1234567", 840), offset("2024-02-29T12:00:00.1234567", -840)),
                new Kind("datetimeoffset(3)", microsoft.sql.Types.DATETIMEOFFSET, (p, i, v) -> p.setDateTimeOffset(i, (DateTimeOffset) v, 3),
                        offset("2024-02-29T12:00:00.123", 330)),
                new Kind("char(10)", CHAR, STRING, "abc       ", "0123456789", "          ").text(),
                new Kind("varchar(20)", VARCHAR, STRING, "", "trailing  ").text(),
                new Kind("varchar(21)", VARCHAR, STRING, "Gr\u00e4ce \u20ac").plainOnly(),
                new Kind("varchar(8000)", VARCHAR, STRING, "01234567".repeat(1000)).text(),
                new Kind("varchar(max)", LONGVARCHAR, STRING, "", "0123456789".repeat(2000)).text(),
                new Kind("nchar(10)", NCHAR, WIDE, "\u00e4\u20ac\u6f22       ").text(),
                new Kind("nvarchar(20)", NVARCHAR, WIDE, "", "\u6f22\u5b57 \ud83d\ude00").text(),
                new Kind("nvarchar(4000)", NVARCHAR, WIDE, "\u00e4\u6f22".repeat(2000)).text(),
                new Kind("nvarchar(max)", LONGNVARCHAR, WIDE, "", "\u00e4\u6f22".repeat(5000)).text(),
                new Kind("binary(8)", BINARY, BYTES, bytes(8)), new Kind("varbinary(20)", VARBINARY, BYTES, new byte[0], new byte[] {0, -1, 0}),
                new Kind("varbinary(8000)", VARBINARY, BYTES, bytes(8000)),
                new Kind("varbinary(max)", LONGVARBINARY, BYTES, new byte[0], bytes(30000)),
                new Kind("uniqueidentifier", microsoft.sql.Types.GUID, (p, i, v) -> p.setUniqueIdentifier(i, (String) v),
                        "00000000-0000-0000-0000-000000000000", "6F9619FF-8B86-D011-B42D-00C04FC964FF"),
                new Kind("text", LONGVARCHAR, STRING, "", "0123456789".repeat(2000)).plainOnly(),
                new Kind("ntext", LONGNVARCHAR, WIDE, "\u00e4\u6f22".repeat(5000)).plainOnly(),
                new Kind("image", LONGVARBINARY, BYTES, bytes(16000)).plainOnly(),
                new Kind("xml", SQLXML, (p, i, v) -> p.setString(i, (String) v), "<a b=\"1\">\u6f22</a>").plainOnly().as(String.class),
                new Kind("sql_variant", microsoft.sql.Types.SQL_VARIANT, (p, i, v) -> p.setObject(i, v, microsoft.sql.Types.SQL_VARIANT), 42,
                        "text", d("1.50")).plainOnly(),
                new Kind("sysname", NVARCHAR, WIDE, "a name").plainOnly());
    }

    private static final Map<String, String> TIME_AS_TIME = Map.of("sendTimeAsDatetime", "false");

    /** A connection for each type: a server that breaks one off must not hide what it does with the others. */
    static void plain(Sandbox sandbox) throws Exception {
        for (Kind k : kinds()) {
            try (Connection c = sandbox.connect(TIME_AS_TIME)) {
                Steps.step("type-" + k.name, () -> thereAndBack(c, k, ""));
            }
            try (Connection c = sandbox.connect(TIME_AS_TIME)) {
                Steps.step("type-direct-" + k.name, () -> direct(c, k));
            }
        }
        try (Connection c = sandbox.plain()) {
            Steps.step("type-rowversion", () -> {
                Sandbox.run(c, "IF OBJECT_ID(N'dbo.JdbcVersion') IS NOT NULL DROP TABLE dbo.JdbcVersion");
                Sandbox.run(c, "CREATE TABLE dbo.JdbcVersion (n int, r rowversion)");
                Sandbox.run(c, "INSERT INTO dbo.JdbcVersion (n) VALUES (1)");
                String before = Sandbox.one(c, "SELECT r FROM dbo.JdbcVersion");
                Sandbox.run(c, "UPDATE dbo.JdbcVersion SET n = 2");
                String after = Sandbox.one(c, "SELECT r FROM dbo.JdbcVersion");
                Steps.check(before.length() == 18 && after.compareTo(before) > 0, before + " then " + after);
                return before + " then " + after;
            });
        }
    }

    static void encrypted(Sandbox sandbox) throws Exception {
        Properties options = sandbox.keys();
        options.putAll(TIME_AS_TIME);
        for (Kind k : kinds()) {
            if (!k.encryptable)
                continue;
            try (Connection c = sandbox.connect(options); Connection server = sandbox.plain()) {
                for (String scheme : new String[] {"Deterministic", "Randomized"})
                    Steps.step("encrypted-" + scheme + "-" + k.name, () -> {
                        String seen = thereAndBack(c, k, (k.text ? " COLLATE Latin1_General_BIN2" : "") + Sandbox.encryptedWith(scheme, Keys.COLUMN));
                        String cell = Sandbox.one(server, "SELECT v FROM dbo.JdbcType WHERE n = 0");
                        Steps.check(cell.startsWith("0x01") && cell.length() >= 2 + 2 * 65, "not a cell: " + Rows.brief(cell));
                        return seen;
                    });
            }
        }
    }

    private static String thereAndBack(Connection c, Kind k, String options) throws Exception {
        Sandbox.run(c, "IF OBJECT_ID(N'dbo.JdbcType') IS NOT NULL DROP TABLE dbo.JdbcType");
        Sandbox.run(c, "CREATE TABLE dbo.JdbcType (n int NOT NULL PRIMARY KEY, v " + k.name + options + " NULL)");
        try (SQLServerPreparedStatement p = (SQLServerPreparedStatement) c.prepareStatement("INSERT INTO dbo.JdbcType (n, v) VALUES (?, ?)")) {
            for (int n = 0; n <= k.values.length; n++) {
                p.setInt(1, n);
                if (n < k.values.length)
                    k.setter.set(p, 2, k.values[n]);
                else if (options.isEmpty())
                    p.setNull(2, k.nullType);
                else
                    k.setter.set(p, 2, null); // setNull cannot say precision and scale
                Steps.check(p.executeUpdate() == 1, "row count");
            }
        }
        List<String> expected = new ArrayList<>();
        for (Object v : k.values)
            expected.add(Rows.shown(v));
        expected.add("NULL");
        List<String> seen = new ArrayList<>();
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("SELECT v FROM dbo.JdbcType ORDER BY n")) {
            while (r.next())
                seen.add(Rows.shown(k.as == null ? r.getObject(1) : r.getObject(1, k.as)));
        }
        Steps.same(expected, seen);
        return k.values.length + " values and NULL, e.g. " + expected.get(0);
    }

    /** A literal, converted by the server without any table. */
    private static String direct(Connection c, Kind k) throws Exception {
        for (Object v : k.values) {
            String literal = v instanceof byte[] ? Rows.hex((byte[]) v) : v instanceof Boolean ? ((Boolean) v ? "1" : "0") : "N'" + (k.name.startsWith("time") ? Rows.shown(v).substring(11) : Rows.shown(v)) + "'";
            if (k.name.equals("sql_variant"))
                literal = v instanceof String ? "'" + v + "'" : Rows.shown(v);
            try (Statement s = c.createStatement();
                    ResultSet r = s.executeQuery("SELECT CAST(" + literal + " AS " + k.name + "), CAST(NULL AS " + k.name + ")")) {
                Steps.check(r.next(), "no row");
                Steps.same(Rows.shown(v), Rows.shown(k.as == null ? r.getObject(1) : r.getObject(1, k.as)));
                Steps.check(r.getObject(2) == null, "CAST(NULL)");
            }
        }
        return k.values.length + " literals";
    }
}
