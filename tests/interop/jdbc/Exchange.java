import com.microsoft.sqlserver.jdbc.SQLServerConnection;
import java.sql.Date;
import java.util.List;

/** One table (made by ../exchange.py) that every client writes a row to and reads all rows of. */
final class Exchange {
    private static final String COLUMNS = "ssn, name, number, pay, born, data";

    private Exchange() {
    }

    static void write(Sandbox sandbox) throws Exception {
        try (SQLServerConnection c = sandbox.encrypted()) {
            Steps.step("exchange-write", () -> {
                for (String table : new String[] {"dbo.ExchangeStudio", "dbo.ExchangeClients"})
                    Rows.update(c, "INSERT INTO " + table + " (writer, " + COLUMNS + ") VALUES ('jdbc', ?, ?, ?, ?, ?, ?)", Rows.text("900-10-2030"), Rows.wide("Gr\u00e4ce \u6f22"),
                            (p, i) -> p.setLong(i, -1234567890123L), Rows.money("61234.5678"), (p, i) -> p.setDate(i, Date.valueOf("1980-02-29")),
                            (p, i) -> p.setBytes(i, new byte[] {0, 1, -1}));
                return "one row in each table";
            });
        }
    }

    static void read(Sandbox sandbox) throws Exception {
        try (SQLServerConnection c = sandbox.encrypted()) {
            for (String table : new String[] {"dbo.ExchangeStudio", "dbo.ExchangeClients"})
                Steps.step("exchange-read-" + table, () -> {
                    List<String> writers = Rows.of(c, "SELECT writer FROM " + table + " ORDER BY writer");
                    for (String row : Rows.of(c, "SELECT " + COLUMNS + ", writer FROM " + table)) {
                        String pay = row.endsWith("|go") ? "NULL" : "61234.5678"; // not every client knows money
                        Steps.same("900-10-2030|Gr\u00e4ce \u6f22|-1234567890123|" + pay + "|1980-02-29|0x0001ff", row.substring(0, row.lastIndexOf('|')));
                    }
                    List<String> found = Rows.of(c, "SELECT writer FROM " + table + " WHERE ssn = ? AND number = ? ORDER BY writer", Rows.text("900-10-2030"),
                            (p, i) -> p.setLong(i, -1234567890123L));
                    Steps.check(found.equals(writers) && writers.contains("jdbc"), found + " of " + writers);
                    return "rows of " + writers;
                });
        }
    }
}
