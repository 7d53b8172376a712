"""Prints the rows of lib/facts/airflowNames.ts: python3 generate.py <checkout of ruff> <python of each Airflow, from old to new>.
Takes minutes.

The names are those of ruff's rules for Airflow and the modules of the oldest Airflow; which of them exist is what their import says in each.
"""

import contextlib
import importlib
import io
import itertools
import json
import os
import re
import subprocess
import sys

RULES = ["removal_in_3", "moved_to_provider_in_3", "suggested_to_update_3_0", "suggested_to_move_to_provider_in_3", "moved_in_3_1"]
TOKEN = re.compile(r'//[^\n]*|"(?:[^"\\]|\\.)*"|\w+|=>|\.\.|[^\s\w]', re.S)
# What ruff only says in sentences.
SAID = {
    "airflow.operators.subdag.SubDagOperator": "airflow.sdk.TaskGroup",
    "airflow.utils.dates.days_ago": 'pendulum.today("UTC").add(days=-1)',
}
# Parts of the web server; no DAG file imports the rest of what is internal.
SERVER = {
    "airflow.api.auth.backend": "airflow.providers.fab.auth_manager.api.auth.backend",
    "airflow.api_connexion": None,
    "airflow.auth.managers": "airflow.api_fastapi.auth.managers",
    "airflow.auth.managers.fab": "airflow.providers.fab.auth_manager",
    "airflow.www": None,
}
INTERNAL = re.compile(r"airflow\.(migrations|www|cli|api\w*|auth|example_dags|jobs|ti_deps|providers|compat|alembic|ui|_\w+|.*\b_)")


def end(tokens, at):
    depth = 0
    for index in range(at, len(tokens)):
        depth += (tokens[index] in "([{") - (tokens[index] in ")]}")
        if depth == 0:
            return index


def split(tokens, separator):
    parts, index = [[]], 0
    while index < len(tokens):
        after = end(tokens, index) + 1 if tokens[index] in "([{" else index + 1
        if tokens[index] == separator:
            parts.append([])
        else:
            parts[-1] += tokens[index:after]
        index = after
    return [part for part in parts if part]


def arms(tokens):
    """The patterns and the bodies of a match."""
    index = 0
    while index < len(tokens):
        start = index
        while tokens[index] != "=>":
            index = end(tokens, index) + 1 if tokens[index] in "([{" else index + 1
        pattern, start = tokens[start:index], index + 1
        index = end(tokens, start) + 1 if tokens[start] == "{" else start
        while index < len(tokens) and tokens[start] != "{" and tokens[index] != ",":
            index = end(tokens, index) + 1 if tokens[index] in "([{" else index + 1
        yield pattern, tokens[start:index]
        index += index < len(tokens) and tokens[index] == ","


def paths(pattern):
    for alternative in split([token for token in pattern if token != "&"], "|"):
        if alternative[0].startswith('"'):
            yield [alternative[0][1:-1]]
        elif alternative[0] == "[":
            segments = split(alternative[1:-1], ",")
            yield from map(list, itertools.product(*([t[1:-1] for t in s if t.startswith('"')] or ["*"] for s in segments)))


def replacement(body, name):
    fields = {key: value[1:-1].strip() for key, colon, value in zip(body, body[1:], body[2:]) if colon == ":" and value.startswith('"')}
    if "format" in body:
        fields["name"] = body[body.index("format") + 3][1:-1].replace("{rest}", name)
    return f"{fields['module']}.{fields.get('name', name)}" if "module" in fields else None


def named(tokens, before):
    for pattern, body in arms(tokens):
        for path in paths(pattern):
            whole = before + path
            if whole[-1] == "*" and "match" in body:
                start = body.index("{", body.index("match"))
                yield from named(body[start + 1 : end(body, start)], whole[:-1])
            elif whole[0] == "airflow" and "*" not in whole[:-1] and ("return" not in body or "Replacement" in body):
                yield ".".join(whole).removesuffix(".*"), replacement(body, whole[-1])


def of_ruff(checkout):
    for rule in RULES:
        with open(f"{checkout}/crates/ruff_linter/src/rules/airflow/rules/{rule}.rs", encoding="utf-8") as file:
            tokens = [token for token in TOKEN.findall(file.read()) if not token.startswith("//")]
        function = next(i for i, token in enumerate(tokens) if tokens[i - 1] == "fn" and token.startswith("check_name"))
        match = tokens.index("match", function)
        start = tokens.index("{", match)
        yield from named(tokens[start + 1 : end(tokens, start)], [])


def modules(root):
    for folder, _, files in os.walk(root):
        name = os.path.relpath(folder, os.path.dirname(root)).replace(os.sep, ".")
        yield from (name if file == "__init__.py" else f"{name}.{file[:-3]}" for file in files if file.endswith(".py"))


def is_there(name):
    """Whether a module or a name exists. What misses only another package than Airflow, exists."""
    outer, _, last = name.rpartition(".")
    for attempt in (lambda: importlib.import_module(name), lambda: getattr(importlib.import_module(outer), last)):
        try:
            attempt()
            return True
        except AttributeError:
            pass
        except ImportError as error:
            # The shims of Airflow 2 name the provider that they need.
            if "while trying to import" in str(error) or not (error.name or "airflow").startswith("airflow"):
                return True
        except BaseException:
            return True
    return False


def here():
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        import airflow

        names = json.load(sys.stdin) or sorted({*modules(os.path.dirname(airflow.__file__))})
        result = {"version": airflow.__version__, "names": {name: is_there(name) for name in names if not INTERNAL.match(name)}}
    json.dump(result, sys.stdout)


def asked(python, names):
    answer = subprocess.run([python, __file__], input=json.dumps(names), capture_output=True, check=True, encoding="utf-8")
    return json.loads(answer.stdout.splitlines()[-1])


def main(checkout, pythons):
    moved = {**dict(of_ruff(checkout)), **SAID}
    # A module of a name is a module, too.
    names = {*asked(pythons[0], [])["names"], *moved, *(name.rpartition(".")[0] for name in moved)}
    answers = [asked(python, sorted(names)) for python in pythons]
    rows = {}
    for name in sorted(answers[0]["names"], key=lambda name: name.count(".")):
        # A name of ruff that the oldest one misses was removed in an earlier one of Airflow 2.
        existed = answers[0]["names"][name] or name in moved
        since = next((".".join(answer["version"].split(".")[:2]) for answer in answers[1:] if not answer["names"][name]), None)
        if existed and since and not answers[-1]["names"][name]:
            outer = next((rows[name[: dot.start()]] for dot in re.finditer(r"\.", name) if name[: dot.start()] in rows), None)
            use = moved.get(name)
            if outer is None or (use and use != f"{outer.get('use')}.{name.rpartition('.')[2]}"):
                below = {m.rpartition(".")[0] for n, m in moved.items() if m and n.rpartition(".")[0] == name and n.split(".")[-1] == m.split(".")[-1]}
                use = use or (below.pop() if len(below) == 1 else None)
                rows[name] = {"removed": outer["removed"] if outer else since, **({"use": use} if use else {})}
    # The only new module that DAG files import by its name.
    rows["airflow.sdk"] = {"added": "3.0"}
    rows |= {name: {"removed": "3.0", **({"use": use} if use else {})} for name, use in SERVER.items()}
    for name in sorted(rows):
        row = ", ".join(f"{key}: {json.dumps(value)}" for key, value in rows[name].items())
        print(f"        {json.dumps(name)}: {{ {row} }},")


if len(sys.argv) > 1:
    main(sys.argv[1], sys.argv[2:])
else:
    here()
