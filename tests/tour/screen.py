"""A display of its own (Xvfb and a window manager) with a person's hands: mouse and keys through XTEST, the clipboard."""
import os
import select
import subprocess
import threading
import time
from pathlib import Path

from Xlib import X, XK, display, error
from Xlib.ext import xtest
from Xlib.protocol import event

from picture import FrameBuffer

# Nothing that answers keys but the program; a title bar only moves its window.
_OPENBOX = """<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse><focusLast>yes</focusLast></focus>
  <placement><policy>Smart</policy><center>yes</center></placement>
  <theme><name>Clearlooks</name><titleLayout>L</titleLayout><animateIconify>no</animateIconify></theme>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <keyboard/>
  <mouse><dragThreshold>8</dragThreshold>
    <context name="Titlebar"><mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Left" action="Drag"><action name="Move"/></mousebind></context>
    <context name="Client"><mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Right" action="Press"><action name="Focus"/><action name="Raise"/></mousebind></context>
  </mouse>
</openbox_config>
"""
_KEY_NAMES = {"Enter": "Return", "Esc": "Escape", "Del": "Delete", "PageDown": "Next", "PageUp": "Prior", "Backspace": "BackSpace",
              "Ctrl": "Control_L", "Shift": "Shift_L", "Alt": "Alt_L", "ctrl": "Control_L", "shift": "Shift_L", "alt": "Alt_L",
              " ": "space", ".": "period", ",": "comma", "/": "slash"}


