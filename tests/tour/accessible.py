"""The accessibility tree of one program, asked over D-Bus (AT-SPI 2) without any cache: what is read is what is there now."""
import select
import time

from gi.repository import Gio, GLib

_BASE = "org.a11y.atspi."
_ROOT = "/org/a11y/atspi/accessible/root"
_ROLES = {2: "alert", 7: "check box", 8: "check menu item", 10: "column header", 11: "combo box", 16: "dialog", 20: "filler", 23: "frame", 26: "icon",
          27: "image", 29: "label", 30: "layered pane", 31: "list", 32: "list item", 33: "menu", 34: "menu bar", 35: "menu item", 37: "tab",
          38: "tab list", 39: "panel", 40: "password", 41: "popup menu", 42: "progress bar", 43: "button", 44: "radio button", 45: "radio menu item",
          47: "row header", 48: "scroll bar", 49: "scroll pane", 50: "separator", 51: "slider", 52: "spin button", 53: "splitter", 54: "status bar",
          55: "table", 56: "cell", 57: "column header", 58: "row header", 61: "text", 62: "toggle button", 63: "tool bar", 64: "tool tip", 65: "tree",
          66: "tree table", 67: "unknown", 68: "viewport", 69: "window", 71: "header", 73: "paragraph", 75: "application", 79: "field",
          82: "document", 83: "heading", 88: "link", 90: "row", 91: "tree item", 98: "list", 99: "group"}
_STATES = {1: "active", 3: "busy", 4: "checked", 5: "collapsed", 6: "defunct", 7: "editable", 8: "enabled", 9: "expandable", 10: "expanded",
           11: "focusable", 12: "focused", 16: "modal", 17: "multi line", 20: "pressed", 22: "selectable", 23: "selected", 24: "sensitive",
           25: "showing", 30: "visible", 32: "indeterminate", 41: "read only"}
# Their children are cells, perhaps millions of them: the program would make an object for each one that is listed.
ITEM_VIEWS = {"table", "tree", "tree table", "list"}
MOST_CELLS_LISTED = 1500
# Questions on their way at one time: a program answers what has arrived in one go, and should stay free for its user in between.
_AT_ONCE = 32


class Gone(Exception):
    """The control is not there any more, or its program does not answer."""


def plain(name):
    """A name as it is spoken: no mnemonic, no colon that leads to a field."""
    return name.replace("&", "").strip().rstrip(":").strip()


