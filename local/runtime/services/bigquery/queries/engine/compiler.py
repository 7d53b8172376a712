"""Translates queries of GoogleSQL to SQL of DuckDB. What has no translation here is refused with its name.

https://cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax
"""

from __future__ import annotations

from datetime import datetime, timezone

from sqlglot import exp

from .aggregates import Aggregates
from .calls import Calls
from .coercions import Coercions
from .expressions import Expressions
from .queries import Queries
from .sources import Sources
from .tables import Table


class Compiler(Queries, Sources, Expressions, Coercions, Calls, Aggregates):
    """A translation, which remembers what it reads."""

    def __init__(
        self,
        tables: dict[str, Table],
        routines: dict[str, dict],
        parameters: list[dict],
        project: str,
        dataset: str | None,
        is_ascii: bool,
    ):
        self.is_ascii = is_ascii
        self.volatile_names: set[str] = set()
        # The named windows of the present SELECT.
        self.windows: dict[str, exp.Window] = {}
        self.tables = tables
        self.routines = routines
        self.parameters = parameters
        self.project = project
        self.dataset = dataset
        self.count = 0
        self.positional = 0
        # Table keys, by the names that DuckDB has for them, and the columns that are read.
        self.used: dict[str, str] = {}
        self.read: dict[str, set[int]] = {}
        self.filtered: set[tuple[str, int]] = set()
        self.is_filter = False
        self.now = datetime.now(timezone.utc).replace(tzinfo=None)
        self.within: list[str] = []
