"""Conversions: https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions#cast"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Callable

from . import dates
from .signatures import Signature, numeric, wide
from .sqltypes import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    FLOAT64,
    INT64,
    NUMERIC,
    STRING,
    TIME,
    TIMESTAMP,
    Type,
    plain_decimal,
)


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
