import { join } from "node:path";
import {
    Alerts,
    CloudRunJob,
    CloudRunWorkerPool,
    ServerlessFunction,
    StorageBucket,
    VertexEndpoint,
    VertexPipeline,
    VertexTrainingJob,
    Workflow,
} from "slipway";
import { folderOf } from "./folders";
import { refused, registered } from "./registered";
import { image } from "./serving";

const source = () => folderOf({ "main.py": "def answer(request):\n    return ''\n" });
const steps = () => join(folderOf({ "main.yaml": "main:\n  steps:\n    - done:\n        return: 1\n" }), "main.yaml");
const region = "us-central1";
const trained = `us-docker.pkg.dev/acme-dev/app/train@sha256:${"0a".repeat(32)}`;
const model = `projects/acme-dev/locations/${region}/models/iris@1`;
const schedule = "0 5 * * *";
const bucket = () => new StorageBucket("data", { location: region });

type Place = { region: string; encryptionKey?: string };

/** Components that can be in another region than the environment's, with what the programs create before them. */
const components: [string, (place: Place) => unknown, around?: string[]][] = [
    [
        "a function",
        (place) =>
            new ServerlessFunction("one", { source: source(), trigger: { schedule }, entryPoint: "answer", ...place }),
    ],
    ["a job", (place) => new CloudRunJob("one", { image, schedule, ...place })],
    ["a worker pool", (place) => new CloudRunWorkerPool("one", { image, ...place })],
    [
        "an endpoint",
        (place) => new VertexEndpoint("one", { models: { latest: { model, machineType: "n1-standard-2" } }, ...place }),
    ],
    [
        "a training job",
        (place) =>
            new VertexTrainingJob("one", {
                image: trained,
                output: bucket(),
                schedule,
                alerts: new Alerts("oncall", { to: { email: "a@acme.example" } }),
                ...place,
            }),
        ["AlertPolicy oncall-quota", "Bucket data", "NotificationChannel oncall-email"],
    ],
    [
        "a pipeline",
        (place) =>
            new VertexPipeline("one", {
                source: `https://us-central1-kfp.pkg.dev/acme-dev/pipelines/forecast/sha256:${"0a".repeat(32)}`,
                pipelineRoot: bucket(),
                ...place,
            }),
        ["Bucket data"],
    ],
    ["a workflow", (place) => new Workflow("one", { source: steps(), schedule, ...place })],
];

/** The places of all resources that have one. */
async function places(program: () => unknown): Promise<unknown[]> {
    const all = Object.values(await registered(program)) as { region?: unknown; location?: unknown }[];
    return [
        ...new Set(
            all.flatMap(({ region, location }) => region ?? location ?? []).map((one) => String(one).toLowerCase()),
        ),
    ];
}

test.each(components)("%s is in its region with all that it creates", async (_, create) => {
    expect(await places(() => create({ region }))).toEqual([region]);
});

test.each(components)("%s in another region refuses a key of the environment's", async (name, create, around = []) => {
    const encryptionKey = "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/one";
    // A workflow's key is checked by itself.
    const problem = name === "a workflow" ? `must be in ${region}, as the workflow is` : "[place/other-region]";
    expect(await refused(() => create({ region, encryptionKey }), {}, around)).toContain(`encryptionKey: ${problem}`);
});

test.each(components)("%s refuses what is no region", async (_, create, around = []) => {
    expect(await refused(() => create({ region: "Europe" }), {}, around)).toContain(
        "region: must be a region such as europe-west1",
    );
});
