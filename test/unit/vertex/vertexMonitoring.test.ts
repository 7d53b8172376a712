import { BigQueryDataset, BigQueryTable, StorageBucket, VertexEndpoint } from "slipway";
import type { VertexEndpointArgs } from "slipway/vertex";
import { refused, registered, registeredOptions } from "../registered";

const model = "projects/acme-dev/locations/europe-west1/models/iris@3";
const monitored = (monitoring: object, args: object = {}) =>
    new VertexEndpoint("iris", { models: { latest: { model } }, monitoring, ...args } as VertexEndpointArgs);

const job = {
    displayName: "iris",
    labels: { environment: "dev" },
    loggingSamplingStrategy: { randomSampleConfig: { sampleRate: 1 } },
    modelDeploymentMonitoringScheduleConfig: { monitorInterval: "86400s" },
    modelMonitoringAlertConfig: {},
};
const bare = {
    __provider: 'exports.handler = () => require("slipway/model/admin").monitoring;',
    endpoint: "iris-id",
    objective: { predictionDriftDetectionConfig: { defaultDriftThreshold: { value: 0.3 } } },
    job,
    schema: "",
    encryptionKey: "",
};

async function monitoringOf(program: () => unknown) {
    const { deployedModels: _, ...found } = (await registered(program))["Monitoring iris"] as {
        deployedModels: unknown;
    };
    return found;
}

test("an endpoint is not monitored by default", async () => {
    const all = await registered(() => new VertexEndpoint("iris", { models: { latest: { model } } }));
    expect(Object.keys(all)).not.toContain("Monitoring iris");
});

const dataset = { targetField: "kind" };
const variants: [string, () => object, object][] = [
    ["all features change", () => ({}), {}],
    ["anomalies are not logged", () => ({ alerts: { logs: false } }), {}],
    [
        "some features change, of a part of the requests",
        () => ({ drift: { width: 0.1, length: 0.2 }, sampling: 20, every: "2 hours", window: "4 hours" }),
        {
            objective: {
                predictionDriftDetectionConfig: { driftThresholds: { width: { value: 0.1 }, length: { value: 0.2 } } },
            },
            job: {
                ...job,
                loggingSamplingStrategy: { randomSampleConfig: { sampleRate: 0.2 } },
                modelDeploymentMonitoringScheduleConfig: { monitorInterval: "7200s", monitorWindow: "14400s" },
            },
        },
    ],
    [
        "requests differ from an object",
        () => ({
            skew: { trainingData: { bucket: new StorageBucket("data"), path: "iris/train.csv" }, target: "kind" },
        }),
        {
            objective: {
                trainingDataset: {
                    ...dataset,
                    gcsSource: { uris: ["gs://acme-dev-data/iris/train.csv"] },
                    dataFormat: "csv",
                },
                trainingPredictionSkewDetectionConfig: { defaultSkewThreshold: { value: 0.3 } },
            },
        },
    ],
    [
        "requests change, and differ from a table",
        () => ({
            drift: 0.2,
            skew: {
                trainingData: {
                    table: new BigQueryTable("flowers", {
                        dataset: new BigQueryDataset("data"),
                        schema: [{ name: "kind", type: "STRING" }],
                    }),
                },
                target: "kind",
                thresholds: { width: 0.5 },
            },
        }),
        {
            objective: {
                predictionDriftDetectionConfig: { defaultDriftThreshold: { value: 0.2 } },
                trainingDataset: { ...dataset, bigquerySource: { inputUri: "bq://acme-dev.data.flowers" } },
                trainingPredictionSkewDetectionConfig: { skewThresholds: { width: { value: 0.5 } } },
            },
        },
    ],
    [
        "anomalies are told, with a schema and a retention",
        () => ({
            alerts: {
                emails: ["ml@acme.com"],
                channels: ["projects/acme-dev/notificationChannels/123"],
                logs: true,
            },
            schema: "gs://acme-models/iris.yaml",
            retention: "30 days",
        }),
        {
            schema: "gs://acme-models/iris.yaml",
            job: {
                ...job,
                modelMonitoringAlertConfig: {
                    emailAlertConfig: { userEmails: ["ml@acme.com"] },
                    notificationChannels: ["projects/acme-dev/notificationChannels/123"],
                    enableLogging: true,
                },
                logTtl: "2592000s",
            },
        },
    ],
];

