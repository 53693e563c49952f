#!/usr/bin/env python3
"""The sandbox's attestation services as clients find them: documents over https and http, faults, a killed service, an orderly end.

Usage: attestation.py BIN_FOLDER
"""
import base64
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from cli import Rehearsal

MODES = ("hgs", "aas-vbs", "aas-sgx")
FAULTS = ("expired", "wrong-nonce", "wrong-key", "debug", "old-svn", "wrong-author", "bad-signature", "slow", "unreachable")
HGS_PATHS = ("/v2.0/signingCertificates", "/v2.0/signingCertificates/", "/attestationservice.svc/v2.0/signingCertificates",
             "/attestationservice.svc/v2.0/signingCertificates/")


class Sandbox(Rehearsal):
    def start_command(self):
        return [part for part in super().start_command() if part != "--sample"]

    @property
    def attestation(self):
        return self.info["attestation"]

    def processes(self):
        return [self.process.pid] + [self.info[name] for name in ("server_pid", "enclave_pid", "attest_pid")]

    def get(self, url, trusted=True):
        context = ssl.create_default_context(cafile=self.info["ca_file"] if trusted else None)
        with urllib.request.urlopen(url, timeout=10, context=context if url.startswith("https") else None) as answer:
            return answer.read(), answer.headers


def openssl(*arguments, data=None):
    return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=False, timeout=30)


