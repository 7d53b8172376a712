import type { Fault } from "slipway-local";
import { contentOf, type Job, launchOf, scale } from "../../../lib/dataflow/admin/dataflowApi";
import { dataflowJobProvider } from "../../../lib/dataflow/admin/job";
import type { DataflowJobInputs, DataflowJobOutputs } from "../../../lib/dataflow/admin/jobInputs";
import { AdminApi, dataflow } from "../../../lib/internal/adminApi/adminApi";
import type { FaultSettings } from "../../../local/runtime/emulator/methods/api";
import { SimulatedTime } from "../../../local/simulator/cloud/propagation";
import { Faults } from "../../../local/simulator/provider/faults";
import { call, dataflowWorld } from "../local/dataflowWorld";
import { inputs } from "./jobs";

/** The provider on the local Google Cloud, with the messages of a deployment and the calls that change something. */
function onLocalCloud(...faults: Fault[]) {
    const world = dataflowWorld();
    const time = new SimulatedTime(world.cloud.folder);
    Reflect.set(globalThis, Symbol.for("slipway.clock"), {
        now: () => time.now(),
        sleep: async (ms: number) => time.skip(ms),
    });
    const troubles: FaultSettings = {
        faults: new Faults({ faults }, () => undefined),
        clock: { sleep: async () => undefined } as never,
    };
    const messages: string[] = [];
    const changes: string[] = [];
    const waiting = { isFull: false, jobs: new Set<string>() };
    const fetchImplementation = async (url: unknown, { method = "GET", body }: { method?: string; body?: unknown }) => {
        const path = String(url).replace(/^.*\/v1b3\//, "");
        const content = body === undefined ? undefined : JSON.parse(String(body));
        if (method !== "GET") {
            const launched = content.launchParameter?.update ? "update" : "launch";
            changes.push(content.requestedState ?? (content.runtimeUpdatableParams ? "workers" : launched));
        }
        const answer = await call(world, method, path, content, troubles);
        const { job, jobs = [job ?? answer.body] } = answer.body as { job?: Job; jobs?: Job[] };
        if (waiting.isFull && job) {
            waiting.jobs.add(job.id);
        }
        for (const each of jobs.filter(({ id }) => waiting.jobs.has(id))) {
            each.currentState = "JOB_STATE_QUEUED";
        }
        const headers = { "content-type": "application/json" };
        return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
    };
    const provider = dataflowJobProvider(
        () => new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "t" }, fetchImplementation as never, dataflow),
        (message) => messages.push(message),
    );
    const create = async () => (await provider.create(inputs)).outs as DataflowJobInputs & DataflowJobOutputs;
    /** What is launched from now on waits for capacity, and never starts. */
    const fill = () => {
        waiting.isFull = true;
    };
    /** The minutes that something waits, and its error. */
    const failure = async (run: () => Promise<unknown> | undefined) => {
        const since = time.now();
        const error: Error = await Promise.resolve(run()).then(
            () => expect(undefined).toBe("an error"),
            (thrown) => thrown,
        );
        return { minutes: Math.floor((time.now() - since) / 60_000), message: error.message };
    };
    return { provider, messages, changes, create, fill, failure };
}

test.each<[string, Partial<DataflowJobInputs>, boolean]>([
    ["parameters", { parameters: { sales: "s", window: "60" } }, true],
    ["the template", { template: { kind: "flex", path: "gs://flow/other.json" } }, true],
    ["the account", { environment: { ...inputs.environment, serviceAccountEmail: "a@b" } }, true],
    ["numbers of workers", { workers: { min: 2, max: 9 } }, false],
    ["labels", { labels: { team: "sales" } }, false],
    ["names of transforms", { transformNames: { a: "b" } }, false],
    ["the limit of drains", { drainSeconds: 60 }, false],
])("another content because of %s: %j is %s", (_, change, isOther) => {
    expect(contentOf({ ...inputs, ...change }) !== contentOf(inputs)).toBe(isOther);
});

test("numbers of workers are content without Streaming Engine", () => {
    const environment = { ...inputs.environment, enableStreamingEngine: false };
    const without = { ...inputs, environment };
    expect(contentOf({ ...without, workers: { min: 2, max: 9 } })).not.toBe(contentOf(without));
});

const common = {
    jobName: "score-1",
    parameters: inputs.parameters,
    environment: {
        ...inputs.environment,
        numWorkers: 1,
        maxWorkers: 3,
        additionalUserLabels: { environment: "dev", "slipway-job": "score", "slipway-content": "0a" },
    },
};
const renamed = { a: "b" };

