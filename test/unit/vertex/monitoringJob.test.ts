import { monitoringProvider } from "../../../lib/vertex/admin/monitoring";
import type { MonitoringInputs } from "../../../lib/vertex/admin/monitoringInputs";
import { projectName } from "../../../local/simulator/cloud/projects";
import { agentOf } from "../../../local/simulator/services/vertex/agents";
import { changeEndpoint } from "../../../local/simulator/services/vertex/endpoints";
import { endpointId, model, withEndpoint } from "../local/endpointWorld";
import type { World } from "../local/world";
import { type Call, Calls, lost, once, refusal } from "./calls";
import { monitoringInputs as inputs } from "./inputs";

/** Two endpoints with two deployed models each, and the service agent. */
function world(): World {
    const made = withEndpoint();
    const { cloud } = made;
    made.make("AiEndpoint", { name: "rose", location: "europe-west1", displayName: "rose" });
    const deployedModels = ["1", "2"].map((id) => ({ id, model: model(Number(id)), modelVersionId: id }));
    changeEndpoint(cloud, endpointId, { deployedModels });
    changeEndpoint(cloud, endpointId.replace("iris", "rose"), { deployedModels });
    const agent = agentOf(cloud, "acme-dev");
    cloud.iam.requestAgent("acme-dev", agent);
    const grant = { role: "roles/aiplatform.serviceAgent", member: `serviceAccount:${agent}` };
    cloud.iam.grant("acme-dev", projectName("acme-dev"), grant);
    return made;
}

function stack() {
    const made = world();
    const calls = new Calls(made);
    return { calls, provider: monitoringProvider(calls.apis), cloud: made.cloud };
}

const objectives = (ids: string[], objectiveConfig = inputs().objective) => ({
    modelDeploymentMonitoringObjectiveConfigs: ids.map((deployedModelId) => ({ deployedModelId, objectiveConfig })),
});
const collection = "modelDeploymentMonitoringJobs";
const change = (body: object) => [`PATCH ${collection}/ID`, { updateMask: Object.keys(body).join(",") }, body];

test("the job of an endpoint is created with the models that serve, and deleted after it was paused", async () => {
    const { calls, provider } = stack();
    const { id, outs } = await provider.create(inputs());
    expect(calls.changes()).toEqual([
        [`POST ${collection}`, {}, { endpoint: endpointId, ...inputs().job, ...objectives(["1"]) }],
    ]);
    expect([id, outs]).toEqual([expect.stringContaining(`/${collection}/`), inputs()]);
    expect(await provider.read?.(id, outs)).toEqual({ id, props: outs });
    await provider.delete?.(id, inputs());
    expect(calls.changes()).toEqual([[`POST ${collection}/ID:pause`, {}, {}], [`DELETE ${collection}/ID`]]);
    expect(await provider.read?.(id, outs)).toEqual({ id: "" });
    await provider.delete?.(id, inputs());
    expect(calls.changes()).toEqual([]);
});

test("a schema and a key are part of the job", async () => {
    const { calls, provider } = stack();
    calls.trouble = (call) => (call.startsWith("POST") ? refusal(400, "no such key") : undefined);
    await expect(provider.create(inputs({ schema: "gs://s.yaml", encryptionKey: "k" }))).rejects.toThrow("no such key");
    const [[, , body]] = calls.changes() as [Required<Call>];
    expect(body).toMatchObject({ analysisInstanceSchemaUri: "gs://s.yaml", encryptionSpec: { kmsKeyName: "k" } });
});

test("each endpoint has its own job", async () => {
    const { calls, provider } = stack();
    const { id } = await provider.create(inputs());
    calls.changes();
    const other = await provider.create(inputs({ endpoint: endpointId.replace("iris", "rose") }));
    expect([calls.changes().length, other.id === id]).toEqual([1, false]);
});

test("a job that an earlier deployment created gets all settings of the program, and there is no second one", async () => {
    const { calls, provider } = stack();
    calls.trouble = once(`POST ${collection}`, lost);
    const { id } = await provider.create(inputs());
    const settings = { ...inputs().job, ...objectives(["1"]) };
    const [posted, [patch, query, body]] = calls.changes() as [unknown, [string, Record<string, string>, object]];
    expect([posted, patch, body]).toEqual([expect.anything(), `PATCH ${collection}/ID`, settings]);
    expect(query.updateMask?.split(",").sort()).toEqual([...Object.keys(settings), "logTtl"].sort());
    expect((await provider.create(inputs())).id).toBe(id);
});

