"""Steps 3 and 4: the Object Explorer, and two new keys."""
import re

from studio_words import KEY_PASSWORD


def object_explorer(tour):
    desk = tour.desk
    tour.database("Tables", "HR.Employees", "Columns", "Salary")
    names = [n.name for n in desk.items(tour.explorer())]
    tour.expect("databases, schemas, tables, columns", "HR.Employees with SSN char(11) and Salary money, nullability told",
                [n for n in names if re.match(r"SSN|Salary", n)],
                any(re.match(r"SSN, char\(11\), (not )?null", n) for n in names) and any(re.match(r"Salary, money, (not )?null", n) for n in names))
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
    back = desk.wait_until(lambda: [n.name for n in desk.items(tour.explorer()) if n.name.startswith(("SSN", "Column Master Keys"))], 10, "that all is back")
    tour.expect("without the filter", "all is back, opened as before", back, len(back) == 2)


def new_keys(tour):
    master_key(tour)
    encryption_key(tour)


def master_key(tour):
    desk = tour.desk
    desk.context_menu(tour.database("Security", "Always Encrypted Keys", "Column Master Keys"), "New Column Master Key…")
    dialog = desk.window("New Column Master Key")
    allow = desk.wait_until(lambda: desk.find("Allow enclave computations", "check box", dialog, states={"enabled"}), 10, "the enclave's state")
    tour.expect("allow enclave computations", "there, usable and chosen, because this server has an enclave", sorted(allow.refresh().states),
                {"enabled", "checked"} <= allow.states)
    tour.sees("and why", r"(?i)the server has an enclave", dialog)
    desk.fill("Name", "CMK_HR", dialog)
    desk.fill("Password", KEY_PASSWORD, dialog)
    desk.fill("Repeat password", "something else", dialog)
    desk.click("OK", "button", dialog)
    tour.sees("two different passwords", r"passwords differ", dialog)
    tour.picture("passwords-differ")
    unnamed = tour.unreachable_names()
    tour.expect("every control that takes the focus has a name", "all", ", ".join(unnamed) or "all", not unnamed)
    desk.fill("Password", KEY_PASSWORD, dialog)
    desk.fill("Repeat password", KEY_PASSWORD, dialog)
    tour.picture("new-master-key")
    desk.click("OK", "button", dialog)
    desk.gone("New Column Master Key", 20)
    item = tour.database("Security", "Always Encrypted Keys", "Column Master Keys", "CMK_HR")
    tour.expect("it is in the tree", "CMK_HR, enclave-enabled", item.name, "enclave-enabled" in item.name)


def encryption_key(tour):
    desk = tour.desk
    script_only(tour, new_encryption_key(tour))
    dialog = new_encryption_key(tour)
    tour.picture("new-encryption-key")
    desk.click("OK", "button", dialog)
    desk.gone("New Column Encryption Key", 20)
    item = tour.database("Security", "Always Encrypted Keys", "Column Encryption Keys", "CEK_HR")
    tour.expect("it is in the tree", "CEK_HR, enclave-enabled", item.name, "enclave-enabled" in item.name)
    tour.picture("keys-in-the-tree")


def new_encryption_key(tour):
    desk = tour.desk
    desk.context_menu(tour.database("Security", "Always Encrypted Keys", "Column Encryption Keys"), "New Column Encryption Key…")
    dialog = desk.window("New Column Encryption Key")
    box = desk.find("Column master key", "combo box", dialog)
    desk.wait_until(lambda: box.refresh().name.startswith("CMK_HR"), 10, "CMK_HR in the list of master keys")
    tour.expect("the column master key is chosen", "CMK_HR, enclave-enabled", box.name, "enclave-enabled" in box.name)
    desk.fill("Name", "CEK_HR", dialog)
    return dialog


def script_only(tour, dialog):
    desk = tour.desk
    desk.click("Script", "button", dialog)
    tour.sees("Script changes nothing, and says so", r"(?i)nothing was changed in the database", dialog, 20)
    desk.key("Esc")
    desk.gone("New Column Encryption Key")
    text = desk.wait_until(lambda: (lambda t: t if "CREATE COLUMN" in t else None)(desk.find("SQL text", "text").text()), 10, "the statement in a tab")
    tour.expect("Script", "CREATE COLUMN ENCRYPTION KEY in a query tab, the database as before", text, re.search(r"CREATE COLUMN ENCRYPTION KEY \[?CEK_HR", text))
    tour.picture("script")
    desk.key("Ctrl+F4")
    for button in ("Drop changes", "Drop"):
        dropped = desk.find_all(button, "button")
        if dropped:
            desk.click(dropped[0])
