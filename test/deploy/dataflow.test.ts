import type { Fault } from "slipway-local";
import { Deployment } from "./deployment";

const files = (program: string) => ({
    "Pulumi.yaml": "name: scoring\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-scoring\n  gcp:region: europe-west4\n  slipway:kind: development\n",
    "package.json": '{ "name": "scoring", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});

const digest = `sha256:${"0a".repeat(32)}`;

const around = `"use strict";
const { BigQueryDataset, DataflowJob, PubSubSubscription, PubSubTopic, StorageBucket } = require("slipway");
const sales = new PubSubTopic("sales");
const subscription = new PubSubSubscription("score", { topic: sales, pull: {} });
const models = new StorageBucket("models");
`;

const streaming = `${around}
const score = new DataflowJob("score", {
    image: "docker.io/acme/score@${digest}",
    type: "streaming",
    uses: { sales: subscription.subscriber, models: models.reader },
    parameters: { window: "60" },
    workers: { min: 1, max: 3 },
    drainTimeout: "30 minutes",
});
exports.job = score.job.jobId;
exports.state = score.job.state;
`;

const flex = "dataflow.projects.locations.flexTemplates.launch";
const up = ["up", "-s", "dev", "--yes", "--skip-preview"];

/** A job in the local Google Cloud, as far as tests look at it. */
interface Job {
    id: string;
    jobName: string;
    type: string;
    environment: Record<string, unknown>;
    parameters: Record<string, string>;
    replaceJobId?: string;
    drainTime?: string;
    cancelTime?: string;
    failure?: string[];
    runtimeUpdatableParams?: Record<string, number>;
    transformNameMapping?: Record<string, string>;
}

/** A deployment of a program, with its jobs. */
function scoring(text: string) {
    const deployment = new Deployment(files(text));
    const jobs = (): Job[] =>
        deployment.cloud
            .resources()
            .filter(({ name }) => name.includes("dataflow.googleapis.com") && name.includes("/jobs/"))
            .map(({ state }) => state as unknown as Job)
            .sort((one, other) => (one.id < other.id ? -1 : 1));
    return {
        deployment,
        jobs,
        edit: (from: string, to: string) => deployment.edit("index.js", (program) => program.replaceAll(from, to)),
        result: async (): Promise<{ job: string; state: string }> => {
            const { output } = await deployment.run(["stack", "output", "--json", "-s", "dev"]);
            return JSON.parse(output);
        },
        faulty: (fault: Partial<Fault>) =>
            deployment.run(up, {}, { faults: [{ verb: "create", type: flex, ...fault } as Fault] }),
    };
}
