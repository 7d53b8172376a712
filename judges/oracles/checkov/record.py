"""Runs Checkov's own tests for Google Cloud in a checkout, and prints the configurations that they scan with the verdicts as JSON.

    python record.py <checkout of checkov>

The tests are those of the checkout, and the checks those of the Checkov that is installed. A test that fails is named on stderr, and what
it scans is left out.
"""

import importlib.util
import json
import sys
import unittest
from importlib.metadata import version
from pathlib import Path

import checkov.terraform.checks
import hcl2
import yaml
from checkov.common.models.enums import CheckResult
from checkov.runner_filter import RunnerFilter
from checkov.terraform.runner import Runner

checkout = Path(sys.argv[1]).resolve()
fixtures: dict[str, dict] = {}
left_out: list[str] = []


def add(name: str, unit: str, text: str, check: str, passed: list[str], failed: list[str]) -> None:
    fixture = fixtures.setdefault(name, {"name": name, "unit": unit, "text": text, "expected": {}})
    fixture["expected"][check] = {"passed": sorted(set(passed)), "failed": sorted(set(failed))}


def add_folder(folder: Path, check: str, passed: list[str], failed: list[str]) -> None:
    text = "\n".join(file.read_text() for file in sorted(folder.rglob("*.tf")))
    name = str(folder.resolve().relative_to(checkout))
    add(name, name, text, check, passed, failed)


def scan_folder(runner: Runner, folder: Path, check: str) -> tuple[list[str], list[str]]:
    report = run(runner, root_folder=str(folder), runner_filter=RunnerFilter(checks=[check]))
    return [each.resource for each in report.passed_checks], [each.resource for each in report.failed_checks]


run = Runner.run


def record_tests(file: Path) -> None:
    """Runs a test file, and records the folders that it scans, and the texts of which it passes a resource to its check."""
    found: list[tuple] = []
    loaded: list[tuple[str, dict]] = []
    load = hcl2.loads

    def recorded_run(self, root_folder=None, *args, **options):
        report = run(self, root_folder, *args, **options)
        if type(self) is Runner and root_folder:
            passed, failed = ([each.resource for each in checks] for checks in (report.passed_checks, report.failed_checks))
            for check in options["runner_filter"].checks:
                found.append((add_folder, Path(root_folder), check, passed, failed))
        return report

    def recorded_load(text):
        result = load(text)
        loaded.append((text, result))
        return result

    def recorded_scan(conf, *args, **options):
        result = scan(conf, *args, **options)
        for text, configuration in loaded:
            for block in configuration.get("resource", []):
                for kind, names in block.items():
                    for name, each in names.items():
                        if each is conf:
                            verdicts = [
                                [f"{kind}.{name}"] if result == verdict else []
                                for verdict in (CheckResult.PASSED, CheckResult.FAILED)
                            ]
                            unit = str(file.relative_to(checkout))
                            number = len([1 for other in found if other[0] is add])
                            found.append((add, f"{unit} {number + 1}", unit, text, module.check.id, *verdicts))
        return result

    Runner.run, hcl2.loads = recorded_run, recorded_load
    try:
        spec = importlib.util.spec_from_file_location(file.stem, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        check = getattr(module, "check", None)
        scan = getattr(check, "scan_resource_conf", None)
        if scan:
            check.scan_resource_conf = recorded_scan
        result = unittest.TestResult()
        unittest.defaultTestLoader.loadTestsFromModule(module).run(result)
        if scan:
            del check.scan_resource_conf
    finally:
        Runner.run, hcl2.loads = run, load
    for test, problem in result.failures + result.errors:
        left_out.append(f"{test.id()}: {problem.strip().splitlines()[-1]}")
    if result.wasSuccessful():
        if not found:
            left_out.append(f"{file.stem}: its resources are not in Terraform's language")
        for record, *arguments in found:
            record(*arguments)


def record_policy(policy: Path) -> None:
    """Scans the folder of a check that looks at several resources, whose test is a list of expected verdicts."""
    folder = checkout / "tests" / "terraform" / "graph" / "checks" / "resources" / policy.stem
    if not (folder / "expected.yaml").exists():
        left_out.append(f"{policy.stem}: it has no expected.yaml")
        return
    check = json.loads(policy.read_text())["metadata"]["id"]
    expected = yaml.safe_load((folder / "expected.yaml").read_text())
    passed, failed = scan_folder(Runner(), folder, check)
    if sorted(passed) != sorted(expected.get("pass") or []) or sorted(failed) != sorted(expected.get("fail") or []):
        left_out.append(f"{policy.stem}: the verdicts are not those that it expects")
        return
    add_folder(folder, check, passed, failed)


for each in sorted((checkout / "tests" / "terraform" / "checks" / "resource" / "gcp").glob("test_*.py")):
    record_tests(each)
for each in sorted((Path(checkov.terraform.checks.__file__).parent / "graph_checks" / "gcp").glob("*.json")):
    record_policy(each)
for each in left_out:
    print(f"left out: {each}", file=sys.stderr)
json.dump({"checkov": version("checkov"), "fixtures": [fixtures[name] for name in sorted(fixtures)]}, sys.stdout)
