import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    BigQueryTable,
    ComposerEnvironment,
    ServiceAccount,
    StorageBucket,
    VertexBatchPrediction,
    type VertexBatchPredictionArgs,
    VertexModel,
} from "slipway";
import { isNear } from "../../../lib/facts/vertex/batchPrediction";
import { jobLocation, nearModel } from "../../../lib/vertex/batch/location";
import { folderOf } from "../folders";
import { outcomeOf, refused, registered, registeredOptions, registeredOutputs, told } from "../registered";

const version = "projects/acme-dev/locations/europe-west1/models/iris@3";

/** Predictions from the bucket `orders` to the bucket `scores`. */
function predict(args: object = {}) {
    const input = { bucket: new StorageBucket("orders"), files: "new/*.jsonl" };
    const output = { bucket: new StorageBucket("scores") };
    return new VertexBatchPrediction("predict", {
        model: version,
        input,
        output,
        ...args,
    } as VertexBatchPredictionArgs);
}

const spec = {
    model: version,
    inputConfig: { instancesFormat: "jsonl", gcsSource: { uris: ["gs://acme-dev-orders/new/*.jsonl"] } },
    outputConfig: {
        predictionsFormat: "jsonl",
        gcsDestination: { outputUriPrefix: "gs://acme-dev-scores/predict" },
    },
    dedicatedResources: {
        machineSpec: { machineType: "n1-standard-2" },
        startingReplicaCount: 1,
        maxReplicaCount: 1,
    },
};

interface Made {
    spec: Record<string, unknown>;
    [key: string]: unknown;
}

const jobOf = async (program: () => unknown) =>
    (await registered(program as never))["BatchPrediction predict"] as unknown as Made;

test("a bare prediction has no account of its own, and reads and writes as the service agent", async () => {
    const { "Bucket orders": _, "Bucket scores": __, ...made } = await registered(() => predict());
    expect(made).toEqual({
        "Provider predict": {},
        "BatchPrediction predict": {
            project: "acme-dev",
            location: "europe-west1",
            name: "predict",
            spec,
            runOn: [],
            labels: { environment: "dev" },
            wait: true,
            waitSeconds: 0,
            __provider: 'exports.handler = () => require("slipway/model/admin").batchPrediction;',
        },
    });
});

test("a prediction waits for its API, the service agent and the uploaded files", async () => {
    const options = await registeredOptions(() => predict());
    expect(options["BatchPrediction predict"]).toMatchObject({ parent: "VertexBatchPrediction predict" });
    expect(options["BatchPrediction predict"]?.after).toEqual(
        expect.arrayContaining(["IAMMember aiplatform-agent-serviceAgent", "Service aiplatform"]),
    );
});

test("a prediction waits for the files that the program uploads", async () => {
    const { "BatchPrediction predict": options } = await registeredOptions(() => {
        const bucket = new StorageBucket("files", { upload: folderOf({ "a.jsonl": "{}" }) });
        return predict({ input: { bucket, files: "a.jsonl" } });
    });
    expect(options?.after).toContainEqual(expect.stringMatching(/^BucketObject files-.*a\.jsonl$/));
});

test("the output of the component is where the predictions are", async () => {
    const { "VertexBatchPrediction predict": outputs } = await registeredOutputs(() => predict());
    expect(outputs).toEqual({ predictions: "gs://acme-dev-scores/predict/prediction-iris-2026_11_22" });
});

test("rows of a table are predicted into tables of a dataset", async () => {
    const made = await jobOf(() => {
        const sales = new BigQueryDataset("sales", {
            tables: { orders: { schema: [{ name: "id", type: "INTEGER" }] } },
        });
        const table = sales.tables.orders as NonNullable<(typeof sales.tables)[string]>;
        return predict({ input: { table }, output: { dataset: sales }, instances: { type: "object", key: "id" } });
    });
    expect(made.spec).toEqual({
        ...spec,
        inputConfig: { instancesFormat: "bigquery", bigquerySource: { inputUri: "bq://acme-dev.sales.orders" } },
        outputConfig: { predictionsFormat: "bigquery", bigqueryDestination: { outputUri: "bq://acme-dev.sales" } },
        instanceConfig: { instanceType: "object", keyField: "id" },
    });
});

test("a table can be named, also that of another project", async () => {
    const made = await jobOf(() => predict({ input: { table: "bq://acme-data.sales.orders" } }));
    expect(made.spec.inputConfig).toEqual({
        instancesFormat: "bigquery",
        bigquerySource: { inputUri: "bq://acme-data.sales.orders" },
    });
});

