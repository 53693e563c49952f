"""Processes that end with their owner: whatever was started here, and whatever those started, is gone after close()."""
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)  # politely: some have children of their own to end


class Children:
    def __init__(self):
        # Grandchildren whose parent ended become ours, so that the sweep at the end can see them.
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
        self._processes = []

    def start(self, command, environment, **more):
        process = subprocess.Popen([str(part) for part in command], env=environment, preexec_fn=_die_with_parent, **more)
        self._processes.append(process)
        return process

    def stop(self, process, seconds=5):
        """Ends one process, politely first. Gives its exit status."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
        if process in self._processes:
            self._processes.remove(process)
        return process.returncode

    def close(self):
        for process in reversed(self._processes[:]):
            self.stop(process)
        end = time.monotonic() + 5
        while time.monotonic() < end:
            left = own_children()
            if not left:
                return
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                except OSError:
                    pass


def parent_of(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0


def own_children(of=None):
    of = of or os.getpid()
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and parent_of(p.name) == of]


def end_on_signal():
    """SIGTERM and SIGALRM end this program the orderly way, through every `finally`."""
    def leave(number, _frame):
        raise SystemExit(f"ended by {signal.Signals(number).name}")
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGALRM, leave)
