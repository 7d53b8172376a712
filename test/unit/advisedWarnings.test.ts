import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
    Budget,
    CloudSqlInstance,
    ComposerEnvironment,
    Network,
    PersistentDisk,
    PubSubSubscription,
    PubSubTopic,
    StorageBucket,
    VertexPipeline,
    VirtualMachine,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { EnvironmentProject } from "slipway/resourcemanager";
import { folderOf } from "./folders";
import { registered } from "./registered";

/** The engine calls the hooks of what it would create. */
jest.mock("../../lib/internal/engine/hooks", () => ({
    ...jest.requireActual("../../lib/internal/engine/hooks"),
    previewHook: (name: string, run: () => unknown) => (name === "slipway: note" ? void run() : undefined),
}));

const image = `docker.io/acme/web@sha256:${"0a".repeat(32)}`;
const zone = "europe-west1-b";
const pipelineFile = join(__dirname, "..", "pipelines", "forecast.yaml");
const dags = folderOf({ "score.py": 'from airflow import DAG\nDAG("a", default_args={"owner": "web"})\n' });
const to = { email: "oncall@acme.example" };

/** What a preview of a program warns of or notes. */
async function said(program: () => unknown, isUsed: boolean): Promise<string> {
    const logs = (["warn", "info"] as const).map((kind) => jest.spyOn(pulumi.log, kind).mockResolvedValue());
    const users = isUsed
        ? [`https://www.googleapis.com/compute/v1/projects/acme-dev/zones/${zone}/instances/other`]
        : [];
    const call = (token: string) =>
        token.endsWith("getDisk:getDisk")
            ? { selfLink: "https://www.googleapis.com/compute/v1/getDisk/models", users }
            : undefined;
    await registered(program, { preview: true, call });
    const texts = logs.flatMap(({ mock }) => mock.calls.map(([text]) => String(text)));
    jest.restoreAllMocks();
    return texts.join("\n");
}

const budget = { amount: 300, currency: "EUR", billingAccount: "012345-6789AB-CDEF01" };

const gpus = (driver: object) => ({
    zone,
    nodePools: { gpus: { machineType: "g2-standard-8", gpu: { type: "nvidia-l4", count: 1, ...driver } } },
});

/** A program with arguments that a warning or note is about, with those that it advises, and its words. */
const cases: [words: string, program: (args: never) => unknown, args: object, advised: object][] = [
    [
        "nat: false omits it.",
        (args) => new VirtualMachine("train", { network: new Network("apps", args), zone }),
        {},
        { nat: false },
    ],
    ["privateNodes: false omits it.", (args) => new GkeCluster("main", args), {}, { privateNodes: false }],
    [
        "versionRetention and versioning change it.",
        (args) => new StorageBucket("models", args),
        {},
        { versionRetention: "90 days" },
    ],
    [
        "versionRetention and versioning change it.",
        (args) => new StorageBucket("models", args),
        {},
        { versioning: false },
    ],
    [
        "deadLetter changes it.",
        (args) => new PubSubSubscription("sales", { topic: new PubSubTopic("sales"), pull: {}, ...(args as object) }),
        {},
        { deadLetter: false },
    ],
    [
        "credits: false counts costs before credits.",
        (args) => new Budget("costs", args),
        budget,
        { ...budget, credits: false },
    ],
    [
        'set mode: "read-only" for both',
        (args) => {
            const disk = PersistentDisk.existing("models", { zone });
            return new VirtualMachine("train", { zone, disks: { models: { disk, ...(args as object) } } });
        },
        {},
        { mode: "read-only" },
    ],
    ...[{}, { secureBoot: true, image: { family: "cos-stable", project: "cos-cloud" } }].map(
        (advised): (typeof cases)[number] => [
            "Remove it, or use an image of cos-cloud or ubuntu-os-cloud.",
            (args) => new VirtualMachine("train", { machineType: "g2-standard-4", zone, ...(args as object) }),
            { secureBoot: true, image: { name: "signed" } },
            advised,
        ],
    ),
    [
        'Remove driver: "INSTALLATION_DISABLED"',
        (args) => {
            const cluster = new GkeCluster("main", args);
            return new AutoscaledDeployment("detect", { cluster, image, gpu: "nvidia-l4" });
        },
        gpus({ driver: "INSTALLATION_DISABLED" }),
        gpus({}),
    ],
    [
        "Use a tier such as db-custom-2-8192.",
        (args) => new CloudSqlInstance("sales", args),
        { tier: "db-f1-micro", highAvailability: true },
        { tier: "db-custom-2-8192", highAvailability: true },
    ],
    [
        'Set images: { "steps": image }',
        (args) =>
            new VertexPipeline("forecast", {
                source: pipelineFile,
                pipelineRoot: new StorageBucket("results"),
                parameters: { source: "sales" },
                ...(args as object),
            }),
        {},
        { images: { steps: image } },
    ],
    ...[{ owners: { web: to } }, { others: to }].map((advised): (typeof cases)[number] => [
        "Add the owner to alerts.owners, or set alerts.others.",
        (args) => new ComposerEnvironment("scoring", { dags, alerts: args }),
        { owners: { data: to } },
        advised,
    ]),
];

test.each(cases)("'%s' is told, and no longer to who follows it", async (words, program, args, advised) => {
    expect(await said(() => program(args as never), true)).toContain(words);
    expect(await said(() => program(advised as never), true)).not.toContain(words);
});

test("a project accepts the policy that allows Google's group, as the warning about access logs says", async () => {
    const program = () =>
        new EnvironmentProject("shop", {
            projectId: "acme-shop-dev",
            kind: "development",
            parent: { folder: "123456789012" },
            billingAccount: "012345-6789AB-CDEF01",
            policies: { "iam.allowedPolicyMemberDomains": { allow: ["is:C02h8e9nw"], inherit: true } },
        });
    const config = { "gcp:project": undefined, "gcp:region": undefined, "slipway:kind": undefined };
    const all = await registered(program, { config });
    expect(JSON.stringify(all)).toContain("is:C02h8e9nw");
});
