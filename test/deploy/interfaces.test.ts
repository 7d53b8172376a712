import { Deployment } from "./deployment";

const program = (interfaces: string) => `"use strict";
const { AutoscaledInstanceGroup, IpAddress, Network, VirtualMachine } = require("slipway");
const network = (name, range) => new Network(name, { subnets: { main: { range } } });
const [apps, data, third] = [network("apps", "10.8.0.0/20"), network("data", "10.9.0.0/20"), network("third", "10.10.0.0/20")];
const privateAddress = new IpAddress("router", { type: "regional-internal", network: data });
const machine = new VirtualMachine("router", { machineType: "e2-standard-4", network: apps, interfaces: ${interfaces} });
new AutoscaledInstanceGroup("shop", { network: apps, interfaces: [data], scaling: 3 });
exports.addresses = machine.instance.networkInterfaces.apply((all) => all.map(({ networkIp }) => networkIp));
exports.reserved = privateAddress.address;
`;

const dev = new Deployment({
    "Pulumi.yaml": "name: interfaces\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml":
        "config:\n  gcp:project: acme-interfaces\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": `{ "name": "interfaces", "version": "1.0.0", "main": "index.js" }\n`,
    "index.js": program("[{ network: data, privateAddress }, third]"),
});
afterAll(() => dev.remove());

test("a machine and a group have interfaces in several networks", async () => {
    expect(await dev.upAsPreviewed("dev")).not.toEqual([]);
    await dev.succeed(["refresh", "-s", "dev", "--yes"]);
    expect(Object.keys(await dev.up("dev"))).toEqual(["unchanged"]);
    const { addresses, reserved } = await dev.outputs("dev");
    expect(addresses).toEqual([expect.stringMatching(/^10\.8\./), reserved, expect.stringMatching(/^10\.10\./)]);
});

test("another number of interfaces replaces the machine, which the preview says, and destroy leaves nothing", async () => {
    dev.edit("index.js", () => program("[third]"));
    const { output } = await dev.run(["preview", "-s", "dev"]);
    expect(output).toContain("another number of interfaces replaces the machine and its boot disk");
    expect(Object.keys(await dev.up("dev"))).toContain("replaced");
    await dev.destroy("dev");
});
