import { VirtualMachine, type VirtualMachineArgs } from "slipway";
import { changeWarning } from "../../../lib/compute/changes";
import { refused, registered, registeredOptions, registeredWhole } from "../registered";

const zone = "europe-west1-b";
const machine = (args: object = {}) => new VirtualMachine("db", { zone, ...args } as VirtualMachineArgs);
const attachments = (all: Record<string, object>) =>
    Object.fromEntries(Object.entries(all).filter(([key]) => key.includes("ResourcePolicyAttachment")));

test("each disk can have snapshots of its own, on a schedule that is created or exists already, or none", async () => {
    const all = await registered(() =>
        machine({
            snapshots: {},
            bootDisk: { snapshots: { every: "1 hour", at: "03:00" } },
            disks: {
                logs: { snapshots: false },
                orders: {},
                parts: { snapshots: { existing: "weekly" } },
                sales: { replicaZone: "europe-west1-c", snapshots: { on: ["MON"] } },
            },
        }),
    );
    expect(attachments(all)).toEqual({
        "DiskResourcePolicyAttachment db-boot": { name: "db-boot-snapshots", disk: "db", zone },
        "DiskResourcePolicyAttachment db-orders": { name: "db-snapshots", disk: "db-orders", zone },
        "DiskResourcePolicyAttachment db-parts": { name: "weekly", disk: "db-parts", zone },
        "RegionDiskResourcePolicyAttachment db-sales": {
            name: "db-sales-snapshots",
            disk: "db-sales",
            region: "europe-west1",
        },
    });
    const policies = Object.keys(all).filter((key) => key.startsWith("ResourcePolicy "));
    expect(policies.sort()).toEqual(
        ["db-boot-snapshots", "db-sales-snapshots", "db-snapshots"].map((key) => `ResourcePolicy ${key}`),
    );
    expect(all["ResourcePolicy db-boot-snapshots"]).toMatchObject({
        snapshotSchedulePolicy: { schedule: { hourlySchedule: { hoursInCycle: 1, startTime: "03:00" } } },
    });
});

test("snapshots of a single disk need none of the machine", async () => {
    const all = await registered(() => {
        const { snapshotSchedule, snapshotSchedules } = machine({ disks: { orders: { snapshots: {} } } });
        expect(snapshotSchedule).toBeUndefined();
        expect(Object.keys(snapshotSchedules)).toEqual(["orders"]);
    });
    expect(Object.keys(attachments(all))).toEqual(["DiskResourcePolicyAttachment db-orders"]);
});

test("a schedule that exists already is attached, and none is created", async () => {
    const existing = "projects/acme-dev/regions/europe-west1/resourcePolicies/daily";
    const all = await registered(() => {
        const made = machine({
            schedule: { existing: "office-hours" },
            snapshots: { existing },
            disks: { orders: {} },
        });
        expect([made.schedule, made.snapshotSchedule, made.snapshotSchedules]).toEqual([undefined, undefined, {}]);
    });
    expect(Object.keys(all).filter((key) => key.startsWith("ResourcePolicy "))).toEqual([]);
    expect(all["Instance db"]).toMatchObject({
        resourcePolicies: "projects/acme-dev/regions/europe-west1/resourcePolicies/office-hours",
    });
    expect(attachments(all)).toEqual({
        "DiskResourcePolicyAttachment db-boot": { name: "daily", disk: "db", zone },
        "DiskResourcePolicyAttachment db-orders": { name: "daily", disk: "db-orders", zone },
    });
    const { "Instance db": options } = await registeredOptions(() => machine({ schedule: { existing } }));
    expect(options?.after).toContainEqual("IAMMember compute-agent-v1");
});

const elsewhere = "projects/acme-dev/regions/europe-west4/resourcePolicies/daily";

test.each<[string, object, string]>([
    ["a schedule in another region", { schedule: { existing: elsewhere } }, "schedule.existing: [place/other-region]"],
    ["snapshots in another region", { snapshots: { existing: elsewhere } }, "snapshots.existing: [place/other-region]"],
    [
        "snapshots of the boot disk in another region",
        { bootDisk: { snapshots: { existing: elsewhere } } },
        "bootDisk.snapshots.existing: [place/other-region]",
    ],
    [
        "no name of a schedule",
        { schedule: { existing: "Office Hours" } },
        "schedule.existing: must be a name, or an ID such as",
    ],
    [
        "a schedule and times",
        { schedule: { existing: "daily", start: "0 7 * * *" } },
        'schedule.start: unknown option "start"',
    ],
    [
        "hours and days of a disk",
        { disks: { orders: { snapshots: { every: "6 hours", on: ["MON"] } } } },
        "disks.orders.snapshots.every: [compute/snapshots-every-and-on]",
    ],
    ["snapshots that are true", { bootDisk: { snapshots: true } }, "bootDisk.snapshots: must be an object"],
    [
        "a data disk with the name of the independent boot disk",
        { bootDisk: { independent: true }, disks: { boot: {} } },
        "disks.boot: [compute/disk-named-as-boot]",
    ],
])("%s is refused", async (_, args, text) => {
    expect(await refused(() => machine(args))).toContain(text);
});

describe("an independent boot disk", () => {
    const args = {
        bootDisk: { independent: true, type: "pd-ssd", size: "40 GB" },
        snapshots: {},
        labels: { team: "ml" },
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/disks",
    };

    test("is a disk of its own, from the image, which stays when the machine is deleted", async () => {
        const all = await registered(() => machine(args));
        const key = { kmsKeySelfLink: args.encryptionKey };
        expect(all["Disk db-boot"]).toEqual({
            name: "db-boot",
            zone,
            type: "pd-ssd",
            size: 40,
            image: expect.stringContaining("debian-12-v20261110"),
            labels: expect.objectContaining({ team: "ml" }),
            diskEncryptionKey: key,
        });
        expect(all["Instance db"]).toMatchObject({
            bootDisk: { source: expect.stringContaining("db-boot"), autoDelete: false, ...key },
        });
        expect(all["Instance db"]).not.toHaveProperty("bootDisk.initializeParams");
        expect(attachments(all)).toMatchObject({ "DiskResourcePolicyAttachment db-boot": { disk: "db-boot" } });
    });

    test("is protected in production, and keeps its image", async () => {
        const options = await registeredOptions(() => machine(args), { kind: "production", name: "prod" });
        expect(options["Disk db-boot"]).toMatchObject({
            protect: true,
            deleteBeforeReplace: true,
            ignoreChanges: ["image"],
            replacementTrigger: "debian-cloud/debian-12",
        });
        expect(options["Instance db"]?.ignoreChanges).toBeUndefined();
        expect(options["Instance db"]?.replacementTrigger).toBeUndefined();
    });

    test("that the machine did not have replaces it, as the preview says", async () => {
        const tracked = async (all: object) =>
            Object.values((await registeredWhole(() => machine(all))).kept ?? {})[0] as never;
        const [without, having] = [await tracked({}), await tracked({ bootDisk: { independent: true } })];
        const seen = (before: never, now: never) => changeWarning('VirtualMachine "db"', before, now);
        expect(seen(without, having)).toContain("another bootDisk.independent replaces the machine and its boot disk");
        expect(seen(having, without)).toContain("another bootDisk.independent replaces the machine and its boot disk");
        expect(seen(having, having)).toBeUndefined();
    });
});
