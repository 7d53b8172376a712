import { Disk } from "@pulumi/gcp/compute/disk";
import * as pulumi from "@pulumi/pulumi";
import { AutoscaledInstanceGroup, PersistentDisk, VirtualMachine, type VirtualMachineArgs } from "slipway";
import { type AttachedDisk, attachedMode } from "../../../lib/compute/template/attachedDisk";
import { snapshotOf } from "../../../lib/compute/template/snapshot";
import { identified, outcomeOf, problemsIn, refused, registered, registeredOptions } from "../registered";

const zone = "europe-west1-b";
const ha = "hyperdisk-balanced-high-availability";
const dataDisks = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`data${index}`, { size: "10 GB" }]));
const training = (args: object = {}, name = "train") =>
    new VirtualMachine(name, { zone, ...args } as VirtualMachineArgs);

type Inputs = Record<string, unknown>;

/** What Google Cloud has: a snapshot of 200 GB, and disks that the machines of `users` use. */
const answering =
    (users: string[] = []) =>
    (token: string, { name }: Inputs): object | undefined => {
        const kind = token.split(":").at(-1);
        const selfLink = `https://www.googleapis.com/compute/v1/${kind}/${name}`;
        if (kind === "getSnapshot" && name === "deleted") {
            const error = "snapshot deleted not found";
            throw Object.assign(new Error(error), { details: error });
        }
        return kind === "getSnapshot"
            ? { diskSizeGb: 200 }
            : kind === "getDisk" || kind === "getRegionDisk"
              ? { selfLink, users }
              : undefined;
    };
const call = answering();

const attachedTo = (all: Record<string, unknown>, machine = "train") =>
    (all[`Instance ${machine}`] as { attachedDisks: object[] }).attachedDisks;

test("a data disk is created from a snapshot or an image, whose size it has", async () => {
    const disks = {
        old: { snapshot: "data-2026-11-01" },
        other: { snapshot: "projects/acme-ml/global/snapshots/data", size: "300 GB" },
        tools: { image: { family: "debian-12", project: "debian-cloud" } },
        made: { snapshot: pulumi.output("projects/acme-dev/global/snapshots/made") },
    };
    const all = await registered(() => training({ disks }), { call });
    const base = { zone, type: "pd-balanced" };
    expect(all["Disk train-old"]).toEqual({
        ...base,
        name: "train-old",
        snapshot: "projects/acme-dev/global/snapshots/data-2026-11-01",
    });
    expect(all["Disk train-other"]).toMatchObject({ size: 300, snapshot: "projects/acme-ml/global/snapshots/data" });
    expect(all["Disk train-tools"]).toMatchObject({ image: expect.stringContaining("debian-12-v20261110") });
    expect(all["Disk train-made"]).toMatchObject({ snapshot: "projects/acme-dev/global/snapshots/made" });
    const options = await registeredOptions(() => training({ disks }), { call });
    expect(options["Disk train-tools"]?.ignoreChanges).toEqual(["image"]);
    expect(options["Disk train-old"]?.ignoreChanges).toBeUndefined();
});

test("a boot disk is created from a snapshot in place of an image", async () => {
    const all = await registered(() => training({ bootDisk: { snapshot: "golden", size: "200 GB" } }), { call });
    expect(all["Instance train"]).toMatchObject({
        bootDisk: {
            initializeParams: { snapshot: "projects/acme-dev/global/snapshots/golden", type: "pd-balanced", size: 200 },
        },
        shieldedInstanceConfig: { enableSecureBoot: true },
    });
});

test("a disk that is smaller than its snapshot is refused at preview", async () => {
    const of = (size?: number) => () =>
        snapshotOf('VirtualMachine "train"', "disks.data", { snapshot: "data", size }, "acme-dev", [], {});
    expect(await outcomeOf(of(200), { call })).toBe("projects/acme-dev/global/snapshots/data");
    expect(await outcomeOf(of(), { call })).toBe("projects/acme-dev/global/snapshots/data");
    const { message } = (await outcomeOf(of(199), { call })) as Error;
    expect(message).toContain(
        'VirtualMachine "train": disks.data.size: must be at least the size of the snapshot, 200 GB (got "199 GB"). [compute/disk-smaller-than-snapshot]',
    );
});

