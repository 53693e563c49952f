# Sourced by the scripts of this folder: a folder for the run, a sandbox, its connection details, keys, and steps.
# A script takes the folder of the built programs as its first argument; without one it is that of the release build.
# ES_INTEROP_SANDBOX: the folder of a run whose sandbox is up; a script then uses that one and starts none.
set -euo pipefail
interop=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$interop/../.." && pwd)
bin=$(cd "${1:-$root/build/release/bin}" && pwd)
tools=$root/build/interop
work=$(mktemp -d "${TMPDIR:-/tmp}/es-interop.XXXXXX")
failed=0
sandbox=
end_sandbox() { [ -z "$sandbox" ] || { kill "$sandbox" 2>/dev/null && wait "$sandbox" 2>/dev/null || true; }; sandbox=; }
cleanup() {
  end_sandbox
  rm -rf "$work"
}
trap cleanup EXIT

hold() { # hold NAME COMMAND...: the command's last line is what was seen
  local name=$1
  shift
  if seen=$("$@" 2>"$work/err"); then echo "ok $name: ${seen##*$'\n'}"; else
    failed=1
    echo "FAIL $name: $seen"
    cat "$work/err"
  fi
}

export ES_KEY_FOLDER=$work/keys
mkdir -p "$ES_KEY_FOLDER"
printf 'witness-key-password' > "$work/key-password"
chmod 600 "$work/key-password"
export ES_KEY_PASSWORD_FILE=$work/key-password

start_sandbox() { # start_sandbox MODE: a new one, or the one that is up
  if [ -n "${ES_INTEROP_SANDBOX:-}" ]; then
    cp "$ES_INTEROP_SANDBOX/sandbox.json" "$work/"
    read_sandbox
    return
  fi
  end_sandbox
  rm -rf "$work/data" "$ES_KEY_FOLDER"/*
  resume_sandbox "$1"
}
resume_sandbox() { # resume_sandbox MODE: with the databases that are there
  rm -f "$work/sandbox.json"
  "$bin/enclave-sandbox" --data "$work/data" --listen 127.0.0.1:0 --sample --attestation "$1" > "$work/sandbox.json" &
  sandbox=$!
  for _ in $(seq 300); do [ -s "$work/sandbox.json" ] && break; sleep 0.1; done
  read_sandbox
}
read_sandbox() {
  port=$(field server | cut -d, -f2) user=$(field user) password_file=$(field password_file) ca=$(field ca_file) database=$(field database)
  protocol=$(field attestation protocol) url=$(field attestation url)
}
field() { # field NAME [NAME]: out of the sandbox's line of JSON
  python3 -c 'import functools,json,sys; print(functools.reduce(lambda d, k: d[k], sys.argv[2:], json.load(open(sys.argv[1]))))' "$work/sandbox.json" "$@"
}
enclave_pid() { pgrep -P "$sandbox" -f enclave-sandbox-enclave; }
ctl() { "$bin/enclavectl" --sandbox "$work/sandbox.json" "$@"; }
enclave() {
  local service=()
  [ -z "$url" ] || service=(--attestation-url "$url")
  ctl --column-encryption --attestation "$protocol" "${service[@]}" "$@"
}
encrypt() { # the studio's keys, two encrypted columns, a row of ours
  ctl keys new-cmk --name CMK1 --key-file witness --enclave --generate > /dev/null 2>&1
  ctl keys new-cek --name CEK1 --cmk CMK1 > /dev/null 2>&1
  enclave encrypt HR.Employees.SSN HR.Employees.Salary --key CEK1 --type randomized > /dev/null 2> "$work/err" || { cat "$work/err" >&2; return 1; }
  enclave query "DECLARE @ssn char(11) = '900-40-5060';
DECLARE @pay money = 71234.56;
INSERT INTO HR.Employees (SSN, FirstName, LastName, Salary) VALUES (@ssn, N'Our', N'Written-By-Studio', @pay);" --parameterize > /dev/null 2>&1
}
second_key() { # another RSA key as the studio would keep it, to rotate to
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/second.key" -out "$work/second.pem" -days 30 -subj /CN=witness2 2>/dev/null
  openssl pkcs12 -export -inkey "$work/second.key" -in "$work/second.pem" -name witness2 -passout "file:$work/key-password" -out "$ES_KEY_FOLDER/witness2.p12"
}
# What comes from PyPI, once, in an environment of its own; $python runs it.
python=$tools/python/bin/python
python_packages() {
  local list=$interop/python/requirements.txt
  [ "$tools/python/.complete" -nt "$list" ] && return 0
  python3 -m venv "$tools/python"
  "$python" -m pip --quiet --disable-pip-version-check install --requirement "$list"
  touch "$tools/python/.complete"
}
