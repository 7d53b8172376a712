"""Queries: SELECT and set operations."""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from .calls import volatile
from .parser import column_names, handled, implied_name
from .scope import Relation, Scope, Value
from .sqltypes import BOOL, INT64, QueryError, Type, Unsupported, struct
from .tables import Query
from .values import sort_keys, supertype


class Queries:
    """Queries: SELECT and set operations."""

    def query(self, node: exp.Expression, parent: Scope | None = None, shared: dict[str, Query] | None = None) -> Query:
        shared = dict(shared or {})
        with_ = node.args.get("with_")
        if with_:
            if with_.args.get("recursive") and any(
                table.name.lower() == cte.alias.lower()
                for cte in with_.expressions
                for table in cte.this.find_all(exp.Table)
            ):
                raise Unsupported("WITH RECURSIVE")
            for cte in with_.expressions:
                handled(cte, "this", "alias")
                if cte.args["alias"].columns:
                    raise Unsupported("columns of WITH")
                query = self.query(cte.this, parent, shared)
                shared[cte.alias.lower()] = replace(
                    query, is_volatile=any(each.name.upper() in volatile for each in cte.this.find_all(exp.Anonymous))
                )
        if isinstance(node, exp.Subquery):
            handled(node, "this", "with_", "order", "limit", "offset")
            inner = self.query(node.this, parent, shared)
            return self.ordered(inner, node, parent)
        if isinstance(node, exp.SetOperation):
            handled(node, "this", "expression", "distinct", "with_", "order", "limit", "offset")
            return self.ordered(self.set_operation(node, parent, shared), node, parent)
        if isinstance(node, exp.Select):
            return self.select(node, parent, shared)
        raise Unsupported(f"{type(node).__name__.upper()} as a query")

    def set_operation(self, node: exp.SetOperation, parent: Scope | None, shared: dict[str, Query]) -> Query:
        left, right = self.query(node.this, parent, shared), self.query(node.expression, parent, shared)
        name = {exp.Union: "UNION", exp.Intersect: "INTERSECT", exp.Except: "EXCEPT"}[type(node)]
        if len(left.columns) != len(right.columns):
            raise QueryError(
                f"Queries in {name} {'DISTINCT' if node.args.get('distinct') else 'ALL'} have mismatched column count; query 1 has {len(left.columns)} columns, query 2 has {len(right.columns)} columns"
            )
        if name != "UNION" and not node.args.get("distinct"):
            raise Unsupported(f"{name} ALL")
        columns = []
        shapes = list(zip(left.shapes(), right.shapes()))
        for at, ((label, first), (_, second)) in enumerate(zip(left.columns, right.columns)):
            common = supertype(list(shapes[at]))
            if common is None:
                raise QueryError(
                    f"Column {at + 1} in {name} {'DISTINCT' if node.args.get('distinct') else 'ALL'} has incompatible types: {first}, {second}"
                )
            if node.args.get("distinct") and not common.can_group:
                raise Unsupported(f"{name} DISTINCT of values of type {common.kind}")
            columns.append((label, common))
        operator = name if name != "UNION" or node.args.get("distinct") else "UNION ALL"
        sides = [self.adapted(each, columns) for each in (left, right)]
        literals = tuple(one.is_literal and other.is_literal for one, other in shapes)
        return Query(f"({sides[0]}) {operator} ({sides[1]})", columns, left.is_value, literals)

    def adapted(self, query: Query, columns: list[tuple[str | None, Type]]) -> str:
        alias = self.fresh("r")
        items = [
            f"{self.coerced(replace(shape, sql=f'{alias}.c{i}'), wanted).sql} AS c{i}"
            for i, (shape, (_, wanted)) in enumerate(zip(query.shapes(), columns))
        ]
        return f"SELECT {', '.join(items)} FROM ({query.sql}) AS {alias}"

    def ordered(self, query: Query, node: exp.Expression, parent: Scope | None) -> Query:
        """Adds ORDER BY and LIMIT of a set operation, which name columns of its result."""
        order, limit = node.args.get("order"), self.limits(node)
        if not order and not limit:
            return query
        alias = self.fresh("r")
        scope = Scope(
            parent, [Relation(None, [(name, Value(f"{alias}.c{i}", of)) for i, (name, of) in enumerate(query.columns)])]
        )
        items = [value for _, value in scope.relations[0].columns]
        text = f"SELECT {', '.join(f'{alias}.c{i}' for i in range(len(query.columns)))} FROM ({query.sql}) AS {alias}"
        return replace(query, sql=text + (self.order_by(order, scope, items) if order else "") + limit)

    def limits(self, node: exp.Expression) -> str:
        text = ""
        for name, word in (("limit", "LIMIT"), ("offset", "OFFSET")):
            clause = node.args.get(name)
            if clause:
                handled(clause, "expression")
                value = self.expression(clause.expression, Scope())
                if value.type != INT64 or not value.is_literal:
                    raise QueryError(f"{word} expects an integer literal or parameter")
                text += f" {word} {value.sql}"
        return text

    def order_by(self, order: exp.Order, scope: Scope, items: list[Value], only_items: bool = False) -> str:
        handled(order, "expressions")
        keys = []
        for each in order.expressions:
            value, nulls_first = self.order_key(each, scope, items)
            if only_items and not any(value.sql == item.sql for item in items):
                raise QueryError(
                    "ORDER BY clause expression references a column which is not visible after SELECT DISTINCT"
                )
            keys += sort_keys(value, bool(each.args.get("desc")), nulls_first)
        return f" ORDER BY {', '.join(keys)}"

    def order_key(self, each: exp.Ordered, scope: Scope, items: list[Value] | None) -> tuple[Value, bool]:
        handled(each, "this", "desc", "nulls_first")
        if items is not None and isinstance(each.this, exp.Literal) and not each.this.is_string:
            at = int(each.this.this)
            if not 1 <= at <= len(items):
                raise QueryError(f"ORDER BY column number is out of range: {at}")
            value = items[at - 1]
        else:
            value = self.expression(each.this, scope)
        if not value.type.can_order:
            raise QueryError(f"ORDER BY does not support expressions of type {value.type}")
        return value, bool(each.args.get("nulls_first"))

    def select(self, node: exp.Select, parent: Scope | None, shared: dict[str, Query]) -> Query:
        handled(
            node,
            "with_",
            "expressions",
            "from_",
            "joins",
            "where",
            "group",
            "having",
            "qualify",
            "windows",
            "order",
            "limit",
            "offset",
            "distinct",
            "kind",
        )
        scope = Scope(parent)
        source = self.from_(node, scope, shared)
        windows = {each.this.name.lower(): each for each in node.args.get("windows") or []}
        outer_windows, self.windows = self.windows, windows
        where = node.args.get("where")
        conditions = ""
        if where:
            conditions = f" WHERE {self.condition(where.this, scope, 'WHERE', is_filter=True)}"
        items = self.items(node, scope)
        values = [value for _, value in items]
        named: dict[str, Value] = {}
        for name, value in items:
            if name:
                named.setdefault(name.lower(), value)
        visible = replace(scope, aliases=named)
        group = self.group_by(node.args.get("group"), visible, values)
        text = ""
        for name in ("having", "qualify"):
            clause = node.args.get(name)
            if clause:
                text += f" {name.upper()} {self.condition(clause.this, visible, name.upper())}"
        distinct = node.args.get("distinct")
        if distinct:
            handled(distinct)
            bad = [value.type for value in values if not value.type.can_group]
            if bad:
                raise Unsupported(f"SELECT DISTINCT of values of type {bad[0].kind}")
        order = node.args.get("order")
        ordering = self.order_by(order, visible, values, bool(distinct)) if order else ""
        kind = node.args.get("kind")
        columns = [(name, value.type) for name, value in items]
        shown = [f"{value.sql} AS c{i}" for i, value in enumerate(values)]
        if kind == "STRUCT":
            fields = ", ".join(f"f{i}: {value.sql}" for i, value in enumerate(values))
            shown = ["{" + fields + "} AS c0"]
            columns = [(None, struct(*((name or "", of) for name, of in columns)))]
        elif kind == "VALUE":
            if len(values) != 1:
                raise QueryError("SELECT AS VALUE query must have exactly one column")
        elif kind:
            raise Unsupported(f"SELECT AS {kind}")
        self.windows = outer_windows
        head = f"SELECT {'DISTINCT ' if distinct else ''}{', '.join(shown)}"
        if distinct and ordering:
            alias = self.fresh("r")
            positions = {value.sql: f"{alias}.c{i}" for i, value in reversed(list(enumerate(values)))}
            keys = []
            for each in order.expressions:
                value, nulls_first = self.order_key(each, visible, values)
                keys += sort_keys(replace(value, sql=positions[value.sql]), bool(each.args.get("desc")), nulls_first)
            text = f"SELECT * FROM ({head}{source}{conditions}{group}{text}) AS {alias} ORDER BY {', '.join(keys)}"
            return Query(text + self.limits(node), columns, bool(kind))
        literals = () if kind else tuple(value.is_literal for value in values)
        return Query(
            f"{head}{source}{conditions}{group}{text}{ordering}{self.limits(node)}", columns, bool(kind), literals
        )

    def condition(self, node: exp.Expression, scope: Scope, clause: str, is_filter: bool = False) -> str:
        before, self.is_filter = self.is_filter, is_filter or self.is_filter
        value = self.expression(node, scope)
        self.is_filter = before
        if value.type.kind not in ("BOOL", "NULL"):
            raise QueryError(f"{clause} clause should return type BOOL, but returns {value.type}")
        return self.coerced(value, BOOL).sql

    def group_by(self, group: exp.Group | None, scope: Scope, items: list[Value]) -> str:
        if not group:
            return ""
        if group.args.get("all"):
            raise Unsupported("GROUP BY ALL")
        if len(group.expressions) == 1 and isinstance(group.expressions[0], (exp.Rollup, exp.Cube, exp.GroupingSets)):
            return self.grouping(group.expressions[0], scope, items)
        handled(group, "expressions")
        keys = []
        for each in group.expressions:
            if isinstance(each, exp.Literal) and not each.is_string:
                at = int(each.this)
                if not 1 <= at <= len(items):
                    raise QueryError(f"GROUP BY column number is out of range: {at}")
                value = items[at - 1]
            else:
                # A name of SELECT is one only if it is the whole expression.
                is_name = isinstance(each, exp.Column) and not each.args.get("table")
                value = self.expression(each, scope if is_name else replace(scope, aliases=None))
            if not value.type.can_group:
                raise Unsupported(f"GROUP BY of values of type {value.type.kind}")
            keys.append(value.sql)
        return f" GROUP BY {', '.join(keys)}"

    def grouping(self, node: exp.Expression, scope: Scope, items: list[Value]) -> str:
        """ROLLUP, CUBE and GROUPING SETS, each the only item of GROUP BY."""
        handled(node, "expressions")
        word = {exp.Rollup: "ROLLUP", exp.Cube: "CUBE", exp.GroupingSets: "GROUPING SETS"}[type(node)]
        sets = []
        for each in node.expressions:
            members = (
                each.expressions
                if isinstance(each, exp.Tuple)
                else [each.this]
                if isinstance(each, exp.Paren)
                else [each]
            )
            if any(isinstance(member, (exp.Rollup, exp.Cube, exp.GroupingSets)) for member in members):
                raise Unsupported(f"such {word}")
            keys = (
                self.group_by(exp.Group(expressions=members), scope, items).removeprefix(" GROUP BY ")
                if members
                else ""
            )
            sets.append(f"({keys})" if isinstance(each, (exp.Tuple, exp.Paren)) else keys)
        return f" GROUP BY {word} ({', '.join(sets)})"

    def items(self, node: exp.Select, scope: Scope) -> list[tuple[str | None, Value]]:
        items: list[tuple[str | None, Value]] = []
        for each in node.expressions:
            star = each.this if isinstance(each, exp.Column) and isinstance(each.this, exp.Star) else each
            if isinstance(star, exp.Star):
                items += self.star(star, each, scope)
            elif isinstance(each, exp.Alias):
                handled(each, "this", "alias")
                items.append((each.alias, self.expression(each.this, scope)))
            elif isinstance(each, exp.Dot) and isinstance(each.expression, exp.Star):
                items += self.without(each.expression, self.fields_of(self.expression(each.this, scope)), scope)
            else:
                items.append((implied_name(each), self.expression(each, scope)))
        if not items:
            raise QueryError("SELECT list must not be empty")
        return items

    def star(self, star: exp.Star, node: exp.Expression, scope: Scope) -> list[tuple[str | None, Value]]:
        if isinstance(node, exp.Column) and node.args.get("table"):
            names = column_names(node)[:-1]
            relation = scope.relation(names[0]) if len(names) == 1 else None
            all_columns = (
                list(relation.columns) if relation and not relation.value else self.fields_of(scope.resolve(names))
            )
        else:
            if not scope.relations:
                raise QueryError("SELECT * must have a FROM clause")
            hidden = {name.lower() for name, _ in scope.merged}
            all_columns = list(scope.merged) + [
                (name, value)
                for relation in scope.relations
                for name, value in relation.columns
                if (name or "").lower() not in hidden
            ]
        # The pseudo columns of partitions are not in *.
        all_columns = [
            (label, value)
            for label, value in all_columns
            if not (label or "").startswith("_PARTITION") or not value.source or value.source[1] >= 0
        ]
        for _, value in all_columns:
            self.note(value)
        return self.without(star, all_columns, scope)

    def fields_of(self, value: Value) -> list[tuple[str | None, Value]]:
        if value.type.kind != "STRUCT":
            raise QueryError(f"Dot-star is not supported for type {value.type}")
        return [
            (name, Value(f"struct_extract({value.sql}, 'f{i}')", of)) for i, (name, of) in enumerate(value.type.fields)
        ]

    def without(
        self, star: exp.Star, columns: list[tuple[str | None, Value]], scope: Scope
    ) -> list[tuple[str | None, Value]]:
        handled(star, "except_", "replace")
        dropped = {each.name.lower() for each in star.args.get("except_") or []}
        missing = dropped - {(name or "").lower() for name, _ in columns}
        if missing:
            raise QueryError(f"Column {sorted(missing)[0]} in SELECT * EXCEPT list does not exist")
        replaced = {each.alias.lower(): self.expression(each.this, scope) for each in star.args.get("replace") or []}
        missing = set(replaced) - {(name or "").lower() for name, _ in columns}
        if missing:
            raise QueryError(f"Column {sorted(missing)[0]} in SELECT * REPLACE list does not exist")
        kept = [
            (name, replaced.get((name or "").lower(), value))
            for name, value in columns
            if (name or "").lower() not in dropped
        ]
        if not kept:
            raise QueryError("SELECT * expands to zero columns after applying EXCEPT")
        return kept