test("a snapshot that was deleted after its disk was created is only mentioned", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const all = await registered(() => training({ disks: { data: { snapshot: "deleted" } } }), { call });
    expect(all["Disk train-data"]).toMatchObject({ snapshot: "projects/acme-dev/global/snapshots/deleted" });
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
        expect.stringMatching(
            /disks.data.snapshot: was not found, so that no disk can be created from it: .*deleted not found\.$/,
        ),
    ]);
    warn.mockRestore();
});

test("a snapshot that cannot be looked up without the API is not called missing", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const details =
        "googleapi: Error 403: Compute Engine API has not been used in project acme-dev before or it is disabled.";
    const refusing = () => {
        throw Object.assign(new Error(details), { details });
    };
    const of = () => snapshotOf('VirtualMachine "train"', "disks.data", { snapshot: "data" }, "acme-dev", [], {});
    expect(await outcomeOf(of, { call: refusing })).toBe("projects/acme-dev/global/snapshots/data");
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
        expect.stringMatching(
            /disks.data.snapshot: cannot be looked up, because the API is not enabled in its project, .*: .*Compute Engine API has not been used/,
        ),
    ]);
    warn.mockRestore();
});

test("a regional disk is in the zone of the machine and another one, with its key and its snapshots", async () => {
    const encryptionKey = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/disks";
    const args = { disks: { data: { replicaZone: "europe-west1-c" } }, snapshots: {}, encryptionKey };
    const all = await registered(() => training(args));
    expect(all["RegionDisk train-data"]).toEqual({
        name: "train-data",
        region: "europe-west1",
        replicaZones: [zone, "europe-west1-c"],
        type: "pd-balanced",
        size: 100,
        diskEncryptionKey: { kmsKeyName: encryptionKey },
    });
    expect(attachedTo(all)).toMatchObject([{ deviceName: "data", source: expect.stringContaining("train-data") }]);
    expect(all["RegionDiskResourcePolicyAttachment train-data"]).toMatchObject({ region: "europe-west1" });
    const options = await registeredOptions(() => training(args), { kind: "production", name: "prod" });
    expect(options["RegionDisk train-data"]).toMatchObject({ protect: true });
    expect(options["RegionDisk train-data"]?.ignoreChanges).toBeUndefined();
});

test("a regional standard disk has its own minimum, and the machine a zone without its replica", async () => {
    const disk = (replicaZone: string) => ({ disks: { data: { type: "pd-standard", replicaZone } }, zone: undefined });
    for (const letter of ["b", "c", "d"]) {
        const all = await registered(() => training(disk(`europe-west1-${letter}`)));
        const { zone: own } = all["Instance train"] as { zone: string };
        expect(own).not.toBe(`europe-west1-${letter}`);
        expect(all["RegionDisk train-data"]).toMatchObject({
            size: 200,
            replicaZones: [own, `europe-west1-${letter}`],
        });
    }
    const options = await registeredOptions(() => training(disk("europe-west1-b")));
    expect(options["RegionDisk train-data"]?.ignoreChanges).toEqual(["replicaZones"]);
});

test("a machine of a series without regional Persistent Disk has Hyperdisk Balanced High Availability", async () => {
    const data = { type: ha, replicaZone: "europe-west1-c", size: "10 GB" };
    const all = await registered(() => training({ machineType: "n4-standard-4", disks: { data } }));
    expect(all["RegionDisk train-data"]).toMatchObject({ type: ha, size: 10 });
});

test.each([
    ["e2-medium", 15],
    ["e2-standard-2", 127],
    ["n4-standard-8", 15],
    ["n4-custom-16-32768", 31],
])("a machine of the type %s has up to %d data disks", async (machineType, count) => {
    const all = await registered(() => training({ machineType, disks: dataDisks(count) }));
    expect(attachedTo(all)).toHaveLength(count);
});

test("machines share a disk that all of them read", async () => {
    const all = await registered(
        () => {
            const loader = training({ disks: { models: { snapshot: "models", mode: "read-only" } } }, "load");
            const source = loader.disks.models as Disk;
            training({ disks: { models: { disk: source, mode: "read-only" } } });
            training({ disks: { models: { disk: source, mode: "read-only" } } }, "other");
        },
        { call },
    );
    const disk = { deviceName: "models", mode: "READ_ONLY", source: expect.stringContaining("load-models") };
    expect(["load", "train", "other"].map((name) => attachedTo(all, name))).toEqual([[disk], [disk], [disk]]);
    expect(Object.keys(all).filter((key) => key.startsWith("Disk "))).toEqual(["Disk load-models"]);
});

