"""Steps 5 and 7: the wizard encrypts two columns and decrypts one; and how few actions that takes."""
import re

TITLE = "Always Encrypted Wizard"


def encrypt(tour):
    desk = tour.desk
    desk.context_menu(tour.database("Tables", "HR.Employees"), "Always Encrypted Wizard…")
    wizard = desk.window(TITLE)
    to_page(tour, wizard, "Column Selection")
    choose(tour, wizard, "SSN", "Salary")
    tour.picture("column-selection")
    desk.click(re.compile("^Next"), "button", wizard)
    tour.sees("assessment: SSN is not BIN2", r"(?i)33542|BIN2", wizard, 20, items=True)
    tour.picture("assessment")
    to_page(tour, wizard, "Summary")
    text = statement(tour, wizard)
    tour.expect("the exact T-SQL", "ALTER TABLE ... ALTER COLUMN for both, SSN with a BIN2 collation in the same statement", text,
                re.search(r"ALTER COLUMN \[SSN\][^;]*_BIN2[^;]*ENCRYPTED WITH", text, re.S) and re.search(r"ALTER COLUMN \[Salary\][^;]*ENCRYPTED WITH", text, re.S))
    tour.picture("summary")
    run(tour, wizard, "Encrypt 2 columns")
    tour.expect("nothing of it is left in the server's files", "990-00-6818 not found", tour.server_file_holds("990-00-6818"),
                not tour.server_file_holds("990-00-6818"))
    item = tour.database("Tables", "HR.Employees", "Columns", "SSN")
    tour.expect("the tree shows it", "SSN, char(11), ... randomized, key CEK_HR", item.name, "randomized" in item.name.lower())
    tour.picture("encrypted")


def decrypt(tour):
    desk = tour.desk
    desk.context_menu(tour.database("Tables", "HR.Employees", "Columns", "Salary"), "Always Encrypted Wizard…")
    wizard = desk.window(TITLE)
    to_page(tour, wizard, "Column Selection")
    desk.picture("7-column-selection")
    to_page(tour, wizard, "Summary")
    text = statement(tour, wizard)
    tour.expect("the exact T-SQL", "Salary back to money, without ENCRYPTED WITH", text,
                re.search(r"ALTER COLUMN \[Salary\] (\[?money\]?)", text) and "ENCRYPTED WITH" not in text)
    tour.picture("summary")
    run(tour, wizard, "Decrypt 1 column")
    item = tour.database("Tables", "HR.Employees", "Columns", "Salary")
    tour.expect("the tree shows it", "Salary, money, no scheme", item.name, "randomized" not in item.name.lower())


def few_actions(tour):
    """From a connected window to an encrypted column when keys exist."""
    desk = tour.desk
    before = tour.record.count()
    desk.menu("Keys", "Always Encrypted Wizard…")
    wizard = desk.window(TITLE)
    to_page(tour, wizard, "Column Selection")
    choose(tour, wizard, "Salary")
    to_page(tour, wizard, "Summary")
    run(tour, wizard, "Encrypt 1 column", close=False)
    used = tour.record.count() - before
    tour.expect("from a connected window to an encrypted column", "ten actions or fewer", used, used <= 10)
    tour.picture("few-actions")
    desk.click("Close", "button", wizard)


def page_title(tour, wizard):
    """The page in front says its name; the rail lists all."""
    return [n.name for n in tour.desk.find_all(role="heading", within=wizard)]


def to_page(tour, wizard, title):
    """Next, until the page of that title is in front."""
    desk = tour.desk
    for _ in range(8):
        if desk.reads(rf"^{title}$", wizard, 0.5):
            return
        desk.click(re.compile("^Next"), "button", wizard, seconds=20)
    raise AssertionError(f"the wizard does not come to {title}")


def choose(tour, wizard, *columns):
    """Checks columns in the wizard's table."""
    desk = tour.desk
    table = desk.find(role={"tree", "tree table", "table"}, within=wizard, items=False)
    for column in columns:
        item = desk.tree_item(table, column)
        if "checked" not in item.states:
            desk.click(item, at=(0.05, 0.5))


def statement(tour, wizard):
    return "\n".join(n.text() for n in tour.desk.find_all(role="text", within=wizard))


def run(tour, wizard, button, close=True):
    desk = tour.desk
    desk.click(button, "button", wizard)
    tour.give_key_password(3)
    tour.sees("it runs and ends well", r"(?i)\bdone\b|encrypted|decrypted|finished", wizard, 60, items=True)
    tour.picture("results")
    if close:
        desk.click("Close", "button", wizard)
        desk.gone(TITLE)
