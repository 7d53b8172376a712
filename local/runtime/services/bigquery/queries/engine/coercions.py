"""Comparisons, and values as of other types."""

from __future__ import annotations

from dataclasses import replace

from .scope import Value
from .sqltypes import BOOL, QueryError, Type, duck
from .values import coercible, supertype


class Coercions:
    """Comparisons, and values as of other types."""

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
