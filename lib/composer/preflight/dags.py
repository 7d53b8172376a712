"""Checks the DAG files of a folder: statically, and with Airflow's own DagBag if Airflow is installed."""

import ast
import json
import os
import re
import sys


def ignored(root, syntax):
    """Returns whether .airflowignore files match a path, with the syntax of Airflow: regular expressions or git patterns."""
    rules = []
    for folder, _, files in os.walk(root):
        if ".airflowignore" in files:
            with open(os.path.join(folder, ".airflowignore"), encoding="utf-8") as lines:
                for line in lines:
                    text = (line.split("#")[0] if syntax == "regexp" else re.sub(r"^#.*", "", line)).strip()
                    if text:
                        rules.append((folder, text))

    def is_ignored(path):
        named = False
        for folder, text in rules:
            below = os.path.relpath(path, folder).replace(os.sep, "/")
            if below.startswith("../"):
                continue
            if syntax == "regexp":
                named = named or re.search(text, below) is not None
            elif matches(text.lstrip("!"), below):
                named = not text.startswith("!")
        return named

    return is_ignored


def matches(pattern, path):
    anchored = "/" in pattern.rstrip("/")
    parts = re.escape(pattern.strip("/")).replace(r"\*\*/", "(.*/)?").replace(r"\*\*", ".*")
    expression = parts.replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return re.search(("^" if anchored else "(^|/)") + expression + "(/|$)", path) is not None


def imports(tree):
    """The absolute imports that a file needs to load: not those in functions, in `if TYPE_CHECKING`, or in `try` with handlers."""
    found = []

    def walk(node, ready):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                continue
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            if isinstance(child, ast.Try) and child.handlers:
                for part in child.body:
                    walk(ast.Module([part], []), True)
                for part in [*child.handlers, *child.orelse, *child.finalbody]:
                    walk(part, ready)
                continue
            if not ready and isinstance(child, ast.Import):
                found.extend((alias.name, child.lineno) for alias in child.names)
            elif not ready and isinstance(child, ast.ImportFrom) and child.level == 0 and child.module:
                inner = [f"{child.module}.{alias.name}" for alias in child.names]
                found.extend((name, child.lineno) for name in (inner if child.module in PARENTS else [child.module]))
            walk(child, ready)

    walk(tree, False)
    return found


