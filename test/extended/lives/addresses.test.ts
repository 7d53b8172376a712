import { Deployment } from "../../deploy/deployment";

const program = (...lines: string[]) => `import * as pulumi from "@pulumi/pulumi";
import { IpAddress, LoadBalancer, Network, StorageBucket, VirtualMachine } from "slipway";
const bucket = new StorageBucket("files");
const routes = { "/*": bucket };
${lines.join("\n")}
`;

const files = (...lines: string[]) => ({
    "Pulumi.yaml": "name: addresses\nruntime: nodejs\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "Pulumi.prod.yaml": "config:\n  gcp:project: acme-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n",
    "package.json": '{ "name": "addresses", "version": "1.0.0", "main": "index.ts" }\n',
    "index.ts": program(...lines),
});

/** The addresses of a stack by their names. */
const reserved = (deployment: Deployment) =>
    Object.fromEntries(
        deployment
            .resources()
            .filter(({ id }) => /\/addresses\/[^/]+$/.test(id))
            .map(({ id, properties }) => [id.split("/").at(-1), properties.address]),
    );

describe.each(["dev", "prod"] as const)("addresses as %s", (stack) => {
    const deployment = new Deployment(
        files(
            'const outbound = new IpAddress("outbound");',
            'const bank = { destinations: ["203.0.113.0/24"], addresses: [new IpAddress("bank")] };',
            "const nat = { addresses: [outbound], subnets: { default: true as const }, rules: { bank } };",
            'const network = new Network("apps", { nat, privateServices: false });',
            'const inside = new IpAddress("db", { type: "regional-internal", network, address: "10.0.0.10" });',
            'const outside = new IpAddress("ssh", { networkTier: "STANDARD" });',
            'new VirtualMachine("db", { network, privateAddress: inside, publicAddress: outside });',
            'const address = new IpAddress("web", { type: "global-external" });',
            'const ipv6 = new IpAddress("web-6", { type: "global-external", ipv6: true });',
            'new LoadBalancer("shop", { routes, insecure: true, address, ipv6 });',
            "export const ip = address.address;",
        ),
    );
    afterAll(() => deployment.remove());

    test("belong to what takes them, and a second up and a refresh change nothing", async () => {
        // A new organization forbids external addresses of machines.
        deployment.setPolicy(`acme-${stack}`, "compute.vmExternalIpAccess", { allowAll: "TRUE" });
        expect(await deployment.upAsPreviewed(stack)).toEqual(
            expect.arrayContaining(["create Address db", "create Address outbound", "create GlobalAddress web"]),
        );
        expect(await deployment.again(stack)).toEqual({ unchanged: expect.any(Number) });
        const addresses = reserved(deployment);
        expect(Object.keys(addresses).sort()).toEqual(["bank", "db", "outbound", "ssh", "web", "web-6"]);
        const [machine] = deployment.resources().filter(({ id }) => /\/instances\/db$/.test(id));
        expect(machine?.properties.networkInterfaces).toMatchObject([
            { networkIp: "10.0.0.10", accessConfigs: [{ natIp: addresses.ssh, networkTier: "STANDARD" }] },
        ]);
        expect((await deployment.outputs(stack)).ip).toBe(addresses.web);
    });

    test("stay when the load balancer that has one is replaced", async () => {
        const before = reserved(deployment);
        deployment.edit("index.ts", (text) =>
            text.replace('LoadBalancer("shop", {', 'LoadBalancer("shop", { name: "store",'),
        );
        expect(await deployment.upAsPreviewed(stack)).toEqual(
            expect.arrayContaining(["replace GlobalForwardingRule shop-http"]),
        );
        expect(reserved(deployment)).toEqual(before);
    });

    test("are refused by what needs others, at preview", async () => {
        deployment.edit("index.ts", (text) => `${text}new VirtualMachine("web", { publicAddress: address });\n`);
        await expect(deployment.preview(stack)).rejects.toThrow("[address/other-type]");
        deployment.edit("index.ts", (text) => text.replace(/new VirtualMachine\("web".*\n/, ""));
    });
});

describe.each(["dev", "prod"] as const)("an address that a component reserved, as %s", (stack) => {
    const before = [
        'new LoadBalancer("shop", { routes, insecure: true });',
        'new Network("apps", { nat: { addresses: 1 }, privateServices: false });',
    ];
    const deployment = new Deployment(files(...before));
    afterAll(() => deployment.remove());

    test("moves to an IpAddress, and is neither released nor changed", async () => {
        await deployment.up(stack);
        const addresses = reserved(deployment);
        deployment.edit("index.ts", () =>
            program(
                "const moved = (parent: pulumi.Input<string>, name: string) => ({ address: (_: object, options: pulumi.CustomResourceOptions) => { options.aliases = [{ parent, name }]; } });",
                'const balancer = pulumi.createUrn("shop", "slipway:index:LoadBalancer");',
                'const address = new IpAddress("shop", { type: "global-external", transform: moved(balancer, "shop") });',
                'new LoadBalancer("shop", { routes, insecure: true, address });',
                'const network = pulumi.createUrn("apps", "slipway:index:Network");',
                'const nat = new IpAddress("outbound", { name: "apps-nat-1", transform: moved(network, "apps-europe-west1-nat-1") });',
                'new Network("apps", { nat: { addresses: [nat] }, privateServices: false });',
            ),
        );
        const changes = await deployment.upAsPreviewed(stack);
        expect(changes).toEqual(["create IpAddress outbound", "create IpAddress shop"]);
        expect(reserved(deployment)).toEqual(addresses);
        expect(await deployment.again(stack)).toEqual({ unchanged: expect.any(Number) });
    });
});
