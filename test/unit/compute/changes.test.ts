import { Network, PubSubTopic, VirtualMachine, type VirtualMachineArgs } from "slipway";
import { changeWarning, type TrackedArgs } from "../../../lib/compute/changes";
import { identified, registeredWhole } from "../registered";

const data = { type: "pd-balanced", size: 100 };
const onDisks = (disks: object) => ({ disks: JSON.stringify(disks) });
const tracked: TrackedArgs = {
    name: "train",
    zone: "europe-west1-b",
    hasZone: true,
    image: "debian-cloud/debian-12",
    "bootDisk.type": "pd-balanced",
    "bootDisk.iops": 0,
    "bootDisk.throughput": 0,
    "bootDisk.size": 20,
    spot: false,
    confidential: "",
    accelerator: "",
    encryptionKey: "",
    machineType: "e2-small",
    secureBoot: true,
    account: "",
    network: "apps",
    ...onDisks({}),
    startupScript: "",
    container: "",
    agent: "",
    environment: "",
    protect: false,
};

/** What a user sees of a change, a line for each warning; a refusal by its path and identifier. */
function seen(before: object, now: Partial<TrackedArgs>): string[] {
    const title = 'VirtualMachine "train"';
    let text: string | undefined;
    try {
        text = changeWarning(title, before, { ...tracked, ...now });
    } catch (error) {
        text = identified((error as Error).message);
    }
    const lines = text?.split("\n") ?? [];
    expect(lines.filter((line) => !line.startsWith(`${title}: `))).toEqual([]);
    return lines.map((line) => line.slice(title.length + 2));
}

const replaces = (what: string) => `another ${what} replaces the machine and its boot disk, whose contents are lost.`;
const stops = (what: string) =>
    `another ${what} stops the machine and starts it again, if it is running. Its disks are kept.`;
const starts = (what: string) => `another ${what} takes effect when the machine starts the next time.`;
const disksToo = " Its data disks are replaced as well.";
const withData = onDisks({ data });

test.each<[string, Partial<TrackedArgs>, string[]]>([
    ["nothing", {}, []],
    ["the name", { name: "other" }, [replaces("name")]],
    ["the zone", { zone: "europe-west1-c" }, [replaces("zone")]],
    ["a zone that Google Cloud chose", { zone: "europe-west1-c", hasZone: false }, []],
    ["the image", { image: "debian-cloud/debian-13" }, [replaces("image")]],
    ["the type of the boot disk", { "bootDisk.type": "pd-ssd" }, [replaces("bootDisk.type")]],
    ["the operations of the boot disk", { "bootDisk.iops": 4000 }, [replaces("bootDisk.iops")]],
    ["the throughput of the boot disk", { "bootDisk.throughput": 200 }, [replaces("bootDisk.throughput")]],
    ["Spot", { spot: true }, [replaces("spot")]],
    ["Confidential VM", { confidential: "SEV" }, [replaces("confidential")]],
    ["GPUs", { accelerator: "1 nvidia-l4" }, [replaces("gpu")]],
    ["the key without data disks", { encryptionKey: "key" }, [replaces("encryptionKey")]],
    ["two of these", { name: "other", spot: true }, [replaces("name, spot")]],
    ["the machine type", { machineType: "e2-medium" }, [stops("machineType")]],
    ["secure boot", { secureBoot: false }, [stops("secureBoot")]],
    ["the account", { account: "shared" }, [stops("account")]],
    ["the network", { network: "other" }, [stops("network")]],
    ["the startup script", { startupScript: "0a" }, [starts("startupScript")]],
    ["the container", { container: "0a" }, [starts("container")]],
    ["the agent", { agent: "ops" }, [starts("agent")]],
    ["the variables", { environment: "LEVEL" }, [starts("env")]],
    [
        "what stops it and what it reads at a start",
        { account: "a", agent: "ops", network: "b" },
        [stops("account, network")],
    ],
    ["what replaces it and what stops it", { spot: true, account: "a", agent: "ops" }, [replaces("spot")]],
    ["a larger boot disk", { "bootDisk.size": 21 }, []],
    ["a smaller boot disk", { "bootDisk.size": 19 }, ["bootDisk.size: [compute/disk-shrinks]"]],
    ["a boot disk of the image's size", { "bootDisk.size": 0 }, []],
    ["a smaller boot disk of another machine", { "bootDisk.size": 19, spot: true }, [replaces("spot")]],
])("another value of %s is announced", (_, change, lines) => {
    expect(seen(tracked, change)).toEqual(lines);
});

