"""The eight steps of the tour on one studio: what is the same for all of them."""
import re
import subprocess
import traceback
from pathlib import Path

import steps_attestation
import steps_bad_input
import steps_connect
import steps_keys
import steps_query
import steps_restart
import steps_wizard
from accessible import Gone, tree
from desk import Desk
from studio_words import KEY_PASSWORD, KEY_PASSWORD_WINDOW

STEPS = [("1", steps_connect.start_page), ("2", steps_connect.connection_dialog), ("3", steps_keys.object_explorer), ("4", steps_keys.new_keys),
         ("5", steps_wizard.encrypt), ("6", steps_query.query), ("7", steps_wizard.decrypt), ("8", steps_restart.close_and_start_again),
         ("9", steps_wizard.few_actions), ("bad input", steps_bad_input.dead_server), ("bad input", steps_bad_input.three_failures)]


ATTESTED = {mode: [(mode, lambda tour, mode=mode: steps_attestation.attested(tour, mode))] for mode in ("none", "hgs", "aas-vbs", "aas-sgx")}
ATTESTED["refused"] = [("refused", steps_attestation.refused)]


class StudioTour:
    def __init__(self, login, bin_folder, theme, record, pictures):
        self.login, self.bin, self.theme, self.record, self.pictures = login, Path(bin_folder), theme, record, Path(pictures)
        self.desk = Desk(login, record, pictures)
        self.data = login.folder / "data"
        self.now = ""

    def walk(self, steps=STEPS):
        for number, step in steps:
            self.now = number
            try:
                step(self)
            except Exception as problem:
                traceback.print_exc()
                self.expect("can be walked to its end", "every control is found", f"{type(problem).__name__}: {problem}", False)
                self.picture("stuck")
                self.out_of_dialogs()
        self.now = ""
        self.complaints()

    def walk_attested(self, *modes):
        self.start()
        self.walk([step for mode in modes for step in ATTESTED[mode]])

    def close(self):
        self.desk.finish_pictures()

    # --- words for the steps
    def expect(self, name, expected, seen, ok):
        return self.record.step(f"{self.now} {name}".strip(), expected, str(seen), ok)

    def sees(self, name, pattern, within=None, seconds=10, items=False):
        """A text that a person comes to read."""
        seen = self.desk.reads(pattern, within, seconds, items)
        return self.expect(name, f"a text like {pattern}", seen if seen is not None else f"none; there is {self.texts(within)}", seen is not None)

    def texts(self, within=None):
        return " | ".join(self.desk.texts(within))[:600]

    def picture(self, name):
        self.desk.picture(f"{self.now}-{name}" if self.now else name)

    def out_of_dialogs(self):
        """After a step that got stuck: Escape until only the main window is left, so that the next one can be tried."""
        for _ in range(4):
            if len(self.desk.screen.windows()) <= 1:
                return
            self.desk.screen.key("Escape")
            try:
                self.desk.wait_until(lambda: len(self.desk.screen.windows()) <= 1, 2)
            except AssertionError:
                pass

    def start(self, *arguments):
        command = [self.bin / "enclave-studio", "--sandbox-data", self.data, "--theme", self.theme, *arguments]
        self.desk.start(command, "Enclave Studio", 30)
        return self.desk.window(re.compile("Enclave Studio$"), 20)

    def complaints(self):
        said = self.desk.complaints()
        self.expect("what the program wrote to standard error", "nothing", " | ".join(said[:5]) or "nothing", not said)

    # --- places
    def explorer(self):
        return self.desk.find("Object Explorer", {"tree", "tree table"}, items=False)

    def database(self, *path):
        """An item under the sandbox's sample database."""
        return self.desk.tree_item(self.explorer(), re.compile(r"127\.0\.0\.1|[Ss]andbox"), "Databases", "ContosoHR", *path)

    def document_tabs(self):
        """Tabs of documents, told apart from those of results by their names."""
        return [n for n in self.desk.find_all(role="tab") if not re.match(r"(Results|Messages)\b", n.name)]

    def current_document(self):
        return next(n for n in self.document_tabs() if "focused" in n.states)

    def give_key_password(self, seconds=20):
        """Types the password of the key file where a window asks for it. False when none did."""
        try:
            asked = self.desk.window(KEY_PASSWORD_WINDOW, seconds)
        except AssertionError:
            return False
        self.desk.fill("Password", KEY_PASSWORD, asked)
        self.picture("key-password")
        self.desk.click("Use key", "button", asked)
        self.desk.gone(KEY_PASSWORD_WINDOW)
        return True

    def run_sql(self, text, shortcut="F5"):
        self.desk.fill("SQL text", text)
        self.desk.key(shortcut)

    def unreachable_names(self):
        """Controls that take the focus and have no name: what a screen reader could not say."""
        found = []
        for node in tree(self.desk.root, items=False):
            try:
                if "focusable" in node.states and "showing" in node.states and node.role not in ("filler", "panel", "tab list", "scroll pane", "viewport") \
                        and not any(self.desk.names(node)):
                    found.append(f"{node.role} in {node.parent}")
            except Gone:
                pass
        return found

    def server_file_holds(self, text):
        """Whether a text stands in any file of the sandbox, in either encoding."""
        forms = [text.encode(), text.encode("utf-16-le")]
        return any(form in path.read_bytes() for path in sorted(self.data.rglob("*")) if path.is_file() for form in forms)

    def ctl(self, *arguments):
        return subprocess.run([self.bin / "enclavectl", *arguments], env=self.login.environment, capture_output=True, text=True, timeout=60)
