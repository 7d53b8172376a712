import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, ServiceAccount, StorageBucket, VertexDeploymentPool, VertexEndpoint } from "slipway";

/** All options of endpoints of Vertex AI. */
export function vertex(): void {
    const model = pulumi.output("projects/acme-dev/locations/europe-west1/models/iris@3");
    const pool = new VertexDeploymentPool("model-pool", {
        name: "shared",
        machineType: "n1-standard-8",
        accelerator: { type: "NVIDIA_TESLA_T4", count: 2 },
        replicas: { min: 1, max: 2 },
        scaling: { cpu: 70, gpu: 80, requestsPerMinute: 100 },
    });
    new VertexEndpoint("whole-endpoint", {
        name: "irises",
        displayName: pulumi.output("Irises"),
        description: pulumi.output("Names flowers"),
        models: {
            latest: { model, machineType: "g2-standard-4", spot: true, accessLogs: true, containerLogs: false },
            rare: { model: { name: "irises", version: model }, pool },
        },
        traffic: { split: { latest: 10, previous: 80, rare: 10 } },
        requestLogs: { dataset: new BigQueryDataset("model-logs"), table: "requests", samplingRate: 0.5 },
        uses: [new StorageBucket("model-features").reader],
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales",
        labels: { team: "ml" },
    });
    new VertexEndpoint("private-endpoint", {
        models: { latest: { model, scaleToZero: { after: "10 minutes", keepFor: "1 hour", initialReplicas: 1 } } },
        access: { privateServiceConnect: ["acme-shop"] },
        account: new ServiceAccount("model-account"),
    });
    const shared = new VertexEndpoint("shared-endpoint", { models: { latest: { model } }, access: "shared" });
    new ServiceAccount("model-caller", { uses: [shared.predictor] });
}