test.each<[string, Partial<DataflowJobInputs>, boolean, object]>([
    ["a Flex Template", {}, false, {}],
    ["a Flex Template, with names of transforms that only updates have", { transformNames: renamed }, false, {}],
    ["an update of a Flex Template", {}, true, { update: true }],
    [
        "an update of a Flex Template with names of transforms",
        { transformNames: renamed },
        true,
        { update: true, transformNameMappings: renamed },
    ],
])("the request that launches %s", (_, change, isUpdate, more) => {
    expect(launchOf({ ...inputs, ...change }, "score-1", "0a", isUpdate)).toEqual({
        path: "projects/acme-dev/locations/europe-west1/flexTemplates:launch",
        query: {},
        body: { launchParameter: { ...common, containerSpecGcsPath: "gs://flow/score.json", ...more } },
    });
});

test.each<[string, Partial<DataflowJobInputs>, boolean, object]>([
    ["a classic template", { transformNames: renamed }, false, {}],
    ["an update of a classic template", {}, true, { update: true }],
    [
        "an update of a classic template with names of transforms",
        { transformNames: renamed },
        true,
        { update: true, transformNameMapping: renamed },
    ],
])("the request that launches %s", (_, change, isUpdate, more) => {
    const classic = { ...inputs, template: { kind: "classic" as const, path: "gs://flow/count" }, ...change };
    const { body, ...address } = launchOf(classic, "score-1", "0a", isUpdate);
    expect(address).toEqual({
        path: "projects/acme-dev/locations/europe-west1/templates:launch",
        query: { gcsPath: "gs://flow/count" },
    });
    // A key without a value would be sent as one.
    expect(body).toStrictEqual({ ...common, ...more });
});

test.each([
    [0, 0, {}],
    [0, 5, { maxWorkers: 5 }],
    [5, 0, { numWorkers: 5 }],
    [1, 1, { numWorkers: 1, maxWorkers: 1 }],
])("a job with at least %d and at most %d workers, where 0 is Dataflow's default", (min, max, expected) => {
    const { body } = launchOf({ ...inputs, workers: { min, max } }, "score-1", "0a", false);
    const { launchParameter } = body as unknown as { launchParameter: typeof common };
    expect(launchParameter.environment).toEqual({
        ...inputs.environment,
        additionalUserLabels: common.environment.additionalUserLabels,
        ...expected,
    });
});

const both = "runtime_updatable_params.min_num_workers,runtime_updatable_params.max_num_workers";

test.each([
    [2, 9, both, { minNumWorkers: 2, maxNumWorkers: 9 }],
    [0, 9, "runtime_updatable_params.max_num_workers", { maxNumWorkers: 9 }],
    [2, 0, "runtime_updatable_params.min_num_workers", { minNumWorkers: 2 }],
    [1, 1, both, { minNumWorkers: 1, maxNumWorkers: 1 }],
])("a running job gets at least %d and at most %d workers", async (min, max, mask, runtimeUpdatableParams) => {
    const requests: unknown[] = [];
    const answer = async (url: unknown, { method, body }: { method?: string; body?: unknown }) => {
        const { pathname, searchParams } = new URL(String(url));
        requests.push([method, pathname, searchParams.get("updateMask"), JSON.parse(String(body))]);
        return new Response("{}", { headers: { "content-type": "application/json" } });
    };
    const api = new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "t" }, answer as never, dataflow);
    await scale(api, { ...inputs, workers: { min, max } }, { id: "1", name: "score" });
    const path = "/v1b3/projects/acme-dev/locations/europe-west1/jobs/1";
    expect(requests).toEqual([["PUT", path, mask, { runtimeUpdatableParams }]]);
});

test.each([
    [1, 3, []],
    [0, 3, []],
    [1, 0, []],
    [2, 3, ["workers"]],
    [1, 4, ["workers"]],
])("a job with 1 to 3 workers is scaled only if it shall have others: %d to %d", async (min, max, expected) => {
    const { provider, changes, create } = onLocalCloud();
    const before = await create();
    changes.length = 0;
    await provider.update?.("", before, { ...inputs, workers: { min, max } });
    expect(changes).toEqual(expected);
});

test("a refused update drains, and says that open windows close early", async () => {
    const { provider, messages, changes, create } = onLocalCloud({
        verb: "create",
        type: "dataflow.projects.locations.flexTemplates.launch",
        call: 2,
        answer: "fail",
    } as Fault);
    const before = await create();
    await provider.update?.("", before, { ...inputs, parameters: { ...inputs.parameters, window: "60" } });
    expect(changes).toEqual(["launch", "workers", "update", "JOB_STATE_DRAINED", "launch", "workers"]);
    expect(messages.join("\n")).toContain(
        "cannot be updated in place. Workflow failed. Causes: The new job is not compatible",
    );
    expect(messages.join("\n")).toContain(
        "Windows that are open close early, so that their results lack what arrives later",
    );
});

