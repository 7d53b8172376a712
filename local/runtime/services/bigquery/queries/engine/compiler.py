"""Translates queries of GoogleSQL to SQL of DuckDB. What has no translation here is refused with its name.

https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from sqlglot import exp
from sqlglot.dialects.bigquery import BigQuery
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.bigquery import BigQueryParser

from . import dates
from .functions import Signature, casts, numeric_of, signatures
from .scope import Relation, Scope, Value, access
from .sqltypes import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    FLOAT64,
    INT64,
    NULL,
    NUMERIC,
    STRING,
    TIME,
    TIMESTAMP,
    QueryError,
    Type,
    Unsupported,
    array,
    duck,
    known_type,
    ladder,
    struct,
)


class Parser(BigQueryParser):
    """Leaves the names of functions as they are: their meaning is in the table of functions."""

    FUNCTIONS = {}
    FUNCTION_PARSERS = {
        name: BigQueryParser.FUNCTION_PARSERS[name] for name in ("CAST", "SAFE_CAST", "EXTRACT", "ARRAY")
    }
    NO_PAREN_FUNCTIONS = {}


class GoogleSql(BigQuery):
    Parser = Parser


def parse(text: str) -> list[exp.Expression]:
    try:
        return [each for each in GoogleSql().parse(text) if each is not None]
    except (ParseError, TokenError) as error:
        details = error.errors[0] if getattr(error, "errors", None) else {}
        at = f" at [{details['line']}:{details['col']}]" if details.get("line") else ""
        near = details.get("highlight") or ""
        what = f"Unexpected {near!r}{at}" if near else str(error).splitlines()[0]
        raise QueryError(
            f"Syntax error, or a part of GoogleSQL that the local Google Cloud does not run: {what}"
        ) from None
    except (TypeError, AttributeError) as error:
        raise Unsupported(f"a part of this query ({error})") from None


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

# Groups of functions that are no datasets.
namespaces = {"HLL_COUNT", "KLL_QUANTILES", "AEAD", "KEYS", "NET", "SAFE", "ML", "AI", "OBJ", "VECTOR_INDEX", "APPENDS"}
volatile = {"RAND", "GENERATE_UUID"}
comparisons = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
operators = {
    exp.Add: "$ADD",
    exp.Sub: "$SUB",
    exp.Mul: "$MUL",
    exp.Div: "$DIV",
    exp.BitwiseAnd: "$BITAND",
    exp.BitwiseOr: "$BITOR",
    exp.BitwiseXor: "$BITXOR",
    exp.BitwiseLeftShift: "$SHL",
    exp.BitwiseRightShift: "$SHR",
}
shown_operators = {
    "$ADD": "+",
    "$SUB": "-",
    "$MUL": "*",
    "$DIV": "/",
    "$NEG": "-",
    "$BITAND": "&",
    "$BITOR": "|",
    "$BITXOR": "^",
}
aggregates = set(
    "COUNT COUNTIF SUM AVG MIN MAX ANY_VALUE ARRAY_AGG ARRAY_CONCAT_AGG STRING_AGG LOGICAL_AND LOGICAL_OR BIT_AND BIT_OR BIT_XOR "
    "STDDEV STDDEV_SAMP STDDEV_POP VARIANCE VAR_SAMP VAR_POP CORR COVAR_POP COVAR_SAMP APPROX_COUNT_DISTINCT MAX_BY MIN_BY".split()
)
navigation = set(
    "FIRST_VALUE LAST_VALUE NTH_VALUE LAG LEAD ROW_NUMBER RANK DENSE_RANK PERCENT_RANK CUME_DIST NTILE PERCENTILE_CONT PERCENTILE_DISC".split()
)


class Compiler:
    def __init__(
        self,
        tables: dict[str, Table],
        routines: dict[str, dict],
        parameters: list[dict],
        project: str,
        dataset: str | None,
        is_ascii: bool,
    ):
        self.is_ascii = is_ascii
        self.volatile_names: set[str] = set()
        self.tables = tables
        self.routines = routines
        self.parameters = parameters
        self.project = project
        self.dataset = dataset
        self.count = 0
        self.positional = 0
        # Table keys, by the names that DuckDB has for them, and the columns that are read.
        self.used: dict[str, str] = {}
        self.read: dict[str, set[int]] = {}
        self.filtered: set[tuple[str, int]] = set()
        self.is_filter = False
        self.now = datetime.now(timezone.utc).replace(tzinfo=None)
        self.within: list[str] = []

    # ---- Queries ----

    def query(self, node: exp.Expression, parent: Scope | None = None, shared: dict[str, Query] | None = None) -> Query:
        shared = dict(shared or {})
        handled(
            node,
            "with_",
            "order",
            "limit",
            "offset",
            "this",
            "expression",
            "distinct",
            "by_name",
            "expressions",
            "kind",
            "joins",
            "from_",
            "where",
            "group",
            "having",
            "qualify",
            "windows",
            "alias",
            "laterals",
        ) if not isinstance(node, (exp.Select, exp.SetOperation, exp.Subquery)) else None
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
        scope_windows = windows
        outer_windows, self.windows = getattr(self, "windows", {}), scope_windows
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
                for name, value in star_columns(relation)
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

    # ---- FROM ----

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

    # ---- Expressions ----

    def note(self, value: Value) -> Value:
        """Remembers that a column of a table is read."""
        if value.source and value.source[1] < 0:
            raise Unsupported(f"columns of {shown_key(value.source[0])} that are not filled, or have another type,")
        if value.source:
            self.read[value.source[0]].add(value.source[1])
            if self.is_filter:
                self.filtered.add(value.source)
        return value

    def expression(self, node: exp.Expression, scope: Scope) -> Value:
        kind = type(node)
        if kind in comparisons:
            handled(node, "this", "expression")
            return self.compared(
                comparisons[kind], self.expression(node.this, scope), self.expression(node.expression, scope)
            )
        if kind in operators:
            handled(node, "this", "expression", "typed", "safe")
            return self.arithmetic(operators[kind], node, scope)
        method = getattr(self, f"on_{kind.__name__.lower()}", None)
        if method is None:
            raise Unsupported(kind.__name__.upper())
        return method(node, scope)

    def on_literal(self, node: exp.Literal, scope: Scope) -> Value:
        if node.is_string:
            return constant(node.this, STRING)
        text = node.this
        if re.fullmatch(r"\d+", text):
            if int(text) >= 2**63:
                raise QueryError(f"Invalid integer literal: {text}")
            return constant(int(text), INT64)
        return replace(constant(float(text), FLOAT64), text=text)

    def on_rawstring(self, node: exp.RawString, scope: Scope) -> Value:
        return constant(node.this, STRING)

    def on_bytestring(self, node: exp.ByteString, scope: Scope) -> Value:
        if node.this.isascii():
            return constant(node.this.encode(), BYTES)
        # Characters that the query does not have are escapes of one byte.
        if not self.is_ascii or any(ord(each) > 255 for each in node.this):
            raise Unsupported("bytes of characters that are not ASCII")
        return constant(node.this.encode("latin-1"), BYTES)

    def on_hexstring(self, node: exp.HexString, scope: Scope) -> Value:
        return constant(int(node.this, 16), INT64)

    def on_null(self, node: exp.Null, scope: Scope) -> Value:
        return Value("NULL", NULL, True)

    def on_boolean(self, node: exp.Boolean, scope: Scope) -> Value:
        return Value("true" if node.this else "false", BOOL, True)

    def on_parameter(self, node: exp.Parameter, scope: Scope) -> Value:
        name = node.this.name
        for each in self.parameters:
            if (each.get("name") or "").lower() == name.lower():
                return constant(each["value"], each["type"])
        raise QueryError(f"Query parameter '{name}' not found")

    def on_placeholder(self, node: exp.Placeholder, scope: Scope) -> Value:
        given = [each for each in self.parameters if not each.get("name")]
        self.positional += 1
        if self.positional > len(given):
            raise QueryError(f"Query parameter number {self.positional} is not defined")
        each = given[self.positional - 1]
        return constant(each["value"], each["type"])

    def on_paren(self, node: exp.Paren, scope: Scope) -> Value:
        inner = self.expression(node.this, scope)
        return replace(inner, sql=f"({inner.sql})")

    def on_column(self, node: exp.Column, scope: Scope) -> Value:
        handled(node, "this", "table", "db", "catalog")
        if isinstance(node.this, exp.Star):
            raise Unsupported("* in an expression")
        names = column_names(node)
        if len(names) == 1 and names[0].upper() in (
            "CURRENT_DATE",
            "CURRENT_TIMESTAMP",
            "CURRENT_DATETIME",
            "CURRENT_TIME",
        ):
            return self.current(names[0].upper(), [], scope)
        return self.note(scope.resolve(names))

    def on_dot(self, node: exp.Dot, scope: Scope) -> Value:
        if not isinstance(node.expression, exp.Identifier):
            if not isinstance(node.expression, exp.Anonymous):
                raise Unsupported("a path of this kind")
            return self.qualified_call(
                [*(column_names(node.this) or []), node.expression.name], node.expression.expressions, scope
            )
        names = column_names(node)
        if names:
            return self.note(scope.resolve(names))
        return access(self.expression(node.this, scope), [node.expression.name])

    def qualified_call(self, names: list[str], arguments: list[exp.Expression], scope: Scope) -> Value:
        """A call of a deployed function."""
        if names[0].upper() in namespaces or len(names) == 1:
            raise Unsupported(f"the function {'.'.join(names)}")
        key = table_key(names, self.project, self.dataset)
        if key not in self.routines:
            raise QueryError(f"Function not found: {'.'.join(names)}")
        return self.routine(self.routines[key], [self.expression(each, scope) for each in arguments])

    def on_and(self, node: exp.And, scope: Scope) -> Value:
        return self.logical("AND", node, scope)

    def on_or(self, node: exp.Or, scope: Scope) -> Value:
        return self.logical("OR", node, scope)

    def logical(self, word: str, node: exp.Expression, scope: Scope) -> Value:
        sides = [self.expression(each, scope) for each in (node.this, node.expression)]
        wanted = [self.wanted(each, BOOL, f"operator {word}") for each in sides]
        return Value(f"({wanted[0].sql} {word} {wanted[1].sql})", BOOL)

    def on_not(self, node: exp.Not, scope: Scope) -> Value:
        value = self.expression(node.this, scope)
        refuse_null(value, "NOT")
        return Value(f"(NOT {self.wanted(value, BOOL, 'operator NOT').sql})", BOOL)

    def on_is(self, node: exp.Is, scope: Scope) -> Value:
        handled(node, "this", "expression")
        value = self.expression(node.this, scope)
        if isinstance(node.expression, exp.Null):
            return Value(f"({value.sql} IS NULL)", BOOL)
        if isinstance(node.expression, exp.Boolean):
            return Value(
                f"({self.wanted(value, BOOL, 'operator IS').sql} IS {'TRUE' if node.expression.this else 'FALSE'})",
                BOOL,
            )
        raise Unsupported("this form of IS")

    def on_neg(self, node: exp.Neg, scope: Scope) -> Value:
        if isinstance(node.this, exp.Literal) and not node.this.is_string:
            if node.this.this == "9223372036854775808":
                return Value("CAST('-9223372036854775808' AS BIGINT)", INT64, True)
            inner = self.expression(node.this, scope)
            return Value(f"(-{inner.sql})", inner.type, True, text=inner.text and f"-{inner.text}")
        return self.call("$NEG", [self.expression(node.this, scope)])

    def on_bitwisenot(self, node: exp.BitwiseNot, scope: Scope) -> Value:
        return self.call("$BITNOT", [self.expression(node.this, scope)])

    def on_dpipe(self, node: exp.DPipe, scope: Scope) -> Value:
        sides = [self.expression(each, scope) for each in (node.this, node.expression)]
        if any(each.type.kind == "ARRAY" for each in sides):
            return self.array_concat(sides)
        return self.call("$CONCAT", sides)

    def on_between(self, node: exp.Between, scope: Scope) -> Value:
        handled(node, "this", "low", "high")
        value, low, high = (self.expression(node.args[name], scope) for name in ("this", "low", "high"))
        return Value(f"({self.compared('>=', value, low).sql} AND {self.compared('<=', value, high).sql})", BOOL)

    def on_like(self, node: exp.Like, scope: Scope) -> Value:
        handled(node, "this", "expression", "negate")
        if isinstance(node.expression, (exp.Any, exp.All, exp.Tuple)):
            raise Unsupported("LIKE with several patterns")
        word = "NOT LIKE" if node.args.get("negate") else "LIKE"
        sides = [
            self.wanted(self.expression(each, scope), STRING, "operator LIKE") for each in (node.this, node.expression)
        ]
        return Value(f"({sides[0].sql} {word} {sides[1].sql} ESCAPE '\\')", BOOL)

    def on_in(self, node: exp.In, scope: Scope) -> Value:
        handled(node, "this", "expressions", "query", "unnest")
        value = self.expression(node.this, scope)
        query, unnest = node.args.get("query"), node.args.get("unnest")
        if query is not None or unnest is not None:
            alias = self.fresh("r")
            if unnest is not None:
                items = self.expression(unnest.expressions[0], scope)
                if items.type.kind != "ARRAY":
                    raise QueryError(f"Operand of IN UNNEST must be an array but was {items.type}")
                text, of = f"SELECT unnest({items.sql}) AS c0", items.type.element
            else:
                inner = self.query(query.this if isinstance(query, exp.Subquery) else query, scope)
                if len(inner.columns) != 1:
                    raise QueryError(
                        f"Subquery of type IN must have only one output column, but has {len(inner.columns)}"
                    )
                text, of = inner.sql, inner.columns[0][1]
            common = self.comparable("IN", value, Value("", of))
            if common.kind in ("FLOAT64", "STRUCT"):
                raise Unsupported(f"IN with a subquery or an array of {common.kind}")
            item = self.coerced(Value(f"{alias}.c0", of), common)
            return Value(f"({self.coerced(value, common).sql} IN (SELECT {item.sql} FROM ({text}) AS {alias}))", BOOL)
        tests = [self.compared("=", value, self.expression(each, scope)).sql for each in node.expressions]
        return Value(f"({' OR '.join(tests)})", BOOL)

    def on_exists(self, node: exp.Exists, scope: Scope) -> Value:
        handled(node, "this")
        return Value(f"EXISTS ({self.query(node.this, scope).sql})", BOOL)

    def on_subquery(self, node: exp.Subquery, scope: Scope) -> Value:
        query = self.query(node, scope)
        if len(query.columns) != 1:
            raise QueryError(
                "Scalar subquery cannot have more than one column unless using SELECT AS STRUCT to build STRUCT values"
            )
        return Value(f"({query.sql})", query.columns[0][1])

    def on_select(self, node: exp.Select, scope: Scope) -> Value:
        return self.on_subquery(exp.Subquery(this=node), scope)

    def on_array(self, node: exp.Array, scope: Scope) -> Value:
        if (
            len(node.expressions) == 1
            and isinstance(node.expressions[0], (exp.Query,))
            and not isinstance(node.expressions[0], exp.Subquery)
        ):
            query = self.query(node.expressions[0], scope)
            if len(query.columns) != 1:
                raise QueryError(
                    "ARRAY subquery cannot have more than one column unless using SELECT AS STRUCT to build STRUCT values"
                )
            if query.columns[0][1].kind == "ARRAY":
                raise QueryError(
                    "Cannot use array subquery with column of type ARRAY because nested arrays are not supported"
                )
            return Value(f"ARRAY({query.sql})", array(query.columns[0][1]))
        values = [self.expression(each, scope) for each in node.expressions]
        if not values:
            return Value("CAST([] AS BIGINT[])", array(NULL), True)
        common = supertype(values)
        if common is None:
            raise QueryError(
                f"Array elements of types {{{', '.join(sorted({str(each.type) for each in values}))}}} do not have a common supertype"
            )
        if common.kind == "ARRAY":
            raise QueryError("Cannot construct array with element type ARRAY because nested arrays are not supported")
        common = INT64 if common == NULL else common
        items = ", ".join(self.coerced(each, common).sql for each in values)
        return Value(
            f"CAST([{items}] AS {duck(array(common))})", array(common), all(each.is_literal for each in values)
        )

    def on_struct(self, node: exp.Struct, scope: Scope) -> Value:
        return self.struct_of(node.expressions, scope)

    def on_tuple(self, node: exp.Tuple, scope: Scope) -> Value:
        return self.struct_of(node.expressions, scope, has_names=False)

    def struct_of(self, nodes: list[exp.Expression], scope: Scope, has_names: bool = True) -> Value:
        fields = []
        for each in nodes:
            is_named = isinstance(each, (exp.Alias, exp.PropertyEQ))
            inner = each.expression if isinstance(each, exp.PropertyEQ) else each.this if is_named else each
            name = (
                (each.this.name if isinstance(each, exp.PropertyEQ) else each.alias)
                if is_named
                else implied_name(each)
                if has_names
                else None
            )
            fields.append((name or "", self.expression(inner, scope)))
        if not fields:
            raise Unsupported("an empty STRUCT")
        text = ", ".join(f"f{i}: CAST({value.sql} AS {duck(value.type)})" for i, (_, value) in enumerate(fields))
        return Value(
            "{" + text + "}",
            struct(*((name, value.type) for name, value in fields)),
            all(value.is_literal for _, value in fields),
        )

    def on_bracket(self, node: exp.Bracket, scope: Scope) -> Value:
        handled(node, "this", "expressions", "offset", "safe")
        value, at = (
            self.expression(node.this, scope),
            self.wanted(self.expression(node.expressions[0], scope), INT64, "array index"),
        )
        if value.type.kind != "ARRAY":
            raise Unsupported(f"[] on a value of type {value.type.kind}")
        index = f"({at.sql} - 1)" if node.args.get("offset") == 1 else at.sql
        outside = "NULL" if node.args.get("safe") else f"error('Array index ' || {at.sql} || ' is out of bounds')"
        text = f"CASE WHEN {value.sql} IS NULL OR {at.sql} IS NULL THEN NULL WHEN {index} < 0 OR {index} >= len({value.sql}) THEN {outside} ELSE {value.sql}[{index} + 1] END"
        return Value(text, value.type.element)

    def on_case(self, node: exp.Case, scope: Scope) -> Value:
        handled(node, "this", "ifs", "default")
        base = self.expression(node.this, scope) if node.this else None
        tests, results = [], []
        for each in node.args["ifs"]:
            test = self.expression(each.this, scope)
            tests.append(self.compared("=", base, test) if base else self.wanted(test, BOOL, "CASE"))
            results.append(self.expression(each.args["true"], scope))
        default = node.args.get("default")
        results.append(self.expression(default, scope) if default is not None else Value("NULL", NULL, True))
        values, common = self.common("CASE", results)
        text = " ".join(f"WHEN {test.sql} THEN {value.sql}" for test, value in zip(tests, values))
        return Value(f"CASE {text} ELSE {values[-1].sql} END", common)

    def on_if(self, node: exp.If, scope: Scope) -> Value:
        handled(node, "this", "true", "false")
        test = self.wanted(self.expression(node.this, scope), BOOL, "function IF")
        (first, second), common = self.common(
            "IF", [self.expression(node.args[name], scope) for name in ("true", "false")]
        )
        return Value(f"CASE WHEN {test.sql} THEN {first.sql} ELSE {second.sql} END", common)

    def on_cast(self, node: exp.Cast, scope: Scope) -> Value:
        handled(node, "this", "to", "safe")
        wanted = type_of(node.to)
        if isinstance(node.this, (exp.Struct, exp.Anonymous)) and wanted.kind == "STRUCT" and node.this.expressions:
            return self.typed_struct(node.this, wanted, scope)
        return self.cast(self.expression(node.this, scope), wanted)

    def typed_struct(self, node: exp.Expression, wanted: Type, scope: Scope) -> Value:
        values = [self.expression(each, scope) for each in node.expressions]
        if len(values) != len(wanted.fields):
            raise QueryError(
                f"STRUCT type has {len(wanted.fields)} fields but constructor call has {len(values)} fields"
            )
        cast = [self.wanted(value, of, "STRUCT") for value, (_, of) in zip(values, wanted.fields)]
        return Value("{" + ", ".join(f"f{i}: {value.sql}" for i, value in enumerate(cast)) + "}", wanted)

    def on_trycast(self, node: exp.TryCast, scope: Scope) -> Value:
        handled(node, "this", "to", "safe")
        value = self.cast(self.expression(node.this, scope), type_of(node.to))
        return replace(value, sql=f"TRY({value.sql})", is_literal=False)

    def cast(self, value: Value, wanted: Type) -> Value:
        if value.type == wanted:
            return replace(value, is_literal=False)
        if value.type.kind == "NULL":
            return Value(f"CAST({value.sql} AS {duck(wanted)})", wanted)
        if value.type.kind == "ARRAY" and wanted.kind == "ARRAY":
            if (
                value.type.element.kind == "NULL"
                or coercible(replace(value, is_literal=True), wanted)
                or value.type.element.kind == wanted.element.kind
            ):
                return self.coerced(value, wanted)
            raise QueryError(
                f"Casting between arrays with incompatible element types is not supported: Invalid cast from {value.type} to {wanted}"
            )
        if value.type.kind == "STRUCT" and wanted.kind == "STRUCT" and len(value.type.fields) == len(wanted.fields):
            alias = [
                self.cast(Value(f"struct_extract({value.sql}, 'f{i}')", of), to)
                for i, ((_, of), (_, to)) in enumerate(zip(value.type.fields, wanted.fields))
            ]
            text = "{" + ", ".join(f"f{i}: {each.sql}" for i, each in enumerate(alias)) + "}"
            return Value(f"CASE WHEN {value.sql} IS NULL THEN NULL ELSE {text} END", wanted)
        if value.text and wanted == NUMERIC:
            return replace(constant(numeric_of(value.text), NUMERIC), is_literal=False)
        how = casts.get((value.type.kind, wanted.kind))
        if how is None:
            raise QueryError(f"Invalid cast from {value.type} to {wanted}")
        return Value(applied(how, [value.sql]), wanted)

    def on_extract(self, node: exp.Extract, scope: Scope) -> Value:
        handled(node, "this", "expression")
        source, zone = node.expression, None
        if isinstance(source, exp.AtTimeZone):
            source, zone = source.this, self.wanted(self.expression(source.args["zone"], scope), STRING, "AT TIME ZONE")
        value = self.expression(source, scope)
        name = part_name(node.this)
        if name in ("DATE", "TIME", "DATETIME"):
            return self.call(name, [value] if zone is None else [value, zone])
        allowed = parts.get(value.type.kind, set()) | (
            {"DAYOFWEEK", "DAYOFYEAR"} if value.type.kind != "TIME" else set()
        )
        return self.call("$EXTRACT", [value, part_of(name, allowed, "EXTRACT"), *([zone] if zone else [])])

    def on_nullsafeeq(self, node: exp.NullSafeEQ, scope: Scope) -> Value:
        return self.distinct_from(node, scope, "IS NOT DISTINCT FROM")

    def on_nullsafeneq(self, node: exp.NullSafeNEQ, scope: Scope) -> Value:
        return self.distinct_from(node, scope, "IS DISTINCT FROM")

    def distinct_from(self, node: exp.Expression, scope: Scope, words: str) -> Value:
        sides = [self.expression(each, scope) for each in (node.this, node.expression)]
        common = self.comparable(words, *sides)
        if common.kind in ("STRUCT", "ARRAY"):
            raise Unsupported(f"{words} with values of type {common.kind}")
        left, right = (self.coerced(each, common).sql for each in sides)
        return Value(f"({left} {words} {right})", BOOL)

    def arithmetic(self, name: str, node: exp.Expression, scope: Scope) -> Value:
        if isinstance(node.expression, exp.Interval) and name in ("$ADD", "$SUB"):
            value = self.expression(node.this, scope)
            if value.type.kind not in ("DATE", "DATETIME", "TIMESTAMP"):
                raise Unsupported(f"an INTERVAL with a value of type {value.type.kind}")
            amount, part = self.interval(node.expression, added[value.type.kind], scope)
            return self.call(f"{value.type.kind}_{name[1:]}", [value, amount, part])
        left, right = self.expression(node.this, scope), self.expression(node.expression, scope)
        if left.type.kind == "DATE" and right.type.kind == "INT64" and name in ("$ADD", "$SUB"):
            return self.call(f"DATE_{name[1:]}", [left, right, constant("DAY", STRING)])
        if left.type.kind in ("DATE", "DATETIME", "TIMESTAMP") and right.type.kind == left.type.kind:
            raise Unsupported("values of type INTERVAL")
        for each in (left, right):
            refuse_null(each, shown_operators.get(name, name))
        return self.call(name, [left, right])

    def interval(self, node: exp.Expression, allowed: set[str], scope: Scope) -> tuple[Value, Value]:
        if not isinstance(node, exp.Interval) or node.args.get("unit") is None:
            raise Unsupported("an INTERVAL of this form")
        handled(node, "this", "unit")
        name = part_name(node.args["unit"])
        amount = node.this
        if isinstance(amount, exp.Literal) and re.fullmatch(r"[+-]?\d+", amount.this):
            value = constant(int(amount.this), INT64)
        else:
            value = self.wanted(self.expression(amount, scope), INT64, "INTERVAL")
        return value, part_of(name, allowed, "INTERVAL")

    # ---- Types ----

    def wanted(self, value: Value, type: Type, what: str) -> Value:
        if not coercible(value, type):
            raise QueryError(f"No matching signature for {what} for argument types: {value.type}. Expected {type}")
        return self.coerced(value, type)

    def common(self, what: str, values: list[Value]) -> tuple[list[Value], Type]:
        common = supertype(values)
        if common is None:
            raise QueryError(
                f"No matching signature for function {what} for argument types: {', '.join(str(each.type) for each in values)}"
            )
        return [self.coerced(each, common) for each in values], common

    def comparable(self, what: str, left: Value, right: Value) -> Type:
        common = supertype([left, right])
        if common is None:
            raise QueryError(f"No matching signature for operator {what} for argument types: {left.type}, {right.type}")
        if common.kind in ("ARRAY", "JSON"):
            raise QueryError(
                f"Equality is not defined for arguments of type {common}"
                if what in ("=", "<>", "IN")
                else f"No matching signature for operator {what} for argument types: {left.type}, {right.type}"
            )
        return common

    def compared(self, operator: str, left: Value, right: Value) -> Value:
        common = self.comparable(operator, left, right)
        a, b = self.coerced(left, common).sql, self.coerced(right, common).sql
        if common.kind == "FLOAT64":
            if operator in ("=", "<>"):
                text = f"bq_float_eq({a}, {b})"
                return Value(text if operator == "=" else f"(NOT {text})", BOOL)
            a, b = (a, b) if operator.startswith("<") else (b, a)
            return Value(f"bq_float_{'le' if '=' in operator else 'lt'}({a}, {b})", BOOL)
        if common.kind == "STRUCT":
            if operator not in ("=", "<>"):
                raise QueryError(
                    f"No matching signature for operator {operator} for argument types: {left.type}, {right.type}"
                )
            fields = [
                self.compared(
                    "=", Value(f"struct_extract({a}, 'f{i}')", of), Value(f"struct_extract({b}, 'f{i}')", of)
                ).sql
                for i, (_, of) in enumerate(common.fields)
            ]
            text = f"CASE WHEN {a} IS NULL OR {b} IS NULL THEN NULL ELSE ({' AND '.join(fields)}) END"
            return Value(text if operator == "=" else f"(NOT {text})", BOOL)
        return Value(f"({a} {operator} {b})", BOOL)

    def coerced(self, value: Value, wanted: Type) -> Value:
        """The value as of another type, to which it can be coerced."""
        if value.type == wanted:
            return value
        if value.type.kind == "NULL":
            return Value(
                f"CAST({value.sql} AS {duck(wanted)})" if wanted.kind != "NULL" else value.sql, wanted, value.is_literal
            )
        if value.type.kind == "ARRAY":
            if value.type.element.kind == "NULL" or duck(value.type) == duck(wanted):
                return Value(f"CAST({value.sql} AS {duck(wanted)})", wanted)
            item = self.fresh("v")
            inner = self.cast(Value(item, value.type.element), wanted.element)
            return Value(f"list_transform({value.sql}, lambda {item}: {inner.sql})", wanted)
        if value.type.kind == "STRUCT":
            if duck(value.type) == duck(wanted):
                return replace(value, type=wanted)
            return self.cast(value, wanted)
        return replace(self.cast(value, wanted), is_literal=value.is_literal, source=value.source)

    # ---- Functions ----

    def on_safefunc(self, node: exp.SafeFunc, scope: Scope) -> Value:
        inner = node.this
        if isinstance(inner, exp.Anonymous) and inner.name.upper() in aggregates | navigation:
            raise Unsupported(f"SAFE.{inner.name.upper()}")
        value = self.expression(inner, scope)
        return replace(value, sql=f"TRY({value.sql})", is_literal=False)

    def on_anonymous(self, node: exp.Anonymous, scope: Scope) -> Value:
        if isinstance(node.this, exp.Identifier):
            return (
                self.qualified_call([node.this.name], node.expressions, scope)
                if "." not in node.this.name
                else self.qualified_call(node.this.name.split("."), node.expressions, scope)
            )
        name = node.name.upper()
        arguments = node.expressions
        if name in aggregates:
            return self.aggregate(name, arguments, scope, "")
        if name.startswith("PERCENTILE_"):
            raise Unsupported(f"{name} without OVER")
        if name in navigation:
            raise QueryError(f"Analytic function {name} cannot be called without an OVER clause")
        odd = [
            each
            for each in arguments
            if isinstance(each, (exp.Distinct, exp.Order, exp.Limit, exp.IgnoreNulls, exp.RespectNulls, exp.HavingMax))
        ]
        if odd:
            raise Unsupported(f"{type(odd[0]).__name__.upper()} in {name}")
        special = getattr(self, f"call_{name.lower()}", None)
        if special:
            return special(arguments, scope)
        family = re.fullmatch(r"(DATE|DATETIME|TIMESTAMP|TIME)_(ADD|SUB|DIFF|TRUNC)", name)
        if family:
            return self.with_part(family[1], family[2], arguments, scope)
        if name in ("CURRENT_DATE", "CURRENT_TIMESTAMP", "CURRENT_DATETIME", "CURRENT_TIME"):
            return self.current(name, arguments, scope)
        if name in self.routines:
            return self.routine(self.routines[name], [self.expression(each, scope) for each in arguments])
        if name not in signatures:
            raise Unsupported(f"the function {name}")
        return self.call(name, [self.expression(each, scope) for each in arguments])

    def call(self, name: str, values: list[Value]) -> Value:
        best: tuple[int, Signature, list[Type]] | None = None
        for each in signatures[name]:
            takes = list(each.takes) * len(values) if each.is_variadic else list(each.takes)
            if len(takes) != len(values) or not values and takes:
                continue
            costs = [cost(value, of) for value, of in zip(values, takes)]
            if None not in costs and (best is None or sum(costs) < best[0]):
                best = (sum(costs), each, takes)
        if best is None:
            what = f"operator {shown_operators[name]}" if name in shown_operators else f"function {name.lstrip('$')}"
            raise QueryError(
                f"No matching signature for {what} for argument types: {', '.join(str(each.type) for each in values) or 'none'}"
            )
        _, signature, takes = best
        given = [self.coerced(value, of).sql for value, of in zip(values, takes)]
        if signature.is_variadic:
            return Value(f"({f' {signature.sql} '.join(given)})", signature.gives)
        return Value(applied(signature, given), signature.gives)

    def with_part(self, kind: str, action: str, arguments: list[exp.Expression], scope: Scope) -> Value:
        """Functions of dates and times with a part such as DAY."""
        name = f"{kind}_{action}"
        wanted = 3 if action == "DIFF" else 2
        if len(arguments) < wanted:
            raise QueryError(f"No matching signature for function {name} for {len(arguments)} arguments")
        value = self.expression(arguments[0], scope)
        own = value.type.kind if value.type.kind in parts and not (kind == "TIMESTAMP" or value.is_literal) else kind
        if action in ("ADD", "SUB"):
            if len(arguments) != 2:
                raise Unsupported(f"{name} with {len(arguments)} arguments")
            if own == "TIMESTAMP" and kind != "TIMESTAMP":
                raise Unsupported(f"{name} with a TIMESTAMP")
            amount, part = self.interval(arguments[1], added[own], scope)
            return self.call(f"{own}_{action}", [value, amount, part])
        if action == "DIFF":
            other = self.expression(arguments[1], scope)
            if own not in (kind, "DATE", "DATETIME") or len(arguments) != 3:
                raise Unsupported(f"{name} with such arguments")
            common = supertype([value, other])
            if common is None or common.kind not in (kind, "DATE", "DATETIME", "STRING"):
                raise QueryError(
                    f"No matching signature for function {name} for argument types: {value.type}, {other.type}, DATE_TIME_PART"
                )
            if common.kind != kind and kind != "DATETIME" and common.kind != "STRING":
                raise Unsupported(f"{name} with values of type {common.kind}")
            allowed = (parts["TIME"] | {"DAY"}) if kind == "TIMESTAMP" else parts[kind]
            return self.call(name, [value, other, part_of(part_name(arguments[2]), allowed, name)])
        if own != kind and kind != "TIMESTAMP":
            name = f"{own}_TRUNC"
        part = part_of(part_name(arguments[1]), parts[own if own in parts else kind], name)
        zone = [self.expression(each, scope) for each in arguments[2:]]
        return self.call(name, [value, part, *zone])

    def current(self, name: str, arguments: list[exp.Expression], scope: Scope) -> Value:
        kind = Type(name[len("CURRENT_") :])
        now = constant(self.now, TIMESTAMP)
        if not arguments:
            return self.cast(now, kind) if kind != TIMESTAMP else replace(now, is_literal=False)
        if kind == TIMESTAMP or len(arguments) > 1:
            raise QueryError(f"No matching signature for function {name}")
        return self.call(kind.kind, [now, self.expression(arguments[0], scope)])

    def call_concat(self, arguments, scope: Scope) -> Value:
        """Values of other types are cast to STRING."""
        values = [self.expression(each, scope) for each in arguments]
        if not values:
            raise QueryError("No matching signature for function CONCAT with no arguments")
        if any(each.type.kind == "BYTES" for each in values):
            return self.call("$CONCAT", values)
        return self.call("$CONCAT", [self.cast(each, STRING) for each in values])

    def call_coalesce(self, arguments, scope: Scope) -> Value:
        values, common = self.common("COALESCE", [self.expression(each, scope) for each in arguments])
        return Value(f"COALESCE({', '.join(each.sql for each in values)})", common)

    def call_ifnull(self, arguments, scope: Scope) -> Value:
        if len(arguments) != 2:
            raise QueryError("No matching signature for function IFNULL")
        return self.call_coalesce(arguments, scope)

    def call_nullif(self, arguments, scope: Scope) -> Value:
        if len(arguments) != 2:
            raise QueryError("No matching signature for function NULLIF")
        (first, second), common = self.common("NULLIF", [self.expression(each, scope) for each in arguments])
        return Value(f"CASE WHEN {self.compared('=', first, second).sql} THEN NULL ELSE {first.sql} END", common)

    def call_struct(self, arguments, scope: Scope) -> Value:
        return self.struct_of(arguments, scope)

    def extreme(self, name: str, arguments, scope: Scope) -> Value:
        """GREATEST and LEAST are NULL if an argument is, and NaN if an argument is."""
        values, common = self.common(name, [self.expression(each, scope) for each in arguments])
        if not common.can_order:
            raise QueryError(f"{name} is not defined for arguments of type {common}")
        nulls = " OR ".join(f"{each.sql} IS NULL" for each in values)
        nans = " OR ".join(f"isnan({each.sql})" for each in values) if common.kind == "FLOAT64" else ""
        nan = f" WHEN {nans} THEN CAST('nan' AS DOUBLE)" if nans else ""
        return Value(
            f"CASE WHEN {nulls} THEN NULL{nan} ELSE {name.lower()}({', '.join(each.sql for each in values)}) END",
            common,
        )

    def call_greatest(self, arguments, scope: Scope) -> Value:
        return self.extreme("GREATEST", arguments, scope)

    def call_least(self, arguments, scope: Scope) -> Value:
        return self.extreme("LEAST", arguments, scope)

    def call_array_length(self, arguments, scope: Scope) -> Value:
        (value,) = self.arrays("ARRAY_LENGTH", arguments, scope, 1)
        return Value(f"CAST(len({value.sql}) AS BIGINT)", INT64)

    def call_array_reverse(self, arguments, scope: Scope) -> Value:
        (value,) = self.arrays("ARRAY_REVERSE", arguments, scope, 1)
        return Value(f"list_reverse({value.sql})", value.type)

    def call_array_first(self, arguments, scope: Scope) -> Value:
        return self.end_of("ARRAY_FIRST", arguments, scope, "1")

    def call_array_last(self, arguments, scope: Scope) -> Value:
        return self.end_of("ARRAY_LAST", arguments, scope, "-1")

    def end_of(self, name: str, arguments, scope: Scope, at: str) -> Value:
        (value,) = self.arrays(name, arguments, scope, 1)
        empty = f"error('{name} cannot get the {'first' if at == '1' else 'last'} element of an empty array')"
        return Value(f"CASE WHEN len({value.sql}) = 0 THEN {empty} ELSE {value.sql}[{at}] END", value.type.element)

    def call_array_concat(self, arguments, scope: Scope) -> Value:
        return self.array_concat([self.expression(each, scope) for each in arguments])

    def array_concat(self, values: list[Value]) -> Value:
        values, common = self.common("ARRAY_CONCAT", values)
        if common.kind != "ARRAY":
            raise QueryError(
                f"No matching signature for function ARRAY_CONCAT for argument types: {', '.join(str(each.type) for each in values)}"
            )
        nulls = " OR ".join(f"{each.sql} IS NULL" for each in values)
        joined = values[0].sql
        for each in values[1:]:
            joined = f"list_concat({joined}, {each.sql})"
        return Value(f"CASE WHEN {nulls} THEN NULL ELSE {joined} END", common)

    def arrays(self, name: str, arguments, scope: Scope, count: int) -> list[Value]:
        values = [self.expression(each, scope) for each in arguments]
        if len(values) != count or any(each.type.kind != "ARRAY" for each in values):
            raise QueryError(
                f"No matching signature for function {name} for argument types: {', '.join(str(each.type) for each in values)}"
            )
        return values

    def call_array_to_string(self, arguments, scope: Scope) -> Value:
        values = [self.expression(each, scope) for each in arguments]
        if (
            values
            and values[0].type.kind == "ARRAY"
            and values[0].type.element.kind not in ("STRING", "NULL", "ARRAY", "STRUCT", "BYTES")
        ):
            values[0] = self.cast_items(values[0], STRING)
        return self.call("ARRAY_TO_STRING", values)

    def cast_items(self, value: Value, wanted: Type) -> Value:
        item = self.fresh("v")
        inner = self.cast(Value(item, value.type.element), wanted)
        return Value(f"list_transform({value.sql}, lambda {item}: {inner.sql})", array(wanted))

    def generated(self, name: str, arguments, scope: Scope, kind: Type) -> Value:
        values = [self.expression(each, scope) for each in arguments[:2]]
        if len(arguments) == 2 and kind == DATE:
            return self.call("GENERATE_DATE_ARRAY", values)
        if len(arguments) != 3:
            raise QueryError(f"No matching signature for function {name}")
        amount, part = self.interval(arguments[2], added[kind.kind], scope)
        return self.call(f"${name}", [*values, amount, part])

    def call_generate_date_array(self, arguments, scope: Scope) -> Value:
        return self.generated("GENERATE_DATE_ARRAY", arguments, scope, DATE)

    def call_generate_timestamp_array(self, arguments, scope: Scope) -> Value:
        return self.generated("GENERATE_TIMESTAMP_ARRAY", arguments, scope, TIMESTAMP)

    def call_last_day(self, arguments, scope: Scope) -> Value:
        value = self.expression(arguments[0], scope)
        part = part_name(arguments[1]) if len(arguments) > 1 else "MONTH"
        return self.call("LAST_DAY", [value, part_of(part, parts["DATE"] - {"DAY"}, "LAST_DAY")])

    def call_grouping(self, arguments, scope: Scope) -> Value:
        if len(arguments) != 1:
            raise QueryError("No matching signature for function GROUPING")
        return Value(f"CAST(grouping({self.expression(arguments[0], scope).sql}) AS BIGINT)", INT64)

    def call_format(self, arguments, scope: Scope) -> Value:
        """The values are texts, and their types are beside them."""
        values = [self.expression(each, scope) for each in arguments]
        if not values or values[0].type.kind not in ("STRING", "NULL"):
            raise QueryError("No matching signature for function FORMAT")
        odd = [
            each.type.kind
            for each in values[1:]
            if each.type.kind
            not in ("INT64", "FLOAT64", "NUMERIC", "STRING", "BOOL", "DATE", "DATETIME", "TIMESTAMP", "TIME", "NULL")
        ]
        if odd:
            raise Unsupported(f"FORMAT of {odd[0]}")
        kinds = constant([each.type.kind for each in values[1:]], array(STRING)).sql
        texts = ", ".join(self.cast(each, STRING).sql for each in values[1:])
        return self.call(
            "$FORMAT", [values[0], Value(kinds, array(STRING)), Value(f"CAST([{texts}] AS VARCHAR[])", array(STRING))]
        )

    def call_datetime(self, arguments, scope: Scope) -> Value:
        return self.call("DATETIME", [self.expression(each, scope) for each in arguments])

    def call_error(self, arguments, scope: Scope) -> Value:
        value = self.wanted(self.expression(arguments[0], scope), STRING, "function ERROR")
        return Value(f"CAST(error({value.sql}) AS BIGINT)", NULL)

    def groups_of(self, node: exp.Expression, name: str) -> int:
        if not isinstance(node, (exp.RawString, exp.Literal)) or isinstance(node, exp.Literal) and not node.is_string:
            raise Unsupported(f"{name} with a pattern that is no literal")
        try:
            groups = re.compile(node.this).groups
        except re.error:
            raise QueryError(f"Cannot parse regular expression: {node.this}") from None
        if groups > 1:
            raise QueryError(f"Regular expression passed to {name} must not have more than one capturing group")
        return groups

    def call_regexp_extract(self, arguments, scope: Scope) -> Value:
        if len(arguments) != 2:
            raise Unsupported("REGEXP_EXTRACT with a position")
        group = self.groups_of(arguments[1], "REGEXP_EXTRACT")
        text, pattern = (
            self.wanted(self.expression(each, scope), STRING, "function REGEXP_EXTRACT").sql for each in arguments
        )
        return Value(
            f"CASE WHEN regexp_matches({text}, {pattern}) THEN regexp_extract({text}, {pattern}, {group}) END", STRING
        )

    call_regexp_substr = call_regexp_extract

    def call_regexp_extract_all(self, arguments, scope: Scope) -> Value:
        group = self.groups_of(arguments[1], "REGEXP_EXTRACT_ALL")
        text, pattern = (
            self.wanted(self.expression(each, scope), STRING, "function REGEXP_EXTRACT_ALL").sql for each in arguments
        )
        return Value(f"regexp_extract_all({text}, {pattern}, {group})", array(STRING))

    def routine(self, routine: dict, values: list[Value]) -> Value:
        """A function whose body is an SQL expression: its arguments are names in it."""
        takes = routine["arguments"]
        if len(values) != len(takes):
            raise QueryError(f"Number of arguments does not match for function {routine['name']}")
        given = []
        for value, (name, wanted) in zip(values, takes):
            given.append((name, self.wanted(value, wanted, f"function {routine['name']}") if wanted else value))
        if routine["body"].find(exp.Table):
            raise Unsupported("functions that read tables")
        if routine["name"] in self.within:
            raise QueryError(f"Function {routine['name']} refers to itself")
        self.within.append(routine["name"])
        result = self.expression(routine["body"], Scope(None, [Relation(None, given)]))
        self.within.pop()
        returns = routine.get("returns")
        return (
            self.wanted(result, returns, f"function {routine['name']}")
            if returns
            else replace(result, is_literal=False)
        )

    # ---- Aggregates and windows ----

    def on_window(self, node: exp.Window, scope: Scope) -> Value:
        handled(node, "this", "partition_by", "order", "spec", "alias", "over")
        over = self.over(node, scope)
        call, nulls = node.this, ""
        if isinstance(call, (exp.IgnoreNulls, exp.RespectNulls)):
            nulls = " IGNORE NULLS" if isinstance(call, exp.IgnoreNulls) else ""
            call = call.this
        if not isinstance(call, exp.Anonymous):
            raise Unsupported(f"{type(call).__name__.upper()} with OVER")
        name, arguments = call.name.upper(), call.expressions
        if name in aggregates:
            if nulls:
                raise Unsupported(f"IGNORE NULLS of {name} with OVER")
            return self.aggregate(name, arguments, scope, over)
        if name not in navigation:
            raise Unsupported(f"the function {name} with OVER")
        values = []
        for each in arguments:
            if isinstance(each, (exp.IgnoreNulls, exp.RespectNulls)):
                nulls = " IGNORE NULLS" if isinstance(each, exp.IgnoreNulls) else ""
                each = each.this
            if isinstance(each, (exp.Distinct, exp.Order, exp.Limit, exp.HavingMax)):
                raise Unsupported(f"{type(each).__name__.upper()} in {name}")
            values.append(self.expression(each, scope))
        framed = ("FIRST_VALUE", "LAST_VALUE", "NTH_VALUE")
        if name not in framed and re.search(r"\b(ROWS|RANGE) ", over):
            raise QueryError(f"Window framing clause is not allowed for analytic function {name.lower()}")
        if name in ("LAG", "LEAD") and any(each.find(exp.Column) for each in arguments[2:]):
            raise QueryError(f"The third argument (the default expression) to {name} must be constant")
        if name in ("PERCENTILE_CONT", "PERCENTILE_DISC"):
            return self.percentile(name, values, node, over)
        ranks = {
            "ROW_NUMBER": INT64,
            "RANK": INT64,
            "DENSE_RANK": INT64,
            "NTILE": INT64,
            "PERCENT_RANK": FLOAT64,
            "CUME_DIST": FLOAT64,
        }
        if name in ranks:
            given = ", ".join(each.sql for each in values)
            return Value(f"CAST({name.lower()}({given}) {over} AS {duck(ranks[name])})", ranks[name])
        if name in ("LAG", "LEAD"):
            default = [self.wanted(values[2], values[0].type, f"function {name}").sql] if len(values) > 2 else []
            offset = [self.wanted(values[1], INT64, f"function {name}").sql] if len(values) > 1 else []
            return Value(
                f"{name.lower()}({', '.join([values[0].sql, *offset, *default])}{nulls}) {over}", values[0].type
            )
        return Value(f"{name.lower()}({', '.join(each.sql for each in values)}{nulls}) {over}", values[0].type)

    def percentile(self, name: str, values: list[Value], node: exp.Window, over: str) -> Value:
        if node.args.get("order") or node.args.get("spec"):
            raise QueryError(f"Window ORDER BY is not allowed for analytic function {name}")
        if "NUMERIC" in (values[0].type.kind, values[1].type.kind):
            raise Unsupported(f"{name} of NUMERIC")
        if name == "PERCENTILE_CONT":
            value = self.wanted(values[0], FLOAT64, f"function {name}")
            text = f"quantile_cont({value.sql}, {self.wanted(values[1], FLOAT64, name).sql}) {over}"
            odd = (
                "error('The local Google Cloud does not run PERCENTILE_CONT of values that are not finite in queries.')"
            )
            return Value(f"CASE WHEN bool_or(NOT isfinite({value.sql})) {over} THEN {odd} ELSE {text} END", FLOAT64)
        if values[0].type.kind == "FLOAT64":
            raise Unsupported("PERCENTILE_DISC of FLOAT64")
        return Value(
            f"quantile_disc({values[0].sql}, {self.wanted(values[1], FLOAT64, name).sql}) {over}", values[0].type
        )

    def over(self, node: exp.Window, scope: Scope) -> str:
        named = node.args.get("alias")
        if named is not None:
            base = self.windows.get(named.name.lower())
            if base is None:
                raise QueryError(f"Unrecognized window alias {named.name}")
            handled(base, "this", "partition_by", "order", "spec")
            node = exp.Window(
                this=node.this,
                partition_by=[*(base.args.get("partition_by") or []), *(node.args.get("partition_by") or [])],
                order=node.args.get("order") or base.args.get("order"),
                spec=node.args.get("spec") or base.args.get("spec"),
            )
        clauses = []
        partition = node.args.get("partition_by") or []
        if partition:
            keys = [self.expression(each, scope) for each in partition]
            bad = [each.type for each in keys if not each.type.can_group or each.type.kind == "FLOAT64"]
            if any(each.kind == "FLOAT64" for each in bad):
                raise QueryError("Partitioning by expressions of type FLOAT64 is not allowed")
            if bad:
                raise Unsupported(f"PARTITION BY of values of type {bad[0].kind}")
            clauses.append(f"PARTITION BY {', '.join(each.sql for each in keys)}")
        order = node.args.get("order")
        if order:
            keys = []
            for each in order.expressions:
                value, nulls_first = self.order_key(each, scope, None)
                found = sort_keys(value, bool(each.args.get("desc")), nulls_first)
                keys += found
            clauses.append(f"ORDER BY {', '.join(keys)}")
        spec = node.args.get("spec")
        if spec:
            handled(spec, "kind", "start", "start_side", "end", "end_side")
            bounds = [self.bound(spec, side, scope) for side in ("start", "end") if spec.args.get(side)]
            if spec.args["kind"].upper() == "RANGE" and any(re.match(r"CAST", each) for each in bounds):
                raise Unsupported("RANGE with a number")
            text = f"BETWEEN {bounds[0]} AND {bounds[1]}" if len(bounds) == 2 else bounds[0]
            clauses.append(f"{spec.args['kind'].upper()} {text}")
        return f"OVER ({' '.join(clauses)})"

    def bound(self, spec: exp.WindowSpec, side: str, scope: Scope) -> str:
        value, direction = spec.args[side], spec.args.get(f"{side}_side") or ""
        if isinstance(value, str):
            return f"{value} {direction}".upper().strip()
        return f"{self.wanted(self.expression(value, scope), INT64, 'window frame').sql} {direction.upper()}"

    def aggregate(self, name: str, arguments: list[exp.Expression], scope: Scope, over: str) -> Value:
        distinct = order = limit = having = None
        ignores_nulls = False
        nodes = list(arguments)
        for at, each in enumerate(nodes):
            while isinstance(
                each, (exp.Distinct, exp.Order, exp.Limit, exp.IgnoreNulls, exp.RespectNulls, exp.HavingMax)
            ):
                if isinstance(each, exp.Limit):
                    limit, each = each.expression, each.this
                elif isinstance(each, exp.Order):
                    order, each = each, each.this
                elif isinstance(each, exp.HavingMax):
                    having, each = each, each.this
                elif isinstance(each, exp.Distinct):
                    distinct = True
                    if len(each.expressions) > 1:
                        nodes = [*each.expressions, *nodes[at + 1 :]]
                        each = nodes[0]
                    else:
                        each = each.expressions[0]
                else:
                    ignores_nulls, each = isinstance(each, exp.IgnoreNulls), each.this
            nodes[at] = each
        suffix = f" {over}" if over else ""
        if name == "COUNT" and len(nodes) == 1 and isinstance(nodes[0], exp.Star):
            if distinct:
                raise QueryError("COUNT(*) cannot be used with DISTINCT")
            if having or order or limit:
                raise Unsupported("HAVING, ORDER BY or LIMIT in COUNT(*)")
            return Value(f"count(*){suffix}", INT64)
        values = [self.expression(each, scope) for each in nodes]
        if not values:
            raise QueryError(f"No matching signature for aggregate function {name} with no arguments")
        value = values[0]
        word = "DISTINCT " if distinct else ""
        if distinct and value.type.kind == "FLOAT64":
            # DuckDB knows several values of NaN.
            value = values[0] = replace(value, sql=f"bq_plain_float({value.sql})")
        if distinct and not value.type.can_group:
            raise Unsupported(f"DISTINCT of values of type {value.type.kind}")
        if having:
            if name != "ANY_VALUE" or over:
                raise Unsupported(f"HAVING MAX in {name}")
            by = self.expression(having.expression, scope)
            return self.at_extreme(value, by, bool(having.args.get("max")))
        if (order or limit) and name not in ("ARRAY_AGG", "STRING_AGG", "ARRAY_CONCAT_AGG"):
            raise QueryError(f"ORDER BY and LIMIT are not allowed in {name}")
        if ignores_nulls and name not in ("ARRAY_AGG",):
            raise QueryError(f"IGNORE NULLS is not allowed in {name}")
        sorting = ""
        if order:
            if distinct and any(self.expression(each.this, scope).sql != value.sql for each in order.expressions):
                raise QueryError(
                    "An aggregate function that has both DISTINCT and ORDER BY arguments can only ORDER BY columns that are arguments to the function"
                )
            keys = []
            for each in order.expressions:
                key, nulls_first = self.order_key(each, scope, None)
                if distinct and key.type.kind == "FLOAT64":
                    raise Unsupported("DISTINCT with ORDER BY of floats")
                keys += sort_keys(key, bool(each.args.get("desc")), nulls_first)
            sorting = f" ORDER BY {', '.join(keys)}"
        method = getattr(self, f"agg_{name.lower()}", None)
        if method:
            return method(values, word, sorting, limit, ignores_nulls, suffix, scope)
        return self.simple_aggregate(name, values, word, suffix)

    def simple_aggregate(self, name: str, values: list[Value], word: str, suffix: str) -> Value:
        value = values[0]
        if name == "COUNT":
            return Value(f"count({word}{value.sql}){suffix}", INT64)
        if name == "APPROX_COUNT_DISTINCT":
            return Value(f"count(DISTINCT {value.sql}){suffix}", INT64)
        if name == "COUNTIF":
            if word:
                raise Unsupported("DISTINCT in COUNTIF")
            return Value(
                f"count(CASE WHEN {self.wanted(value, BOOL, 'aggregate function COUNTIF').sql} THEN 1 END){suffix}",
                INT64,
            )
        if name in ("LOGICAL_AND", "LOGICAL_OR"):
            value = self.wanted(value, BOOL, f"aggregate function {name}")
            return Value(f"bool_{name[8:].lower()}({value.sql}){suffix}", BOOL)
        if name in ("BIT_AND", "BIT_OR", "BIT_XOR"):
            value = self.wanted(value, INT64, f"aggregate function {name}")
            return Value(f"{name.lower()}({word}{value.sql}){suffix}", INT64)
        if name == "ANY_VALUE":
            return Value(f"any_value({value.sql}){suffix}", value.type)
        if name in ("MIN", "MAX"):
            if not value.type.can_order:
                raise QueryError(f"{name} is not defined for arguments of type {value.type}")
            text = f"{name.lower()}({value.sql}){suffix}"
            if value.type.kind == "FLOAT64":
                text = f"CASE WHEN coalesce(bool_or(isnan({value.sql})){suffix}, false) THEN CAST('nan' AS DOUBLE) ELSE {text} END"
            return Value(text, value.type)
        if name in ("MAX_BY", "MIN_BY"):
            if suffix:
                raise Unsupported(f"{name} with OVER")
            return self.at_extreme(values[0], values[1], name == "MAX_BY")
        numbers = (
            value
            if value.type.is_numeric
            else self.wanted(value, FLOAT64, f"aggregate function {name}")
            if value.type.kind == "NULL"
            else None
        )
        if numbers is None:
            raise QueryError(f"No matching signature for aggregate function {name} for argument types: {value.type}")
        if name == "SUM":
            total = f"sum({word}{numbers.sql}){suffix}"
            if numbers.type.kind == "FLOAT64":
                return Value(unless_overflow(total, numbers.sql, suffix), FLOAT64)
            return Value(f"CAST({total} AS {duck(numbers.type)})", numbers.type)
        if name == "AVG":
            if numbers.type.kind == "NUMERIC":
                parts_of = [
                    f"sum({word}{numbers.sql}){suffix}",
                    f"CAST(nullif(count({word}{numbers.sql}){suffix}, 0) AS DECIMAL(38,9))",
                ]
                return self.call("$DIV", [Value(each, NUMERIC) for each in parts_of])
            double = self.coerced(numbers, FLOAT64).sql
            return Value(unless_overflow(f"avg({word}{double}){suffix}", double, suffix), FLOAT64)
        if numbers.type.kind == "NUMERIC":
            raise Unsupported(f"{name} with values of type NUMERIC")
        doubles = [self.wanted(each, FLOAT64, f"aggregate function {name}").sql for each in values]
        plain = {"STDDEV": "stddev_samp", "VARIANCE": "var_samp"}.get(name, name.lower())
        if len(doubles) != (2 if name in ("CORR", "COVAR_POP", "COVAR_SAMP") else 1):
            raise QueryError(f"No matching signature for aggregate function {name}")
        least = 1 if plain.endswith("_pop") else 2
        odd = " OR ".join(f"NOT isfinite({each})" for each in doubles)
        several = " AND ".join(f"{each} IS NOT NULL" for each in doubles)
        few = f"count(CASE WHEN {several} THEN 1 END){suffix} < {least}"
        nan = f"bool_or(CASE WHEN {several} THEN {odd} END){suffix}"
        text = f"{plain}({word}{', '.join(doubles)}){suffix}"
        large = " OR ".join(f"abs({each}) > 1e150" for each in doubles)
        text = f"CASE WHEN bool_or({large}){suffix} THEN bq_large() ELSE {text} END"
        return Value(f"CASE WHEN {few} THEN NULL WHEN {nan} THEN CAST('nan' AS DOUBLE) ELSE {text} END", FLOAT64)

    def at_extreme(self, value: Value, by: Value, is_max: bool) -> Value:
        if not by.type.can_order or by.type.kind == "FLOAT64":
            raise Unsupported(f"the greatest or least value by a value of type {by.type.kind}")
        packed = "{v: " + value.sql + "}"
        return Value(f"struct_extract(arg_{'max' if is_max else 'min'}({packed}, {by.sql}), 'v')", value.type)

    def agg_array_agg(self, values, word, sorting, limit, ignores_nulls, suffix, scope) -> Value:
        value = values[0]
        if value.type.kind == "ARRAY":
            raise QueryError("The argument to ARRAY_AGG must not be an array type but was " + str(value.type))
        kept = f" FILTER (WHERE {value.sql} IS NOT NULL)" if ignores_nulls else ""
        text = f"list({word}{value.sql}{sorting}){kept}{suffix}"
        return Value(self.sliced(text, limit), array(value.type))

    def agg_array_concat_agg(self, values, word, sorting, limit, ignores_nulls, suffix, scope) -> Value:
        value = values[0]
        if value.type.kind != "ARRAY" or word or suffix:
            raise QueryError(
                f"No matching signature for aggregate function ARRAY_CONCAT_AGG for argument types: {value.type}"
            )
        kept = f" FILTER (WHERE {value.sql} IS NOT NULL)"
        return Value(f"flatten({self.sliced(f'list({value.sql}{sorting}){kept}', limit)})", value.type)

    def agg_string_agg(self, values, word, sorting, limit, ignores_nulls, suffix, scope) -> Value:
        value = values[0]
        if value.type.kind not in ("STRING", "NULL"):
            raise (
                Unsupported(f"STRING_AGG of {value.type.kind}")
                if value.type == BYTES
                else QueryError(
                    f"No matching signature for aggregate function STRING_AGG for argument types: {value.type}"
                )
            )
        if len(values) > 1 and values[1].sql == "NULL":
            raise QueryError("Argument 2 to STRING_AGG must be non-NULL")
        by = self.wanted(values[1], STRING, "aggregate function STRING_AGG").sql if len(values) > 1 else "','"
        text = self.coerced(value, STRING).sql
        if limit is None:
            return Value(f"string_agg({word}{text}, {by}{sorting}){suffix}", STRING)
        items = self.sliced(f"list({word}{text}{sorting}) FILTER (WHERE {text} IS NOT NULL){suffix}", limit)
        return Value(f"array_to_string({items}, {by})", STRING)

    def sliced(self, text: str, limit: exp.Expression | None) -> str:
        if limit is None:
            return text
        if not isinstance(limit, exp.Literal) or limit.is_string:
            raise Unsupported("LIMIT of an aggregate that is no literal")
        return f"list_slice({text}, 1, {int(limit.this)})"

    def fresh(self, letter: str) -> str:
        self.count += 1
        return f"{letter}{self.count}"


# ---- What several parts use ----


def handled(node: exp.Expression, *names: str) -> None:
    """Refuses parts of a clause that are not translated."""
    for name, value in node.args.items():
        if value not in (None, False, [], "") and name not in names:
            clause = type(node).__name__.upper()
            raise Unsupported(f"{name.rstrip('_').upper()} of {clause}")


def unless_overflow(total: str, value: str, suffix: str) -> str:
    return f"CASE WHEN isinf({total}) AND NOT bool_or(isinf({value})){suffix} THEN error('double overflow') ELSE {total} END"


def refuse_null(value: Value, operator: str) -> None:
    if value.sql == "NULL":
        raise QueryError(f"Operands of {operator} cannot be literal NULL")


def constant(value, type: Type) -> Value:
    if value is None:
        return Value(f"CAST(NULL AS {duck(type)})", type, True)
    match type.kind:
        case "STRING":
            text = "'" + value.replace("'", "''") + "'"
            if "\0" in value:
                raise Unsupported("strings with the character 0")
            return Value(text, type, True)
        case "BYTES":
            return Value("CAST('" + "".join(f"\\x{each:02X}" for each in value) + "' AS BLOB)", type, True)
        case "BOOL":
            return Value("true" if value else "false", type, True)
        case "FLOAT64":
            return Value(f"CAST('{value!r}' AS DOUBLE)", type, True)
        case "ARRAY":
            items = ", ".join(constant(each, type.element).sql for each in value)
            return Value(f"CAST([{items}] AS {duck(type)})", type, True)
        case "STRUCT":
            items = ", ".join(f"f{i}: {constant(value[f'f{i}'], of).sql}" for i, (_, of) in enumerate(type.fields))
            return Value("{" + items + "}", type, True)
        case "TIMESTAMP" | "DATETIME":
            return Value(f"CAST('{value.isoformat(sep=' ')}' AS TIMESTAMP)", type, True)
        case _:
            return Value(f"CAST('{value}' AS {duck(type)})", type, True)


def applied(signature: Signature, given: list[str]) -> str:
    if signature.call:
        text = f"{signature.id}({', '.join(given)})"
        return f"CAST({text} AS DOUBLE)" if signature.gives_text else text
    return signature.sql.format(*given)


literal_targets = {"DATE", "DATETIME", "TIME", "TIMESTAMP"}


def cost(value: Value, wanted: Type) -> int | None:
    """How far a value is from a type; None if it cannot be coerced."""
    of = value.type
    if of == wanted or of.kind == "NULL":
        return 0
    if of.kind in ladder and wanted.kind in ladder:
        if ladder.index(of.kind) < ladder.index(wanted.kind):
            # Integers are rather floats than NUMERIC: "1 / 2" and "ROUND(1)" are FLOAT64.
            return 2 if (of.kind, wanted.kind) == ("INT64", "NUMERIC") else 1
        return 3 if value.is_literal and of.kind == "FLOAT64" and wanted.kind == "NUMERIC" else None
    if value.is_literal and of.kind == "STRING" and wanted.kind in literal_targets:
        return 2
    if of.kind == "DATE" and wanted.kind == "DATETIME":
        return 1
    if of.kind == "ARRAY" and wanted.kind == "ARRAY":
        if of.element.kind == "NULL":
            return 0
        return cost(Value("", of.element, True), wanted.element) if value.is_literal else None
    if of.kind == "STRUCT" and wanted.kind == "STRUCT" and len(of.fields) == len(wanted.fields):
        costs = [cost(Value("", a, value.is_literal), b) for (_, a), (_, b) in zip(of.fields, wanted.fields)]
        return None if None in costs else sum(costs)
    return None


def coercible(value: Value, wanted: Type) -> bool:
    return cost(value, wanted) is not None


def supertype(values: list[Value]) -> Type | None:
    """The type to which all can be coerced."""
    known = [each for each in values if each.type.kind != "NULL"]
    if not known:
        return NULL
    firm = [each for each in known if not each.is_literal] or known
    if all(each.type.is_numeric for each in known):
        highest = max((each.type for each in firm), key=lambda each: ladder.index(each.kind))
        if all(coercible(each, highest) for each in known):
            return highest
        return max((each.type for each in known), key=lambda each: ladder.index(each.kind))
    candidates = list(dict.fromkeys(each.type for each in [*firm, *known]))
    best = None
    for each in candidates:
        costs = [cost(value, each) for value in known]
        if None not in costs and (best is None or sum(costs) < best[0]):
            best = (sum(costs), each)
    return best and best[1]


def sort_keys(value: Value, desc: bool, nulls_first: bool) -> list[str]:
    direction = "DESC" if desc else "ASC"
    if value.type.kind != "FLOAT64":
        return [f"{value.sql} {direction} NULLS {'FIRST' if nulls_first else 'LAST'}"]
    # NaN is less than all numbers.
    rank = f"CASE WHEN {value.sql} IS NULL THEN {0 if nulls_first else 3} WHEN isnan({value.sql}) THEN {2 if desc else 1} ELSE {1 if desc else 2} END"
    return [f"{rank} ASC", f"{value.sql} {direction}"]


def star_columns(relation: Relation) -> list[tuple[str | None, Value]]:
    return relation.columns


def value_columns(value: Value) -> list[tuple[str | None, Value]]:
    """The columns of a table of values: the fields of structs."""
    if value.type.kind != "STRUCT":
        return [(None, value)]
    return [
        (name or None, Value(f"struct_extract({value.sql}, 'f{i}')", of))
        for i, (name, of) in enumerate(value.type.fields)
    ]


def column_names(node: exp.Expression) -> list[str] | None:
    """The names of a path, if it consists of names."""
    if isinstance(node, exp.Column):
        names = [node.args.get(name) for name in ("catalog", "db", "table", "this")]
        return [each.name if not isinstance(each, exp.Star) else "*" for each in names if each is not None]
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier):
        before = column_names(node.this)
        return before and [*before, node.expression.name]
    return [node.name] if isinstance(node, exp.Identifier) else None


def path_column(names: list[str]) -> exp.Expression:
    node: exp.Expression = exp.Column(this=exp.to_identifier(names[1]), table=exp.to_identifier(names[0]))
    for name in names[2:]:
        node = exp.Dot(this=node, expression=exp.to_identifier(name))
    return node


def implied_name(node: exp.Expression) -> str | None:
    """The name of a column without an alias: the last name of a path."""
    if isinstance(node, exp.Paren):
        return None
    names = column_names(node)
    if names:
        return names[-1]
    return node.expression.name if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Identifier) else None


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


type_names = {
    "BIGINT": INT64,
    "INT": INT64,
    "SMALLINT": INT64,
    "TINYINT": INT64,
    "DOUBLE": FLOAT64,
    "DECIMAL": NUMERIC,
    "BOOLEAN": BOOL,
    "TEXT": STRING,
    "BINARY": BYTES,
    "VARBINARY": BYTES,
    "DATE": DATE,
    "DATETIME": DATETIME,
    "TIMESTAMP": DATETIME,
    "TIMESTAMPTZ": TIMESTAMP,
    "TIME": TIME,
}


def type_of(node: exp.DataType) -> Type:
    handled(node, "this", "expressions", "nested", "kind", "prefix")
    name = node.this.name if hasattr(node.this, "name") else str(node.this)
    if name == "ARRAY" and len(node.expressions) == 1:
        return array(type_of(node.expressions[0]))
    if name == "STRUCT":
        return struct(
            *(
                (each.name, type_of(each.args["kind"])) if isinstance(each, exp.ColumnDef) else ("", type_of(each))
                for each in node.expressions
            )
        )
    if name not in type_names:
        raise Unsupported(f"the type {name}")
    if node.expressions:
        raise Unsupported("types with a length or a precision")
    return type_names[name]


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
