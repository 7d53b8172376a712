"""Expressions: operators, literals, paths and subqueries."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlglot import exp

from .calls import shown_operators
from .conversions import casts, numeric_of
from .parser import column_names, handled, implied_name, type_of
from .parts import added, part_name, part_of, parts
from .scope import Scope, Value, access
from .sqltypes import (
    BOOL,
    BYTES,
    FLOAT64,
    INT64,
    NULL,
    NUMERIC,
    STRING,
    QueryError,
    Type,
    Unsupported,
    array,
    duck,
    struct,
)
from .tables import namespaces, shown_key, table_key
from .values import applied, coercible, constant, refuse_null, supertype

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


class Expressions:
    """Expressions: operators, literals, paths and subqueries."""

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
