import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Deployment, held, heldNote } from "../deploy/deployment";

/** A change of a deployed program. */
interface Change {
    components: string;
    /** Further text of the program before `exports`. */
    before: string;
    after: string;
    /** Some of the previewed steps. */
    steps: readonly string[];
    /** What the preview says. */
    warning?: string;
}

const image = `docker.io/acme/web@sha256:${"9".repeat(64)}`;

const balanced = (args: string) => `
    const network = new Network("apps", { proxyOnlySubnets: true });
    const web = new CloudRunService("web", { image: "${image}" });
    new LoadBalancer("shop", { ${args}, insecure: true, routes: { "/*": web } });`;

const types = {
    global: balanced('type: "global-external"'),
    external: balanced('type: "regional-external", network'),
    internal: balanced('type: "regional-internal", network'),
};

/** With certificates, authorized by records in a zone. */
const secured = (type: string, name = "shop") => `
    const { ManagedZone } = require("@pulumi/gcp/dns/managedZone");
    const dns = { dependsOn: Environment.current().enable("dns.googleapis.com") };
    const zone = new ManagedZone("acme", { name: "acme", dnsName: "acme.com.", description: "Shop." }, dns);
    const network = new Network("apps", { proxyOnlySubnets: true });
    const web = new CloudRunService("web", { image: "${image}" });
    new LoadBalancer("shop", { ${type}, name: "${name}", domains: "shop.acme.com", zone, routes: { "/*": web } });`;

const served = (args: string) => `
    const iris = new VertexModel("iris", {
        source: "./model",
        container: { framework: "scikit-learn", version: "1.6" },
        ${args}
    });
    new VertexEndpoint("iris", { models: { latest: { model: iris, scaling: { min: 1, max: 2 } } } });`;

const regional = (args: string) => `
    const api = new CloudRunService("api", { image: "${image}", ${args} });
    new ServiceAccount("caller", { uses: [api.invoker] });`;

const machine = (disks: string) => `
    new VirtualMachine("train", { disks: { ${disks} } });`;

const disk = 'data: { size: "100 GB", type: "pd-ssd" }';

const scheduledMachine = (args: string) => `
    new VirtualMachine("train", {
        disks: { data: { size: "100 GB" } },
        schedule: { stop: "0 19 * * *" },
        snapshots: {},
        ${args}
    });`;

const inNetwork = (args: string) => `
    const network = new Network("apps", { proxyOnlySubnets: true, ${args} });
    new VirtualMachine("train", { network });
    new AutoscaledInstanceGroup("pool", {
        image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
        network,
        scaling: { min: 2, max: 3 },
    });
    const web = new CloudRunService("web", { image: "${image}" });
    new LoadBalancer("shop", { type: "regional-internal", network, insecure: true, routes: { "/*": web } });`;

const streaming = (args: string) => `
    const sales = new PubSubTopic("sales");
    const subscription = new PubSubSubscription("score", { topic: sales, pull: {} });
    new DataflowJob("score", {
        image: "docker.io/acme/score@sha256:${"0a".repeat(32)}",
        type: "streaming",
        uses: { sales: subscription.subscriber },
        scaling: { min: 1, max: 3 },
        ${args}
    });`;

const group = (machineType: string) => `
    new AutoscaledInstanceGroup("servers", {
        image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
        machineType: "${machineType}",
        scaling: { min: 2, max: 3 },
    });`;

