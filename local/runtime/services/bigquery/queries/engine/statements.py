"""Runs a statement: a query, or one that changes tables, whose rows it returns.

https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax
https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language
"""

from __future__ import annotations

import json
import re
from functools import cache

import duckdb
from sqlglot import exp

from . import dates, functions
from .compiler import (
    Compiler,
    GoogleSql,
    Query,
    Table,
    coercible,
    column_names,
    handled,
    namespaces,
    parse,
    shown_key,
    table_key,
    type_of,
)
from .scope import Relation, Scope, Value
from .sqltypes import (
    QueryError,
    Type,
    Unsupported,
    array,
    bytes_of,
    column_of,
    duck,
    known_type,
    row_value,
    schema_names,
    stored,
    struct,
    type_of_column,
)

kinds = {
    exp.Insert: "INSERT",
    exp.Update: "UPDATE",
    exp.Delete: "DELETE",
    exp.Merge: "MERGE",
    exp.TruncateTable: "TRUNCATE_TABLE",
}


def statement_of(text: str) -> tuple[exp.Expression, list[exp.Create]]:
    """The statement, and the temporary functions before it."""
    nodes = parse(text)
    temporary = []
    while len(nodes) > 1 and isinstance(nodes[0], exp.Create) and nodes[0].args.get("kind") == "FUNCTION":
        temporary.append(nodes.pop(0))
    if not nodes:
        raise QueryError("Syntax error: Unexpected end of statement")
    if len(nodes) > 1:
        raise Unsupported("scripts of several statements")
    return nodes[0], temporary


def kind_of(node: exp.Expression) -> str:
    if isinstance(node, exp.Query):
        return "SELECT"
    if isinstance(node, exp.Create) and node.args.get("kind") in ("TABLE", "VIEW"):
        if node.args["kind"] == "VIEW":
            return "CREATE_VIEW"
        return "CREATE_TABLE_AS_SELECT" if node.args.get("expression") is not None else "CREATE_TABLE"
    if isinstance(node, exp.Drop) and node.args.get("kind") in ("TABLE", "VIEW"):
        return f"DROP_{node.args['kind']}"
    for kind, name in kinds.items():
        if isinstance(node, kind):
            return name
    if isinstance(node, (exp.Condition, exp.Alias)):
        raise QueryError(f'Syntax error: Unexpected identifier "{(node.find(exp.Identifier) or node).name}"')
    raise Unsupported(
        f"the statement {node.key.upper()}"
        if not isinstance(node, exp.Command)
        else f"the statement {str(node.this).upper()}"
    )


def target_of(node: exp.Expression) -> exp.Table | None:
    """The table that a statement changes."""
    if isinstance(node, (exp.TruncateTable,)):
        return node.expressions[0]
    if isinstance(node, exp.Drop):
        return node.args["tables"][0]
    if isinstance(node, exp.Delete) and node.args.get("tables"):
        return node.args["tables"][0]
    if isinstance(node, (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create)):
        table = node.this.this if isinstance(node.this, exp.Schema) else node.this
        if not isinstance(table, exp.Table):
            raise Unsupported("a target of this form")
        return table
    return None


def names_of(table: exp.Table) -> list[str]:
    return [part.name for part in table.parts]


