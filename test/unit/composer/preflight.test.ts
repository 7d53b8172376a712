import childProcess, { spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Alerts, ComposerEnvironment, type ComposerEnvironmentArgs } from "slipway";
import { checkDags, type DagCheckArgs } from "../../../lib/composer/preflight/dags";
import { resolveImage } from "../../../lib/composer/versions";
import { folderOf } from "../folders";
import { refused, registered } from "../registered";

const image = resolveImage("composer-3-airflow-2.11.1") as DagCheckArgs["image"];

/** The problems of these files, by path, place and identifier, and their words. */
function found(files: Record<string, string>, args: Partial<DagCheckArgs> = {}) {
    const checked = { packages: [], image, env: {}, variables: {}, connections: {}, ...args };
    const { problems, summary } = checkDags({ dags: folderOf(files), ...checked });
    return {
        reasons: problems.map(({ path, reason, id }) => `${path}: ${/^\S+/.exec(reason)} [${id}]`),
        words: problems.map(({ reason }) => reason).join("\n"),
        summary,
    };
}

const validDag = `
from airflow import DAG
from airflow.operators.python import PythonOperator
from rules import LIMIT

with DAG("score", schedule="@daily", default_args={"owner": "data"}) as dag:
    extract = PythonOperator(task_id="extract", python_callable=print)
    load = PythonOperator(task_id="load", python_callable=print)
    extract >> load
`;

test("valid files pass, and one line says how they were checked", () => {
    const { reasons, summary } = found({
        "score.py": validDag,
        "rules.py": "LIMIT = 3\n",
        "queries/load.sql": "SELECT",
    });
    expect(reasons).toEqual([]);
    expect(summary).toMatch(
        /^dags: 2 files checked (with Airflow [\d.]+ of python3\.|without importing them, with python3, because .+\.)$/,
    );
});

const wrong: [what: string, text: string, reason: string, words: string][] = [
    [
        "does not parse",
        "import os\ndef score(:\n    pass\n",
        "dags: score.py:2 [composer/dag-syntax]",
        "invalid syntax",
    ],
    [
        "imports what is not installed",
        "import os, sklearn.linear_model\nfrom airflow import DAG\n",
        "dags: score.py:1 [composer/dag-import-not-installed]",
        "imports sklearn.linear_model",
    ],
    [
        "imports a provider that is not installed",
        "from airflow.providers.amazon.aws.hooks.s3 import S3Hook\n",
        "dags: score.py:1 [composer/dag-import-not-installed]",
        "the provider package of airflow.providers.amazon.aws.hooks.s3",
    ],
    [
        "contains a cycle",
        "from airflow import DAG\nwith DAG('score') as dag:\n    a = b = c = None\n    a >> [b, c]\n    c << b\n    b.set_upstream(c)\n",
        "dags: score.py:6 [composer/dag-cycle]",
        ": b >> c >> b.",
    ],
    [
        "contains a cycle in a chain",
        "from airflow.models.baseoperator import chain\ndef flow(a, b, c):\n    chain(a, [b, c], a)\n",
        "dags: score.py:3 [composer/dag-cycle]",
        ": a >> c >> a.",
    ],
    [
        "has a DAG whose name is too long",
        `from airflow import DAG\nDAG(dag_id="${"s".repeat(251)}")\n`,
        "dags: score.py:2 [composer/dag-name-too-long]",
        "251 characters",
    ],
    [
        "has a DAG with an invalid name",
        'from airflow import DAG\nDAG("score it")\n',
        "dags: score.py:2 [composer/dag-name-invalid]",
        '"score it"',
    ],
];

test.each(wrong)("a file that %s is reported with its line", (_, text, reason, words) => {
    const { reasons, words: all } = found({ "score.py": text });
    expect(reasons).toContain(reason);
    expect(all).toContain(words);
});