test("Hyperdisk ML that several machines read has their access mode", async () => {
    const disks = { models: { type: "hyperdisk-ml", mode: "read-only", snapshot: "models" } };
    const all = await registered(() => training({ machineType: "c3-standard-4", disks }), { call });
    expect(all["Disk train-models"]).toMatchObject({ type: "hyperdisk-ml", accessMode: "READ_ONLY_MANY" });
});

test("a machine uses a disk that exists already, in whose zone it is", async () => {
    const all = await registered(
        () => {
            const source = PersistentDisk.existing("models", { zone: "europe-west1-d", project: "acme-dev" });
            training({ zone: undefined, disks: { models: { disk: source } } });
            const regional = PersistentDisk.existing("orders", { region: "europe-west1" });
            training({ disks: { orders: { disk: regional } } }, "other");
        },
        { call },
    );
    expect(all["Instance train"]).toMatchObject({ zone: "europe-west1-d" });
    expect(attachedTo(all)).toEqual([
        { deviceName: "models", source: "https://www.googleapis.com/compute/v1/getDisk/models" },
    ]);
    expect(attachedTo(all, "other")).toEqual([
        { deviceName: "orders", source: "https://www.googleapis.com/compute/v1/getRegionDisk/orders" },
    ]);
});

test("a disk that another machine uses is mentioned, if this one writes to it", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const link = "https://www.googleapis.com/compute/v1/projects/acme-dev/zones/europe-west1-b/instances/";
    const program = (mode: string) => () =>
        training({ disks: { models: { disk: PersistentDisk.existing("models", { zone }), mode } } });
    await registered(program("read-only"), { call: answering([`${link}other`]) });
    await registered(program("read-write"), { call: answering([`${link}train`]) });
    expect(warn).not.toHaveBeenCalled();
    await registered(program("read-write"), { call: answering([`${link}train`, `${link}other`]) });
    expect(warn.mock.calls.map(([message]) => message)).toEqual([
        'VirtualMachine "train": disks.models: is attached to the machine other. A machine can only write to a disk that no other one has: detach it there first, or set mode: "read-only" for both, which Persistent Disk and Hyperdisk ML permit.',
    ]);
    warn.mockRestore();
});

const group = (args: object) => new AutoscaledInstanceGroup("shop", args as never);

test("the instances of a group get disks from snapshots and images, and share one that they read", async () => {
    const program = () =>
        group({
            zones: [zone],
            bootDisk: { snapshot: "golden" },
            disks: {
                old: { snapshot: "data" },
                tools: { image: { family: "debian-12", project: "debian-cloud" } },
                models: { disk: PersistentDisk.existing("models", { zone }), mode: "read-only" },
            },
        });
    const all = await registered(program, { call });
    const { disks } = all["RegionInstanceTemplate shop-template"] as { disks: object[] };
    const fresh = { diskType: "pd-balanced", autoDelete: true };
    expect(disks).toEqual([
        { boot: true, sourceSnapshot: "projects/acme-dev/global/snapshots/golden", ...fresh },
        { deviceName: "old", sourceSnapshot: "projects/acme-dev/global/snapshots/data", ...fresh },
        { deviceName: "tools", sourceImage: expect.stringContaining("debian-12"), ...fresh },
        { deviceName: "models", source: "models", mode: "READ_ONLY", autoDelete: false },
    ]);
    const options = await registeredOptions(program, { call });
    expect(options["RegionInstanceTemplate shop-template"]?.ignoreChanges).toContain("disks[2].sourceImage");
});

test("a group shares a regional disk by its link, in all zones, and a disk of the program by its name", async () => {
    const all = await registered(
        () => {
            const source = PersistentDisk.existing("models", { region: "europe-west1" });
            group({ disks: { models: { disk: source, mode: "read-only" } } });
            const own = new Disk("own", { zone });
            new AutoscaledInstanceGroup("other", {
                zones: [zone],
                disks: { models: { disk: own, mode: "read-only" } },
            });
        },
        { call },
    );
    const sourceOf = (name: string) =>
        (all[`RegionInstanceTemplate ${name}-template`] as { disks: { source?: string }[] }).disks[1]?.source;
    expect(sourceOf("shop")).toBe("https://www.googleapis.com/compute/v1/getRegionDisk/models");
    expect(all["RegionInstanceTemplate other-template"]).toMatchObject({ disks: [{}, { mode: "READ_ONLY" }] });
});

