import * as pulumi from "@pulumi/pulumi";
import {
    CloudRunService,
    type CloudRunServiceArgs,
    ContainerImage,
    ContainerRegistry,
    PubSubSubscription,
    PubSubTopic,
    Schedule,
    Secret,
    StorageBucket,
} from "slipway";
import type { Attachment, Capability } from "slipway/iam";
import type { RunTraffic } from "slipway/run";

interface Socket extends Attachment {
    readonly kind: "socket";
}

const registry = new ContainerRegistry("app");
const image = new ContainerImage("web", { registry, source: "./web" });
const topic = new PubSubTopic("sales");
const bucket = new StorageBucket("models");
const key = new Secret("key");

new CloudRunService("component", { image });
new CloudRunService("name", { image: pulumi.output("ghcr.io/acme/web@sha256:…") });
new CloudRunService("source", { source: "./web", registry });
const split: RunTraffic = { split: { latest: 10, previous: 90 }, tags: { candidate: "latest" } };
const full = new CloudRunService("full", {
    image,
    port: 8080,
    http2: true,
    command: ["node"],
    args: [pulumi.output("main.js")],
    workingDirectory: "/app",
    health: { startup: "/ready", liveness: { path: "/live", interval: "5 seconds" }, readiness: { grpc: "" } },
    uses: { KEY: key.reader, KEY_FILE: key.file("/secrets/key"), MODELS: bucket.reader, SALES: topic.publisher },
    env: { LEVEL: pulumi.output("info") },
    cpu: 2,
    memory: "4Gi",
    cpuAlways: true,
    startupBoost: false,
    scaling: { min: 1, max: 20, concurrency: 80, revision: { min: 1, max: 3 } },
    timeout: "60 seconds",
    sessionAffinity: true,
    executionEnvironment: "gen2",
    ingress: "load-balancer",
    defaultUrl: false,
    customAudiences: [pulumi.output("https://shop.acme.dev")],
    triggers: { sales: { topic, retries: true }, uploads: { bucket, event: "deleted", path: "/uploads" } },
    sidecars: { proxy: { image, health: { startup: { tcp: 9000 } }, startAfter: [] } },
    startAfter: ["proxy"],
    volumes: { models: { path: "/models", bucket, readOnly: true }, cache: { path: "/cache", memory: "64Mi" } },
    network: { subnet: "apps", egress: "all-traffic" },
    traffic: split,
    regions: ["europe-west1", "us-central1"],
    transform: { service: { description: "…" }, trigger: { labels: { team: "shop" } } },
});
new CloudRunService("public", { image, public: true, cpu: "500m", scaling: 3 });
new CloudRunService("staff", { image, iap: ["group:shop@acme.dev"], gpu: "nvidia-l4" });
new CloudRunService("caller", { image, uses: { FULL: full.invoker } });
new Schedule("nightly", { call: full, cron: "0 3 * * *" });
new PubSubSubscription("sales", { topic, push: full });
const args: CloudRunServiceArgs = { image };
const url: pulumi.Output<string> = new CloudRunService("args", args).tagged("previous");
pulumi.log.info(pulumi.interpolate`${url}`.toString());
new CloudRunService("calls", { image, uses: { WEB: CloudRunService.existing("web").invoker } });

// @ts-expect-error: the arguments are required.
new CloudRunService("web");

// @ts-expect-error: an image or a source is required.
new CloudRunService("web", {});

// @ts-expect-error: an image and a source.
new CloudRunService("web", { image, source: "./web", registry });

// @ts-expect-error: a source needs a registry.
new CloudRunService("web", { source: "./web" });

// @ts-expect-error: a registry needs a source.
new CloudRunService("web", { image, registry });

// @ts-expect-error: three CPUs do not exist.
new CloudRunService("web", { image, cpu: 3 });

// @ts-expect-error: less than one CPU is in thousandths.
new CloudRunService("web", { image, cpu: 0.5 });

// @ts-expect-error: an unknown unit of memory.
new CloudRunService("web", { image, memory: "512MB" });

// @ts-expect-error: a GPU that Cloud Run does not have.
new CloudRunService("web", { image, gpu: "nvidia-tesla-t4" });

// @ts-expect-error: there is no TCP probe of a running container.
new CloudRunService("web", { image, health: { liveness: { tcp: 8080 } } });

// @ts-expect-error: two kinds of a probe.
new CloudRunService("web", { image, health: { startup: { path: "/", tcp: 8080 } } });

// @ts-expect-error: a readiness probe has no delay.
new CloudRunService("web", { image, health: { readiness: { path: "/", initialDelay: "1 second" } } });

// @ts-expect-error: a sidecar has no readiness probe.
new CloudRunService("web", { image, sidecars: { proxy: { image, health: { readiness: "/" } } } });

// @ts-expect-error: a number of instances and a maximum.
new CloudRunService("web", { image, scaling: { instances: 2, max: 3 } });

// @ts-expect-error: the timeout has its unit in its name.
new CloudRunService("web", { image, timeout: 60 });

// @ts-expect-error: an unknown generation.
new CloudRunService("web", { image, executionEnvironment: "gen3" });

// @ts-expect-error: an unknown ingress.
new CloudRunService("web", { image, ingress: "private" });

// @ts-expect-error: `public` cannot be an output.
new CloudRunService("web", { image, public: pulumi.output(true) });

// @ts-expect-error: everyone is no member.
new CloudRunService("web", { image, iap: ["allUsers"] });

// @ts-expect-error: a trigger is of one kind.
new CloudRunService("web", { image, triggers: { sales: { topic, bucket } } });

// @ts-expect-error: a schedule is a component of its own.
new CloudRunService("web", { image, triggers: { nightly: { schedule: "0 3 * * *" } } });

// @ts-expect-error: a volume is of one kind.
new CloudRunService("web", { image, volumes: { models: { path: "/models", bucket, memory: "64Mi" } } });

// @ts-expect-error: a volume needs a path.
new CloudRunService("web", { image, volumes: { models: { bucket } } });

// @ts-expect-error: a capability in place of a bucket.
new CloudRunService("web", { image, volumes: { models: { path: "/models", bucket: bucket.reader } } });

// @ts-expect-error: an attachment that Cloud Run does not support.
new CloudRunService("web", { image, uses: { DB: {} as Capability<Socket> } });

// @ts-expect-error: percentages are numbers.
new CloudRunService("web", { image, traffic: { split: { latest: "10%" } } });

// @ts-expect-error: App Engine's way to split traffic.
new CloudRunService("web", { image, traffic: { by: "cookie" } });

// @ts-expect-error: a subnet and a connector.
new CloudRunService("web", { image, network: { subnet: "apps", connector: "apps" } });

// @ts-expect-error: an unknown child.
new CloudRunService("web", { image, transform: { revision: {} } });
