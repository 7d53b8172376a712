import { mkdirSync, writeFileSync } from "node:fs";
import { heldLines } from "../../../local/commands/heldResources";
import { Deployment, partOfNetwork } from "../../deploy/deployment";

const stack = (kind: string) =>
    `config:\n  gcp:project: acme-network-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;
const program = `"use strict";
const { allow, Network } = require("slipway");
const network = new Network("apps", {
    subnets: {
        near: { range: "10.0.0.0/22", secondaryRanges: { pods: "10.4.0.0/14" } },
        far: { range: "10.1.0.0/22", region: "us-east1" },
        dual: { range: "10.2.0.0/22", ipv6: "internal", privateGoogleAccess: false },
        published: { range: "10.2.4.0/24", purpose: "PRIVATE_SERVICE_CONNECT" },
    },
    globalProxyOnlySubnets: { "europe-west1": "10.2.5.0/24" },
    serviceProducers: { "netapp.servicenetworking.goog": { range: "10.65.0.0/20" } },
    routes: { lab: { range: "192.168.0.0/16", nextHop: { address: "10.0.0.9" } } },
    proxyOnlySubnets: { "europe-west1": "10.129.0.0/23", "us-east1": "10.130.0.0/23" },
    nat: { addresses: 1 },
    privateServices: { exportCustomRoutes: true, dnsDomains: ["acme.internal"] },
    privateServiceConnect: {
        googleApis: { domains: ["googleapis.com", "pkg.dev"] },
        endpoints: {
            sales: { serviceAttachment: "projects/acme-services/regions/europe-west1/serviceAttachments/sales" },
        },
    },
    firewall: {
        web: { allow: ["tcp:443"], sources: { ranges: ["10.0.0.0/8"] }, targets: { tags: ["web"] } },
    },
    iapSsh: true,
    dnsPolicy: { inbound: true },
});
allow(network.subnet("near").user, "group:apps@acme.com");
exports.id = network.network.id;
exports.shared = Network.shared().network.name;
`;

function deploymentOf(): Deployment {
    return new Deployment({
        "Pulumi.yaml": "name: network\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "Pulumi.prod.yaml": stack("production"),
        "package.json": '{ "name": "network", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
}

/** The program's resources in the cloud, except APIs, which remain enabled. */
const left = (deployment: Deployment) =>
    deployment
        .resources()
        .filter(({ type }) => /^gcp:(?!projects\/service:|organizations\/)|servicenetworking/.test(type))
        .map(({ id }) => id);

const addresses = ["europe-west1", "us-east1"].map((region) => `apps-${region}-nat-1`);

const changes: [from: string, to: string, steps: string[]][] = [
    ['range: "10.1.0.0/22"', 'range: "10.1.0.0/20"', ["update Subnetwork apps-far"]],
    [
        '"10.130.0.0/23"',
        '"10.131.0.0/23"',
        ["replace Subnetwork apps-proxies-us-east1", "update Firewall apps-proxies-us-east1"],
    ],
    ['range: "10.1.0.0/20"', 'range: "10.1.0.0/20", flowLogs: { sampling: 100 }', ["update Subnetwork apps-far"]],
    ['allow: ["tcp:443"]', 'allow: ["tcp:443", "tcp:8443"]', ["update Firewall apps-web"]],
    [
        "nat: { addresses: 1 }",
        "nat: { addresses: 1, minPortsPerVm: 128 }",
        ["update RouterNat apps-europe-west1", "update RouterNat apps-us-east1"],
    ],
    ["serviceAttachments/sales", "serviceAttachments/orders", ["replace ForwardingRule apps-sales"]],
    ['range: "192.168.0.0/16"', 'range: "192.168.0.0/17"', ["replace Route apps-lab"]],
    ["privateGoogleAccess: false", "privateGoogleAccess: true", ["update Subnetwork apps-dual"]],
    ["inbound: true", "queryLogs: true", ["update Policy apps"]],
    ["iapSsh: true", "iapSsh: false", ["delete Firewall apps-iap-ssh"]],
];

describe.each(["dev", "prod"])("a network in %s", (name) => {
    const deployment = deploymentOf();
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));
    afterAll(() => deployment.remove());

    test("is created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed(name)).length;
        expect(await deployment.again(name)).toEqual({ unchanged: created });
    });

    // One after the other in dev, and together in prod.
    const groups = name === "dev" ? changes.map((change) => [change]) : [changes];
    test.each(groups.map((made) => ({ made, title: made.map(([, to]) => to).join("; ") })))(
        "is updated with only the necessary changes: $title",
        async ({ made }) => {
            for (const [from, to] of made) {
                edit(from, to);
            }
            const steps = new Set(made.flatMap(([, , expected]) => expected));
            expect((await deployment.upAsPreviewed(name)).sort()).toEqual([...steps].sort());
        },
    );

    test("matches its program afterwards: each preview showed only its own change, and nothing remains of previous ones", async () => {
        expect(await deployment.preview(name)).toEqual([]);
    });

    test("releases a static address after Cloud NAT has stopped using it, or never in production", async () => {
        const gateways = ["update RouterNat apps-europe-west1", "update RouterNat apps-us-east1"];
        const second = ["europe-west1", "us-east1"].map((region) => `Address apps-${region}-nat-2`);
        edit("nat: { addresses: 1,", "nat: { addresses: 2,");
        const added = await deployment.upAsPreviewed(name);
        expect(added.sort()).toEqual([...second.map((address) => `create ${address}`), ...gateways]);
        edit("nat: { addresses: 2,", "nat: { addresses: 1,");
        if (name === "prod") {
            const { code, output } = await deployment.run(["preview", "-s", name]);
            expect([code === 0, output.includes("because it is protected")]).toEqual([false, true]);
            edit("nat: { addresses: 1,", "nat: { addresses: 2,");
        } else {
            const released = await deployment.upAsPreviewed(name);
            expect(released.sort()).toEqual([...second.map((address) => `delete ${address}`), ...gateways]);
        }
    });

    test("is replaced when it is renamed, except for static addresses in production", async () => {
        edit('new Network("apps", {', 'new Network("apps", { name: "other",');
        const { code, output } = await deployment.run(["preview", "-s", name]);
        expect([code === 0, output.includes("replace")]).toEqual([name === "dev", true]);
        expect(output.includes("marked for protection")).toBe(name === "prod");
        for (const address of addresses) {
            expect(output).toContain(address);
        }
        edit('new Network("apps", { name: "other",', 'new Network("apps", {');
    });

    test("is completely destroyed", async () => {
        if (name === "prod") {
            const { code, output } = await deployment.run(["destroy", "-s", name, "--yes"]);
            expect(code).not.toBe(0);
            for (const address of addresses) {
                expect(output).toContain(address);
            }
            await deployment.succeed(["state", "unprotect", "--all", "-s", name, "--yes"]);
        }
        await deployment.destroy(name);
        expect(left(deployment)).toEqual([]);
    });
});

describe("a network with a Cloud SQL instance", () => {
    const deployment = deploymentOf();
    const instance = `
