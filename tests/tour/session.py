"""A login of its own: home, settings, runtime folder, session bus and accessibility bus that nobody else uses."""
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from accessible import Bus
from children import Children
from gi.repository import Gio, GLib
from screen import Screen

# Nothing is started on this bus by itself: no secret service, no settings daemon, whatever the machine has installed.
_SESSION_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
"""
_LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TERM", "ASAN_OPTIONS", "LD_LIBRARY_PATH")


def _line_of(pipe, seconds, what):
    with os.fdopen(pipe) as file:
        if not select.select([file], [], [], seconds)[0]:
            raise TimeoutError(f"{what}: no answer after {seconds} s")
        return file.readline().strip()


class LoginSession:
    def __init__(self, size=(1440, 900), scale=1, keep=None):
        """`scale` 2: the programs draw twice as large, on a screen of `size` real pixels. `keep`: a folder to use and leave there."""
        self.children, self.scale = Children(), scale
        self._own = keep is None
        self.folder = Path(keep or tempfile.mkdtemp(prefix="es-desk."))
        self.bus = self.screen = None
        try:
            self._open(size)
        except BaseException:
            self.close()
            raise

    def _open(self, size):
        home, runtime = self.folder / "home", self.folder / "run"
        for path in (home, runtime):
            path.mkdir(parents=True, exist_ok=True)
        runtime.chmod(0o700)
        self.environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self.environment.setdefault("LANG", "C.UTF-8")
        self.environment.update(HOME=str(home), XDG_CONFIG_HOME=str(home / "config"), XDG_DATA_HOME=str(home / "share"), XDG_STATE_HOME=str(home / "state"),
                                XDG_CACHE_HOME=str(home / "cache"), XDG_RUNTIME_DIR=str(runtime), TMPDIR=str(self._temporary()),
                                QT_ACCESSIBILITY="1", QT_LINUX_ACCESSIBILITY_ALWAYS_ON="1", QT_QPA_PLATFORM="xcb", QT_LOGGING_TO_CONSOLE="1",
                                NO_AT_BRIDGE="0", GTK_A11Y="none")
        if self.scale != 1:
            self.environment["QT_SCALE_FACTOR"] = str(self.scale)
        self.screen = Screen(self.children, self.environment, runtime, size)
        (runtime / "bus.conf").write_text(_SESSION_BUS)
        read, write = os.pipe()
        try:
            self.children.start(["dbus-daemon", f"--config-file={runtime}/bus.conf", "--nofork", "--nopidfile", "--print-address", write, "--address", f"unix:dir={runtime}"],
                                self.environment, pass_fds=[write], stderr=subprocess.DEVNULL)
        finally:
            os.close(write)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = _line_of(read, 20, "dbus-daemon")
        launcher = next((p for p in _LAUNCHERS if Path(p).exists()), None)
        if launcher is None:
            raise FileNotFoundError("at-spi-bus-launcher is not installed (package at-spi2-core)")
        self.children.start([launcher, "--launch-immediately"], self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.bus = Bus(self._accessibility_address())

    def _temporary(self):
        path = self.folder / "tmp"
        path.mkdir(exist_ok=True)
        return path

    def _accessibility_address(self):
        session = Gio.DBusConnection.new_for_address_sync(
            self.environment["DBUS_SESSION_BUS_ADDRESS"],
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        end = time.monotonic() + 20
        while True:
            try:
                return session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                         Gio.DBusCallFlags.NO_AUTO_START, 5000, None).unpack()[0]
            except GLib.Error:
                if time.monotonic() > end:
                    raise
                select.select([], [], [], 0.05)

    def close(self):
        if self.bus:
            try:
                self.bus.close()
            except GLib.Error:
                pass
            self.bus = None
        self.children.close()
        if self._own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