/** The changes of each stack, one round after the other. What a round changes together has different names. */
const stacks: Record<string, Change>[][] = [
    [
        {
            "the type of a load balancer from internal to regional-external": {
                components: "CloudRunService, LoadBalancer, Network",
                before: types.internal,
                after: types.external,
                steps: [
                    "replace Address shop",
                    "replace RegionBackendService shop-web",
                    "replace ForwardingRule shop-http",
                ],
            },
        },
        {
            "the type of a load balancer from regional-external to internal": {
                components: "CloudRunService, LoadBalancer, Network",
                before: types.external,
                after: types.internal,
                steps: [
                    "replace Address shop",
                    "replace RegionBackendService shop-web",
                    "replace ForwardingRule shop-http",
                ],
            },
        },
        {
            "the type of a load balancer from internal to global": {
                components: "CloudRunService, LoadBalancer, Network",
                before: types.internal,
                after: types.global,
                steps: ["create BackendService shop-web", "delete RegionBackendService shop-web"],
            },
        },
        {
            "the type of a load balancer from global to regional-external": {
                components: "CloudRunService, LoadBalancer, Network",
                before: types.global,
                after: types.external,
                steps: ["create RegionBackendService shop-web", "delete BackendService shop-web"],
            },
        },
    ],
    [
        {
            "the type of a load balancer with certificates from internal to regional-external": {
                components: "CloudRunService, Environment, LoadBalancer, Network",
                before: secured('type: "regional-internal", network'),
                after: secured('type: "regional-external", network'),
                steps: ["replace Address shop"],
            },
        },
    ],
    [
        {
            "the name of a load balancer": {
                components: "CloudRunService, Environment, LoadBalancer, Network",
                before: secured('type: "global-external"'),
                after: secured('type: "global-external"', "store"),
                steps: ["replace CertificateMap shop", "replace URLMap shop", "replace BackendService shop-web"],
            },
        },
        {
            "the type of a load balancer with certificates from global to regional-external": {
                components: "CloudRunService, Environment, LoadBalancer, Network",
                before: secured('type: "global-external"', "store"),
                after: secured('type: "regional-external", network', "store"),
                steps: ["replace DnsAuthorization shop-shop-acme-com", "delete CertificateMap shop"],
            },
        },
    ],
    [
        {
            "the ID of a model that an endpoint serves": {
                components: "VertexEndpoint, VertexModel",
                before: served(""),
                after: served('modelId: "species",'),
                steps: ["replace Model iris", "update Deployments iris"],
                warning:
                    'Model "iris": changing modelId from "iris" to "species" replaces it, and its versions are lost. To keep them, undo the change, or copy them to another resource first.',
            },
            "the regions of a service without the first one": {
                components: "CloudRunService, ServiceAccount",
                before: regional('regions: ["europe-west1", "us-east1"]'),
                after: regional('regions: ["us-east1"]'),
                steps: ["delete Service api-europe-west1", "delete ServiceIamMember caller-api-europe-west1-invoker"],
            },
            "the data disks of a machine, to one more": {
                components: "VirtualMachine",
                before: machine(disk),
                after: machine(`${disk}, more: { size: "10 GB" }`),
                steps: ["create Disk train-more", "update Instance train"],
            },
            "the range of a subnet that nothing uses": {
                components: "Network",
                before: 'new Network("apps", { subnets: { apps: { range: "10.0.0.0/20" } } });',
                after: 'new Network("apps", { subnets: { apps: { range: "10.8.0.0/20" } } });',
                steps: ["replace Subnetwork apps-apps"],
            },
            "the name of a metric": {
                components: "LogMetric",
                before: 'new LogMetric("errors", { filter: "severity >= ERROR" });',
                after: 'new LogMetric("errors", { name: "failures", filter: "severity >= ERROR" });',
                steps: ["replace Metric errors"],
            },
            "a streaming job to one without Streaming Engine": {
                components: "DataflowJob, PubSubSubscription, PubSubTopic",
                before: streaming(""),
                after: streaming("streamingEngine: false,"),
                steps: ["create Firewall score", "update DataflowRun score"],
            },
            "the template of a group, of which each instance is replaced": {
                components: "AutoscaledInstanceGroup",
                before: group("e2-small"),
                after: group("e2-medium"),
                steps: ["replace RegionInstanceTemplate servers-template", "update RegionInstanceGroupManager servers"],
            },
        },
    ],
    [
        {
            "the region of a service to others that have it as the second one": {
                components: "CloudRunService, ServiceAccount",
                before: regional(""),
                after: regional('regions: ["us-east1", "europe-west1"]'),
                steps: ["replace Service api-us-east1", "create Service api-europe-west1"],
            },
            "the name of a machine": {
                components: "VirtualMachine",
                before: scheduledMachine(""),
                after: scheduledMachine('name: "trainer",'),
                steps: ["replace Disk train-data", "replace Instance train", "replace ResourcePolicy train-schedule"],
                warning:
                    'VirtualMachine "train": another name replaces the machine and its boot disk, whose contents are lost. Its data disks are replaced as well.',
            },
        },
    ],
    [
        {
            "the regions of a service to that of the environment": {
                components: "CloudRunService, ServiceAccount",
                before: regional('regions: ["us-east1", "europe-west1"]'),
                after: regional(""),
                steps: ["delete Service api-us-east1", "delete ServiceIamMember caller-api-us-east1-invoker"],
            },
            "the name of a network with machines and a load balancer": {
                components: "AutoscaledInstanceGroup, CloudRunService, LoadBalancer, Network, VirtualMachine",
                before: inNetwork(""),
                after: inNetwork('name: "renamed",'),
                steps: ["replace Network apps", "replace Subnetwork apps-default", "update Instance train"],
            },
        },
    ],
];

/** A program with a part of each change. */
function program(round: Change[], part: "before" | "after"): string {
    const components = new Set(round.flatMap((change) => change.components.split(", ")));
    const parts = round.map((change) => `{\n${change[part]}\n}\n`);
    return `"use strict";\nconst { ${[...components].join()} } = require("slipway");\n${parts.join("")}`;
}

function changed(...round: Change[]): Deployment {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: changed\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-changed-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "changed", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program(round, "before"),
    });
    mkdirSync(deployment.file("model"));
    writeFileSync(deployment.file("model/model.joblib"), "irises");
    return deployment;
}

/** What a preview prints, without line breaks. */
async function previewed(deployment: Deployment): Promise<string> {
    return (await deployment.run(["preview", "-s", "dev"])).output.replaceAll(/\s+/g, " ");
}