const { DatabaseInstance } = require("@pulumi/gcp/sql/databaseInstance");
const { Environment } = require("slipway");
const environment = Environment.current();
const shared = Network.shared();
new DatabaseInstance("sales", {
    name: "sales",
    databaseVersion: "POSTGRES_17",
    region: "europe-west1",
    deletionProtection: false,
    settings: {
        edition: "ENTERPRISE",
        tier: "db-custom-2-7680",
        ipConfiguration: { ipv4Enabled: false, privateNetwork: shared.network.id },
    },
}, { provider: environment.provider, dependsOn: [shared.privateServices.connection, ...environment.enable("sqladmin.googleapis.com")] });
`;
    afterAll(() => deployment.remove());

    test("is destroyed with it, although the connection cannot be deleted for days, and can be recreated", async () => {
        deployment.edit("index.js", (text) => `${text}${instance}`);
        const { created } = await deployment.up("dev");
        const { code, output } = await deployment.run(["destroy", "-s", "dev", "--yes", "--skip-preview"]);
        expect([code === 0, output]).toEqual([
            false,
            expect.stringMatching(
                /The network resource '\S+' is already being used by '\S+\/routes\/peering-route-\d+'/,
            ),
        ]);
        // The instance's route is gone an hour later.
        await deployment.succeed(["destroy", "-s", "dev", "--yes", "--skip-preview"]);
        expect(left(deployment)).toEqual([]);
        deployment.edit("index.js", (text) => text.replace(instance, "void Network.shared().privateServices;\n"));
        expect(await deployment.up("dev")).toEqual({ created: Number(created) - 2 });
    });
});

describe.each(["development", "production"])("what Google Cloud releases late, in %s, keeps nothing else", (kind) => {
    const inNetwork = (code: string) => ["subnet apps-apps", code];
    const workload = "image, insecure: true, network: apps, uses";
    const held: Record<string, string[]> = {
        "a service": inNetwork(`new CloudRunService("web", { ${workload} });`),
        "a job": inNetwork(`new CloudRunJob("web", { ${workload} });`),
        "a worker pool": inNetwork(`new CloudRunWorkerPool("web", { ${workload} });`),
        "a function": inNetwork(
            'new ServerlessFunction("web", { source: "./predict", entryPoint: "predict", trigger: { http: {} }, network: apps, uses });',
        ),
        "a database": ["network apps", 'new CloudSqlInstance("web", { network: apps });'],
        "a service and a database": inNetwork(
            `new CloudRunService("web", { ${workload} }); new CloudSqlInstance("orders", { network: apps });`,
        ),
    };

    test.each(Object.entries(held))("after %s", async (_, [left = "", code = ""]) => {
        const deployment = new Deployment({
            "Pulumi.yaml": "name: network\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
            "Pulumi.dev.yaml": `${stack(kind)}  slipway:protection: off\n`,
            "package.json": '{ "name": "network", "version": "1.0.0", "main": "index.js" }\n',
            "index.js": `"use strict";
