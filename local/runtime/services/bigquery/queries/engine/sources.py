"""What FROM names: tables, views, subqueries, arrays and joins."""

from __future__ import annotations

from sqlglot import exp

from .parser import handled, parse, path_column
from .scope import Relation, Scope, Value
from .sqltypes import INT64, STRING, QueryError, Unsupported, known_type
from .tables import Query, shown_key, table_key
from .values import supertype, value_columns


class Sources:
    """What FROM names: tables, views, subqueries, arrays and joins."""

    def from_(self, node: exp.Expression, scope: Scope, shared: dict[str, Query]) -> str:
        clause = node.args.get("from_")
        if not clause:
            if node.args.get("joins"):
                raise Unsupported("joins without FROM")
            return ""
        handled(clause, "this")
        text, relation = self.relation(clause.this, scope, shared)
        scope.relations.append(relation)
        for join in node.args.get("joins") or []:
            text += self.join(join, scope, shared)
        return f" FROM {text}"

    def join(self, join: exp.Join, scope: Scope, shared: dict[str, Query]) -> str:
        handled(join, "this", "side", "kind", "on", "using")
        side, kind = (join.args.get("side") or "").upper(), (join.args.get("kind") or "").upper()
        if kind not in ("", "INNER", "CROSS", "OUTER") or side not in ("", "LEFT", "RIGHT", "FULL"):
            raise Unsupported(f"{side} {kind} JOIN".strip())
        on, using = join.args.get("on"), join.args.get("using")
        text, relation = self.relation(join.this, scope, shared)
        lateral = "LATERAL " if text.startswith("(SELECT unnest(") else ""
        if not on and not using:
            if side:
                # "LEFT JOIN UNNEST(…)" needs no condition.
                if not lateral or side != "LEFT":
                    raise QueryError("A JOIN must have an ON or USING clause")
                scope.relations.append(relation)
                return f" LEFT JOIN {lateral}{text} ON true"
            scope.relations.append(relation)
            return f" CROSS JOIN {lateral}{text}"
        word = f"{side} JOIN".strip()
        if using:
            conditions = []
            merged = []
            for identifier in using:
                name = identifier.name
                left = scope.named(name)
                right = [value for each, value in relation.columns if each and each.lower() == name.lower()]
                left = [value for kind_of, value in left if kind_of == "column"]
                if len(left) != 1 or len(right) != 1:
                    raise QueryError(
                        f"Column {name} in USING clause not found on {'left' if len(left) != 1 else 'right'} side of join"
                    )
                conditions.append(self.compared("=", left[0], right[0]).sql)
                for value in (left[0], right[0]):
                    self.note(value)
                common = supertype([left[0], right[0]])
                both = [self.coerced(each, common) for each in (left[0], right[0])]
                chosen = {"RIGHT": both[1].sql, "FULL": f"COALESCE({both[0].sql}, {both[1].sql})"}.get(
                    side, both[0].sql
                )
                merged.append((name, Value(chosen, common)))
            scope.relations.append(relation)
            scope.merged = [
                each for each in scope.merged if each[0].lower() not in {name.lower() for name, _ in merged}
            ] + merged
            return f" {word} {lateral}{text} ON {' AND '.join(conditions)}"
        scope.relations.append(relation)
        return f" {word} {lateral}{text} ON {self.condition(on, scope, 'JOIN ON', is_filter=True)}"

    def relation(self, node: exp.Expression, scope: Scope, shared: dict[str, Query]) -> tuple[str, Relation]:
        alias = self.fresh("r")
        if isinstance(node, exp.Unnest):
            return self.unnest(node, scope, alias)
        if isinstance(node, exp.Subquery):
            handled(node, "this", "alias")
            if not isinstance(node.this, exp.Query):
                raise Unsupported("joins in parentheses")
            if node.args.get("alias") is not None and node.args["alias"].columns:
                raise Unsupported("columns of an alias")
            return self.subquery(self.query(node.this, scope.parent, shared), node.alias or None, alias)
        if not isinstance(node, exp.Table):
            raise Unsupported(f"{type(node).__name__.upper()} in FROM")
        handled(node, "this", "db", "catalog", "alias")
        if not isinstance(node.this, exp.Identifier):
            raise Unsupported("table functions")
        if node.args.get("alias") is not None and node.args["alias"].columns:
            raise Unsupported("columns of an alias")
        names = [part.name for part in node.parts]
        if len(names) == 1 and names[0].lower() in shared:
            if shared[names[0].lower()].is_volatile and not self.once(names[0].lower()):
                raise Unsupported(f"several uses of {names[0]}, which has other rows each time")
            return self.subquery(shared[names[0].lower()], node.alias or names[0], alias)
        if len(names) > 1 and scope.relation(names[0]):
            path = exp.Unnest(
                expressions=[path_column(names)],
                alias=exp.TableAlias(columns=[exp.to_identifier(node.alias or names[-1])]),
            )
            return self.unnest(path, scope, alias)
        return self.table(names, node.alias or names[-1].split(".")[-1], alias)

    def once(self, name: str) -> bool:
        is_first = name not in self.volatile_names
        self.volatile_names.add(name)
        return is_first

    def subquery(self, query: Query, name: str | None, alias: str) -> tuple[str, Relation]:
        columns = [(label, Value(f"{alias}.c{i}", of)) for i, (label, of) in enumerate(query.columns)]
        if query.is_value:
            value = columns[0][1]
            return f"({query.sql}) AS {alias}", Relation(name, value_columns(value), value)
        return f"({query.sql}) AS {alias}", Relation(name, columns)

    def table(self, names: list[str], name: str, alias: str) -> tuple[str, Relation]:
        key = table_key(names, self.project, self.dataset)
        table = self.tables.get(key)
        if table is None:
            raise QueryError(f"Not found: Table {shown_key(key)}", "notFound")
        if table.view is not None:
            if key in self.within:
                raise QueryError(f"View {shown_key(key)} refers to itself")
            self.within.append(key)
            outer = self.parameters, self.project
            self.parameters, self.project = [], key.split(".")[0]
            nodes = parse(table.view)
            if len(nodes) != 1 or not isinstance(nodes[0], exp.Query):
                raise Unsupported("a view of other statements than a query")
            query = self.query(nodes[0])
            self.parameters, self.project = outer
            self.within.pop()
            return self.subquery(query, name, alias)
        held = self.used.setdefault(key, f"t{len(self.used)}")
        self.read.setdefault(key, set())
        columns = []
        for i, column in enumerate(table.columns):
            of = known_type(column)
            columns.append((column["name"], Value(f"{alias}.c{i}", of or STRING, source=(key, i if of else -1))))
        columns += [(label, Value("", STRING, source=(key, -1))) for label in table.missing]
        return f"{held} AS {alias}", Relation(name, columns)

    def unnest(self, node: exp.Unnest, scope: Scope, alias: str) -> tuple[str, Relation]:
        handled(node, "expressions", "alias", "offset", "explode_array")
        if len(node.expressions) != 1:
            raise Unsupported("UNNEST of several arrays")
        value = self.expression(node.expressions[0], scope)
        if value.type.kind == "NULL":
            raise QueryError("UNNEST of a NULL needs its type")
        if value.type.kind != "ARRAY":
            raise QueryError(
                f"Values referenced in UNNEST must be arrays. UNNEST contains expression of type {value.type}"
            )
        element = Value(f"{alias}.c0", value.type.element)
        names = node.args["alias"].columns if node.args.get("alias") else []
        if len(names) > 1:
            raise Unsupported("UNNEST with several names")
        name = names[0].name if names else (node.alias or None)
        text = f"(SELECT unnest({value.sql}) AS c0, generate_subscripts({value.sql}, 1) - 1 AS c1) AS {alias}"
        columns = value_columns(element) if element.type.kind == "STRUCT" else [(name, element)]
        offset = node.args.get("offset")
        if offset:
            label = offset.name if isinstance(offset, exp.Identifier) else "offset"
            columns = [*columns, (label, Value(f"CAST({alias}.c1 AS BIGINT)", INT64))]
        return text, Relation(name, columns, element)
