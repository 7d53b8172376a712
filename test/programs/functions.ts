import { Network, PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";

const net = new Network("apps", { subnets: { apps: { range: "10.8.0.0/20" } }, nat: true });
const t = new PubSubTopic("ttt");
const b = new StorageBucket("b");
new ServerlessFunction("a", {
    source: "./predict",
    trigger: { topic: t, retries: false },
    entryPoint: "predict",
    network: net,
    cpu: 2,
    memory: "4 GiB",
    scaling: { min: 1, max: 2, concurrency: 10 },
});
new ServerlessFunction("b", {
    entryPoint: "thumbnail",
    source: "./thumbnail",
    trigger: { bucket: b, event: "deleted" },
    memory: "256M",
    labels: { x: "y" },
});
new ServerlessFunction("c", {
    source: "./predict",
    entryPoint: "predict",
    trigger: { schedule: "every 15 minutes" },
    runtimeUpdates: "on-deploy",
    build: { env: { PIP_NO_CACHE_DIR: "1" } },
    env: { PRIMARY_KEY: "id" },
});
new ServerlessFunction("d", {
    source: "./predict",
    entryPoint: "predict",
    trigger: { audit: { service: "bigquery.googleapis.com", method: "google.cloud.bigquery.v2.JobService.InsertJob" } },
});