const airflow3 = resolveImage("composer-3-airflow-3.1.7") as DagCheckArgs["image"];
const newest = resolveImage("composer-3-airflow-3.3.1") as DagCheckArgs["image"];
const inDag = (text: string) => `from airflow import DAG\nwith DAG("score", schedule=None) as dag:\n    ${text}\n`;

/** What Airflow 3 refuses of a file that Airflow 2.11 loads. */
const removed: [what: string, text: string, reason: string, words: string][] = [
    [
        "a module",
        "from airflow.operators.bash_operator import BashOperator\n",
        "1 [composer/dag-name-removed]",
        "airflow.operators.bash_operator.BashOperator, which Airflow 3.1.7 does not have. Use airflow.providers.standard.operators.bash.BashOperator instead.",
    ],
    [
        "a package",
        "import os\nfrom airflow.contrib.operators.gcs import Upload\n",
        "2 [composer/dag-name-removed]",
        "uses airflow.contrib.operators, which Airflow 3.1.7 does not have.",
    ],
    [
        "a part of the web server",
        "from airflow.www.auth import has_access\n",
        "1 [composer/dag-name-removed]",
        "uses airflow.www.auth, which Airflow 3.1.7 does not have.",
    ],
    [
        "a manager of access",
        "from airflow.auth.managers.fab.fab_auth_manager import FabAuthManager\n",
        "1 [composer/dag-name-removed]",
        "Use airflow.providers.fab.auth_manager.fab_auth_manager.FabAuthManager instead.",
    ],
    [
        "a name",
        "from airflow.utils.dates import days_ago\n",
        "1 [composer/dag-name-removed]",
        'Use pendulum.today("UTC").add(days=-1) instead.',
    ],
    [
        "a name that it reads from a module",
        "from airflow.utils import helpers as h\n\nh.chain()\n",
        "3 [composer/dag-name-removed]",
        "airflow.utils.helpers.chain",
    ],
    [
        "a subdag",
        "from airflow.operators.subdag import SubDagOperator\n",
        "1 [composer/dag-name-removed]",
        "Use airflow.sdk.TaskGroup instead.",
    ],
    [
        "an argument of a DAG",
        'from airflow import DAG\nDAG(\n    "score",\n    schedule_interval="@daily",\n)\n',
        "4 [composer/dag-argument-removed]",
        "passes schedule_interval, which Airflow 3.1.7 does not accept. Use schedule instead.",
    ],
    [
        "an argument of the decorator",
        "from airflow.decorators import dag\n@dag(timetable=None)\ndef score():\n    pass\n",
        "2 [composer/dag-argument-removed]",
        "passes timetable",
    ],
    [
        "an argument of an operator",
        'from airflow.operators.python import PythonOperator\nPythonOperator(task_id="a", provide_context=True)\n',
        "2 [composer/dag-argument-removed]",
        "passes provide_context, which Airflow 3.1.7 does not accept.",
    ],
    [
        "a trigger rule",
        'from airflow.operators.empty import EmptyOperator\nEmptyOperator(task_id="a", trigger_rule="dummy")\n',
        "2 [composer/dag-value-removed]",
        'Use "always" instead.',
    ],
    [
        "a key of the context in a template",
        'from airflow.operators.bash import BashOperator\nBashOperator(task_id="a", bash_command="echo {{ execution_date }}")\n',
        "2 [composer/dag-context-removed]",
        "reads execution_date from the context of a task, in which Airflow 3.1.7 does not have it. Use logical_date instead.",
    ],
    [
        "a key of the context as a parameter",
        "from airflow.decorators import task\n@task\ndef step(next_ds):\n    pass\nstep()\n",
        "3 [composer/dag-context-removed]",
        "reads next_ds",
    ],
    [
        "a key of the context",
        'from airflow.decorators import task\n@task\ndef step(**context):\n    print(context["conf"])\n',
        "4 [composer/dag-context-removed]",
        "reads conf",
    ],
];

