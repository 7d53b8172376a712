import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Airflow, airflowPython, ours } from "../apps/airflow";
import { type MetadataServer, metadataServer } from "../apps/databases/metadata";
import { contentOf } from "../apps/deployedFunction";
import { until } from "../clusters/until";
import { Deployment } from "../deploy/deployment";

const project = "acme-pipelines";

const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
const { ComposerEnvironment } = require("slipway");
new ComposerEnvironment("pipelines", {
    dags: "./dags",
    connections: { warehouse: pulumi.secret("postgres://etl:hunter2@10.0.0.3/sales") },
    variables: { threshold: "0.7" },
    pools: { scoring: { slots: 4, description: "the scoring's" }, closed: { slots: 0 } },
    alerts: { owners: { scoring: { email: "scoring@acme.example" } }, lateAfter: "1 hour" },
});
`;

/** A DAG with one task, whose owner is notified of runs. */
const dag = (name: string, settings: string, task: string, statements: string) => `
import pendulum
from airflow.decorators import dag, task
from airflow.hooks.base import BaseHook
from airflow.models import Variable

@dag("${name}", schedule="@daily", start_date=pendulum.datetime(2026, 1, 1), catchup=False, is_paused_upon_creation=False, ${settings})
def pipeline():
    @task(${task})
    def step():
        ${statements}
    step()

pipeline()
`;

const dags = {
    "score.py": dag(
        "score",
        'default_args={"owner": "scoring"}',
        'pool="scoring"',
        "raise ValueError(f\"{Variable.get('threshold')} for {BaseHook.get_connection('warehouse').login}\")",
    ),
    "waits.py": dag("waits", 'default_args={"owner": "etl"}', 'pool="closed"', "pass"),
    "slow.py": dag("slow", 'default_args={"owner": "etl"}, tags=["late:3d"]', 'pool="closed"', "pass"),
};

const alert = (state: string, dag: string, owner: string) =>
    new RegExp(`slipway-alert {"state": "${state}", "dag": "${dag}", "run": "[^"]+", "owner": "${owner}"}`);