def tops(tree):
    """The top-level packages of all imports in a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0].lower() for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.split(".")[0].lower()


PARENTS = ("airflow", "airflow.providers")


def own_modules(folders):
    names = set()
    for folder in folders:
        for entry in os.listdir(folder) if folder else []:
            path = os.path.join(folder, entry)
            if entry.endswith(".py"):
                names.add(entry[:-3])
            elif os.path.isdir(path):
                names.add(entry)
    return names


class Importable:
    def __init__(self, given, imported):
        self.modules = set(given["modules"]) | set(sys.stdlib_module_names) | own_modules([given["dags"], given["plugins"]])
        self.providers = given["providers"]
        self.modules |= set(given["guessed"])
        # A package that no file imports by its name may have modules of any other name.
        self.any = any(name not in imported for name in given["guessed"])

    def missing(self, name):
        top = name.split(".")[0]
        if top == "airflow":
            below = re.match(r"airflow\.providers\.(.+)", name)
            is_known = not below or any((below.group(1) + ".").startswith(one + ".") for one in self.providers)
            return None if is_known else "the provider package of " + name
        is_known = top in self.modules or top.lower() in self.modules or self.any
        return None if is_known else top


def names_in(node):
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, (ast.List, ast.Tuple)):
        return [name for item in node.elts for name in names_in(item)]
    return []


class Edges(ast.NodeVisitor):
    """Which task comes after which, as far as the file says it by names."""

    def __init__(self):
        self.edges = {}

    def link(self, before, after, line):
        for one in before:
            for other in after:
                self.edges.setdefault(one, []).append((other, line))

    def visit_BinOp(self, node):
        self.shifted(node)

    def shifted(self, node):
        """The names at the right end of a chain, to which the next ones are linked."""
        if not isinstance(node, ast.BinOp):
            return names_in(node)
        left, right = self.shifted(node.left), names_in(node.right)
        if isinstance(node.op, ast.RShift):
            self.link(left, right, node.lineno)
        elif isinstance(node.op, ast.LShift):
            self.link(right, left, node.lineno)
        return right

    def visit_Call(self, node):
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("set_downstream", "set_upstream"):
            own, others = names_in(node.func.value), [name for arg in node.args for name in names_in(arg)]
            is_down = node.func.attr == "set_downstream"
            self.link(own if is_down else others, others if is_down else own, node.lineno)
        elif isinstance(node.func, ast.Name) and node.func.id == "chain":
            parts = [names_in(arg) for arg in node.args]
            for before, after in zip(parts, parts[1:]):
                self.link(before, after, node.lineno)
        self.generic_visit(node)


def scopes(tree):
    """The parts of a file in which a name stands for one task: each `with DAG` or function, and the top level outside of those."""
    is_scope = lambda node: isinstance(node, (ast.With, ast.FunctionDef))
    inner = [node for node in ast.walk(tree) if is_scope(node)]
    yield ast.Module([node for node in tree.body if not is_scope(node)], [])
    for node in inner:
        if not any(is_scope(child) for part in node.body for child in ast.walk(part)):
            yield ast.Module(node.body, [])


def cycle(tree):
    for scope in scopes(tree):
        visitor = Edges()
        visitor.visit(scope)
        for start in visitor.edges:
            found = walk_from(start, visitor.edges)
            if found:
                return found
    return None


def walk_from(start, edges):
    stack, seen = [(start, [start])], set()
    while stack:
        name, path = stack.pop()
        for after, line in edges.get(name, []):
            if after == start:
                return line, path + [start]
            if after not in seen:
                seen.add(after)
                stack.append((after, path + [after]))
    return None


class Names:
    """The names of Airflow in a file, by its imports."""

    def __init__(self, tree):
        self.full, self.guarded = {}, set()
        self.read(tree, False)

    def read(self, node, guarded):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.Import, ast.ImportFrom)):
                for name, full in imported(child):
                    # Of several, the last one counts: what handlers import is for other versions.
                    self.full[name] = full
                    if guarded:
                        self.guarded.add(name)
            self.read(child, guarded or depends(child))

    def of(self, node):
        """The full name of an expression, or None, and the local name with which it begins."""
        rest = []
        while isinstance(node, ast.Attribute):
            rest.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self.full:
            return None, None
        return ".".join([self.full[node.id], *rest]), node.id


def imported(node):
    """The local and full names that an import defines."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield (alias.asname, alias.name) if alias.asname else (alias.name.split(".")[0],) * 2
    elif node.level == 0 and node.module:
        yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)


def depends(node):
    """Whether what is below may only be meant for another version or a type checker: `try` with handlers, and `if` with a version."""
    is_version = isinstance(node, ast.If) and re.search("version|airflow_v|type_checking", ast.dump(node.test), re.I)
    return bool(is_version) or (isinstance(node, ast.Try) and bool(node.handlers))


def changed(full, names):
    """The part of a full name that the version does not have, and what to use; or None."""
    parts = full.split(".")
    for length in range(len(parts), 1, -1):
        part = ".".join(parts[:length])
        if part in names:
            use = names[part]["use"]
            rest = parts[length:]
            return ".".join(parts[:length + 1]), ".".join([use, *rest]) if use else ""
    return None