test.each<[object, string]>([
    [
        { disks: { data: { snapshot: "a", image: { family: "debian-12", project: "debian-cloud" } } } },
        "disks.data.snapshot: [compute/disk-of-snapshot-and-image]",
    ],
    [{ disks: { data: { snapshot: "A" } } }, "disks.data.snapshot: must be a name, or an ID such as"],
    [
        { disks: { data: { image: { family: "rhel-9", project: "rhel-cloud" }, size: "19 GB" } } },
        "disks.data.size: [compute/disk-smaller-than-image]",
    ],
    [
        { image: { family: "rhel-9", project: "rhel-cloud" }, bootDisk: { size: "19 GB" } },
        "bootDisk.size: [compute/disk-smaller-than-image]",
    ],
    [
        { bootDisk: { snapshot: "a" }, image: { family: "debian-12", project: "debian-cloud" } },
        "image: [compute/image-of-boot-snapshot]",
    ],
    [{ bootDisk: { snapshot: "a" }, agent: true }, "agent: [compute/image-of-boot-snapshot]"],
    [
        { bootDisk: { snapshot: "a" }, container: { image: `docker.io/acme/shop@sha256:${"0a".repeat(32)}` } },
        "container: [compute/image-of-boot-snapshot]",
    ],
    [
        { disks: { data: { image: { name: "tools" }, replicaZone: "europe-west1-c" } } },
        "disks.data.image: [compute/regional-disk-of-image]",
    ],
    [
        { disks: { data: { replicaZone: "europe-west4-b" } } },
        "disks.data.replicaZone: [compute/replica-in-other-region]",
    ],
    [{ disks: { data: { replicaZone: zone } } }, "disks.data.replicaZone: [compute/replica-in-same-zone]"],
    [
        {
            machineType: "n2-standard-4",
            disks: { data: { replicaZone: "europe-west1-c", type: "pd-extreme", size: "500 GB" } },
        },
        "disks.data.type: [compute/regional-disk-type]",
    ],
    [{ disks: { data: { type: "pd-extreme", size: "500 GB" } } }, "disks.data.type: [compute/disk-type-of-machine]"],
    [
        { machineType: "n2-standard-64", disks: { data: { type: "hyperdisk-extreme", size: "64 GB" } } },
        "disks.data.type: [compute/disk-type-of-machine]",
    ],
    [
        { disks: { data: { replicaZone: "europe-west1-c", type: "pd-standard", size: "199 GB" } } },
        "disks.data.size: [compute/disk-size-of-type]",
    ],
    [
        { machineType: "c3-standard-4", disks: { data: { replicaZone: "europe-west1-c" } } },
        "disks.data.replicaZone: [compute/regional-disk-of-machine]",
    ],
    [
        { machineType: "c3-standard-4", disks: { data: { type: ha, size: "100 GB" } } },
        "disks.data.replicaZone: [compute/replica-of-type]",
    ],
    [{ machineType: "c3-standard-4", bootDisk: { type: ha } }, "bootDisk.type: [compute/boot-disk-type]"],
    [
        { machineType: "c3-standard-4", disks: { data: { type: "hyperdisk-balanced", mode: "read-only" } } },
        "disks.data.mode: [compute/disk-mode-of-type]",
    ],
    [{ disks: dataDisks(16) }, "disks: [compute/disks-of-machine]"],
    [{ machineType: "n4-standard-4", disks: dataDisks(16) }, "disks: [compute/disks-of-machine]"],
    [{ disks: { data: { size: "3000 GB" } }, bootDisk: { size: "73 GB" } }, "disks: [compute/disk-sizes-of-machine]"],
    [{ disks: { data: { mode: "read" } } }, 'disks.data.mode: must be one of read-write, read-only (got "read").'],
    [{ disks: { data: { disk: "models" } } }, "disks.data.disk: must be a disk of a VirtualMachine, or Pers"],
])("%j is refused", async (args, text) => {
    const problem = await refused(() => training(args));
    expect(problem).toContain(text);
});