def references(request: dict) -> dict:
    """The tables and functions that a statement names, and the one that it changes."""
    project, dataset = request["project"], request.get("dataset")
    node, temporary = statement_of(request["sql"])
    kind = kind_of(node)
    target = target_of(node)
    shared = {cte.alias.lower() for cte in node.find_all(exp.CTE)}
    aliases = {each.alias.lower() for each in node.find_all(exp.Table, exp.Subquery) if each.alias} | {
        each.name.lower() for each in node.find_all(exp.Table)
    }
    reads = []
    for table in node.find_all(exp.Table):
        names = names_of(table)
        if (
            table is target
            or not isinstance(table.this, exp.Identifier)
            or len(names) == 1
            and names[0].lower() in shared
        ):
            continue
        is_path = len(names) > 1 and names[0].lower() in aliases and table.catalog == "" and len(names) == 2
        try:
            reads.append({"table": table_key(names, project, dataset), "maybePath": is_path})
        except QueryError:
            if not is_path:
                raise
    called = set()
    for each in [node, *temporary]:
        for dot in each.find_all(exp.Dot):
            if isinstance(dot.expression, exp.Anonymous):
                names = column_names(dot.this) or [""]
                if names[0].upper() in namespaces or names == [""]:
                    continue
                called.add(table_key([*names, dot.expression.name], project, dataset))
        for each_call in each.find_all(exp.Anonymous):
            if isinstance(each_call.this, exp.Identifier) and "." in each_call.this.name:
                called.add(table_key(each_call.this.name.split("."), project, dataset))
    return {
        "statement": kind,
        "reads": reads,
        "functions": sorted(called),
        "target": table_key(names_of(target), project, dataset) if target is not None else None,
        "isReadToo": kind in ("UPDATE", "DELETE", "MERGE"),
    }


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


