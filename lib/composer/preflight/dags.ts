import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
    type AirflowArgument,
    type AirflowChange,
    airflowArguments,
    airflowContext,
    airflowNames,
    airflowTriggerRules,
} from "../../facts/airflowNames";
import { normalizePackageName } from "../../formats/pythonVersion";
import { compareVersions } from "../../formats/version";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import { filesOf } from "../../internal/sources/listing";
import { packageFile } from "../../internal/sources/packageFile";
import type { Image } from "../versions";

/** The DAG files to check, and the environment in which they run. */
export interface DagCheckArgs {
    dags: string;
    plugins?: string;
    packages: string[];
    image: Image;
    /**
     * Environment variables, and Airflow variables and connections, that DAG files may read. Only known values are passed on.
     */
    env: Record<string, unknown>;
    variables: Record<string, unknown>;
    connections: Record<string, unknown>;
}

/** The result of a check. */
export interface DagCheckResult {
    problems: Problem[];
    /** One line that describes how the files were checked. */
    summary: string;
    /** The owners in the files. */
    owners: DagOwner[];
}

/** An owner of tasks, and the first place in the DAG files that names it. */
export interface DagOwner {
    owner: string;
    place: string;
}

interface CheckOutput {
    used: string | null;
    why: string;
    files: number;
    problems: { file: string; line: number | null; kind: keyof typeof faults; what: string; other: string }[];
    owners: { file: string; line: number; owner: string }[];
}

/** The time for loading all DAG files. Airflow itself allows 30 seconds for each (`dagbag_import_timeout`). */
const timeoutMilliseconds = 60_000;

/**
 * Checks DAG files with the local Python, and with its Airflow if that is installed. The check reads no deployed resource, and
 * variables with unknown values have placeholders.
 */
export function checkDags(args: DagCheckArgs, python = process.env.SLIPWAY_PYTHON ?? "python3"): DagCheckResult {
    const home = mkdtempSync(join(tmpdir(), "slipway-airflow-"));
    try {
        return runCheck(args, python, home);
    } finally {
        rmSync(home, { recursive: true, force: true });
    }
}

function runCheck(args: DagCheckArgs, python: string, home: string): DagCheckResult {
    const dags = resolve(args.dags);
    const request = {
        dags,
        plugins: args.plugins === undefined ? "" : resolve(args.plugins),
        files: filesOf(args.dags).map(({ path }) => path),
        // The default of "[core] dag_ignore_file_syntax".
        ignoreSyntax: Number.parseInt(args.image.airflow, 10) >= 3 ? "glob" : "regexp",
        airflow: true,
        airflowVersion: args.image.airflow,
        ...missingFrom(args.image.airflow),
        ...importableModules(args.packages),
    };
    const { status, signal, stdout, error, stderr } = spawnSync(
        python,
        ["-c", packageFile("lib", "composer", "preflight", "dags.py")],
        {
            input: JSON.stringify(request),
            encoding: "utf8",
            timeout: timeoutMilliseconds,
            env: checkEnvironment(args, home),
            maxBuffer: 64 * 1024 * 1024,
        },
    );
    if (error || status !== 0) {
        // If it ended before it read the request, there also is an error, which only says that.
        const ended = signal ?? (status || undefined);
        // A folder on PATH that may not be read hides that the command is in none.
        const isMissing = python.includes("/") ? /ENOENT/ : /ENOENT|EACCES/;
        const why = isMissing.test(String(error))
            ? `there is no ${python}`
            : /ETIMEDOUT/.test(String(error))
              ? `${python} took more than ${timeoutMilliseconds / 1000} seconds`
              : `${python} does not run it: ${stderr?.trim().split("\n").at(-1) || (ended === undefined ? error?.message : `it ended with ${ended}`)}`;
        return { problems: [], owners: [], summary: `dags: DAG files were not checked, because ${why}.` };
    }
    const answer = JSON.parse(stdout) as CheckOutput;
    const count = `${answer.files} file${answer.files === 1 ? "" : "s"}`;
    return {
        problems: answer.problems.map((problem) => dagProblem(problem, args.image.airflow)),
        owners: uniqueOwners(answer),
        summary: answer.used
            ? `dags: ${count} checked with ${answer.used} of ${python}.`
            : `dags: ${count} checked without importing them, with ${python}, because ${answer.why}.`,
    };
}

function uniqueOwners({ owners }: CheckOutput): DagOwner[] {
    const isFirst = (name: string, index: number) => owners.findIndex(({ owner }) => owner === name) === index;
    return owners
        .filter(({ owner }, index) => isFirst(owner, index))
        .map(({ owner, file, line }) => ({ owner, place: `${file}:${line}` }));
}

