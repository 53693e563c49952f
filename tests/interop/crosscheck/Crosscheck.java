import java.io.BufferedReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Properties;
import microsoft.sql.DateTimeOffset;

/**
 * Reads each value of cases.tsv twice: typed, turned into text by the JDBC driver and Java alone, and as the text that the server's
 * CONVERT makes of it. Both must say the same.
 * Arguments: port, user, password file, database, trust store, cases.tsv. Exit status 1 if one differs.
 */
public final class Crosscheck {
    public static void main(String[] arguments) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", arguments[1]);
        properties.setProperty("password", Files.readString(Path.of(arguments[2])).strip());
        properties.setProperty("databaseName", arguments[3]);
        properties.setProperty("encrypt", "true");
        properties.setProperty("trustStore", arguments[4]);
        properties.setProperty("trustStorePassword", "changeit");
        int checked = 0;
        int different = 0;
        try (Connection connection = DriverManager.getConnection("jdbc:sqlserver://localhost:" + arguments[0], properties);
                Statement statement = connection.createStatement();
                BufferedReader cases = Files.newBufferedReader(Path.of(arguments[5]), StandardCharsets.UTF_8)) {
            for (String line = cases.readLine(); line != null; line = cases.readLine()) {
                if (line.isEmpty() || line.startsWith("#")) continue;
                String[] cells = line.split("\t");
                String style = cells[1].equals("-") ? "" : ", " + cells[1];
                String sql = "SELECT " + cells[2] + ", CONVERT(nvarchar(200), " + cells[2] + style + ")";
                String client;
                String server;
                try (ResultSet rows = statement.executeQuery(sql)) {
                    rows.next();
                    server = rows.getString(2);
                    client = read(cells[0], rows, server);
                } catch (java.sql.SQLException error) {
                    client = "?";
                    server = error.getMessage();
                }
                ++checked;
                // The driver prints no zeros at the end of a fraction.
                boolean stamp = cells[0].equals("timestamp") || cells[0].equals("offset");
                if (stamp ? shortFraction(client).equals(shortFraction(server)) : client.equals(server)) continue;
                ++different;
                System.err.println(cells[2] + "\n  client: " + client + "\n  server: " + server);
            }
        }
        System.out.println(checked + " values read by JDBC and by CONVERT, " + different + " differ");
        System.exit(different == 0 ? 0 : 1);
    }

    private static String read(String how, ResultSet rows, String server) throws Exception {
        switch (how) {
        case "decimal":
            return rows.getBigDecimal(1).toPlainString();
        case "integer":
            return rows.getObject(1) instanceof Boolean ? (rows.getBoolean(1) ? "1" : "0") : String.valueOf(rows.getLong(1));
        case "double":
            return sameDigits(server, rows.getDouble(1), 17);
        case "single":
            return sameDigits(server, rows.getFloat(1), 9);
        case "timestamp":
        case "text":
        case "binary":
            return rows.getString(1);
        case "date":
            return rows.getObject(1, java.time.LocalDate.class).toString();
        case "time": {
            // As many digits as the type declares: the scale is metadata that the client has too.
            int scale = rows.getMetaData().getScale(1);
            String text = rows.getObject(1, LocalTime.class).format(DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSSS"));
            return text.substring(0, scale == 0 ? 8 : 9 + scale);
        }
        case "offset":
            return ((DateTimeOffset) rows.getObject(1)).toString();
        default:
            throw new IllegalArgumentException(how);
        }
    }

    private static String shortFraction(String text) {
        return text.replaceFirst("(\\.\\d*?)0+( |$)", "$1$2").replaceFirst("\\.( |$)", "$1");
    }

    // The server's text when it is the client's number, to the digits promised; otherwise the client's number.
    private static String sameDigits(String server, double number, int digits) {
        String wanted = String.format("%." + (digits - 1) + "e", new BigDecimal(number));
        int at = wanted.indexOf('e') + 2;
        while (wanted.length() - at < 3) wanted = wanted.substring(0, at) + "0" + wanted.substring(at);
        boolean reads = digits == 17 ? Double.parseDouble(server) == number : Float.parseFloat(server) == (float) number;
        return reads && wanted.equals(server) ? server : wanted;
    }
}
