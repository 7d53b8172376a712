"""Values, their coercion and their order."""

from __future__ import annotations

from .scope import Value
from .signatures import Signature
from .sqltypes import NULL, QueryError, Type, Unsupported, duck, ladder


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


def value_columns(value: Value) -> list[tuple[str | None, Value]]:
    """The columns of a table of values: the fields of structs."""
    if value.type.kind != "STRUCT":
        return [(None, value)]
    return [
        (name or None, Value(f"struct_extract({value.sql}, 'f{i}')", of))
        for i, (name, of) in enumerate(value.type.fields)
    ]