test.each(removed)(
    "a file with %s that Airflow 3 has removed is reported, and is valid in Airflow 2",
    (_, text, at, words) => {
        const { reasons, words: all } = found({ "score.py": text }, { image: airflow3 });
        expect(reasons).toEqual([`dags: score.py:${at}`]);
        expect(all).toContain(words);
        expect(found({ "score.py": text }).reasons).toEqual([]);
    },
);

test("what a later version has removed, or what an earlier one does not have yet, is reported by the version of the environment", () => {
    const datasets = { "score.py": "from airflow.datasets import Dataset\n" };
    expect(found(datasets, { image: airflow3 }).reasons).toEqual([]);
    expect(found(datasets, { image: newest }).words).toContain(
        "Airflow 3.3.1 does not have. Use airflow.sdk.Asset instead.",
    );
    const sdk = { "score.py": 'from airflow.sdk import DAG\nDAG("score", fail_fast=True)\n' };
    expect(found(sdk, { image: airflow3 }).reasons).toEqual([]);
    expect(found(sdk).reasons).toEqual([
        "dags: score.py:1 [composer/dag-name-removed]",
        "dags: score.py:2 [composer/dag-argument-removed]",
    ]);
});

test.each([
    [
        "another version imports",
        "try:\n    from airflow.sdk import chain\nexcept ImportError:\n    from airflow.utils.helpers import chain\nchain()\n",
    ],
    [
        "depends on the version",
        'from airflow import __version__\nif __version__ < "3":\n    from airflow.utils.dates import days_ago\n',
    ],
    [
        "another library has",
        "from tools import DAG, BashOperator\nDAG(schedule_interval=None)\nBashOperator(trigger_rule='dummy')\n",
    ],
    [
        "Airflow 3 only deprecates",
        "from airflow.operators.python import PythonOperator\nfrom airflow.models import Variable\n",
    ],
    [
        "is the own argument of a task",
        "from airflow.decorators import task\n@task\ndef step(execution_date):\n    pass\nstep(execution_date=1)\n",
    ],
    [
        "belongs to a run or to parameters",
        "from airflow.operators.bash import BashOperator\nBashOperator(task_id='a', bash_command=\"{{ dag_run.conf['x'] }} {{ params.conf }}\")\n",
    ],
    [
        "is a macro of the DAG",
        "from airflow import DAG\nfrom airflow.operators.bash import BashOperator\nDAG('a', user_defined_macros={'conf': 1})\nBashOperator(task_id='a', bash_command='{{ conf }}')\n",
    ],
])("a removed name that %s passes", (_, text) => {
    const packages = ["tools"];
    expect(found({ "score.py": text }, { image: airflow3, packages }).reasons).toEqual([]);
});

const operators = "from airflow.operators.empty import EmptyOperator\n";
const empty = (id: string) => `EmptyOperator(task_id="${id}")`;

test.each([
    [
        "by name",
        inDag(`a = ${empty("a")}\n    b = ${empty("a")}`),
        'score.py:5 creates the task "a", as line 4 does in the same DAG.',
    ],
    ["in lists", inDag(`[${empty("a")},\n     ${empty("b")}] >>\\\n    ${empty("b")}`), 'creates the task "b"'],
    [
        "in a group",
        inDag(`with TaskGroup("g"):\n        ${empty("a")}\n        ${empty("a")}`),
        'creates the task "g.a"',
    ],
    [
        "with a DAG as argument",
        'from airflow import DAG\nd = DAG("d")\nEmptyOperator(task_id="a", dag=d)\nEmptyOperator(task_id="a", dag=d)\n',
        'creates the task "a"',
    ],
    [
        "of a DAG function",
        `from airflow.decorators import dag\n@dag\ndef flow():\n    ${empty("a")}\n    ${empty("a")}\n`,
        'creates the task "a"',
    ],
    [
        "that are mapped",
        inDag(`EmptyOperator.partial(task_id="a").expand(x=[1])\n    ${empty("a")}`),
        'creates the task "a"',
    ],
])("two tasks %s with the same ID are reported", (_, text, words) => {
    const { reasons, words: all } = found({ "score.py": operators + text });
    expect(reasons).toEqual([expect.stringContaining("[composer/dag-task-twice]")]);
    expect(all).toContain(words);
});

