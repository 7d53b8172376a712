import type { Inputs } from "../../../local/simulator/rules/rules";
import { call, image, jobWorld, parent } from "./vertexJobs";
import { textAsset, type World } from "./world";

/** A project with a model, a bucket with instances and a bucket for predictions, and a dataset with a table. */
export async function batchWorld(): Promise<World> {
    const world = jobWorld();
    world.enable("bigquery");
    world.make("Bucket", { name: "orders", location: "EU" });
    world.make("BucketObject", { bucket: "orders", name: "new/a.jsonl", source: textAsset("[1]\n[2]\n") });
    world.make("Dataset", { datasetId: "sales", location: "EU" });
    world.make("Table", {
        datasetId: "sales",
        tableId: "orders",
        schema: JSON.stringify([{ name: "id", type: "INTEGER" }]),
        deletionProtection: false,
    });
    const model = { displayName: "Irises", containerSpec: { imageUri: image } };
    const { status, body } = await call(world, "POST", `${parent}/models:upload`, { model, modelId: "iris" });
    if (status !== 200) {
        throw new Error(body.error.message);
    }
    await call(world, "GET", body.name);
    return world;
}

/** A batch prediction with changes. */
export const batch = (more: Inputs = {}): Inputs => ({
    displayName: "predict",
    labels: { team: "forecast" },
    model: `${parent}/models/iris@1`,
    inputConfig: { instancesFormat: "jsonl", gcsSource: { uris: ["gs://orders/new/*.jsonl"] } },
    outputConfig: { predictionsFormat: "jsonl", gcsDestination: { outputUriPrefix: "gs://models/scores" } },
    dedicatedResources: {
        machineSpec: { machineType: "n1-standard-2" },
        startingReplicaCount: 2,
        maxReplicaCount: 2,
    },
    ...more,
});

/** Reads a table, and writes to its dataset. */
export const ofTables: Inputs = {
    inputConfig: { instancesFormat: "bigquery", bigquerySource: { inputUri: "bq://acme-dev.sales.orders" } },
    outputConfig: { predictionsFormat: "bigquery", bigqueryDestination: { outputUri: "bq://acme-dev.sales" } },
};
