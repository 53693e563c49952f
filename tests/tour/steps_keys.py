"""Steps 3 and 4: the Object Explorer, and two new keys."""
import re

from studio_words import KEY_PASSWORD


def object_explorer(tour):
    desk = tour.desk
    columns = tour.database("Tables", "HR.Employees", "Columns")
    names = [n.name for n in desk.items(tour.explorer())]
    tour.expect("databases, schemas, tables, columns", "HR.Employees with SSN char(11) and Salary money, nullability told",
                [n for n in names if re.match(r"SSN|Salary", n)],
                any(re.match(r"SSN, char\(11\), (not )?null", n) for n in names) and any(re.match(r"Salary, money, (not )?null", n) for n in names))
    del columns
    tour.database("Security", "Always Encrypted Keys", "Column Master Keys")
    tour.database("Security", "Always Encrypted Keys", "Column Encryption Keys")
    names = [n.name for n in desk.items(tour.explorer())]
    tour.expect("folders", "Tables, Views, Indexes, Security, Column Master Keys, Column Encryption Keys", names,
                all(any(n.startswith(w) for n in names) for w in ("Tables", "Views", "Indexes", "Security", "Column Master Keys", "Column Encryption Keys")))
    enclave = next((n for n in names if n.startswith("Secure enclave")), "")
    tour.expect("the server's enclave", "type, running, sessions and keys held", enclave, re.search(r"(?i)running|configured", enclave))
    tour.picture("object-explorer")
    filter_tree(tour)


def filter_tree(tour):
    desk = tour.desk
    desk.key("Ctrl+Shift+o")
    field = desk.wait_until(lambda: next((n for n in desk.find_all(role="text") if "focused" in n.states), None), 5, "the filter with the focus")
    desk.fill(field, "Salary")
    names = desk.wait_until(lambda: (lambda found: found if not any(n.startswith("SSN") for n in found) else None)(
        [n.name for n in desk.items(tour.explorer())]), 10, "that the filter takes SSN away")
    tour.expect("filter", "Salary stays, SSN goes", names, any(n.startswith("Salary") for n in names))
    tour.picture("filter")
    desk.fill(field, "")
    desk.wait_until(lambda: any(n.name.startswith("SSN") for n in desk.items(tour.explorer())), 10, "that all is back")


def new_keys(tour):
    desk = tour.desk
    desk.context_menu(tour.database("Security", "Always Encrypted Keys", "Column Master Keys"), "New Column Master Key…")
    dialog = desk.window("New Column Master Key")
    desk.fill("Name", "CMK_HR", dialog)
    allow = desk.find("Allow enclave computations", "check box", dialog)
    tour.expect("allow enclave computations", "there and usable, because this database has an enclave", sorted(allow.states), "enabled" in allow.states)
    tour.picture("new-master-key")
    generate(tour, dialog)
    desk.check(allow)
    tour.sees("the statement", r"CREATE COLUMN MASTER KEY.*ENCLAVE_COMPUTATIONS", dialog)
    tour.picture("new-master-key-filled")
    desk.click("OK", "button", dialog)
    desk.gone("New Column Master Key", 20)
    item = tour.database("Security", "Always Encrypted Keys", "Column Master Keys", "CMK_HR")
    tour.expect("it is in the tree", "CMK_HR, enclave-enabled", item.name, "enclave-enabled" in item.name)
    desk.context_menu(tour.database("Security", "Always Encrypted Keys", "Column Encryption Keys"), "New Column Encryption Key…")
    dialog = desk.window("New Column Encryption Key")
    desk.fill("Name", "CEK_HR", dialog)
    box = desk.find("Column master key", "combo box", dialog)
    tour.expect("the column master key is chosen", "CMK_HR", box.name, box.name.startswith("CMK_HR"))
    tour.picture("new-encryption-key")
    desk.click("OK", "button", dialog)
    tour.give_key_password(2)
    desk.gone("New Column Encryption Key", 20)
    item = tour.database("Security", "Always Encrypted Keys", "Column Encryption Keys", "CEK_HR")
    tour.expect("it is in the tree", "CEK_HR, enclave-enabled", item.name, "enclave-enabled" in item.name)
    tour.picture("keys-in-the-tree")


def generate(tour, dialog):
    """A key file of a password that is typed twice."""
    desk = tour.desk
    desk.click(re.compile(r"^Generate"), "button", dialog)
    for field in desk.find_all(role="password"):
        desk.fill(field, KEY_PASSWORD)