test("machines, batches, parameters, explanations and logs are those of the arguments", async () => {
    const made = await jobOf(() =>
        predict({
            machineType: "n1-standard-8",
            gpu: { type: "nvidia-tesla-t4", count: 2 },
            replicas: 3,
            batchSize: 16,
            parameters: { threshold: 0.5 },
            explain: { parameters: { sampledShapleyAttribution: { pathCount: 10 } } },
            containerLogs: false,
            wait: "2 hours",
            instances: { include: ["a", "b"], type: "array" },
        }),
    );
    expect(made).toMatchObject({ wait: true, waitSeconds: 7200 });
    expect(made.spec).toEqual({
        ...spec,
        dedicatedResources: {
            machineSpec: { machineType: "n1-standard-8", acceleratorType: "NVIDIA_TESLA_T4", acceleratorCount: 2 },
            startingReplicaCount: 3,
            maxReplicaCount: 3,
        },
        manualBatchTuningParameters: { batchSize: 16 },
        modelParameters: { threshold: 0.5 },
        generateExplanation: true,
        explanationSpec: { parameters: { sampledShapleyAttribution: { pathCount: 10 } } },
        disableContainerLogging: true,
        instanceConfig: { includedFields: ["a", "b"], instanceType: "array" },
    });
});

test.each<[string, object, object]>([
    ["explanations as of the model", { explain: true }, { spec: { ...spec, generateExplanation: true } }],
    ["no explanations", { explain: false }, { spec }],
    ["instances without options", { instances: { key: undefined } }, { spec }],
    ["no waiting", { wait: false }, { wait: false, waitSeconds: 0 }],
])("%s", async (_, args, expected) => {
    expect(await jobOf(() => predict(args))).toEqual({ ...(await jobOf(() => predict())), ...expected });
});

test.each([
    ["orders.jsonl", "jsonl"],
    ["orders.csv", "csv"],
    ["a/*.tfrecord", "tf-record"],
    ["a/*.tfrecord.gz", "tf-record-gzip"],
    ["images.txt", "file-list"],
])("the format of %s is %s", async (files, format) => {
    const made = await jobOf(() => predict({ input: { bucket: new StorageBucket("files"), files } }));
    expect(made.spec.inputConfig).toEqual({
        instancesFormat: format,
        gcsSource: { uris: [`gs://acme-dev-files/${files}`] },
    });
});

test("a prediction can be in another region, with its model", async () => {
    const made = await jobOf(() => {
        const model = new VertexModel("iris", {
            container: { image: `europe-docker.pkg.dev/acme-dev/app/iris@sha256:${"0a".repeat(32)}` },
            region: "europe-west4",
        });
        const at = { location: "EUROPE-WEST4" };
        const input = { bucket: new StorageBucket("near", at), files: "a.jsonl" };
        return predict({
            region: "europe-west4",
            model,
            input,
            output: { bucket: new StorageBucket("far", { location: "EU" }) },
        });
    });
    expect(made.location).toBe("europe-west4");
});

test.each([63, 64])("a component whose name has %d characters names its prediction with 63", async (length) => {
    const name = "a".repeat(length);
    const made = await registered(
        () => new VertexBatchPrediction(name, { model: version, ...files()() } as VertexBatchPredictionArgs),
    );
    expect((made[`BatchPrediction ${name}`] as Made).name).toHaveLength(63);
});

test("containers with uses run as an account of their own, which Vertex AI may use", async () => {
    const all = await registered(() => predict({ uses: [new StorageBucket("features").reader] }));
    expect(all).toMatchObject({
        "Account predict-predict": { accountId: "predict-predict" },
        "BucketIAMMember predict-features-object-viewer": {
            member: "serviceAccount:predict-predict@acme-dev.iam.gserviceaccount.com",
        },
        "BatchPrediction predict": { spec: { serviceAccount: "predict-predict@acme-dev.iam.gserviceaccount.com" } },
    });
    const { "BatchPrediction predict": options, "Account predict-predict": ofAccount } = await registeredOptions(() =>
        predict({ uses: [new StorageBucket("features").reader] }),
    );
    expect(ofAccount?.after).toContain("Service iam");
    expect(options?.after).toEqual(
        expect.arrayContaining([
            "BucketIAMMember predict-features-object-viewer",
            expect.stringMatching(/aiplatform-agent-predict-predict-service-account-admin/),
        ]),
    );
});

