import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the driver hears from the server: it logs every error as it comes, before it decides whether to try again by itself. */
final class Heard extends Handler implements AutoCloseable {
    private final Logger logger = Logger.getLogger("com.microsoft.sqlserver.jdbc.internals.SQLServerException");
    private final StringBuilder all = new StringBuilder();

    Heard() {
        setLevel(Level.ALL);
        logger.setLevel(Level.FINE);
        logger.setUseParentHandlers(false);
        logger.addHandler(this);
    }

    /** How often the server's error of this number came. */
    int times(int number) {
        return all.toString().split("Msg " + number + ",", -1).length - 1;
    }

    @Override
    public void publish(LogRecord record) {
        all.append(record.getMessage()).append('\n');
    }

    @Override
    public void flush() {
    }

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(null);
    }

    @Override
    public String toString() {
        return all.toString();
    }
}
