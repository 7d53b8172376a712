import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    type Capability,
    CloudRunService,
    Network,
    StorageBucket,
    VertexDeploymentPool,
    VertexEndpoint,
    VertexModel,
} from "slipway";
import type { ModelVersion, VertexEndpointArgs } from "slipway/vertex";

const model = pulumi.output("projects/acme-dev/locations/europe-west1/models/iris@3");
const version: ModelVersion = { name: "projects/acme-dev/locations/europe-west1/models/iris", version: model };
const pool = new VertexDeploymentPool("shared", { machineType: "n1-standard-4", scaling: 2 });

const bare = new VertexEndpoint("iris", { models: { latest: { model } } });
const full: VertexEndpointArgs = {
    models: {
        latest: {
            model: version,
            machineType: "n1-standard-8",
            gpu: { type: "nvidia-tesla-t4", count: 2 },
            scaling: { min: 1, max: 3, cpu: 60, gpu: 60, requestsPerMinute: 100 },
            spot: true,
            accessLogs: true,
            containerLogs: false,
        },
        rare: { model, pool },
    },
    traffic: { split: { latest: 10, previous: 80, rare: 10 } },
    access: { privateServiceConnect: ["acme-shop"], network: new Network("apps") },
    timeout: "30 minutes",
    requestLogs: { dataset: new BigQueryDataset("logs"), table: "requests", sampling: 10 },
    uses: [new StorageBucket("features").reader],
    transform: { endpoint: {}, account: {} },
};
new VertexEndpoint("full", full);
new VertexEndpoint("idle", {
    models: { latest: { model, scaling: { min: 0, scaleToZeroAfter: "10 minutes" } } },
    access: "dedicated",
});
const predictor: Capability = bare.predictor;
new CloudRunService("ask", { image: `docker.io/acme/ask@sha256:${"0a".repeat(32)}`, uses: { MODEL: predictor } });
const url: pulumi.Output<string> = bare.url;

const existing = VertexEndpoint.existing("iris-1a2b3c", { project: "acme-ml" });
new CloudRunService("also", {
    image: `docker.io/acme/ask@sha256:${"0a".repeat(32)}`,
    uses: { MODEL: existing.predictor },
});
new VertexEndpoint("copy", { models: { latest: { model: VertexModel.existing("iris", { version: "champion" }) } } });

// @ts-expect-error: a version is a text, as an alias is.
VertexModel.existing("iris", { version: 3 });

// @ts-expect-error: an endpoint requires models.
new VertexEndpoint("iris", {});

// @ts-expect-error: one of the models is the latest.
new VertexEndpoint("iris", { models: { other: { model } } });

// @ts-expect-error: a model in a pool has no machines of its own.
new VertexEndpoint("iris", { models: { latest: { model, pool, machineType: "n1-standard-2" } } });

// @ts-expect-error: there is no such GPU.
new VertexEndpoint("iris", { models: { latest: { model, gpu: "nvidia-tesla-k80" } } });

// @ts-expect-error: there is no such kind of address.
new VertexEndpoint("iris", { models: { latest: { model } }, access: "public" });

// @ts-expect-error: durations have a unit.
new VertexEndpoint("iris", { models: { latest: { model, scaling: { min: 0, scaleToZeroAfter: 600 } } } });

// @ts-expect-error: a pool is not scaled to zero, it has machines while it has models.
new VertexDeploymentPool("shared", { scaling: { min: 0, scaleToZeroAfter: "1 hour" } });

export { url };