function dagProblem({ file, line, kind, what, other }: CheckOutput["problems"][number], airflow: string): Problem {
    return faults[kind](line === null ? file : `${file}:${line}`, what, other, airflow);
}

/** What this version of Airflow lacks of what earlier or later ones have. */
function missingFrom(airflow: string) {
    const missing = <Row extends AirflowChange>(rows: Record<string, Row>): Record<string, Row> =>
        Object.fromEntries(
            Object.entries(rows)
                .filter(
                    ([, { removed, added }]) =>
                        (removed !== undefined && compareVersions(airflow, removed) >= 0) ||
                        (added !== undefined && compareVersions(airflow, added) < 0),
                )
                .map(([name, row]) => [name, { ...row, use: row.use ?? "" }]),
        );
    const ofArguments = (of: AirflowArgument["of"]) =>
        missing(
            Object.fromEntries(
                Object.entries<AirflowArgument>(airflowArguments.rows).filter(([, row]) => row.of === of),
            ),
        );
    return {
        names: missing<AirflowChange>(airflowNames.rows),
        arguments: { DAG: ofArguments("DAG"), Operator: ofArguments("Operator") },
        context: missing<AirflowChange>(airflowContext.rows),
        triggerRules: missing<AirflowChange>(airflowTriggerRules.rows),
    };
}

/** The end of a sentence about what Airflow does not have. */
const instead = (use: string) => (use ? `. Use ${use} instead.` : ".");

/** The problems by their kind in `dags.py`. */
const faults = {
    encoding: (at: string) =>
        check.problem("dags", "composer/dag-encoding", `${at} is not UTF-8, in which Airflow reads it.`),
    syntax: (at: string, what: string) =>
        check.problem("dags", "composer/dag-syntax", `${at} does not parse: ${what}.`),
    "relative-import": (at: string) =>
        check.problem(
            "dags",
            "composer/dag-relative-import",
            `${at} imports by its place in a package, and Airflow loads the file outside of any. Import by the path in the folder of DAGs, or name the file in .airflowignore.`,
        ),
    import: (at: string, name: string, missing: string) =>
        check.problem(
            "dags",
            "composer/dag-import-not-installed",
            `${at} imports ${name}, which is not installed. Add ${/ /.test(missing) ? missing : "its package"} to packages.`,
        ),
    cycle: (at: string, path: string) => check.problem("dags", "composer/dag-cycle", `${at} makes a cycle: ${path}.`),
    "long-name": (at: string, length: string) =>
        check.problem(
            "dags",
            "composer/dag-name-too-long",
            `${at} names a DAG with ${length} characters, and 250 is the most.`,
        ),
    name: (at: string, dag: string) =>
        check.problem(
            "dags",
            "composer/dag-name-invalid",
            `${at} names the DAG "${dag}", and names can only have letters, digits, underscores, hyphens and dots.`,
        ),
    "removed-name": (at: string, name: string, use: string, airflow: string) =>
        check.problem(
            "dags",
            "composer/dag-name-removed",
            `${at} uses ${name}, which Airflow ${airflow} does not have${instead(use)}`,
        ),
    "removed-argument": (at: string, name: string, use: string, airflow: string) =>
        check.problem(
            "dags",
            "composer/dag-argument-removed",
            `${at} passes ${name}, which Airflow ${airflow} does not accept${instead(use)}`,
        ),
    "removed-value": (at: string, value: string, use: string, airflow: string) =>
        check.problem(
            "dags",
            "composer/dag-value-removed",
            `${at} passes ${value}, which Airflow ${airflow} does not accept${instead(use)}`,
        ),
    "removed-key": (at: string, key: string, use: string, airflow: string) =>
        check.problem(
            "dags",
            "composer/dag-context-removed",
            `${at} reads ${key} from the context of a task, in which Airflow ${airflow} does not have it${instead(use)}`,
        ),
    "task-twice": (at: string, task: string, first: string) =>
        check.problem(
            "dags",
            "composer/dag-task-twice",
            `${at} creates the task "${task}", as line ${first} does in the same DAG. Give it another task_id.`,
        ),
    twice: (at: string, dag: string, other: string) =>
        check.problem("dags", "composer/dag-name-twice", `${at} names the DAG "${dag}", as ${other} does.`),
    airflow: (at: string, error: string) =>
        check.problem("dags", "composer/dag-refused-by-airflow", `${at} is refused by Airflow: ${error}.`),
};

