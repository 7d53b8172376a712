"""Names of a query: relations, their columns, and what a name refers to."""

from __future__ import annotations

from dataclasses import dataclass, field

from .sqltypes import QueryError, Type, Unsupported, struct


@dataclass(frozen=True)
class Value:
    """An expression: SQL of DuckDB and its type in GoogleSQL."""

    sql: str
    type: Type
    # A literal or a parameter, which is coerced to more types than other expressions.
    is_literal: bool = False
    # The column of a table that the value is: the table, and the position of the column.
    source: tuple[str, int] | None = None
    # The text of a literal with a point, which is exact as a NUMERIC.
    text: str | None = None


@dataclass
class Relation:
    """What FROM names: columns, each with a name. A value table has one value, whose fields are its columns."""

    alias: str | None
    columns: list[tuple[str | None, Value]]
    value: Value | None = None

    def row(self) -> Value:
        if self.value:
            return self.value
        fields = ", ".join(f"f{i}: {each.sql}" for i, (_, each) in enumerate(self.columns))
        return Value("{" + fields + "}", struct(*((name or "", each.type) for name, each in self.columns)))


@dataclass
class Scope:
    parent: Scope | None = None
    relations: list[Relation] = field(default_factory=list)
    # Columns of USING, which are one column without a qualification.
    merged: list[tuple[str, Value]] = field(default_factory=list)
    # What SELECT names, which GROUP BY, HAVING, QUALIFY and ORDER BY can use.
    aliases: dict[str, Value] | None = None

    def named(self, name: str) -> list[tuple[str, Value]]:
        """What an unqualified name can refer to: ("column" or "relation", its value)."""
        key = name.lower()
        if self.aliases and key in self.aliases:
            return [("column", self.aliases[key])]
        merged = [value for each, value in self.merged if each.lower() == key]
        if merged:
            return [("column", merged[-1])]
        found = [
            ("column", value)
            for relation in self.relations
            for each, value in relation.columns
            if each and each.lower() == key
        ]
        found += [
            ("relation", relation.row())
            for relation in self.relations
            if relation.alias and relation.alias.lower() == key
        ]
        return found

    def relation(self, alias: str) -> Relation | None:
        for relation in self.relations:
            if relation.alias and relation.alias.lower() == alias.lower():
                return relation
        return self.parent.relation(alias) if self.parent else None

    def resolve(self, names: list[str]) -> Value:
        found = self.named(names[0])
        if not found:
            if self.parent:
                return self.parent.resolve(names)
            raise QueryError(f"Unrecognized name: {names[0]}")
        kinds = [kind for kind, _ in found]
        if kinds.count("column") > 1:
            raise QueryError(f"Column name {names[0]} is ambiguous")
        if len(found) == 1:
            return access(found[0][1], names[1:])
        # A column and a relation of one name: the rest of the path decides.
        if len(names) == 1:
            # The value of a value table is its range variable, and the other way round.
            if found[0][1].sql == found[1][1].sql:
                return found[0][1]
            raise Unsupported(f"the name {names[0]} of a column and of a table")
        ways = []
        for _, value in found:
            try:
                ways.append(access(value, names[1:]))
            except QueryError:
                pass
        if len(ways) == 1 or len(ways) == 2 and ways[0].sql == ways[1].sql:
            return ways[0]
        raise Unsupported(f"the name {names[0]} of a column and of a table")


def access(value: Value, names: list[str]) -> Value:
    """The field of a struct, of a struct, …"""
    for name in names:
        if value.type.kind != "STRUCT":
            raise QueryError(f"Cannot access field {name} on a value with type {value.type}")
        at = [i for i, (each, _) in enumerate(value.type.fields) if each.lower() == name.lower()]
        if not at:
            raise QueryError(f"Field name {name} does not exist in {value.type}")
        if len(at) > 1:
            raise QueryError(f"Struct field name {name} is ambiguous")
        value = field_of(value, at[0])
    return value


def field_of(value: Value, at: int) -> Value:
    parts = value.sql[1:-1] if value.sql.startswith("{f0: ") else None
    first = split_fields(parts) if parts else None
    type = value.type.fields[at][1]
    # A row that is made of columns: its column, so that DuckDB recognizes it.
    if first and first[at] is not None:
        return Value(first[at], type, source=value.source)
    return Value(f"struct_extract({value.sql}, 'f{at}')", type, source=value.source)


def split_fields(text: str) -> list[str] | None:
    """The values of `f0: r1.c0, f1: r1.c1`, if they are columns."""
    values = [each.split(": ", 1)[1] for each in text.split(", ") if ": " in each]
    return (
        values if all(each.replace(".", "").isalnum() for each in values) and len(values) == text.count(": ") else None
    )
