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
BULK_INT_TEXT = bytes.fromhex("810200" "0000000009002604016e00" "000000000900e70a000904d00034017400")
BULK_DONE = bytes.fromhex("fd000000000000000000000000")
for name, start, row in (
    ("plain", b"\x00\x00" + BULK_INT_TEXT, "d104010000000400610062" "00" "d100ffff"),
    ("pieces", b"\x00\x03" + BULK_INT_TEXT, "d10401000000ffff"),
    ("large", b"\x00\x00" + bytes.fromhex("8101000000000009" "00a5ffff0162" "00"), "d1feffffffffffffff0300000001020302000000040500000000"),
    ("text", b"\x00\x00" + bytes.fromhex("81010000000000090063ffffff7f0904d0003401007400017800"), "d11000000000000000000000000000000000000000000000000002000000" "6100"),
    ("encrypted", b"\x01\x00" + bytes.fromhex("8101000100" "05000000650000000100000009090909090909090000000000" "0908a5401f" "00000000000026040201010173" "00"), "d1ffff"),
):
    put("bulk", name, start + bytes.fromhex(row) + BULK_DONE)
for number, text in enumerate((
    "INSERT BULK dbo.T ([n] int, [t] nvarchar(5) COLLATE Latin1_General_BIN2 NOT NULL) WITH (KEEP_NULLS, ROWS_PER_BATCH = 10, ORDER (n ASC))",
    "insert bulk Lab..T with (TABLOCK, ALLOW_ENCRYPTED_VALUE_MODIFICATIONS)",
)):
    put("bulk", f"statement-{number}", b"\x02\x00" + text.encode())
for number, text in enumerate((
    "ServerName;DB;InstanceName;SQL2022;IsClustered;No;Version;16.0.1000.6;tcp;50123;;",
    "InstanceName;X;np;\\\\DB\\pipe\\sql;;", "InstanceName;X;tcp;70000;;", ";;",
)):
    put("browser", f"answer-{number}", b"\x05" + len(text).to_bytes(2, "little") + text.encode())
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

for number, cell in enumerate(("38002a000000", "6a0205020139300000", "29010700000000ff", "a7070904d000340300616263", "e7070904d00034040061006200",
                               "ad020300010000", "2400000102030405060708090a0b0c0d0e0f", "2b0107000000000000000000003c00", "3c000000000010270000")):
    put("values", f"cell-{number}", b"\x00" + bytes.fromhex(cell))
for number, text in enumerate(("<?xml version='1.0' encoding='utf-16'?><a xmlns:p='u' p:b='&lt;&#x41;'>x<![CDATA[y]]><!--z--><?p q?></a>",
                               "<a xml:space='preserve'> <b/> </a><c/>", "text &amp; more", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "<a><b></a>")):
    put("values", f"xml-{number}", b"\x01" + text.encode())
    put("values", f"xml-narrow-{number}", b"\x02" + text.replace("utf-16", "utf-8").encode())

corpus = (vectors.parent / "driver/tsql/Corpus.h").read_text()
for number, line in enumerate(re.findall(r'^    "(.*)",$', corpus, re.M)):
    text = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), line)
    put("tsql", f"statement-{number}", text.encode())
put("tsql", "batches", b"DECLARE @p char(11) = '%6818', @n int = NULL;\nSELECT 1\nGO 2\n-- GO\nSELECT N'x''y', $1.5, 0xAB\nGO\n")
print({folder.name: len(list(folder.iterdir())) for folder in sorted(out.iterdir())})
