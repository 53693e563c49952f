#!/usr/bin/env python3
"""Writes arithmetic_cases.tsv: decimal, integer and money arithmetic as the documentation's rules give it, computed by Python's decimal.

arithmetic_cases.py > arithmetic_cases.tsv. The seed is fixed; the rules stand here a second time, independent of the engine:
 + -   scale max(s1, s2), precision max(p1-s1, p2-s2) + scale + 1; beyond 38 digits the scale gives way to the whole part
 *     scale s1 + s2, precision p1 + p2 + 1;  /  scale max(6, s1 + p2 + 1), precision p1 - s1 + s2 + scale;
       beyond 38: scale min(scale, 38 - whole) while whole < 32, otherwise at most 6
 %     scale max(s1, s2), precision min(p1-s1, p2-s2) + scale, the dividend's sign
Products and sums are rounded half away from zero, quotients are cut; what does not fit its precision is error 8115, x/0 and x%0 are 8134.
"""
import random
from decimal import Decimal, ROUND_DOWN, ROUND_HALF_UP, getcontext

getcontext().prec = 200
SEED = 20240229
MAX = 38


def result_type(op, p1, s1, p2, s2):
    if op in "+-":
        whole, scale = max(p1 - s1, p2 - s2), max(s1, s2)
        precision = whole + scale + 1
        if precision > MAX:
            scale = max(0, min(scale, MAX - whole))
    elif op == "*":
        precision, scale = p1 + p2 + 1, s1 + s2
    elif op == "/":
        scale = max(6, s1 + p2 + 1)
        precision = p1 - s1 + s2 + scale
    else:
        scale = max(s1, s2)
        precision = max(1, min(p1 - s1, p2 - s2) + scale)
    if op in "*/" and precision > MAX:
        whole = precision - scale
        scale = min(scale, MAX - whole) if whole < 32 else min(scale, 6)
    return min(precision, MAX), scale


def compute(op, a, b, precision, scale):
    if op in "/%" and b == 0:
        return "!8134"
    if op == "/":
        exact, rounding = a / b, ROUND_DOWN
    elif op == "%":
        exact, rounding = (abs(a) % abs(b)).copy_sign(a), ROUND_DOWN
    else:
        exact, rounding = {"+": a + b, "-": a - b, "*": a * b}[op], ROUND_HALF_UP
    value = exact.quantize(Decimal(1).scaleb(-scale), rounding=rounding)
    if abs(value) >= Decimal(10) ** (precision - scale):
        return "!8115"
    return format(abs(value) if value == 0 else value, "f")


def number(rng, precision, scale):
    digits = rng.randint(1, precision)
    magnitude = rng.choice([rng.randrange(10 ** digits), 10 ** digits - 1, 0, 1])
    return Decimal(magnitude).scaleb(-scale) * rng.choice([1, -1])


def decimals(rng):
    for _ in range(400):
        p1, p2 = rng.choice([(rng.randint(1, 38), rng.randint(1, 38)), (rng.randint(1, 12), rng.randint(1, 12))])
        s1, s2 = rng.randint(0, p1), rng.randint(0, p2)
        a, b = number(rng, p1, s1), number(rng, p2, s2)
        op = rng.choice("+-*/%")
        precision, scale = result_type(op, p1, s1, p2, s2)
        out = compute(op, a, b, precision, scale)
        kind = "" if out.startswith("!") else f"decimal({precision},{scale})"
        yield kind, f"SELECT CAST('{a:f}' AS decimal({p1},{s1})) {op} CAST('{b:f}' AS decimal({p2},{s2}))", out


def integers(rng):
    bounds = {"tinyint": (0, 255), "smallint": (-2**15, 2**15 - 1), "int": (-2**31, 2**31 - 1), "bigint": (-2**63, 2**63 - 1)}
    order = list(bounds)
    for _ in range(150):
        t1, t2 = rng.choice(order), rng.choice(order)
        a, b = (rng.choice([rng.randint(*bounds[t]), bounds[t][0], bounds[t][1], 0, 1]) for t in (t1, t2))
        wider = order[max(order.index(t1), order.index(t2))]
        op = rng.choice("+-*/%")
        if op in "/%" and b == 0:
            out = "!8134"
        else:
            cut = abs(a) // abs(b) if b else 0
            quotient = cut if (a < 0) == (b < 0) else -cut
            value = {"+": a + b, "-": a - b, "*": a * b, "/": quotient, "%": a - quotient * b}[op]
            if op == "%" and b == -1:
                continue
            out = str(value) if bounds[wider][0] <= value <= bounds[wider][1] else "!8115"
        yield ("" if out.startswith("!") else wider), f"SELECT CAST({a} AS {t1}) {op} CAST({b} AS {t2})", out


def conversions(rng):
    for _ in range(100):
        p1, p2 = rng.randint(1, 38), rng.randint(1, 38)
        s1, s2 = rng.randint(0, p1), rng.randint(0, p2)
        a = number(rng, p1, s1)
        value = a.quantize(Decimal(1).scaleb(-s2), rounding=ROUND_HALF_UP)
        fits = abs(value) < Decimal(10) ** (p2 - s2)
        out = format(abs(value) if value == 0 else value, "f") if fits else "!8115"
        yield (f"decimal({p2},{s2})" if fits else ""), f"SELECT CAST(CAST('{a:f}' AS decimal({p1},{s1})) AS decimal({p2},{s2}))", out


def money(rng):
    low, high = Decimal(-2**63).scaleb(-4), Decimal(2**63 - 1).scaleb(-4)
    unit = Decimal("0.0001")
    for _ in range(100):
        a, b = (Decimal(rng.choice([rng.randint(-10**9, 10**9), rng.randint(-2**62, 2**62)])).scaleb(-4) for _ in range(2))
        op = rng.choice("+-*/")
        if op == "/":
            value = (a / b).quantize(unit, rounding=ROUND_DOWN)
        else:
            value = {"+": a + b, "-": a - b, "*": a * b}[op].quantize(unit, rounding=ROUND_HALF_UP)
        out = format(abs(value) if value == 0 else value, "f") if low <= value <= high else "!8115"
        yield ("money" if not out.startswith("!") else ""), f"SELECT CAST('{a:f}' AS money) {op} CAST('{b:f}' AS money)", out


def main():
    rng = random.Random(SEED)
    print("# Made by arithmetic_cases.py; columns as in documented_cases.tsv.")
    seen = set()
    for title, rows in (("decimal", decimals(rng)), ("integer", integers(rng)), ("decimal to decimal", conversions(rng)), ("money", money(rng))):
        for kind, sql, out in rows:
            if sql not in seen:
                seen.add(sql)
                print(title, kind, sql, out, sep="\t")


if __name__ == "__main__":
    main()
