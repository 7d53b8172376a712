"""The tables that queries read, and their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from .scope import Value
from .sqltypes import QueryError, Type, Unsupported


@dataclass
class Table:
    """A table that a query can read: its columns, or the query of a view."""

    key: str
    columns: list[dict]
    view: str | None = None
    # The column of which queries must have a filter.
    partition: str | None = None
    # Columns that are not filled here.
    missing: tuple[str, ...] = ()


@dataclass
class Query:
    sql: str
    columns: list[tuple[str | None, Type]]
    # Whether it gives one value for each row, rather than columns.
    is_value: bool = False
    # Which columns are literals, which set operations coerce as such.
    literals: tuple[bool, ...] = ()
    # Whether each evaluation gives other rows.
    is_volatile: bool = False

    def shapes(self) -> list[Value]:
        literals = self.literals or (False,) * len(self.columns)
        return [Value("", of, is_literal) for (_, of), is_literal in zip(self.columns, literals)]


def table_key(names: list[str], project: str, dataset: str | None) -> str:
    """`project.dataset.table`."""
    parts_of = ".".join(names).split(".")
    schema = [at for at, each in enumerate(parts_of) if each.upper() == "INFORMATION_SCHEMA"]
    if schema:
        at = schema[0]
        view = ".".join(each.upper() for each in parts_of[at:])
        before = parts_of[:at]
        if len(before) == 1:
            before = [project, *before]
        if len(before) != 2:
            raise Unsupported(f"{view} without a dataset")
        return ".".join([*before, view])
    if len(parts_of) == 1:
        if dataset is None:
            raise QueryError(f'Table "{parts_of[0]}" must be qualified with a dataset (e.g. dataset.table).', "invalid")
        parts_of = [*dataset.split("."), *parts_of]
    if len(parts_of) == 2:
        parts_of = [project, *parts_of]
    if len(parts_of) != 3:
        raise QueryError(f"Invalid table name: {'.'.join(names)}")
    if "*" in parts_of[2]:
        raise Unsupported("wildcard tables")
    return ".".join(parts_of)


def shown_key(key: str) -> str:
    project, rest = key.split(".", 1)
    return f"{project}:{rest}"


# Groups of functions that are no datasets.
namespaces = {"HLL_COUNT", "KLL_QUANTILES", "AEAD", "KEYS", "NET", "SAFE", "ML", "AI", "OBJ", "VECTOR_INDEX", "APPENDS"}


def named_columns(query: Query, fresh: Callable[[str], str]) -> tuple[list[tuple[str, Type]], str]:
    """Columns without a name are `f0_`, `f1_`, …; a single STRUCT without a name gives its fields."""
    columns, text = query.columns, query.sql
    if query.is_value and columns[0][1].kind == "STRUCT":
        fields = columns[0][1].fields
        alias = fresh("r")
        text = f"SELECT {', '.join(f'struct_extract({alias}.c0, {chr(39)}f{i}{chr(39)}) AS c{i}' for i in range(len(fields)))} FROM ({text}) AS {alias}"
        columns = [(name or None, of) for name, of in fields]
    named, unnamed = [], 0
    for name, of in columns:
        if not name:
            name, unnamed = f"f{unnamed}_", unnamed + 1
        named.append((name, of))
    labels = [name.lower() for name, _ in named]
    twice = next((name for name in labels if labels.count(name) > 1), None)
    if twice:
        raise QueryError(
            f"Duplicate column names in the result are not supported when a destination table is present. Found duplicate(s): {twice}"
        )
    return named, text
