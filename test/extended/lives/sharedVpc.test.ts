import { mkdirSync, writeFileSync } from "node:fs";
import { Deployment } from "../../deploy/deployment";

/** The stack `owner` has the projects, `net` the shared network, `shop` what uses it, and `front` a load balancer before it. */
const environments = { net: "acme-net", shop: "acme-shop", front: "acme-front" };
const projects = { owner: "acme-foundation", ...environments };

const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
const { Folder } = require("@pulumi/gcp/organizations/folder");
const {
    allow, CloudRunService, ComposerEnvironment, EnvironmentProject, LoadBalancer, Network, ServerlessFunction, UnmanagedInstanceGroup,
    VirtualMachine,
} = require("slipway");

const crossProject = "net";
const subnets = { apps: { existing: "apps-apps" } };
const shared = () => Network.existing("apps", { project: "acme-net", prefix: pulumi.getStack(), subnets, crossProject });
const image = "europe-docker.pkg.dev/acme/apps/hello@sha256:" + "0".repeat(64);
const stacks = {
    owner: () => {
        const parent = { folder: new Folder("shop", { displayName: "Shop", parent: "organizations/1", deletionProtection: false }).id };
        const made = { kind: "development", parent, billingAccount: "012345-6789AB-CDEF01" };
        const host = new EnvironmentProject("net", { ...made, projectId: "acme-net", sharedVpc: "host" });
        const apis = ["run", "cloudfunctions", "composer"].map((api) => api + ".googleapis.com");
        const shop = new EnvironmentProject("shop", { ...made, projectId: "acme-shop", apis, sharedVpc: { host } });
        new EnvironmentProject("front", { ...made, projectId: "acme-front", sharedVpc: { host } });
        allow(host.role("roles/composer.sharedVpcAgent"), shop.agent("composer.googleapis.com"));
    },
    net: () => {
        new Network("apps", { subnets: { apps: { range: "10.0.0.0/20" } }, proxyOnlySubnets: true });
    },
    shop: () => {
        const network = shared();
        new CloudRunService("api", { image, network, crossProject, ingress: "internal", public: true });
        new ServerlessFunction("predict", { source: "./predict", entryPoint: "predict", trigger: { http: {} }, network, crossProject });
        new ComposerEnvironment("flows", { network, crossProject });
        const machine = new VirtualMachine("box", { zone: "europe-west1-b", network, crossProject });
        const transform = { group: { name: "boxes" } };
        new UnmanagedInstanceGroup("boxes", { machines: [machine], ports: { http: 80 }, crossProject, transform });
    },
    front: () => {
        const project = "acme-shop";
        new LoadBalancer("front", {
            type: "regional-internal",
            network: shared(),
            insecure: true,
            crossProject: ["net", "shop"],
            routes: {
                "/*": CloudRunService.existing("api", { project }),
                "/boxes/*": { group: UnmanagedInstanceGroup.existing("boxes", { project, zone: "europe-west1-b" }), health: "/" },
            },
        });
    },
};
stacks[pulumi.getStack()]();
`;

const names = Object.keys(projects) as (keyof typeof projects)[];
const deployment = new Deployment({
    "Pulumi.yaml": "name: shared\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    ...Object.fromEntries(
        names.map((stack) => [
            `Pulumi.${stack}.yaml`,
            `config:\n  gcp:project: ${projects[stack]}\n  gcp:region: europe-west1\n  slipway:kind: development\n${stack === "owner" ? "" : `  slipway:environments: ${JSON.stringify(environments)}\n`}`,
        ]),
    ),
    "package.json": '{ "name": "shared", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program,
});
afterAll(() => deployment.remove());

describe("a Shared VPC", () => {
    test("has a host and service projects, and a network with a subnet", async () => {
        mkdirSync(deployment.file("predict"));
        writeFileSync(deployment.file("predict/main.py"), "def predict(request):\n    return 'range'\n");
        await deployment.up("owner");
        await deployment.up("net");
    });

    test("is used by services, functions, environments and machines of a service project", async () => {
        await deployment.upAsPreviewed("shop");
        expect(await deployment.again("shop")).toEqual({ unchanged: expect.any(Number) });
        expect(deployment.existing("acme-net").filter((each) => each.startsWith("Firewall "))).toEqual([
            expect.stringContaining("apps-proxies-europe-west1"),
            expect.stringContaining("boxes-health"),
        ]);
        const granted = deployment.resources().filter(({ type }) => type.endsWith(":SubnetworkIAMMember"));
        expect(granted.map(({ id }) => id)).toEqual([
            expect.stringMatching(
                /^projects\/acme-net\/.*\/subnetworks\/apps-apps\/roles\/compute.networkUser\/.*@serverless-robot-prod\./,
            ),
        ]);
    });

    test("has routes of one service project to backends of another", async () => {
        await deployment.upAsPreviewed("front");
        expect(await deployment.again("front")).toEqual({ unchanged: expect.any(Number) });
        const of = (project: string) =>
            deployment
                .existing(project)
                .filter((each) => /BackendService|UrlMap|HealthCheck|RegionNetworkEndpointGroup/.test(each))
                .map((each) => each.split(" ")[0])
                .sort();
        expect(of("acme-shop")).toEqual([
            "RegionBackendService",
            "RegionBackendService",
            "RegionHealthCheck",
            "RegionNetworkEndpointGroup",
        ]);
        expect(of("acme-front")).toEqual(["RegionUrlMap"]);
    });

    test("is kept while a service project uses it, and destroyed after what uses it", async () => {
        const { code, output } = await deployment.run(["destroy", "-s", "owner", "--yes"]);
        expect(code).not.toBe(0);
        expect(output).toContain("Cannot detach 'acme-");
        for (const stack of ["front", "shop", "net", "owner"]) {
            await deployment.destroy(stack);
        }
        expect(deployment.existing("acme-net")).toEqual([]);
    });
});
