"""Runs a statement: a query, or one that changes tables, whose rows it returns."""

from __future__ import annotations

from functools import cache

import duckdb

from . import functions
from .changes import Changes, row_of
from .compiler import Compiler
from .definitions import Definitions
from .parameters import parameter_type, parameter_value, routine_of, temporary_function
from .sqltypes import (
    QueryError,
    bytes_of,
    column_of,
    duck,
    known_type,
    stored,
    type_of_column,
)
from .statements import kind_of, statement_of
from .tables import Query, Table, named_columns


@cache
def database() -> duckdb.DuckDBPyConnection:
    """The database in memory, which reads no files and no network."""
    connection = duckdb.connect(
        config={
            "threads": 2,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "enable_external_access": False,
        }
    )
    functions.install(connection)
    return connection


class Runner(Changes, Definitions):
    """A statement with what it names, and a DuckDB with the rows of its tables."""

    def __init__(self, request: dict):
        self.request = request
        self.tables = {
            key: Table(
                key,
                given.get("columns", []),
                given.get("view"),
                given.get("partition"),
                tuple(given.get("missing", [])),
            )
            for key, given in request.get("tables", {}).items()
        }
        self.node, temporary = statement_of(request["sql"])
        routines = {}
        for key, given in request.get("routines", {}).items():
            routines[key] = routine_of(key, given)
        for each in temporary:
            name = each.this.this.name.upper()
            routines[name] = temporary_function(each, name)
        parameters = [
            {**each, "type": parameter_type(each["type"]), "value": None} for each in request.get("parameters", [])
        ]
        for each, given in zip(parameters, request.get("parameters", [])):
            each["value"] = parameter_value(given["value"], each["type"])
        self.compiler = Compiler(
            self.tables, routines, parameters, request["project"], request.get("dataset"), request["sql"].isascii()
        )
        self.connection = database()

    def close(self) -> None:
        for name in self.compiler.used.values():
            self.connection.execute(f"DROP TABLE IF EXISTS {name}")

    def run(self) -> dict:
        kind = kind_of(self.node)
        try:
            return {**getattr(self, f"run_{kind.lower()}")(), "statement": kind}
        finally:
            self.close()

    def load(self) -> None:
        """Fills the tables that the compiled statement reads."""
        for key, name in self.compiler.used.items():
            known = {i: of for i, column in enumerate(self.tables[key].columns) if (of := known_type(column))}
            names = [column["name"] for column in self.tables[key].columns]
            columns = ", ".join(f"c{i} {duck(each)}" for i, each in known.items())
            self.connection.execute(f"CREATE TABLE {name} ({columns or 'c0 BIGINT'})")
            rows = self.request.get("rows", {}).get(key, [])
            if rows and known:
                given = [{f"c{i}": stored(row.get(names[i]), each) for i, each in known.items()} for row in rows]
                fields = ", ".join(f"s.c{i}" for i in known)
                self.connection.execute(
                    f"INSERT INTO {name} SELECT {fields} FROM (SELECT unnest($rows::STRUCT({columns})[]) AS s)",
                    {"rows": given},
                )

    def fetch(self, text: str) -> list[tuple]:
        for key, table in self.tables.items():
            if table.partition and key in self.compiler.used:
                at = [i for i, column in enumerate(table.columns) if column["name"].lower() == table.partition.lower()]
                if not any((key, i) in self.compiler.filtered for i in at):
                    raise QueryError(
                        f"Cannot query over table '{key}' without a filter over column(s) '{table.partition}' that can be used for partition elimination"
                    )
        # DuckDB knows what the translation did not: its types of everything.
        self.load()
        if self.request.get("dryRun"):
            self.connection.execute(f"EXPLAIN {text}")
            return []
        return self.connection.execute(text).fetchall()

    def bytes(self) -> int:
        total = 0
        for key, positions in self.compiler.read.items():
            for at in positions:
                column = self.tables[key].columns[at]
                of = type_of_column(column)
                total += sum(bytes_of(row.get(column["name"]), of) for row in self.request.get("rows", {}).get(key, []))
        return total

    # ---- Queries ----

    def run_select(self) -> dict:
        query = self.compiler.query(self.node)
        return self.result(query)

    def result(self, query: Query) -> dict:
        self.finish()
        columns, text = named_columns(query, self.compiler.fresh)
        rows = self.fetch(text)
        return {
            "columns": [column_of(name, of) for name, of in columns],
            "rows": [row_of(columns, row) for row in rows],
            "bytes": self.bytes(),
        }

    def finish(self) -> None:
        given = [each for each in self.request.get("parameters", []) if not each.get("name")]
        if self.compiler.positional < len(given):
            raise QueryError("Too many query parameters", "invalid")
