import type { Fault } from "slipway-local";
import { cloudOf } from "../../../local/simulator/cloudOf";
import { Deployment } from "../../deploy/deployment";

const files = (program: string) => ({
    "Pulumi.yaml": "name: scoring\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-scoring\n  gcp:region: europe-west4\n  slipway:kind: development\n",
    "package.json": '{ "name": "scoring", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});

const digest = `sha256:${"0a".repeat(32)}`;

const around = `"use strict";
const { BigQueryDataset, DataflowJob, PubSubSubscription, PubSubTopic, StorageBucket } = require("slipway");
const sales = new PubSubTopic("sales");
const subscription = new PubSubSubscription("score", { topic: sales, pull: {} });
const models = new StorageBucket("models");
`;

const streaming = `${around}
const score = new DataflowJob("score", {
    image: "docker.io/acme/score@${digest}",
    type: "streaming",
    uses: { sales: subscription.subscriber, models: models.reader },
    parameters: { window: "60" },
    scaling: { min: 1, max: 3 },
    drainTimeout: "30 minutes",
});
exports.job = score.job.jobId;
exports.state = score.job.state;
`;

const flex = "dataflow.projects.locations.flexTemplates.launch";
const up = ["up", "-s", "dev", "--yes", "--skip-preview"];

/** A job in the local Google Cloud, as far as tests look at it. */
interface Job {
    id: string;
    jobName: string;
    type: string;
    environment: Record<string, unknown>;
    parameters: Record<string, string>;
    replaceJobId?: string;
    drainTime?: string;
    cancelTime?: string;
    failure?: string[];
    runtimeUpdatableParams?: Record<string, number>;
    transformNameMapping?: Record<string, string>;
}

/** A deployment of a program, with its jobs. */
function scoring(text: string) {
    const deployment = new Deployment(files(text));
    const jobs = (): Job[] =>
        cloudOf(deployment.place)
            .store.list("//dataflow.googleapis.com/", "jobs")
            .map(({ state }) => state as unknown as Job)
            .sort((one, other) => (one.id < other.id ? -1 : 1));
    return {
        deployment,
        jobs,
        edit: (from: string, to: string) => deployment.edit("index.js", (program) => program.replaceAll(from, to)),
        result: async (): Promise<{ job: string; state: string }> => {
            const { output } = await deployment.run(["stack", "output", "--json", "-s", "dev"]);
            return JSON.parse(output);
        },
        faulty: (fault: Partial<Fault>) =>
            deployment.run(up, {}, { faults: [{ verb: "create", type: flex, ...fault } as Fault] }),
    };
}

describe("a streaming job", () => {
    const { deployment, jobs, edit, result, faulty } = scoring(streaming);
    afterAll(() => deployment.remove());
    const latest = () => jobs().at(-1) as Job;
    const states = async () => {
        const { job, state } = await result();
        return [job === latest().id, state];
    };

    test("that does not start tells why", async () => {
        const { code, output } = await faulty({ answer: "fail" });
        expect([code === 0, output]).toEqual([false, expect.stringContaining("Template launch failed")]);
        expect(output).toContain("The next 'pulumi up' launches it again.");
    });

    test("is launched once, with the values of uses as options of the pipeline", async () => {
        const { code } = await faulty({ answer: "lose" });
        expect(code).not.toBe(0);
        await deployment.succeed(["cancel", "dev", "--yes"]);
        await deployment.up("dev");
        expect(jobs()).toHaveLength(2);
        expect(await states()).toEqual([true, "JOB_STATE_RUNNING"]);
        expect(latest()).toMatchObject({
            jobName: "score",
            type: "JOB_TYPE_STREAMING",
            parameters: {
                window: "60",
                sales: "projects/acme-scoring/subscriptions/score",
                models: "acme-scoring-models",
            },
            runtimeUpdatableParams: { minNumWorkers: 1, maxNumWorkers: 3 },
        });
    });

    test("stays as it is, also after a refresh", async () => {
        expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
        expect(await deployment.preview("dev")).toEqual([]);
        expect(jobs()).toHaveLength(2);
    });

    test("gets another number of workers without another job", async () => {
        edit("max: 3", "max: 7");
        expect(await deployment.upAsPreviewed("dev")).toEqual(["update DataflowRun score"]);
        expect(jobs()).toHaveLength(2);
        expect(latest().runtimeUpdatableParams).toEqual({ minNumWorkers: 1, maxNumWorkers: 7 });
    });

    test("is updated in place when its options change, and nothing is drained or cancelled", async () => {
        const first = latest();
        edit('window: "60"', 'window: "120"');
        await deployment.up("dev");
        expect(jobs()).toHaveLength(3);
        expect(latest()).toMatchObject({ parameters: { window: "120" }, replaceJobId: first.id });
        expect(await states()).toEqual([true, "JOB_STATE_RUNNING"]);
        expect(jobs().flatMap(({ drainTime, cancelTime }) => [drainTime, cancelTime].filter(Boolean))).toEqual([]);
    });

    test("is updated once if the answer of the update is lost or an error of the server", async () => {
        edit('window: "120"', 'window: "180"');
        expect((await faulty({ answer: "lose" })).code).not.toBe(0);
        await deployment.succeed(["cancel", "dev", "--yes"]);
        await deployment.up("dev");
        expect(jobs()).toHaveLength(4);
        edit('window: "180"', 'window: "60"');
        expect((await faulty({ answer: 503, call: 1 })).code).toBe(0);
        expect(jobs()).toHaveLength(5);
        expect(await states()).toEqual([true, "JOB_STATE_RUNNING"]);
    });

    test("goes on with the code of before if Dataflow refuses an update that must not drain", async () => {
        edit('drainTimeout: "30 minutes"', 'drainTimeout: "30 minutes", onIncompatible: "fail"');
        edit('window: "60"', 'window: "30"');
        const before = latest();
        const { code, output } = await faulty({ answer: "fail" });
        expect([code === 0, output]).toEqual([false, expect.stringContaining("The new job is missing steps Window.")]);
        expect(output).toContain(`The job ${before.id} goes on with the code of before, and loses nothing.`);
        expect(before.drainTime).toBeUndefined();
        expect(latest().failure).toHaveLength(1);
        edit(', onIncompatible: "fail"', "");
    });

    test("is drained before the next one starts if Dataflow cannot update it", async () => {
        const running = (await result()).job;
        expect((await faulty({ answer: "fail", call: 1 })).code).toBe(0);
        const drained = jobs().find(({ id }) => id === running);
        expect(drained?.drainTime).toBeDefined();
        expect(drained?.cancelTime).toBeUndefined();
        expect(latest()).toMatchObject({ parameters: { window: "30" } });
        expect(latest().replaceJobId).toBeUndefined();
        expect(await states()).toEqual([true, "JOB_STATE_RUNNING"]);
    });

    test("is drained for a change of Streaming Engine, which no update can make", async () => {
        const running = (await result()).job;
        edit('type: "streaming",', 'type: "streaming", streamingEngine: false,');
        await deployment.up("dev");
        expect(jobs().find(({ id }) => id === running)?.drainTime).toBeDefined();
        expect(latest().environment.enableStreamingEngine).toBe(false);
        edit('type: "streaming", streamingEngine: false,', 'type: "streaming",');
    });

    test("that drains for longer than the limit goes on, nothing is cancelled, and the next update resumes", async () => {
        edit('drainTimeout: "30 minutes"', 'drainTimeout: "1 minute"');
        const running = (await result()).job;
        const { code, output } = await deployment.run(up);
        expect([code === 0, output]).toEqual([
            false,
            expect.stringContaining(`the Dataflow job ${running} has not drained within 60 seconds`),
        ]);
        const count = jobs().length;
        await deployment.run(up);
        edit('drainTimeout: "1 minute"', 'drainTimeout: "30 minutes"');
        await deployment.up("dev");
        expect(jobs()).toHaveLength(count + 1);
        expect(jobs().filter(({ cancelTime }) => cancelTime)).toEqual([]);
        expect(await states()).toEqual([true, "JOB_STATE_RUNNING"]);
    });

    test("reports a pipeline that does not start, and the one before goes on", async () => {
        const running = (await result()).job;
        edit('window: "30"', 'window: "15"');
        edit("docker.io/acme", "europe-west4-docker.pkg.dev/acme-scoring/missing");
        const { code, output } = await deployment.run(up);
        expect([code === 0, output]).toEqual([false, expect.stringContaining("Error pulling image")]);
        expect(jobs().find(({ id }) => id === running)?.drainTime).toBeUndefined();
        edit("europe-west4-docker.pkg.dev/acme-scoring/missing", "docker.io/acme");
        await deployment.up("dev");
        expect(await states()).toEqual([true, "JOB_STATE_RUNNING"]);
    });

    test("is launched again after somebody has drained it", async () => {
        const cloud = cloudOf(deployment.place);
        const name = `//dataflow.googleapis.com/projects/acme-scoring/locations/europe-west4/jobs/${latest().id}`;
        const found = cloud.store.read(name);
        cloud.store.write({
            ...(found as NonNullable<typeof found>),
            state: { ...found?.state, drainTime: new Date(0).toISOString() },
        });
        const count = jobs().length;
        await deployment.up("dev");
        expect(jobs()).toHaveLength(count + 1);
        expect(await states()).toEqual([true, "JOB_STATE_RUNNING"]);
    });

    test("is launched before the one of another name is drained", async () => {
        const running = latest().id;
        edit('type: "streaming",', 'type: "streaming", name: "scores",');
        await deployment.up("dev");
        expect(latest().jobName).toBe("scores");
        expect(jobs().find(({ id }) => id === running)?.drainTime).toBeDefined();
    });

    test("is drained when it is destroyed, and nothing is left behind", async () => {
        await deployment.destroy("dev");
        expect(latest().drainTime).toBeDefined();
        expect(jobs().filter(({ cancelTime }) => cancelTime)).toEqual([]);
        expect(deployment.remaining()).toEqual([]);
    });
});

const batch = `${around}
const history = new BigQueryDataset("history");
const count = new DataflowJob("count", {
    template: "Word_Count",
    parameters: { inputFile: "gs://dataflow-samples/shakespeare/kinglear.txt", output: "gs://acme-scoring-models/counts" },
    uses: {},
    runOn: ["one"],
    schedule: "0 3 * * *",
    wait: true,
});
new StorageBucket("after", {}, { dependsOn: count });
exports.job = count.job.jobId;
exports.state = count.job.state;
`;

describe("a batch job", () => {
    const { deployment, jobs, edit, result, faulty } = scoring(batch);
    const classic = "dataflow.projects.locations.templates.launch";
    afterAll(() => deployment.remove());

    test("that fails tells why, and what depends on it is not created", async () => {
        const { code, output } = await faulty({ answer: "fail", type: classic });
        expect([code === 0, output]).toEqual([
            false,
            expect.stringMatching(/the Dataflow job \S+ ended as JOB_STATE_FAILED\s[\s\S]*Template launch failed/),
        ]);
        expect(output).toContain("https://console.cloud.google.com/dataflow/jobs/europe-west4/");
        expect(deployment.cloud.existing().join("\n")).not.toContain("acme-scoring-after");
    });

    test("runs again with the next update, which goes on", async () => {
        await deployment.up("dev");
        expect(jobs()).toHaveLength(2);
        expect((await result()).state).toBe("JOB_STATE_DONE");
        expect(deployment.cloud.existing().join("\n")).toContain("acme-scoring-after");
        const [job] = jobs().slice(-1);
        expect(job?.jobName).toMatch(/^count-[0-9a-f]{8}$/);
    });

    test("does not run again unchanged, nor with other workers, and does with another runOn", async () => {
        expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
        edit('runOn: ["one"]', 'runOn: ["one"], scaling: { max: 4 }');
        await deployment.up("dev");
        expect(jobs()).toHaveLength(2);
        edit('runOn: ["one"]', 'runOn: ["two"]');
        await deployment.up("dev");
        expect(jobs()).toHaveLength(3);
    });

    test("goes on after the longest wait, and the next update resumes waiting", async () => {
        edit('runOn: ["two"]', 'runOn: ["three"]');
        edit("wait: true", 'wait: "2 minutes"');
        const { code, output } = await deployment.run(up);
        expect([code === 0, output]).toEqual([false, expect.stringContaining("did not end within 120 seconds")]);
        edit('wait: "2 minutes"', "wait: true");
        await deployment.up("dev");
        expect(jobs()).toHaveLength(4);
        expect((await result()).state).toBe("JOB_STATE_DONE");
    });

    test("is launched by Cloud Scheduler with the same options", () => {
        const [target] = deployment
            .resources()
            .filter(({ type }: { type: string }) => type === "gcp:cloudscheduler/job:Job")
            .map(({ properties }) => properties.httpTarget as { uri: string; body: string });
        expect(target?.uri).toBe(
            "https://dataflow.googleapis.com/v1b3/projects/acme-scoring/locations/europe-west4/templates:launch?gcsPath=gs%3A%2F%2Fdataflow-templates-europe-west4%2Flatest%2FWord_Count",
        );
        expect(JSON.parse(Buffer.from(String(target?.body), "base64").toString())).toMatchObject({
            jobName: "count-scheduled",
            parameters: { output: "gs://acme-scoring-models/counts" },
            environment: { maxWorkers: 4, ipConfiguration: "WORKER_IP_PRIVATE" },
        });
    });

    test("leaves nothing behind", async () => {
        await deployment.destroy("dev");
        expect(deployment.remaining()).toEqual([]);
    });
});