def outdated(tree, given):
    """What the Airflow of the environment does not have: line, kind, what and what to use."""
    names = Names(tree)

    def walk(node, guarded):
        if isinstance(node, (ast.Import, ast.ImportFrom)) and not guarded:
            fulls = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [full for _, full in imported(node)]
            yield from ((node.lineno, full) for full in fulls)
        elif isinstance(node, ast.Attribute):
            full, local = names.of(node)
            if full and not guarded and local not in names.guarded:
                yield node.lineno, full
        for child in ast.iter_child_nodes(node):
            yield from walk(child, guarded or depends(node))

    for line, full in walk(tree, False):
        found = changed(full, given["names"])
        if found:
            yield line, "removed-name", *found
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from outdated_arguments(node, names.of(node.func)[0] or "", given)
    if "user_defined_macros" not in ast.dump(tree):
        yield from outdated_templates(tree, names, given["context"])
    yield from outdated_parameters(tree, names, given["context"])


def takes(full):
    """What is called, by its name: a DAG, a task, or something else."""
    last = full.split(".")[-1]
    if not full.startswith("airflow."):
        return None
    return "DAG" if last in ("DAG", "dag") else "Operator" if re.search("(Operator|Sensor)$", last) else None


def outdated_arguments(node, full, given):
    what = takes(full) or ("Operator" if re.match(r"airflow\.(decorators|sdk)\.task\b", full) else None)
    for key in node.keywords if what else []:
        if key.arg in given["arguments"][what] and not full.endswith("task"):
            yield key.value.lineno, "removed-argument", key.arg, given["arguments"][what][key.arg]["use"]
        value = key.value.value if isinstance(key.value, ast.Constant) else None
        if what == "Operator" and key.arg == "trigger_rule" and value in given["triggerRules"]:
            yield key.value.lineno, "removed-value", f'trigger_rule="{value}"', f'"{given["triggerRules"][value]["use"]}"'


def outdated_templates(tree, names, context):
    keys = "|".join(context)
    used = re.compile(r"\{\{[^{}]*?(?<![\w.\"'])(" + keys + r")\b(?![\"'(=])")
    for node in ast.walk(tree) if keys else []:
        if isinstance(node, ast.Call) and takes(names.of(node.func)[0] or "") == "Operator":
            for text in (part for value in node.keywords for part in ast.walk(value.value)):
                found = used.search(text.value) if isinstance(text, ast.Constant) and isinstance(text.value, str) else None
                if found:
                    yield text.lineno, "removed-key", found.group(1), context[found.group(1)]["use"]