test.each<[string, MonitoringInputs, object]>([
    ["the models", inputs({ deployedModels: ["2", "1"] }), objectives(["2", "1"])],
    [
        "thresholds",
        inputs({ objective: { predictionDriftDetectionConfig: { defaultDriftThreshold: { value: 0.5 } } } }),
        objectives(["1"], { predictionDriftDetectionConfig: { defaultDriftThreshold: { value: 0.5 } } }),
    ],
    ["the name", inputs({}, { displayName: "Iris" }), { displayName: "Iris" }],
    ["labels", inputs({}, { labels: {} }), { labels: {} }],
    ["the retention of logs", inputs({}, { logTtl: "86400s" }), { logTtl: "86400s" }],
    [
        "the share of requests",
        inputs({}, { loggingSamplingStrategy: { randomSampleConfig: { sampleRate: 1 } } }),
        { loggingSamplingStrategy: { randomSampleConfig: { sampleRate: 1 } } },
    ],
    [
        "the interval",
        inputs({}, { modelDeploymentMonitoringScheduleConfig: { monitorInterval: "7200s" } }),
        { modelDeploymentMonitoringScheduleConfig: { monitorInterval: "7200s" } },
    ],
    [
        "alerts",
        inputs({}, { modelMonitoringAlertConfig: { enableLogging: false } }),
        { modelMonitoringAlertConfig: { enableLogging: false } },
    ],
])("a change of %s changes only this of the job", async (_, news, body) => {
    const { calls, provider } = stack();
    const { id } = await provider.create(inputs());
    calls.changes();
    expect(await provider.diff?.(id, inputs(), news)).toEqual({
        changes: true,
        replaces: [],
        deleteBeforeReplace: true,
    });
    expect(await provider.update?.(id, inputs(), news)).toEqual({ outs: news });
    expect(calls.changes()).toEqual([change(body)]);
    await provider.update?.(id, news, news);
    expect(calls.changes()).toEqual([]);
});

test.each<[string, Partial<MonitoringInputs>]>([
    ["endpoint", { endpoint: `${endpointId}2` }],
    ["schema", { schema: "gs://s.yaml" }],
    ["encryptionKey", { encryptionKey: "k" }],
])("another %s replaces the job, of which an endpoint has one", async (key, change) => {
    const diff = await stack().provider.diff?.("", inputs(), inputs(change));
    expect(diff).toEqual({ changes: true, replaces: [key], deleteBeforeReplace: true });
    expect(await stack().provider.diff?.("", inputs(), inputs())).toMatchObject({ changes: false, replaces: [] });
});

/** The job's state is this until so many looks at it. */
const pending = (looks: number, body: object = { state: "JOB_STATE_PENDING" }) => {
    let count = 0;
    return (call: string) => (call === `GET ${collection}/ID` && count++ < looks ? { status: 200, body } : undefined);
};

test("a new job is awaited until it is created, at most for ten minutes", async () => {
    const { calls, provider } = stack();
    calls.trouble = pending(3);
    const { id } = await provider.create(inputs());
    expect(calls.waits).toEqual([5000, 5000, 5000]);
    calls.waits.length = 0;
    calls.trouble = pending(2);
    await provider.update?.(id, inputs(), inputs());
    expect(calls.waits).toEqual([5000, 5000]);
    calls.waits.length = 0;
    calls.trouble = pending(1000);
    await provider.update?.(id, inputs(), inputs());
    expect(calls.waits).toEqual(Array(121).fill(5000));
});

test.each([
    [{ error: { message: "The instances have no schema." } }, /\/\d+: The instances have no schema\.$/],
    [{}, /: the job has failed\.$/],
])("a job that failed is reported with its error: %j", async (more, message) => {
    const { calls, provider } = stack();
    calls.trouble = pending(1, { state: "JOB_STATE_FAILED", ...more });
    await expect(provider.create(inputs())).rejects.toThrow(message);
});

test("a deletion leaves a job paused that is paused, accepts that it is gone, and reports other errors", async () => {
    const { calls, provider } = stack();
    const { id } = await provider.create(inputs());
    calls.changes();
    calls.trouble = once(`DELETE ${collection}/ID`, () => refusal(403, "Denied."));
    await expect(provider.delete?.(id, inputs())).rejects.toThrow("Denied.");
    calls.changes();
    calls.trouble = once(`DELETE ${collection}/ID`, () => refusal(404, "Gone."));
    await provider.delete?.(id, inputs());
    expect(calls.changes()).toEqual([[`DELETE ${collection}/ID`]]);
});

test("a name without a region is refused", async () => {
    await expect(stack().provider.read?.("iris", inputs())).rejects.toThrow(
        "iris is not the name of a resource in a region.",
    );
});
