#!/usr/bin/env bash
# The project's tests.   tests/run.sh [--all] [--long]
#   (nothing)  installs what is missing, builds preset `release`, runs every test with ctest
#   --all      also: driver-only build, Clang's build (preset `dev`), driver tests under address and undefined-behaviour sanitizers, what has
#              threads under the thread sanitizer, foreign clients (JDBC, ODBC, Go, Node, FreeTDS, Python), the main job headless
#   --long     also: the long runs (each fuzz target for a minute, 200 kills), done before an issue is called resolved
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/support/setup.sh"
all=no long=no
for argument in "$@"; do
  case "$argument" in
    --all) all=yes ;;
    --long) all=yes long=yes ;;
    *) echo "usage: tests/run.sh [--all] [--long]" >&2; exit 2 ;;
  esac
done
cd "$ES_ROOT"
started=$SECONDS
werror=() plain=()
# A machine that builds once has no use for what a debugger would read: a third of the Clang build.
[ "${CI:-}" = true ] && werror=(-DES_WERROR=ON) plain=(-DCMAKE_CXX_FLAGS_DEBUG=-O0)

es_say "What is missing on this machine"
es_install_packages
es_say "Build: release"
es_build release "${werror[@]}"
es_say "Tests: release"
ctest --preset release -j2 -LE 'long|walk'

if [ "$all" = yes ]; then
  es_say "The driver alone, without Qt in its libraries"
  es_build driver-only "${werror[@]}" -DES_TESTS=OFF # its tests run with the sanitizers, where it stands alone too
  es_say "Driver and sandbox by Clang: its warnings, the rules about locks"
  es_build dev "${werror[@]}" "${plain[@]}"
  ctest --preset dev -j2
  es_say "The driver and its fuzz targets under address and undefined-behaviour sanitizers"
  es_build asan "${werror[@]}"
  ASAN_OPTIONS=detect_leaks=1 ctest --preset asan -j2 -LE long
  es_say "Threads of driver and sandbox under the thread sanitizer"
  es_build tsan "${werror[@]}"
  es_fixed_addresses ctest --preset tsan -j2
  es_say "Witnesses: clients that nobody here wrote"
  tests/interop/run.sh
  es_say "The tour, as a person would walk it, and a visitor without a plan"
  app/run.sh --headless build/tour
  ctest --preset release -L walk
fi
if [ "$long" = yes ]; then
  es_say "Long runs"
  ctest --preset release -L long
  ctest --preset asan -L long -j2
fi
es_say "All green after $((SECONDS - started)) s"