const slipway = require("slipway");
const { CloudRunJob, CloudRunService, CloudRunWorkerPool, CloudSqlInstance, ServerlessFunction } = slipway;
const firewall = { web: { allow: ["tcp:443"], sources: { ranges: ["10.0.0.0/8"] } } };
const apps = new slipway.Network("apps", { subnets: { apps: { range: "10.0.0.0/20" }, spare: { range: "10.1.0.0/20" } }, nat: { addresses: 1 }, firewall });
const warehouse = new slipway.BigQueryDataset("warehouse", { tables: { sales: { schema: [{ name: "id", type: "STRING" }] } } });
const models = new slipway.StorageBucket("models");
const sales = new slipway.PubSubTopic("sales");
const key = new slipway.Secret("key", { generate: {} });
new slipway.ServiceAccount("readers");
const uses = { MODELS: models.reader, SALES: sales.publisher, KEY: key.reader, SALES_TABLES: warehouse.reader };
const image = "us-docker.pkg.dev/cloudrun/container/hello";
${code}
`,
        });
        mkdirSync(deployment.file("predict"));
        writeFileSync(deployment.file("predict/main.py"), "def predict(request):\n    return 'range'\n");
        const destroy = ["destroy", "-s", "dev", "--yes", "--skip-preview"];
        await deployment.up("dev");
        const { code: failed } = await deployment.run(destroy);
        expect(failed).not.toBe(0);
        const remaining = await deployment.leftBehind("dev");
        const subnets = left.startsWith("network") ? [] : ["Subnetwork apps-apps"];
        expect(remaining).toEqual(expect.arrayContaining(["Network apps", ...subnets]));
        expect(remaining.filter((each) => !partOfNetwork.test(each))).toEqual([]);
        expect(heldLines(deployment.place, "dev")).toEqual([
            expect.stringMatching(
                new RegExp(
                    `^${left}: left until \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC at the latest, because .*; then run 'npx slipway local destroy -s dev' again`,
                ),
            ),
        ]);
        await deployment.succeed(destroy);
        expect(await deployment.exported("dev")).toEqual([]);
        expect(deployment.remaining()).toEqual([]);
        await deployment.remove();
    });
});

describe("a network to which components are added", () => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: network\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "package.json": '{ "name": "network", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": [
            '"use strict";',
            'const { CloudSqlInstance, Network, ServerlessFunction } = require("slipway");',
            'const apps = new Network("apps");',
            "exports.apps = apps;",
            "",
        ].join("\n"),
    });
    mkdirSync(deployment.file("predict"));
    writeFileSync(deployment.file("predict/main.py"), "def predict(request):\n    return 'range'\n");
    const add = (code: string) => deployment.edit("index.js", (text) => `${text}${code}`);
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));
    /** The diagnostics of a preview. */
    const previewed = async () =>
        (await deployment.run(["preview", "-s", "dev"])).output.split("Diagnostics:")[1] ?? "";
    const gateway = ["Router apps-europe-west1", "RouterNat apps-europe-west1"];
    const services = ["Connection apps-private-services", "GlobalAddress apps-private-services"];
    const each = (action: string, names: string[]) => names.map((name) => `${action} ${name}`);
    afterAll(() => deployment.remove());

    test("has nothing that is billed at first", async () => {
        await deployment.up("dev");
        const network = deployment.resources().filter(({ type }) => /compute|servicenetworking/.test(type));
        expect(network.map(({ id }) => id).sort()).toEqual([
            "projects/acme-network-deve/global/networks/apps",
            "projects/acme-network-deve/regions/europe-west1/subnetworks/apps-default",
        ]);
    });

    test("has Cloud NAT once a function needs it, which preview explains", async () => {
        add('new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} }, network: apps });\n');
        await deployment.up("dev");
        edit("network: apps }", 'network: { network: apps, egress: "all-traffic" } }');
        const note =
            'Network "apps": creates Cloud NAT in europe-west1, for the internet access of ServerlessFunction "predict". nat: false omits it.';
        expect((await previewed()).split(note)).toHaveLength(2);
        expect((await deployment.upAsPreviewed("dev")).sort()).toEqual([
            ...each("create", gateway),
            "update Function predict",
        ]);
        expect(await deployment.preview("dev")).toEqual([]);
        expect(await previewed()).not.toContain("creates Cloud NAT");
    });

    test("has private services access once a database needs it, which preview explains", async () => {
        add('new CloudSqlInstance("sales", { network: apps });\n');
        const note = 'Network "apps": creates private services access, for the private addresses of Google services.';
        expect((await previewed()).split(note)).toHaveLength(2);
        expect(await deployment.upAsPreviewed("dev")).toEqual(expect.arrayContaining(each("create", services)));
        expect(await previewed()).not.toContain(note);
    });

    test("loses both when no component needs them any more, unless the program asks for them", async () => {
        edit('egress: "all-traffic"', 'egress: "private-ranges-only"');
        edit('new CloudSqlInstance("sales", { network: apps });\n', "");
        edit('new Network("apps")', 'new Network("apps", { nat: true, privateServices: true })');
        const kept = await deployment.preview("dev");
        expect(kept.filter((step) => [...gateway, ...services].some((name) => step.endsWith(name)))).toEqual([]);
        expect(kept).toContain("update Function predict");
        edit("{ nat: true, privateServices: true }", "{}");
        expect(await deployment.preview("dev")).toEqual(
            expect.arrayContaining(each("delete", [...gateway, ...services])),
        );
        await deployment.up("dev");
        expect(await deployment.preview("dev")).toEqual([]);
    });
});
