#!/usr/bin/env bash
# Clients that nobody here wrote, against the real sandbox; and what crosses the wire while a column is encrypted in place.
# tests/interop/run.sh [FOLDER_OF_PROGRAMS]; without a folder a finished release build is needed. What is missing is installed first; then
# the stages run, two at a time, each with a sandbox of its own, and each is printed whole when it ends. Every step prints what was seen;
# exit status 1 if one did not hold. A client that cannot be installed is a failure.
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
source "$interop/../support/setup.sh"
started=$SECONDS
echo "-- Installing the clients"
es_install_packages "$interop/packages-debian.txt"
for client in jdbc odbc go tedious; do
  source "$interop/$client/client.sh"
  "${client}_install"
done
python_packages

stages=(encrypted.sh plain.sh go/run.sh crosscheck/run.sh "attested.sh hgs" "attested.sh aas-vbs" "attested.sh aas-sgx")
run_stage() { # run_stage NUMBER: its output and status as files
  local stage=${stages[$1]} begun=$SECONDS status=0
  # shellcheck disable=SC2086 # a stage's name and its mode are two words
  (set -- $stage && "$interop/$1" ${2:-} "$bin") > "$work/stage-$1.out" 2>&1 || status=$?
  echo "   stage $stage: exit $status after $((SECONDS - begun)) s" >> "$work/stage-$1.out"
  echo "$status" > "$work/stage-$1.status"
}
# Steps named in not-yet.txt may fail, and are said to; any other failure counts, and so does a stage that ends badly without a word.
judged() { # judged NUMBER: the stage's output with those steps renamed
  awk -v list="$interop/not-yet.txt" '
    BEGIN { while ((getline line < list) > 0) if (line !~ /^#/ && line != "") later[line] = 1 }
    /^FAIL / { name = substr($0, 6); sub(/:.*/, "", name); if (name in later) { sub(/^FAIL /, "not yet "); said++ } else bad++ }
    { print }
    END { exit bad ? 1 : said ? 3 : 0 }' "$work/stage-$1.out"
}
printed=()
print_finished() {
  local i verdict
  for i in "${!stages[@]}"; do
    if [ -e "$work/stage-$i.status" ] && [ -z "${printed[$i]:-}" ]; then
      printed[$i]=yes
      verdict=0
      judged "$i" || verdict=$?
      [ "$verdict" = 3 ] || [ "$(cat "$work/stage-$i.status")$verdict" = 00 ] || failed=1
    fi
  done
}
running=0
for i in "${!stages[@]}"; do
  [ "$running" -lt 2 ] || { wait -n || true; running=$((running - 1)); print_finished; }
  run_stage "$i" &
  running=$((running + 1))
done
wait || true
print_finished
echo "-- Witnesses: $([ "$failed" = 0 ] && echo "every step held but those not yet there" || echo "not every step held") after $((SECONDS - started)) s"
exit "$failed"