test("a schedule creates the same job, without the label of a content", async () => {
    const all = await registered(() => predict({ schedule: "0 3 * * *", account: new ServiceAccount("scoring") }));
    const { httpTarget } = all["Job predict-schedule"] as unknown as { httpTarget: { uri: string; body: string } };
    expect(httpTarget.uri).toBe(
        "https://europe-west1-aiplatform.googleapis.com/v1/projects/acme-dev/locations/europe-west1/batchPredictionJobs",
    );
    expect(JSON.parse(Buffer.from(httpTarget.body, "base64").toString())).toEqual({
        displayName: "predict",
        labels: { environment: "dev", "slipway-job": "predict" },
        ...spec,
        serviceAccount: "scoring@acme-dev.iam.gserviceaccount.com",
    });
    expect(all).toHaveProperty("IAMMember predict-schedule-project-aiplatform-user");
    expect(all).toHaveProperty("IAMMember predict-schedule-scoring-service-account-user");
});

test("a schedule's children can be transformed", async () => {
    const transform = { schedule: { description: "nightly" }, scheduleAccount: { displayName: "Starts predictions" } };
    const all = await registered(() => predict({ schedule: "0 3 * * *", transform }));
    expect(all["Job predict-schedule"]).toMatchObject({ description: "nightly" });
    expect(all["Account predict-schedule-call"]).toMatchObject({ displayName: "Starts predictions" });
});

test("without runs in deployments there is no job, and a DAG can start one", async () => {
    const all = await registered(() => {
        const { runner, job, predictions } = predict({ runOnDeploy: false });
        expect([job, predictions]).toEqual([undefined, undefined]);
        return new ComposerEnvironment("pipelines", { uses: { PREDICT: runner } });
    });
    expect(Object.keys(all).filter((name) => name.startsWith("BatchPrediction"))).toEqual([]);
    const { config } = all["Environment pipelines"] as unknown as {
        config: { softwareConfig: { envVariables: Record<string, string> } };
    };
    expect(JSON.parse(config.softwareConfig.envVariables.PREDICT as string)).toEqual({
        parent: "projects/acme-dev/locations/europe-west1",
        batchPredictionJob: {
            displayName: "predict",
            labels: { environment: "dev", "slipway-job": "predict" },
            ...spec,
        },
    });
    expect(all).toMatchObject({
        "IAMMember pipelines-project-aiplatform-user": { role: "roles/aiplatform.user" },
    });
});

test("a DAG that starts predictions may act as their account", async () => {
    const all = await registered(() => {
        const { runner } = predict({ runOnDeploy: false, account: new ServiceAccount("scoring") });
        return new ComposerEnvironment("pipelines", { uses: { PREDICT: runner } });
    });
    expect(all).toMatchObject({
        "IAMMember pipelines-project-aiplatform-user": { role: "roles/aiplatform.user" },
        "IAMMember pipelines-scoring-service-account-user": {
            serviceAccountId: "projects/acme-dev/serviceAccounts/scoring@acme-dev.iam.gserviceaccount.com",
            role: "roles/iam.serviceAccountUser",
        },
    });
});

test.each([
    [17, false],
    [18, true],
])("machines that are only sold by 18 are refused as %d replicas unless they suffice", async (replicas, suffice) => {
    const args = {
        machineType: "a4x-highgpu-4g",
        replicas,
        region: "us-central1",
        model: version.replace("europe-west1", "us-central1"),
    };
    const problems = await refused(
        () => new VertexBatchPrediction("predict", { ...files()(), ...args } as VertexBatchPredictionArgs),
    ).catch((error: Error) => error.message);
    expect(problems.includes("replicas: [vertex/replicas-of-machine]")).toBe(!suffice);
});

test("one path of files in a list is accepted, and none is refused", async () => {
    const made = await jobOf(() => predict({ input: { bucket: new StorageBucket("files"), files: ["a.csv"] } }));
    expect(made.spec.inputConfig).toMatchObject({ gcsSource: { uris: ["gs://acme-dev-files/a.csv"] } });
    const none = () => new VertexBatchPrediction("predict", { model: version, ...files([])() } as never);
    expect(await refused(none)).toContain("input.files: must have at least one path");
});

test("the service agent gets roles on buckets that exist elsewhere", async () => {
    const program = () => {
        const input = { bucket: StorageBucket.existing("acme-orders"), files: "a.jsonl" };
        return predict({ input, output: { bucket: StorageBucket.existing("acme-scores") } });
    };
    const { "BatchPrediction predict": options } = await registeredOptions(program, { environment: true });
    expect(options?.after).toEqual(
        expect.arrayContaining([
            expect.stringMatching(/aiplatform-agent-acme-orders-object-viewer/),
            expect.stringMatching(/aiplatform-agent-acme-scores-object-user/),
        ]),
    );
});

