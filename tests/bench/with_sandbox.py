#!/usr/bin/env python3
"""Runs a bench program against a sandbox with a table of 1,000,000 rows x 5 columns. Usage: with_sandbox.py BIN PROGRAM"""
import subprocess
import sys

from sandbox import Sandbox

with Sandbox(sys.argv[1]) as sandbox:
    sandbox.fill("dbo.Wide", "id int NOT NULL, name nvarchar(50) NULL, ssn char(11) NOT NULL, pay money NULL, born datetime2(7) NULL",
                 "n, CONVERT(nvarchar(50), n) + N' Example', '123-45-6789', CONVERT(money, n), CONVERT(datetime2(7), '1980-05-17T10:11:12')", 1000000)
    subprocess.run([sys.argv[2], sandbox.file, "SELECT id, name, ssn, pay, born FROM dbo.Wide"], check=True)