test("a boot disk whose size was the image's may get any", () => {
    expect(seen({ ...tracked, "bootDisk.size": 0 }, {})).toEqual([]);
    expect(seen({ ...tracked, "bootDisk.size": 1 }, { "bootDisk.size": 0 })).toEqual([]);
    expect(seen({ ...tracked, "bootDisk.size": 2 }, { "bootDisk.size": 1 })).toEqual([
        "bootDisk.size: [compute/disk-shrinks]",
    ]);
});

test("the text of a disk that cannot shrink has both sizes", () => {
    expect(() => changeWarning("VirtualMachine", tracked, { ...tracked, "bootDisk.size": 10 })).toThrow(
        "bootDisk.size: a disk cannot shrink from 20 to 10 GiB. Keep its size, or add another disk.",
    );
});

test.each<[string, Partial<TrackedArgs>, string[]]>([
    ["a larger disk", onDisks({ data: { ...data, size: 101 } }), []],
    ["a smaller disk", onDisks({ data: { ...data, size: 99 } }), ["disks.data.size: [compute/disk-shrinks]"]],
    ["another disk as well", onDisks({ data, more: data }), []],
    ["no disk", onDisks({}), ["disks.data: the disk is deleted, and its contents are lost."]],
    [
        "another type of the disk",
        onDisks({ data: { ...data, type: "pd-ssd" } }),
        ["disks.data.type: [compute/type-of-used-disk]"],
    ],
    [
        "another type of the disk, smaller, of a machine of another name",
        { ...onDisks({ data: { type: "pd-ssd", size: 50 } }), name: "other" },
        ["disks.data: another type replaces the disk, and its contents are lost.", `${replaces("name")}${disksToo}`],
    ],
    [
        "another type of the disk of a machine in another zone",
        { ...onDisks({ data: { ...data, type: "pd-ssd" } }), zone: "europe-west1-c" },
        ["disks.data: another type replaces the disk, and its contents are lost.", `${replaces("zone")}${disksToo}`],
    ],
    ["another name", { ...withData, name: "other" }, [`${replaces("name")}${disksToo}`]],
    ["another zone", { ...withData, zone: "europe-west1-c" }, [`${replaces("zone")}${disksToo}`]],
    ["another image", { ...withData, image: "debian-cloud/debian-13" }, [replaces("image")]],
    ["another key", { ...withData, encryptionKey: "key" }, ["encryptionKey: [compute/key-of-used-disks]"]],
    [
        "another key and another name",
        { ...withData, encryptionKey: "key", name: "other" },
        [`${replaces("name, encryptionKey")}${disksToo}`],
    ],
    [
        "another key and another zone",
        { ...withData, encryptionKey: "key", zone: "europe-west1-c" },
        [`${replaces("encryptionKey, zone")}${disksToo}`],
    ],
])("a machine with a data disk that gets %s says what happens to it", (_, change, lines) => {
    expect(seen({ ...tracked, ...withData }, change)).toEqual(lines);
});

test("the text of a data disk that cannot shrink has both sizes", () => {
    const smaller = { ...tracked, ...onDisks({ data: { ...data, size: 50 } }) };
    expect(() => changeWarning("VirtualMachine", { ...tracked, ...withData }, smaller)).toThrow(
        "disks.data.size: a disk cannot shrink from 100 to 50 GiB.",
    );
});

test("a protected machine and its disks are neither replaced nor deleted, and how to do that is said", () => {
    const before = { ...tracked, ...withData, protect: true };
    expect(seen(before, { ...withData, spot: true, protect: true })).toEqual(["[compute/change-replaces-machine]"]);
    expect(seen(before, { protect: true })).toEqual(["disks.data: [compute/change-loses-disk]"]);
    expect(seen(before, { ...withData, machineType: "e2-medium", protect: true })).toEqual([stops("machineType")]);
    const now = { ...tracked, ...withData, spot: true, protect: true };
    expect(() => changeWarning("VirtualMachine", before, now)).toThrow(
        `${replaces("spot")} It is protected by the environment: run 'pulumi config set slipway:protection off' and 'pulumi up' without this change, then 'pulumi up' with it.`,
    );
});

