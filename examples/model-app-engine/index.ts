import * as pulumi from "@pulumi/pulumi";
import {
    AppEngineApp,
    CloudSqlInstance,
    ContainerImage,
    ContainerRegistry,
    type StandardServiceArgs,
    StorageBucket,
} from "slipway";

const config = new pulumi.Config();

// The model, as train.py writes it.
const models = new StorageBucket("models", { upload: "./models" });
const delivery = models.object("delivery.skops");
const environment = { MODEL: delivery.name, MODEL_GENERATION: pulumi.interpolate`${delivery.generation}` };

// What was predicted. App Engine's sockets lead to a public address, which lets in nobody else.
const database = new CloudSqlInstance("deliveries", {
    databases: { predictions: {}, staging: {} },
    publicAddress: true,
    network: false,
});

// The application under gunicorn, with its page.
const web: StandardServiceArgs = {
    source: "./app",
    entrypoint: "gunicorn --bind :$PORT --workers 1 --threads 8 main:app",
    instanceClass: "F2",
    scaling: { concurrency: 8 },
    warmup: true,
    ingress: "all", // public
    handlers: [
        { url: "/", staticFiles: "static/index.html", upload: "static/index\\.html" },
        { url: "/static", staticDir: "static", expiration: "1 hour" },
        { url: "/tasks/.*", script: "auto", login: "admin" }, // Cloud Scheduler counts as one
    ],
    env: environment,
};

// Its image, which predicts many at once on machines of its own.
const image = new ContainerImage("predictions", {
    registry: new ContainerRegistry("apps"),
    source: "./app",
    build: { args: { BASE: config.get("base") ?? "python:3.13-slim" } },
});

// How many percent of the traffic the newest version gets; the one before it gets the others.
const latest = config.getNumber("canary") ?? 100;
const domain = config.get("domain");

const app = new AppEngineApp("deliveries", {
    services: {
        default: {
            ...web,
            uses: { MODELS: models.reader, DATABASE: database.as({ database: "predictions" }) },
            traffic: { split: { latest, previous: 100 - latest } },
        },
        staging: { ...web, uses: { MODELS: models.reader, DATABASE: database.as({ database: "staging" }) } },
        predictions: {
            flexible: true,
            ingress: "all",
            image,
            uses: { MODELS: models.reader },
            env: environment,
            health: { readiness: "/ready", liveness: "/live" },
        },
    },
    dispatch: [{ url: "*/predictions", service: "predictions" }],
    domains: domain ? { [domain]: {} } : {},
    cron: { forget: { cron: "0 3 * * *", timeZone: "Europe/Berlin", path: "/tasks/forget" } },
});

export const url = app.url;
export const staging = app.services.staging?.url;
export const allocations = app.services.default?.rollout.allocations;
export const generation = delivery.generation;
