import { Deployment } from "../../deploy/deployment";

const program = `import { LoadBalancer, Network, NetworkEndpointGroup, NetworkLoadBalancer, ServiceAttachment, UnmanagedInstanceGroup, VirtualMachine } from "slipway";
const zone = "europe-west1-b";
const purpose = "PRIVATE_SERVICE_CONNECT" as const;
const subnets = { default: { range: "10.0.0.0/20" }, psc: { range: "10.1.0.0/24", purpose }, more: { range: "10.1.1.0/24", purpose } };
const network = new Network("sales", { subnets, proxyOnlySubnets: true, privateServices: false });
const machines = [new VirtualMachine("sales", { network, zone })];
const group = new UnmanagedInstanceGroup("sales", { machines, ports: { sql: 5432, web: 80 } });
const sql = new NetworkLoadBalancer("sql", { type: "internal-passthrough", network, group, ports: [5432], health: { port: 5432 } });
const web = new LoadBalancer("web", { type: "regional-internal", network, insecure: true, routes: { "/*": { group, port: "web" } } });
const accept = { "acme-STACK": 10 };
const published = new ServiceAttachment("sql", { target: sql, accept, subnets: [network.subnetworks.psc!.id] });
const pages = new ServiceAttachment("web", { target: web, accept: "all", subnets: [network.subnetworks.more!.id], domain: "web.p.acme.com" });
const shop = new Network("shop", { privateServices: false });
shop.endpoint("sql", published.attachment.id, "europe-west1");
new NetworkEndpointGroup("web", { serviceAttachment: pages.attachment.id, network: shop });
`;

describe.each(["dev", "prod"] as const)("service attachments as %s", (stack) => {
    const deployment = new Deployment({
        "Pulumi.yaml": "name: published\nruntime: nodejs\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "Pulumi.prod.yaml":
            "config:\n  gcp:project: acme-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n",
        "package.json": '{ "name": "published", "version": "1.0.0", "main": "index.ts" }\n',
        "index.ts": program.replaceAll("STACK", stack),
    });
    afterAll(() => deployment.remove());

    const find = (end: string) => deployment.resources().find(({ id }) => id.endsWith(end))?.properties ?? {};
    const change = (from: string, to: string) => deployment.edit("index.ts", (text) => text.replace(from, to));

    test("connect consumers, and a second up and a refresh change nothing", async () => {
        expect(await deployment.upAsPreviewed(stack)).toEqual(
            expect.arrayContaining(["create ServiceAttachment sql", "create ServiceAttachment web"]),
        );
        expect(await deployment.again(stack)).toEqual({ unchanged: expect.any(Number) });
        expect(find("/forwardingRules/shop-sql").pscConnectionStatus).toBe("ACCEPTED");
        expect(find("/serviceAttachments/web")).toMatchObject({ domainNames: ["web.p.acme.com."] });
    });

    test("take new lists in place", async () => {
        change("10 };", '20, "acme-shop": 1 };');
        expect(await deployment.upAsPreviewed(stack)).toEqual(["update ServiceAttachment sql"]);
    });

    test("are replaced with the forwarding rule", async () => {
        change("insecure: true,", "insecure: true, transform: { forwardingRule: { allowGlobalAccess: true } },");
        expect(await deployment.preview(stack)).toEqual(expect.arrayContaining(["replace ServiceAttachment web"]));
        await deployment.up(stack);
        expect(find("/forwardingRules/web-http")).toMatchObject({ allowGlobalAccess: true });
    });

    test("of a region without subnets for them are refused at preview", async () => {
        change(", subnets: [network.subnetworks.psc!.id]", ', region: "europe-west4"');
        await expect(deployment.preview(stack)).rejects.toThrow("[loadbalancer/attachment-in-other-region]");
    });
});