test.each<[string, () => unknown, string]>([
    [
        "a disk in another zone",
        () => training({ disks: { a: { disk: PersistentDisk.existing("a", { zone: "europe-west1-c" }) } } }),
        "disks.a.disk: [compute/disk-in-other-zone]",
    ],
    [
        "a disk with the name of the machine",
        () => training({ disks: { a: { disk: PersistentDisk.existing("train", { zone }) } } }),
        "disks.a.disk: [compute/disk-named-as-machine]",
    ],
    [
        "a regional disk of another region",
        () => training({ disks: { a: { disk: PersistentDisk.existing("a", { region: "europe-west4" }) } } }),
        "disks.a.disk: [compute/disk-in-other-zone]",
    ],
    [
        "a disk to which instances would write",
        () => group({ zones: [zone], disks: { a: { disk: PersistentDisk.existing("a", { zone }) } } }),
        "disks.a.mode: [compute/disk-of-group-writable]",
    ],
    [
        "a zonal disk for instances in several zones",
        () => group({ disks: { a: { disk: PersistentDisk.existing("a", { zone }), mode: "read-only" } } }),
        "disks.a.disk: [compute/disk-in-other-zone-of-group]",
    ],
    [
        "a regional disk of another region for a group",
        () =>
            group({
                disks: { a: { disk: PersistentDisk.existing("a", { region: "europe-west4" }), mode: "read-only" } },
            }),
        "disks.a.disk: [compute/disk-in-other-region-of-group]",
    ],
    [
        "a regional disk of a group",
        () => group({ disks: { a: { replicaZone: "europe-west1-c" } } }),
        "disks.a.replicaZone: ",
    ],
    ["a disk without a place", () => PersistentDisk.existing("a", {} as never), "[compute/disk-zone-or-region]"],
])("%s is refused", async (_, program, text) => {
    expect(await refused(program, { call })).toContain(text);
});

/** What Google Cloud has: disks of a type. */
const ofType =
    (type: string) =>
    (token: string, inputs: Inputs): object | undefined => {
        const link = `https://www.googleapis.com/compute/v1/projects/acme-dev/zones/${zone}/diskTypes/${type}`;
        return { ...call(token, inputs), type: link };
    };

test("a Hyperdisk that exists already is read-only if its type can be", async () => {
    const mode = (disk: () => AttachedDisk["disk"], type = "") =>
        outcomeOf(() => attachedMode('VirtualMachine "train"', "a", { disk: disk(), mode: "read-only" }), {
            call: ofType(type),
        });
    const existing = () => PersistentDisk.existing("a", { zone });
    const own = () => new Disk("own", { zone, type: "hyperdisk-extreme" });
    const refusal = (await mode(existing, "hyperdisk-balanced")) as Error;
    expect(identified(refusal.message)).toBe('VirtualMachine "train": disks.a.mode: [compute/disk-mode-of-type]');
    expect(await mode(own)).toMatchObject({ message: expect.stringContaining("for hyperdisk-extreme, ") });
    expect(await mode(existing, "hyperdisk-ml")).toBe("READ_ONLY");
    expect(await mode(existing, "pd-balanced")).toBe("READ_ONLY");
});

const sharing: [string, () => unknown, () => unknown][] = [
    [
        "a disk of two machines that both write",
        () => training({ disks: { a: { disk: PersistentDisk.existing("a", { zone }) } } }),
        () => training({ disks: { a: { disk: PersistentDisk.existing("a", { zone }) } } }, "other"),
    ],
    [
        "a disk that a group reads",
        () =>
            group({
                zones: [zone],
                disks: { a: { disk: PersistentDisk.existing("a", { zone }), mode: "read-only" } },
            }),
        () => training({ disks: { a: { disk: PersistentDisk.existing("a", { zone }) } } }),
    ],
    [
        "a disk to which its own machine writes",
        () => training({ disks: { a: {} } }).disks.a,
        (source?: unknown) => training({ disks: { a: { disk: source, mode: "read-only" } } }, "other"),
    ],
];

test.each(sharing)("%s is refused for another machine", async (_, first, second) => {
    let problem = "";
    await registered(
        () => {
            const made = first();
            try {
                (second as (made: unknown) => unknown)(made);
            } catch (error) {
                problem = problemsIn(error as Error);
            }
        },
        { call },
    );
    expect(problem).toContain("disks.a.mode: [compute/disk-of-two-machines]");
});