const kept = async (args: VirtualMachineArgs, kind: "development" | "production" = "development") =>
    (await registeredWhole(() => new VirtualMachine("train", args), { kind })).kept[
        "VirtualMachine train"
    ] as TrackedArgs;

test("the state has what changes of a bare machine are compared with", async () => {
    expect(await kept({})).toEqual({
        name: "train",
        zone: expect.stringMatching(/^europe-west1-[bcd]$/),
        hasZone: false,
        image: "debian-cloud/debian-12",
        "bootDisk.type": "pd-balanced",
        "bootDisk.iops": 0,
        "bootDisk.throughput": 0,
        "bootDisk.size": 0,
        spot: false,
        confidential: "",
        accelerator: "",
        encryptionKey: "",
        machineType: "e2-medium",
        secureBoot: true,
        account: "",
        network: "slipway-dev",
        disks: "{}",
        startupScript: "",
        container: "",
        agent: "",
        environment: "",
        protect: false,
    });
});

const encryptionKey = "projects/acme-dev/locations/europe-west1/keyRings/main/cryptoKeys/disks";

test.each<[string, () => VirtualMachineArgs, Partial<TrackedArgs>]>([
    ["a zone", () => ({ zone: "europe-west1-b" }), { zone: "europe-west1-b", hasZone: true }],
    ["an image", () => ({ image: { name: "one", project: "acme-images" } }), { image: "acme-images/one" }],
    [
        "disks",
        () => ({
            machineType: "n4-standard-2",
            bootDisk: { iops: 4000, throughput: 200, size: "20 GB" },
            disks: { data: { size: "50 GB" } },
        }),
        {
            "bootDisk.type": "hyperdisk-balanced",
            "bootDisk.iops": 4000,
            "bootDisk.throughput": 200,
            "bootDisk.size": 20,
            disks: '{"data":{"type":"hyperdisk-balanced","size":50}}',
        },
    ],
    ["Spot", () => ({ spot: true }), { spot: true }],
    ["a key", () => ({ encryptionKey }), { encryptionKey }],
    [
        "GPUs",
        () => ({
            machineType: "n1-standard-4",
            gpu: { type: "nvidia-tesla-t4", count: 2 },
            image: { family: "pytorch-2-9-cu129-ubuntu-2404-nvidia-580", project: "deeplearning-platform-release" },
        }),
        { accelerator: "2 nvidia-tesla-t4" },
    ],
    ["an agent", () => ({ agent: true }), { agent: "package" }],
    ["a network", () => ({ network: new Network("apps") }), { network: "apps" }],
    [
        "a subnet of a network of the program",
        () => ({
            network: { network: new Network("apps"), subnet: "projects/p/regions/europe-west1/subnetworks/gpu" },
        }),
        { network: "projects/p/regions/europe-west1/subnetworks/gpu" },
    ],
    [
        "variables",
        () => ({ env: { LEVEL: "info" }, uses: { EVENTS: new PubSubTopic("events").publisher } }),
        { environment: "EVENTS, LEVEL" },
    ],
])("the state has what a change of %s is compared with", async (_, args, expected) => {
    const made = await registeredWhole(() => new VirtualMachine("train", args()));
    expect(made.kept["VirtualMachine train"]).toMatchObject(expected);
});

test("another image, command, argument or port of a container is another container", async () => {
    const of = (digit: string) => `europe-west1-docker.pkg.dev/acme-dev/app/predict@sha256:${digit.repeat(64)}`;
    const containers = [
        { image: of("0") },
        { image: of("1") },
        { image: of("0"), command: ["serve"] },
        { image: of("0"), args: ["serve"] },
        { image: of("0"), ports: [8080] },
    ];
    const all = [];
    for (const container of [...containers, { image: of("0"), command: [], args: [], ports: [] }]) {
        all.push((await kept({ container } as VirtualMachineArgs)).container);
    }
    expect(all).toContainEqual(expect.stringMatching(/^[0-9a-f]{12}$/));
    expect(all.at(-1)).toBe(all[0]);
    expect(new Set(all).size).toBe(containers.length);
});

test("a machine is protected in production", async () => {
    expect((await kept({}, "production")).protect).toBe(true);
});

test("a machine whose state is of an earlier release is not warned of arguments that were added since", () => {
    const { agent: _, confidential: __, ...earlier } = tracked;
    expect(seen(earlier, { agent: "ops", confidential: "SEV" })).toEqual([]);
    expect(seen({}, { name: "other" })).toEqual([]);
});
