#!/usr/bin/env bash
# Sets up what is missing, builds, and starts the studio with its sandbox.
#   app/run.sh                  the studio, on your desktop
#   app/run.sh --headless DIR   no display needed: walks the tour with mouse and keys (light, dark, 200 %) and the same on the command line,
#                               prints each step with what was seen, leaves tour.json and pictures in DIR; exit status 0 only if all held
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../tests/support/setup.sh"
headless=
case "${1:-}" in
  --headless) headless=${2:?"--headless wants a folder"} ;;
  '') ;;
  *) echo "usage: app/run.sh [--headless DIR]" >&2; exit 2 ;;
esac
es_install_packages
es_build release > "${TMPDIR:-/tmp}/es-build-$$.log" 2>&1 || { tail -40 "${TMPDIR:-/tmp}/es-build-$$.log"; exit 1; }
rm -f "${TMPDIR:-/tmp}/es-build-$$.log"
bin="$ES_ROOT/build/release/bin"
if [ -z "$headless" ]; then
  exec "$bin/enclave-studio"
fi
mkdir -p "$headless"
# Debian's own Python: the accessibility bus and the X server are reached with Debian's packages for it.
exec /usr/bin/python3 "$ES_ROOT/tests/tour/tour.py" "$bin" "$headless"
