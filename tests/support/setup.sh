#!/usr/bin/env bash
# Set-up shared by tests/run.sh and app/run.sh (sourced): installs what is missing, configures and builds a preset.
# Says what and why before it needs root; a second run installs and rebuilds nothing without need.
set -euo pipefail
ES_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export ES_ROOT
# ccache must see the same paths in every clone, or a build never profits from another.
export CCACHE_BASEDIR="$ES_ROOT" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=time_macros,include_file_mtime,include_file_ctime

es_say() { printf '\n== %s\n' "$*"; }

# es_install_packages [LIST]: what of it is missing.
es_install_packages() {
  local list="${1:-$ES_ROOT/tests/support/packages-debian.txt}" missing=() name why
  while read -r name why; do
    case "$name" in ''|'#'*) continue ;; esac
    if [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" != installed ]; then
      # A compiler, a JDK, Maven, Node or Go from elsewhere serves as well as Debian's.
      case "$name" in
        nodejs) command -v node >/dev/null && continue ;;
        golang-go) command -v go >/dev/null && continue ;;
        g++|cmake|git|maven|python3|pkg-config|npm) command -v "${name/maven/mvn}" >/dev/null && continue ;;
        default-jdk-headless) command -v javac >/dev/null && command -v keytool >/dev/null && continue ;;
      esac
      missing+=("$name")
      printf '  missing: %-22s %s\n' "$name" "$why"
    fi
  done < "$list"
  [ "${#missing[@]}" -eq 0 ] && return 0
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    es_say "The packages above are needed to build and test; installing them needs root: sudo apt-get install"
    root=(sudo)
  else
    es_say "Installing the packages above"
  fi
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
}

# es_configure PRESET [cmake cache options...] : says nothing unless it fails.
es_configure() {
  local preset=$1 log
  shift
  log=$(mktemp)
  (cd "$ES_ROOT" && cmake --preset "$preset" "$@" > "$log" 2>&1) || {
    cat "$log"
    rm -f "$log"
    return 1
  }
  rm -f "$log"
}

# es_build PRESET [cmake cache options...] : configures and builds all of it; does nothing where nothing changed.
es_build() {
  es_configure "$@" && (cd "$ES_ROOT" && cmake --build --preset "$1" -- -j"$(nproc)")
}

# es_fixed_addresses COMMAND... : runs it without address randomization where that is allowed. The thread sanitizer's shadow has no room for
# the addresses that kernels with vm.mmap_rnd_bits above 28 give out ("unexpected memory mapping").
es_fixed_addresses() {
  if setarch "$(uname -m)" -R true 2>/dev/null; then
    setarch "$(uname -m)" -R "$@"
  else
    "$@"
  fi
}
