import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploys } from "../../examples/foundation/roles";
import { type RunningServer, serve } from "../../local/runtime/emulator/server";
import { identityOf, kubeconfig } from "../../local/runtime/kubernetes/controlPlane/identity";
import { startControlPlane } from "../../local/runtime/kubernetes/controlPlane/start";
import { Egress } from "../../local/runtime/kubernetes/metrics/egress";
import { cloudOf } from "../../local/simulator/cloudOf";
import type { Inputs } from "../../local/simulator/rules/rules";
import { run } from "../../local/toolchain/process";
import { Airflow, airflowPython, ours } from "../apps/airflow";
import { type MetadataServer, metadataServer } from "../apps/databases/metadata";
import { Deployment } from "../deploy/deployment";
import { BaseRegistry } from "./base";
import { until } from "./until";

const dev = "acme-scoring-dev";
const prod = "acme-scoring-prod";
const dag = "score_customers";

describe("the starter batch-pipeline", () => {
    const folder = mkdtempSync(join(tmpdir(), "slipway-pipeline-"));
    const starter = Deployment.starter("batch-pipeline");
    const cloud = cloudOf(starter.place);
    let base: BaseRegistry;
    let served: RunningServer;
    let metadata: MetadataServer;
    let airflow: Airflow;

    beforeAll(async () => {
        base = await BaseRegistry.start(folder);
        await starter.succeed(["config", "set", "-s", "prod", "base", base.image]);
        served = await serve(cloud);
        metadata = await metadataServer(`pipelines-run@${dev}.iam.gserviceaccount.com`, "token of the account");
    });
    afterAll(async () => {
        airflow?.remove();
        metadata?.close();
        await served?.close();
        await starter.remove();
        await base?.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    /** Starts Airflow with the current deployment. */
    async function take(project: string): Promise<Airflow> {
        airflow?.remove();
        airflow = await Airflow.deployed(cloud, project, {
            ...metadata.environment,
            STORAGE_EMULATOR_HOST: served.url,
            BIGQUERY_EMULATOR_HOST: served.url,
        });
        return airflow;
    }

    const bucket = (project: string) => `${project}-customers`;

    /** Writes the customers of a day to the shop's bucket. */
    async function arrive(project: string, day: string, change = (text: string) => text): Promise<void> {
        await run(await airflowPython(), ["train.py", "--day", day], { cwd: starter.place.folder });
        const text = change(readFileSync(join(starter.place.folder, "customers", `${day}.csv`), "utf8"));
        const upload = `${served.url}/upload/storage/v1/b/${bucket(project)}/o?uploadType=media&name=incoming/${day}.csv`;
        expect((await fetch(upload, { method: "POST", body: text })).status).toBe(200);
    }

    async function objects(project: string): Promise<string[]> {
        const { items = [] } = (await (
            await fetch(`${served.url}/storage/v1/b/${bucket(project)}/o`)
        ).json()) as Inputs;
        return items.map(({ name }: Inputs) => name);
    }

    /** The rows of a day in the table: customer, score, and the model's generation. */
    async function rows(day: string): Promise<[string, number, string, number][]> {
        const path = `/bigquery/v2/projects/${dev}/datasets/scores/tables/customers/data`;
        const { rows = [] } = (await (await fetch(served.url + path)).json()) as Inputs;
        return rows
            .map(({ f }: Inputs) => f.map(({ v }: Inputs) => v))
            .filter(([date]: string[]) => date === day)
            .map(([, customer, score, model, generation]: string[]) => [
                customer,
                Number(score),
                model,
                Number(generation),
            ]);
    }

    /** The pod of a task's latest run, as accepted by a real API server. */
    async function inDryRun(task: string): Promise<Inputs> {
        const place = join(folder, "cluster");
        const egress = new Egress();
        const identity = await identityOf(place);
        const issuer = "https://issuer.example";
        const { api, parts } = await startControlPlane(place, identity, issuer, () => undefined, egress);
        try {
            const namespaces = "/api/v1/namespaces";
            const metadata = { name: "composer-user-workloads" };
            await api.create(namespaces, { apiVersion: "v1", kind: "Namespace", metadata });
            await until(
                () => api.find(`${namespaces}/${metadata.name}/serviceaccounts/default`),
                (account) => account !== undefined,
            );
            const file = join(folder, "kubeconfig");
            writeFileSync(file, kubeconfig(`https://127.0.0.1:${identity.port}`, identity.authority.certificate));
            const { succeeded, printed } = await airflow.run(join(ours, "pod.py"), dag, task, file);
            expect([succeeded, succeeded ? "" : printed]).toEqual([true, ""]);
            return JSON.parse(/^pod:(.*)$/m.exec(printed)?.[1] as string);
        } finally {
            await parts.close();
            egress.close();
        }
    }

    /** The states of all runs, by their days. */
    async function states(): Promise<string[]> {
        const { printed } = await airflow.command("dags", "list-runs", "--dag-id", dag, "--output", "plain");
        const runs = [...printed.matchAll(/^score_customers +\S+ +(\w+) +(\d{4}-\d\d-\d\d)/gm)];
        return runs.map(([, state, day]) => `${day} ${state}`).sort();
    }

    test.each(["dev", "prod"])("is deployed as %s by one up, and a second up changes nothing", async (stack) => {
        const { created } = await starter.up(stack);
        expect(created).toBeGreaterThan(35);
        expect(await starter.again(stack)).toEqual({ unchanged: created });
    });

    test("Airflow loads the deployed folder without errors", async () => {
        await take(dev);
        const { printed } = await airflow.command("dags", "list-import-errors");
        expect(printed).toContain("No data found");
        const listed = await airflow.command("dags", "list", "--columns", "dag_id,owners", "--output", "plain");
        expect(listed.printed).toMatch(/^score_customers +\['scoring'\]$/m);
    });

    test("a run scores a day: the customers are in BigQuery with the model's version, and their file is archived", async () => {
        await arrive(dev, "2026-06-01", (text) => text.replace(/^c00007,\d+/m, "c00007,many"));
        const { succeeded, printed } = await airflow.command("dags", "test", dag, "2026-06-01");
        expect([succeeded, succeeded ? "" : printed]).toEqual([true, ""]);
        expect(await states()).toEqual(["2026-06-01 success"]);
        const scored = await rows("2026-06-01");
        expect(scored).toHaveLength(199);
        expect(scored.map(([customer]) => customer)).not.toContain("c00007");
        expect(new Set(scored.map(([, , model]) => model))).toEqual(new Set(["1.0.0"]));
        const generation = Number((await starter.outputs("dev")).generation);
        expect(new Set(scored.map(([, , , each]) => each))).toEqual(new Set([generation]));
        expect(scored.every(([, score]) => score > 0 && score < 1)).toBe(true);
        expect(printed).toContain("left out: line 9: months is 'many'");
        const kept = ["customers.csv", "scores.jsonl", "valid.csv"].map((name) => `runs/2026-06-01/${name}`);
        expect(await objects(dev)).toEqual(["archive/2026-06-01.csv", ...kept]);
    });

    test("a backfill scores three days, and a repeated day has no duplicates", async () => {
        const days = ["2026-06-02", "2026-06-03", "2026-06-04"];
        for (const day of days) {
            await arrive(dev, day);
        }
        const before = await rows("2026-06-01");
        const range = ["--start-date", "2026-06-01T03:00:00", "--end-date", "2026-06-04T03:00:00"];
        const { succeeded, printed } = await airflow.command("dags", "backfill", ...range, dag);
        expect([succeeded, succeeded ? "" : printed]).toEqual([true, ""]);
        expect(await states()).toEqual([
            "2026-06-01 success",
            ...["2026-06-01", ...days].map((day) => `${day} success`),
        ]);
        for (const day of days) {
            expect(await rows(day)).toHaveLength(200);
        }
        expect(await rows("2026-06-01")).toEqual(before);
    });

    test("a day whose file is missing is retried three times, then its owner is alerted", async () => {
        const { printed } = await airflow.command("dags", "test", dag, "2026-06-05");
        expect(await states()).toContain("2026-06-05 failed");
        const missing = `FileNotFoundError: there is no incoming/2026-06-05.csv in ${bucket(dev)}, nor is it in the archive`;
        expect(printed.split("Marking task as UP_FOR_RETRY").length - 1).toBe(2);
        expect(printed.split("Marking task as FAILED").length - 1).toBe(1);
        expect(printed).toContain(missing);
        const [line = ""] = /slipway-alert .*$/m.exec(printed) ?? [];
        expect(line).toContain('"state": "failed", "dag": "score_customers"');
        // What the deployed policy matches in the log, and whom it notifies.
        const [policy] = cloud.store
            .list()
            .filter(({ type, project }) => type?.endsWith(":AlertPolicy") && project === dev);
        const { conditions, notificationChannels }: Inputs = policy?.state ?? {};
        const { filter } = conditions[0].conditionMatchedLog;
        const texts = [...filter.matchAll(/textPayload:("(?:[^"\\]|\\.)*")/g)].map(([, text]) =>
            JSON.parse(text as string),
        );
        expect(texts).toEqual(["slipway-alert", '"owner": "scoring"']);
        expect(texts.filter((text) => !line.includes(text))).toEqual([]);
        expect(notificationChannels).toHaveLength(1);
        expect(await rows("2026-06-05")).toEqual([]);
    });

    test("nothing is scored if too many customers are invalid", async () => {
        await arrive(dev, "2026-06-06", (text) => text.replace(/^(c0000\d|c0001\d),\d+/gm, "$1,-1"));
        const { printed } = await airflow.command("tasks", "test", dag, "extract", "2026-06-06");
        expect(printed).not.toContain("Traceback");
        const validated = await airflow.command("tasks", "test", dag, "validate", "2026-06-06");
        expect(validated.printed).toContain(
            "20 of 200 customers are invalid: line 2: months is -1, and not from 0 to 600",
        );
    });

    test("the first run trains a new version of the model, and records its metrics", async () => {
        await starter.succeed(["config", "set", "-s", "dev", "model", "1.1.0"]);
        await starter.up("dev");
        await take(dev);
        await arrive(dev, "2026-06-05");
        const { succeeded, printed } = await airflow.command("dags", "test", dag, "2026-06-05");
        expect([succeeded, succeeded ? "" : printed]).toEqual([true, ""]);
        const scored = await rows("2026-06-05");
        expect(scored).toHaveLength(200);
        expect(new Set(scored.map(([, , model]) => model))).toEqual(new Set(["1.1.0"]));
        expect(new Set((await rows("2026-06-04")).map(([, , model]) => model))).toEqual(new Set(["1.0.0"]));
    });

    test("in production a pod scores: an API server accepts it in a dry run, and the same arguments score without a pod", async () => {
        await take(prod);
        await arrive(prod, "2026-06-01");
        // Without a cluster, the run fails when it creates the pod.
        const { printed } = await airflow.command("dags", "test", dag, "2026-06-01");
        expect(printed).toContain("Invalid kube-config file. No configuration found.");
        const { spec } = await inDryRun("score");
        const [container] = spec.containers;
        const [, digest] = container.image.split("@");
        expect([container.image, digest]).toEqual([
            expect.stringMatching(/^europe-west1-docker\.pkg\.dev\/acme-scoring-prod\/apps\/score/),
            expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        ]);
        expect(container.args.slice(0, 2)).toEqual(["score", "2026-06-01"]);
        const scored = await airflow.run("-m", "scoring", ...container.args);
        expect(scored).toMatchObject({ succeeded: true, printed: expect.stringMatching(/^200$/m) });
        expect(await objects(prod)).toContain("runs/2026-06-01/scores.jsonl");
    });

    test("is destroyed: dev immediately, prod after its protection is disabled", async () => {
        await starter.destroy("dev");
        expect(starter.remaining(dev)).toEqual([]);
        await starter.takeDown("prod");
        expect(starter.remaining(prod)).toEqual([]);
    });

    test("is deployed, updated and destroyed by an account with the roles that it needs, and no others", () => {
        const { roles = [], grantable = [] } = deploys["batch-pipeline"] ?? {};
        expect(starter.leastRoles()).toEqual({ roles: [...roles].sort(), grantable: [...grantable].sort() });
    });
});
