"""A person at a desk: finds controls by what a screen reader would say, acts with mouse and keys, and looks.

Nothing here reaches into the program: reading goes through the accessibility bus, acting through the X server. Every wait ends.
"""
import re
import threading
import time
from pathlib import Path

from gi.repository import GLib

from accessible import ITEM_VIEWS, Gone, Node, plain, refreshed, tree
from record import Record

_LABELLED_BY = 2
# What Qt itself says without meaning a defect of the program.
# The last: Qt's bridge was asked about a control that had just gone, which only a program that asks all the time brings about.
_HARMLESS = re.compile(r"^$|propagateSizeHints|XDG_RUNTIME_DIR|Qt AtSpiAdaptor: Accessible invalid")


class NotFound(AssertionError):
    pass


class Desk:
    def __init__(self, login, record=None, pictures=None):
        self.login, self.screen, self.bus, self.scale = login, login.screen, login.bus, login.scale
        self.record = record or Record()
        self.pictures = Path(pictures) if pictures else None
        self._painters = []
        self.process = self.root = None
        self._stderr = None

    # --- the program
    def start(self, command, window=None, seconds=30, **environment):
        """Starts a program and waits for its window. Its standard error is kept: see complaints()."""
        self._stderr = self.login.folder / f"stderr-{time.monotonic_ns()}"
        with self._stderr.open("wb") as errors:
            # In a folder of the login: what is saved there without thinking goes away with it.
            self.process = self.login.children.start(command, dict(self.login.environment, **environment), stderr=errors, cwd=self.login.folder)
        self.root = self.bus.program(self.process.pid, seconds)
        if window:
            self.screen.wait_for_window(window, seconds, self.process.pid)
        return self.process

    def complaints(self):
        """What the program wrote to standard error, line by line: it is expected to be silent."""
        text = self._stderr.read_text(errors="replace") if self._stderr else ""
        return [line for line in text.splitlines() if not _HARMLESS.search(line)]

    def wait_for_end(self, seconds=20):
        """The exit status, or None when it still runs."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                return self.process.returncode
            time.sleep(0.05)
        return None

    def kill(self):
        self.login.children.stop(self.process, 1)

    # --- finding
    @staticmethod
    def _same(wanted, name):
        if isinstance(wanted, re.Pattern):
            return bool(wanted.search(name))
        return plain(name) == plain(wanted)

    def names(self, node):
        """What a screen reader says a control is: its name; for a combo box, whose name is its value, the label that leads to it."""
        if node.role != "combo box":
            return [node.name]
        found = []
        try:
            for kind, targets in node.call("Accessible", "GetRelationSet")[0]:
                if kind == _LABELLED_BY:
                    found += [n.name for n in refreshed([Node(self.bus, target) for target in targets])]
            description = node.description()
        except Gone:
            return []
        return found or ([description] if description else [])

    def _look(self, name, role, within, states, items):
        roles = {role} if isinstance(role, str) else role
        found = []
        for node in tree(within or self.root, items=items):
            if roles and node.role not in roles:
                continue
            if not roles and node.role == "label":
                continue  # a label is named like the field it leads to
            if "showing" not in node.states or not states <= node.states:
                continue
            if name is None or any(self._same(name, n) for n in self.names(node)):
                found.append(node)
        return found

    def find_all(self, name=None, role=None, within=None, states=(), items=True):
        try:
            return self._look(name, role, within, frozenset(states), items)
        except Gone:
            return []

    def find(self, name=None, role=None, within=None, seconds=10, states=(), items=True, last=False):
        """The first control of that name (str, or a compiled pattern) and role that shows, waited for."""
        end = time.monotonic() + seconds
        while True:
            found = self.find_all(name, role, within, states, items)
            if found:
                return found[-1 if last else 0]
            if time.monotonic() > end:
                raise NotFound(f"no {role or 'control'} named {name!r}{' ' + '/'.join(states) if states else ''} within "
                               f"{within or 'the program'} after {seconds} s")
            time.sleep(0.05)

    def window(self, title, seconds=15):
        """A dialog or window by its title. Qt puts the program's name behind the title of some."""
        wanted = title if isinstance(title, re.Pattern) else re.compile(rf"^{re.escape(title)}( [-—–] .*)?$")
        end = time.monotonic() + seconds
        while True:
            try:
                found = [n for n in self.root.children() if "showing" in n.states and wanted.search(n.name)]
            except Gone:
                found = []
            if found:
                return found[-1]
            if time.monotonic() > end:
                raise NotFound(f"no window {title!r} after {seconds} s; there are {[n.name for n in self._windows()]}")
            time.sleep(0.05)

    def _windows(self):
        try:
            return self.root.children()
        except Gone:
            return []

    def shows(self, name, role=None, within=None, seconds=10):
        """Whether such a control comes to be seen."""
        try:
            return self.find(name, role, within, seconds)
        except NotFound:
            return None

    def wait_until(self, predicate, seconds=10, what="what was waited for"):
        end = time.monotonic() + seconds
        while True:
            try:
                value = predicate()
            except Gone:
                value = None
            if value:
                return value
            if time.monotonic() > end:
                raise NotFound(f"{what}: not seen after {seconds} s")
            time.sleep(0.05)

    def gone(self, title, seconds=10):
        """Waits until no window has this title."""
        return self.wait_until(lambda: not any(re.match(rf"^{re.escape(title)}( [-—–] .*)?$", n.name) and "showing" in n.states for n in self._windows()),
                               seconds, f"that the window {title!r} closes")

    def texts(self, within=None):
        """Every text a person can read there: labels, buttons, fields."""
        return [n.name for n in tree(within or self.root, items=False) if n.name and "showing" in n.states]

    def reads(self, pattern, within=None, seconds=10, items=False):
        """The first text that matches, waited for; None when there is none."""
        wanted = re.compile(pattern, re.S) if isinstance(pattern, str) else pattern
        end = time.monotonic() + seconds
        while True:
            for node in tree(within or self.root, items=items):
                if "showing" in node.states and wanted.search(node.name):
                    return node.name
            if time.monotonic() > end:
                return None
            time.sleep(0.08)

    # --- acting
    def place(self, node):
        """Its rectangle in pixels of the screen."""
        return tuple(int(v * self.scale) for v in node.extents())

    def centre(self, node):
        x, y, width, height = self._still(node)
        return x + width // 2, y + height // 2

    def _still(self, node):
        """Its place once it has stopped moving, as windows do while they open."""
        seen = self.place(node)
        for _ in range(40):
            time.sleep(0.03)
            again = self.place(node)
            if again == seen and seen[2] > 0 and seen[3] > 0:
                return seen
            seen = again
        raise NotFound(f"{node} has no place on the screen: {seen}")

    def _resolve(self, what, role=None, within=None, seconds=10):
        return what if isinstance(what, Node) else self.find(what, role, within, seconds)

    def click(self, what, role=None, within=None, button=1, times=1, seconds=10, at=None):
        """at: where in the control, as parts of its width and height; its middle without."""
        node = self._resolve(what, role, within, seconds)
        end = time.monotonic() + seconds
        while "enabled" not in node.refresh().states:
            if time.monotonic() > end:
                raise NotFound(f"{node} is not enabled after {seconds} s")
            time.sleep(0.05)
        x, y, width, height = self._still(node)
        if at is None:
            # A check box or radio button answers on its text, at its left; the rest of its width may be empty.
            at = (min(0.5, 40 * self.scale / width), 0.5) if node.role in ("check box", "radio button") else (0.5, 0.5)
        self.screen.click(x + width * at[0], y + height * at[1], button, times)
        self.record.did("click")
        time.sleep(0.05)
        return node

    def double_click(self, what, **more):
        return self.click(what, times=2, **more)

    def hover(self, what, **more):
        node = self._resolve(what, **more)
        self.screen.move(*self.centre(node))
        return node

    def key(self, keys):
        self.screen.key(keys)
        self.record.did("shortcut")
        time.sleep(0.05)

    def type(self, text):
        self.screen.type(text)

    def fill(self, what, text, within=None, role=None, seconds=10):
        """A field gets a new content, typed."""
        node = self._resolve(what, role or {"text", "password", "field", "spin button"}, within, seconds)
        x, y = self.centre(node)
        self.screen.click(x, y)
        self.wait_until(lambda: "focused" in node.refresh().states, 5, f"focus in {node}")
        self.screen.key("Ctrl+a")
        if text:
            self.screen.type(text)
        else:
            self.screen.key("Delete")
        self._typed(node, len(text))
        self.record.did("field")
        return node

    def _typed(self, node, letters):
        """Qt shows each key to the accessibility bus before its widget gets it, but not shortcuts: one pressed at once would overtake the text."""
        try:
            self.wait_until(lambda: node.property("Text", "CharacterCount") == letters, 10, f"{letters} letters in {node}")
        except Gone:
            time.sleep(0.3)

    def type_path(self, path, dialog):
        """The field for a name has the focus when a file dialog opens."""
        self.wait_until(lambda: self.find_all(role="text", within=dialog, states={"focused"}), 5, "a field for the file's name")
        self.screen.key("Ctrl+a")
        self.screen.type(path)
        self.screen.key("Enter")
        self.record.did("field")

    def check(self, what, on=True, within=None, seconds=10):
        node = self._resolve(what, "check box", within, seconds)
        if ("checked" in node.refresh().states) != on:
            self.click(node)
            self.wait_until(lambda: ("checked" in node.refresh().states) == on, 5, f"{node} {'on' if on else 'off'}")
        return node

    def choose(self, what, item, within=None, seconds=10):
        """An entry of a combo box, with the mouse."""
        box = self._resolve(what, "combo box", within, seconds)
        x, y = self.centre(box)
        self.screen.click(x, y)
        entry = self.find(item, "list item", box, seconds)
        self._into_view(entry)
        self.screen.click(*self.centre(entry))
        self.record.did("field")
        self.wait_until(lambda: "expanded" not in box.refresh().states, 3, "that the list closes")
        return box

    def menu(self, *path):
        """Entries of the menu bar: menu("Help", "About Enclave Studio")."""
        bar = self.find(role="menu bar")
        node = self.find(path[0], "menu item", bar)
        self.click(node)
        for name in path[1:]:
            node = self.find(name, {"menu item", "check menu item", "radio menu item"}, node)
            self.click(node)
        return node

    def context_menu(self, what, *path, **more):
        """Entries of the menu that the right button opens on a control, or the menu's own texts without a path."""
        node = self._resolve(what, **more)
        self._into_view(node)
        self.bus.forget_focus()
        x, y, width, height = self._still(node)
        x, y = x + min(width // 2, 60 * self.scale), y + height // 2
        self.screen.click(x, y, 3)
        self.record.did("click")
        menu = self._popup_under(x, y)
        for depth, name in enumerate(path):
            entry = self.wait_until(lambda: next((n for n in menu.children() if self._same(name, n.name)), None), 5, f"{name!r} in the menu")
            self.click(entry)
            if depth + 1 < len(path):
                menu = self.wait_until(lambda: next((n for n in entry.children() if n.role == "popup menu"), None), 5, f"what is under {name!r}")
        return menu

    def _popup_under(self, x, y):
        """Popup menus belong to no window in Qt's tree: the pointer goes over the entries until one says that it has the focus."""
        end = time.monotonic() + 5
        step = 0
        while time.monotonic() < end:
            time.sleep(0.06)
            address = self.bus.last_focused()
            if address:
                try:
                    entry = Node(self.bus, address).refresh()
                    if entry.role.endswith("menu item"):
                        return entry.owner()
                except Gone:
                    pass
            step = step % 20 + 1
            self.screen.move(x + 12 * self.scale, y + step * 8 * self.scale)
        raise NotFound("no menu opened")

    def _into_view(self, node):
        """An item of a list, tree or table is scrolled to with the wheel."""
        view = node.parent
        if view is None or view.role not in ITEM_VIEWS:
            return node
        _, top, _, height = self.place(view)
        for _ in range(200):
            _, y, _, own = self.place(node)
            if own > 0 and y >= top and y + own <= top + height:
                return node
            x, middle = self.place(view)[0] + self.place(view)[2] // 2, top + height // 2
            self.screen.move(x, middle)
            self.screen.button(5 if own <= 0 or y + own > top + height else 4)
            time.sleep(0.03)
        raise NotFound(f"{node} does not come into view")

    # --- trees, read in the order they are drawn
    @staticmethod
    def _item_is(wanted, name):
        return bool(wanted.search(name)) if isinstance(wanted, re.Pattern) else name == wanted or re.match(rf"{re.escape(wanted)}(,| [(·]|$)", name) is not None

    def items(self, view):
        return [n for n in view.children() if n.role in ("tree item", "cell", "list item", "row")]

    def tree_item(self, view, *path, seconds=15):
        """The item at the end of a path, each on the way opened: tree_item(explorer, re.compile("127"), "Databases", "ContosoHR")."""
        view = self._resolve(view, {"tree", "tree table"})

        def place_of(end_of_path):
            items, at = self.items(view), -1
            for wanted in path[:end_of_path]:
                at = next((i for i in range(at + 1, len(items)) if self._item_is(wanted, items[i].name)), None)
                if at is None:
                    return None
            return items[at]
        for depth in range(1, len(path) + 1):
            item = self.wait_until(lambda: place_of(depth), seconds, f"{path[depth - 1]!r} in the tree")
            if depth < len(path) and "expanded" not in item.states:
                self._into_view(item)
                self.click(item, at=(min(0.5, 30 * self.scale / max(1, self.place(item)[2])), 0.5))
                self.screen.key("Right")
                self.wait_until(lambda: "expanded" in item.refresh().states, 10, f"that {item} opens")
        return self._into_view(item)

    # --- grids
    def grid(self, name, enough=lambda rows: True, seconds=30, most=50, within=None):
        """The cells of a result once `enough(rows)` says so."""
        end = time.monotonic() + seconds
        rows = None
        while time.monotonic() < end:
            for table in self.find_all(name, "table", within, items=False):
                try:
                    rows = table.rows(most)
                    if enough(rows):
                        return rows
                except Gone:
                    pass
            time.sleep(0.1)
        raise NotFound(f"the grid {name!r} does not show what was expected after {seconds} s: {str(rows)[:300]}")

    # --- the keyboard's way
    def focused(self, seconds=2):
        """The control that has the focus now: what told of it last, if it still has it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            address = self.bus.last_focused()
            if address:
                try:
                    node = Node(self.bus, address).refresh()
                    if "focused" in node.states or node.role.endswith("menu item"):
                        return node
                except Gone:
                    pass
            time.sleep(0.03)
        return None

    def tab_order(self, most=60):
        """What the focus goes through with Tab, from where it is until it is there again: [(role, name)]."""
        found, start = [], None
        for _ in range(most):
            self.bus.forget_focus()
            self.screen.key("Tab")
            node = self.focused(0.6)
            if node is None:
                continue
            if node.address == start:
                break
            start = start or node.address
            names = self.names(node)
            found.append((node.role, plain(names[0]) if names else ""))
        return found

    # --- looking
    def settle(self, seconds=1.0):
        """Waits until two looks at the screen are the same, but not for ever: a caret blinks."""
        end = time.monotonic() + seconds
        before = self.screen.buffer.grab()
        while time.monotonic() < end:
            time.sleep(0.12)
            after = self.screen.buffer.grab()
            if after == before:
                return after
            before = after
        return before

    def picture(self, name):
        if not self.pictures:
            return
        self.pictures.mkdir(parents=True, exist_ok=True)
        painter = threading.Thread(target=self.settle().save, args=(self.pictures / f"{name}.png",))
        painter.start()
        self._painters.append(painter)

    def finish_pictures(self):
        for painter in self._painters:
            painter.join(60)
        self._painters.clear()


def says(node):
    """A node's text for a report, whatever it is."""
    try:
        return node.text() or node.name
    except (Gone, GLib.Error):
        return node.name
