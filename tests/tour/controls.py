"""Which named controls a walk has met, and which of them it has reached: had the focus, were clicked or pointed at."""
import re

from accessible import Gone, Node, plain, tree
from gi.repository import GLib

CONTROLS = {"button", "check box", "combo box", "field", "list", "menu item", "check menu item", "radio menu item", "password", "radio button", "slider",
            "spin button", "tab", "table", "text", "toggle button", "tree", "tree table", "link"}


def top_of(node):
    while node.parent is not None and node.parent.parent is not None:
        node = node.parent
    return node


def general(name):
    """Without what a document or a figure brought: two tabs called "Query 1" and "Query 2" are one control of the program."""
    name = re.sub(r"\s+[-—–]\s+Enclave Studio$", "", plain(name))
    return re.sub(r"\d[\d.,]*", "#", name)


class Register:
    def __init__(self, desk):
        self.desk = desk
        self.reached = {}  # key of a control -> how it was reached first, or None
        self.places, self.keys, self._by_address, self.menu = {}, {}, {}, []

    def look(self):
        """The tree as it is now: what is there, and where what shows is. Hidden entries of menus count: they show when asked for."""
        nodes = [n for n in tree(self.desk.root, items=False) if n.role in CONTROLS]
        shown = [n for n in nodes if "showing" in n.states]
        answers = self.desk.bus.together([(n.address, "org.a11y.atspi.Component", "GetExtents", GLib.Variant("(u)", (0,))) for n in shown])
        self.places = {n: a[0] for n, a in zip(shown, answers) if not isinstance(a, Exception) and min(a[0][2:]) > 0}
        self.keys = {node: key for node in nodes if (key := self._key(node))}
        self._by_address = {node.address: node for node in self.keys}
        for key in self.keys.values():
            self.reached.setdefault(key, None)

    def _key(self, node):
        names = self.desk.names(node)
        name = general(names[0]) if names else ""
        if not name:
            return None
        top = top_of(node)
        if node.role == "tab":
            name = re.sub(r"^(Query|Results|Messages)\b.*|.*\.sql.*", lambda m: m.group(1) or "a file", name)
        return (general(top.name) if top.role != "frame" else "main window", node.role, name)

    def new(self, node):
        return node in self.keys and self.reached[self.keys[node]] is None

    def reach(self, node, how):
        key = self.keys.get(node)
        if key and self.reached[key] is None:
            self.reached[key] = how

    def reach_what_had_focus(self):
        """Goes through the focus the program told of since the last time. Gives the last one's role and name, or None."""
        last = None
        self.desk.bus.last_focused()
        trail, self.desk.bus.focus_trail = self.desk.bus.focus_trail, []
        for address in dict.fromkeys(trail):
            known = self._by_address.get(tuple(address))
            try:
                node = known or Node(self.desk.bus, address).refresh()
                if node.role.endswith("menu item"):
                    self._menu_of(node)
                elif known:
                    self.reach(known, "focus")
            except (Gone, KeyError):
                continue
            last = (node.role, plain(node.name))
        return last

    def _menu_of(self, entry):
        """The menu an entry is in. Context menus are in no window's tree: their entries are met when one of them has the focus."""
        self.menu = [n for n in entry.owner().children() if n.name and n.role in CONTROLS]
        for node in self.menu:
            if node.address not in self._by_address:
                self.keys[node] = ("context menu", node.role, general(node.name))
                self._by_address[node.address] = node
                self.reached.setdefault(self.keys[node], None)
        self.reach(self._by_address[entry.address], "focus")

    def menu_places(self):
        """The entries of the menu that told of its focus last, and where they are."""
        found = {}
        for node in self.menu:
            try:
                place = node.extents()
            except Gone:
                continue
            if min(place[2:]) > 0:
                found[node] = place
        return found

    def report(self):
        """Lines for a person, and the share reached in per cent."""
        lines, window = [], None
        for key in sorted(self.reached, key=str):
            if key[0] != window:
                window = key[0]
                lines.append(f"{window or '(no title)'}:")
            lines.append(f"  {self.reached[key] or 'NOT REACHED':12} {key[1]:16} {key[2]}")
        met = sum(how is not None for how in self.reached.values())
        return lines, 100 * met / max(1, len(self.reached))
