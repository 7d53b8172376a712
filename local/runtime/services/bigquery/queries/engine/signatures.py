"""The signatures of functions, by name: each has SQL of DuckDB or a function of Python."""

from __future__ import annotations

import decimal
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Callable

from .sqltypes import FLOAT64, Type

# Arithmetic of NUMERIC: 38 digits, nine of them after the point.
wide = Context(prec=120, rounding=ROUND_HALF_UP)
# Operators use the context of their thread; new threads have a copy of the default.
decimal.DefaultContext.prec, decimal.DefaultContext.rounding = 120, ROUND_HALF_UP
decimal.setcontext(wide.copy())
nine = Decimal("1e-9")
largest = Decimal("99999999999999999999999999999.999999999")


def numeric(value: Decimal, shown: str = "") -> Decimal:
    rounded = value.quantize(nine, context=wide)
    if abs(rounded) > largest:
        raise ValueError(f"numeric overflow{': ' + shown if shown else ''}")
    return rounded


@dataclass(frozen=True)
class Signature:
    name: str
    takes: tuple[Type, ...]
    gives: Type
    # SQL with {0}, {1}, … or a function of Python.
    sql: str | None
    call: Callable | None = None
    is_variadic: bool = False
    is_stable: bool = True

    @property
    def gives_text(self) -> bool:
        """Whether its results are texts: DuckDB takes a NaN of Python for NULL."""
        return self.call is not None and self.gives == FLOAT64

    @property
    def id(self) -> str:
        parts = [self.name, *map(str, self.takes)]
        return "bq_" + "_".join(re.sub(r"\W+", "_", each).lower() for each in parts)


signatures: dict[str, list[Signature]] = {}


def sql(name: str, takes: list[Type], gives: Type, text: str, **more) -> None:
    for each in name.split():
        signatures.setdefault(each, []).append(Signature(each, tuple(takes), gives, text, **more))


def python(name: str, takes: list[Type], gives: Type, call: Callable, **more) -> None:
    for each in name.split():
        signatures.setdefault(each, []).append(Signature(each, tuple(takes), gives, None, call, **more))
