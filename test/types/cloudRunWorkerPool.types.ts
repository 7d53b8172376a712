import * as pulumi from "@pulumi/pulumi";
import {
    type Capability,
    CloudRunWorkerPool,
    type CloudRunWorkerPoolArgs,
    ContainerRegistry,
    PubSubSubscription,
    PubSubTopic,
    Schedule,
} from "slipway";

const image = `docker.io/acme/worker@sha256:${"0a".repeat(32)}`;
const orders = new PubSubSubscription("orders", { topic: new PubSubTopic("orders"), pull: {} });

const bare = new CloudRunWorkerPool("worker", { image });
new CloudRunWorkerPool("built", { source: "./worker", registry: new ContainerRegistry("images", {}) });
new CloudRunWorkerPool("scaled", { image, scaling: { min: 2, max: 20 } });
const full: CloudRunWorkerPoolArgs = {
    image: pulumi.output(image),
    scaling: 2,
    uses: { ORDERS: orders.subscriber },
    health: { startup: { tcp: 9000 }, liveness: { path: "/live", port: 9000 } },
    gpu: "nvidia-l4",
    description: pulumi.output("Ships orders."),
    transform: { pool: {}, account: {} },
};
new CloudRunWorkerPool("full", full);
const capability: Capability = CloudRunWorkerPool.existing("worker").role("roles/run.viewer");
const name: pulumi.Output<string> = bare.pool.name;

// @ts-expect-error: a worker pool requires an image or a source.
new CloudRunWorkerPool("worker", {});

// @ts-expect-error: a worker pool listens on no port.
new CloudRunWorkerPool("worker", { image, port: 8080 });

// @ts-expect-error: a worker pool has no requests.
new CloudRunWorkerPool("worker", { image, scaling: { concurrency: 80 } });

// @ts-expect-error: a worker pool has no readiness probe.
new CloudRunWorkerPool("worker", { image, health: { readiness: { path: "/ready", port: 9000 } } });

// @ts-expect-error: a worker pool cannot be called.
new Schedule("nightly", { call: bare, cron: "0 3 * * *" });

export { capability, name };