describe("a Composer environment in a real Airflow", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: pipelines\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: development\n`,
        "package.json": '{ "name": "pipelines", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    const write = (name: string, text: string) => writeFileSync(deployment.file(join("dags", name)), text);
    const cloud = cloudOf(deployment.place);
    let served: RunningServer;
    let metadata: MetadataServer;
    let airflow: Airflow;

    beforeAll(async () => {
        mkdirSync(deployment.file("dags"));
        for (const [name, text] of Object.entries(dags)) {
            write(name, text);
        }
        await deployment.up("dev");
        served = await serve(cloud);
        metadata = await metadataServer(`pipelines-run@${project}.iam.gserviceaccount.com`, "token of the account");
        airflow = await Airflow.deployed(cloud, project, {
            ...metadata.environment,
            SECRET_MANAGER_ADDRESS: served.url,
        });
    });
    afterAll(async () => {
        airflow?.remove();
        metadata?.close();
        await served?.close();
        await deployment.remove();
    });

    /** The items that a command lists. */
    async function listed(...args: string[]): Promise<Record<string, string>[]> {
        const { printed } = await airflow.command(...args, "--output", "json");
        return JSON.parse(/^\[\{.*/m.exec(printed)?.[0] as string);
    }

    async function pools(): Promise<string[]> {
        const found = await listed("pools", "list");
        return found.map(({ pool, slots, description }) => `${pool} ${slots} ${description}`).sort();
    }

    test("reads its variables and connections from Secret Manager", async () => {
        expect((await airflow.command("variables", "get", "threshold")).printed).toMatch(/^0\.7$/m);
        const [connection] = await listed("connections", "get", "warehouse");
        expect(connection).toMatchObject({
            conn_type: "postgres",
            host: "10.0.0.3",
            login: "etl",
            password: "hunter2",
        });
        expect((await airflow.command("variables", "get", "other")).succeeded).toBe(false);
        const { output } = await deployment.run(["stack", "export", "-s", "dev"]);
        expect(output).toContain("pipelines-connections-warehouse");
        expect(output).not.toContain("hunter2");
    });

    test("reports a late run once, and a missing run when it is missing twice", async () => {
        for (const name of ["waits", "slow"]) {
            await airflow.run(join(ours, "due.py"), name, "0");
        }
        const { printed } = await airflow.run(join(ours, "looks.py"), "-48", "26", "27", "28");
        const [, ...looks] = printed.split(/hours from now:/);
        const told = looks.map((look) =>
            [...look.matchAll(/slipway-alert (.*)/g)].map(([, event]) => {
                const { state, dag, run, owner } = JSON.parse(event as string);
                return [
                    state,
                    dag.replace(/[0-9a-f]{8}$/, ""),
                    run.replace(/^\d{4}-.*/, "unmade").split("__")[0],
                    owner,
                ];
            }),
        );
        expect(told.map((each) => each.sort())).toEqual([
            [],
            [["late", "waits", "scheduled", "etl"]],
            [
                ["late", "score", "unmade", "scoring"],
                ["late", "waits", "unmade", "etl"],
            ],
            [],
        ]);
    });

    test("has a scheduler that sets the pools, and notifies owners of failed and late runs", async () => {
        await airflow.run(join(ours, "due.py"), "waits", "3");
        const scheduler = airflow.start("scheduler", "--skip-serve-logs");
        try {
            await scheduler.printed(alert("late", "waits", "etl"));
            await scheduler.printed(alert("failed", "score", "scoring"));
        } finally {
            await scheduler.end();
        }
        expect(await pools()).toEqual([
            "closed 0 (set by slipway)",
            "default_pool 128 Default pool",
            "scoring 4 the scoring's (set by slipway)",
        ]);
    });

    test("removes pools that are no longer in the program", async () => {
        deployment.edit("index.js", (text) =>
            text.replace("slots: 4", "slots: 2").replace(", closed: { slots: 0 }", ""),
        );
        await deployment.up("dev");
        const name = "plugins/slipway_plugin.json";
        writeFileSync(join(airflow.folder, name), contentOf(cloud, `${project}-pipelines-composer`, name));
        const scheduler = airflow.start("scheduler", "--skip-serve-logs");
        try {
            await until(pools, (found) => !found.some((each) => each.startsWith("closed")), { seconds: 60 });
        } finally {
            await scheduler.end();
        }
        expect(await pools()).toEqual(["default_pool 128 Default pool", "scoring 2 the scoring's (set by slipway)"]);
    });

    test("is refused at preview if a real Airflow cannot load its files", async () => {
        const environment = { SLIPWAY_PYTHON: await airflowPython() };
        const { code, output } = await deployment.run(["preview", "-s", "dev"], environment);
        expect([code, output]).toEqual([0, expect.stringContaining("dags: 3 files checked with Airflow 2.11.1 of ")]);
        write("again.py", dags["score.py"]);
        write("train.py", "import torch\n");
        write(
            "cycle.py",
            dag("cycle", "", "", "pass").replace(
                "    step()\n\npip",
                "    one, other = step(), step()\n    one >> other >> one\n\npip",
            ),
        );
        const refused = await deployment.run(["preview", "-s", "dev"], environment);
        expect(refused.code).not.toBe(0);
        for (const reason of [
            "again.py is refused by Airflow: AirflowDagDuplicatedIdException: Ignoring DAG score from ",
            "cycle.py is refused by Airflow: AirflowDagCycleException: Cycle detected in DAG: cycle. Faulty task: step",
            "train.py:1 imports torch, which is not installed. Add its package to packages.",
        ]) {
            expect(refused.output).toContain(`ComposerEnvironment "pipelines": dags: ${reason}`);
        }
    });
});