class Runner:
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

    # ---- Rows ----

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
        columns, text = named_columns(query, self.compiler)
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

    # ---- Changes of rows ----

    def target(self, alias: str | None = None) -> tuple[str, str, Table, Relation]:
        """The table that changes: its key, its name in DuckDB, what it is and its columns."""
        node = target_of(self.node)
        handled(node, "this", "db", "catalog", "alias")
        names = names_of(node)
        key = table_key(names, self.request["project"], self.request.get("dataset"))
        table = self.tables.get(key)
        if table is None:
            raise QueryError(f"Not found: Table {shown_key(key)}", "notFound")
        if table.view is not None:
            raise QueryError(f"Cannot modify {shown_key(key)}, which is a view", "invalid")
        text, relation = self.compiler.table(names, node.alias or names[-1].split(".")[-1], self.compiler.fresh("r"))
        return key, text, table, relation

    def rows_of(self, key: str) -> list[dict]:
        return self.request.get("rows", {}).get(key, [])

    def changed(self, key: str, rows: list[dict], **counts: int) -> dict:
        self.required(key, rows)
        return {"target": key, "rows": rows, "counts": counts, "bytes": self.bytes()}

    def required(self, key: str, rows: list[dict]) -> None:
        for column in self.tables[key].columns:
            if column.get("mode") == "REQUIRED" and not column.get("defaultValueExpression"):
                if any(row.get(column["name"]) is None for row in rows):
                    raise QueryError(f"Required field {column['name']} cannot be null", "invalid")

    def run_insert(self) -> dict:
        node = self.node
        handled(node, "this", "expression", "with_", "is_function")
        key, _, table, _ = self.target()
        wanted = (
            [each.name for each in node.this.expressions]
            if isinstance(node.this, exp.Schema)
            else [column["name"] for column in table.columns]
        )
        columns = [find_column(table, name) for name in wanted]
        types = [type_of_column(column) for column in columns]
        source = node.expression
        if isinstance(source, exp.Values):
            handled(source, "expressions")
            lines = []
            for each in source.expressions:
                values = each.expressions if isinstance(each, exp.Tuple) else [each]
                self.same_count(len(values), len(columns))
                if any(isinstance(value, exp.Var) and value.name.upper() == "DEFAULT" for value in values):
                    raise Unsupported("DEFAULT in INSERT")
                given = [
                    self.assigned(self.compiler.expression(value, Scope()), of, name)
                    for value, of, name in zip(values, types, wanted)
                ]
                lines.append(f"SELECT {', '.join(given)}")
            text = " UNION ALL ".join(lines)
        else:
            if node.args.get("with_"):
                raise Unsupported("WITH before INSERT")
            query = self.compiler.query(source)
            self.same_count(len(query.columns), len(columns))
            alias = self.compiler.fresh("r")
            given = [
                self.assigned(Value(f"{alias}.c{i}", of), to, name)
                for i, ((_, of), to, name) in enumerate(zip(query.columns, types, wanted))
            ]
            text = f"SELECT {', '.join(given)} FROM ({query.sql}) AS {alias}"
        self.finish()
        new = [row_of(list(zip([column["name"] for column in columns], types)), row) for row in self.fetch(text)]
        self.required(key, new)
        return {"target": key, "added": new, "counts": {"inserted": len(new)}, "bytes": self.bytes()}

    def same_count(self, given: int, wanted: int) -> None:
        if given != wanted:
            raise QueryError(f"Inserted row has wrong column count; Has {given}, expected {wanted}")

    def assigned(self, value: Value, of: Type, name: str) -> str:
        if not coercible(value, of):
            raise QueryError(
                f"Value has type {value.type} which cannot be inserted into column {name}, which has type {of}"
            )
        return self.compiler.coerced(value, of).sql

    def condition(self, scope: Scope) -> str:
        where = self.node.args.get("where")
        if where is None:
            raise QueryError(f"{kind_of(self.node)} must have a WHERE clause")
        return self.compiler.condition(where.this, scope, "WHERE", is_filter=True)

    def run_delete(self) -> dict:
        handled(self.node, "this", "tables", "where")
        key, text, _, relation = self.target()
        alias = text.split(" AS ")[1]
        condition = self.condition(Scope(None, [relation]))
        self.finish()
        gone = {at for (at,) in self.fetch(f"SELECT {alias}.rowid FROM {text} WHERE {condition}")}
        rows = self.rows_of(key)
        return self.changed(key, [row for at, row in enumerate(rows) if at not in gone], deleted=len(gone))

    def run_truncate_table(self) -> dict:
        handled(self.node, "expressions")
        key, _, _, _ = self.target()
        return self.changed(key, [], deleted=len(self.rows_of(key)))

    def assignments(self, nodes: list[exp.Expression], table: Table, scope: Scope) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in nodes:
            if not isinstance(each, exp.EQ) or not isinstance(each.this, exp.Column):
                raise Unsupported("an assignment of this form")
            names = column_names(each.this)
            if len(names) > 1 and scope.relations[0].alias and names[0].lower() == scope.relations[0].alias.lower():
                names = names[1:]
            if len(names) > 1:
                raise Unsupported("assignments to fields of a STRUCT")
            column = find_column(table, names[0])
            if column["name"] in found:
                raise QueryError(f"Update item {column['name']} assigned more than once")
            if isinstance(each.expression, exp.Var):
                raise Unsupported(f"{each.expression.name.upper()} in SET")
            found[column["name"]] = self.assigned(
                self.compiler.expression(each.expression, scope), type_of_column(column), column["name"]
            )
        return found

    def run_update(self) -> dict:
        node = self.node
        handled(node, "this", "expressions", "from_", "where")
        key, text, table, relation = self.target()
        alias = text.split(" AS ")[1]
        scope = Scope(None, [relation])
        sources = ""
        if node.args.get("from_"):
            source, found = self.compiler.relation(node.args["from_"].this, scope, {})
            if node.args["from_"].this.args.get("joins"):
                raise Unsupported("joins in UPDATE")
            scope.relations.append(found)
            sources = f", {source}"
        condition = self.condition(scope)
        values = self.assignments(node.expressions, table, scope)
        self.finish()
        found = self.fetch(f"SELECT {alias}.rowid, {', '.join(values.values())} FROM {text}{sources} WHERE {condition}")
        rows = list(self.rows_of(key))
        self.once([at for at, *_ in found])
        for at, *new in found:
            rows[at] = self.updated(table, rows[at], list(values), new)
        return self.changed(key, rows, updated=len(found))

    def once(self, positions: list[int]) -> None:
        if len(set(positions)) < len(positions):
            raise QueryError("UPDATE/MERGE must match at most one source row for each target row")

    def updated(self, table: Table, row: dict, names: list[str], values: list) -> dict:
        new = {name: row_value(value, type_of_column(find_column(table, name))) for name, value in zip(names, values)}
        return {name: value for name, value in {**row, **new}.items() if value is not None}

    def run_merge(self) -> dict:
        node = self.node
        handled(node, "this", "using", "on", "whens")
        key, text, table, relation = self.target()
        alias = text.split(" AS ")[1]
        scope = Scope(None, [relation])
        source, other = self.compiler.relation(node.args["using"], scope, {})
        scope.relations.append(other)
        on = self.compiler.condition(node.args["on"], scope, "MERGE ON", is_filter=True)
        inner, name = source.rsplit(" AS ", 1)
        inner = inner if inner.startswith("(") else f"(SELECT * FROM {inner})"
        marked = f"(SELECT *, true AS present FROM {inner}) AS {name}"
        clauses = []
        tests = []
        for at, when in enumerate(node.args["whens"].expressions):
            handled(when, "matched", "source", "condition", "then")
            is_matched = when.args.get("matched")
            has = (f"{alias}.rowid IS NOT NULL", f"{name}.present IS NOT NULL")
            state = (
                f"{has[0]} AND {has[1]}"
                if is_matched
                else f"{has[0]} AND NOT ({has[1]})"
                if when.args.get("source")
                else f"{has[1]} AND NOT ({has[0]})"
            )
            visible = scope if is_matched else Scope(None, [relation] if when.args.get("source") else [other])
            if when.args.get("condition") is not None:
                state += f" AND ({self.compiler.condition(when.args['condition'], visible, 'WHEN')})"
            tests.append(f"WHEN {state} THEN {at}")
            clauses.append(
                self.merge_clause(when.args["then"], table, scope if is_matched else visible, is_matched, relation)
            )
        which = f"CASE {' '.join(tests)} END"
        selected = [
            f"CASE WHEN ({which}) = {at} THEN {value} END"
            for at, (_, values) in enumerate(clauses)
            for value in values.values()
        ]
        self.finish()
        found = self.fetch(
            f"SELECT {', '.join([f'{alias}.rowid', which, *selected])} FROM {text} FULL JOIN {marked} ON {on}"
        )
        rows: list[dict | None] = list(self.rows_of(key))
        added, counts, touched = [], {"inserted": 0, "updated": 0, "deleted": 0}, []
        starts = [2 + sum(len(values) for _, values in clauses[:at]) for at in range(len(clauses))]
        for at, clause, *_ in found:
            if clause is not None and clauses[clause][0] != "inserted":
                touched.append(at)
        self.once(touched)
        for line in found:
            at, clause = line[:2]
            if clause is None:
                continue
            action, values = clauses[clause]
            given = list(line[starts[clause] : starts[clause] + len(values)])
            counts[action] += 1
            if action == "inserted":
                added.append(self.updated(table, {}, list(values), given))
            else:
                rows[at] = self.updated(table, rows[at], list(values), given) if action == "updated" else None
        return self.changed(key, [row for row in rows if row is not None] + added, **counts)

    def merge_clause(
        self, then: exp.Expression, table: Table, scope: Scope, is_matched: bool, target: Relation
    ) -> tuple[str, dict[str, str]]:
        if isinstance(then, exp.Var) and then.name.upper() == "DELETE":
            return "deleted", {}
        if isinstance(then, exp.Update):
            handled(then, "expressions")
            inner = scope if scope.relations[0] is target else Scope(None, [target, *scope.relations])
            return "updated", self.assignments(then.expressions, table, inner)
        if not isinstance(then, exp.Insert):
            raise Unsupported("a clause of MERGE of this form")
        handled(then, "this", "expression")
        values = then.expression
        if (
            values is None
            and isinstance(then.this, exp.Var)
            and then.this.name.upper() == "ROW"
            or isinstance(values, exp.Var)
        ):
            raise Unsupported("INSERT ROW in MERGE")
        names = (
            [each.name for each in then.this.expressions]
            if then.this is not None
            else [column["name"] for column in table.columns]
        )
        values = values.expressions if isinstance(values, exp.Tuple) else [values]
        self.same_count(len(values), len(names))
        found = {}
        for name, value in zip(names, values):
            column = find_column(table, name)
            found[column["name"]] = self.assigned(
                self.compiler.expression(value, scope), type_of_column(column), column["name"]
            )
        return "inserted", found

    # ---- Tables ----

    def run_create_table_as_select(self) -> dict:
        answer = self.result(self.compiler.query(self.node.expression))
        declared = self.declared()
        if declared:
            raise Unsupported("columns with AS SELECT")
        return {**self.creation(), **answer}

    def run_create_table(self) -> dict:
        columns = self.declared()
        if not columns:
            raise QueryError("CREATE TABLE needs columns or a query")
        return {**self.creation(), "columns": columns, "rows": [], "bytes": 0}

    def creation(self) -> dict:
        node = self.node
        handled(
            node, "this", "kind", "replace", "exists", "expression", "properties", "concurrently", "unique", "refresh"
        )
        more = {}
        for each in node.args["properties"].expressions if node.args.get("properties") else []:
            if isinstance(each, exp.PartitionedByProperty):
                more["partition"] = partition_of(each.this)
            elif isinstance(each, exp.ClusterProperty):
                more["clustering"] = [column.name for column in each.expressions]
            else:
                raise Unsupported(f"{each.name or type(each).__name__} of CREATE")
        return {
            "target": table_key(names_of(target_of(node)), self.request["project"], self.request.get("dataset")),
            "replace": bool(node.args.get("replace")),
            "ifNotExists": bool(node.args.get("exists")),
            **more,
        }

    def declared(self) -> list[dict]:
        if not isinstance(self.node.this, exp.Schema):
            return []
        columns = []
        for each in self.node.this.expressions:
            if not isinstance(each, exp.ColumnDef):
                raise Unsupported("constraints of tables")
            column = column_of(each.name, type_of(each.args["kind"]))
            for constraint in each.args.get("constraints") or []:
                if not isinstance(constraint.args["kind"], exp.NotNullColumnConstraint):
                    raise Unsupported("options of columns")
                column["mode"] = "REQUIRED"
            columns.append(column)
        return columns

    def run_create_view(self) -> dict:
        query = self.compiler.query(self.node.expression)
        columns, text = named_columns(query, self.compiler)
        self.request["dryRun"] = True
        self.fetch(text)
        if isinstance(self.node.this, exp.Schema):
            raise Unsupported("columns of views")
        found = re.search(r"\bAS\b\s*(.*)$", self.request["sql"], re.IGNORECASE | re.DOTALL)
        return {
            **self.creation(),
            "view": found[1].rstrip().rstrip(";"),
            "columns": [column_of(name, of) for name, of in columns],
            "bytes": 0,
        }

    def dropped(self) -> dict:
        handled(self.node, "tables", "kind", "exists")
        return {
            "ifExists": bool(self.node.args.get("exists")),
            "target": table_key(names_of(target_of(self.node)), self.request["project"], self.request.get("dataset")),
            "bytes": 0,
        }

    run_drop_table = dropped
    run_drop_view = dropped


