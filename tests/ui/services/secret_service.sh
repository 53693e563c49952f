#!/usr/bin/env bash
# Runs a test program under a session bus of its own with an unlocked GNOME Keyring whose files go with it.
# With ES_TEST_LOCKED the keyring stays locked, and nobody is there to unlock it.
# Usage: secret_service.sh PROGRAM [ARGUMENTS...]
set -euo pipefail
command -v dbus-run-session >/dev/null && command -v gnome-keyring-daemon >/dev/null || {
  echo "dbus-run-session and gnome-keyring-daemon are needed (tests/support/packages-debian.txt)" >&2
  exit 1
}
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -m 700 "$home/run" "$home/data"
export HOME="$home" XDG_DATA_HOME="$home/data" XDG_RUNTIME_DIR="$home/run" ES_TEST_SECRET_SERVICE=1
unset DISPLAY WAYLAND_DISPLAY  # no prompt on somebody's desktop
dbus-run-session -- bash -c '
  [ -n "${ES_TEST_LOCKED:-}" ] || printf "test" | gnome-keyring-daemon --unlock --components=secrets --control-directory="$XDG_RUNTIME_DIR" >/dev/null
  "$@"' bash "$@"
