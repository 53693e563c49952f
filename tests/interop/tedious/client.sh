# Sourced after ../common.sh: tedious, from npm.
tedious_modules=$tools/tedious
tedious_install() {
  local list=$interop/tedious/package.json
  [ "$tedious_modules/.complete" -nt "$list" ] && return 0
  mkdir -p "$tedious_modules"
  cp "$list" "$tedious_modules/"
  (cd "$tedious_modules" && npm install --no-audit --no-fund --no-package-lock --silent)
  touch "$tedious_modules/.complete"
}
