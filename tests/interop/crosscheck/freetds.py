"""Each decimal, integer, guid, binary and text value of cases.tsv, printed by tsql from its typed form and from the server's CONVERT.

freetds.py CASES USER PASSWORD_FILE DATABASE; FREETDSCONF names the server "sandbox". Exit status 1 if one differs.
"""
import re
import subprocess
import sys

KINDS = {"decimal", "integer", "binary", "text"}


def cases(path):
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                how, style, value = line.rstrip("\n").split("\t")
                # Empty cells and blanks at the end are lost in tsql's print.
                if how in KINDS and "N''" not in value and "0x AS" not in value and "nchar" not in value:
                    yield how, style, value


def main():
    path, user, password_file, database = sys.argv[1:]
    wanted = list(cases(path))
    batch = ""
    for how, style, value in wanted:
        style = "" if style == "-" else ", " + style
        batch += f"SELECT {value}, CONVERT(nvarchar(200), {value}{style})\ngo\n"
    with open(password_file, encoding="utf-8") as secret:
        password = secret.read().strip()
    seen = subprocess.run(["tsql", "-S", "sandbox", "-U", user, "-P", password, "-D", database, "-o", "q"], input=batch + "exit\n",
                          capture_output=True, text=True, encoding="utf-8", check=False).stdout
    rows = [line.split("\t") for line in seen.splitlines() if line.count("\t") == 1 and line.strip()]
    different = 0
    if len(rows) != len(wanted):
        print(f"{len(wanted)} values were asked for, {len(rows)} came:\n{seen}", file=sys.stderr)
        return 1
    for (how, _, value), (client, server) in zip(wanted, rows):
        if how == "binary":
            client = re.sub("^0x", "", client).upper()
        if how == "decimal" and client.startswith("."):
            client = "0" + client
        if client != server:
            different += 1
            print(f"{value}\n  client: {client}\n  server: {server}", file=sys.stderr)
    print(f"{len(wanted)} values printed by FreeTDS and by CONVERT, {different} differ")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
