"""Steps 5 and 7: the wizard encrypts two columns and decrypts one; and how few actions that takes."""
import re

from studio_words import KEY_PASSWORD

TITLE = "Always Encrypted Wizard"
PLANTED = "990-00-6818"


def encrypt(tour):
    desk = tour.desk
    planted = tour.server_file_holds(PLANTED)
    desk.context_menu(tour.database("Tables", "HR.Employees"), "Always Encrypted Wizard…")
    wizard = desk.window(TITLE)
    choose(tour, wizard, "SSN", "Salary")
    unnamed = tour.unreachable_names()
    tour.expect("every control that takes the focus has a name", "all", ", ".join(unnamed) or "all", not unnamed)
    tour.picture("column-selection")
    to_page(tour, wizard, "Column Assessment")
    tour.sees("assessment: SSN is not BIN2, and what that means", r"(?i)33542", wizard, 20, items=True)
    tour.sees("the collation in the same statement is offered", r"(?i)Change the collation to \w*BIN2 in the same statement", wizard)
    tour.picture("assessment")
    to_page(tour, wizard, "Summary")
    text = desk.find("Statements", "text", wizard).text()
    tour.expect("the exact T-SQL", "ALTER TABLE ... ALTER COLUMN for both, SSN with a BIN2 collation in the same statement", text,
                re.search(r"ALTER COLUMN \[SSN\][^;]*_BIN2[^;]*ENCRYPTED WITH", text, re.S) and re.search(r"ALTER COLUMN \[Salary\][^;]*ENCRYPTED WITH", text, re.S))
    tour.picture("summary")
    save_script(tour, wizard)
    run(tour, wizard, "Encrypt 2 columns", r"2 columns are encrypted in place")
    left = tour.server_file_holds(PLANTED)
    tour.expect("a planted value in the server's files", "found before, not found after", f"{planted} before, {left} after", planted and not left)
    item = tour.database("Tables", "HR.Employees", "Columns", "SSN")
    tour.expect("the tree shows it", "SSN, char(11), ... randomized, key CEK_HR", item.name, re.search(r"(?i)randomized.*CEK_HR", item.name))
    tour.picture("encrypted")


def save_script(tour, wizard):
    desk = tour.desk
    desk.click("Save script…", "button", wizard)
    asked = desk.window("Save script")
    file = tour.login.folder / "encrypt.sql"
    desk.type_path(str(file), asked)
    desk.gone("Save script")
    desk.wait_until(file.exists, 5, "the script in its file")
    text = file.read_text()
    tour.expect("Save script", "the same statements in a file", text[:200], "ALTER COLUMN [SSN]" in text)


def decrypt(tour):
    desk = tour.desk
    desk.context_menu(tour.database("Tables", "HR.Employees", "Columns", "Salary"), "Decrypt…")
    wizard = desk.window(TITLE)
    desk.wait_until(lambda: desk.reads(r"^1 column in 1 table$", wizard, 0.2), 15, "that Salary is chosen")
    tour.picture("column-selection")
    # From here without a mouse.
    for page in ("Column Assessment", "Summary"):
        desk.find(re.compile("^Next"), "button", wizard, states={"enabled"})
        desk.key("Alt+n")
        desk.wait_until(lambda: in_front(tour, wizard, page), 10, page)
    text = desk.find("Statements", "text", wizard).text()
    tour.expect("the exact T-SQL", "Salary back to money, without ENCRYPTED WITH", text,
                re.search(r"ALTER COLUMN \[Salary\] \[?money\]?", text) and "ENCRYPTED WITH" not in text)
    tour.picture("summary")
    run(tour, wizard, "Decrypt 1 column", r"1 column is decrypted in place")
    item = tour.database("Tables", "HR.Employees", "Columns", "Salary")
    tour.expect("the tree shows it", "Salary, money, no scheme", item.name, "randomized" not in item.name.lower())


def few_actions(tour):
    """From a connected window to an encrypted column when keys exist."""
    desk = tour.desk
    before = tour.record.count()
    desk.menu("Keys", "Always Encrypted Wizard…")
    wizard = desk.window(TITLE)
    choose(tour, wizard, "Salary")
    to_page(tour, wizard, "Summary")
    run(tour, wizard, "Encrypt 1 column", r"1 column is encrypted in place", close=False)
    used = tour.record.count() - before
    tour.expect("from a connected window to an encrypted column", "ten actions or fewer", used, used <= 10)
    tour.picture("few-actions")
    desk.click("Close", "button", wizard)
    desk.gone(TITLE)


def in_front(tour, wizard, page):
    """The rail says so."""
    return any(text.startswith(f"{page}, ") and "current page" in text for text in tour.desk.texts(wizard))


def to_page(tour, wizard, title):
    """Next, until the page of that title is in front."""
    desk = tour.desk
    pages = ["Column Selection", "Column Assessment", "Summary"]
    start = next(i for i, page in enumerate(pages) if in_front(tour, wizard, page))
    for page in pages[start + 1:pages.index(title) + 1]:
        desk.click(re.compile("^Next"), "button", wizard, seconds=20)
        desk.wait_until(lambda: in_front(tour, wizard, page), 10, page)


def choose(tour, wizard, *columns):
    """Checks columns in the wizard's table."""
    desk = tour.desk
    table = desk.find("Columns", {"tree", "tree table", "table"}, wizard, 20, items=False)
    for column in columns:
        item = desk.tree_item(table, "HR.Employees", column)
        if "checked" not in item.states:
            x, y, _, height = desk.place(item)
            desk.screen.click(x + height * 0.5, y + height * 0.5)
            tour.record.did("click")
    desk.wait_until(lambda: desk.reads(rf"^{len(columns)} columns? in 1 table$", wizard, 0.2), 5, f"{len(columns)} columns chosen")


def run(tour, wizard, button, done, close=True):
    desk = tour.desk
    desk.click(button, "button", wizard)
    asked = desk.wait_until(lambda: desk.reads(done, wizard, 0.1) or desk.find_all("Password of the key file", "password", wizard), 60,
                            "that the wizard is done or asks for the key's password")
    if not isinstance(asked, str):
        desk.fill("Password of the key file", KEY_PASSWORD, wizard, role="password")
        tour.picture("key-password")
        desk.click("Use key", "button", wizard)
    tour.sees("it runs and ends well", done, wizard, 60)
    tour.picture("results")
    if close:
        desk.click("Close", "button", wizard)
        desk.gone(TITLE)