def find_column(table: Table, name: str) -> dict:
    for column in table.columns:
        if column["name"].lower() == name.lower():
            return column
    raise QueryError(f"Column {name} is not present in table {shown_key(table.key)}")


def partition_of(node: exp.Expression) -> dict:
    """DATE(column), a column, or TIMESTAMP_TRUNC(column, HOUR) …"""
    if isinstance(node, exp.Column):
        return {"field": node.name, "type": "DAY"}
    if isinstance(node, exp.Anonymous) and node.name.upper() == "DATE" and len(node.expressions) == 1:
        return {"field": node.expressions[0].name, "type": "DAY"}
    if (
        isinstance(node, exp.Anonymous)
        and re.fullmatch(r"(DATE|DATETIME|TIMESTAMP)_TRUNC", node.name.upper())
        and len(node.expressions) == 2
    ):
        return {"field": node.expressions[0].name, "type": node.expressions[1].name.upper()}
    raise Unsupported("this form of PARTITION BY")


def named_columns(query: Query, compiler: Compiler) -> tuple[list[tuple[str, Type]], str]:
    """Columns without a name are `f0_`, `f1_`, …; a single STRUCT without a name gives its fields."""
    columns, text = query.columns, query.sql
    if query.is_value and columns[0][1].kind == "STRUCT":
        fields = columns[0][1].fields
        alias = compiler.fresh("r")
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


