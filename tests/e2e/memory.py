"""Where values lie: in the memory of processes and in files, in every form that a program might keep them in."""
import os
import random
import struct
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path


def both_texts(text):
    return {"UTF-8": text.encode(), "UTF-16": text.encode("utf-16-le")}


def number_forms(number, text):
    forms = both_texts(text)
    forms["little-endian"] = struct.pack("<q", number)
    forms["big-endian"] = struct.pack(">q", number)  # as SQLite keeps integers
    high, low = number >> 32, number & 0xFFFFFFFF
    forms["halves swapped"] = struct.pack("<iI", high, low)  # money on the wire
    return forms


def moment_forms(moment, hundreds_of_ns):
    """datetime2(7): ticks of the day in 5 bytes and the day in 3, as on the wire and in a cell; one number, as an engine may keep it."""
    midnight = moment.replace(hour=0, minute=0, second=0)
    ticks = int((moment - midnight).total_seconds()) * 10_000_000 + hundreds_of_ns
    day = moment.toordinal() - 1
    forms = number_forms(day * 864_000_000_000 + ticks, f"{moment:%Y-%m-%d %H:%M:%S}.{hundreds_of_ns:07}")
    forms["time and date"] = ticks.to_bytes(5, "little") + day.to_bytes(3, "little")
    return forms


class Marker:
    """A value that stands nowhere else: as T-SQL writes it, of a type, in the forms to search for."""

    def __init__(self, kind, literal, forms):
        self.kind, self.literal, self.forms = kind, literal, forms


def make_markers(seed):
    rng = random.Random(seed)
    letters = "".join(rng.choice("BCDFGHJKLMNPQRSTVWXZ") for _ in range(22))
    wide = "".join(rng.choice("абвгдежзик") for _ in range(14))
    number = rng.getrandbits(61) | 1 << 60
    cents = rng.getrandbits(60) | 1 << 59
    data = rng.randbytes(16)
    moment = datetime(1900, 1, 1) + timedelta(seconds=rng.randrange(4_000_000_000))
    fraction = rng.randrange(10_000_000)
    binary = {"raw": data, **{f"hexadecimal {k}": v for k, v in both_texts(data.hex()).items()},
              **{f"HEXADECIMAL {k}": v for k, v in both_texts(data.hex().upper()).items()}}
    money = Decimal(cents) / 10000
    return [
        Marker("varchar(40)", f"'{letters}'", both_texts(letters)),
        Marker("nvarchar(40)", f"N'{wide}'", both_texts(wide)),
        Marker("bigint", str(number), number_forms(number, str(number))),
        Marker("varbinary(16)", "0x" + data.hex(), binary),
        Marker("money", f"{money:.4f}", number_forms(cents, f"{money:.4f}")),
        Marker("datetime2(7)", f"'{moment:%Y-%m-%dT%H:%M:%S}.{fraction:07}'", moment_forms(moment, fraction)),
    ]


def regions(pid):
    """Every readable region of a process, piece by piece. Needs root where the process lets nobody look."""
    overlap = b""
    with open(f"/proc/{pid}/maps", encoding="utf-8") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            bounds, rights = line.split()[:2]
            if "r" not in rights or line.rstrip().endswith(("[vvar]", "[vsyscall]", "[vdso]")):
                continue
            begin, end = (int(bound, 16) for bound in bounds.split("-"))
            overlap = b""
            while begin < end:
                size = min(end - begin, 16 << 20)
                try:
                    data = os.pread(memory.fileno(), size, begin)
                except OSError:  # mapped beyond the end of its file, or unmapped meanwhile
                    data = b""
                    size = min(size, 4096)
                yield overlap + data
                overlap = data[-64:]
                begin += len(data) or size


def files_below(folder):
    for path in sorted(Path(folder).rglob("*")):
        if path.is_file():
            yield path


def found_in(blocks, markers):
    """Which markers are there: {"varchar(40) as UTF-8", ..}"""
    wanted = {f"{m.kind} as {form}": data for m in markers for form, data in m.forms.items()}
    found = set()
    for block in blocks:
        for name in [name for name in wanted if name not in found]:
            if wanted[name] in block:
                found.add(name)
    return found


def found_in_process(pid, markers):
    return found_in(regions(pid), markers)


def found_in_files(folder, markers):
    return {f"{path.name}: {name}" for path in files_below(folder) for name in found_in([path.read_bytes()], markers)}


def kinds(found, markers):
    return {m.kind for m in markers if any(f.startswith(m.kind) or f": {m.kind} " in f for f in found)}

