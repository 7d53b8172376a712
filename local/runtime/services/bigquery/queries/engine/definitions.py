"""Statements that create and drop tables and views.

https://cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language
"""

from __future__ import annotations

import re

from sqlglot import exp

from .parser import handled, type_of
from .sqltypes import QueryError, Unsupported, column_of
from .statements import names_of, target_of
from .tables import named_columns, table_key


class Definitions:
    """Statements that create and drop tables and views."""

    def run_create_table_as_select(self) -> dict:
        answer = self.result(self.compiler.query(self.node.expression))
        declared = self.declared()
        if declared:
            raise Unsupported("columns with AS SELECT")
        return {**self.creation(), **answer}

    def run_create_table(self) -> dict:
        columns = self.declared()
        if not columns:
            raise QueryError("CREATE TABLE needs columns or a query")
        return {**self.creation(), "columns": columns, "rows": [], "bytes": 0}

    def creation(self) -> dict:
        node = self.node
        handled(
            node, "this", "kind", "replace", "exists", "expression", "properties", "concurrently", "unique", "refresh"
        )
        more = {}
        for each in node.args["properties"].expressions if node.args.get("properties") else []:
            if isinstance(each, exp.PartitionedByProperty):
                more["partition"] = partition_of(each.this)
            elif isinstance(each, exp.ClusterProperty):
                more["clustering"] = [column.name for column in each.expressions]
            else:
                raise Unsupported(f"{each.name or type(each).__name__} of CREATE")
        return {
            "target": table_key(names_of(target_of(node)), self.request["project"], self.request.get("dataset")),
            "replace": bool(node.args.get("replace")),
            "ifNotExists": bool(node.args.get("exists")),
            **more,
        }

    def declared(self) -> list[dict]:
        if not isinstance(self.node.this, exp.Schema):
            return []
        columns = []
        for each in self.node.this.expressions:
            if not isinstance(each, exp.ColumnDef):
                raise Unsupported("constraints of tables")
            column = column_of(each.name, type_of(each.args["kind"]))
            for constraint in each.args.get("constraints") or []:
                if not isinstance(constraint.args["kind"], exp.NotNullColumnConstraint):
                    raise Unsupported("options of columns")
                column["mode"] = "REQUIRED"
            columns.append(column)
        return columns

    def run_create_view(self) -> dict:
        query = self.compiler.query(self.node.expression)
        columns, text = named_columns(query, self.compiler.fresh)
        self.request["dryRun"] = True
        self.fetch(text)
        if isinstance(self.node.this, exp.Schema):
            raise Unsupported("columns of views")
        found = re.search(r"\bAS\b\s*(.*)$", self.request["sql"], re.IGNORECASE | re.DOTALL)
        return {
            **self.creation(),
            "view": found[1].rstrip().rstrip(";"),
            "columns": [column_of(name, of) for name, of in columns],
            "bytes": 0,
        }

    def dropped(self) -> dict:
        handled(self.node, "tables", "kind", "exists")
        return {
            "ifExists": bool(self.node.args.get("exists")),
            "target": table_key(names_of(target_of(self.node)), self.request["project"], self.request.get("dataset")),
            "bytes": 0,
        }

    run_drop_table = dropped
    run_drop_view = dropped


def partition_of(node: exp.Expression) -> dict:
    """DATE(column), a column, or TIMESTAMP_TRUNC(column, HOUR) …"""
    if isinstance(node, exp.Column):
        return {"field": node.name, "type": "DAY"}
    if isinstance(node, exp.Anonymous) and node.name.upper() == "DATE" and len(node.expressions) == 1:
        return {"field": node.expressions[0].name, "type": "DAY"}
    if (
        isinstance(node, exp.Anonymous)
        and re.fullmatch(r"(DATE|DATETIME|TIMESTAMP)_TRUNC", node.name.upper())
        and len(node.expressions) == 2
    ):
        return {"field": node.expressions[0].name, "type": node.expressions[1].name.upper()}
    raise Unsupported("this form of PARTITION BY")