def row_of(columns: list[tuple[str, Type]], row: tuple) -> dict:
    values = [(name, row_value(value, of)) for (name, of), value in zip(columns, row)]
    return {name: value for name, value in values if value is not None}


def parameter_type(given: dict) -> Type:
    """https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter#QueryParameterType"""
    kind = given["type"].upper()
    if kind == "ARRAY":
        return array(parameter_type(given["arrayType"]))
    if kind == "STRUCT":
        return struct(*((each.get("name", ""), parameter_type(each["type"])) for each in given["structTypes"]))
    return type_of_column({"type": schema_names.get(kind, kind)})


def parameter_value(given: dict, of: Type):
    if of.kind == "ARRAY":
        return [parameter_value(each, of.element) for each in given.get("arrayValues") or []]
    if of.kind == "STRUCT":
        values = given.get("structValues") or {}
        return {f"f{i}": parameter_value(values.get(name, {}), each) for i, (name, each) in enumerate(of.fields)}
    if given.get("value") is None:
        return None
    # Clients send numbers, too.
    text = given["value"] if isinstance(given["value"], str) else json.dumps(given["value"])
    match of.kind:
        case "INT64":
            return functions.integer_of(text)
        case "FLOAT64":
            return functions.float_of(text)
        case "BOOL":
            return functions.boolean_of(text)
        case "DATETIME":
            return dates.datetime_of(text)
        case "TIMESTAMP":
            return dates.timestamp_of(text)
        case _:
            return stored(text, of)


