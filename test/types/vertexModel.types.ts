import * as pulumi from "@pulumi/pulumi";
import { ContainerImage, StorageBucket, VertexModel, type VertexModelArgs } from "slipway";
import type { ModelVersion } from "slipway/vertex";

const bucket = new StorageBucket("models");
const serve = new ContainerImage("serve", { reference: "…" });
const container = { framework: "scikit-learn", version: "1.6" } as const;

const iris = new VertexModel("folder", { source: "./model", container });
new VertexModel("bucket", { source: { bucket, folder: "iris" }, container });
new VertexModel("trained", { source: pulumi.output("gs://acme-dev-models/iris"), container });
new VertexModel("gpu", {
    source: "./model",
    container: { framework: "pytorch", version: "2.4", device: "tpu" },
});
new VertexModel("own", { container: { image: serve } });
new VertexModel("full", {
    source: "./model",
    container: {
        image: pulumi.output("…"),
        port: 7080,
        predictRoute: "/predictions/iris",
        health: "/ping",
        command: ["torchserve", pulumi.output("--start")],
        args: ["--foreground"],
        env: { WORKERS: pulumi.output("2") },
        sharedMemory: "2Gi",
        deploymentTimeout: "30 minutes",
    },
    modelId: "iris",
    displayName: "Irises",
    description: "…",
    region: "europe-west1",
    aliases: ["default", "champion"],
    keep: 3,
    explanation: { parameters: { sampledShapleyAttribution: { pathCount: 10 } } },
    schemata: { instance: pulumi.output("…") },
    encryptionKey: pulumi.output("…"),
    labels: { team: pulumi.output("flowers") },
    transform: { model: { displayName: "…" }, bucket: { location: "EU" } },
    crossProject: "prod",
});
export const version: ModelVersion = iris;
export const names: pulumi.Output<string>[] = [iris.name, iris.version, iris.model.versionId];

// @ts-expect-error a container is required
new VertexModel("none", { source: "./model" });
// @ts-expect-error a version of another framework
new VertexModel("version", { source: "./model", container: { framework: "xgboost", version: "1.6" } });
// @ts-expect-error no device of this framework
new VertexModel("tpu", { container: { framework: "tensorflow", version: "2.15", device: "tpu" } });
// @ts-expect-error both containers
new VertexModel("both", { container: { ...container, image: serve } });
// @ts-expect-error no framework with prebuilt containers
new VertexModel("framework", { container: { framework: "keras", version: "2.15" } });
// @ts-expect-error a bucket without a folder
new VertexModel("folderless", { source: { bucket }, container });
// @ts-expect-error a duration without a unit
new VertexModel("timeout", { container: { image: serve, deploymentTimeout: "30" } });
// @ts-expect-error an unknown option
export const typo: VertexModelArgs = { container, artefacts: "./model" };
