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
printed=()
print_finished() {
  local i
  for i in "${!stages[@]}"; do
    if [ -e "$work/stage-$i.status" ] && [ -z "${printed[$i]:-}" ]; then
      printed[$i]=yes
      cat "$work/stage-$i.out"
      [ "$(cat "$work/stage-$i.status")" = 0 ] || failed=1
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
echo "-- Witnesses: $([ "$failed" = 0 ] && echo "every step held" || echo "not every step held") after $((SECONDS - started)) s"
exit "$failed"