test.each([
    [
        "in two groups",
        inDag(
            `${empty("a")}\n    with TaskGroup("g"):\n        ${empty("a")}\n    with TaskGroup("h"):\n        ${empty("a")}`,
        ),
    ],
    ["in two DAGs", inDag(empty("a")) + inDag(empty("a")).replace('"score"', '"other"')],
    ["in branches", inDag(`if True:\n        ${empty("a")}\n    else:\n        ${empty("a")}`)],
    ["in functions", inDag(`def one():\n        return ${empty("a")}\n    def other():\n        return ${empty("a")}`)],
    ["of which one of several is created", inDag(`a = ${empty("a")} if True else ${empty("a")}`)],
])("tasks with the same ID %s pass", (_, text) => {
    expect(found({ "score.py": operators + text }).reasons).toEqual([]);
});

test("a module that a task imports is recognized by its own package only", () => {
    const text = "import torch\ndef task():\n    import xgboost\n";
    expect(found({ "score.py": text }, { packages: ["xgboost"] }).reasons).toEqual([
        "dags: score.py:1 [composer/dag-import-not-installed]",
    ]);
});

test.each([
    ["scikit-learn", "scikit_learn"],
    ["pillow", "pillow"],
    ["google-cloud-vision", "google_cloud_vision"],
    ["apache-airflow-providers-amazon", "apache_airflow_providers_amazon"],
])("the package %s has no module %s", (name, module) => {
    expect(found({ "score.py": `import ${module}\n` }, { packages: [name] }).reasons).toEqual([
        "dags: score.py:1 [composer/dag-import-not-installed]",
    ]);
});

test("a DAG ID in two files is reported", () => {
    const { reasons } = found({
        "a.py": 'from airflow import DAG\nDAG("score")\n',
        "b.py": 'from airflow import DAG\n\nDAG("score")\n',
    });
    expect(reasons).toEqual(["dags: b.py:3 [composer/dag-name-twice]"]);
});

test("DAG functions with the same name in two files are reported, unless they have explicit IDs", () => {
    const dag = (decorator: string) =>
        `from airflow.decorators import dag\n${decorator}\ndef score():\n    pass\nscore()\n`;
    const { reasons } = found({
        "a.py": dag("@dag"),
        "b.py": dag("@dag(schedule=None)"),
        "c.py": dag('@dag("other")'),
    });
    expect(reasons).toEqual(["dags: b.py:3 [composer/dag-name-twice]"]);
});

test("relative imports are reported in files that Airflow loads, and not in modules that DAGs import", () => {
    const text = "from .rules import LIMIT\n";
    const { reasons } = found({
        "flow/score.py": `from airflow import DAG\n${text}`,
        "flow/steps.py": text,
        "flow/rules.py": "LIMIT = 3\n",
    });
    expect(reasons).toEqual(["dags: flow/score.py:2 [composer/dag-relative-import]"]);
});

test("a DAG file that is not UTF-8 is reported", () => {
    const dags = folderOf({});
    writeFileSync(join(dags, "score.py"), Buffer.from("from airflow import DAG\n# caf\xe9\n", "latin1"));
    const args = { dags, packages: [], image, env: {}, variables: {}, connections: {} };
    expect(checkDags(args).problems).toEqual([
        { path: "dags", id: "composer/dag-encoding", reason: expect.stringMatching(/^score\.py:2 /) },
    ]);
});

const of = (owner: string) =>
    `from airflow import DAG\nargs = {"owner": "${owner}"}\nDAG("${owner}", default_args=args)\n`;

const oncall = () => new Alerts("oncall", { to: { email: "data@acme.com" }, quota: false });

