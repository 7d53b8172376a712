"""The functions of GoogleSQL that run, with their macros.

https://cloud.google.com/bigquery/docs/reference/standard-sql/functions-all
"""

from __future__ import annotations

import inspect
from typing import Callable

from . import arithmetic, arrays, conversions, documents, texts, times  # noqa: F401  (each adds its signatures)
from .conversions import casts
from .signatures import Signature, signatures
from .sqltypes import duck

macros = """
CREATE MACRO bq_finite(result, a, b) AS
    CASE WHEN isinf(result) AND isfinite(a) AND isfinite(b) THEN error('double overflow') ELSE result END;
CREATE MACRO bq_plain_float(x) AS CASE WHEN isnan(x) THEN CAST('nan' AS DOUBLE) WHEN x = 0 THEN CAST(0 AS DOUBLE) ELSE x END;
CREATE MACRO bq_large() AS
    CAST(error('The local Google Cloud does not run statistics of numbers of this size in queries.') AS DOUBLE);
CREATE MACRO bq_divide(a, b) AS
    CASE WHEN b = 0 THEN error('division by zero: ' || bq_cast_string_float64(a) || ' / ' || bq_cast_string_float64(b))
    ELSE bq_finite(a / b, a, b) END;
CREATE MACRO bq_div(a, b) AS CASE WHEN b = 0 THEN error('division by zero: ' || a || ' / ' || b) ELSE a // b END;
CREATE MACRO bq_mod(a, b) AS CASE WHEN b = 0 THEN error('division by zero: MOD(' || a || ', ' || b || ')') ELSE a % b END;
CREATE MACRO bq_float_eq(a, b) AS
    CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN isnan(a) OR isnan(b) THEN false ELSE a = b END;
CREATE MACRO bq_float_lt(a, b) AS
    CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN isnan(a) OR isnan(b) THEN false ELSE a < b END;
CREATE MACRO bq_float_le(a, b) AS
    CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN isnan(a) OR isnan(b) THEN false ELSE a <= b END;
"""


def install(connection) -> None:
    """Adds the macros and the functions of Python to DuckDB."""
    everything = [each for group in signatures.values() for each in group] + list(casts.values())
    for each in everything:
        if each.call:
            connection.create_function(
                each.id,
                strict(each),
                [duck(of) for of in each.takes],
                "VARCHAR" if each.gives_text else duck(each.gives),
                null_handling="special",
                side_effects=not each.is_stable,
            )
    connection.execute(macros)


def strict(signature: Signature) -> Callable:
    """The function with as many parameters as its signature has; it gives NULL if an argument is NULL."""

    def run(*values):
        result = None if any(value is None for value in values) else signature.call(*values)
        return repr(result) if signature.gives_text and result is not None else result

    # DuckDB reads the number of parameters.
    run.__signature__ = inspect.Signature(
        [inspect.Parameter(f"a{i}", inspect.Parameter.POSITIONAL_OR_KEYWORD) for i in range(len(signature.takes))]
    )
    return run