test("the service agent gets a role on a dataset that exists elsewhere", async () => {
    const program = () => {
        const input = { bucket: StorageBucket.existing("acme-orders"), files: "a.jsonl" };
        return predict({ input, output: { dataset: BigQueryDataset.existing("scores") } });
    };
    const { "BatchPrediction predict": options } = await registeredOptions(program, {
        environment: true,
        call: () => ({ location: "EU", defaultEncryptionConfigurations: [] }),
    });
    expect(options?.after).toEqual(expect.arrayContaining([expect.stringMatching(/aiplatform-agent-scores-/)]));
});

test("the service agent gets a role on a table that exists elsewhere", async () => {
    const program = () => predict({ input: { table: BigQueryTable.existing("sales.orders") } });
    const { "BatchPrediction predict": options } = await registeredOptions(program, {
        environment: true,
        call: () => ({}),
    });
    expect(options?.after).toContainEqual(expect.stringMatching(/aiplatform-agent-sales-orders-data-viewer/));
});

test.each([
    ["as many replicas as files of CSV", ["a.csv", "b.csv"]],
    ["more replicas than patterns of CSV", ["a/*.csv"]],
    ["more replicas than files whose lines are divided", ["a.jsonl"]],
])("a prediction can have %s", async (_, files) => {
    const made = await jobOf(() => predict({ input: { bucket: new StorageBucket("files"), files }, replicas: 2 }));
    expect(made.spec).toMatchObject({ dedicatedResources: { startingReplicaCount: 2 } });
});

/** Buckets that exist already, so that nothing is registered before the refusal. */
const files =
    (names: string | string[] = "a.jsonl", format?: string) =>
    () => ({
        input: { bucket: StorageBucket.existing("acme-orders"), files: names, format },
        output: { bucket: StorageBucket.existing("acme-scores") },
    });

test.each<[string, () => object, RegExp | string]>([
    ["files of no known ending", files("orders"), "input.format: [vertex/input-format-missing]"],
    ["files of two formats", files(["a.jsonl", "b.csv"]), "input.format: [vertex/input-format-missing]"],
    ["an absolute path", files("gs://acme/a.jsonl"), /input\.files: must be the path of files in the bucket/],
    [
        "objects from CSV",
        () => ({ ...files("a.csv")(), instances: { type: "object" } }),
        "instances.type: [vertex/instances-of-format]",
    ],
    [
        "fields of CSV",
        () => ({ ...files("a.csv")(), instances: { exclude: ["a"] } }),
        "instances.exclude: [vertex/instances-of-format]",
    ],
    [
        "a key of listed files",
        () => ({ ...files("a.txt")(), instances: { key: "a" } }),
        "instances.key: [vertex/instances-of-format]",
    ],
    [
        "fields that are included and excluded",
        () => ({ instances: { include: ["a"], exclude: ["b"] } }),
        "instances.exclude: [vertex/exclude-and-include]",
    ],
    ["no field to include", () => ({ instances: { include: [] } }), /instances\.include: must have at least one field/],
    [
        "a key that is sent",
        () => ({ instances: { include: ["a"], key: "a" } }),
        "instances.include: [vertex/include-has-key]",
    ],
    [
        "more replicas than files that are not divided",
        () => ({ ...files(["a.csv", "b.csv"])(), replicas: 3 }),
        "replicas: [vertex/replicas-above-files]",
    ],
    [
        "a GPU that the machine cannot have",
        () => ({ machineType: "e2-standard-4", gpu: "nvidia-tesla-t4" }),
        "gpu: [vertex/endpoint-gpu-of-machine]",
    ],
    ["a machine that is none", () => ({ machineType: "large" }), /machineType: must be a machine type such as/],
    ["no batch", () => ({ batchSize: 0 }), /batchSize: must be /],
    [
        "a key of Cloud KMS with BigQuery",
        () => ({
            input: { table: "bq://acme-dev.sales.orders" },
            encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales",
        }),
        "encryptionKey: [vertex/key-with-big-query]",
    ],
    [
        "a key in another region",
        () => ({ encryptionKey: "projects/acme-keys/locations/us-east1/keyRings/data/cryptoKeys/sales" }),
        "encryptionKey: [place/other-region]",
    ],
    [
        "a version of data without runs in deployments",
        () => ({ runOnDeploy: false, runOn: ["2026-11"] }),
        "runOn: [vertex/batch-run-on-without-deploy]",
    ],
    [
        "waiting without runs in deployments",
        () => ({ runOnDeploy: false, wait: false }),
        "wait: [vertex/wait-without-deploy]",
    ],
    [
        "a model in another region",
        () => ({ model: version.replace("europe-west1", "us-central1") }),
        "model: [place/other-region]",
    ],
    [
        "a version in another region of a model",
        () => ({ model: { name: version.replace("@3", ""), version: version.replace("europe-west1", "us-central1") } }),
        "model: [place/other-region]",
    ],
    ["a model without a version", () => ({ model: version.replace("@3", "") }), /model: must be a VertexModel/],
    ["no model", () => ({ model: null }), /model: must be a VertexModel, or the full name .* \(got null\)/],
    ["a text as parameters", () => ({ parameters: "all" }), /parameters: must be an object in the format of the API/],
    [
        "a table without a dataset",
        () => ({ input: { table: "bq://acme-dev.orders" } }),
        /input\.table: must be a BigQueryTable/,
    ],
])("%s are refused", async (_, args, message) => {
    expect(
        await refused(
            () =>
                new VertexBatchPrediction("predict", {
                    model: version,
                    ...files()(),
                    ...args(),
                } as VertexBatchPredictionArgs),
        ),
    ).toMatch(message);
});