test.each<[string, ComposerEnvironmentArgs["alerts"] | (() => ComposerEnvironmentArgs["alerts"]), string | undefined]>([
    [
        "without a contact cause a warning",
        { owners: { data: { email: "data@acme.com" } } },
        'alerts: no alert is configured for the owners of the DAGs of "web" (b.py:2), "ops" (c.py:4). Add them to alerts.owners, or set alerts.others.',
    ],
    [
        "of whom one is without a contact cause a warning",
        { owners: { data: { email: "data@acme.com" }, web: { email: "web@acme.com" } } },
        'alerts: no alert is configured for the owners of the DAGs of "ops" (c.py:4). Add the owner to alerts.owners, or set alerts.others.',
    ],
    [
        "pass with a contact for each",
        {
            owners: {
                data: { email: "data@acme.com" },
                web: { email: "web@acme.com" },
                ops: { email: "ops@acme.com" },
            },
        },
        undefined,
    ],
    ["pass with a contact for all others", { others: { email: "data@acme.com" } }, undefined],
    ["pass with alerts about all failed runs", oncall, undefined],
    [
        "whose failed runs are left to their own alerts cause a warning",
        () => ({
            to: oncall(),
            failedRuns: false,
            owners: { data: { email: "data@acme.com" }, web: { email: "web@acme.com" } },
        }),
        'alerts: no alert is configured for the owners of the DAGs of "ops" (c.py:4). Add the owner to alerts.owners, or set alerts.others.',
    ],
    ["pass without alerts", undefined, undefined],
])("owners %s", async (_, alerts, warned) => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const task = 'PythonOperator(task_id="a", python_callable=print, owner="ops")\n';
    const dags = folderOf({
        "a.py": of("data"),
        "b.py": `${of("web")}CUSTOMER = {"owner": "somebody"}\n`,
        "c.py": `from airflow import DAG\nfrom airflow.operators.python import PythonOperator\nwith DAG("c"):\n    ${task}`,
        // An owner is named once, with the first place.
        "d.py": of("web").replace('DAG("web"', 'DAG("shop"'),
    });
    await registered(() => {
        new ComposerEnvironment("scoring", { dags, alerts: typeof alerts === "function" ? alerts() : alerts });
    });
    expect(warn.mock.calls).toEqual(warned ? [[`ComposerEnvironment "scoring": ${warned}`]] : []);
    warn.mockRestore();
});

/** Packages whose modules have other names. */
const renamed = [
    ...["apache-beam", "beautifulsoup4", "google-cloud-aiplatform", "mysqlclient", "opencv-python", "pillow"],
    ...["protobuf", "psycopg2-binary", "pycryptodome", "pyjwt", "python-dateutil", "python-dotenv", "pyyaml"],
    ...["scikit-image", "scikit-learn", "sentry-sdk", "snowflake-connector-python"],
];

const harmless: [string, Record<string, string>, Partial<DagCheckArgs>][] = [
    [
        "of packages that the environment has",
        { "score.py": "import sklearn, xgboost, google.cloud.bigquery\n" },
        { packages: ["scikit-learn", "xgboost"] },
    ],
    [
        "of providers that it has",
        { "score.py": "import airflow.providers.amazon.aws\n" },
        { packages: ["apache-airflow-providers-amazon"] },
    ],
    ["inside of a task", { "score.py": "def task():\n    import torch\n" }, {}],
    ["that are optional", { "score.py": "try:\n    import torch\nexcept ImportError:\n    torch = None\n" }, {}],
    ["for types only", { "score.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n" }, {}],
    [
        "of packages whose modules have other names",
        {
            "score.py":
                "import apache_beam, bs4, vertexai, MySQLdb, cv2, PIL, google.protobuf, psycopg2, Crypto, jwt, dateutil, dotenv, yaml, skimage, sklearn, sentry_sdk, snowflake\n",
        },
        {
            packages: renamed,
        },
    ],
    ["of OpenCV without a display", { "score.py": "import cv2\n" }, { packages: ["opencv-python-headless"] }],
    ["of a package with unknown modules", { "score.py": "import fitz\n" }, { packages: ["pymupdf"] }],
    [
        "in files that Airflow ignores",
        { "score.py": "x = 1\n", "old/score.py": "import torch\n(", ".airflowignore": "old/.*  # gone\n" },
        {},
    ],
    [
        "in files that Airflow 3 ignores",
        { "score.py": "x = 1\n", "old/score.py": "import torch\n", ".airflowignore": "**/old/\n" },
        { image: resolveImage("composer-3-airflow-3.3.1") as DagCheckArgs["image"] },
    ],
];

