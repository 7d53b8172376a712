import { Deployment } from "./deployment";

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
    new LoadBalancer("shop", { ${type}, name: "${name}", domain: "shop.acme.com", zone, routes: { "/*": web } });`;

const changes: Record<string, Change> = {
    "the type of a load balancer from regional-external to internal": {
        components: "CloudRunService, LoadBalancer, Network",
        before: types.external,
        after: types.internal,
        steps: ["replace Address shop", "replace RegionBackendService shop-web", "replace ForwardingRule shop-http"],
    },
    "the type of a load balancer from internal to regional-external": {
        components: "CloudRunService, LoadBalancer, Network",
        before: types.internal,
        after: types.external,
        steps: ["replace Address shop", "replace RegionBackendService shop-web", "replace ForwardingRule shop-http"],
    },
    "the type of a load balancer from internal to global": {
        components: "CloudRunService, LoadBalancer, Network",
        before: types.internal,
        after: types.global,
        steps: ["create BackendService shop-web", "delete RegionBackendService shop-web"],
    },
    "the type of a load balancer from global to regional-external": {
        components: "CloudRunService, LoadBalancer, Network",
        before: types.global,
        after: types.external,
        steps: ["create RegionBackendService shop-web", "delete BackendService shop-web"],
    },
    "the type of a load balancer with certificates from global to regional-external": {
        components: "CloudRunService, Environment, LoadBalancer, Network",
        before: secured('type: "global-external"'),
        after: secured('type: "regional-external", network'),
        steps: ["replace DnsAuthorization shop-shop-acme-com", "delete CertificateMap shop"],
    },
    "the type of a load balancer with certificates from internal to regional-external": {
        components: "CloudRunService, Environment, LoadBalancer, Network",
        before: secured('type: "regional-internal", network'),
        after: secured('type: "regional-external", network'),
        steps: ["replace Address shop"],
    },
    "the name of a load balancer": {
        components: "CloudRunService, Environment, LoadBalancer, Network",
        before: secured('type: "global-external"'),
        after: secured('type: "global-external"', "store"),
        steps: ["replace CertificateMap shop", "replace URLMap shop", "replace BackendService shop-web"],
    },
};

const program = ({ components }: Change, text: string) =>
    `"use strict";\nconst { ${components} } = require("slipway");\n${text}\n`;

describe.each(Object.entries(changes))("a change of %s", (_, change) => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: changed\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-changed-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "changed", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program(change, change.before),
    });
    afterAll(() => deployment.remove());

    test("is carried out, and a second up and a refresh change nothing", async () => {
        await deployment.up("dev");
        deployment.edit("index.js", () => program(change, change.after));
        expect(await deployment.preview("dev")).toEqual(expect.arrayContaining([...change.steps]));
        if (change.warning !== undefined) {
            const { output } = await deployment.run(["preview", "-s", "dev"]);
            expect(output.replaceAll(/\s+/g, " ")).toContain(change.warning);
        }
        await deployment.up("dev");
        expect(Object.keys(await deployment.again("dev"))).toEqual(["unchanged"]);
        await deployment.destroy("dev");
        expect(deployment.remaining()).toEqual([]);
    });
});
