import { AdminApi, vertexAi } from "../../../lib/internal/adminApi/adminApi";
import { type BatchPredictionJob, batchPredictionProvider, contentOf } from "../../../lib/vertex/admin/batch";
import type { BatchPredictionInputs } from "../../../lib/vertex/admin/batchInputs";

const parent = "projects/acme-dev/locations/europe-west1";
const inputs: BatchPredictionInputs = {
    project: "acme-dev",
    location: "europe-west1",
    name: "predict",
    spec: {
        model: `${parent}/models/iris@3`,
        inputConfig: { instancesFormat: "jsonl", gcsSource: { uris: ["gs://orders/a.jsonl"] } },
        outputConfig: { predictionsFormat: "jsonl", gcsDestination: { outputUriPrefix: "gs://scores/predict" } },
        dedicatedResources: {
            machineSpec: { machineType: "n1-standard-2" },
            startingReplicaCount: 1,
            maxReplicaCount: 1,
        },
    },
    runOn: [],
    labels: {},
    wait: true,
    waitSeconds: 0,
};

/** An API whose new jobs have these properties, and the messages of a deployment. */
function providerOf(found: Partial<BatchPredictionJob>, existing: object[] = []) {
    const jobs = [...existing];
    const messages: string[] = [];
    const deleted: string[] = [];
    const fetchImplementation = async (url: unknown, { method = "GET", body }: { method?: string; body?: unknown }) => {
        const path = new URL(String(url)).pathname.replace("/v1/", "");
        if (method === "POST") {
            jobs.push({ ...JSON.parse(String(body)), name: `${parent}/batchPredictionJobs/1`, ...found });
        }
        if (method === "DELETE") {
            deleted.push(path);
        }
        const answer =
            method === "GET" ? { batchPredictionJobs: jobs } : method === "POST" ? jobs.at(-1) : { done: true };
        return new Response(JSON.stringify(answer), { status: 200, headers: { "content-type": "application/json" } });
    };
    const provider = batchPredictionProvider(
        (location) =>
            new AdminApi({ GOOGLE_OAUTH_ACCESS_TOKEN: "t" }, fetchImplementation as never, vertexAi(location)),
        (message) => messages.push(message),
        async () => [],
    );
    return { provider, messages, deleted };
}

test.each<[string, Partial<BatchPredictionInputs["spec"]>, boolean]>([
    ["the version of the model", { model: `${parent}/models/iris@4` }, true],
    ["the instances", { instanceConfig: { keyField: "id" } }, true],
    ["the parameters", { modelParameters: { threshold: 0.5 } }, true],
    ["that there are explanations", { generateExplanation: true }, true],
    ["the kind of explanations", { explanationSpec: { parameters: { topK: 3 } } }, true],
    ["the account", { serviceAccount: "scoring@acme-dev.iam.gserviceaccount.com" }, false],
    ["the size of a batch", { manualBatchTuningParameters: { batchSize: 8 } }, false],
    ["the logs", { disableContainerLogging: true }, false],
])("%s: another content is %s", (_, spec, isOther) => {
    const changed = contentOf({ ...inputs, spec: { ...inputs.spec, ...spec } });
    expect(changed !== contentOf(inputs)).toBe(isOther);
});

test("instances that failed are told, and counted", async () => {
    const { provider, messages } = providerOf({
        state: "JOB_STATE_PARTIALLY_SUCCEEDED",
        outputInfo: { gcsOutputDirectory: "gs://scores/predict/prediction-iris-1" },
        completionStats: { successfulCount: "98", failedCount: "2" },
        partialFailures: [{ message: "gs://orders/a.jsonl cannot be read" }],
    });
    const { outs } = await provider.create(inputs);
    expect(outs).toMatchObject({
        state: "JOB_STATE_PARTIALLY_SUCCEEDED",
        predictions: "gs://scores/predict/prediction-iris-1",
        instances: { successful: 98, failed: 2 },
    });
    expect(messages).toEqual([
        "Batch prediction predict: 2 instances failed, 0 were not tried, and 98 have predictions. The errors are next to them: gs://scores/predict/prediction-iris-1. gs://orders/a.jsonl cannot be read",
    ]);
});

test.each([
    [{ failedCount: "1" }, "1 instances failed, 0 were not tried, and 0 have predictions"],
    [{ incompleteCount: "1" }, "0 instances failed, 1 were not tried, and 0 have predictions"],
    [{ successfulCount: "1" }, undefined],
])("the counts %j are noted as %s", async (completionStats, note) => {
    const { provider, messages } = providerOf({ state: "JOB_STATE_SUCCEEDED", completionStats });
    await provider.create(inputs);
    expect(messages).toEqual(note === undefined ? [] : [expect.stringContaining(note)]);
});

test("predictions in tables are at the address of the table", async () => {
    const { provider, messages } = providerOf({
        state: "JOB_STATE_SUCCEEDED",
        outputInfo: { bigqueryOutputDataset: "bq://acme-dev.scores", bigqueryOutputTable: "predictions_1" },
    });
    expect((await provider.create(inputs)).outs?.predictions).toBe("bq://acme-dev.scores.predictions_1");
    expect(messages).toEqual([]);
});

test("a failure shows what could not be read", async () => {
    const { provider } = providerOf({
        state: "JOB_STATE_FAILED",
        error: { code: 3, message: "Too many errors." },
        partialFailures: [{}, { message: "gs://orders/a.jsonl cannot be read" }],
    });
    await expect(provider.create(inputs)).rejects.toThrow(
        /ended as JOB_STATE_FAILED: Error code 3, message: Too many errors\.\ngs:\/\/orders\/a\.jsonl cannot be read\n/,
    );
});

test("jobs with another output belong to another stack, and stay", async () => {
    const state = "JOB_STATE_SUCCEEDED";
    const { outputConfig } = inputs.spec;
    const other = { predictionsFormat: "jsonl", gcsDestination: { outputUriPrefix: "gs://others/predict" } };
    const { provider, deleted } = providerOf({ state }, [
        { name: `${parent}/batchPredictionJobs/7`, state, outputConfig },
        { name: `${parent}/batchPredictionJobs/8`, state, outputConfig: other },
    ]);
    await provider.delete?.("id", {
        ...inputs,
        job: "",
        content: "",
        console: "",
        state,
        predictions: "",
        instances: {},
    });
    expect(deleted).toEqual([`${parent}/batchPredictionJobs/7`]);
});
