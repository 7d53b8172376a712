import { Deployment } from "../../deploy/deployment";

const program = (more: string, boot = "") => `"use strict";
const { Disk } = require("@pulumi/gcp/compute/disk");
const { Snapshot } = require("@pulumi/gcp/compute/snapshot");
const { AutoscaledInstanceGroup, PersistentDisk, VirtualMachine } = require("slipway");
const zone = "europe-west1-b";
const machine = new VirtualMachine("old", { zone, disks: { data: { size: "50 GB" } }${boot} });
const snapshot = new Snapshot("data", { name: "data-1", sourceDisk: machine.disks.data.selfLink, zone });
new Disk("models", { name: "models", zone, size: 100, type: "pd-ssd" }, { dependsOn: machine.instance });
${more}
`;

const restored = `
const loader = new VirtualMachine("new", {
    zone,
    disks: {
        data: { snapshot: snapshot.id },
        shared: { snapshot: snapshot.id, mode: "read-only", size: "80 GB" },
        tools: { image: { family: "debian-12", project: "debian-cloud" } },
        orders: { replicaZone: "europe-west1-c" },
    },
    snapshots: {},
});
new VirtualMachine("reader", { zone, disks: { shared: { disk: loader.disks.shared, mode: "read-only" } } });
`;

const attached = `
const source = PersistentDisk.existing("models", { zone });
new VirtualMachine("first", { disks: { models: { disk: source, mode: "read-only" } } });
new VirtualMachine("second", { disks: { models: { disk: source, mode: "read-only" } } });
new AutoscaledInstanceGroup("shop", { zones: [zone], scaling: 2, disks: { models: { disk: source, mode: "read-only" } } });
exports.links = source.disk.selfLink;
`;

const dev = new Deployment({
    "Pulumi.yaml": "name: disks\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": "config:\n  gcp:project: acme-disks\n  gcp:region: europe-west1\n  slipway:kind: development\n",
    "package.json": `{ "name": "disks", "version": "1.0.0", "main": "index.js" }\n`,
    "index.js": program(""),
});
afterAll(() => dev.remove());

const use = (more: string, boot?: string) => dev.edit("index.js", () => program(more, boot));

/** What a preview that fails says. */
async function refusal(more: string, boot?: string): Promise<string> {
    use(more, boot);
    const { output, code } = await dev.run(["preview", "-s", "dev"]);
    expect(code).not.toBe(0);
    return output;
}

const unchanged = async () => {
    await dev.succeed(["refresh", "-s", "dev", "--yes"]);
    expect(Object.keys(await dev.up("dev"))).toEqual(["unchanged"]);
};

test("disks are created from snapshots and images, shared by machines that read, and copied to another zone", async () => {
    await dev.up("dev");
    use(restored);
    expect(await dev.upAsPreviewed("dev")).not.toEqual([]);
    await unchanged();
    const all = await dev.exported("dev");
    const outputs = (type: string, name: string) =>
        all.find(({ type: each, urn }) => each.endsWith(`:${type}`) && urn.endsWith(`::${name}`))?.outputs;
    expect(outputs("Disk", "new-data")).toMatchObject({ size: 50 });
    expect(outputs("Disk", "new-shared")).toMatchObject({ size: 80 });
    expect(outputs("RegionDisk", "new-orders")).toMatchObject({
        replicaZones: ["europe-west1-b", "europe-west1-c"],
        users: [expect.stringMatching(/instances\/new$/)],
    });
    expect(outputs("Disk", "new-shared")).toMatchObject({
        users: expect.arrayContaining([
            expect.stringMatching(/instances\/new$/),
            expect.stringMatching(/instances\/reader$/),
        ]),
    });
});

test("a disk that a machine uses gets no other snapshot", async () => {
    expect(
        await refusal(restored.replace("data: { snapshot: snapshot.id }", "data: { snapshot: 'data-1' }")),
    ).toContain(
        'VirtualMachine "new": disks.data: cannot have another snapshot, image or replicaZone while the machine uses the disk.',
    );
    expect(await refusal(restored.replace("europe-west1-c", "europe-west1-d"))).toContain(
        "[compute/type-of-used-disk]",
    );
});

test("a disk that is smaller than its snapshot is refused at preview", async () => {
    const small = `new VirtualMachine("small", { zone, disks: { data: { snapshot: "data-1", size: "40 GB" } } });`;
    expect(await refusal(restored + small)).toContain(
        'disks.data.size: must be at least the size of the snapshot, 50 GB (got "40 GB"). [compute/disk-smaller-than-snapshot]',
    );
});

test("machines and a group share a disk that exists already, and destroy keeps none of them", async () => {
    use(attached);
    expect(await dev.upAsPreviewed("dev")).not.toEqual([]);
    await unchanged();
    const machines = (await dev.exported("dev")).filter(({ type }) => type === "gcp:compute/instance:Instance");
    expect(machines.map(({ outputs }) => outputs?.zone)).toEqual([
        "europe-west1-b",
        "europe-west1-b",
        "europe-west1-b",
    ]);
});

test("a disk that another machine uses is mentioned at preview", async () => {
    const writer = `new VirtualMachine("writer", { disks: { models: { disk: PersistentDisk.existing("models", { zone }) } } });`;
    use(writer);
    const { output } = await dev.run(["preview", "-s", "dev"]);
    expect(output).toMatch(/VirtualMachine "writer": disks.models: is attached to the machine (first|second)\./);
    await dev.succeed(["destroy", "-s", "dev", "--yes"]);
});
