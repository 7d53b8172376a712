import * as pulumi from "@pulumi/pulumi";
import { ContainerImage, StorageBucket, VertexModel } from "slipway";
import { folderOf } from "./folders";
import { image } from "./serving";

/** All options of models of Vertex AI. */
export function vertexModels(): void {
    const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/models";
    const container = { framework: "scikit-learn", version: "1.6" } as const;
    const folder = folderOf({ "model.joblib": "a model", "labels/names.txt": "setosa" });
    new VertexModel("whole-model", {
        artifacts: folder,
        container: { ...container, accelerator: "cpu" },
        modelId: "whole",
        displayName: "Whole",
        description: "Species",
        region: "europe-west1",
        aliases: ["default", "champion"],
        keep: 3,
        explanation: { parameters: { sampledShapleyAttribution: { pathCount: 10 } }, metadata: { inputs: {} } },
        schemata: { instance: "gs://acme-dev-models/instance.yaml" },
        encryptionKey: key,
        labels: { team: pulumi.output("flowers") },
    });
    const bucket = new StorageBucket("model-files", { upload: { folder, prefix: "iris/" } });
    new VertexModel("bucket-model", { artifacts: { bucket, folder: "iris" }, container });
    new VertexModel("trained-model", { artifacts: pulumi.output("gs://acme-dev-models/iris"), container });
    new VertexModel("own-model", {
        container: {
            image: new ContainerImage("model-server", {
                reference: image.replace(/^[^/]+/, "europe-west1-docker.pkg.dev"),
            }),
            port: 7080,
            predictRoute: "/predictions/iris",
            healthRoute: "/ping",
            command: ["torchserve"],
            args: [pulumi.output("--foreground")],
            environment: { WORKERS: pulumi.output("2") },
            sharedMemory: "2Gi",
            deploymentTimeout: "30 minutes",
        },
    });
}
