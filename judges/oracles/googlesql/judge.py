"""Compares the answers of the local BigQuery with those of GoogleSQL's compliance tests.

`cases.jsonl` has cases of https://github.com/google/googlesql (`googlesql/compliance/testdata`, Apache License 2.0): each with its query
and the expected rows, or the tables of a file. A case is right, refused (the query says that it does not run here), wrong, or an error.
A fifth is held out: nobody looks at these cases while the engine is written.

    python judge.py <folder of the engine> [--cases <file>]
"""

import ast
import collections
import json
import math
import re
import sys
import zlib
from datetime import date, datetime, time
from decimal import Decimal

sys.path.insert(0, sys.argv[1])

import duckdb
from engine import conversions, dates, signatures, times
from engine.__main__ import message_of
from engine.runner import Runner
from engine.sqltypes import (
    DATE,
    DATETIME,
    STRING,
    TIME,
    TIMESTAMP,
    QueryError,
    Type,
    array,
    column_of,
    duck_types,
    row_value,
    struct,
)

# What BigQuery does not have, or this judge does not read.
foreign = re.compile(
    r"\b(u?int32|uint64|proto|enum|float|float_val|bignumeric|interval|geography|tokenlist|uuid|graph|timestamp_picos)\b|googlesql_test|map<|range<|@@",
    re.IGNORECASE,
)

# The time zone of the expected rows.
zone = "America/Los_Angeles"


def use_zone() -> None:
    """BigQuery's default time zone is UTC, and that of the compliance tests is another."""
    changed = {
        (DATE, TIMESTAMP): lambda value: dates.moment(datetime.combine(value, time()), zone),
        (DATETIME, TIMESTAMP): lambda value: dates.moment(value, zone),
        (TIMESTAMP, DATE): lambda value: dates.local(value, zone).date(),
        (TIMESTAMP, DATETIME): lambda value: dates.local(value, zone),
        (TIMESTAMP, TIME): lambda value: dates.local(value, zone).time(),
        (TIMESTAMP, STRING): lambda value: dates.shown_timestamp(value, zone),
        (STRING, TIMESTAMP): lambda value: dates.timestamp_of(value, zone),
    }
    for (source, target), call in changed.items():
        conversions.casts[source.kind, target.kind] = signatures.Signature(
            f"zoned_{target}", (source,), target, None, call
        )
    named = {
        ("DATE", (TIMESTAMP,)): changed[TIMESTAMP, DATE],
        ("DATETIME", (TIMESTAMP,)): changed[TIMESTAMP, DATETIME],
        ("TIME", (TIMESTAMP,)): changed[TIMESTAMP, TIME],
        ("TIMESTAMP", (DATETIME,)): changed[DATETIME, TIMESTAMP],
        ("TIMESTAMP", (DATE,)): changed[DATE, TIMESTAMP],
        ("TIMESTAMP", (STRING,)): changed[STRING, TIMESTAMP],
        ("STRING", (TIMESTAMP,)): changed[TIMESTAMP, STRING],
        ("$EXTRACT", (TIMESTAMP, STRING)): lambda value, part: dates.extract(dates.local(value, zone), part),
        ("TIMESTAMP_TRUNC", (TIMESTAMP, STRING)): lambda value, part: dates.moment(
            dates.trunc(dates.local(value, zone), part), zone
        ),
        ("FORMAT_TIMESTAMP", (STRING, TIMESTAMP)): lambda form, value: dates.render(
            form, dates.local(value, zone), zone
        ),
        ("PARSE_TIMESTAMP", (STRING, STRING)): lambda form, text: times.parsed_timestamp(form, text, zone),
    }
    for (name, takes), call in named.items():
        group = signatures.signatures[name]
        at = next(i for i, each in enumerate(group) if each.takes == takes)
        group[at] = signatures.Signature(name, takes, group[at].gives, None, call)


class Foreign(Exception):
    """A value that this judge does not read."""


class Unordered(list):
    """The elements of an array in any order."""


