import * as pulumi from "@pulumi/pulumi";
import { Network, Secret, ServiceAccount, StorageBucket, VertexTrainingJob, type VertexTrainingJobArgs } from "slipway";

const image = `docker.io/acme/train@sha256:${"0a".repeat(32)}`;
const output = new StorageBucket("models");
const python = { module: "trainer.task", container: "pytorch-gpu.2-4.py310:latest" };

new VertexTrainingJob("bare", { image, output });
new VertexTrainingJob("folder", { source: "./training", ...python, output: StorageBucket.existing("acme-models") });
new VertexTrainingJob("packages", { packages: [pulumi.output("gs://acme/trainer-1.0.tar.gz")], ...python, output });
const full: VertexTrainingJobArgs = {
    image: pulumi.output(image),
    command: ["python", pulumi.output("-m")],
    args: ["--epochs=5"],
    output,
    machineType: "n1-standard-8",
    gpu: { type: "nvidia-tesla-t4", count: 2 },
    disk: { type: "pd-ssd", size: "200 GB" },
    pools: { workers: { replicas: 2 }, parameterServers: { replicas: 1, machineType: "n1-highmem-8", image } },
    strategy: "spot",
    wait: "2 hours",
    uses: { SALES: output.reader },
    runOn: [output.object("sales.csv"), "gs://acme-data/sales.csv", pulumi.output("2026-11")],
    tuning: { metrics: { accuracy: "maximize" }, parameters: { rate: { min: 0, max: 1 } }, trials: 2 },
    account: new ServiceAccount("trainer"),
    network: { network: new Network("main") },
    schedule: { cron: "0 3 * * MON", timeZone: "Europe/Berlin" },
    transform: { job: { wait: false } },
};
const artifacts: pulumi.Output<string> = new VertexTrainingJob("full", full).artifacts;

export { artifacts };

// @ts-expect-error code is required
new VertexTrainingJob("none", { output });

// @ts-expect-error one code only
new VertexTrainingJob("two", { image, source: "./training", ...python, output });

// @ts-expect-error the bucket of the results is required
new VertexTrainingJob("nowhere", { image });

// @ts-expect-error a module for an image
new VertexTrainingJob("module", { image, module: "trainer.task", output });

// @ts-expect-error the K80 was shut down
new VertexTrainingJob("old", { image, output, gpu: "nvidia-tesla-k80" });

// @ts-expect-error a secret cannot be mounted
new VertexTrainingJob("secret", { image, output, uses: { KEY: new Secret("key").reader } });

// @ts-expect-error one access to a network only
new VertexTrainingJob("networks", { image, output, network: { network: new Network("main"), attachment: "a" } });

// @ts-expect-error a range needs a maximum
new VertexTrainingJob("range", { image, output, tuning: { metrics: {}, parameters: { a: { min: 1 } }, trials: 1 } });
