"""Step 8: closing with a query running and a tab unsaved loses nothing and hangs nowhere."""
import re
import time

UNSAVED = "-- kept without a file: PRINT 42"


def close_and_start_again(tour):
    desk = tour.desk
    desk.key("Ctrl+n")
    desk.fill("SQL text", UNSAVED)
    desk.key("Ctrl+n")
    tour.run_sql("WAITFOR DELAY '00:02:00'; SELECT 1;")
    tour.sees("the query runs, with a way to cancel it", r"^Running")
    tabs = [n.name for n in desk.find_all(role="tab", within=desk.find("Open documents", items=False)) or desk.find_all(role="tab")]
    tour.picture("running")
    began = time.monotonic()
    desk.key("Ctrl+q")
    asked = desk.window("Close Enclave Studio")
    tour.sees("it says what is lost and what is not", r"(?i)cancels it", asked)
    tour.picture("closing")
    desk.click("Cancel and close", "button", asked)
    status = desk.wait_for_end(15)
    tour.expect("it ends", "exit 0 within 5 s", f"exit {status} after {time.monotonic() - began:.1f} s", status == 0 and time.monotonic() - began < 8)
    tour.complaints()
    start_again(tour, tabs)


def start_again(tour, tabs):
    desk = tour.desk
    window = tour.start()
    desk.wait_until(lambda: len(desk.find_all(role="tab", within=window)) >= len(tabs), 10, "as many tabs as before")
    back = [n.name for n in desk.find_all(role="tab", within=window)]
    tour.expect("tabs are back", ", ".join(tabs), ", ".join(back), all(any(same(a, b) for b in back) for a in tabs))
    unsaved = next(n for n in desk.find_all(role="tab", within=window) if "unsaved" in n.name)
    desk.click(unsaved)
    text = desk.find("SQL text", "text").text()
    tour.expect("the unsaved text is back", UNSAVED, text, UNSAVED in text)
    tour.picture("started-again")
    desk.click("Open the sandbox", "button")
    tour.sees("the connection is back", r"Connected to 127\.0\.0\.1,\d+, database ContosoHR", seconds=30)
    tour.picture("connected-again")


def same(one, other):
    """Tabs are told apart by the name of their text, not by what they show about it."""
    return re.split(r"[,·]", one)[0].strip() == re.split(r"[,·]", other)[0].strip()
