"""Functions of JSON in strings: https://cloud.google.com/bigquery/docs/reference/standard-sql/json_functions"""

from __future__ import annotations

import json
import re

from .signatures import python
from .sqltypes import JSON, STRING


class Number(str):
    """The text of a number."""


def read_json(text: str):
    """The value of a JSON text; of a repeated name, the first counts."""
    return json.loads(
        text, object_pairs_hook=first_of_each, parse_float=Number, parse_int=Number, parse_constant=refuse
    )


def first_of_each(pairs: list) -> dict:
    return dict(reversed(pairs))


def refuse(name: str):
    raise ValueError(f"{name} is no JSON")


def steps(path: str) -> list[str | int]:
    rest = re.fullmatch(r"\$(.*)", path, re.DOTALL)
    parts = re.findall(r"""\.("(?:[^"\\])*"|[A-Za-z0-9_-]+)|\[(\d+|'[^']*')\]""", rest[1]) if rest else []
    whole = "".join(f".{name}" if name else f"[{index}]" for name, index in parts)
    if not rest or whole != rest[1]:
        raise ValueError(f"Invalid token in JSONPath at: {path}")
    return [
        name.strip('"') if name else index.strip("'") if index.startswith("'") else int(index) for name, index in parts
    ]


missing = object()


def at_path(text: str, path: str):
    way = steps(path)
    try:
        value = read_json(text)
    except ValueError:
        return missing
    for step in way:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return missing
    return value


def scalar_at(text: str, path: str = "$"):
    value = at_path(text, path)
    if value is missing or value is None or isinstance(value, (dict, list)):
        return None
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def written(value) -> str:
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return (
            "{"
            + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{written(each)}" for name, each in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def part_at(text: str, path: str = "$"):
    value = at_path(text, path)
    return None if value is missing or value is None else written(value)


for kind in (STRING, JSON):
    python("JSON_VALUE JSON_EXTRACT_SCALAR", [kind], STRING, scalar_at)
    python("JSON_VALUE JSON_EXTRACT_SCALAR", [kind, STRING], STRING, scalar_at)
python("JSON_QUERY JSON_EXTRACT", [JSON], JSON, part_at)
python("JSON_QUERY JSON_EXTRACT", [JSON, STRING], JSON, part_at)
python("JSON_QUERY JSON_EXTRACT", [STRING], STRING, part_at)
python("JSON_QUERY JSON_EXTRACT", [STRING, STRING], STRING, part_at)
