import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, ComposerEnvironment, ContainerImage, ContainerRegistry, StorageBucket } from "slipway";

const config = new pulumi.Config();

// What comes each night, `incoming/2026-06-01.csv`; what a run makes of it, `runs/…`; and what is done, `archive/…`.
const customers = new StorageBucket("customers", {
    lifecycleRules: [{ action: "Delete", condition: { age: "30 days", matchesPrefix: ["runs/"] } }],
});

// The models by their versions, and what they are trained from, as train.py writes both.
const models = new StorageBucket("models", { upload: "./models" });

// A partition a day: a run of a day replaces what an earlier one has loaded.
const scores = new BigQueryDataset("scores", {
    tables: { customers: { schema: "./schemas/scores.json", partition: { time: { field: "date" } } } },
});

// The same code in a container: what needs more than a worker has, or other packages than Airflow.
const registry = config.getBoolean("pods") ? new ContainerRegistry("apps") : undefined;
const image =
    registry &&
    new ContainerImage("score", {
        registry,
        source: "./dags/scoring",
        build: { args: { BASE: config.get("base") ?? "python:3.13-slim" } },
    });

const pipelines = new ComposerEnvironment("pipelines", {
    dags: "./dags",
    packages: { "scikit-learn": "==1.9.1", skops: "==0.16.0" },
    uses: {
        CUSTOMERS: customers.writer,
        MODELS: models.writer,
        SCORES: scores.writer,
        ...(registry && { REGISTRY: registry.reader }), // pods have the environment's account
    },
    env: {
        MODEL_VERSION: config.get("model") ?? "1.0.0",
        ...(image && { SCORING_IMAGE: image.reference }),
    },
    // Told when a run fails or is late, by the owner that the DAG names.
    alerts: { owners: { scoring: { email: config.get("alerts") ?? "scoring@acme.com" } }, lateAfter: "3 hours" },
});

export const airflow = pipelines.airflowUri;
export const customersBucket = customers.bucket.name;
export const generation = models.object("1.0.0.skops").generation;