def outdated_parameters(tree, names, context):
    """Parameters of tasks that Airflow sets, and keys of the context in tasks."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and any(is_task(decorator, names) for decorator in function.decorator_list):
            calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and function.name in ast.dump(node.func)]
            given = {key.arg for call in calls for key in call.keywords}
            if not any(call.args or "expand" in ast.dump(call.func) for call in calls):
                plain = function.args.args[: len(function.args.args) - len(function.args.defaults)]
                for argument in [one for one in plain if one.arg in context and one.arg not in given]:
                    yield argument.lineno, "removed-key", argument.arg, context[argument.arg]["use"]
            for node in ast.walk(function) if function.args.kwarg else []:
                if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == function.args.kwarg.arg:
                    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
                    if key in context and isinstance(node.ctx, ast.Load):
                        yield node.lineno, "removed-key", key, context[key]["use"]


def is_task(decorator, names):
    full, _ = names.of(decorator.func if isinstance(decorator, ast.Call) else decorator)
    return bool(full and re.match(r"airflow\.(decorators|sdk)\.task\b", full))


def string_argument(call, name, position=None):
    values = [key.value for key in call.keywords if key.arg == name]
    values += call.args[position : position + 1] if position is not None else []
    return values[0].value if values and isinstance(values[0], ast.Constant) and isinstance(values[0].value, str) else None


def tasks(body, prefix, owner):
    """The tasks that statements create for sure, each once: DAG, full ID and line. Loops, branches and functions might create others."""
    for statement in body:
        if isinstance(statement, ast.With):
            groups = [item.context_expr for item in statement.items if isinstance(item.context_expr, ast.Call)]
            dags = [call for call in groups if called(call) == "DAG"]
            inner, scope = prefix, statement.lineno if dags else owner
            for call in groups:
                if called(call) == "TaskGroup" and not any(key.arg == "prefix_group_id" for key in call.keywords):
                    inner += f"{string_argument(call, 'group_id', 0) or call.lineno}."
            yield from tasks(statement.body, inner, scope)
        elif isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign)) and statement.value is not None:
            yield from tasks_of(statement.value, prefix, owner)


def tasks_of(node, prefix, owner):
    if isinstance(node, (ast.Lambda, ast.IfExp, ast.BoolOp, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp)):
        return
    if isinstance(node, ast.Call):
        function = node.func.value if isinstance(node.func, ast.Attribute) and node.func.attr == "partial" else node.func
        task, dag = string_argument(node, "task_id"), next((key.value for key in node.keywords if key.arg == "dag"), None)
        group = next((key for key in node.keywords if key.arg in ("task_group", None)), None)
        if task and group is None and re.search("(Operator|Sensor)$", called(function)):
            scope = ast.dump(dag) if dag is not None else owner
            if scope is not None:
                yield scope, prefix + task, node.lineno
    for child in ast.iter_child_nodes(node):
        yield from tasks_of(child, prefix, owner)


def tasks_twice(tree):
    """The task IDs that a DAG has twice, each with the line of the second task and of the first."""
    bodies = [(tree.body, None)]
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any(called(decorator) == "dag" for decorator in node.decorator_list):
            bodies.append((node.body, node.lineno))
    for body, owner in bodies:
        lines = {}
        for scope, task, line in tasks(body, "", owner):
            if lines.setdefault((scope, task), line) != line:
                yield line, task, lines[(scope, task)]


def called(node):
    """The last name of the function of a call or a decorator."""
    function = node.func if isinstance(node, ast.Call) else node
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def id_given(node):
    arguments = [key.value for key in node.keywords if key.arg == "dag_id"] + node.args[:1] if isinstance(node, ast.Call) else []
    return arguments[0] if arguments else None


def dag_ids(tree):
    """The DAG IDs in a file that are string literals, or names of functions with the decorator `@dag`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if called(decorator) == "dag" and id_given(decorator) is None:
                    yield node.name, node.lineno
        if isinstance(node, ast.Call) and called(node) in ("DAG", "dag"):
            value = id_given(node)
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value, node.lineno


