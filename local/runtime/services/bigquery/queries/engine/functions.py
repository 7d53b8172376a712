"""The functions of GoogleSQL that run, by name: their signatures, and SQL of DuckDB or a function of Python for each.

https://cloud.google.com/bigquery/docs/reference/standard-sql/functions-all
"""

from __future__ import annotations

import base64
import binascii
import decimal
import hashlib
import inspect
import json
import math
import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Callable

from . import dates
from .sqltypes import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    FLOAT64,
    INT64,
    JSON,
    NUMERIC,
    STRING,
    TIME,
    TIMESTAMP,
    Type,
    Unsupported,
    array,
    duck,
    plain_decimal,
)

# Arithmetic of NUMERIC: 38 digits, nine of them after the point.
wide = Context(prec=120, rounding=ROUND_HALF_UP)
# Operators use the context of their thread; new threads have a copy of the default.
decimal.DefaultContext.prec, decimal.DefaultContext.rounding = 120, ROUND_HALF_UP
decimal.setcontext(wide.copy())
nine = Decimal("1e-9")
largest = Decimal("99999999999999999999999999999.999999999")


def numeric(value: Decimal, shown: str = "") -> Decimal:
    rounded = value.quantize(nine, context=wide)
    if abs(rounded) > largest:
        raise ValueError(f"numeric overflow{': ' + shown if shown else ''}")
    return rounded


@dataclass(frozen=True)
class Signature:
    name: str
    takes: tuple[Type, ...]
    gives: Type
    # SQL with {0}, {1}, … or a function of Python.
    sql: str | None
    call: Callable | None = None
    is_variadic: bool = False
    is_stable: bool = True

    @property
    def gives_text(self) -> bool:
        """Whether its results are texts: DuckDB takes a NaN of Python for NULL."""
        return self.call is not None and self.gives == FLOAT64

    @property
    def id(self) -> str:
        parts = [self.name, *map(str, self.takes)]
        return "bq_" + "_".join(re.sub(r"\W+", "_", each).lower() for each in parts)


signatures: dict[str, list[Signature]] = {}


def sql(name: str, takes: list[Type], gives: Type, text: str, **more) -> None:
    for each in name.split():
        signatures.setdefault(each, []).append(Signature(each, tuple(takes), gives, text, **more))


def python(name: str, takes: list[Type], gives: Type, call: Callable, **more) -> None:
    for each in name.split():
        signatures.setdefault(each, []).append(Signature(each, tuple(takes), gives, None, call, **more))


# ---- Numbers ----


def checked_float(text: str) -> str:
    """An overflow of finite arguments is an error, as in the documentation of mathematical functions."""
    return f"bq_finite({text}, {{all}})"


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


def power(a: float, b: float) -> float:
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or math.isinf(b) or a == 0 and b > 0:
        return math.pow(a, b)
    return math.pow(a, b)


def natural(value: float) -> float:
    return math.log(value) if not math.isinf(value) or value < 0 else value


math_function("SQRT", math.sqrt)
math_function("EXP", math.exp)
math_function("LN", natural)
math_function("LOG", natural)
math_function("LOG10", math.log10)
math_function("LOG", lambda a, b: math.nan if math.isinf(b) or a == -math.inf else math.log(a) / math.log(b), 2)
math_function("POW", power, 2)
math_function("POWER", power, 2)
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


# ---- Conversions: https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions#cast ----


