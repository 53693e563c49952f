"""Each way of attestation, by pointing at it: the test in the connection dialog, a query through the enclave, the evidence; and a refusal."""
import json
import re

from studio_words import KEY_PASSWORD

PROTOCOLS = {"none": "None", "hgs": "Host Guardian Service", "aas": "Microsoft Azure Attestation"}
LIKE = "DECLARE @p char(11) = '%6818'; SELECT EmployeeID, SSN FROM HR.Employees WHERE SSN LIKE @p;"
ENCRYPTED = ("HR.Employees.SSN",)


class Server:
    """A sandbox of one mode, with a column encrypted by the command line."""

    def __init__(self, tour, mode, faults=()):
        self.tour, self.mode = tour, mode
        self.folder = tour.login.folder / ("server-" + "-".join([mode, *faults]))
        self.folder.mkdir()
        self.line = self._start(("--attestation", mode))
        self._encrypt()
        if faults:
            tour.login.children.stop(self.process)
            self.line = self._start(("--attestation", mode, *(part for fault in faults for part in ("--fault", f"attest:{fault}"))))

    def _start(self, options):
        output = self.folder / "sandbox.json"
        with output.open("w") as out:
            self.process = self.tour.login.children.start([self.tour.bin / "enclave-sandbox", "--data", self.folder / "data", "--sample", *options],
                                                          self.tour.login.environment, stdout=out)
        self.tour.desk.wait_until(lambda: output.read_text().endswith("\n"), 60, "the sandbox's line of JSON")
        return json.loads(output.read_text())

    def _encrypt(self):
        password = self.folder / "key-password"
        password.write_text(KEY_PASSWORD)
        password.chmod(0o600)
        name = "tour-" + self.folder.name
        service = self.line["attestation"]
        attested = ["--column-encryption", "--attestation", service["protocol"]]
        if service["url"]:
            attested += ["--attestation-url", service["url"]]
        for arguments in (["keys", "new-cmk", "--name", "CMK1", "--key-file", name, "--enclave", "--generate"],
                          ["keys", "new-cek", "--name", "CEK1", "--cmk", "CMK1"],
                          [*attested, "encrypt", *ENCRYPTED, "--key", "CEK1", "--type", "randomized"]):
            done = self.tour.ctl("--sandbox", self.folder / "sandbox.json", "--key-password-file", password, *arguments)
            if done.returncode != 0:
                raise AssertionError(f"enclavectl {arguments}: {done.stderr}")

    def stop(self):
        self.tour.login.children.stop(self.process)


def settings(tour, server):
    """The connection dialog, filled by hand."""
    desk = tour.desk
    desk.key("Ctrl+Alt+c")
    dialog = desk.window("Connect to Server")
    desk.fill("Server name", server.line["server"], dialog)
    desk.fill("Login", server.line["user"], dialog)
    desk.fill("Password", open(server.line["password_file"]).read().strip(), dialog, role="password")
    desk.click("Connection Properties", "tab", dialog)
    desk.fill("Database", "ContosoHR", dialog)
    desk.check("Trust server certificate", False, dialog)
    desk.fill("CA file", server.line["ca_file"], dialog)
    desk.click("Always Encrypted", "tab", dialog)
    desk.check("Enable Always Encrypted (column encryption)", True, dialog)
    desk.check("Enable secure enclaves", True, dialog)
    desk.choose("Protocol", PROTOCOLS[server.line["attestation"]["protocol"]], dialog)
    if server.line["attestation"]["url"]:
        desk.fill("URL", server.line["attestation"]["url"], dialog)
    return dialog


def attested(tour, mode):
    desk, server = tour.desk, Server(tour, mode)
    proven = mode != "none"
    dialog = settings(tour, server)
    desk.click("Test enclave", "button", dialog)
    tour.sees("Test enclave", r"passed\. Enclave verified, sandbox root" if proven else r"passed\. Not attested: nobody vouches", dialog, 40)
    tour.sees("its last step", r"Enclave session opened", dialog, items=True)
    tour.picture("test-enclave")
    if mode == "hgs":
        trust_what_is_seen(tour, dialog)
    desk.click("Connect", "button", dialog)
    desk.gone("Connect to Server", 20)
    tour.run_sql(LIKE)
    tour.give_key_password(4)
    rows = desk.grid("Result 1", lambda r: r and all(row[1].endswith("6818") for row in r))
    tour.expect("LIKE in the attested enclave", "every SSN that ends in 6818", rows, rows and all(row[1].endswith("6818") for row in rows))
    tour.sees("the trust bar says it in words", r"^Enclave verified, sandbox root" if proven else r"^Enclave not attested", seconds=15)
    evidence(tour, proven)
    if mode == "hgs":
        send_keys(tour, server)
    server.stop()


