"""Aggregates and windows."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlglot import exp

from .parser import handled
from .scope import Scope, Value
from .sqltypes import (
    BOOL,
    BYTES,
    FLOAT64,
    INT64,
    NUMERIC,
    STRING,
    QueryError,
    Unsupported,
    array,
    duck,
)
from .values import sort_keys, unless_overflow

aggregates = set(
    "COUNT COUNTIF SUM AVG MIN MAX ANY_VALUE ARRAY_AGG ARRAY_CONCAT_AGG STRING_AGG LOGICAL_AND LOGICAL_OR BIT_AND BIT_OR BIT_XOR "
    "STDDEV STDDEV_SAMP STDDEV_POP VARIANCE VAR_SAMP VAR_POP CORR COVAR_POP COVAR_SAMP APPROX_COUNT_DISTINCT MAX_BY MIN_BY".split()
)
navigation = set(
    "FIRST_VALUE LAST_VALUE NTH_VALUE LAG LEAD ROW_NUMBER RANK DENSE_RANK PERCENT_RANK CUME_DIST NTILE PERCENTILE_CONT PERCENTILE_DISC".split()
)


class Aggregates:
    """Aggregates and windows."""

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
