import { SimulatedTime } from "../../../local/simulator/cloud/propagation";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { batch, batchWorld, ofTables } from "./vertexBatches";
import { account, call, parent } from "./vertexJobs";
import type { World } from "./world";

const create = (world: World, body: Inputs) => call(world, "POST", `${parent}/batchPredictionJobs`, body);

/** A job in the form of the API, after minutes of simulated time. */
async function after(world: World, minutes: number, { name }: Inputs): Promise<Inputs> {
    new SimulatedTime(world.cloud.folder).skip(minutes * 60_000);
    return (await call(world, "GET", name)).body;
}

test("a batch prediction is pending, runs and succeeds, with a folder of its own", async () => {
    const world = await batchWorld();
    const { status, body } = await create(world, batch());
    expect([status, body]).toEqual([
        200,
        {
            ...batch(),
            name: expect.stringMatching(/^projects\/\d+\/locations\/europe-west1\/batchPredictionJobs\/\d{19}$/),
            model: `projects/${world.number}/locations/europe-west1/models/iris@1`,
            modelVersionId: "1",
            state: "JOB_STATE_PENDING",
            createTime: expect.stringMatching(/Z$/),
            updateTime: body.createTime,
        },
    ]);
    expect((await after(world, 2, body)).state).toBe("JOB_STATE_RUNNING");
    const done = await after(world, 10, body);
    expect(done).toMatchObject({
        state: "JOB_STATE_SUCCEEDED",
        outputInfo: {
            gcsOutputDirectory: expect.stringMatching(
                /^gs:\/\/models\/scores\/prediction-Irises-\d{4}_\d\d_\d\dT\d\d_\d\d_\d\d_\d{3}Z$/,
            ),
        },
    });
});

test("predictions of a table are in tables of their own", async () => {
    const world = await batchWorld();
    const { body } = await create(world, batch(ofTables));
    expect((await after(world, 20, body)).outputInfo).toEqual({
        bigqueryOutputDataset: "bq://acme-dev.sales",
        bigqueryOutputTable: expect.stringMatching(/^predictions_\d{4}_\d\d_\d\dT\d\d_\d\d_\d\d_\d{3}Z_\d{3}$/),
    });
});

test("a job is cancelled, and only an ended one is deleted", async () => {
    const world = await batchWorld();
    const { body } = await create(world, batch());
    expect((await call(world, "DELETE", body.name)).body.error.message).toContain(
        "cannot be deleted. Cancel it first.",
    );
    await call(world, "POST", `${body.name}:cancel`, {});
    expect((await after(world, 5, body)).state).toBe("JOB_STATE_CANCELLED");
    expect((await call(world, "DELETE", body.name)).status).toBe(200);
    expect((await call(world, "GET", body.name)).status).toBe(404);
});

const machine = (machineType: string, more: Inputs = {}) => ({
    dedicatedResources: { machineSpec: { machineType, ...more }, startingReplicaCount: 1, maxReplicaCount: 1 },
});

test.each<[string, Inputs, number, RegExp]>([
    ["no name", { displayName: "" }, 400, /display_name must have 1 to 128 characters/],
    ["no model", { model: undefined }, 400, /Exactly one of model/],
    ["a model that does not exist", { model: `${parent}/models/rose@1` }, 404, /The Model .* does not exist/],
    [
        "a model of another region",
        { model: "projects/acme-dev/locations/us-east1/models/iris@1" },
        400,
        /must be in the location of the BatchPredictionJob: europe-west1/,
    ],
    [
        "an unknown format",
        { inputConfig: { instancesFormat: "parquet", gcsSource: { uris: ["gs://orders/a"] } } },
        400,
        /instances_format "parquet" is not supported/,
    ],
    [
        "a format of another source",
        { inputConfig: { instancesFormat: "bigquery", gcsSource: { uris: ["gs://orders/a"] } } },
        400,
        /does not fit the source/,
    ],
    [
        "predictions in a format of another destination",
        { outputConfig: { ...batch().outputConfig, predictionsFormat: "bigquery" } },
        400,
        /predictions_format "bigquery" does not fit the destination/,
    ],
    [
        "a table as the destination",
        {
            outputConfig: {
                predictionsFormat: "bigquery",
                bigqueryDestination: { outputUri: "bq://acme-dev.sales.scores" },
            },
        },
        400,
        /one of a table, which the local Google Cloud does not support/,
    ],
    [
        "fields that are included and excluded",
        { instanceConfig: { includedFields: ["a"], excludedFields: ["b"] } },
        400,
        /excluded_fields must be empty/,
    ],
    [
        "a type of instances for CSV",
        {
            inputConfig: { instancesFormat: "csv", gcsSource: { uris: ["gs://orders/a.csv"] } },
            instanceConfig: { instanceType: "object" },
        },
        400,
        /instance_type does not apply to the format csv/,
    ],
    ["no machines", { dedicatedResources: undefined }, 400, /machine_type must be set/],
    ["an unknown machine", machine("m1-ultramem-40"), 400, /Machine type "m1-ultramem-40" is not supported/],
    [
        "an accelerator that the machine cannot have",
        machine("e2-standard-4", { acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 1 }),
        400,
        /is not supported for machine type "e2-standard-4"/,
    ],
    [
        "no replica at the start",
        { dedicatedResources: { ...batch().dedicatedResources, startingReplicaCount: 0 } },
        400,
        /starting_replica_count must be at least 1/,
    ],
    [
        "more replicas at the start than the default maximum",
        { dedicatedResources: { machineSpec: { machineType: "n1-standard-2" }, startingReplicaCount: 11 } },
        400,
        /not greater than max_replica_count/,
    ],
    ["explanations of a model without", { generateExplanation: true }, 400, /neither the Model nor/],
    [
        "an unknown account",
        { serviceAccount: "gone@acme-dev.iam.gserviceaccount.com" },
        400,
        /You do not have permission to act as service_account: gone@acme-dev/,
    ],
    [
        "an account that Vertex AI may not use",
        { serviceAccount: account },
        400,
        /the iam.serviceAccountAdmin role on service account train-job@/,
    ],
])("%s is refused", async (_, changes, status, message) => {
    const answer = await create(await batchWorld(), batch(changes));
    expect([answer.status, answer.body.error.message]).toEqual([status, expect.stringMatching(message)]);
});

const from = (uri: string) => ({ inputConfig: { instancesFormat: "jsonl", gcsSource: { uris: [uri] } } });

test.each<[string, Inputs, RegExp]>([
    ["a bucket that does not exist", from("gs://gone/a.jsonl"), /gs:\/\/gone\/a\.jsonl is not found/],
    [
        "a bucket in another region",
        from("gs://far/a.jsonl"),
        /is in location `us-east1`\. It must be in the same region/,
    ],
    [
        "a table that does not exist",
        {
            ...ofTables,
            inputConfig: { instancesFormat: "bigquery", bigquerySource: { inputUri: "bq://acme-dev.sales.gone" } },
        },
        /bq:\/\/acme-dev\.sales\.gone is not found/,
    ],
])("%s fails the job", async (_, changes, message) => {
    const world = await batchWorld();
    world.make("Bucket", { name: "far", location: "US-EAST1" });
    const { status, body } = await create(world, batch(changes));
    expect(status).toBe(200);
    const failed = await after(world, 20, body);
    expect([failed.state, failed.error.message]).toEqual(["JOB_STATE_FAILED", expect.stringMatching(message)]);
    expect(failed.outputInfo).toBeUndefined();
});
