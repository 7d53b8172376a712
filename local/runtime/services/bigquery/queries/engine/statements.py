"""Statements: what they name and change.

https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax
"""

from __future__ import annotations

from sqlglot import exp

from .parser import column_names, parse
from .sqltypes import QueryError, Unsupported
from .tables import namespaces, table_key

kinds = {
    exp.Insert: "INSERT",
    exp.Update: "UPDATE",
    exp.Delete: "DELETE",
    exp.Merge: "MERGE",
    exp.TruncateTable: "TRUNCATE_TABLE",
}


def statement_of(text: str) -> tuple[exp.Expression, list[exp.Create]]:
    """The statement, and the temporary functions before it."""
    nodes = parse(text)
    temporary = []
    while len(nodes) > 1 and isinstance(nodes[0], exp.Create) and nodes[0].args.get("kind") == "FUNCTION":
        temporary.append(nodes.pop(0))
    if not nodes:
        raise QueryError("Syntax error: Unexpected end of statement")
    if len(nodes) > 1:
        raise Unsupported("scripts of several statements")
    return nodes[0], temporary


def kind_of(node: exp.Expression) -> str:
    if isinstance(node, exp.Query):
        return "SELECT"
    if isinstance(node, exp.Create) and node.args.get("kind") in ("TABLE", "VIEW"):
        if node.args["kind"] == "VIEW":
            return "CREATE_VIEW"
        return "CREATE_TABLE_AS_SELECT" if node.args.get("expression") is not None else "CREATE_TABLE"
    if isinstance(node, exp.Drop) and node.args.get("kind") in ("TABLE", "VIEW"):
        return f"DROP_{node.args['kind']}"
    for kind, name in kinds.items():
        if isinstance(node, kind):
            return name
    if isinstance(node, (exp.Condition, exp.Alias)):
        raise QueryError(f'Syntax error: Unexpected identifier "{(node.find(exp.Identifier) or node).name}"')
    raise Unsupported(
        f"the statement {node.key.upper()}"
        if not isinstance(node, exp.Command)
        else f"the statement {str(node.this).upper()}"
    )


def target_of(node: exp.Expression) -> exp.Table | None:
    """The table that a statement changes."""
    if isinstance(node, (exp.TruncateTable,)):
        return node.expressions[0]
    if isinstance(node, exp.Drop):
        return node.args["tables"][0]
    if isinstance(node, exp.Delete) and node.args.get("tables"):
        return node.args["tables"][0]
    if isinstance(node, (exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create)):
        table = node.this.this if isinstance(node.this, exp.Schema) else node.this
        if not isinstance(table, exp.Table):
            raise Unsupported("a target of this form")
        return table
    return None


def names_of(table: exp.Table) -> list[str]:
    return [part.name for part in table.parts]


def references(request: dict) -> dict:
    """The tables and functions that a statement names, and the one that it changes."""
    project, dataset = request["project"], request.get("dataset")
    node, temporary = statement_of(request["sql"])
    kind = kind_of(node)
    target = target_of(node)
    shared = {cte.alias.lower() for cte in node.find_all(exp.CTE)}
    aliases = {each.alias.lower() for each in node.find_all(exp.Table, exp.Subquery) if each.alias} | {
        each.name.lower() for each in node.find_all(exp.Table)
    }
    reads = []
    for table in node.find_all(exp.Table):
        names = names_of(table)
        if (
            table is target
            or not isinstance(table.this, exp.Identifier)
            or len(names) == 1
            and names[0].lower() in shared
        ):
            continue
        is_path = len(names) > 1 and names[0].lower() in aliases and table.catalog == "" and len(names) == 2
        try:
            reads.append({"table": table_key(names, project, dataset), "maybePath": is_path})
        except QueryError:
            if not is_path:
                raise
    called = set()
    for each in [node, *temporary]:
        for dot in each.find_all(exp.Dot):
            if isinstance(dot.expression, exp.Anonymous):
                names = column_names(dot.this) or [""]
                if names[0].upper() in namespaces or names == [""]:
                    continue
                called.add(table_key([*names, dot.expression.name], project, dataset))
        for each_call in each.find_all(exp.Anonymous):
            if isinstance(each_call.this, exp.Identifier) and "." in each_call.this.name:
                called.add(table_key(each_call.this.name.split("."), project, dataset))
    return {
        "statement": kind,
        "reads": reads,
        "functions": sorted(called),
        "target": table_key(names_of(target), project, dataset) if target is not None else None,
        "isReadToo": kind in ("UPDATE", "DELETE", "MERGE"),
    }
