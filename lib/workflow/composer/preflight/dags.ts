import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Problem } from "../../../internal/check";
import { filesOf } from "../../../internal/files";
import { packaged } from "../../../internal/packaged";
import type { Image } from "../versions";
import { importable } from "./modules";

/** What is checked, and with what the DAGs will run. */
export interface Checked {
    dags: string;
    plugins?: string;
    packages: string[];
    image: Image;
    /** The environment variables, and the variables and connections of Airflow, that DAG files may ask for; nothing of what is not known. */
    environment: Record<string, unknown>;
    variables: Record<string, unknown>;
    connections: Record<string, unknown>;
}

/** What a check found, and one line that says how it was done. */
export interface Preflight {
    problems: Problem[];
    how: string;
    /** Whom the files name as owners, and where. */
    owners: NamedOwner[];
}

/** An owner of tasks, and the first place of the DAG files that names it. */
export interface NamedOwner {
    owner: string;
    place: string;
}

interface Answer {
    used: string | null;
    why: string;
    files: number;
    problems: { file: string; line: number | null; what: string; missing?: string }[];
    owners: { file: string; line: number; owner: string }[];
}

/** A preview waits no longer for Airflow to load DAG files: each has 30 seconds there as well (`dagbag_import_timeout`). */
const mostMilliseconds = 60_000;

/**
 * Checks the files of DAGs with the Python of the machine, which has no part in the deployment: where it has Airflow, with that.
 * Nothing that is there only once it is deployed is asked for, and no variable has its value.
 */
export function checkDags(given: Checked, python = process.env.SLIPWAY_PYTHON ?? "python3"): Preflight {
    const home = mkdtempSync(join(tmpdir(), "slipway-airflow-"));
    try {
        return answered(given, python, home);
    } finally {
        rmSync(home, { recursive: true, force: true });
    }
}

function answered(given: Checked, python: string, home: string): Preflight {
    const dags = resolve(given.dags);
    const request = {
        dags,
        plugins: given.plugins === undefined ? "" : resolve(given.plugins),
        files: filesOf(given.dags).map(({ path }) => path),
        // "[core] dag_ignore_file_syntax": its default.
        ignoreSyntax: Number.parseInt(given.image.airflow, 10) >= 3 ? "glob" : "regexp",
        airflow: true,
        ...importable(given.packages),
    };
    const { status, stdout, error, stderr } = spawnSync(
        python,
        ["-c", packaged("lib", "workflow", "composer", "preflight", "dags.py")],
        {
            input: JSON.stringify(request),
            encoding: "utf8",
            timeout: mostMilliseconds,
            env: environmentOf(given, home),
            maxBuffer: 64 * 1024 * 1024,
        },
    );
    if (error || status !== 0) {
        const why = /ENOENT/.test(String(error))
            ? `there is no ${python}`
            : /ETIMEDOUT/.test(String(error))
              ? `${python} took more than ${mostMilliseconds / 1000} seconds`
              : `${python} does not run it: ${stderr.trim().split("\n").at(-1) || error?.message}`;
        return { problems: [], owners: [], how: `dags: DAG files were not checked, as ${why}.` };
    }
    const answer = JSON.parse(stdout) as Answer;
    const count = `${answer.files} file${answer.files === 1 ? "" : "s"}`;
    return {
        problems: answer.problems.map(problemOf),
        owners: ownersOf(answer),
        how: answer.used
            ? `dags: ${count} checked with ${answer.used} of ${python}.`
            : `dags: ${count} checked by what they say, with ${python}, as ${answer.why}.`,
    };
}

function ownersOf({ owners }: Answer): NamedOwner[] {
    const isFirst = (name: string, index: number) => owners.findIndex(({ owner }) => owner === name) === index;
    return owners
        .filter(({ owner }, index) => isFirst(owner, index))
        .map(({ owner, file, line }) => ({ owner, place: `${file}:${line}` }));
}

function problemOf({ file, line, what, missing }: Answer["problems"][number]): Problem {
    const place = line === null ? file : `${file}:${line}`;
    const how = missing === undefined ? "" : ` Add ${/ /.test(missing) ? missing : "its package"} to packages.`;
    return { path: "dags", reason: `${place} ${what}.${how}` };
}

/** A home of its own, so that nothing of the user's own Airflow is read or written; and a text for whatever DAG files ask for. */
function environmentOf({ environment, variables, connections, plugins }: Checked, home: string): NodeJS.ProcessEnv {
    const some = (all: Record<string, unknown>, prefix: string, text: string) =>
        Object.entries(all).map(([name, value]) => [
            prefix ? `${prefix}${name.toUpperCase()}` : name,
            typeof value === "string" ? value : text,
        ]);
    return {
        ...process.env,
        AIRFLOW_HOME: home,
        AIRFLOW__CORE__LOAD_EXAMPLES: "False",
        AIRFLOW__CORE__UNIT_TEST_MODE: "False",
        AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `sqlite:///${home}/airflow.db`,
        ...(plugins === undefined ? {} : { AIRFLOW__CORE__PLUGINS_FOLDER: resolve(plugins) }),
        ...Object.fromEntries([
            ...some(environment, "", "preview"),
            ...some(variables, "AIRFLOW_VAR_", "0"),
            ...some(connections, "AIRFLOW_CONN_", "generic://"),
        ]),
    };
}
