#!/usr/bin/env python3
"""Feels a program's pulse from outside: how long its GUI thread takes to answer the window manager's ping (_NET_WM_PING).

As a program of its own (so that nobody else's work delays its clock): pulse.py DISPLAY WINDOW PID LOG [PER_SECOND]. One line of JSON per ping:
at (monotonic seconds), ms (until the answer), queue_ms (of it, the GUI thread was ready but got no processor), server_ms (the X server's own
answer at that time, asked by the same clock). The last two are the machine's noise.
"""
import json
import select
import sys
import time
from pathlib import Path

from Xlib import X, display, error
from Xlib.protocol import event

GIVE_UP_SECONDS = 30


def queue_ms(pid):
    """Milliseconds that the main thread of a process has waited for a processor so far."""
    try:
        return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[1]) / 1e6
    except (OSError, IndexError, ValueError):
        return 0.0


class Pulse:
    def __init__(self, display_name, pid):
        self.pid = pid
        self.display = display.Display(display_name)
        self.root = self.display.screen().root
        self.root.change_attributes(event_mask=X.StructureNotifyMask | X.SubstructureNotifyMask)
        self._protocols, self._ping = self.display.intern_atom("WM_PROTOCOLS"), self.display.intern_atom("_NET_WM_PING")
        self._number = 0

    def _server_ms(self):
        before = time.monotonic()
        self.display.get_input_focus()
        return (time.monotonic() - before) * 1000

    def beat(self, window_id, seconds=GIVE_UP_SECONDS):
        """One ping: the line of the log as a dict; ms is None where no answer came."""
        server = self._server_ms()
        self._number += 1
        window = self.display.create_resource_object("window", window_id)
        queued, at = queue_ms(self.pid), time.monotonic()
        caught = error.CatchError(error.BadWindow)
        window.send_event(event.ClientMessage(window=window, client_type=self._protocols, data=(32, [self._ping, self._number, window_id, 0, 0])),
                          onerror=caught)
        self.display.flush()
        end = at + seconds
        while time.monotonic() < end and not caught.get_error():
            if not self.display.pending_events() and not select.select([self.display.fileno()], [], [], min(0.5, max(0.0, end - time.monotonic())))[0]:
                continue
            for _ in range(self.display.pending_events()):
                answer = self.display.next_event()
                if answer.type == X.ClientMessage and answer.client_type == self._protocols and list(answer.data[1][:2]) == [self._ping, self._number]:
                    taken, queued = (time.monotonic() - at) * 1000, queue_ms(self.pid) - queued
                    return {"at": at, "ms": taken, "queue_ms": queued, "server_ms": max(server, self._server_ms())}
        return {"at": at, "ms": None, "queue_ms": queue_ms(self.pid) - queued, "server_ms": server}


def main():
    name, window_id, pid, log = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    pause = 1 / float(sys.argv[5] if len(sys.argv) > 5 else 10)
    pulse = Pulse(name, pid)
    with open(log, "a", buffering=1) as file:
        while True:
            line = pulse.beat(window_id)
            if line["ms"] is None and not Path(f"/proc/{pid}").exists():
                return
            file.write(json.dumps(line) + "\n")
            time.sleep(pause)


if __name__ == "__main__":
    main()