describe.each(stacks.map((rounds) => ({ rounds, of: rounds.flatMap(Object.keys).join("; ") })))(
    "a stack with changes of $of",
    ({ rounds }) => {
        const [first = {}] = rounds;
        const deployment = changed(...Object.values(first));
        beforeAll(() => deployment.up("dev"));
        afterAll(() => deployment.remove());

        test.each(rounds.map((round) => ({ round, of: Object.keys(round).join("; ") })))(
            "is carried out, and a second up and a refresh change nothing: $of",
            async ({ round }) => {
                const all = Object.values(round);
                expect(readFileSync(deployment.file("index.js"), "utf8")).toBe(program(all, "before"));
                deployment.edit("index.js", () => program(all, "after"));
                const warnings = all.flatMap(({ warning }) => warning ?? []);
                if (warnings.length > 0) {
                    const output = await previewed(deployment);
                    expect(warnings.filter((warning) => !output.includes(warning))).toEqual([]);
                }
                expect(await deployment.preview("dev")).toEqual(
                    expect.arrayContaining(all.flatMap(({ steps }) => steps)),
                );
                await deployment.up("dev");
                expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
            },
        );

        test("is destroyed", async () => {
            await deployment.destroy("dev");
            expect(deployment.remaining()).toEqual([]);
        });
    },
);

describe("what cannot be changed while it is used", () => {
    const used = (disks: string, args = "") => ({
        components: "VertexEndpoint, VertexModel, VirtualMachine",
        before: served(args) + machine(disks),
        after: "",
        steps: [],
    });
    const deployment = changed(used(disk));
    beforeAll(() => deployment.up("dev"));
    afterAll(() => deployment.remove());
    const key = (name: string) => `projects/acme-changed-dev/locations/europe-west1/keyRings/acme/cryptoKeys/${name}`;

    test.each([
        [
            "the type of a disk",
            used(disk.replace("pd-ssd", "pd-standard")),
            'VirtualMachine "train": disks.data.type: cannot be changed while the machine uses the disk. Add another disk, copy the contents, and remove this one. [compute/type-of-used-disk]',
        ],
        [
            "the encryption key of a disk",
            used(`${disk} }, encryptionKey: "${key("disks")}", labels: {`),
            'VirtualMachine "train": encryptionKey: cannot be changed while the machine uses its data disks. Set another name as well, which replaces the machine and its disks, whose contents are lost. [compute/key-of-used-disks]',
        ],
        [
            "the encryption key of a model",
            used(disk, `encryptionKey: "${key("models")}",`),
            "the encryption key of the model projects/acme-changed-dev/locations/europe-west1/models/iris cannot be changed, because an endpoint serves version 1. Set another modelId as well.",
        ],
    ])("is refused at preview: %s", async (_, change, refusal) => {
        deployment.edit("index.js", () => program([change], "before"));
        const { code, output } = await deployment.run(["preview", "-s", "dev"]);
        expect(code).not.toBe(0);
        expect(output.replaceAll(/\s+/g, " ")).toContain(refusal);
    });
});

describe("a network that is not needed any more", () => {
    const runs = (body: string): Change => ({
        components: "CloudRunJob, CloudRunService, CloudRunWorkerPool, Network",
        before: body,
        after: body,
        steps: [],
    });
    const body = (network: string) => `
        const apps = new Network("apps");
        const next = new Network("next");
        new CloudRunService("web", { image: "${image}", network: ${network} });
        new CloudRunJob("nightly", { image: "${image}", network: ${network} });
        new CloudRunWorkerPool("pull", { image: "${image}", network: ${network} });`;

    test.each([
        ["after services, jobs and pools moved to another one", body("next").replace(/const apps.*/, "")],
        ["together with what ran in it", ""],
    ])("is deleted by a later up, which the first one says, %s", async (_, after) => {
        const change = runs(body("apps"));
        const deployment = changed(change);
        await deployment.up("dev");
        deployment.edit("index.js", () => program([{ ...change, after }], "after"));
        const { code, output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect(output).toMatch(heldNote);
        expect([code === 0, output]).toEqual([false, expect.stringMatching(held)]);
        await deployment.up("dev");
        expect(deployment.existing().filter((each) => / \S+\/apps(-|$)/.test(each))).toEqual([]);
        expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
        await deployment.remove();
    });
});

test("a Cloud NAT that nothing in the program needs any more is announced by the preview in production", async () => {
    const nat = (args: string) => `new Network("apps", { ${args} });`;
    const change: Change = { components: "Network", before: nat("nat: true"), after: nat(""), steps: [] };
    const deployment = changed(change);
    deployment.edit("Pulumi.dev.yaml", (text) => text.replace("kind: development", "kind: production"));
    await deployment.up("dev");
    deployment.edit("index.js", () => program([change], "after"));
    expect(await previewed(deployment)).toContain(
        'Network "apps": deletes the Cloud NAT in europe-west1, because no component of the program needs it. What else uses it can no longer reach the internet. nat: true keeps it.',
    );
    deployment.edit("index.js", () => program([{ ...change, after: nat("nat: false") }], "after"));
    expect(await previewed(deployment)).not.toContain("deletes the Cloud NAT");
    await deployment.remove();
});
