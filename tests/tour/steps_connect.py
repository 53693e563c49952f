"""Steps 1 and 2: the start page, and the connection dialog."""
import re


def start_page(tour):
    desk = tour.desk
    window = tour.start()
    sandbox = desk.find("Open the sandbox", "button", window)
    connect = desk.shows("Connect to a server", "button", window)
    tour.expect("start page", "buttons to open the sandbox and to connect to a server", f"{sandbox}, {connect}", connect)
    tour.sees("what this is, in one sentence", r"[Ee]ncrypt.*\.$", window)
    tour.sees("recent connections", r"(?i)recent connections", window)
    tour.expect("every control that takes the focus has a name", "all", ", ".join(tour.unreachable_names()) or "all", not tour.unreachable_names())
    tour.picture("start-page")
    desk.click(sandbox)


def connection_dialog(tour):
    desk = tour.desk
    dialog = desk.window("Connect to Server", 40)
    tabs = [n.name for n in desk.find_all(role="tab", within=dialog)]
    wanted = ["Login", "Connection Properties", "Always Encrypted", "Additional Properties"]
    tour.expect("its pages", ", ".join(wanted), ", ".join(tabs), tabs == wanted)
    login(tour, dialog)
    properties(tour, dialog)
    encryption(tour, dialog)
    connection_string(tour, dialog)
    desk.key("Esc")
    desk.gone("Connect to Server")
    desk.click("Open the sandbox", "button")
    dialog = desk.window("Connect to Server", 20)
    desk.click("Connect", "button", dialog)
    desk.gone("Connect to Server", 20)
    tour.sees("connected", r"Connected to 127\.0\.0\.1,\d+, database ContosoHR", seconds=20)
    tour.picture("connected")


def login(tour, dialog):
    desk = tour.desk
    server, user = (desk.find(name, "text", dialog).text() for name in ("Server name", "Login"))
    tour.expect("prefilled with the sandbox", "server 127.0.0.1 with a port, login sa", f"{server}, {user}", re.match(r"127\.0\.0\.1,\d+$", server) and user == "sa")
    password = desk.find("Password", "password", dialog)
    try:
        shown = password.text()
    except Exception:
        shown = ""
    tour.expect("the password cannot be read", "nothing but dots", repr(shown), not re.search(r"\w", shown))
    tour.sees("no secret service here, and it says so", r"(?i)password is not saved.*secret service|secret service", dialog)
    tour.sees("the environment, in words", r"^SANDBOX$", dialog)
    unnamed = tour.unreachable_names()
    tour.expect("every control that takes the focus has a name", "all", ", ".join(unnamed) or "all", not unnamed)
    tour.picture("login")


def properties(tour, dialog):
    desk = tour.desk
    desk.click("Connection Properties", "tab", dialog)
    database = desk.find("Database", "text", dialog).text()
    tour.expect("the database", "ContosoHR", database, database == "ContosoHR")
    tour.picture("properties")


def encryption(tour, dialog):
    desk = tour.desk
    desk.click("Always Encrypted", "tab", dialog)
    all_of_it = desk.find("Enable Always Encrypted (column encryption)", "check box", dialog)
    enclaves = desk.find("Enable secure enclaves", "check box", dialog)
    protocol, url = desk.find("Protocol", "combo box", dialog), desk.find("URL", "text", dialog)

    def usable(*nodes):
        return ["enabled" in node.refresh().states for node in nodes]
    desk.check(all_of_it, False)
    seen = usable(enclaves, protocol, url)
    tour.expect("without Always Encrypted nothing else can be chosen", "enclaves, protocol and URL greyed", seen, seen == [False, False, False])
    desk.check(all_of_it)
    desk.check(enclaves, False)
    seen = usable(enclaves, protocol, url)
    tour.expect("enclaves off", "the box usable, protocol and URL greyed", seen, seen == [True, False, False])
    desk.check(enclaves)
    seen = usable(protocol, url) + [protocol.refresh().name]
    tour.expect("protocol None needs no URL", "protocol usable and None, URL greyed", seen, seen == [True, False, "None"])
    tour.sees("None is explained", r"(?i)without attestation.*nobody vouches", dialog)
    tour.picture("always-encrypted")


def connection_string(tour, dialog):
    desk = tour.desk
    desk.click("Additional Properties", "tab", dialog)
    copied = {}
    for kind in ("ADO.NET", "ODBC", "JDBC"):
        desk.click(f"Copy as {kind}", "button", dialog)
        tour.sees(f"copied for {kind}", rf"Copied for {re.escape(kind)}", dialog)
        copied[kind] = desk.screen.clipboard()
    words = {"ADO.NET": "Column Encryption Setting", "ODBC": "ColumnEncryption", "JDBC": "columnEncryptionSetting"}
    tour.expect("as a connection string", "each in its own words, none with the password", copied,
                all(words[kind].lower() in text.lower() and not re.search(r"(?i)(password|pwd)\s*=\s*[^;{}\s]", text) for kind, text in copied.items()))
    desk.click("Connection string", "text", dialog)
    desk.key("Ctrl+v")
    desk.click("Use these settings", "button", dialog)
    tour.sees("one pasted in", r"Read as a connection string of .*JDBC", dialog)
    tour.picture("connection-string")
