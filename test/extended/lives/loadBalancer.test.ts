import { mkdirSync, writeFileSync } from "node:fs";
import { Deployment } from "../../deploy/deployment";

const stack = (kind: string) =>
    `config:\n  gcp:project: acme-balanced-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

/** A global load balancer before everything that it can have behind it, and an internal one. */
const program = `"use strict";
const { AppEngineApp, CloudRunService, LoadBalancer, Network, ServerlessFunction, StorageBucket } = require("slipway");
const { ManagedZone } = require("@pulumi/gcp/dns/managedZone");
const { Environment } = require("slipway");
const dns = { dependsOn: Environment.current().enable("dns.googleapis.com") };
const zone = new ManagedZone("acme", { name: "acme", dnsName: "acme.com.", description: "Shop." }, dns);
const ingress = "load-balancer";
const predict = new ServerlessFunction("predict", { source: "./predict", trigger: { http: { public: true, ingress } } });
const admin = new ServerlessFunction("admin", { source: "./predict", entryPoint: "predict", trigger: { http: { ingress } } });
const assets = new StorageBucket("assets", { upload: "./assets" });
const app = new AppEngineApp("site", { services: { default: { source: "./web" } } });
const image = "docker.io/acme/staff@sha256:${"9".repeat(64)}";
const staff = new CloudRunService("staff", { image, public: true, ingress, defaultUrl: false, regions: ["europe-west1", "us-east1"] });
const shop = new LoadBalancer("shop", {
    domains: ["shop.acme.com", "admin.acme.com", "staff.acme.com"],
    zone,
    ipv6: true,
    routes: {
        "/*": app,
        "/predict/*": { service: predict, rewrite: "/" },
        "/static/*": { bucket: assets, rewrite: "/" },
        "admin.acme.com/*": { service: admin, iap: ["group:admins@acme.com"] },
        "staff.acme.com/*": { service: staff, iap: ["group:staff@acme.com"] },
    },
    securityPolicy: false,
});
const network = new Network("apps", { proxyOnlySubnets: true });
const inner = new LoadBalancer("inner", {
    type: "regional-internal",
    network,
    insecure: true,
    routes: { "/*": predict },
});
const outer = new LoadBalancer("outer", {
    type: "regional-external",
    network,
    domains: "outer.acme.com",
    zone,
    securityPolicy: true,
    routes: { "/*": { split: [{ service: predict, weight: 90 }, { service: admin, weight: 10, iap: false }] } },
});
exports.urls = [shop.url, inner.url, outer.url];
exports.address = shop.address.address;
exports.staff = [staff.service.ingress, staff.service.defaultUriDisabled];
`;

/** An internal load balancer of several regions, before services and groups. */
const crossRegion = `"use strict";
const { CloudRunService, DnsZone, LoadBalancer, Network, NetworkEndpointGroup } = require("slipway");
const network = new Network("apps", {
    subnets: {
        near: { range: "10.0.0.0/24" },
        far: { range: "10.0.1.0/24", region: "us-east1" },
        farther: { range: "10.0.2.0/24", region: "us-central1" },
    },
    proxyOnlySubnets: { "europe-west1": "10.1.0.0/23" },
    globalProxyOnlySubnets: { "europe-west1": "10.2.0.0/23", "us-east1": "10.3.0.0/23", "us-central1": "10.4.0.0/23" },
});
const zone = new DnsZone("acme", { domain: "acme.com" });
const regions = ["europe-west1", "us-east1"]; // regions
const image = "docker.io/acme/web@sha256:${"9".repeat(64)}";
const web = new CloudRunService("web", { image, regions: ["europe-west1", "us-east1"], public: true, ingress: "internal" });
const office = new NetworkEndpointGroup("office", { network, zone: "europe-west1-b", endpoints: ["192.168.0.2:80"] });
const inner = new LoadBalancer("inner", {
    type: "cross-region-internal",
    network,
    regions,
    domains: "inner.acme.com",
    zone,
    routes: { "/*": web, "/office/*": { group: office, health: "/" } },
});
exports.urls = [inner.url];
exports.addresses = inner.addresses;
`;

/** The shortest regional external load balancers. */
const regional = `"use strict";
const { CloudRunService, LoadBalancer, Network, ServerlessFunction } = require("slipway");
const network = new Network("apps", { proxyOnlySubnets: true });
const web = new CloudRunService("web", { image: "docker.io/acme/web@sha256:${"9".repeat(64)}" });
const predict = new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} } });
new LoadBalancer("outer", { type: "regional-external", network, insecure: true, routes: { "/*": web } });
new LoadBalancer("model", { type: "regional-external", network, insecure: true, routes: { "/*": predict } });
`;

function deploymentOf(program: string): Deployment {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: balanced\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "Pulumi.prod.yaml": stack("production"),
        "package.json": '{ "name": "balanced", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    for (const folder of ["predict", "assets", "web"]) {
        mkdirSync(deployment.file(folder));
    }
    writeFileSync(deployment.file("predict/main.py"), "def predict(request):\n    return 'range'\n");
    writeFileSync(deployment.file("predict/requirements.txt"), "functions-framework\n");
    writeFileSync(deployment.file("assets/shop.css"), "body { color: red }\n");
    writeFileSync(deployment.file("web/main.py"), "from flask import Flask\n\napp = Flask(__name__)\n");
    writeFileSync(deployment.file("web/requirements.txt"), "flask\ngunicorn\n");
    return deployment;
}

const iap = 'iap: ["group:admins@acme.com"]';
/** Changes of a route, a rewrite, a weight, the members of Identity-Aware Proxy, the cache and a rule of the security policy. */
const changes = [
    { from: '"/predict/*"', to: '"/ranges/*"', step: "update URLMap shop" },
    { from: 'service: predict, rewrite: "/"', to: 'service: predict, rewrite: "/v1/"', step: "update URLMap shop" },
    { from: "weight: 90", to: "weight: 50", step: "update RegionUrlMap outer" },
    {
        from: iap,
        to: 'iap: ["group:admins@acme.com", "group:staff@acme.com"]',
        step: "create WebBackendServiceIamMember shop-admin-iap-group-staff@acme.com",
    },
    {
        from: "bucket: assets, rewrite",
        to: 'bucket: assets, cdn: { maxTtl: "2 days" }, rewrite',
        step: "update BackendBucket shop-assets",
    },
    {
        from: "securityPolicy: true",
        to: 'securityPolicy: { attacks: false, rules: { office: { priority: 1, action: "allow", ranges: ["203.0.113.0/24"] } } }',
        step: "update RegionSecurityPolicy outer",
    },
];

describe("a cross-region internal load balancer", () => {
    const stackName = "dev";
    const deployment = deploymentOf(crossRegion);
    afterAll(() => deployment.remove());

    test("is created as previewed, and a second up and a refresh change nothing", async () => {
        const created = await deployment.upAsPreviewed(stackName);
        expect(await deployment.again(stackName)).toEqual({ unchanged: created.length });
        const { urls, addresses } = await deployment.outputs(stackName);
        expect(urls).toEqual(["https://inner.acme.com"]);
        expect(Object.keys(addresses ?? {})).toEqual(["europe-west1", "us-east1"]);
    });

    test("gets another region, without a change of the others", async () => {
        const more = '"us-central1"';
        deployment.edit("index.js", (text) => text.replace('"us-east1"]; // regions', `"us-east1", ${more}];`));
        const steps = await deployment.upAsPreviewed(stackName);
        expect(steps.filter((step) => !step.startsWith("create "))).toEqual([
            "update RecordSet inner-inner-acme-com-a",
        ]);
        expect(steps.filter((step) => step.includes("orwardingRule"))).toEqual([
            "create GlobalForwardingRule inner-http-us-central1",
            "create GlobalForwardingRule inner-https-us-central1",
        ]);
    });

    test("becomes a regional one", async () => {
        deployment.edit("index.js", (text) =>
            text.replace('type: "cross-region-internal",', 'type: "regional-internal",').replace("    regions,\n", ""),
        );
        await deployment.upAsPreviewed(stackName);
        expect(await deployment.preview(stackName)).toEqual([]);
    });

    test("is completely destroyed", async () => {
        await deployment.destroy(stackName);
    });
});

test("regional external load balancers before a service and a function are created as previewed, and a second up changes nothing", async () => {
    const deployment = deploymentOf(regional);
    const created = await deployment.upAsPreviewed("dev");
    expect(created).toEqual(
        expect.arrayContaining(["create RegionBackendService model-predict", "create RegionBackendService outer-web"]),
    );
    expect(await deployment.again("dev")).toEqual({ unchanged: created.length });
    await deployment.destroy("dev");
    await deployment.remove();
});

describe.each(["dev", "prod"])("load balancers in %s", (name) => {
    const deployment = deploymentOf(program);
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));
    afterAll(() => deployment.remove());

    test("are created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed(name)).length;
        const { address, urls, staff } = await deployment.outputs(name);
        expect(staff).toEqual(["INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER", true]);
        expect(address).toMatch(/^203\.0\.113\.\d+$/);
        expect(urls).toEqual([
            "https://shop.acme.com",
            expect.stringMatching(/^http:\/\/10\.0\.0\.\d+$/),
            "https://outer.acme.com",
        ]);
        expect(await deployment.again(name)).toEqual({ unchanged: created });
    });

    // Production differs in what is created and protected; changes have the same steps.
    if (name === "dev") {
        test("are refused at preview before a function that can be reached without them", async () => {
            edit(
                'predict", { source: "./predict", trigger: { http: { public: true, ingress }',
                'predict", { source: "./predict", trigger: { http: { public: true, ingress: "all" }',
            );
            edit("exports.address =", "exports.staffUrl = staff.url;\nexports.address =");
            const { code, output } = await deployment.run(["preview", "-s", name]);
            expect(code).not.toBe(0);
            expect(output).toContain(
                'LoadBalancer "outer": routes./*.split.0: accepts requests to its own URL, which bypass Cloud Armor. Set ingress: "load-balancer" in the http trigger of the function.',
            );
            expect(output).toContain(
                'CloudRunService "staff": url: is missing with defaultUrl: false. Remove defaultUrl, or use the URL of a load balancer.',
            );
            edit("exports.staffUrl = staff.url;\n", "");
            edit(
                'predict", { source: "./predict", trigger: { http: { public: true, ingress: "all" }',
                'predict", { source: "./predict", trigger: { http: { public: true, ingress }',
            );
        });

        test("are updated with only the necessary changes", async () => {
            for (const { from, to } of changes) {
                edit(from, to);
            }
            const steps = new Set(changes.map(({ step }) => step));
            expect((await deployment.upAsPreviewed(name)).sort()).toEqual([...steps].sort());
        });

        test("lead to another function without a moment in which the endpoint group is missing", async () => {
            edit('new ServerlessFunction("admin", {', 'new ServerlessFunction("admin", { name: "backoffice",');
            const steps = (await deployment.upAsPreviewed(name)).filter((step) => /Endpoint|Backend|Map/.test(step));
            expect(steps.sort()).toEqual([
                "replace RegionNetworkEndpointGroup outer-admin",
                "replace RegionNetworkEndpointGroup shop-admin",
                "update BackendService shop-admin",
                "update RegionBackendService outer-admin",
            ]);
        });

        test("stop using Identity-Aware Proxy, Cloud Armor and a backend that no route leads to any more", async () => {
            deployment.edit("index.js", (text) =>
                text
                    .replace(/ {8}"admin\.acme\.com\/\*".*\n/, "")
                    .replace(/securityPolicy: \{ attacks.*\n/, "securityPolicy: false,\n"),
            );
            const steps = (await deployment.upAsPreviewed(name)).sort();
            // Another route needs the service agent of Identity-Aware Proxy.
            expect(steps).toEqual([
                "delete BackendService shop-admin",
                "delete RegionNetworkEndpointGroup shop-admin",
                "delete RegionSecurityPolicy outer",
                "delete ServiceIamMember iap-agent-admin-invoker",
                "delete WebBackendServiceIamMember shop-admin-iap-group-admins@acme.com",
                "delete WebBackendServiceIamMember shop-admin-iap-group-staff@acme.com",
                "update RegionBackendService outer-admin",
                "update RegionBackendService outer-predict",
                "update URLMap shop",
            ]);
        });
    }

    test("are completely destroyed, in production after the protection of addresses and certificates is removed", async () => {
        await (name === "prod" ? deployment.takeDown(name) : deployment.destroy(name));
        expect(deployment.remaining()).toEqual([]);
    });
});
