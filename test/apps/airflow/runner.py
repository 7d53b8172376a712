"""Runs Python programs as `python` itself would, each line of JSON on standard input being the arguments of one.

Every program runs in a copy of this process, which has imported Airflow: that alone takes seconds.
"""

import json
import os
import runpy
import sys
import tempfile
import traceback

import airflow.cli.cli_parser
import airflow.cli.commands.dag_command
import airflow.cli.commands.task_command  # noqa: F401


def program(arguments):
    first, *rest = arguments
    sys.path[0] = os.getcwd() if first == "-m" else os.path.dirname(first)
    if first == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        runpy.run_path(first, run_name="__main__")


def copy(arguments, output):
    """In the copy: ends it with the code that the program ends with."""
    for descriptor in (1, 2):
        os.dup2(output.fileno(), descriptor)
    code = 0
    try:
        program(arguments)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        code = 1
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


for line in sys.stdin:
    with tempfile.TemporaryFile() as output:
        child = os.fork()
        if child == 0:
            copy(json.loads(line), output)
        _, status = os.waitpid(child, 0)
        output.seek(0)
        printed = output.read().decode(errors="replace")
    print(json.dumps({"succeeded": os.waitstatus_to_exitcode(status) == 0, "printed": printed}), flush=True)
