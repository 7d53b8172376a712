import * as pulumi from "@pulumi/pulumi";
import { ContainerImage, ContainerRegistry, StorageBucket } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";

const config = new pulumi.Config();

// The model, as train.py writes it.
const models = new StorageBucket("models", { upload: "./models" });
const delivery = models.object("delivery.json");

// The application's image, built from its folder and known by its digest.
const registry = new ContainerRegistry("apps");
const image = new ContainerImage("echo", {
    registry,
    source: "./app",
    build: { args: { BASE: config.get("base") ?? "python:3.13-slim" } },
});

const cluster = new GkeCluster("apps");

// Two to five of it, so many that each uses about 80 % of the CPU that it asked for.
const echo = new AutoscaledDeployment("echo", {
    cluster,
    image,
    port: 8080,
    uses: { MODELS: models.reader },
    env: { MODEL: delivery.name, MODEL_GENERATION: pulumi.interpolate`${delivery.generation}` },
    health: { readiness: "/ready", liveness: "/live" },
    scaling: { min: 2, max: 5, cpu: 80 },
    expose: { loadBalancer: { public: true, port: 80 } },
});

export const url = echo.url;
export const generation = delivery.generation;
