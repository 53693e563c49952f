"""Bad input: what happened, which field, what to do; and nobody waits for a dead server."""
import re
import socket
import time


def dead_server(tour):
    """A port where somebody listens and never answers."""
    desk = tour.desk
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        desk.key("Ctrl+Alt+c")
        dialog = desk.window("Connect to Server")
        desk.fill("Server name", f"127.0.0.1,{silent.getsockname()[1]}", dialog)
        desk.fill("Login", "sa", dialog)
        desk.fill("Password", "wrong", dialog, role="password")
        desk.click("Connect", "button", dialog)
        tour.sees("progress with a way out after half a second", r"^Connecting to 127", dialog, 3)
        tour.picture("dead-server")
        began = time.monotonic()
        desk.click("Cancel", "button", dialog)
        desk.find("Connect", "button", dialog, 5, states={"enabled"})
        took = time.monotonic() - began
        tour.expect("cancelled", "the fields can be edited again within a second", f"{took:.2f} s", took < 1.2)
    nobody(tour, dialog)
    wrong_password(tour, dialog)
    desk.key("Esc")
    desk.gone("Connect to Server")


def nobody(tour, dialog):
    desk = tour.desk
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk.fill("Server name", f"127.0.0.1,{port}", dialog)
    desk.fill("Password", "wrong", dialog, role="password")
    desk.click("Connect", "button", dialog)
    tour.sees("nobody there", rf"(?i)(nothing|nobody).*127\.0\.0\.1,{port}|127\.0\.0\.1,{port}.*(refused|closed)", dialog)
    tour.picture("nobody-there")


def wrong_password(tour, dialog):
    desk = tour.desk
    server = re.search(r"127\.0\.0\.1,\d+", " ".join(n.name for n in desk.items(tour.explorer())))
    desk.fill("Server name", server.group(), dialog)
    desk.fill("Password", "wrong", dialog, role="password")
    desk.click("Connect", "button", dialog)
    tour.sees("the sandbox's certificate is its own, or the password is wrong: the message says which", r"(?i)18456|certificate|password", dialog)
    tour.picture("refused")


def three_failures(tour):
    """Three windows, three different failures: each shows its own."""
    desk = tour.desk
    failures = [("SELECT nothing FROM HR.Nowhere;", r"208|Nowhere"), ("SELECT 1 FROM;", r"102|syntax"), ("SELECT CAST('x' AS int);", r"245|[Cc]onver")]
    for text, pattern in failures:
        desk.key("Ctrl+n")
        tour.run_sql(text)
        tour.sees(f"its own failure: {text}", pattern, seconds=15, items=True)
    for number, (text, pattern) in enumerate(reversed(failures)):
        if number > 0:
            desk.key("Ctrl+Shift+Tab")
        tour.sees(f"still there: {text}", pattern, items=True)
    tour.picture("one-of-three-failures")
