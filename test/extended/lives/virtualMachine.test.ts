import { Deployment } from "../../deploy/deployment";

const program = (args: string, more = "") => `"use strict";
const { PubSubTopic, Secret, StorageBucket, VirtualMachine } = require("slipway");
const models = new StorageBucket("train-models");
const key = new Secret("train-key");
const machine = new VirtualMachine("train", { uses: { MODELS: models.writer, KEY: key.reader }, startupScript: "train.sh", ${args} });
${more}
exports.address = machine.privateAddress;
exports.zone = machine.instance.zone;
exports.image = machine.instance.bootDisk.initializeParams.image;
`;

const base = `disks: { data: { size: "100 GB" } }, snapshots: {}, ssh: ["group:ml@acme.com"],
    schedule: { start: "0 7 * * MON-FRI", stop: "0 19 * * *", timeZone: "Europe/Berlin" }`;

const stack = (kind: string, project: string) =>
    `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

const files = (name: string) => ({
    "Pulumi.yaml": `name: ${name}\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n`,
    "Pulumi.dev.yaml": stack("development", `acme-${name}`),
    "Pulumi.prod.yaml": stack("production", `acme-${name}-prod`),
    "package.json": `{ "name": "${name}", "version": "1.0.0", "main": "index.js" }\n`,
    "train.sh": "#!/bin/bash\necho training\n",
    "index.js": program(base),
});

const dev = new Deployment(files("machines"));
afterAll(() => dev.remove());

const use = (args: string, more?: string) => dev.edit("index.js", () => program(args, more));

/** The operations of a preview by resource, without unchanged ones, and what it says of the machine. */
async function preview(stack = "dev") {
    const { output, code } = await dev.run(["preview", "-s", stack, "--json"]);
    const { steps = [], diagnostics = [] } = JSON.parse(output.slice(output.indexOf("{")));
    const changed = steps
        .filter(({ op }: { op: string }) => op !== "same" && op !== "read")
        .map(({ op, urn }: { op: string; urn: string }) => {
            const [type = "", name] = urn.split("::").slice(-2);
            return `${op} ${type.split("$").at(-1)} ${name}`;
        });
    const said: string = diagnostics.map(({ message }: { message: string }) => message).join("\n");
    return { code, changed: changed.filter((each: string) => !/slipway:index/.test(each)), said };
}

/** The machine as it is now, by a refresh. */
async function machine() {
    await dev.succeed(["refresh", "-s", "dev", "--yes"]);
    const found = (await dev.exported("dev")).find(({ type }) => type === "gcp:compute/instance:Instance");
    const { machineType, currentStatus } = { ...found?.outputs } as Record<string, unknown>;
    return { machineType, currentStatus };
}

test("a machine with disks, snapshots, SSH and a schedule comes up in one up, and a second one changes nothing", async () => {
    expect(await dev.upAsPreviewed("dev")).not.toEqual([]);
    expect(Object.keys(await dev.up("dev"))).toEqual(["unchanged"]);
    await dev.succeed(["refresh", "-s", "dev", "--yes"]);
    expect(Object.keys(await dev.up("dev"))).toEqual(["unchanged"]);
    const { zone, address, image } = await dev.outputs("dev");
    expect(zone).toMatch(/^europe-west1-[bcd]$/);
    expect(address).toMatch(/^10\./);
    expect(image).toMatch(/\/debian-cloud\/global\/images\/debian-12-bookworm-v\d{8}$/);
});

test("a disk grows in place, and does not shrink", async () => {
    use(`${base.replace("100 GB", "200 GB")}, bootDisk: { size: "20 GB" }`);
    const grown = await preview();
    expect(grown.changed.sort()).toEqual([
        "update gcp:compute/disk:Disk train-data",
        "update gcp:compute/instance:Instance train",
    ]);
    await dev.up("dev");
    use(base);
    const shrunk = await preview();
    expect(shrunk.code).not.toBe(0);
    expect(shrunk.said).toContain(
        'VirtualMachine "train": disks.data.size: a disk cannot shrink from 200 to 100 GiB. Keep its size, or add another disk. [compute/disk-shrinks]',
    );
});

const larger = `${base.replace("100 GB", "200 GB")}, bootDisk: { size: "20 GB" }`;

test("another machine type only stops the machine, which the preview says", async () => {
    use(`${larger}, machineType: "e2-standard-4"`);
    const { changed, said } = await preview();
    expect(changed).toEqual(["update gcp:compute/instance:Instance train"]);
    expect(said).toContain(
        'VirtualMachine "train": another machineType stops the machine and starts it again, if it is running. Its disks are kept.',
    );
    await dev.up("dev");
    expect(await machine()).toEqual({ machineType: "e2-standard-4", currentStatus: "RUNNING" });
});

test("a sleeping machine is not woken by an up, whether or not it is changed", async () => {
    dev.cloud.set("instances/train", "status", "TERMINATED");
    await dev.up("dev");
    expect(await machine()).toEqual({ machineType: "e2-standard-4", currentStatus: "TERMINATED" });
    use(`${larger}, machineType: "e2-standard-2"`);
    await dev.up("dev");
    expect(await machine()).toEqual({ machineType: "e2-standard-2", currentStatus: "TERMINATED" });
    expect(Object.keys(await dev.up("dev"))).toEqual(["unchanged"]);
});

test("another script takes effect at the next start, which the preview says", async () => {
    dev.edit("train.sh", (text) => `${text}echo done\n`);
    const { changed, said } = await preview();
    expect(changed).toEqual(["update gcp:compute/instance:Instance train"]);
    expect(said).toContain(
        'VirtualMachine "train": another startupScript takes effect when the machine starts the next time.',
    );
    await dev.up("dev");
});

test("an agent is installed at the next start, which the preview says, and alerts of memory and disks are created", async () => {
    use(`${larger}, machineType: "e2-standard-2", agent: true, alerts: oncall`, `machine.account.email;`);
    dev.edit("index.js", (text) =>
        text
            .replace("{ PubSubTopic,", "{ Alerts, PubSubTopic,")
            .replace(
                "const machine",
                'const oncall = new Alerts("oncall", { to: { email: "oncall@acme.example" } });\nconst machine',
            ),
    );
    const { changed, said } = await preview();
    expect(said).toContain('VirtualMachine "train": another agent takes effect when the machine starts the next time.');
    expect(changed.filter((each: string) => each.includes("alertPolicy"))).toEqual(
        expect.arrayContaining(
            ["cpu", "memory", "disk"].map((signal) => expect.stringMatching(`^create .* train-${signal}$`)),
        ),
    );
    await dev.up("dev");
    const found = (await dev.exported("dev")).find(({ type }) => type === "gcp:compute/instance:Instance");
    expect(found?.outputs).toMatchObject({
        metadata: { "startup-script": expect.stringContaining("--also-install") },
    });
    expect(Object.keys(await dev.up("dev"))).toEqual(["unchanged"]);
});

test("a family without images is refused at preview", async () => {
    use(`${larger}, machineType: "e2-standard-2", image: { family: "debian-99", project: "debian-cloud" }`);
    const { code, said } = await preview();
    expect(code).not.toBe(0);
    expect(said).toMatch(
        /VirtualMachine "train": image\.family: has no image in debian-cloud: [\s\S]*? \[compute\/image-family-missing\]/,
    );
});

test("another image replaces the machine and keeps its data disk, which the preview says", async () => {
    use(`${larger}, machineType: "e2-standard-2", image: { family: "debian-13", project: "debian-cloud" }`);
    const { changed, said } = await preview();
    expect(changed).toContain("replace gcp:compute/instance:Instance train");
    expect(changed.filter((each: string) => each.includes("Disk train-data"))).toEqual([]);
    expect(said).toContain(
        'VirtualMachine "train": another image replaces the machine and its boot disk, whose contents are lost.',
    );
    await dev.up("dev");
    expect((await dev.outputs("dev")).image).toMatch(/\/debian-13-trixie-v\d{8}$/);
    expect(Object.keys(await dev.up("dev"))).toEqual(["unchanged"]);
});

test("without the schedule, the machine stays, and destroy leaves nothing", async () => {
    use("");
    await dev.up("dev");
    await dev.destroy("dev");
    const kept = /^(Service|ServiceIdentity|IAMMember) /;
    expect(dev.remaining("acme-machines").filter((each) => !kept.test(each))).toEqual([]);
});

test("in production, what replaces or deletes the machine or its disks is refused", async () => {
    const args = 'disks: { data: {} }, image: { family: "debian-12", project: "debian-cloud" }';
    dev.edit("index.js", () => program(args));
    await dev.up("prod");
    expect(Object.keys(await dev.again("prod"))).toEqual(["unchanged"]);
    dev.edit("index.js", () => program(args.replace("debian-12", "debian-13")));
    const replaced = await preview("prod");
    expect(replaced.said).toMatch(
        /VirtualMachine "train": another image replaces the machine .* It is protected by the environment: run 'pulumi config set slipway:protection off' .* \[compute\/change-replaces-machine\]/,
    );
    dev.edit("index.js", () => program(""));
    const removed = await preview("prod");
    expect(removed.said).toMatch(
        /VirtualMachine "train": disks\.data: the disk is deleted, and its contents are lost\. It is protected by the environment: run .* \[compute\/change-loses-disk\]/,
    );
    dev.edit("index.js", () => program(args));
    await dev.takeDown("prod");
    const kept = /^(Service|ServiceIdentity|IAMMember) /;
    expect(dev.remaining("acme-machines-prod").filter((each) => !kept.test(each))).toEqual([]);
});
