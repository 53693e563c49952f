#!/usr/bin/env python3
"""Alters one byte of one cell in a database's file, while the server is down.   tamper.py FILE TABLE COLUMN ID"""
import sqlite3
import sys

file, name, column, row = sys.argv[1:]
db = sqlite3.connect(file)
(table,) = db.execute("SELECT object_id FROM es_objects WHERE name = ?", (name,)).fetchone()
columns = {text: f"c{number}" for number, text in db.execute("SELECT column_id, name FROM es_columns WHERE object_id = ?", (table,))}
(cell,) = db.execute(f"SELECT {columns[column]} FROM t{table} WHERE {columns['id']} = ?", (int(row),)).fetchone()
altered = bytearray(cell)
altered[40] ^= 1
db.execute(f"UPDATE t{table} SET {columns[column]} = ? WHERE {columns['id']} = ?", (bytes(altered), int(row)))
db.commit()
