"""Functions of numbers."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Callable

from .conversions import shown_float
from .signatures import numeric, python, sql, wide
from .sqltypes import BOOL, FLOAT64, INT64, NUMERIC, array, plain_decimal

for name, operator in (("$ADD", "+"), ("$SUB", "-"), ("$MUL", "*")):
    sql(name, [INT64, INT64], INT64, "({0} " + operator + " {1})")
    python(
        name,
        [NUMERIC, NUMERIC],
        NUMERIC,
        {
            "+": lambda a, b: numeric(wide.add(a, b), f"{plain_decimal(a)} + {plain_decimal(b)}"),
            "-": lambda a, b: numeric(wide.subtract(a, b), f"{plain_decimal(a)} - {plain_decimal(b)}"),
            "*": lambda a, b: numeric(wide.multiply(a, b), f"{plain_decimal(a)} * {plain_decimal(b)}"),
        }[operator],
    )
    sql(name, [FLOAT64, FLOAT64], FLOAT64, "bq_finite({0} " + operator + " {1}, {0}, {1})")


def divided(a: Decimal, b: Decimal) -> Decimal:
    if b == 0:
        raise ValueError(f"division by zero: {plain_decimal(a)} / {plain_decimal(b)}")
    return numeric(wide.divide(a, b))


python("$DIV", [NUMERIC, NUMERIC], NUMERIC, divided)
sql("$DIV", [FLOAT64, FLOAT64], FLOAT64, "bq_divide({0}, {1})")
sql("SAFE_DIVIDE", [FLOAT64, FLOAT64], FLOAT64, "TRY(bq_divide({0}, {1}))")
sql("IEEE_DIVIDE", [FLOAT64, FLOAT64], FLOAT64, "({0} / {1})")
sql("SAFE_ADD", [INT64, INT64], INT64, "TRY({0} + {1})")
sql("SAFE_SUBTRACT", [INT64, INT64], INT64, "TRY({0} - {1})")
sql("SAFE_MULTIPLY", [INT64, INT64], INT64, "TRY({0} * {1})")
sql("SAFE_NEGATE", [INT64], INT64, "TRY(-{0})")
sql("$NEG", [INT64], INT64, "(-{0})")
sql("$NEG", [NUMERIC], NUMERIC, "(-{0})")
sql("$NEG", [FLOAT64], FLOAT64, "(-{0})")
sql("DIV", [INT64, INT64], INT64, "bq_div({0}, {1})")
sql("MOD", [INT64, INT64], INT64, "bq_mod({0}, {1})")
python("DIV", [NUMERIC, NUMERIC], NUMERIC, lambda a, b: numeric(Decimal(int(divided_exactly(a, b)))))
python("MOD", [NUMERIC, NUMERIC], NUMERIC, lambda a, b: numeric(a - b * int(divided_exactly(a, b))))


def divided_exactly(a: Decimal, b: Decimal) -> Decimal:
    if b == 0:
        raise ValueError(f"division by zero: {plain_decimal(a)} / {plain_decimal(b)}")
    return wide.divide(a, b)


sql("ABS", [INT64], INT64, "abs({0})")
sql("ABS", [NUMERIC], NUMERIC, "abs({0})")
sql("ABS", [FLOAT64], FLOAT64, "abs({0})")
sql("SIGN", [INT64], INT64, "CAST(sign({0}) AS BIGINT)")
sql("SIGN", [NUMERIC], NUMERIC, "CAST(sign({0}) AS DECIMAL(38,9))")
sql("SIGN", [FLOAT64], FLOAT64, "CASE WHEN isnan({0}) THEN {0} ELSE CAST(sign({0}) AS DOUBLE) END")
for name in ("CEIL", "CEILING", "FLOOR"):
    way = name.lower() if name != "CEILING" else "ceil"
    python(
        name, [NUMERIC], NUMERIC, lambda a, up=way == "ceil": numeric(Decimal(math.ceil(a) if up else math.floor(a)))
    )
    sql(name, [FLOAT64], FLOAT64, way + "({0})")
python("ROUND", [NUMERIC], NUMERIC, lambda a: numeric(a.quantize(Decimal(1), context=wide)))
python("ROUND", [NUMERIC, INT64], NUMERIC, lambda a, n: numeric(rounded_decimal(a, n)))
sql("ROUND", [FLOAT64], FLOAT64, "round({0})")
python("ROUND", [FLOAT64, INT64], FLOAT64, lambda a, n: rounded(a, n))
python("TRUNC", [NUMERIC], NUMERIC, lambda a: numeric(Decimal(int(a))))
python("TRUNC", [NUMERIC, INT64], NUMERIC, lambda a, n: numeric(cut_decimal(a, n)))
sql("TRUNC", [FLOAT64], FLOAT64, "trunc({0})")
python(
    "TRUNC",
    [FLOAT64, INT64],
    FLOAT64,
    lambda a, n: a if not math.isfinite(a) else float(cut_decimal(Decimal(repr(a)), n)),
)


def rounded_decimal(value: Decimal, digits: int) -> Decimal:
    return value if digits >= 9 else value.quantize(Decimal(1).scaleb(-max(digits, -40)), context=wide)


def cut_decimal(value: Decimal, digits: int) -> Decimal:
    if digits > 300:
        return value
    factor = Decimal(10) ** max(digits, -400)
    return Decimal(int(wide.multiply(value, factor))) / factor


def rounded(value: float, digits: int) -> float:
    if not math.isfinite(value) or digits > 300:
        return value
    exact = Decimal(repr(value))
    return float(
        exact.quantize(Decimal(1).scaleb(-max(digits, -310)), context=Context(prec=700, rounding=ROUND_HALF_UP))
    )


def math_function(name: str, call: Callable, takes: int = 1) -> None:
    def run(*values):
        if any(map(math.isnan, values)):
            return math.nan
        try:
            return float(call(*values))
        except (OverflowError, ValueError, ZeroDivisionError):
            raise ValueError(
                f"Floating point error in function: {name}({', '.join(map(shown_float, values))})"
            ) from None

    python(name, [FLOAT64] * takes, FLOAT64, run)


def natural(value: float) -> float:
    return math.log(value) if not math.isinf(value) or value < 0 else value


math_function("SQRT", math.sqrt)
math_function("EXP", math.exp)
math_function("LN", natural)
math_function("LOG", natural)
math_function("LOG10", math.log10)
math_function("LOG", lambda a, b: math.nan if math.isinf(b) or a == -math.inf else math.log(a) / math.log(b), 2)
math_function("POW", math.pow, 2)
math_function("POWER", math.pow, 2)
for name in "ASIN ACOS ATAN SINH COSH TANH ASINH ACOSH ATANH".split():
    math_function(name, getattr(math, name.lower()))
for name in "SIN COS TAN".split():
    math_function(name, lambda value, call=getattr(math, name.lower()): math.nan if math.isinf(value) else call(value))
math_function("ATAN2", math.atan2, 2)
sql("CBRT", [FLOAT64], FLOAT64, "cbrt({0})")
sql("IS_NAN", [FLOAT64], BOOL, "isnan({0})")
sql("IS_INF", [FLOAT64], BOOL, "isinf({0})")
sql("RAND", [], FLOAT64, "random()", is_stable=False)
sql("BIT_COUNT", [INT64], INT64, "CAST(bit_count({0}) AS BIGINT)")
sql("$BITNOT", [INT64], INT64, "(~{0})")
sql("$BITAND", [INT64, INT64], INT64, "({0} & {1})")
sql("$BITOR", [INT64, INT64], INT64, "({0} | {1})")
sql("$BITXOR", [INT64, INT64], INT64, "xor({0}, {1})")


def shifted(value: int, by: int, is_left: bool) -> int:
    if by < 0:
        raise ValueError("Bitwise binary operator for shift: second argument must not be negative")
    if by >= 64:
        return 0
    whole = value & (2**64 - 1)
    moved = (whole << by if is_left else whole >> by) & (2**64 - 1)
    return moved - 2**64 if moved >= 2**63 else moved


python("$SHL", [INT64, INT64], INT64, lambda a, n: shifted(a, n, True))
python("$SHR", [INT64, INT64], INT64, lambda a, n: shifted(a, n, False))
python("RANGE_BUCKET", [INT64, array(INT64)], INT64, lambda value, bounds: sum(bound <= value for bound in bounds))
python("RANGE_BUCKET", [FLOAT64, array(FLOAT64)], INT64, lambda value, bounds: sum(bound <= value for bound in bounds))