test.each([
    ["csv", "csv"],
    ["jsonl", "jsonl"],
    ["tfrecord", "tf-record"],
])("the format of training data in .%s is %s", async (ending, dataFormat) => {
    const trainingData = () => ({ bucket: new StorageBucket("data"), path: `iris.2026/train.${ending}` });
    expect(
        await monitoringOf(() => monitored({ skew: { trainingData: trainingData(), target: "kind" } })),
    ).toMatchObject({ objective: { trainingDataset: { dataFormat } } });
});

test("a threshold can be 1, and a little above 0", async () => {
    const drift = { width: 1, length: 0.0001 };
    expect(await monitoringOf(() => monitored({ drift }))).toMatchObject({
        objective: {
            predictionDriftDetectionConfig: { driftThresholds: { width: { value: 1 }, length: { value: 0.0001 } } },
        },
    });
});

test.each(variants)("monitoring: %s", async (_, monitoring, expected) => {
    expect(await monitoringOf(() => monitored(monitoring()))).toEqual({ ...bare, ...expected });
});

test.each([
    [{ latest: 100 }, 1],
    [{ latest: 10, previous: 90 }, 2],
])("with the traffic %j, %d deployed models are monitored", async (split, count) => {
    const all = await registered(() => monitored({}, { traffic: { split } }));
    expect((all["Monitoring iris"] as { deployedModels: string[] }).deployedModels).toHaveLength(count);
});

test("Vertex AI can read the data of the training before the monitoring is created", async () => {
    const program = () =>
        monitored({
            skew: { trainingData: { bucket: new StorageBucket("data"), path: "train.jsonl" }, target: "kind" },
        });
    const all = await registered(program, { environment: true });
    const roles = Object.values(all).flatMap(({ member, role }: { member?: string; role?: string }) =>
        member?.includes("gcp-sa-aiplatform") ? [role] : [],
    );
    expect(roles.sort()).toEqual(["roles/aiplatform.serviceAgent", "roles/storage.objectViewer"]);
    const { after } = (await registeredOptions(program))["Monitoring iris"] ?? {};
    expect(after).toEqual(expect.arrayContaining(["Deployments iris"]));
    const table = () => BigQueryTable.existing("data.flowers");
    const ofTable = await registered(() => monitored({ skew: { trainingData: { table: table() }, target: "kind" } }), {
        environment: true,
        call: () => ({}),
    });
    expect(Object.values(ofTable)).toContainEqual(
        expect.objectContaining({
            role: "roles/bigquery.dataViewer",
            member: expect.stringContaining("gcp-sa-aiplatform"),
        }),
    );
});

const refusals: [string, object, string][] = [
    ["a threshold above 1", { drift: 2 }, "monitoring.drift: must be above 0 and at most 1 (got 2)."],
    ["a threshold of 0", { drift: 0 }, "monitoring.drift: must be above 0 and at most 1 (got 0)."],
    [
        "a threshold of a feature in quotes",
        { drift: { width: "0.1" } },
        'monitoring.drift.width: must be above 0 and at most 1 (got "0.1").',
    ],
    ["a part of an hour as window", { window: "90 minutes" }, "monitoring.window: [vertex/monitoring-not-whole]"],
    ["a part of a day", { retention: "36 hours" }, "monitoring.retention: [vertex/monitoring-not-whole]"],
    ["a part of an hour", { every: "90 minutes" }, "monitoring.every: [vertex/monitoring-not-whole]"],
    ["less than an hour", { every: "30 minutes" }, "monitoring.every: must be from 1 hour to 365 days"],
    ["an invalid address", { alerts: { emails: ["ml"] } }, "monitoring.alerts.emails.0: must be an email address"],
    [
        "a path without a bucket",
        { skew: { trainingData: { path: "train.csv" }, target: "kind" } },
        "monitoring.skew.trainingData: [vertex/training-data-missing]",
    ],
    [
        "an object in another format",
        { skew: { trainingData: { path: "train.parquet" }, target: "kind" } },
        "monitoring.skew.trainingData.path: must be the path of a .csv, .jsonl or .tfrecord object",
    ],
    ["skew without the predicted column", { skew: { trainingData: {} } }, "monitoring.skew.target"],
];

test.each(refusals)("%s is refused", async (_, monitoring, message) => {
    expect(await refused(() => monitored(monitoring))).toContain(message);
});

test("a bucket without a path is refused", async () => {
    const skew = () => ({ trainingData: { bucket: StorageBucket.existing("acme-data") }, target: "kind" });
    expect(await refused(() => monitored({ skew: skew() }))).toContain(
        "monitoring.skew.trainingData: [vertex/training-data-missing]",
    );
});