def relative(tree):
    """The line of the first relative import outside of functions."""
    inner = {id(child) for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for child in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level > 0 and id(node) not in inner:
            return node.lineno
    return None


def defaults(tree):
    """The dictionaries passed as `default_args`, as literals or by name."""
    given = [key.value for node in ast.walk(tree) if isinstance(node, ast.Call) for key in node.keywords if key.arg == "default_args"]
    names = {value.id for value in given if isinstance(value, ast.Name)}
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    by_name = [node.value for node in assigned if any(isinstance(target, ast.Name) and target.id in names for target in node.targets)]
    return [value for value in [*given, *by_name] if isinstance(value, ast.Dict)]


def owners(tree):
    """The owners of tasks in a file, in `default_args` or of single tasks."""
    named = [
        value
        for each in defaults(tree)
        for key, value in zip(each.keys, each.values)
        if isinstance(key, ast.Constant) and key.value == "owner"
    ]
    named += [key.value for node in ast.walk(tree) if isinstance(node, ast.Call) for key in node.keywords if key.arg == "owner"]
    for value in named:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield from ((name.strip(), value.lineno) for name in value.value.split(",") if name.strip())


def might_be_dag(source):
    """Whether Airflow loads a file, by the rule of "[core] dag_discovery_safe_mode"."""
    text = source.lower()
    return b"dag" in text and b"airflow" in text


def read(given, is_ignored):
    """Parses the files that Airflow loads; returns the trees by path, and the problems of files that do not parse."""
    trees, problems = {}, []
    for name in given["files"]:
        path = os.path.join(given["dags"], name)
        if not name.endswith(".py") or is_ignored(path):
            continue
        with open(path, "rb") as file:
            source = file.read()
        try:
            tree = ast.parse(source, name)
            if might_be_dag(source):
                # Airflow reads the text of DAG files for its web server, and loads them outside of any package.
                source.decode("utf-8")
                line = relative(tree)
                if line:
                    problems.append({"file": name, "line": line, "kind": "relative-import"})
            trees[name] = tree
        except UnicodeDecodeError as error:
            problems.append({"file": name, "line": source.count(b"\n", 0, error.start) + 1, "kind": "encoding"})
        except (SyntaxError, ValueError) as error:
            problems.append({"file": name, "line": getattr(error, "lineno", None), "kind": "syntax", "what": str(getattr(error, "msg", error))})
    return trees, problems


def by_themselves(given, trees):
    problems, ids = [], {}
    known = Importable(given, {name for tree in trees.values() for name in tops(tree)})
    for file, tree in trees.items():
        told = set()
        for name, line in imports(tree):
            missing = known.missing(name)
            if missing and missing not in told:
                told.add(missing)
                problems.append({"file": file, "line": line, "kind": "import", "what": name, "other": missing})
        found = cycle(tree)
        if found:
            line, path = found
            problems.append({"file": file, "line": line, "kind": "cycle", "what": " >> ".join(path)})
        for line, kind, what, use in outdated(tree, given):
            if (kind, what) not in told:
                told.add((kind, what))
                problems.append({"file": file, "line": line, "kind": kind, "what": what, "other": use})
        for line, task, first in tasks_twice(tree):
            problems.append({"file": file, "line": line, "kind": "task-twice", "what": task, "other": str(first)})
        for dag, line in dag_ids(tree):
            if len(dag) > 250:
                problems.append({"file": file, "line": line, "kind": "long-name", "what": str(len(dag))})
            elif not re.fullmatch(r"[\w.-]+", dag):
                problems.append({"file": file, "line": line, "kind": "name", "what": dag})
            elif ids.setdefault(dag, file) != file:
                problems.append({"file": file, "line": line, "kind": "twice", "what": dag, "other": ids[dag]})
    return problems


def by_airflow(given, problems):
    """Adds the problems that Airflow finds. Missing modules do not count: they may be installed in the environment."""
    from airflow import __version__
    from airflow.models import DagBag

    if __version__.split(".")[0] != given["airflowVersion"].split(".")[0]:
        raise NotImplementedError(f"is {__version__}")
    told = {problem["file"] for problem in problems}
    bag = DagBag(given["dags"], include_examples=False, safe_mode=True)
    for path, text in bag.import_errors.items():
        file = os.path.relpath(path, given["dags"]).replace(os.sep, "/")
        lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
        last = lines[-1] if lines else "an error without words"
        if file in told or file not in given["files"] or "ModuleNotFoundError" in last or "No module named" in last:
            continue
        problems.append({"file": file, "line": None, "kind": "airflow", "what": last})
    return f"Airflow {__version__}"


def main():
    given = json.load(sys.stdin)
    trees, problems = read(given, ignored(given["dags"], given["ignoreSyntax"]))
    problems += by_themselves(given, trees)
    used = None
    why = "no Airflow is installed for it"
    out = os.dup(1)
    # Output of DAG files and Airflow must not mix with the result.
    os.dup2(2, 1)
    if given["airflow"]:
        try:
            used = by_airflow(given, problems)
        except ImportError:
            pass
        except NotImplementedError as error:
            why = f"its Airflow {error}, and the environment has {given['airflowVersion']}"
        except BaseException as error:  # noqa: BLE001
            why = f"its Airflow does not run: {error}"
    with os.fdopen(out, "w", encoding="utf-8") as answer:
        told = [{"file": file, "line": line, "owner": owner} for file, tree in trees.items() for owner, line in owners(tree)]
        json.dump({"used": used, "why": why, "files": len(trees), "problems": problems, "owners": told}, answer)


main()