/** A separate Airflow home, so that the check does not touch the user's own, and placeholders for unknown values. */
function checkEnvironment({ env, variables, connections, plugins }: DagCheckArgs, home: string): NodeJS.ProcessEnv {
    const valuesOf = (all: Record<string, unknown>, prefix: string, placeholder: string) =>
        Object.entries(all).map(([name, value]) => [
            prefix ? `${prefix}${name.toUpperCase()}` : name,
            typeof value === "string" ? value : placeholder,
        ]);
    return {
        ...process.env,
        AIRFLOW_HOME: home,
        AIRFLOW__CORE__LOAD_EXAMPLES: "False",
        AIRFLOW__CORE__UNIT_TEST_MODE: "False",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `sqlite:///${home}/airflow.db`,
        ...(plugins === undefined ? {} : { AIRFLOW__CORE__PLUGINS_FOLDER: resolve(plugins) }),
        ...Object.fromEntries([
            ...valuesOf(env, "", "preview"),
            ...valuesOf(variables, "AIRFLOW_VAR_", "0"),
            ...valuesOf(connections, "AIRFLOW_CONN_", "generic://"),
        ]),
    };
}

/**
 * Modules of the packages in all images: the PyPI requirements of Airflow 2.11.1 with the
 * {@link https://cloud.google.com/composer/docs/versions-packages preinstalled} providers. Other imports need an entry in
 * `packages`, which may name a preinstalled package.
 */
const modules = `
    aiofiles aiohttp alembic amqp anyio apache_beam argcomplete asgiref attr attrs babel bcrypt billiard blinker cachelib cachetools cattrs
    celery certifi cffi charset_normalizer click cloudpickle colorlog connexion cron_descriptor croniter cryptography dateutil db_dtypes
    deprecated dill distlib docutils dotenv email_validator filelock flask flask_appbuilder flask_babel flask_caching flask_login
    flask_session flask_wtf flower frozenlist fsspec gcloud gcsfs google google_auth_httplib2 google_auth_oauthlib googleapiclient greenlet
    grpc gunicorn h11 httpcore httplib2 httpx humanize hvac idna importlib_metadata importlib_resources itsdangerous jinja2 jmespath
    jsonschema jwt kombu kubernetes kubernetes_asyncio lazy_object_proxy limits looker_sdk lockfile mako markdown_it markupsafe marshmallow
    msgpack multidict numpy oauthlib openlineage opentelemetry packaging pandas pandas_gbq paramiko pathspec pendulum pip pkg_resources
    platformdirs pluggy prometheus_client proto psutil psycopg2 pyarrow pydantic pydantic_core pygments pyparsing pytz redis referencing
    regex requests requests_oauthlib requests_toolbelt rich ruamel sendgrid setproctitle setuptools six slugify sniffio sqlalchemy
    sqlalchemy_bigquery sqlalchemy_utils sqlparse sshtunnel tabulate tenacity termcolor tornado tqdm typing_extensions tzdata tzlocal upath
    uritemplate urllib3 vine websocket werkzeug wrapt wtforms yaml yarl zipp`
    .trim()
    .split(/\s+/);

const providers = `
    apache.beam apache.kafka celery cncf.kubernetes common.compat common.io common.sql dbt.cloud fab ftp google hashicorp http imap mysql
    openlineage postgres sendgrid smtp sqlite ssh standard`
    .trim()
    .split(/\s+/);

/** The modules of packages that have other names. */
const modulesByPackage: Record<string, string> = {
    "apache-beam": "apache_beam",
    beautifulsoup4: "bs4",
    "google-cloud-aiplatform": "google vertexai",
    mysqlclient: "MySQLdb",
    "opencv-python": "cv2",
    "opencv-python-headless": "cv2",
    pillow: "PIL",
    protobuf: "google",
    "psycopg2-binary": "psycopg2",
    pycryptodome: "Crypto",
    pyjwt: "jwt",
    "python-dateutil": "dateutil",
    "python-dotenv": "dotenv",
    pyyaml: "yaml",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "sentry-sdk": "sentry_sdk",
    "snowflake-connector-python": "snowflake",
};

/** What DAG files can import in an environment. */
interface Importable {
    modules: string[];
    /** Names below `airflow.providers`. */
    providers: string[];
    /** Module names of all other packages, assuming that a module has the name of its package. */
    guessed: string[];
}

/** What DAG files can import with these packages and the packages of the image. */
function importableModules(packages: string[]): Importable {
    const names = packages.map(normalizePackageName);
    const ofAirflow = names.flatMap((name) => /^apache-airflow-providers-(.+)$/.exec(name)?.[1] ?? []);
    const others = names.filter((name) => !name.startsWith("apache-airflow-providers-"));
    const known = others.flatMap((name) => {
        return modulesByPackage[name]?.split(" ") ?? (name.startsWith("google-") ? ["google"] : []);
    });
    const guessed = others.filter((name) => !Object.hasOwn(modulesByPackage, name) && !name.startsWith("google-"));
    return {
        modules: [...modules, ...known],
        providers: [...providers, ...ofAirflow.map((name) => name.replaceAll("-", "."))],
        guessed: guessed.map((name) => name.replaceAll("-", "_")),
    };
}