class Bus:
    """One connection to an accessibility bus. Calls can be sent together; each waits at most `seconds`."""

    def __init__(self, address, seconds=10):
        self.seconds = seconds
        self._context = GLib.MainContext.new()
        self._context.push_thread_default()
        try:
            self._connection = Gio.DBusConnection.new_for_address_sync(
                address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
            self.focused, self.focus_trail = None, []
            self._connection.signal_subscribe(None, _BASE + "Event.Object", "StateChanged", None, None, Gio.DBusSignalFlags.NONE, self._state_changed)
        finally:
            self._context.pop_thread_default()
        # Popup menus belong to no window in Qt's tree; they are found by the focus that their items get.
        self.call((_BASE + "Registry", "/org/a11y/atspi/registry"), _BASE + "Registry", "RegisterEvent", GLib.Variant("(s)", ("object:state-changed:focused",)))

    def close(self):
        self._connection.close_sync(None)

    def _state_changed(self, _connection, sender, path, _interface, _signal, parameters):
        kind, on = parameters.unpack()[:2]
        if kind == "focused" and on:
            self.focused = (sender, path)
            self.focus_trail.append(self.focused)

    def last_focused(self):
        """The address of the control that got the focus last, or None."""
        while self._context.iteration(False):
            pass
        return self.focused

    def forget_focus(self):
        self.last_focused()
        self.focused, self.focus_trail = None, []

    def together(self, calls):
        """calls: [(address, interface, method, arguments or None)]. Gives as many answers; an Exception where one failed."""
        answers = [Gone("no answer")] * len(calls)
        waiting = [0]

        def done(connection, result, index):
            waiting[0] -= 1
            try:
                answers[index] = connection.call_finish(result).unpack()
            except GLib.Error as problem:
                answers[index] = Gone(problem.message)

        self._context.push_thread_default()
        try:
            for index, ((name, path), interface, method, arguments) in enumerate(calls):
                while waiting[0] >= _AT_ONCE:
                    self._context.iteration(True)
                waiting[0] += 1
                self._connection.call(name, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, int(self.seconds * 1000), None,
                                      done, index)
            while waiting[0] > 0:
                self._context.iteration(True)
        finally:
            self._context.pop_thread_default()
        return answers

    def call(self, address, interface, method, arguments=None):
        answer = self.together([(address, interface, method, arguments)])[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def program(self, pid, seconds=30):
        """The root of a process's tree, once the process has put itself on the bus."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                for name, path in self.call((_BASE + "Registry", _ROOT), _BASE + "Accessible", "GetChildren")[0]:
                    found = self.call(("org.freedesktop.DBus", "/org/freedesktop/DBus"), "org.freedesktop.DBus", "GetConnectionUnixProcessID",
                                      GLib.Variant("(s)", (name,)))[0]
                    if found == pid:
                        return Node(self, (name, path))
            except Gone:
                pass
            select.select([], [], [], 0.05)
        raise TimeoutError(f"process {pid} is not on the accessibility bus after {seconds} s")


def _get(interface, name):
    return (_BASE + interface, name)


class Node:
    """One control. `name`, `role` and `states` are as they were when it was found; the methods ask anew."""
    __slots__ = ("bus", "address", "name", "role", "states", "parent", "depth")

    def __init__(self, bus, address, parent=None):
        self.bus, self.address, self.parent = bus, tuple(address), parent
        self.name, self.role, self.states = "", "unknown", frozenset()
        self.depth = parent.depth + 1 if parent else 0

    def __eq__(self, other):
        return isinstance(other, Node) and self.address == other.address

    def __hash__(self):
        return hash(self.address)

    def __repr__(self):
        return f"{self.role} {self.name!r}"

    # --- asking
    def call(self, interface, method, arguments=None):
        return self.bus.call(self.address, _BASE + interface, method, arguments)

    def property(self, interface, name):
        return self.bus.call(self.address, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", _get(interface, name)))[0]

    def _questions(self):
        return [(self.address, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", _get("Accessible", "Name"))),
                (self.address, _BASE + "Accessible", "GetRole", None), (self.address, _BASE + "Accessible", "GetState", None)]

    def _take(self, answers):
        if any(isinstance(a, Exception) for a in answers):
            return False
        self.name = answers[0][0]
        self.role = _ROLES.get(answers[1][0], f"role {answers[1][0]}")
        low, high = answers[2][0]
        bits = low | high << 32
        self.states = frozenset(word for bit, word in _STATES.items() if bits >> bit & 1)
        return True

    def refresh(self):
        if not self._take(self.bus.together(self._questions())):
            raise Gone(repr(self))
        return self

    def children(self):
        return refreshed([Node(self.bus, address, self) for address in self.call("Accessible", "GetChildren")[0]])

    def child_count(self):
        return self.property("Accessible", "ChildCount")

    def owner(self):
        """The accessible parent, asked for; `parent` is only how this one was found."""
        return Node(self.bus, self.property("Accessible", "Parent")).refresh()

    def extents(self):
        """x, y, width, height on the screen, in the program's own units."""
        return self.call("Component", "GetExtents", GLib.Variant("(u)", (0,)))[0]

    def description(self):
        return self.property("Accessible", "Description")

    def text(self):
        return self.call("Text", "GetText", GLib.Variant("(ii)", (0, -1)))[0]

    def value(self):
        return self.property("Value", "CurrentValue")

    # --- tables and grids
    def size(self):
        """rows, columns"""
        return self.property("Table", "NRows"), self.property("Table", "NColumns")

    def cell(self, row, column):
        address = self.call("Table", "GetAccessibleAt", GLib.Variant("(ii)", (row, column)))[0]
        return Node(self.bus, address, self).refresh()

    def rows(self, most=50):
        """The texts of the first rows."""
        rows, columns = self.size()
        rows = min(rows, most)
        found = self.bus.together([(self.address, _BASE + "Table", "GetAccessibleAt", GLib.Variant("(ii)", (row, column)))
                                   for row in range(rows) for column in range(columns)])
        cells = [Node(self.bus, a[0], self) for a in found if not isinstance(a, Exception)]
        if len(cells) != rows * columns or len(refreshed(cells)) != len(cells):
            raise Gone("the grid changed while it was read")
        return [[cell.name for cell in cells[row * columns:(row + 1) * columns]] for row in range(rows)]

    def headers(self):
        """What a screen reader says for each column. The first child of a table with row numbers is the corner."""
        _, columns = self.size()
        found = self.bus.together([(self.address, _BASE + "Accessible", "GetChildAtIndex", GLib.Variant("(i)", (column + 1,))) for column in range(columns)])
        return [n.name for n in refreshed([Node(self.bus, a[0], self) for a in found if not isinstance(a, Exception)])]


def refreshed(nodes):
    """The nodes that still answer, each with its name, role and states, asked for together."""
    if not nodes:
        return []
    questions = [question for node in nodes for question in node._questions()]
    answers = nodes[0].bus.together(questions)
    return [node for index, node in enumerate(nodes) if node._take(answers[3 * index:3 * index + 3])]


def tree(root, hidden=False, items=True, deepest=40):
    """Everything under root that shows, breadth first. Item views with too many cells are listed without them."""
    try:
        level = [root.refresh()]
    except Gone:
        return []
    seen, found = {root.address}, []
    while level and level[0].depth < deepest + root.depth:
        found += level
        parents = [n for n in level if items or n.role not in ITEM_VIEWS]
        views = [n for n in parents if n.role in ITEM_VIEWS]
        counts = root.bus.together([(n.address, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", _get("Accessible", "ChildCount")))
                                    for n in views])
        large = {n.address for n, count in zip(views, counts) if isinstance(count, Exception) or count[0] > MOST_CELLS_LISTED}
        parents = [n for n in parents if n.address not in large]
        lists = root.bus.together([(n.address, _BASE + "Accessible", "GetChildren", None) for n in parents])
        following = []
        for parent, addresses in zip(parents, lists):
            for address in [] if isinstance(addresses, Exception) else addresses[0]:
                if tuple(address) not in seen:
                    seen.add(tuple(address))
                    following.append(Node(root.bus, address, parent))
        level = [n for n in refreshed(following) if hidden or "showing" in n.states or n.role in ("menu item", "popup menu", "tree item", "list item")]
    return found
