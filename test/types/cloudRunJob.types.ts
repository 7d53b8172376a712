import * as pulumi from "@pulumi/pulumi";
import {
    type Capability,
    CloudRunJob,
    type CloudRunJobArgs,
    ContainerRegistry,
    Schedule,
    Secret,
    ServerlessFunction,
} from "slipway";

const image = `docker.io/acme/migrate@sha256:${"0a".repeat(32)}`;
const registry = new ContainerRegistry("images", {});
const key = new Secret("key");

const bare = new CloudRunJob("migrate", { image });
new CloudRunJob("built", { source: "./migrate", registry });
const full: CloudRunJobArgs = {
    image: pulumi.output(image),
    name: "migrate",
    command: ["npm"],
    args: ["run", pulumi.output("migrate")],
    uses: { KEY: key.reader, KEY_FILE: key.file("/secrets/key/text") },
    env: { LEVEL: pulumi.output("info") },
    tasks: 10,
    parallelism: 2,
    retries: 0,
    timeout: "1 hour",
    runOnDeploy: true,
    schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin", paused: true, retries: 3 },
    health: { startup: { tcp: 8080 } },
    gpu: { type: "nvidia-l4", zonalRedundancy: true },
    sidecars: { proxy: { image, health: { startup: { tcp: 9000 } } } },
    startAfter: ["proxy"],
    transform: { job: {}, account: {}, schedule: {}, scheduleAccount: {} },
};
new CloudRunJob("full", full);
new Schedule("nightly", { call: bare, cron: "0 3 * * *" });
new Schedule("existing", { call: CloudRunJob.existing("migrate"), cron: "0 3 * * *" });
new ServerlessFunction("run", {
    source: "./run",
    trigger: { http: {} },
    uses: { RUN: bare.runner, OVERRIDE: bare.runnerWithOverrides },
});
const capability: Capability = bare.role("roles/run.viewer");
const name: pulumi.Output<string> = bare.job.name;

// @ts-expect-error: a job requires an image or a source.
new CloudRunJob("migrate", {});

// @ts-expect-error: a job has an image or a source.
new CloudRunJob("migrate", { image, source: "./migrate", registry });

// @ts-expect-error: a job listens on no port.
new CloudRunJob("migrate", { image, port: 8080 });

// @ts-expect-error: a timeout has a unit.
new CloudRunJob("migrate", { image, timeout: 600 });

// @ts-expect-error: a job has no liveness probe.
new CloudRunJob("migrate", { image, health: { liveness: { path: "/live", port: 8080 } } });

// @ts-expect-error: a schedule requires its cron expression.
new CloudRunJob("migrate", { image, schedule: { timeZone: "Europe/Berlin" } });

// @ts-expect-error: a call with a path needs a component with a URL.
new Schedule("nightly", { call: { invoke: bare, path: "/refresh" }, cron: "0 3 * * *" });

// @ts-expect-error: only a scheduled job has a schedule.
const scheduler: pulumi.Output<string> = bare.schedule.job.name;

export { capability, name, scheduler };