class Screen:
    def __init__(self, children, environment, folder, size=(1440, 900)):
        """`environment` gets DISPLAY. `folder` holds the frame buffer and the window manager's settings."""
        self._children, self.size = children, size
        folder = Path(folder)
        read, write = os.pipe()
        try:
            children.start(["Xvfb", "-displayfd", write, "-screen", "0", f"{size[0]}x{size[1]}x24", "-nolisten", "tcp", "-noreset", "-dpi", "96",
                            "-fbdir", folder], environment, pass_fds=[write], stderr=subprocess.DEVNULL)
        finally:
            os.close(write)
        if not select.select([read], [], [], 20)[0]:
            raise TimeoutError("Xvfb gives no display after 20 s")
        with os.fdopen(read) as pipe:
            environment["DISPLAY"] = ":" + pipe.readline().strip()
        self.environment = environment
        (folder / "openbox.xml").write_text(_OPENBOX)
        self.display = display.Display(environment["DISPLAY"])
        self.root = self.display.screen().root
        self.buffer = FrameBuffer(folder)
        children.start(["openbox", "--sm-disable", "--config-file", folder / "openbox.xml"], environment, stderr=subprocess.DEVNULL)
        self._wait(lambda: self._property(self.root, "_NET_SUPPORTING_WM_CHECK"), 15, "a window manager")
        self._codes = {}
        self._x = self._y = 0
        self._lock = threading.RLock()

    @staticmethod
    def _wait(predicate, seconds, what):
        end = time.monotonic() + seconds
        while not (value := predicate()):
            if time.monotonic() > end:
                raise TimeoutError(f"{what}: not there after {seconds} s")
            time.sleep(0.02)
        return value

    def _property(self, window, name):
        try:
            found = window.get_full_property(self.display.intern_atom(name), X.AnyPropertyType)
        except (error.BadWindow, error.BadDrawable):
            return None
        return found.value if found else None

    # --- windows, as the window manager lists them
    def windows(self):
        """[(id, title, pid)] of the managed windows, the topmost last."""
        found = []
        for number in self._property(self.root, "_NET_CLIENT_LIST_STACKING") or []:
            window = self.display.create_resource_object("window", number)
            title = self._property(window, "_NET_WM_NAME")
            pid = self._property(window, "_NET_WM_PID")
            if title is not None:
                found.append((number, title.decode() if isinstance(title, bytes) else str(title), pid[0] if pid else 0))
        return found

    def wait_for_window(self, title, seconds=20, pid=None):
        def look():
            return next((w for w in reversed(self.windows()) if title in w[1] and (pid is None or w[2] == pid)), None)
        return self._wait(look, seconds, f"a window {title!r}")

    def activate(self, window_id):
        window = self.display.create_resource_object("window", window_id)
        message = event.ClientMessage(window=window, client_type=self.display.intern_atom("_NET_ACTIVE_WINDOW"), data=(32, [2, X.CurrentTime, 0, 0, 0]))
        self.root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self.display.flush()

    def close_window(self, window_id):
        """What a click on the title bar's cross does."""
        window = self.display.create_resource_object("window", window_id)
        message = event.ClientMessage(window=window, client_type=self.display.intern_atom("_NET_CLOSE_WINDOW"), data=(32, [X.CurrentTime, 2, 0, 0, 0]))
        self.root.send_event(message, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)
        self.display.flush()

    # --- the mouse
    def move(self, x, y):
        x, y = int(x), int(y)
        with self._lock:
            for part in (0.5, 1.0):
                xtest.fake_input(self.display, X.MotionNotify, x=int(self._x + (x - self._x) * part), y=int(self._y + (y - self._y) * part))
            self.display.flush()
            self._x, self._y = x, y

    def button(self, number=1, times=1):
        with self._lock:
            for _ in range(times):
                xtest.fake_input(self.display, X.ButtonPress, number)
                self.display.flush()
                time.sleep(0.02)
                xtest.fake_input(self.display, X.ButtonRelease, number)
                self.display.flush()
                time.sleep(0.02)

    def click(self, x, y, number=1, times=1):
        self.move(x, y)
        time.sleep(0.03)
        self.button(number, times)

    def drag(self, x, y, to_x, to_y):
        self.move(x, y)
        with self._lock:
            xtest.fake_input(self.display, X.ButtonPress, 1)
            self.display.flush()
            for part in range(1, 9):
                xtest.fake_input(self.display, X.MotionNotify, x=int(x + (to_x - x) * part / 8), y=int(y + (to_y - y) * part / 8))
                self.display.flush()
                time.sleep(0.02)
            xtest.fake_input(self.display, X.ButtonRelease, 1)
            self.display.flush()
            self._x, self._y = int(to_x), int(to_y)

    # --- the keys
    def _code(self, symbol):
        if symbol not in self._codes:
            found = sorted(self.display.keysym_to_keycodes(symbol), key=lambda pair: pair[1])
            if not found or found[0][1] > 1:
                raise ValueError(f"no key gives {symbol:#x}")
            self._codes[symbol] = found[0]
        return self._codes[symbol]

    def _press(self, symbols):
        codes = [self._code(symbol) for symbol in symbols]
        down = [code for code, _ in codes]
        if codes[-1][1] == 1 and self._code(XK.XK_Shift_L)[0] not in down:
            down.insert(0, self._code(XK.XK_Shift_L)[0])
        with self._lock:
            for code in down:
                xtest.fake_input(self.display, X.KeyPress, code)
            for code in reversed(down):
                xtest.fake_input(self.display, X.KeyRelease, code)
            self.display.flush()

    def key(self, keys):
        """"Ctrl+Shift+F", "F5", "Alt+Down", "Enter"."""
        parts = keys.split("+") if keys != "+" else ["plus"]
        symbols = []
        for part in parts:
            name = _KEY_NAMES.get(part, part.lower() if len(part) == 1 else part)
            symbol = XK.string_to_keysym(name)
            if symbol == X.NoSymbol:
                raise ValueError(f"no key called {part!r}")
            symbols.append(symbol)
        self._press(symbols)
        time.sleep(0.03)

    def type(self, text):
        special = {"\n": XK.XK_Return, "\t": XK.XK_Tab}
        for letter in text:
            self._press([special.get(letter, ord(letter))])
            time.sleep(0.004)

    # --- the rest of a desk
    def clipboard(self):
        done = subprocess.run(["xclip", "-selection", "clipboard", "-o"], env=self.environment, capture_output=True, timeout=5)
        return done.stdout.decode(errors="replace")

    def set_clipboard(self, text):
        self._children.start(["xclip", "-selection", "clipboard", "-i", "-loops", "0"], self.environment, stdin=subprocess.PIPE,
                             stdout=subprocess.DEVNULL).communicate(text.encode(), timeout=5)
