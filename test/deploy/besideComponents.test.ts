import { Deployment } from "./deployment";

const mixed = (program: string, settings = "") =>
    new Deployment(
        {
            "Pulumi.yaml": "name: mixed\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
            "Pulumi.dev.yaml": `config:\n  gcp:project: acme-mixed\n  gcp:region: europe-west1\n  slipway:kind: development\n${settings}`,
            "package.json": '{ "name": "mixed", "version": "1.0.0", "main": "index.js" }\n',
            "index.js": `"use strict";
const pulumi = require("@pulumi/pulumi");
const gcp = require("@pulumi/gcp");
const slipway = require("slipway");
const location = "europe-west1";
const image = "europe-docker.pkg.dev/acme-images/apps/web@sha256:" + "0f3b1a6c".repeat(8);
${program}
`,
        },
        {},
        { generic: true },
    );

/** The names of what the resources of a stack waited for, by name. */
async function dependencies(deployment: Deployment): Promise<Record<string, string[]>> {
    const { output } = await deployment.run(["stack", "export", "-s", "dev"]);
    const nameOf = (urn: string) => urn.split("::").at(-1) as string;
    const { resources } = JSON.parse(output).deployment as { resources: { urn: string; dependencies?: string[] }[] };
    return Object.fromEntries(
        resources.map(({ urn, dependencies = [] }) => [nameOf(urn), dependencies.map(nameOf).sort()]),
    );
}

describe("a resource of @pulumi/gcp beside components", () => {
    const deployment = mixed(`
        const queue = new gcp.cloudtasks.Queue("early", { location });
        const topic = new gcp.pubsub.Topic("early-topic", {});
        const own = new gcp.Provider("own", { project: "acme-mixed" });
        const group = new pulumi.ComponentResource("acme:index:Group", "group");
        const definition = '{"type":"record","name":"a","fields":[]}';
        new gcp.pubsub.Schema("grouped", { type: "AVRO", definition }, { parent: group, provider: own });
        new slipway.PubSubTopic("sales");
        slipway.Environment.current().enable("cloudtasks.googleapis.com");
        new gcp.pubsub.Topic("late-topic", {}, { dependsOn: [queue] });
        new gcp.pubsub.Subscription("late", { topic: topic.id });
    `);
    afterAll(() => deployment.remove());

    test("waits for the API of its type, whichever is created first", async () => {
        await deployment.upAsPreviewed("dev");
        expect(await dependencies(deployment)).toMatchObject({
            early: ["cloudtasks"],
            "early-topic": ["pubsub"],
            grouped: ["pubsub"],
            "late-topic": ["early", "pubsub"],
            late: ["early-topic", "pubsub"],
        });
        expect(await deployment.again("dev")).toEqual({ unchanged: expect.any(Number) });
        await deployment.destroy("dev");
    });
});

test("the API of a component after an 'await' is waited for, also if the call was refused first", async () => {
    const deployment = mixed(`
        module.exports = async () => {
            new gcp.pubsub.Topic("early", {});
            await new Promise((resolve) => setTimeout(resolve, 2000));
            new slipway.PubSubTopic("sales");
        };
    `);
    await deployment.up("dev");
    expect((await dependencies(deployment)).early).toEqual([]);
    await deployment.remove();
});

test("a program that waits for a resource before its component ends", async () => {
    const deployment = mixed(`
        module.exports = async () => {
            slipway.Environment.current().enable("pubsub.googleapis.com");
            const topic = new gcp.pubsub.Topic("early", {});
            const id = await new Promise((resolve) => topic.id.apply(resolve));
            new slipway.StorageBucket("models", { labels: { topic: id.split("/").at(-1) } });
        };
    `);
    await deployment.up("dev");
    await deployment.remove();
});

