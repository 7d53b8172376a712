import { Deployment } from "./deployment";

/**
 * The warnings about what is deployed that name a value: it is set, and the local Google Cloud accepts it. `test/unit/advice.test.ts` follows the
 * errors, and the warnings about arguments alone.
 */

const program = `
const gcp = require("@pulumi/gcp");
const { CloudSqlInstance, Network, PersistentDisk, StorageBucket, VirtualMachine } = require("slipway");
const zone = "europe-west1-b";
const compute = new gcp.projects.Service("raw-compute", { service: "compute.googleapis.com", disableOnDestroy: false });
const disk = new gcp.compute.Disk("models", { name: "models", zone, size: 10 }, { dependsOn: compute });
new gcp.compute.Instance("other", {
    name: "other",
    zone,
    machineType: "e2-small",
    bootDisk: { initializeParams: { image: "debian-cloud/debian-12" } },
    networkInterfaces: [{ network: new gcp.compute.Network("other", { name: "other", autoCreateSubnetworks: true }, { dependsOn: compute }).id }],
    attachedDisks: [{ source: disk.id, mode: "READ_WRITE" }],
});
const apps = new Network("apps", {});
new VirtualMachine("train", { network: apps, zone });
const readers = new Network("readers", { nat: true });
/* reader */
new CloudSqlInstance("sales", { storage: { size: "50 GB" } });
new StorageBucket("models", { versionRetention: "forever" });
`;

describe("who follows the warnings of a preview", () => {
    const files = {
        "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.prod.yaml": `config:\n  gcp:project: acme-shop\n  gcp:region: europe-west1\n  slipway:kind: production\n`,
        "package.json": '{ "name": "shop", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    };
    const deployment = new Deployment(files, { SLIPWAY_LOCAL_IMMEDIATE: "true" });
    const edit = (before: string, after: string) =>
        deployment.edit("index.js", (text) => {
            expect(text).toContain(before);
            return text.replace(before, after);
        });
    /** What a preview prints, as one line. */
    const printed = async () => (await deployment.run(["preview", "-s", "prod"])).output.replaceAll(/\s+/g, " ");
    beforeAll(() => deployment.up("prod"));
    afterAll(() => deployment.remove());

    test("keeps a Cloud NAT that no component needs any more", async () => {
        edit('"train", { network: apps, zone }', '"train", { network: apps, zone, publicAddress: true }');
        expect(await printed()).toContain("nat: true keeps it.");
        edit('new Network("apps", {})', 'new Network("apps", { nat: true })');
        expect(await printed()).not.toContain("keeps it");
        await deployment.up("prod");
        expect(deployment.existing()).toContainEqual(expect.stringMatching(/^RouterNat .*apps/));
    });

    test("attaches a disk of another machine to read it", async () => {
        const reader = (args: string) =>
            `new VirtualMachine("reader", { network: readers, zone, disks: { models: { disk: PersistentDisk.existing("models", { zone })${args} } } });`;
        edit("/* reader */", reader(""));
        expect(await printed()).toContain('or set mode: "read-only" for both');
        edit(reader(""), "/* reader */");
        edit('mode: "READ_WRITE"', 'mode: "READ_ONLY"');
        await deployment.up("prod");
        edit("/* reader */", reader(', mode: "read-only"'));
        expect(await printed()).not.toContain("read-only");
        expect(await deployment.up("prod")).toMatchObject({ created: expect.any(Number) });
    });

    test("increases a disk that grows automatically", async () => {
        edit('storage: { size: "50 GB" }', 'storage: { size: "60 GB" }');
        expect(await printed()).toContain("set autoIncrease: false with the larger size for one up.");
        edit('storage: { size: "60 GB" }', 'storage: { size: "60 GB", autoIncrease: false }');
        expect(await deployment.upAsPreviewed("prod")).toContain("update DatabaseInstance sales");
        edit('storage: { size: "60 GB", autoIncrease: false }', 'storage: { size: "60 GB" }');
        expect(await printed()).not.toContain("autoIncrease");
        expect(await deployment.upAsPreviewed("prod")).toContain("update DatabaseInstance sales");
    });

    test("keeps noncurrent versions", async () => {
        edit('"models", { versionRetention: "forever" }', '"models"');
        expect(await printed()).toContain('To keep them, set versionRetention: "forever".');
        edit('StorageBucket("models"', 'StorageBucket("models", { versionRetention: "forever" }');
        expect(await deployment.preview("prod")).toEqual([]);
    });
});
