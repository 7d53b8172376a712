"""Statements that change rows.

https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax
"""

from __future__ import annotations

from sqlglot import exp

from .parser import column_names, handled
from .scope import Relation, Scope, Value
from .sqltypes import QueryError, Type, Unsupported, row_value, type_of_column
from .statements import kind_of, names_of, target_of
from .tables import Table, shown_key, table_key
from .values import coercible


class Changes:
    """Statements that change rows."""

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


def find_column(table: Table, name: str) -> dict:
    for column in table.columns:
        if column["name"].lower() == name.lower():
            return column
    raise QueryError(f"Column {name} is not present in table {shown_key(table.key)}")


def row_of(columns: list[tuple[str, Type]], row: tuple) -> dict:
    values = [(name, row_value(value, of)) for (name, of), value in zip(columns, row)]
    return {name: value for name, value in values if value is not None}
