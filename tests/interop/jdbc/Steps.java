import java.sql.SQLException;

/** Steps: each prints "ok NAME: what was seen" or "FAIL NAME: ...". Thread: main. */
final class Steps {
    private static int failures;

    private Steps() {
    }

    interface Body {
        String run() throws Exception;
    }

    interface Action {
        void run() throws Exception;
    }

    static void step(String name, Body body) {
        try {
            System.out.println("ok jdbc-" + name + ": " + Rows.brief(body.run()));
        } catch (Exception e) {
            failures++;
            System.out.println("FAIL jdbc-" + name + ": " + said(e));
            for (StackTraceElement at : e.getStackTrace()) {
                if (at.getClassName().startsWith("com.") || at.getClassName().startsWith("java") || at.getClassName().equals("Steps"))
                    continue;
                System.out.println("     at " + at); // the witness's own line
                break;
            }
        }
    }

    /** A group that cannot even begin, or breaks off, is a failure too. */
    static void group(String name, Action action) {
        try {
            action.run();
        } catch (Exception e) {
            failures++;
            System.out.println("FAIL jdbc-group-" + name + ": " + said(e));
        }
    }

    private static String said(Throwable e) {
        String number = e instanceof SQLException ? ((SQLException) e).getErrorCode() + " " : "";
        return number + e + (e.getCause() == null || e.getCause() == e ? "" : " <- " + said(e.getCause()));
    }

    static void check(boolean condition, Object message) {
        if (!condition)
            throw new IllegalStateException(message.toString());
    }

    static void same(Object expected, Object seen) {
        check(expected.equals(seen), "expected " + Rows.brief(expected) + ", seen " + Rows.brief(seen));
    }

    /** `action` must fail with this number of the server, or, if number is 0, with a text that holds `word`. */
    static String refused(int number, String word, Action action) throws Exception {
        try {
            action.run();
        } catch (SQLException e) {
            String all = said(e);
            if ((number == 0 || e.getErrorCode() == number) && all.contains(word))
                return e.getErrorCode() + " " + e.getMessage();
            throw e;
        }
        throw new IllegalStateException("no error; expected " + number + " " + word);
    }

    static int failures() {
        return failures;
    }
}
