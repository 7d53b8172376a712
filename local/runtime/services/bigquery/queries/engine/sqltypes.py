"""Types of GoogleSQL, how DuckDB holds them, and how rows are read and written.

https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal


class QueryError(Exception):
    """A query that BigQuery refuses."""

    def __init__(self, message: str, reason: str = "invalidQuery"):
        super().__init__(message)
        self.reason = reason


class Unsupported(QueryError):
    """A part of a query that does not run here, and may run in BigQuery."""

    def __init__(self, what: str):
        super().__init__(
            f"The local Google Cloud does not run {what} in queries. Try the query in a project.", "notImplemented"
        )


@dataclass(frozen=True)
class Type:
    kind: str
    element: Type | None = None
    fields: tuple[tuple[str, Type], ...] = ()

    def __str__(self) -> str:
        if self.kind == "ARRAY":
            return f"ARRAY<{self.element}>"
        if self.kind == "STRUCT":
            return "STRUCT<" + ", ".join(f"{name} {type}".strip() for name, type in self.fields) + ">"
        return "INT64" if self.kind == "NULL" else self.kind

    @property
    def is_numeric(self) -> bool:
        return self.kind in ladder

    @property
    def can_group(self) -> bool:
        return self.kind not in ("ARRAY", "STRUCT", "JSON")

    @property
    def can_order(self) -> bool:
        return self.can_group


INT64 = Type("INT64")
FLOAT64 = Type("FLOAT64")
NUMERIC = Type("NUMERIC")
BOOL = Type("BOOL")
STRING = Type("STRING")
BYTES = Type("BYTES")
DATE = Type("DATE")
DATETIME = Type("DATETIME")
TIME = Type("TIME")
TIMESTAMP = Type("TIMESTAMP")
JSON = Type("JSON")
NULL = Type("NULL")

# Implicit coercion: https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules
ladder = ["INT64", "NUMERIC", "FLOAT64"]


def array(element: Type) -> Type:
    return Type("ARRAY", element)


def struct(*fields: tuple[str, Type]) -> Type:
    return Type("STRUCT", None, tuple(fields))


# DuckDB has times of both kinds without a zone; those of TIMESTAMP are UTC.
duck_types = {
    "INT64": "BIGINT",
    "FLOAT64": "DOUBLE",
    "NUMERIC": "DECIMAL(38,9)",
    "BOOL": "BOOLEAN",
    "STRING": "VARCHAR",
    "BYTES": "BLOB",
    "DATE": "DATE",
    "DATETIME": "TIMESTAMP",
    "TIME": "TIME",
    "TIMESTAMP": "TIMESTAMP",
    "JSON": "VARCHAR",
    "NULL": "BIGINT",
}


def duck(type: Type) -> str:
    """The type of DuckDB. Fields of structs have numbers for names: GoogleSQL allows repeated and missing names."""
    if type.kind == "ARRAY":
        return f"{duck(type.element)}[]"
    if type.kind == "STRUCT":
        return "STRUCT(" + ", ".join(f"f{i} {duck(each)}" for i, (_, each) in enumerate(type.fields)) + ")"
    return duck_types[type.kind]


# The names in schemas: https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema
schema_names = {"INTEGER": "INT64", "FLOAT": "FLOAT64", "BOOLEAN": "BOOL", "RECORD": "STRUCT", "DECIMAL": "NUMERIC"}
api_names = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN", "STRUCT": "RECORD", "NULL": "INTEGER"}


def type_of_column(column: dict) -> Type:
    """The type of a column of a schema."""
    kind = column["type"].upper()
    kind = schema_names.get(kind, kind)
    if kind == "STRUCT":
        single = struct(*((field["name"], type_of_column(field)) for field in column.get("fields", [])))
    elif kind in duck_types:
        single = Type(kind)
    else:
        raise Unsupported(f"columns of type {kind}")
    return array(single) if column.get("mode") == "REPEATED" else single


def known_type(column: dict) -> Type | None:
    """The type of a column; None if queries do not run with it."""
    try:
        return type_of_column(column)
    except Unsupported:
        return None


def column_of(name: str, type: Type) -> dict:
    """The column of a schema."""
    if type.kind == "ARRAY":
        return {**column_of(name, type.element), "mode": "REPEATED"}
    column = {"name": name, "type": api_names.get(type.kind, type.kind), "mode": "NULLABLE"}
    if type.kind == "STRUCT":
        # "_field_1": https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#implicit_aliases
        column["fields"] = [column_of(each or f"_field_{i + 1}", of) for i, (each, of) in enumerate(type.fields)]
    return column


def stored(value, type: Type):
    """A stored value as DuckDB takes it."""
    if type.kind == "ARRAY":
        return [stored(each, type.element) for each in value or []]
    if value is None:
        return None
    match type.kind:
        case "STRUCT":
            return {f"f{i}": stored(value.get(name), each) for i, (name, each) in enumerate(type.fields)}
        case "INT64":
            return int(value)
        case "FLOAT64":
            # DuckDB takes a NaN of Python for NULL.
            return repr(float(value))
        case "NUMERIC":
            return Decimal(str(value))
        case "BYTES":
            return base64.b64decode(value)
        case "DATE":
            return date.fromisoformat(value)
        case "DATETIME":
            return datetime.fromisoformat(value)
        case "TIMESTAMP":
            return datetime.fromisoformat(value[:26])
        case "TIME":
            return time.fromisoformat(value)
        case _:
            return value


def row_value(value, type: Type):
    """A value of DuckDB as rows are stored; None for a value that is not stored."""
    if value is None:
        return [] if type.kind == "ARRAY" else None
    match type.kind:
        case "ARRAY":
            if any(each is None for each in value):
                raise QueryError("Array cannot have a null element; error in writing field.")
            return [row_value(each, type.element) for each in value]
        case "STRUCT":
            fields = [
                (name or f"_field_{i + 1}", row_value(value[f"f{i}"], each))
                for i, (name, each) in enumerate(type.fields)
            ]
            return {name: each for name, each in fields if each is not None}
        case "INT64":
            return value if abs(value) < 2**53 else str(value)
        case "FLOAT64":
            if value != value or value in (float("inf"), float("-inf")):
                return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
            return value
        case "NUMERIC":
            return plain_decimal(value)
        case "BYTES":
            return base64.b64encode(value).decode()
        case "DATE":
            return value.isoformat()
        case "TIMESTAMP":
            return f"{value.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"
        case "DATETIME" | "TIME":
            return value.isoformat()
        case _:
            return value


def plain_decimal(value: Decimal) -> str:
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def bytes_of(value, type: Type) -> int:
    """The logical size of a stored value: https://cloud.google.com/bigquery/docs/estimate-costs#calculate-data-size"""
    if value is None:
        return 0
    match type.kind:
        case "ARRAY":
            return sum(bytes_of(each, type.element) for each in value)
        case "STRUCT":
            return sum(bytes_of(value.get(name), each) for name, each in type.fields)
        case "BOOL":
            return 1
        case "NUMERIC":
            return 16
        case "STRING" | "JSON":
            return 2 + len(str(value).encode())
        case "BYTES":
            return 2 + len(base64.b64decode(value))
        case _:
            return 8