def trust_what_is_seen(tour, dialog):
    """A policy made of a verified session is shown before it is taken."""
    desk = tour.desk
    desk.click(re.compile("Trust what I see now"), "button", dialog)
    shown = desk.window("Attestation policy")
    text = desk.find("Policy, as JSON", "text", shown).text()
    roots = json.loads(text).get("trustedRoots")
    tour.expect("Trust what I see now: the policy is shown first", "JSON with the root's fingerprint", roots, roots and len(roots[0]) == 64)
    tour.picture("trust-what-i-see")
    desk.click("OK", "button", shown)
    desk.gone("Attestation policy")
    desk.click(re.compile("Test"), "button", dialog)
    tour.sees("the enclave keeps that policy", r"passed\. Enclave verified, sandbox root", dialog, 40)


def send_keys(tour, server):
    """The server node's keys go to the enclave on request, and it says which before."""
    desk = tour.desk
    node = desk.tree_item(tour.explorer(), re.compile(re.escape(server.line["server"])), "Databases", "ContosoHR")
    desk.context_menu(node, re.compile("Send keys to the enclave"))
    dialog = desk.window("Send keys to the enclave")
    tour.sees("Send keys: what it will send", r"CEK1", dialog, items=True)
    tour.picture("send-keys")
    desk.click("Send 1 key", "button", dialog)
    tour.sees("Send keys: the outcome", r"The enclave holds 1 key now", dialog, 30)
    desk.key("Esc")
    desk.gone("Send keys to the enclave")


def record(tour, inspector):
    """What was decided can be kept, and checked again without a network."""
    desk, file = tour.desk, tour.login.folder / f"record-{tour.now}.json"
    desk.click("Save record…", "button", inspector)
    desk.type_path(str(file), desk.window(re.compile("Save")))
    desk.wait_until(file.exists, 10, "the record")
    done = tour.ctl("attest", "--verify", file)
    tour.expect("a saved record, checked again offline", "exit status 0", f"{done.returncode}: {done.stdout.splitlines()[:1]} {done.stderr}", done.returncode == 0)


def evidence(tour, proven):
    desk = tour.desk
    desk.key("Ctrl+Alt+a")
    inspector = desk.find("Attestation", seconds=10)
    tour.sees("the inspector's verdict", r"(?i)verified.*sandbox root|sandbox root" if proven else r"(?i)not attested|nobody vouches", inspector)
    rules = desk.find("Rules", {"tree", "tree table", "table", "list"}, inspector, items=False)
    seen = [" ".join(desk.names(row)) for row in desk.items(rules)]
    tour.expect("rules, expected and seen", "some, none failed", f"{len(seen)} texts, {' | '.join(seen)[:300]}",
                len(seen) > 3 and not any("failed" in row.lower() for row in seen))
    tour.sees("the key that was released", r"CEK1|Key \d+", inspector, items=True)
    tour.picture("inspector")
    if proven:
        record(tour, inspector)
    desk.key("Ctrl+Alt+a")


def refused(tour):
    """A debug enclave: the test says which rule, the query is not sent, the inspector shows why."""
    desk, server = tour.desk, Server(tour, "hgs", ["debug"])
    dialog = settings(tour, server)
    desk.click("Test enclave", "button", dialog)
    tour.sees("Test enclave names the rule", r"Debug mode.*expected off.*seen on", dialog, 40, items=True)
    tour.picture("test-enclave-refused")
    desk.click("Connect", "button", dialog)
    desk.gone("Connect to Server", 20)
    tour.run_sql(LIKE)
    tour.give_key_password(3)
    tour.sees("not sent", r"(?i)not sent.*refused", seconds=20)
    tour.sees("the trust bar", r"^Enclave refused", seconds=10)
    tour.picture("query-refused")
    desk.click("Show in inspector", "button")
    tour.sees("no key was released", r"No key was released")
    tour.picture("inspector-refused")
    desk.key("Ctrl+Alt+a")
    server.stop()