def shown_float(value: float) -> str:
    """The shortest text that reads as the same number, in 15 digits or 17."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = f"{value:.15g}"
    if float(text) != value:
        text = f"{value:.17g}"
    return text


def integer_of(text: str) -> int:
    match = re.fullmatch(r"\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)\s*", text)
    value = match and (int(match[2], 16) if match[2][:2] in ("0x", "0X") else int(match[2]))
    value = None if value is None else -value if match[1] == "-" else value
    if value is None or not -(2**63) <= value < 2**63:
        raise ValueError(f"Bad int64 value: {text}")
    return value


def float_of(text: str) -> float:
    bare = text.strip()
    if not re.fullmatch(r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf|infinity|nan)", bare, re.IGNORECASE):
        raise ValueError(f"Bad double value: {text}")
    value = float(bare)
    if math.isinf(value) and "inf" not in bare.lower():
        raise ValueError(f"Bad double value: {text}")
    return value


def numeric_of(text: str) -> Decimal:
    if not re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", text):
        raise ValueError(f"Invalid NUMERIC value: {text}")
    try:
        return numeric(Decimal(text.strip()))
    except ValueError:
        raise ValueError(f"Invalid NUMERIC value: {text}") from None


def boolean_of(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(f"Bad bool value: {text}")
    return text.lower() == "true"


def utf8(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise ValueError("Invalid cast of bytes to UTF8 string") from None


def whole_of(value: float) -> int:
    if not math.isfinite(value):
        raise ValueError(f"Illegal conversion of non-finite floating point number to an integer: {shown_float(value)}")
    nearest = math.floor(abs(value) + 0.5) if abs(value) < 2**52 else int(abs(value))
    nearest = nearest if value >= 0 else -nearest
    if not -(2**63) <= nearest < 2**63:
        raise ValueError(f"int64 out of range: {shown_float(value)}")
    return nearest


def numeric_of_float(value: float) -> Decimal:
    if not math.isfinite(value):
        raise ValueError(f"Illegal conversion of non-finite floating point number to numeric: {shown_float(value)}")
    try:
        return numeric(Decimal(value))
    except ValueError:
        raise ValueError(f"numeric out of range: {shown_float(value)}") from None


def whole_of_numeric(value: Decimal) -> int:
    nearest = int(value.quantize(Decimal(1), context=wide))
    if not -(2**63) <= nearest < 2**63:
        raise ValueError(f"int64 out of range: {plain_decimal(value)}")
    return nearest


casts: dict[tuple[str, str], Signature] = {}


def cast(source: Type, target: Type, how: str | Callable) -> None:
    given = {"sql": how} if isinstance(how, str) else {"sql": None, "call": how}
    casts[source.kind, target.kind] = Signature(f"cast_{target}", (source,), target, **given)


cast(INT64, BOOL, "({0} <> 0)")
cast(INT64, STRING, "CAST({0} AS VARCHAR)")
cast(INT64, FLOAT64, "CAST({0} AS DOUBLE)")
cast(INT64, NUMERIC, "CAST({0} AS DECIMAL(38,9))")
cast(FLOAT64, INT64, whole_of)
cast(FLOAT64, STRING, shown_float)
cast(FLOAT64, NUMERIC, numeric_of_float)
cast(NUMERIC, INT64, whole_of_numeric)
cast(NUMERIC, FLOAT64, lambda value: float(value))
cast(NUMERIC, STRING, plain_decimal)
cast(BOOL, INT64, "CAST({0} AS BIGINT)")
cast(BOOL, STRING, "CAST({0} AS VARCHAR)")
cast(STRING, INT64, integer_of)
cast(STRING, FLOAT64, float_of)
cast(STRING, NUMERIC, numeric_of)
cast(STRING, BOOL, boolean_of)
cast(STRING, BYTES, "encode({0})")
cast(STRING, DATE, dates.date_of)
cast(STRING, DATETIME, dates.datetime_of)
cast(STRING, TIME, dates.time_of)
cast(STRING, TIMESTAMP, dates.timestamp_of)
cast(BYTES, STRING, utf8)
cast(DATE, STRING, dates.shown_date)
cast(DATE, DATETIME, "CAST({0} AS TIMESTAMP)")
cast(DATE, TIMESTAMP, "CAST({0} AS TIMESTAMP)")
cast(DATETIME, STRING, dates.shown_datetime)
cast(DATETIME, DATE, "CAST({0} AS DATE)")
cast(DATETIME, TIME, "CAST({0} AS TIME)")
cast(DATETIME, TIMESTAMP, "{0}")
cast(TIME, STRING, dates.shown_time)
cast(TIMESTAMP, STRING, dates.shown_timestamp)
cast(TIMESTAMP, DATE, "CAST({0} AS DATE)")
cast(TIMESTAMP, DATETIME, "{0}")
cast(TIMESTAMP, TIME, "CAST({0} AS TIME)")


# ---- Strings and bytes ----

sql("$CONCAT", [STRING], STRING, "||", is_variadic=True)
sql("$CONCAT", [BYTES], BYTES, "||", is_variadic=True)
sql("LENGTH CHAR_LENGTH CHARACTER_LENGTH", [STRING], INT64, "length({0})")
sql("LENGTH", [BYTES], INT64, "octet_length({0})")
sql("BYTE_LENGTH OCTET_LENGTH", [STRING], INT64, "octet_length(encode({0}))")
sql("BYTE_LENGTH OCTET_LENGTH", [BYTES], INT64, "octet_length({0})")
python("LOWER LCASE", [STRING], STRING, str.lower)
python("UPPER UCASE", [STRING], STRING, str.upper)
python("LOWER LCASE", [BYTES], BYTES, bytes.lower)
python("UPPER UCASE", [BYTES], BYTES, bytes.upper)
python("REPLACE", [BYTES] * 3, BYTES, lambda text, old, new: text.replace(old, new) if old else text)
python("REVERSE", [STRING], STRING, lambda text: text[::-1])
python("REVERSE", [BYTES], BYTES, lambda value: value[::-1])
python("REPLACE", [STRING] * 3, STRING, lambda text, old, new: text.replace(old, new) if old else text)
python("STARTS_WITH", [STRING] * 2, BOOL, str.startswith)
python("STARTS_WITH", [BYTES] * 2, BOOL, bytes.startswith)
python("ENDS_WITH", [STRING] * 2, BOOL, str.endswith)
python("ENDS_WITH", [BYTES] * 2, BOOL, bytes.endswith)
python("STRPOS", [STRING] * 2, INT64, lambda text, part: text.find(part) + 1)
python("STRPOS", [BYTES] * 2, INT64, lambda text, part: text.find(part) + 1)

spaces = "".join(
    chr(each)
    for each in (*range(9, 14), 32, 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
)
for name, way in (("TRIM", "strip"), ("LTRIM", "lstrip"), ("RTRIM", "rstrip")):
    python(name, [STRING], STRING, lambda text, way=way: getattr(text, way)(spaces))
    python(name, [STRING, STRING], STRING, lambda text, cut, way=way: getattr(text, way)(cut))
    python(name, [BYTES, BYTES], BYTES, lambda text, cut, way=way: getattr(text, way)(cut))


def substring(text, start: int, length: int | None = None):
    if length is not None and length < 0:
        raise ValueError("Third argument in SUBSTR() cannot be negative")
    size = len(text)
    begin = start - 1 if start > 0 else 0 if start == 0 else max(size + start, 0)
    return text[begin:] if length is None else text[begin : begin + length]


for kind in (STRING, BYTES):
    python("SUBSTR SUBSTRING", [kind, INT64], kind, substring)
    python("SUBSTR SUBSTRING", [kind, INT64, INT64], kind, substring)


def side(text, length: int, is_left: bool):
    if length < 0:
        raise ValueError(f"Second argument in {'LEFT' if is_left else 'RIGHT'}() cannot be negative")
    return text[:length] if is_left else text[max(len(text) - length, 0) :]


def padded(text, length: int, pad, is_left: bool):
    if length < 0:
        raise ValueError(f"Second argument (output size) for {'LPAD' if is_left else 'RPAD'} cannot be negative")
    if len(pad) == 0:
        raise ValueError(f"Third argument (pad pattern) for {'LPAD' if is_left else 'RPAD'} cannot be empty")
    if length > 1024 * 1024:
        raise ValueError("Output of LPAD/RPAD exceeds max allowed output size of 1MB")
    if len(text) >= length:
        return text[:length]
    more = (pad * length)[: length - len(text)]
    return more + text if is_left else text + more


def repeated(text, times: int):
    if times < 0:
        raise ValueError("Second argument in REPEAT() cannot be negative")
    if len(text) * times > 1024 * 1024:
        raise ValueError("Output of REPEAT exceeds max allowed output size of 1MB")
    return text * times


for kind, blank in ((STRING, " "), (BYTES, b" ")):
    python("LEFT", [kind, INT64], kind, lambda text, length: side(text, length, True))
    python("RIGHT", [kind, INT64], kind, lambda text, length: side(text, length, False))
    python("REPEAT", [kind, INT64], kind, repeated)
    for name in ("LPAD", "RPAD"):
        python(
            name,
            [kind, INT64],
            kind,
            lambda text, length, blank=blank, left=name == "LPAD": padded(text, length, blank, left),
        )
        python(
            name,
            [kind, INT64, kind],
            kind,
            lambda text, length, pad, left=name == "LPAD": padded(text, length, pad, left),
        )


def instr(text, part, position: int = 1, occurrence: int = 1) -> int:
    if occurrence <= 0:
        raise ValueError("Occurrence must be positive.")
    if position == 0:
        raise ValueError("Position must be non-zero.")
    size = len(text)
    found = [at for at in range(size - len(part) + 1) if text[at : at + len(part)] == part] if len(part) else []
    if position > 0:
        found = [at for at in found if at >= position - 1]
    else:
        found = [at for at in reversed(found) if at <= size + position]
    return found[occurrence - 1] + 1 if len(found) >= occurrence else 0


for count in range(3):
    python("INSTR", [STRING, STRING, *[INT64] * count], INT64, instr)
    python("INSTR", [BYTES, BYTES, *[INT64] * count], INT64, instr)

python("SPLIT", [STRING], array(STRING), lambda text: split(text, ","))
python("SPLIT", [STRING, STRING], array(STRING), lambda text, by: split(text, by))


def split(text: str, by: str) -> list[str]:
    """ "Splitting an empty STRING returns an array with a single empty STRING"; an empty delimiter gives the characters."""
    return text.split(by) if by else list(text) or [""]


python("ASCII", [STRING], INT64, lambda text: ascii_of(text))
python("UNICODE", [STRING], INT64, lambda text: ord(text[0]) if text else 0)
python("CHR", [INT64], STRING, chr)
python("TO_CODE_POINTS", [STRING], array(INT64), lambda text: [ord(each) for each in text])
python("TO_CODE_POINTS", [BYTES], array(INT64), list)
python(
    "CODE_POINTS_TO_STRING", [array(INT64)], STRING, lambda codes: None if None in codes else "".join(map(chr, codes))
)
python("CODE_POINTS_TO_BYTES", [array(INT64)], BYTES, lambda codes: None if None in codes else bytes(codes))


def ascii_of(text: str) -> int:
    if text and ord(text[0]) > 127:
        raise ValueError(f"First character of input to ASCII() function is not ASCII: {text[0]}")
    return ord(text[0]) if text else 0


initial = ' \t\n\v\f\r[](){}/|<>!?@"^#$&~_,.:;*%+\\-'
python("INITCAP", [STRING], STRING, lambda text: capitals(text, initial))
python("INITCAP", [STRING, STRING], STRING, lambda text, by: capitals(text, by))


def capitals(text: str, by: str) -> str:
    shown, is_first = [], True
    for letter in text:
        shown.append(letter.upper() if is_first else letter.lower())
        is_first = letter in by
    return "".join(shown)


def translated(text: str, source: str, target: str) -> str:
    if len(set(source)) < len(source):
        raise ValueError("Duplicate character in TRANSLATE source characters")
    return text.translate({ord(each): target[at] if at < len(target) else None for at, each in enumerate(source)})


python("TRANSLATE", [STRING] * 3, STRING, translated)
python("TO_HEX", [BYTES], STRING, bytes.hex)
python("FROM_HEX", [STRING], BYTES, lambda text: bytes.fromhex(text if len(text) % 2 == 0 else f"0{text}"))
python("TO_BASE64", [BYTES], STRING, lambda value: base64.b64encode(value).decode())


def decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("Failed to decode invalid base64 string") from None


python("FROM_BASE64", [STRING], BYTES, decoded)
python("SAFE_CONVERT_BYTES_TO_STRING", [BYTES], STRING, lambda value: value.decode(errors="replace"))
for name in ("MD5", "SHA1", "SHA256", "SHA512"):
    python(name, [BYTES], BYTES, lambda value, name=name: hashlib.new(name.lower(), value).digest())
    python(name, [STRING], BYTES, lambda value, name=name: hashlib.new(name.lower(), value.encode()).digest())
python("GENERATE_UUID", [], STRING, lambda: str(uuid.uuid4()), is_stable=False)
sql("REGEXP_CONTAINS", [STRING, STRING], BOOL, "regexp_matches({0}, {1})")
sql("REGEXP_REPLACE", [STRING] * 3, STRING, "regexp_replace({0}, {1}, {2}, 'g')")


# https://cloud.google.com/bigquery/docs/reference/standard-sql/string_functions#format_string
element = re.compile(r"%(%|([-+ #0']*)(\d*)(?:\.(\d+))?([diufFeEgGsxXot]))")


def formatted(form: str, kinds: list[str], texts: list[str | None]) -> str | None:
    waiting = list(zip(kinds, texts))
    shown, at = [], 0
    while at < len(form):
        if form[at] != "%":
            shown.append(form[at])
            at += 1
            continue
        match = element.match(form, at)
        if not match or match[1] != "%" and ("'" in match[2] or "#" in match[2]):
            raise Unsupported(f"the format specifier {form[at : at + 3]} of FORMAT")
        at = match.end()
        if match[1] == "%":
            shown.append("%")
            continue
        if not waiting:
            raise ValueError("Invalid FORMAT string: too few arguments")
        kind, text = waiting.pop(0)
        letter = match[5]
        if text is None:
            if letter == "t":
                shown.append("NULL".rjust(int(match[3] or 0)))
                continue
            return None
        shown.append(formatted_value(letter, kind, text, match[2], match[3], match[4]))
    if waiting:
        raise ValueError(f"Too many arguments to FORMAT for pattern {form!r}")
    return "".join(shown)


def formatted_value(letter: str, kind: str, text: str, flags: str, width: str, precision: str | None) -> str:
    takes = {"INT64": "dioxXu", "FLOAT64": "fFeEgG", "NUMERIC": "fFeEgG", "STRING": "s"}.get(kind, "")
    if letter == "t":
        if kind in ("FLOAT64", "NUMERIC") or precision or flags.strip("-"):
            raise Unsupported(f"%t of {kind} in FORMAT")
        return text.ljust(int(width or 0)) if "-" in flags else text.rjust(int(width or 0))
    if letter not in takes:
        raise ValueError(f"Invalid type for argument to FORMAT; Expected another type for %{letter}; Got {kind}")
    if kind == "NUMERIC" or letter in "oxXuFG" or letter in "sd" and precision:
        raise Unsupported(f"%{letter} of {kind} in FORMAT")
    value = {"INT64": int, "FLOAT64": float}.get(kind, str)(text)
    dot = f".{precision}" if precision else ""
    return f"%{flags}{width}{dot}{'d' if letter == 'i' else letter}" % value


python("$FORMAT", [STRING, array(STRING), array(STRING)], STRING, formatted)


# ---- Arrays ----

python(
    "ARRAY_TO_STRING",
    [array(STRING), STRING],
    STRING,
    lambda items, by: by.join(each for each in items if each is not None),
)
python(
    "ARRAY_TO_STRING",
    [array(STRING), STRING, STRING],
    STRING,
    lambda items, by, missing: by.join(missing if each is None else each for each in items),
)


def stepped(start, end, step, zero) -> list:
    if step == zero:
        raise ValueError("Sequence step cannot be 0.")
    values = []
    value = start
    while value <= end if step > zero else value >= end:
        values.append(value)
        if len(values) > 1_048_575:
            raise ValueError("Cannot generate arrays with more than 1048575 elements.")
        value = start + step * len(values)
    return values


python("GENERATE_ARRAY", [INT64, INT64], array(INT64), lambda start, end: stepped(start, end, 1, 0))
python("GENERATE_ARRAY", [INT64, INT64, INT64], array(INT64), lambda start, end, step: stepped(start, end, step, 0))
python("GENERATE_ARRAY", [FLOAT64, FLOAT64], array(FLOAT64), lambda start, end: stepped(start, end, 1.0, 0))
python(
    "GENERATE_ARRAY", [FLOAT64, FLOAT64, FLOAT64], array(FLOAT64), lambda start, end, step: stepped(start, end, step, 0)
)


def dates_between(start: date, end: date, step: int = 1, part: str = "DAY") -> list[date]:
    if step == 0:
        raise ValueError("Sequence step cannot be 0.")
    values = []
    value = start
    while value <= end if step > 0 else value >= end:
        values.append(value)
        value = dates.add(start, step * len(values), part)
    return values


python("GENERATE_DATE_ARRAY", [DATE, DATE], array(DATE), dates_between)
python("$GENERATE_DATE_ARRAY", [DATE, DATE, INT64, STRING], array(DATE), dates_between)
python("$GENERATE_TIMESTAMP_ARRAY", [TIMESTAMP, TIMESTAMP, INT64, STRING], array(TIMESTAMP), dates_between)


# ---- Dates and times; parts are strings ----

for kind in (DATE, DATETIME, TIMESTAMP, TIME):
    python(f"{kind}_ADD", [kind, INT64, STRING], kind, dates.add)
    python(f"{kind}_SUB", [kind, INT64, STRING], kind, lambda value, amount, part: dates.add(value, -amount, part))
    python("$EXTRACT", [kind, STRING], INT64, dates.extract)
    python(f"{kind}_DIFF", [kind, kind, STRING], INT64, dates.timestamp_diff if kind == TIMESTAMP else dates.diff)
    python(f"{kind}_TRUNC", [kind, STRING], kind, dates.trunc)
python("DATE_ADD", [DATETIME, INT64, STRING], DATETIME, dates.add)
python(
    "TIMESTAMP_TRUNC",
    [TIMESTAMP, STRING, STRING],
    TIMESTAMP,
    lambda value, part, zone: dates.moment(dates.trunc(dates.local(value, zone), part), zone),
)
python(
    "$EXTRACT",
    [TIMESTAMP, STRING, STRING],
    INT64,
    lambda value, part, zone: dates.extract(dates.local(value, zone), part),
)
python("LAST_DAY", [DATE, STRING], DATE, dates.last_day)
python("LAST_DAY", [DATETIME, STRING], DATE, dates.last_day)
python("DATE", [INT64] * 3, DATE, lambda year, month, day: civil(date, "date", year, month, day))
python("TIME", [INT64] * 3, TIME, lambda hour, minute, second: civil(time, "time", hour, minute, second))
python("DATETIME", [INT64] * 6, DATETIME, lambda *parts: civil(datetime, "datetime", *parts))


def civil(make, what: str, *parts: int):
    try:
        return make(*parts)
    except (ValueError, OverflowError):
        raise ValueError(f"Input calculates to invalid {what}: {'-'.join(map(str, parts))}") from None


sql("DATE", [DATE], DATE, "{0}")
sql("DATE", [DATETIME], DATE, "CAST({0} AS DATE)")
sql("DATE", [TIMESTAMP], DATE, "CAST({0} AS DATE)")
python("DATE", [STRING], DATE, dates.date_of)
python("DATE", [TIMESTAMP, STRING], DATE, lambda value, zone: dates.local(value, zone).date())
sql("DATETIME", [DATETIME], DATETIME, "{0}")
sql("DATETIME", [TIMESTAMP], DATETIME, "{0}")
sql("DATETIME", [DATE], DATETIME, "CAST({0} AS TIMESTAMP)")
sql("DATETIME", [DATE, TIME], DATETIME, "({0} + {1})")
python("DATETIME", [STRING], DATETIME, dates.datetime_of)
python("DATETIME", [TIMESTAMP, STRING], DATETIME, dates.local)
sql("TIME", [DATETIME], TIME, "CAST({0} AS TIME)")
sql("TIME", [TIMESTAMP], TIME, "CAST({0} AS TIME)")
python("TIME", [TIMESTAMP, STRING], TIME, lambda value, zone: dates.local(value, zone).time())
sql("TIMESTAMP", [TIMESTAMP], TIMESTAMP, "{0}")
sql("TIMESTAMP", [DATETIME], TIMESTAMP, "{0}")
sql("TIMESTAMP", [DATE], TIMESTAMP, "CAST({0} AS TIMESTAMP)")
python("TIMESTAMP", [STRING], TIMESTAMP, dates.timestamp_of)
python("TIMESTAMP", [STRING, STRING], TIMESTAMP, dates.timestamp_of)
python("TIMESTAMP", [DATETIME, STRING], TIMESTAMP, dates.moment)
python("TIMESTAMP", [DATE, STRING], TIMESTAMP, lambda value, zone: dates.moment(datetime.combine(value, time()), zone))
python("STRING", [TIMESTAMP], STRING, dates.shown_timestamp)
python("STRING", [TIMESTAMP, STRING], STRING, dates.shown_timestamp)
python("STRING", [DATE], STRING, dates.shown_date)
python("STRING", [DATETIME], STRING, dates.shown_datetime)
python("STRING", [TIME], STRING, dates.shown_time)
for name, size in (("SECONDS", 1_000_000), ("MILLIS", 1000), ("MICROS", 1)):
    python(f"UNIX_{name}", [TIMESTAMP], INT64, lambda value, size=size: dates.micros_since_epoch(value) // size)
    python(f"TIMESTAMP_{name}", [INT64], TIMESTAMP, lambda value, size=size: dates.from_micros(value * size))
sql("UNIX_DATE", [DATE], INT64, "CAST({0} - DATE '1970-01-01' AS BIGINT)")
python("DATE_FROM_UNIX_DATE", [INT64], DATE, lambda days: date(1970, 1, 1) + timedelta(days=days))
python("FORMAT_DATE", [STRING, DATE], STRING, dates.render)
python("FORMAT_DATETIME", [STRING, DATETIME], STRING, dates.render)
python("FORMAT_TIME", [STRING, TIME], STRING, dates.render)
python("FORMAT_TIMESTAMP", [STRING, TIMESTAMP], STRING, lambda form, value: dates.render(form, value, "UTC"))
python(
    "FORMAT_TIMESTAMP",
    [STRING, TIMESTAMP, STRING],
    STRING,
    lambda form, value, zone: dates.render(form, dates.local(value, zone), zone),
)
python("PARSE_DATE", [STRING, STRING], DATE, lambda form, text: dates.parse(form, text, "PARSE_DATE")[0].date())
python("PARSE_DATETIME", [STRING, STRING], DATETIME, lambda form, text: dates.parse(form, text, "PARSE_DATETIME")[0])
python("PARSE_TIME", [STRING, STRING], TIME, lambda form, text: dates.parse(form, text, "PARSE_TIME")[0].time())


def parsed_timestamp(form: str, text: str, zone: str = "UTC") -> datetime:
    value, own = dates.parse(form, text, "PARSE_TIMESTAMP")
    return dates.moment(value, own or zone)


python("PARSE_TIMESTAMP", [STRING, STRING], TIMESTAMP, parsed_timestamp)
python("PARSE_TIMESTAMP", [STRING, STRING, STRING], TIMESTAMP, parsed_timestamp)


# ---- JSON in strings: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions ----


class Number(str):
    """The text of a number."""


def read_json(text: str):
    """The value of a JSON text; of a repeated name, the first counts."""
    return json.loads(
        text, object_pairs_hook=first_of_each, parse_float=Number, parse_int=Number, parse_constant=refuse
    )


def first_of_each(pairs: list) -> dict:
    return dict(reversed(pairs))


def refuse(name: str):
    raise ValueError(f"{name} is no JSON")


def steps(path: str) -> list[str | int]:
    rest = re.fullmatch(r"\$(.*)", path, re.DOTALL)
    parts = re.findall(r"""\.("(?:[^"\\])*"|[A-Za-z0-9_-]+)|\[(\d+|'[^']*')\]""", rest[1]) if rest else []
    whole = "".join(f".{name}" if name else f"[{index}]" for name, index in parts)
    if not rest or whole != rest[1]:
        raise ValueError(f"Invalid token in JSONPath at: {path}")
    return [
        name.strip('"') if name else index.strip("'") if index.startswith("'") else int(index) for name, index in parts
    ]


