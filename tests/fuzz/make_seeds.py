#!/usr/bin/env python3
"""The fuzz targets' first inputs, out of the vectors and the statements that the tests know. Usage: make_seeds.py VECTORS OUT"""
import base64
import json
import re
import shutil
import sys
from pathlib import Path

vectors, out = Path(sys.argv[1]), Path(sys.argv[2])
shutil.rmtree(out, ignore_errors=True)
HEX = re.compile(r"(?:[0-9a-fA-F]{2}){2,}$")
PACKET_HEADER = 8


def put(target, name, data):
    folder = out / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / re.sub(r"[^\w.-]", "-", name)).write_bytes(data)


def payload(message):
    """The packets' contents of one message."""
    rest, inside = message, b""
    while len(rest) >= PACKET_HEADER:
        size = int.from_bytes(rest[2:4], "big")
        inside += rest[PACKET_HEADER:size]
        rest = rest[max(size, PACKET_HEADER):]
    return inside


def load(name):
    path = vectors / name
    return json.loads(path.read_text()) if path.exists() else {}


def put_message(name, message):
    kind, inside = message[0], payload(message)
    if kind == 0x04:
        put("tokens", name, b"\x00\x00" + inside)
    elif kind in (0x10, 0x12):
        put("logins", name, inside)
    else:
        put("requests", name, b"\x00" + inside)
    put("logins", name + "-packets", message)


def put_strings(target, name, value):
    """Every long hex text of a document, wherever it stands."""
    if isinstance(value, dict):
        for key, member in value.items():
            put_strings(target, f"{name}-{key}", member)
    elif isinstance(value, list):
        for number, member in enumerate(value):
            put_strings(target, f"{name}-{number}", member)
    elif isinstance(value, str) and len(value) >= 32 and HEX.match(value):
        put(target, name[-100:], bytes.fromhex(value))


for vector in load("tds-messages.json").get("vectors", []):
    put_message(vector["id"], bytes.fromhex(vector["hex"]))
for name in ("computed-ae-wire.json", "tds-fragments.json"):
    for vector in load(name).get("vectors", []):
        data, options = bytes.fromhex(vector["hex"]), vector.get("decode_options", {})
        if vector["form"] == "tokens":
            put("tokens", vector["id"], (b"\x01" if options.get("column_encryption") else b"\x00") + b"\x00" + data)
            put("tokens", vector["id"] + "-pieces", (b"\x01" if options.get("column_encryption") else b"\x00") + b"\x07" + data)
        elif vector["form"] == "message":
            put("requests", vector["id"], (b"\x01" if options.get("enclave") else b"\x00") + payload(data))
        elif vector["form"] == "rpc-parameter":
            # All headers with one transaction descriptor, sp_executesql by number, no options.
            put("requests", vector["id"], b"\x00" + bytes.fromhex("16000000120000000200000000000000000001000000ffff0a000000") + data)
tds = load("enclave-tds.json")
for kind in ("sql_batch", "rpc_executesql", "rpc_describe"):
    for number, case in enumerate(tds.get(kind, [])):
        put("requests", f"{kind}-{number}", b"\x01" + bytes.fromhex(case["payload"]))
        if "package" in case:
            put("packages", f"{kind}-{number}", bytes.fromhex(case["package"]))

for name in ("enclave-none.json", "enclave-vbs-hgs.json", "enclave-aas-vbs.json", "enclave-aas-sgx.json", "enclave-captured.json"):
    for target in ("packages", "reports"):
        put_strings(target, name.removesuffix(".json"), load(name))
# Tokens of the rejected answers too: type, sizes and identity come before it.
for name in ("enclave-aas-vbs.json", "enclave-aas-sgx.json"):
    document = load(name)
    short = name.removesuffix(".json")
    for number, case in enumerate([document, *document.get("rejected", [])]):
        answer = bytes.fromhex(case.get("response", ""))
        if len(answer) > 16:
            identity, token = int.from_bytes(answer[4:8], "little"), int.from_bytes(answer[8:12], "little")
            put("web_tokens", f"{short}-token-{number}", b"\x00" + answer[16 + identity:16 + identity + token])
    if document:
        put("web_tokens", f"{short}-keys", b"\x01" + json.dumps(document["jwks_document"]).encode())
        put("web_tokens", f"{short}-base64", b"\x02" + document["jwks_document"]["keys"][0]["x5c"][0].encode())
        for number, key in enumerate(document["jwks_document"]["keys"]):
            put("certificates", f"{short}-{number}", base64.b64decode(key["x5c"][0]))
            put("certificates", f"{short}-{number}-pem",
                b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(base64.b64decode(key["x5c"][0])) + b"-----END CERTIFICATE-----\n")
for name in ("enclave-none.json", "enclave-vbs-hgs.json", "enclave-aas-vbs.json", "enclave-aas-sgx.json"):
    if "response" in load(name):
        put("judgement", name.removesuffix(".json"), bytes.fromhex(load(name)["response"]))
hgs = load("enclave-vbs-hgs.json")
for member in ("signing_certificates_pkcs7", "health_certificate"):
    if member in hgs:
        put("certificates", member, bytes.fromhex(hgs[member]))
for case in load("enclave-captured.json").get("cases", []):
    if "fields" in case:
        put("certificates", "captured", bytes.fromhex(case["fields"]["health_report"]))
        put("judgement", "captured", bytes.fromhex(case["input"]))
put("packages", "inside", bytes(16) + (1).to_bytes(8, "little") + bytes(32) + bytes(46))

for number, text in enumerate(('{"server":"127.0.0.1,1433","enclave_pid":7,"attestation":{"protocol":"none","url":""}}', "[1,-0.5e3,true,null]",
                               r'"\u00e9\ud83d\ude00\n\\"', "{}", "[[[[[]]]]]", "12345678901234567890", '{"a":1,"a":2}')):
    put("json", f"text-{number}", text.encode())
for path in sorted(vectors.glob("*.json")):
    put("json", path.stem, path.read_bytes()[:2000])

corpus = (vectors.parent / "driver/tsql/Corpus.h").read_text()
for number, line in enumerate(re.findall(r'^    "(.*)",$', corpus, re.M)):
    text = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), line)
    put("tsql", f"statement-{number}", text.encode())
put("tsql", "batches", b"DECLARE @p char(11) = '%6818', @n int = NULL;\nSELECT 1\nGO 2\n-- GO\nSELECT N'x''y', $1.5, 0xAB\nGO\n")
print({folder.name: len(list(folder.iterdir())) for folder in sorted(out.iterdir())})