test("an API that nothing enables is named with the line that enables it, and without waiting", async () => {
    const deployment = mixed(`
        new slipway.PubSubTopic("sales");
        // The rest is added later.
        new gcp.cloudtasks.Queue("queue", { location });
        new gcp.cloudtasks.Queue("other", { location });
    `);
    const { code, output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
    expect(code).not.toBe(0);
    const line = 'Environment.current().enable("cloudtasks.googleapis.com");';
    const [, diagnostics = ""] = output.split("Diagnostics:");
    expect(diagnostics.split("the API cloudtasks.googleapis.com is not enabled, and no component")).toHaveLength(2);
    expect(output).toContain(line);
    expect(output).not.toMatch(/(queue|other): a new API/);
    deployment.edit("index.js", (text) => text.replace("// The rest is added later.", `slipway.${line}`));
    await deployment.up("dev");
    expect((await dependencies(deployment)).queue).toEqual(["cloudtasks"]);
    await deployment.remove();
});

test("data sources wait for their dependencies, and for an API that the update enables", async () => {
    const deployment = mixed(`
        const sales = new slipway.PubSubTopic("sales", { name: "sales" });
        exports.topic = gcp.pubsub.getTopicOutput({ name: "sales" }, { dependsOn: sales }).name;
        // The rest is added later.
    `);
    const { code, output } = await deployment.run(["up", "-s", "dev", "--yes"]);
    expect([code, output]).toEqual([0, expect.stringMatching(/topic: "sales"/)]);
    // In an update of its own: the waits of other resources advance the simulated time, and the API would be effective.
    deployment.edit("index.js", (text) =>
        text.replace(
            "// The rest is added later.",
            `const enabled = { dependsOn: slipway.Environment.current().enable("compute.googleapis.com") };
        exports.image = gcp.compute.getImageOutput({ family: "debian-12", project: "debian-cloud" }, enabled).family;`,
        ),
    );
    const added = await deployment.run(["up", "-s", "dev", "--yes"]);
    expect([added.code, added.output]).toEqual([
        0,
        expect.stringContaining("getImage: a new API is not effective yet"),
    ]);
    expect(added.output).toContain('image: "debian-12"');
    await deployment.remove();
});

test("a data source that reads during the preview is told how it waits for its API", async () => {
    const deployment = mixed(`
        new slipway.PubSubTopic("sales", { name: "sales" });
        gcp.pubsub.getTopic({ name: "sales" });
    `);
    const { code, output } = await deployment.run(["preview", "-s", "dev"]);
    expect(code).not.toBe(0);
    expect(output).toContain(
        'Use getTopicOutput with the option { dependsOn: Environment.current().enable("pubsub.googleapis.com") }',
    );
    await deployment.remove();
});

test("an API of a project whose APIs are enabled elsewhere is named without a line that does nothing", async () => {
    const deployment = mixed(
        `slipway; new gcp.cloudtasks.Queue("queue", { location });`,
        "  slipway:enableApis: false\n",
    );
    const { code, output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
    expect(code).not.toBe(0);
    expect(output).toContain("slipway:enableApis is false");
    await deployment.remove();
});

describe("a resource of @pulumi/gcp that runs as an account with roles from components", () => {
    const deployment = mixed(`
        const account = new gcp.serviceaccount.Account("app", { accountId: "web-app" });
        const named = new slipway.ServiceAccount("nightly-job");
        const template = { serviceAccount: account.email, containers: [{ image }] };
        new gcp.cloudrunv2.Service("service", { location, deletionProtection: false, template });
        const job = { serviceAccount: named.email, containers: [{ image }] };
        new gcp.cloudrunv2.Job("job", { location, deletionProtection: false, template: { template: job } });
        const own = new gcp.cloudrunv2.Service("self", { location, deletionProtection: false, template });
        const models = new slipway.StorageBucket("models");
        const sales = new slipway.PubSubTopic("sales");
        slipway.allow(models.reader, account);
        slipway.allow(sales.publisher, named);
        const results = new slipway.StorageBucket("results", { labels: { service: own.name } });
        slipway.allow(results.writer, account);
        slipway.Environment.current().enable("run.googleapis.com", "compute.googleapis.com");
        const machines = new gcp.compute.InstanceTemplate("machines", {
            machineType: "e2-small",
            serviceAccount: { email: named.email, scopes: ["cloud-platform"] },
            disks: [{ sourceImage: "debian-cloud/debian-12" }],
            networkInterfaces: [{ network: "default" }],
        });
        new gcp.compute.InstanceGroupManager("group", {
            zone: "europe-west1-b",
            baseInstanceName: "group",
            targetSize: 1,
            versions: [{ instanceTemplate: machines.selfLink }],
        });
    `);
    afterAll(() => deployment.remove());

    test("waits for its roles, except for those that need the resource itself", async () => {
        const { code, output } = await deployment.run(["up", "-s", "dev", "--yes"]);
        expect([code, output]).toEqual([0, expect.stringContaining("for new permissions to take effect")]);
        const models = ["models-object-viewer-app", "models-storage-bucket-viewer-app"];
        const results = ["results-object-user-app", "results-storage-bucket-viewer-app"];
        expect(await dependencies(deployment)).toMatchObject({
            service: ["app", ...models, ...results, "run"],
            self: ["app", ...models, "run"],
            job: ["nightly-job", "run", "sales-publisher-nightly-job"],
            group: ["compute", "machines", "sales-publisher-nightly-job"],
        });
    });

    test("is warned of once per type without simulation rules, not once per phase", async () => {
        const { output } = await deployment.run(["up", "-s", "dev", "--yes"]);
        expect(output.match(/^ {4}warning: gcp:\S+ has no simulation rules/gm)?.sort()).toEqual([
            "    warning: gcp:compute/instanceGroupManager:InstanceGroupManager has no simulation rules",
            "    warning: gcp:compute/instanceTemplate:InstanceTemplate has no simulation rules",
        ]);
    });
});
