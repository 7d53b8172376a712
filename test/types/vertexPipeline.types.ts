import * as pulumi from "@pulumi/pulumi";
import { Network, Secret, ServiceAccount, StorageBucket, VertexPipeline, type VertexPipelineArgs } from "slipway";

const image = `docker.io/acme/train@sha256:${"0a".repeat(32)}`;
const pipelineRoot = new StorageBucket("results");
const pipeline = "./pipeline.yaml";

new VertexPipeline("bare", { source: pipeline, pipelineRoot });
new VertexPipeline("existing", { source: pipeline, pipelineRoot: StorageBucket.existing("acme-results") });
const full: VertexPipelineArgs = {
    source: pipeline,
    pipelineRoot,
    parameters: { weeks: 8, rates: [0.1], source: pulumi.output("sales"), options: { dry: true } },
    uses: { bucket: pipelineRoot.reader },
    images: { train: pulumi.output(image) },
    runOn: [pipelineRoot.object("sales.csv"), "2026-11"],
    schedule: { cron: "0 3 * * MON", timeZone: "Europe/Berlin", maxConcurrentRuns: 2 },
    wait: "2 hours",
    failurePolicy: "fail-fast",
    account: new ServiceAccount("runner"),
    network: { network: new Network("main") },
    transform: { run: { wait: false }, schedule: { paused: true } },
};
const model: pulumi.Output<string> | undefined = new VertexPipeline("full", full).artifacts["fit.model"];

export { model };

// @ts-expect-error the pipeline is required
new VertexPipeline("none", { pipelineRoot });

// @ts-expect-error the pipeline root is required
new VertexPipeline("nowhere", { source: pipeline });

// @ts-expect-error the pipeline is read at preview
new VertexPipeline("later", { source: pulumi.output(pipeline), pipelineRoot });

// @ts-expect-error a secret cannot be mounted
new VertexPipeline("secret", { source: pipeline, pipelineRoot, uses: { key: new Secret("key").reader } });

// @ts-expect-error an unknown policy
new VertexPipeline("policy", { source: pipeline, pipelineRoot, failurePolicy: "fast" });

// @ts-expect-error a schedule needs its times
new VertexPipeline("schedule", { source: pipeline, pipelineRoot, schedule: { paused: true } });
