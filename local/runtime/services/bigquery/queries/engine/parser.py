"""Reads GoogleSQL with sqlglot."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.dialects.bigquery import BigQuery
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.bigquery import BigQueryParser

from .sqltypes import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    FLOAT64,
    INT64,
    NUMERIC,
    STRING,
    TIME,
    TIMESTAMP,
    QueryError,
    Type,
    Unsupported,
    array,
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


def handled(node: exp.Expression, *names: str) -> None:
    """Refuses parts of a clause that are not translated."""
    for name, value in node.args.items():
        if value not in (None, False, [], "") and name not in names:
            clause = type(node).__name__.upper()
            raise Unsupported(f"{name.rstrip('_').upper()} of {clause}")


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
