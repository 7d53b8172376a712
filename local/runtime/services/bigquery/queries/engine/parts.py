"""Parts of dates and times."""

from __future__ import annotations

from sqlglot import exp

from . import dates
from .parser import column_names
from .scope import Value
from .sqltypes import STRING, QueryError
from .values import constant

intervals = {"MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}
parts = {
    "DATE": {"DAY", "WEEK", "ISOWEEK", "MONTH", "QUARTER", "YEAR", "ISOYEAR"},
    "TIME": {"MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR"},
}
parts["DATETIME"] = parts["TIMESTAMP"] = parts["DATE"] | parts["TIME"]
added = {
    "DATE": {"DAY", "WEEK", "MONTH", "QUARTER", "YEAR"},
    "TIME": parts["TIME"],
    "DATETIME": intervals,
    "TIMESTAMP": parts["TIME"] | {"DAY"},
}


def part_name(node: exp.Expression) -> str:
    if isinstance(node, exp.Anonymous):
        day = column_names(node.expressions[0])
        return f"{node.name}({day[0] if day else ''})".upper()
    names = column_names(node)
    return (names[0] if names else node.name).upper()


def part_of(name: str, allowed: set[str], what: str) -> Value:
    base = name.split("(")[0]
    if base not in allowed or name.endswith(")") and name[5:-1] not in dates.weekdays:
        raise QueryError(f"{what} does not support the {name} date part")
    return constant("WEEK(SUNDAY)" if name == "WEEK" and what != "INTERVAL" else name, STRING)
