"""A display of its own (Xvfb, a window manager), and a person's hands and eyes: keys, mouse, clipboard, pictures."""
import os
import subprocess
import time


class Screen:
    def __init__(self, environment, size="1360x860"):
        self.environment = dict(environment)
        self.environment.pop("QT_QPA_PLATFORM", None)
        self.size = size
        self.processes = []

    def __enter__(self):
        read, write = os.pipe()
        server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", f"{self.size}x24", "-nolisten", "tcp"], pass_fds=[write],
                                  stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as display:
            self.environment["DISPLAY"] = ":" + display.readline().strip()
        self.processes = [server]
        self.environment.setdefault("XDG_RUNTIME_DIR", self.environment.get("XDG_CONFIG_HOME", "/tmp"))
        self.start(["openbox"], quiet=True)
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()

    def start(self, command, quiet=False):
        process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL if quiet else None)
        self.processes.append(process)
        return process

    def _do(self, *command, check=True, **more):
        return subprocess.run(command, env=self.environment, check=check, capture_output=True, text=True, timeout=60, **more)

    def wait_for_window(self, title, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self._do("xdotool", "search", "--onlyvisible", "--name", title, check=False).stdout.split()
            if found:
                self._do("xdotool", "windowactivate", "--sync", found[-1], check=False)
                time.sleep(0.4)
                return found[-1]
            time.sleep(0.2)
        self.picture("/tmp/es-tour-missing-window.png")
        raise TimeoutError(f"no window {title!r} after {seconds} s")

    def key(self, keys):
        self._do("xdotool", "key", "--clearmodifiers", keys)
        time.sleep(0.2)

    def type(self, text):
        self._do("xdotool", "type", "--delay", "15", text)

    def click(self, x, y):
        self._do("xdotool", "mousemove", str(x), str(y), "click", "1")
        time.sleep(0.2)

    def geometry(self, window):
        values = dict(line.split("=") for line in self._do("xdotool", "getwindowgeometry", "--shell", window).stdout.split() if "=" in line)
        return int(values["X"]), int(values["Y"]), int(values["WIDTH"]), int(values["HEIGHT"])

    def copied_grid(self, enough, seconds):
        """Clicks into the results, selects all, copies, and gives the clipboard's text once `enough` says so."""
        end = time.monotonic() + seconds
        text = ""
        while time.monotonic() < end:
            window = self.wait_for_window("Enclave Studio", 10)
            x, y, width, height = self.geometry(window)
            self.click(x + width // 3, y + int(height * 0.72))
            self.key("ctrl+a")
            self.key("ctrl+c")
            text = self._do("xclip", "-selection", "clipboard", "-o", check=False).stdout
            if enough(text):
                return text
            time.sleep(0.5)
        return text

    def picture(self, path):
        time.sleep(0.4)
        self._do("import", "-window", "root", str(path), check=False)