test.each([
    ["europe-west1", "EUROPE-WEST1", true],
    ["europe-west1", "EU", true],
    ["europe-west1", "eur4", true],
    ["europe-west2", "EU", false],
    ["europe-west1", "US", false],
    ["us-central1", "US", true],
    ["us-central1", "us-east1", false],
    ["asia-east1", "ASIA", true],
    // "Data centers in Asia, excluding Hong Kong and Indonesia": https://docs.cloud.google.com/storage/docs/locations#location-mr
    ["asia-east2", "ASIA", false],
    ["asia-southeast2", "ASIA", false],
    ["europe-west6", "EU", false],
])("for a model in %s, data in %s is near: %s", (region, location, near) => {
    expect(isNear(location, region)).toBe(near);
});

test("a multi-region of the model's region is near", async () => {
    const output = () => ({ output: { dataset: new BigQueryDataset("scores", { location: "EU" }) } });
    const made = await jobOf(() => predict(output()));
    expect(made.spec.outputConfig).toEqual({
        predictionsFormat: "bigquery",
        bigqueryDestination: { outputUri: "bq://acme-dev.scores" },
    });
});

test("a model can be an output", async () => {
    const made = await jobOf(() => predict({ model: pulumi.output(version) }));
    expect([made.location, made.spec.model]).toEqual(["europe-west1", version]);
});

test("a table that exists already is not looked for in the model's region", async () => {
    const program = () =>
        predict({ input: { table: BigQueryTable.existing("sales.orders", { project: "acme-data" }) } });
    const { "BatchPrediction predict": made } = await registered(program, { call: () => ({}) });
    expect(made).toMatchObject({
        spec: { inputConfig: { bigquerySource: { inputUri: "bq://acme-data.sales.orders" } } },
    });
});

test("a model in another region is refused when it is known, unless its name has no region", async () => {
    const found = (name: string) => outcomeOf(() => jobLocation("predict", pulumi.output(name), "europe-west1"));
    expect(await found(version.replace("europe-west1", "us-central1"))).toMatchObject({
        message: expect.stringContaining(
            'VertexBatchPrediction "predict": model: is in us-central1, and must be in europe-west1, as the prediction is. Set region: "us-central1". [vertex/model-in-other-region]',
        ),
    });
    expect([await found(version), await found("iris@3")]).toEqual(["europe-west1", "europe-west1"]);
});

test("a model of the program in another region is refused before the prediction is created", async () => {
    const program = () => {
        const container = { image: `europe-docker.pkg.dev/acme-dev/app/iris@sha256:${"0a".repeat(32)}` };
        const model = new VertexModel("far", { container, region: "europe-west4" });
        new VertexBatchPrediction("predict", { model, ...files()() } as VertexBatchPredictionArgs);
    };
    expect(await told(program, {}, ["Model far", "Provider far"])).toContain(
        'VertexBatchPrediction "predict": model: is in europe-west4, and must be in europe-west1, as the prediction is. Set region: "europe-west4". [vertex/model-in-other-region]',
    );
});

test("data in another region than the model's is refused when it is known", async () => {
    const uri = "gs://acme-orders";
    const found = (place?: string) =>
        outcomeOf(() => nearModel("predict", "input.bucket", [pulumi.output(place), "europe-west1", uri]));
    expect(await found("US")).toMatchObject({
        message: expect.stringContaining(
            'VertexBatchPrediction "predict": input.bucket: is in US, and must be in the region of the model, europe-west1, or in its multi-region (got "gs://acme-orders"). [vertex/data-in-other-region]',
        ),
    });
    expect([await found("EU"), await found(""), await found()]).toEqual([uri, uri, uri]);
});
