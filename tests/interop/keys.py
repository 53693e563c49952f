#!/usr/bin/env python3
"""Keys and tables that all clients share: one RSA key (the studio's key file), a master key for each provider's name over it.

keys.py SANDBOX_JSON KEY_FILE_P12 PASSWORD_FILE
CMK_TEST (provider ES_TEST_KEY) and CMK_JAVA (MSSQL_JAVA_KEYSTORE) come beside the studio's CMK1 (ES_KEY_FILE). A column key has two values at
most, so the same 32 bytes are two keys: CEK1 with the values of the studio and of ES_TEST_KEY, CEK_CLIENTS with those of MSSQL_JAVA_KEYSTORE and
ES_TEST_KEY. Two tables of the same columns, one under each, take a row of every client.
"""
import hashlib
import json
import struct
import sys

import pytds
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import pkcs12

sandbox = json.load(open(sys.argv[1]))
password = open(sys.argv[3]).read().strip().encode()
key, _, _ = pkcs12.load_key_and_certificates(open(sys.argv[2], "rb").read(), password)
PATH = "witness"
OAEP = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)


def sign(message):
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def wrap(secret):
    """Version 1, lengths of path and ciphertext, path, RSA-OAEP of the key, signature over all of it."""
    path, cipher = PATH.encode("utf-16-le"), key.public_key().encrypt(secret, OAEP)
    body = struct.pack("<BHH", 1, len(path), len(cipher)) + path + cipher
    return body + sign(body)


def unwrap(wrapped):
    path, cipher = struct.unpack_from("<HH", wrapped, 1)
    return key.decrypt(wrapped[5 + path:5 + path + cipher], OAEP)


def metadata_signature(provider):
    message = (provider + PATH + "true").lower().encode("utf-16-le")
    return sign(hashlib.sha256(message).digest() if provider == "MSSQL_JAVA_KEYSTORE" else message)  # the Java key store hashes twice


def value(master, secret):
    return f"COLUMN_MASTER_KEY = [{master}], ALGORITHM = 'RSA_OAEP', ENCRYPTED_VALUE = 0x{wrap(secret).hex()}"


connection = pytds.connect("localhost", port=int(sandbox["server"].split(",")[1]), user=sandbox["user"], password=open(sandbox["password_file"]).read().strip(),
                           database=sandbox["database"], autocommit=True, cafile=sandbox["ca_file"])
with connection, connection.cursor() as cursor:
    for master, provider in (("CMK_TEST", "ES_TEST_KEY"), ("CMK_JAVA", "MSSQL_JAVA_KEYSTORE")):
        cursor.execute(f"CREATE COLUMN MASTER KEY [{master}] WITH (KEY_STORE_PROVIDER_NAME = N'{provider}', KEY_PATH = N'{PATH}', "
                       f"ENCLAVE_COMPUTATIONS (SIGNATURE = 0x{metadata_signature(provider).hex()}))")
    cursor.execute("SELECT v.encrypted_value FROM sys.column_encryption_keys AS k JOIN sys.column_encryption_key_values AS v "
                   "ON v.column_encryption_key_id = k.column_encryption_key_id WHERE k.name = N'CEK1'")
    secret = unwrap(cursor.fetchone()[0])
    if len(secret) != 32:
        sys.exit("the studio's column key is not 32 bytes")
    cursor.execute(f"ALTER COLUMN ENCRYPTION KEY [CEK1] ADD VALUE ({value('CMK_TEST', secret)})")
    cursor.execute(f"CREATE COLUMN ENCRYPTION KEY [CEK_CLIENTS] WITH VALUES ({value('CMK_JAVA', secret)}), ({value('CMK_TEST', secret)})")
    for table, cek in (("ExchangeStudio", "CEK1"), ("ExchangeClients", "CEK_CLIENTS")):
        deterministic, randomized = (f" ENCRYPTED WITH (COLUMN_ENCRYPTION_KEY = [{cek}], ENCRYPTION_TYPE = {kind}, "
                                     "ALGORITHM = 'AEAD_AES_256_CBC_HMAC_SHA_256') NULL" for kind in ("Deterministic", "Randomized"))
        text = " COLLATE Latin1_General_BIN2"
        cursor.execute(f"CREATE TABLE dbo.{table} (writer varchar(10) NOT NULL, ssn char(11){text}{deterministic}, name nvarchar(40){text}{deterministic}, "
                       f"number bigint{deterministic}, pay money{randomized}, born date{deterministic}, data varbinary(20){deterministic})")
print("CEK1, CEK_CLIENTS: two values each")