test.each(harmless)("imports %s pass", (_, files, args) => {
    const { reasons, summary } = found(files, args);
    expect(reasons).toEqual([]);
    expect(summary).toMatch(/^dags: \d+ files? checked /);
});

test("a package whose modules are known by other names has no others", () => {
    const packages = [...renamed, "opencv-python-headless"];
    expect(found({ "score.py": "import torch\n" }, { packages }).reasons).toEqual([
        "dags: score.py:1 [composer/dag-import-not-installed]",
    ]);
});

test("two branches that join are not a cycle", () => {
    const text =
        "from airflow import DAG\nwith DAG('a') as one:\n    x = y = z = None\n    x >> [y, z]\n    y >> z\nwith DAG('b') as other:\n    x = y = z = None\n    z >> y >> x\n";
    expect(found({ "score.py": text }).reasons).toEqual([]);
});

test("a machine without Python causes a warning, and nothing is refused", () => {
    const dags = folderOf({ "score.py": "import torch\n" });
    const args = { dags, packages: [], image, env: {}, variables: {}, connections: {} };
    expect(checkDags(args, "no-such-python")).toEqual({
        problems: [],
        owners: [],
        summary: "dags: DAG files were not checked, because there is no no-such-python.",
    });
    const file = join(dags, "score.py");
    expect(checkDags(args, file).summary).toBe(
        `dags: DAG files were not checked, because ${file} does not run it: spawnSync ${file} EACCES.`,
    );
});

test.each([
    ["with its last line", "echo canary >&2; echo 'no module ast' >&2; exit 1", "no module ast"],
    ["with its status if it says nothing", "exit 3", "it ended with 3"],
    ["with what ended it if it says nothing", "kill -KILL $$", "it ended with SIGKILL"],
])("a Python that fails causes a warning %s, and nothing is refused", (_, script, why) => {
    const python = join(folderOf({ "python.sh": `#!/bin/sh\n${script}\n` }), "python.sh");
    chmodSync(python, 0o755);
    const dags = folderOf({ "score.py": "import torch\n" });
    expect(checkDags({ dags, packages: [], image, env: {}, variables: {}, connections: {} }, python)).toEqual({
        problems: [],
        owners: [],
        summary: `dags: DAG files were not checked, because ${python} does not run it: ${why}.`,
    });
});

test.each([
    ["takes more than a minute", "ETIMEDOUT", "SIGTERM", "took more than 60 seconds"],
    ["ends before it reads what to check", "EPIPE", "SIGKILL", "does not run it: it ended with SIGKILL"],
    ["cannot be started", "EAGAIN", null, "does not run it: spawnSync python3 EAGAIN"],
] as const)("a Python that %s causes a warning", (_, code, signal, why) => {
    const error = new Error(`spawnSync python3 ${code}`);
    const spawn = jest.spyOn(childProcess, "spawnSync");
    spawn.mockReturnValueOnce({ error, status: null, signal, pid: 1, output: [], stdout: "", stderr: "" });
    expect(found({ "score.py": "import torch\n" })).toEqual({
        reasons: [],
        words: "",
        summary: `dags: DAG files were not checked, because python3 ${why}.`,
    });
    spawn.mockRestore();
});

