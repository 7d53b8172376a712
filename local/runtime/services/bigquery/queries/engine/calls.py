"""Calls of functions."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlglot import exp

from .aggregates import aggregates, navigation
from .functions import signatures
from .parts import added, part_name, part_of, parts
from .scope import Relation, Scope, Value
from .signatures import Signature
from .sqltypes import (
    DATE,
    INT64,
    NULL,
    STRING,
    TIMESTAMP,
    QueryError,
    Type,
    Unsupported,
    array,
)
from .values import applied, constant, cost, supertype

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
volatile = {"RAND", "GENERATE_UUID"}


class Calls:
    """Calls of functions."""

    def on_safefunc(self, node: exp.SafeFunc, scope: Scope) -> Value:
        inner = node.this
        if isinstance(inner, exp.Anonymous) and inner.name.upper() in aggregates | navigation:
            raise Unsupported(f"SAFE.{inner.name.upper()}")
        value = self.expression(inner, scope)
        return replace(value, sql=f"TRY({value.sql})", is_literal=False)

    def on_anonymous(self, node: exp.Anonymous, scope: Scope) -> Value:
        if isinstance(node.this, exp.Identifier):
            return self.qualified_call(node.this.name.split("."), node.expressions, scope)
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