def routine_of(key: str, given: dict) -> dict:
    """A deployed function: https://cloud.google.com/bigquery/docs/reference/rest/v2/routines"""
    nodes = GoogleSql().parse(f"SELECT ({given['body']})")
    takes = [(each["name"], routine_type(each.get("type"))) for each in given.get("arguments", [])]
    return {
        "name": key,
        "arguments": takes,
        "returns": routine_type(given.get("returns")),
        "body": nodes[0].expressions[0],
    }


def routine_type(given: dict | None) -> Type | None:
    """https://cloud.google.com/bigquery/docs/reference/rest/v2/StandardSqlDataType; None for ANY TYPE."""
    if not given:
        return None
    kind = given["typeKind"]
    if kind == "ARRAY":
        return array(routine_type(given["arrayElementType"]))
    if kind == "STRUCT":
        return struct(*((each.get("name", ""), routine_type(each["type"])) for each in given["structType"]["fields"]))
    return type_of_column({"type": kind})


def temporary_function(node: exp.Create, name: str) -> dict:
    handled(node, "this", "kind", "expression", "properties", "replace")
    for each in node.args["properties"].expressions if node.args.get("properties") else []:
        if isinstance(each, exp.ReturnsProperty):
            continue
        if not isinstance(each, exp.TemporaryProperty):
            raise Unsupported(f"functions with {type(each).__name__}")
    returns = next((type_of(each.this) for each in node.find_all(exp.ReturnsProperty)), None)
    takes = [
        (each.name, None if "ANY" in each.args["kind"].sql().upper() else type_of(each.args["kind"]))
        for each in node.this.expressions
    ]
    return {"name": name, "arguments": takes, "returns": returns, "body": node.expression}
