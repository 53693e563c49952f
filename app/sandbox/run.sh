#!/usr/bin/env bash
# Sets up what is missing, builds the sandbox alone (no Qt, no tests), and becomes it: all options are enclave-sandbox's own.
#   app/sandbox/run.sh --data DIR [--listen HOST:PORT] [--sample] [--attestation none|hgs|aas-vbs|aas-sgx]
# Nothing but the sandbox's one line of JSON goes to standard output.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../tests/support/setup.sh"
{
  es_install_packages "$ES_ROOT/app/sandbox/packages-debian.txt"
  es_build sandbox
} >&2
exec "$ES_ROOT/build/sandbox/bin/enclave-sandbox" "$@"