class Reader:
    """Reads expected rows: `ARRAY<STRUCT<a INT64>>[{1}, {2}]`."""

    def __init__(self, text: str):
        self.text, self.at = text, 0

    def match(self, pattern: str):
        found = re.compile(r"\s*(?:" + pattern + ")").match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def expect(self, pattern: str):
        found = self.match(pattern)
        if not found:
            raise Foreign(self.text[self.at : self.at + 20])
        return found

    def type(self) -> Type:
        if self.match("ARRAY<"):
            element = self.type()
            self.expect(">")
            return array(element)
        if self.match("STRUCT<"):
            fields = []
            while not self.match(">"):
                name = self.match(r"(`[^`]*`|[\w$.]+)\s+(?=[A-Z])")
                fields.append((name[1].strip("`") if name else "", self.type()))
                self.match(",")
            return struct(*fields)
        name = self.expect(r"([A-Z_0-9]+)(\([^)]*\))?")[1]
        kind = {"DOUBLE": "FLOAT64"}.get(name, name)
        if kind not in duck_types or kind in ("JSON", "NULL"):
            raise Foreign(kind)
        return Type(kind)

    def value(self, of: Type):
        if of.kind == "ARRAY":
            if re.compile(r"\s*ARRAY<").match(self.text, self.at):
                self.type()
                if self.match(r"\(NULL\)"):
                    return None
            if self.match("NULL"):
                return None
            self.expect(r"\[")
            order = self.match("(known|unknown) order:")
            items = []
            while not self.match(r"\]"):
                items.append(self.value(of.element))
                self.match(",")
            return Unordered(items) if order and order[1] == "unknown" else items
        if self.match(r"NULL\b"):
            return None
        if of.kind == "STRUCT":
            self.expect(r"\{")
            items = []
            for _, each in of.fields:
                items.append(self.value(each))
                self.match(",")
            self.expect(r"\}")
            return items
        return self.single(of.kind)

    def single(self, kind: str):
        match kind:
            case "STRING" | "BYTES":
                text = self.expect(r"""b?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")[1].replace("\n", "\\n")
                return ast.literal_eval(f"b{text}" if kind == "BYTES" else text)
            case "BOOL":
                return self.expect("(true|false)")[1] == "true"
            case "INT64":
                return int(self.expect(r"(-?\d+)")[1])
            case "FLOAT64":
                return float(self.expect(r"(-?(?:inf|nan)|[-+]?[\d.]+(?:e[+-]?\d+)?)")[1])
            case "NUMERIC":
                return Decimal(self.expect(r"(-?[\d.]+(?:e[+-]?\d+)?)")[1])
            case "DATE":
                return date.fromisoformat(self.expect(r"(\d{4}-\d\d-\d\d)")[1])
            case "DATETIME":
                return dates.datetime_of(self.expect(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?)")[1])
            case "TIMESTAMP":
                return dates.timestamp_of(
                    self.expect(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d(?::\d\d)?)")[1]
                )
            case _:
                return dates.time_of(self.expect(r"(\d\d:\d\d:\d\d(?:\.\d{1,6})?)")[1])


def plain(value, of: Type):
    """A value of DuckDB as the reader gives it."""
    if value is None:
        return None
    if of.kind == "ARRAY":
        return [plain(each, of.element) for each in value]
    if of.kind == "STRUCT":
        return [plain(value[f"f{i}"], each) for i, (_, each) in enumerate(of.fields)]
    return value


def same(value, expected, of: Type) -> bool:
    if value is None or expected is None:
        return value is None and expected is None
    if of.kind == "ARRAY":
        if len(value) != len(expected):
            return False
        if not isinstance(expected, Unordered):
            return all(same(one, other, of.element) for one, other in zip(value, expected))
        rest = list(value)
        for each in expected:
            at = next((i for i, one in enumerate(rest) if same(one, each, of.element)), None)
            if at is None:
                return False
            rest.pop(at)
        return True
    if of.kind == "STRUCT":
        return all(same(one, other, each) for one, other, (_, each) in zip(value, expected, of.fields))
    if of.kind == "FLOAT64":
        both = math.isnan(value), math.isnan(expected)
        return (
            both == (True, True)
            or value == expected
            or not any(both)
            and math.isclose(value, expected, rel_tol=1e-12, abs_tol=1e-300)
        )
    return value == expected


def shape(of: Type):
    """A type without the names of its fields. A table of values is as one with a column."""
    if of.kind == "ARRAY":
        return ("ARRAY", shape(of.element))
    if of.kind == "STRUCT":
        return ("STRUCT", *(shape(each) for _, each in of.fields))
    return str(of)


def answer(sql: str, tables: dict, rows: dict) -> tuple[Type, list]:
    runner = Runner({"kind": "run", "sql": sql, "project": "p", "dataset": "p.d", "tables": tables, "rows": rows})
    try:
        query = runner.compiler.query(runner.node)
        found = runner.fetch(query.sql)
    finally:
        runner.close()
    types = [each for _, each in query.columns]
    if query.is_value:
        return array(types[0]), [plain(row[0], types[0]) for row in found]
    return array(struct(*((name or "", each) for name, each in query.columns))), [
        [plain(value, each) for value, each in zip(row, types)] for row in found
    ]


def prepared(statements: list[str]) -> tuple[dict, dict]:
    """The tables of a file; those with other types than BigQuery's are left out."""
    tables, rows = {}, {}
    for text in statements:
        text = re.sub(r"\[[a-z_ ]+(=.*)?\]\n", "", text)
        text = re.sub(
            r"\b(u?int32|uint64)\b",
            "int64",
            re.sub(r"\bfloat\b", "float64", text, flags=re.IGNORECASE),
            flags=re.IGNORECASE,
        )
        match = re.match(
            r"\s*CREATE\s+TABLE\s+`?(\w+)`?\s*(?:OPTIONS\s*\([^)]*\))?\s*AS\s*(.*)$", text, re.DOTALL | re.IGNORECASE
        )
        try:
            of, values = answer(match[2], tables, rows)
            fields = [(name or f"f{i}", each) for i, (name, each) in enumerate(of.element.fields)]
            given = [
                {name: row_value(packed(value, each), each) for value, (name, each) in zip(row, fields)}
                for row in values
            ]
        except Exception:
            continue
        tables[f"p.d.{match[1]}"] = {"columns": [column_of(name, each) for name, each in fields]}
        rows[f"p.d.{match[1]}"] = given
    return tables, rows


def packed(value, of: Type):
    if value is None:
        return None
    if of.kind == "ARRAY":
        return [packed(each, of.element) for each in value]
    if of.kind == "STRUCT":
        return {f"f{i}": packed(one, each) for i, (one, (_, each)) in enumerate(zip(value, of.fields))}
    return value


def verdict(case: dict, tables: dict, rows: dict) -> tuple[str, str]:
    expected, sql = re.split(r"^NOTE:", case["expected"], flags=re.MULTILINE)[0].strip(), case["sql"]
    fails = expected.startswith("ERROR:")
    if foreign.search(sql) or sql.startswith("[") or case.get("parameters"):
        return "foreign", ""
    try:
        reader = Reader(expected)
        of, wanted = (None, None) if fails else ((found := reader.type()), reader.value(found))
    except (Foreign, ValueError, SyntaxError) as error:
        return "foreign", str(error)
    try:
        kind, values = answer(sql, tables, rows)
    except QueryError as error:
        if "does not run" in str(error):
            return "refused", str(error)
        return ("foreign" if str(error).startswith("Not found: Table") else "right" if fails else "error"), str(error)
    except duckdb.Error as error:
        mapped = message_of(error)
        return ("refused" if mapped.reason == "notImplemented" else "right" if fails else "error"), str(mapped)
    except ValueError as error:
        return ("right" if fails else "error"), str(error)
    except RecursionError as error:
        return "refused", str(error)
    if fails:
        return "wrong", f"no error, and not {expected}"
    if kind.element.kind == "STRUCT" and len(kind.element.fields) == 1 and of.element.kind != "STRUCT":
        kind, values = array(kind.element.fields[0][1]), [row[0] for row in values]
    if shape(kind) != shape(of):
        return "wrong", f"{kind}, and not {of}"
    return ("right", "") if same(values, wanted, of) else ("wrong", f"{str(values)[:300]}, and not {str(wanted)[:300]}")


def main() -> None:
    use_zone()
    file = sys.argv[sys.argv.index("--cases") + 1] if "--cases" in sys.argv else sys.path[1] + "/cases.jsonl"
    cases, tables = collections.defaultdict(list), {}
    for line in open(file, encoding="utf-8"):
        each = json.loads(line)
        if "tables" in each:
            tables[each["file"]] = each["tables"]
        else:
            cases[each["file"]].append(each)
    counts = {"open": collections.Counter(), "held": collections.Counter()}
    failures = []
    for name, group in sorted(cases.items()):
        given = prepared(tables.get(name, []))
        for case in group:
            found, why = verdict(case, *given)
            part = "held" if zlib.crc32(f"{name}.{case['name']}".encode()) % 5 == 0 else "open"
            counts[part][found] += 1
            if found in ("wrong", "error"):
                failures.append({"case": f"{name}.{case['name']}", "part": part, "verdict": found, "why": why})
            if "--verdicts" in sys.argv:
                print(json.dumps({**case, "verdict": found, "why": why}), file=sys.stderr)
    print(json.dumps({**counts, "failures": failures}, indent=2))


if __name__ == "__main__":
    main()
