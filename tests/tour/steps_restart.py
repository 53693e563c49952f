"""Step 8: closing with a query running and a tab unsaved loses nothing and hangs nowhere."""
import re
import time

from steps_wizard import PLANTED
from studio_words import KEY_PASSWORD

UNSAVED = "-- kept without a file: PRINT 42"


def close_and_start_again(tour):
    desk = tour.desk
    desk.key("Ctrl+n")
    desk.fill("SQL text", UNSAVED)
    desk.key("Ctrl+n")
    tour.run_sql("SELECT COUNT(*) FROM HR.Employees a CROSS JOIN HR.Employees b CROSS JOIN HR.Employees c CROSS JOIN HR.Employees d;")
    tour.sees("the query runs, with a way to cancel it", r"^Running")
    tabs = [n.name for n in tour.document_tabs()]
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
    log_is_clean(tour)
    start_again(tour, tabs)


def log_is_clean(tour):
    """The log says what was done, and nothing of what was typed or read."""
    files = list(tour.login.folder.rglob("enclave-studio.log"))
    text = "\n".join(f.read_text() for f in files)
    secrets = [KEY_PASSWORD, PLANTED, UNSAVED, *(f.read_text().strip() for f in tour.data.rglob("*password*") if f.is_file())]
    told = [s for s in secrets if s and s in text]
    tour.expect("the log file", "what was connected to, and no password, value or statement", f"{len(files)} file, {len(text.splitlines())} lines, {len(told)} secrets",
                len(files) == 1 and "connected to 127.0.0.1" in text and len(secrets) > 3 and not told)


def start_again(tour, tabs):
    desk = tour.desk
    tour.start()
    desk.wait_until(lambda: len(tour.document_tabs()) >= len(tabs), 10, "as many tabs as before")
    back = [n.name for n in tour.document_tabs()]
    tour.expect("tabs are back", ", ".join(tabs), ", ".join(back), all(any(same(a, b) for b in back) for a in tabs))
    texts = []
    for tab in tour.document_tabs():
        if "unsaved" in tab.name:
            desk.click(tab)
            texts.append(desk.find("SQL text", "text").text())
            if UNSAVED in texts[-1]:
                break
    tour.expect("the unsaved text is back", UNSAVED, texts[-1:], UNSAVED in texts[-1])
    tour.picture("started-again")
    tour.sees("the connection is back", r"^127\.0\.0\.1,\d+ · sa$", seconds=30)
    tour.run_sql("SELECT 42 AS answer;")
    rows = desk.grid("Result 1", lambda r: r == [["42"]])
    tour.expect("and can be used", "42", rows, rows == [["42"]])
    tour.picture("connected-again")


def same(one, other):
    """Tabs are told apart by the name of their text, not by what they show about it."""
    return re.split(r"[,·]", one)[0].strip() == re.split(r"[,·]", other)[0].strip()
