import type { Fault } from "slipway-local";
import { contentOf } from "../../../lib/data/admin/dataflowApi";
import { dataflowJobProvider } from "../../../lib/data/admin/job";
import type { DataflowJobInputs, DataflowJobOutputs } from "../../../lib/data/admin/jobInputs";
import { AdminApi, dataflow } from "../../../lib/internal/adminApi";
import { SimulatedTime } from "../../../local/cloud/propagation";
import type { FaultSettings } from "../../../local/emulator/methods/api";
import { Faults } from "../../../local/provider/faults";
import { account, call, dataflowWorld, subnetwork } from "../local/dataflowWorld";

const inputs: DataflowJobInputs = {
    project: "acme-dev",
    location: "europe-west1",
    name: "score",
    type: "streaming",
    template: { kind: "flex", path: "gs://flow/score.json" },
    parameters: { sales: "projects/acme-dev/subscriptions/score" },
    environment: {
        tempLocation: "gs://flow/temp",
        serviceAccountEmail: account,
        subnetwork,
        ipConfiguration: "WORKER_IP_PRIVATE",
        enableStreamingEngine: true,
    },
    workers: { min: 1, max: 3 },
    transformNames: {},
    runOn: [],
    labels: { environment: "dev" },
    onIncompatible: "drain",
    drainSeconds: 1800,
    wait: true,
    waitSeconds: 0,
};

const clock = Symbol.for("slipway.clock");
afterEach(() => Reflect.deleteProperty(globalThis, clock));

/** The provider on the local Google Cloud, with the messages of a deployment and the calls that change something. */
function onLocalCloud(...faults: Fault[]) {
    const world = dataflowWorld();
    const time = new SimulatedTime(world.cloud.folder);
    Reflect.set(globalThis, clock, { now: () => time.now(), sleep: async (ms: number) => time.skip(ms) });
    const troubles: FaultSettings = {
        faults: new Faults({ faults }, () => undefined),
        clock: { sleep: async () => undefined } as never,
    };
    const messages: string[] = [];
    const changes: string[] = [];
    const fetchImplementation = async (url: unknown, { method = "GET", body }: { method?: string; body?: unknown }) => {
        const path = String(url).replace(/^.*\/v1b3\//, "");
        const content = body === undefined ? undefined : JSON.parse(String(body));
        if (method !== "GET") {
            const launched = content.launchParameter?.update ? "update" : "launch";
            changes.push(content.requestedState ?? (content.runtimeUpdatableParams ? "workers" : launched));
        }
        const answer = await call(world, method, path, content, troubles);
        const headers = { "content-type": "application/json" };
        return new Response(JSON.stringify(answer.body), { status: answer.status, headers });
    };
    const provider = dataflowJobProvider(
        () => new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "t" }, fetchImplementation as never, dataflow),
        (message) => messages.push(message),
    );
    const create = async () => (await provider.create(inputs)).outs as DataflowJobInputs & DataflowJobOutputs;
    return { provider, messages, changes, create };
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

test("deleting a streaming job drains it, and nothing is cancelled", async () => {
    const { provider, changes, create } = onLocalCloud();
    const made = await create();
    await provider.delete?.("", made);
    expect(changes).not.toContain("JOB_STATE_CANCELLED");
    expect(changes.at(-1)).toBe("JOB_STATE_DRAINED");
    const read = await provider.read?.("id", made);
    expect(read?.props?.state).toBe("JOB_STATE_DRAINED");
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