describe("a job that does not start in half an hour", () => {
    const changed = { ...inputs, parameters: { ...inputs.parameters, window: "60" } };
    const resumed =
        "The next 'pulumi up' resumes waiting: https://console.cloud.google.com/dataflow/jobs/europe-west1/";

    test("fails its creation, which the next deployment continues", async () => {
        const { create, fill, failure } = onLocalCloud();
        fill();
        const { minutes, message } = await failure(create);
        expect(minutes).toBe(30);
        expect(message).toContain(`is still in JOB_STATE_QUEUED after 30 minutes. ${resumed}`);
    });

    test("fails its update, and the job before it goes on", async () => {
        const { provider, create, fill, failure } = onLocalCloud();
        const before = await create();
        fill();
        const { minutes, message } = await failure(() => provider.update?.("", before, changed));
        expect(minutes).toBe(30);
        expect(message).toContain(
            `is still in JOB_STATE_QUEUED after 30 minutes. The job ${before.jobId} goes on with the code of before, and loses nothing. ${resumed}`,
        );
    });

    test("cannot be changed yet", async () => {
        const { provider, create, fill, failure } = onLocalCloud();
        fill();
        const { properties: before } = await create().catch((error) => error);
        const { minutes, message } = await failure(() => provider.update?.("", before, changed));
        expect(minutes).toBe(30);
        expect(message).toContain(
            `the Dataflow job ${before.jobId} is still in JOB_STATE_QUEUED after 30 minutes, and can only be changed once it runs. Run this command again: https://`,
        );
    });
});

test("the ID of a job is its place and its name", async () => {
    const { provider } = onLocalCloud();
    const { project, location, name } = inputs;
    expect((await provider.create(inputs)).id).toBe(`projects/${project}/locations/${location}/dataflowJobs/${name}`);
});

test("the content of a job is that of earlier releases, so that an upgrade updates no job", () => {
    expect(contentOf(inputs)).toBe("5a712865c31b8c4504902d2c2eb574f6");
});

test("the results of a batch job stay after Dataflow has forgotten it, and a streaming job is gone", async () => {
    const { provider } = onLocalCloud();
    const props = { ...inputs, jobId: "forgotten", state: "JOB_STATE_DONE", content: "", console: "" };
    const batch = { ...props, type: "batch" as const };
    expect(await provider.read?.("id", batch)).toEqual({ id: "id", props: batch });
    expect(await provider.read?.("id", props)).toEqual({ id: "" });
});

test("deleting a streaming job drains it, and nothing is cancelled", async () => {
    const { provider, changes, create } = onLocalCloud();
    const made = await create();
    await provider.delete?.("", made);
    expect(changes).not.toContain("JOB_STATE_CANCELLED");
    expect(changes.at(-1)).toBe("JOB_STATE_DRAINED");
    const read = await provider.read?.("id", made);
    expect(read?.props?.state).toBe("JOB_STATE_DRAINED");
});

test("a drain that takes too long continues, and the next deletion waits for it", async () => {
    const { provider, changes, create, failure } = onLocalCloud();
    const made = await create();
    const { message } = await failure(() => provider.delete?.("", { ...made, drainSeconds: 30 }));
    expect(message).toContain(
        `the Dataflow job ${made.jobId} has not drained within 30 seconds, and is in JOB_STATE_DRAINING. It continues, and nothing is cancelled`,
    );
    await provider.delete?.("", made);
    expect(changes.filter((change) => change.startsWith("JOB_STATE"))).toEqual(["JOB_STATE_DRAINED"]);
});

test("an unchanged job is no change, and one that has ended is", async () => {
    const { provider, create } = onLocalCloud();
    const made = await create();
    expect(await provider.diff?.("", made, inputs)).toEqual({ changes: false, replaces: [] });
    expect(await provider.diff?.("", made, { ...inputs, name: "other" })).toEqual({
        changes: true,
        replaces: ["name"],
    });
    await provider.delete?.("", made);
    expect(await provider.diff?.("", made, inputs)).toEqual({ changes: true, replaces: [] });
});

test("a batch job that runs is a change if the deployment waits for it", async () => {
    const { provider, create } = onLocalCloud();
    const batch = { ...inputs, type: "batch" as const };
    const made = { ...(await create()), type: "batch" as const, content: contentOf(batch) };
    const of = (wait: boolean) => provider.diff?.("", { ...made, wait }, { ...batch, wait });
    expect(made.state).toBe("JOB_STATE_RUNNING");
    expect(await of(true)).toEqual({ changes: true, replaces: [] });
    expect(await of(false)).toEqual({ changes: false, replaces: [] });
});
