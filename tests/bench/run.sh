#!/usr/bin/env bash
# Figures, one line of JSON each: name, unit, ours, other, what the other is, ratio, CPU seconds of each process. Judges nothing.
#   tests/bench/run.sh [NAME...]     all without a name
# ES_BENCH_BUILD: another build tree than build/release.
# Needs a finished release build. Ratios are taken in one run, since absolute figures drift.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${ES_BENCH_BUILD:-$PWD/build/release}
bin=$build/bin
bench=$build/tests
[ $# -eq 0 ] && set -- decrypt_cells row_blocks in_place_encryption update_by_key like_in_enclave memory_flat encrypted_index studio_start
for name in "$@"; do
  case "$name" in
    decrypt_cells) "$bench/bench_decrypt" ;;
    row_blocks) python3 tests/bench/with_sandbox.py "$bin" "$bench/bench_row_blocks" ;;
    in_place_encryption) python3 tests/bench/in_place.py "$bin" ;;
    encrypted_index) python3 tests/bench/encrypted_index.py "$bin" "$bench" ;;
    update_by_key) python3 tests/bench/update_by_key.py "$bin" "$bench/bench_update_by_key" ;;
    like_in_enclave) python3 tests/bench/like.py "$bin" "$bench/bench_like" ;;
    memory_flat) python3 tests/bench/memory_flat.py "$bin" ;;
    studio_start) /usr/bin/python3 tests/bench/studio_start.py "$bin" ;;
    *) echo "no bench called $name" >&2; exit 2 ;;
  esac
done