test("SLIPWAY_PYTHON names the Python that checks the files", () => {
    process.env.SLIPWAY_PYTHON = "no-such-python";
    try {
        expect(found({ "score.py": "import torch\n" }).summary).toBe(
            "dags: DAG files were not checked, because there is no no-such-python.",
        );
    } finally {
        delete process.env.SLIPWAY_PYTHON;
    }
});

test("an environment with an invalid file is refused before anything is registered", async () => {
    const dags = folderOf({ "score.py": "import torch\n" });
    expect(await refused(() => new ComposerEnvironment("scoring", { dags }))).toBe(
        'ComposerEnvironment "scoring": dags: [composer/dag-import-not-installed]',
    );
});

test("the output says which check was made, or that checks are disabled", async () => {
    const info = jest.spyOn(pulumi.log, "info").mockResolvedValue();
    const dags = folderOf({ "score.py": "import torch\n" });
    await registered(() => new ComposerEnvironment("scoring", { dags, packages: { torch: "" } }));
    await registered(() => new ComposerEnvironment("scoring", { dags, checkDags: false }));
    expect(info.mock.calls).toEqual([
        [expect.stringMatching(/^ComposerEnvironment "scoring": dags: 1 file checked .+\.$/)],
        ['ComposerEnvironment "scoring": dags: DAG files were not checked, because checkDags is false.'],
    ]);
    info.mockRestore();
});

test("the Python files of the package are valid Python", () => {
    const folder = join(__dirname, "../../../lib/composer");
    const files = ["preflight/dags.py", "python/slipway_plugin.py"].map((file) => join(folder, file));
    const { status, stderr } = spawnSync(
        "python3",
        ["-c", "import ast, sys\nfor file in sys.argv[1:]: ast.parse(open(file).read(), file)", ...files],
        { encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, ""]);
});

test("problems that Airflow finds are reported, except modules that only the environment has installed", () => {
    // In place of a real Airflow, which takes minutes to install and is used in test/apps.
    const airflow = folderOf({
        "airflow/__init__.py": '__version__ = "2.9.9"\n',
        "airflow/models.py": `
import os
class DagBag:
    def __init__(self, folder, include_examples, safe_mode):
        print("loading", folder)
        error = lambda name, text: (os.path.join(folder, name), "Traceback:\\n  line\\n" + text + "\\n")
        self.import_errors = dict([
            error("cycle.py", "AirflowDagCycleException: Cycle detected in DAG: cycle. Faulty task: load"),
            error("torch.py", "ModuleNotFoundError: No module named 'torch'"),
            error("broken.py", "SyntaxError: invalid syntax"),
            error("variable.py", "KeyError: 'Variable " + os.environ["AIRFLOW_VAR_LIMIT"] + os.environ["CUSTOMERS"] + "'"),
        ])
`,
    });
    const files = {
        "cycle.py": "x = 1\n",
        "torch.py": "import torch\n",
        "broken.py": "def (\n",
        "variable.py": "x = 1\n",
    };
    const before = process.env.PYTHONPATH;
    process.env.PYTHONPATH = airflow;
    try {
        const args = { packages: ["torch"], variables: { limit: "3" }, env: { CUSTOMERS: {} } };
        expect(found(files, args)).toEqual({
            reasons: [
                "dags: broken.py:1 [composer/dag-syntax]",
                "dags: cycle.py [composer/dag-refused-by-airflow]",
                "dags: variable.py [composer/dag-refused-by-airflow]",
            ],
            words: expect.stringMatching(
                /: AirflowDagCycleException: Cycle detected in DAG: cycle\. Faulty task: load\.\n.*: KeyError: 'Variable 3preview'\.$/,
            ),
            summary: "dags: 3 files checked with Airflow 2.9.9 of python3.",
        });
    } finally {
        process.env.PYTHONPATH = before ?? "";
    }
});
