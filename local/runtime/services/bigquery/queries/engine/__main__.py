"""Answers requests for queries: one JSON text a line, from the standard input to the standard output."""

from __future__ import annotations

import json
import re
import sys
import traceback

import duckdb

from .runner import Runner
from .sqltypes import QueryError, Unsupported
from .statements import references


def message_of(error: Exception) -> QueryError:
    """An error of DuckDB in BigQuery's words; what DuckDB does not run is not supported here."""
    text = str(error)
    raised = re.search(r"executing the UDF: \w+: (.*?)(?:\n\n|$)", text, re.DOTALL)
    if raised:
        return (
            QueryError(raised[1].strip())
            if "does not run" not in raised[1]
            else QueryError(raised[1].strip(), "notImplemented")
        )
    overflow = re.search(r"Overflow in (?:addition|subtraction|multiplication) of INT64 \((.*)\)", text)
    if overflow:
        return QueryError(f"int64 overflow: {overflow[1]}")
    if "INT128" in text and "out of range" in text:
        return QueryError("int64 overflow in SUM")
    if "More than one row returned by a subquery" in text:
        return QueryError("Scalar subquery produced more than one element")
    if "must appear in the GROUP BY clause" in text:
        return QueryError("An expression references a column which is neither grouped nor aggregated")
    if isinstance(error, duckdb.InvalidInputException) and text.startswith("Invalid Input Error: "):
        message = text.removeprefix("Invalid Input Error: ").splitlines()[0]
        return QueryError(message, "notImplemented" if "does not run" in message else "invalidQuery")
    return Unsupported(f"this part of GoogleSQL ({text.splitlines()[0]})")


def answer(request: dict) -> dict:
    try:
        return references(request) if request["kind"] == "references" else Runner(request).run()
    except QueryError as error:
        return {"error": {"message": str(error), "reason": error.reason}}
    except duckdb.Error as error:
        mapped = message_of(error)
        return {"error": {"message": str(mapped), "reason": mapped.reason}}
    except ValueError as error:
        return {"error": {"message": str(error), "reason": "invalidQuery"}}
    except RecursionError:
        return {"error": {"message": "The query is too large.", "reason": "resourcesExceeded"}}
    except Exception as error:
        traceback.print_exc()
        mapped = Unsupported(f"this part of GoogleSQL ({type(error).__name__}: {error})")
        return {"error": {"message": str(mapped), "reason": mapped.reason}}


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"id": request["id"], **answer(request)}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
