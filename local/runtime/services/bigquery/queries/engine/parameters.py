"""Parameters of queries, and deployed and temporary functions."""

from __future__ import annotations

from sqlglot import exp

from . import conversions, dates
from .parser import GoogleSql, handled, type_of
from .sqltypes import (
    Type,
    Unsupported,
    array,
    schema_names,
    stored,
    struct,
    type_of_column,
)


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
    text = given.get("value")
    if text is None:
        return None
    match of.kind:
        case "INT64":
            return conversions.integer_of(text)
        case "FLOAT64":
            return conversions.float_of(text)
        case "BOOL":
            return conversions.boolean_of(text)
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