missing = object()


def at_path(text: str, path: str):
    way = steps(path)
    try:
        value = read_json(text)
    except ValueError:
        return missing
    for step in way:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return missing
    return value


def scalar_at(text: str, path: str = "$"):
    value = at_path(text, path)
    if value is missing or value is None or isinstance(value, (dict, list)):
        return None
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def written(value) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{written(each)}" for name, each in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def part_at(text: str, path: str = "$"):
    value = at_path(text, path)
    return None if value is missing or value is None else written(value)


for kind in (STRING, JSON):
    python("JSON_VALUE JSON_EXTRACT_SCALAR", [kind], STRING, scalar_at)
    python("JSON_VALUE JSON_EXTRACT_SCALAR", [kind, STRING], STRING, scalar_at)
python("JSON_QUERY JSON_EXTRACT", [JSON], JSON, part_at)
python("JSON_QUERY JSON_EXTRACT", [JSON, STRING], JSON, part_at)
python("JSON_QUERY JSON_EXTRACT", [STRING], STRING, part_at)
python("JSON_QUERY JSON_EXTRACT", [STRING, STRING], STRING, part_at)


macros = """
CREATE MACRO bq_finite(result, a, b) AS
    CASE WHEN isinf(result) AND isfinite(a) AND isfinite(b) THEN error('double overflow') ELSE result END;
CREATE MACRO bq_plain_float(x) AS CASE WHEN isnan(x) THEN CAST('nan' AS DOUBLE) WHEN x = 0 THEN CAST(0 AS DOUBLE) ELSE x END;
CREATE MACRO bq_large() AS
    CAST(error('The local Google Cloud does not run statistics of numbers of this size in queries.') AS DOUBLE);
CREATE MACRO bq_divide(a, b) AS
    CASE WHEN b = 0 THEN error('division by zero: ' || bq_cast_string_float64(a) || ' / ' || bq_cast_string_float64(b))
    ELSE bq_finite(a / b, a, b) END;
CREATE MACRO bq_div(a, b) AS CASE WHEN b = 0 THEN error('division by zero: ' || a || ' / ' || b) ELSE a // b END;
CREATE MACRO bq_mod(a, b) AS CASE WHEN b = 0 THEN error('division by zero: MOD(' || a || ', ' || b || ')') ELSE a % b END;
CREATE MACRO bq_float_eq(a, b) AS
    CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN isnan(a) OR isnan(b) THEN false ELSE a = b END;
CREATE MACRO bq_float_lt(a, b) AS
    CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN isnan(a) OR isnan(b) THEN false ELSE a < b END;
CREATE MACRO bq_float_le(a, b) AS
    CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN isnan(a) OR isnan(b) THEN false ELSE a <= b END;
"""


def install(connection) -> None:
    """Adds the macros and the functions of Python to DuckDB."""
    everything = [each for group in signatures.values() for each in group] + list(casts.values())
    for each in everything:
        if each.call:
            connection.create_function(
                each.id,
                strict(each),
                [duck(of) for of in each.takes],
                "VARCHAR" if each.gives_text else duck(each.gives),
                null_handling="special",
                side_effects=not each.is_stable,
            )
    connection.execute(macros)


def strict(signature: Signature) -> Callable:
    """The function with as many parameters as its signature has; it gives NULL if an argument is NULL."""

    def run(*values):
        result = None if any(value is None for value in values) else signature.call(*values)
        return repr(result) if signature.gives_text and result is not None else result

    # DuckDB reads the number of parameters.
    run.__signature__ = inspect.Signature(
        [inspect.Parameter(f"a{i}", inspect.Parameter.POSITIONAL_OR_KEYWORD) for i in range(len(signature.takes))]
    )
    return run