def alive(pid):
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def until(holds, seconds=15):
    """Whether it came true in time; asked again and again, since another process decides."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.05)
    return False


def root_of(r):
    return ssl.PEM_cert_to_DER_cert(Path(r.attestation["root_file"]).read_text())


def hgs_documents(r):
    seen = set()
    for base_url in (r.attestation["url"], r.attestation["http_url"]):
        for path in HGS_PATHS:
            body, headers = r.get(base_url + path)
            seen.add(body)
            if int(headers["Content-Length"]) != len(body):
                return False, f"Content-Length {headers['Content-Length']} of {path}"
    body = seen.pop()
    listed = openssl("pkcs7", "-inform", "DER", "-print_certs", data=bytes(json.loads(body))).stdout.decode()
    good = not seen and b" " not in body and ssl.PEM_cert_to_DER_cert(listed[listed.index("-----BEGIN"):]) == root_of(r)
    return good, f"{len(body)} bytes, the same at {2 * len(HGS_PATHS)} addresses; {listed.split(chr(10))[0]}"


def aas_documents(r):
    url = urlsplit(r.attestation["url"])
    origin = f"https://{url.netloc}"
    metadata = json.loads(r.get(origin + "/.well-known/openid-configuration")[0])
    keys = json.loads(r.get(metadata["jwks_uri"])[0])["keys"]
    leaf, root = (base64.b64decode(part, validate=True) for part in keys[0]["x5c"])
    path = r.work / "leaf.pem"
    path.write_text(ssl.DER_cert_to_PEM_cert(leaf))
    verified = openssl("verify", "-CAfile", r.attestation["root_file"], str(path)).stdout.decode()
    modulus = openssl("x509", "-noout", "-modulus", "-in", str(path)).stdout.decode().strip().split("=")[1]
    stated = base64.urlsafe_b64decode(keys[0]["n"] + "==").hex().upper()
    good = (metadata["issuer"] == origin and metadata["jwks_uri"] == origin + "/certs" and keys[0]["kty"] == "RSA" and len(keys) == 1
            and root == root_of(r) and verified.endswith("OK\n") and modulus == stated and r.attestation["http_url"] == "")
    return good, f"{metadata['jwks_uri']} kid {keys[0]['kid'][:8]}.. {verified}"


def one_piece(r):
    """What the first read of a plain socket gives: JDBC reads no more."""
    url = urlsplit(r.attestation["http_url"])
    with socket.create_connection((url.hostname, url.port), timeout=10) as s:
        s.sendall(f"GET {url.path}/attestationservice.svc/v2.0/signingCertificates HTTP/1.1\r\nHost: {url.netloc}\r\n\r\n".encode())
        first = s.recv(65536)
        rest = s.recv(65536)
    return first.endswith(b"]") and rest == b"", f"{len(first)} bytes at once, {len(rest)} after"


def refused_without_trust(r):
    try:
        r.get(r.attestation["url"] if r.attestation["http_url"] == "" else r.attestation["url"] + HGS_PATHS[0], trusted=False)
        return False, "a client that trusts only the system's authorities got an answer"
    except urllib.error.URLError as error:
        return "CERTIFICATE_VERIFY_FAILED" in str(error), error


def first_bytes(url, seconds):
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as s:
        s.settimeout(seconds)
        s.sendall(f"GET {parts.path}/v2.0/signingCertificates HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        try:
            return s.recv(1)
        except socket.timeout:
            return None


def connects(url):
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port), timeout=10).close()
        return True
    except ConnectionRefusedError:
        return False


def walk_mode(r, mode):
    facts = r.attestation
    r.check(f"{mode}: announced", facts["mode"] == mode and facts["protocol"] == mode[:3] and facts["url"].startswith("https://127.0.0.1:"), facts)
    documents = hgs_documents if mode == "hgs" else aas_documents
    r.check(f"{mode}: documents", *documents(r))
    r.check(f"{mode}: trust is needed", *refused_without_trust(r))
    if mode == "hgs":
        r.check("hgs: one piece", *one_piece(r))
    before = root_of(r)
    os.kill(r.info["attest_pid"], signal.SIGKILL)

    def answers_again():
        try:
            return documents(r)[0]
        except (OSError, urllib.error.URLError):
            return False

    r.check(f"{mode}: a killed service comes back", until(answers_again) and root_of(r) == before and alive(r.info["server_pid"]), facts["url"])
    pids = r.processes()
    r.stop()
    r.check(f"{mode}: SIGTERM ends every process", r.process.returncode == 0 and until(lambda: not any(map(alive, pids))), pids)


def walk_faults(r):
    def start(mode, *faults):
        r.options = ["--attestation", mode] + [part for fault in faults for part in ("--fault", fault)]

    for fault in FAULTS:
        start("hgs", "attest:" + fault)
        if fault == "wrong-nonce":
            status, err = r.start_fails()
            r.check("hgs: wrong-nonce is refused", status == 2 and "means nothing" in err, err)
            continue
        r.start()
        url = r.attestation["http_url"]
        if fault == "unreachable":
            seen = "refused" if not connects(url) and not connects(r.attestation["url"]) else "somebody listens"
            good = seen == "refused"
        else:
            seen = first_bytes(url, 1 if fault == "slow" else 10)
            good = seen == (None if fault == "slow" else b"H")
        r.check(f"hgs: starts with {fault}", good, seen)
        r.stop()
    for mode in MODES[1:]:
        start(mode, *("attest:" + fault for fault in FAULTS[:7]))
        r.start()
        r.check(f"{mode}: starts with every fault of its evidence", *aas_documents(r))
        r.stop()
    for options in (["--fault", "attest:slow"], ["--attestation", "none", "--fault", "attest:expired"],
                    ["--attestation", "hgs", "--fault", "attest:lazy"], ["--attestation", "tpm"]):
        r.options = options
        status, err = r.start_fails()
        r.check("refused: " + " ".join(options), status == 2 and err.startswith("enclave-sandbox: "), err)
    listed = subprocess.run([r.bin / "enclave-sandbox", "--list-faults"], capture_output=True, text=True, check=False, timeout=10)
    r.check("--list-faults", listed.returncode == 0 and all("attest:" + fault in listed.stdout for fault in FAULTS), listed.stdout)


def walk_old_folder(r):
    """A folder made before the authority said that it belongs to a sandbox."""
    ca = Path(r.info["ca_file"])
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(r.work / "k"), "-out", str(ca), "-days", "2", "-subj",
            "/CN=Enclave Studio private authority")
    r.options = []
    r.start()
    subject = openssl("x509", "-noout", "-subject", "-in", str(ca)).stdout.decode()
    facts = r.attestation
    r.check("an old authority is replaced", "O = Enclave Studio sandbox, CN = Enclave Studio private authority" in subject, subject)
    r.check("none: nothing is announced", facts["mode"] == "none" and facts["url"] == facts["http_url"] == facts["root_file"] == ""
            and "attest_pid" not in r.info, facts)
    r.stop()


rehearsal = Sandbox(sys.argv[1], ["--attestation", MODES[0]])
with rehearsal:
    for number, name in enumerate(MODES):
        if number > 0:
            rehearsal.options = ["--attestation", name]
            rehearsal.start()
        walk_mode(rehearsal, name)
    walk_faults(rehearsal)
    walk_old_folder(rehearsal)
sys.exit(1 if rehearsal.failures else 0)
