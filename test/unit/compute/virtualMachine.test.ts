import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
    Alerts,
    AutoscaledInstanceGroup,
    Network,
    PubSubTopic,
    Secret,
    ServiceAccount,
    VirtualMachine,
    type VirtualMachineArgs,
} from "slipway";
import { imageOf } from "../../../lib/compute/template/image";
import { permissionsOf } from "../../../local/simulator/permissions/permissions";
import { simulatedClock } from "../clock";
import { refused, registered, registeredOptions, registeredOutputs, rejection, told } from "../registered";

const training = (args: object = {}) => new VirtualMachine("train", args as VirtualMachineArgs);

/** A file with a script. */
function script(text: string): string {
    const file = join(mkdtempSync(join(tmpdir(), "slipway-script-")), "start.sh");
    writeFileSync(file, text);
    return file;
}

interface Made {
    machineType: string;
    zone: string;
    metadata: Record<string, string>;
    scheduling: object;
    bootDisk: { initializeParams: Record<string, unknown>; kmsKeySelfLink?: string };
    [property: string]: unknown;
}

const machineOf = async (program: () => unknown, stack: Parameters<typeof registered>[1] = {}) =>
    (await registered(program, stack))["Instance train"] as Made;

const digest = `sha256:${"0a".repeat(32)}`;
const image = `europe-west1-docker.pkg.dev/acme-dev/app/predict@${digest}`;
const gpu = { machineType: "n1-standard-4", gpu: "nvidia-tesla-t4" };
const deepLearning = { family: "pytorch-2-9-cu129-ubuntu-2404-nvidia-580", project: "deeplearning-platform-release" };

test("a bare machine is small, without an external address, shielded, and has an account of its own", async () => {
    const all = await registered(() => training());
    expect(all["Instance train"]).toEqual({
        name: "train",
        zone: expect.stringMatching(/^europe-west1-[bcd]$/),
        machineType: "e2-medium",
        metadata: { "enable-oslogin": "TRUE", "block-project-ssh-keys": "TRUE", "serial-port-enable": "FALSE" },
        canIpForward: false,
        networkInterfaces: [{ subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/slipway-dev-default" }],
        serviceAccount: {
            email: "train-vm@acme-dev.iam.gserviceaccount.com",
            scopes: ["https://www.googleapis.com/auth/cloud-platform"],
        },
        scheduling: { automaticRestart: true, onHostMaintenance: "MIGRATE" },
        shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
        bootDisk: {
            initializeParams: {
                image: "https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-v20261110",
                type: "pd-balanced",
            },
        },
        attachedDisks: [],
        deletionProtection: false,
        allowStoppingForUpdate: true,
    });
    expect(all["Account train-vm"]).toEqual({ accountId: "train-vm", displayName: "Runs the machine train" });
    const roles = Object.entries(all).flatMap(([key, { role }]: [string, { role?: string }]) =>
        key.startsWith("IAMMember") ? [role] : [],
    );
    expect(roles).toEqual(["roles/logging.logWriter", "roles/monitoring.metricWriter"]);
});

test("in production, the machine and its data disks are protected", async () => {
    const program = () => training({ disks: { data: {} } });
    const stack = { kind: "production", name: "prod" } as const;
    expect(await machineOf(program, stack)).toMatchObject({ deletionProtection: true });
    const options = await registeredOptions(program, stack);
    expect([options["Instance train"]?.protect, options["Disk train-data"]?.protect]).toEqual([true, true]);
});

test("a machine starts once its APIs, grants, disks and Cloud NAT exist", async () => {
    const options = await registeredOptions(() => training({ disks: { data: {} } }));
    expect(options["Instance train"]?.after).toEqual([
        "Account train-vm",
        "Disk train-data",
        "IAMMember train-project-logging-log-writer",
        "IAMMember train-project-monitoring-metric-writer",
        "RouterNat slipway-dev-europe-west1",
        "Service compute",
        "Service iam",
        "Subnetwork slipway-dev-default",
    ]);
    expect(options["Disk train-data"]?.after).toEqual(["Service compute", "Service iam"]);
});

test("the zone and the image of a family are kept, unless the arguments name others", async () => {
    const optionsOf = async (args: object) => (await registeredOptions(() => training(args)))["Instance train"];
    expect(await optionsOf({})).toMatchObject({
        deleteBeforeReplace: true,
        ignoreChanges: ["bootDisk.initializeParams.image", "zone"],
        replacementTrigger: "debian-cloud/debian-12",
    });
    expect((await optionsOf({ zone: "europe-west1-b" }))?.ignoreChanges).toEqual(["bootDisk.initializeParams.image"]);
    expect((await optionsOf({ imageUpdates: "on-deploy" }))?.ignoreChanges).toEqual(["zone"]);
    expect(
        (await optionsOf({ image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" } }))?.ignoreChanges,
    ).toEqual(["zone"]);
});

test("a machine with GPUs stops during host maintenance", async () => {
    const attached = await machineOf(() => training({ ...gpu, image: deepLearning }));
    expect(attached).toMatchObject({
        guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }],
        scheduling: { automaticRestart: true, onHostMaintenance: "TERMINATE" },
        shieldedInstanceConfig: { enableSecureBoot: false },
        metadata: { "install-nvidia-driver": "True" },
    });
    const included = await machineOf(() => training({ machineType: "g2-standard-4" }));
    expect(included.scheduling).toEqual({ automaticRestart: true, onHostMaintenance: "TERMINATE" });
    expect(included.guestAccelerators).toBeUndefined();
    expect(["europe-west1-b", "europe-west1-c"]).toContain(included.zone);
});

test("a Spot VM is not restarted or migrated", async () => {
    expect((await machineOf(() => training({ spot: true }))).scheduling).toEqual({
        automaticRestart: false,
        onHostMaintenance: "TERMINATE",
        preemptible: true,
        provisioningModel: "SPOT",
        instanceTerminationAction: "STOP",
    });
});

test("a Confidential VM stops during host maintenance", async () => {
    expect(await machineOf(() => training({ machineType: "n2d-standard-2", confidential: "SEV" }))).toMatchObject({
        confidentialInstanceConfig: { enableConfidentialCompute: true, confidentialInstanceType: "SEV" },
        scheduling: { onHostMaintenance: "TERMINATE" },
    });
});

test("disks have the type of the machine series, and the key of the machine", async () => {
    const encryptionKey = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales";
    const all = await registered(() =>
        training({ machineType: "n4-standard-2", disks: { data: { iops: 4000 } }, encryptionKey }),
    );
    expect(all["Disk train-data"]).toEqual({
        name: "train-data",
        zone: (all["Instance train"] as Made).zone,
        type: "hyperdisk-balanced",
        size: 100,
        provisionedIops: 4000,
        diskEncryptionKey: { kmsKeySelfLink: encryptionKey },
    });
    expect((all["Instance train"] as Made).bootDisk).toMatchObject({
        kmsKeySelfLink: encryptionKey,
        initializeParams: { type: "hyperdisk-balanced" },
    });
});

test("disks have Google's own key without one", async () => {
    const all = await registered(() => training({ disks: { data: {} } }));
    expect(Object.keys(all["Disk train-data"] as object)).not.toContain("diskEncryptionKey");
});

test("the variables of a script are set before it runs, and those of secrets are read at each start", async () => {
    const canary = "canary-3f9c";
    const startupScript = script("#!/usr/bin/env python3\nprint('hello')\n");
    const program = () => {
        const key = new Secret("key", { value: pulumi.secret(canary) });
        training({
            uses: { EVENTS: new PubSubTopic("events").publisher, KEY: key.reader },
            env: { NOTE: "it's" },
            startupScript,
        });
    };
    const all = await registered(program);
    const { metadata } = all["Instance train"] as Made;
    const text = metadata["startup-script"] as string;
    expect(text.split("\n").slice(0, 4)).toEqual([
        "#!/bin/bash",
        "set -euo pipefail",
        "export NOTE='it'\\''s'",
        "export EVENTS='projects/acme-dev/topics/events'",
    ]);
    expect(text).toMatch(/\nKEY=\$\(read_secret '[^']*secrets\/[^']*\/versions\/[^']*'\)\nexport KEY\n/);
    expect(text).toContain("print('hello')\n");
    expect(text).toMatch(/\nexec \/usr\/bin\/env python3 "\$file"\n$/);
    expect(JSON.stringify(metadata)).not.toContain(canary);
    expect(all["SecretIamMember train-key-secret-accessor"]).toMatchObject({
        role: "roles/secretmanager.secretAccessor",
    });
});

test.each([
    ["a machine", VirtualMachine, "Instance train"],
    ["a group", AutoscaledInstanceGroup, "RegionInstanceTemplate train-template"],
] as const)("%s can have variables that Cloud Run sets in its containers", async (_, Component, key) => {
    const all = await registered(() => {
        const uses = { K_REVISION: new PubSubTopic("events").publisher };
        new Component("train", { uses, env: { PORT: "8080" }, startupScript: script("#!/bin/bash\n") });
    });
    const { metadata } = all[key] as Made;
    expect(metadata["startup-script"]?.split("\n").slice(2, 4)).toEqual([
        "export PORT='8080'",
        "export K_REVISION='projects/acme-dev/topics/events'",
    ]);
});

test("a machine without a container can have a configuration of cloud-init of its own, and a network tag", async () => {
    const made = await machineOf(() => training({ metadata: { "user-data": "#cloud-config" }, tags: ["ssh"] }));
    expect(made).toMatchObject({ metadata: { "user-data": "#cloud-config" }, tags: ["ssh"] });
});

test("Secret Manager is enabled for a machine with a secret", async () => {
    const secret = "projects/acme-dev/secrets/key";
    const attachments = [{ kind: "secret-variable", secret, version: "1" }];
    const apisWith = async (more: object) =>
        Object.keys(
            await registered(() => training({ uses: { KEY: { grants: [], attachments: [], ...more } } }), {
                environment: true,
            }),
        ).filter((key) => key === "Service secretmanager");
    expect(await apisWith({ attachments })).toEqual(["Service secretmanager"]);
    expect(await apisWith({})).toEqual([]);
});

test("a script without variables is passed on as it is", async () => {
    const text = "#!/bin/bash\necho hello\n";
    expect((await machineOf(() => training({ startupScript: script(text) }))).metadata["startup-script"]).toBe(text);
});

test("a container runs on Container-Optimized OS, whose account may pull its image", async () => {
    const all = await registered(() => {
        training({ container: { image, args: ["serve"], ports: [8080] }, env: { LEVEL: "info" } });
    });
    const { metadata } = all["Instance train"] as Made;
    const config = metadata["user-data"] as string;
    expect(config.split("\n")[0]).toBe("#cloud-config");
    expect(config).toContain(`exec docker run --rm --name container --network host --env LEVEL '${image}' 'serve'`);
    expect(config).toContain("export LEVEL='info'");
    expect(config).toContain("iptables -w -A INPUT -p tcp --dport 8080 -j ACCEPT");
    expect(config).toContain("docker-credential-gcr configure-docker --registries=europe-west1-docker.pkg.dev");
    expect(metadata["gce-container-declaration"]).toBeUndefined();
    const readers = Object.values(all).filter(
        ({ role }: { role?: string }) => role === "roles/artifactregistry.reader",
    );
    expect(readers).toEqual([
        expect.objectContaining({ project: "acme-dev", location: "europe-west1", repository: "app" }),
    ]);
});

test("a container with GPUs installs the driver, under Secure Boot", async () => {
    const made = await machineOf(() => training({ machineType: "g2-standard-4", container: { image } }));
    expect(made.metadata["user-data"]).toContain("cos-extensions install gpu\n");
    expect(made.metadata["user-data"]).toContain(" --device /dev/nvidia0:/dev/nvidia0 ");
    expect(made).toMatchObject({ shieldedInstanceConfig: { enableSecureBoot: true } });
});

test.each([
    ["an image of which only the deployment knows the name", pulumi.output(image)],
    ["an image outside of Artifact Registry", `docker.io/library/nginx@${digest}`],
])("a container with %s gets no right to pull images", async (_, from) => {
    const all = await registered(() => training({ container: { image: from } }));
    expect((all["Instance train"] as Made).metadata["user-data"]).toContain("exec docker run ");
    expect(Object.keys(all).filter((key) => key.startsWith("RepositoryIamMember"))).toEqual([]);
});

test.each([
    ["without GPUs", {}],
    [
        "with GPUs and an image with a signed driver",
        { machineType: "g2-standard-4", image: { family: "cos-stable", project: "cos-cloud" } },
    ],
])("a machine %s is not warned of Secure Boot", async (_, args) => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const made = await machineOf(() => training({ ...args, secureBoot: true }));
    expect(made).toMatchObject({ shieldedInstanceConfig: { enableSecureBoot: true } });
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
});

test("members sign in through Identity-Aware Proxy, from its range only", async () => {
    const program = () => training({ ssh: ["group:ml@acme.com"], sshAdmins: ["user:ann@acme.com"] });
    const all = await registered(program);
    const roles = Object.fromEntries(
        Object.entries(all).flatMap(([key, { role, member }]: [string, { role?: string; member?: string }]) =>
            /^(group|user):/.test(member ?? "") ? [[key, role]] : [],
        ),
    );
    expect(roles).toEqual({
        "IAMMember train-account-user-group-ml-acme-com": "roles/iam.serviceAccountUser",
        "IAMMember train-account-user-user-ann-acme-com": "roles/iam.serviceAccountUser",
        "InstanceIAMMember train-login-group-ml-acme-com": "roles/compute.osLogin",
        "InstanceIAMMember train-login-user-ann-acme-com": "roles/compute.osAdminLogin",
        "TunnelInstanceIAMMember train-tunnel-group-ml-acme-com": "roles/iap.tunnelResourceAccessor",
        "TunnelInstanceIAMMember train-tunnel-user-ann-acme-com": "roles/iap.tunnelResourceAccessor",
    });
    const viewers = await registered(program, { environment: true });
    expect(Object.values(viewers).filter(({ role }: { role?: string }) => role === "roles/compute.viewer")).toEqual(
        ["group:ml@acme.com", "user:ann@acme.com"].map((member) => expect.objectContaining({ member })),
    );
    expect(all["Firewall train-iap-ssh"]).toMatchObject({
        sourceRanges: ["35.235.240.0/20"],
        allows: [{ protocol: "tcp", ports: ["22"] }],
        targetServiceAccounts: ["train-vm@acme-dev.iam.gserviceaccount.com"],
    });
});

test("a member of two machines is let to find machines once, also one that is a resource or has a name", async () => {
    const all = await registered(
        () => {
            const ssh = [
                new ServiceAccount("deployer"),
                { member: pulumi.output("group:oncall@acme.com"), memberName: "oncall" },
            ];
            training({ ssh });
            new VirtualMachine("serve", { ssh } as VirtualMachineArgs);
        },
        { environment: true },
    );
    const members = (role: string) =>
        Object.values(all).flatMap((made) =>
            (made as { role?: string }).role === role ? [(made as { member: string }).member] : [],
        );
    const both = ["serviceAccount:deployer@acme-dev.iam.gserviceaccount.com", "group:oncall@acme.com"];
    expect(members("roles/compute.viewer")).toEqual(both);
    expect(members("roles/compute.osLogin")).toEqual([...both, ...both]);
});

test("the resources for a member with a long name have names of 100 characters", async () => {
    const ssh = [`group:${"m".repeat(120)}@acme.com`];
    const all = await registered(() => training({ ssh }), { environment: true });
    const names = Object.entries(all).flatMap(([key, { member }]: [string, { member?: string }]) =>
        ssh.includes(String(member)) ? [key.split(" ")[1]] : [],
    );
    expect(names).toHaveLength(4);
    expect(names.filter((name) => name?.length !== 100)).toEqual([]);
});

test("a schedule stops and starts the machine, after Compute Engine's agent may do so", async () => {
    const program = () => training({ schedule: { start: "0 7 * * *", stop: "0 19 * * *", timeZone: "Europe/Berlin" } });
    const all = await registered(program, { environment: true });
    expect(all["ResourcePolicy train-schedule"]).toEqual({
        name: "train-schedule",
        region: "europe-west1",
        instanceSchedulePolicy: {
            timeZone: "Europe/Berlin",
            vmStartSchedule: { schedule: "0 7 * * *" },
            vmStopSchedule: { schedule: "0 19 * * *" },
        },
    });
    const [agent] =
        Object.entries(all).find(
            ([, { role }]: [string, { role?: string }]) => role === "roles/compute.instanceAdmin.v1",
        ) ?? [];
    const options = await registeredOptions(program, { environment: true });
    expect(options["Instance train"]?.after).toContain(agent);
    expect(options["ResourcePolicy train-schedule"]).toMatchObject({
        parent: "VirtualMachine train",
        replaceOnChanges: ["name"],
    });
});

test.each<[object, object]>([
    [{ start: "0 7 * * *" }, { timeZone: "Etc/UTC", vmStartSchedule: { schedule: "0 7 * * *" } }],
    [{ stop: "0 19 * * *" }, { timeZone: "Etc/UTC", vmStopSchedule: { schedule: "0 19 * * *" } }],
])("a schedule of only %j is in UTC", async (schedule, instanceSchedulePolicy) => {
    const all = await registered(() => training({ schedule }));
    expect(all["ResourcePolicy train-schedule"]).toMatchObject({ instanceSchedulePolicy });
});

test("the outputs of the component are the machine's name and zone", async () => {
    expect(await registeredOutputs(() => training({ zone: "europe-west1-c" }))).toMatchObject({
        "VirtualMachine train": { name: "train", zone: "europe-west1-c" },
    });
});

test("Compute Engine's service agent can use the key before disks and the machine are created with it", async () => {
    const encryptionKey = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales";
    const program = () => training({ encryptionKey, disks: { data: {} } });
    const all = await registered(program, { environment: true });
    const grants = Object.keys(all).filter((key) => key.startsWith("CryptoKeyIAMMember"));
    expect(grants.map((key) => all[key])).toEqual([
        expect.objectContaining({ cryptoKeyId: encryptionKey, role: "roles/cloudkms.cryptoKeyEncrypterDecrypter" }),
    ]);
    const options = await registeredOptions(program, { environment: true });
    expect(options["Disk train-data"]?.after).toEqual(expect.arrayContaining(grants));
    expect(options["Instance train"]?.after).toEqual(expect.arrayContaining(grants));
});

test("the smallest and largest settings of disks are accepted", async () => {
    const all = await registered(() =>
        training({
            machineType: "n4-standard-2",
            image: { name: "tiny" },
            bootDisk: { size: "4 GB" },
            disks: { a: { iops: 1, throughput: 1, size: "4 GB" }, b: { size: "65536 GB" } },
        }),
    );
    expect(all["Disk train-a"]).toMatchObject({ size: 4, provisionedIops: 1, provisionedThroughput: 1 });
    expect(all["Disk train-b"]).toMatchObject({ size: 65536 });
});

test.each([
    ["each day", {}, { dailySchedule: { daysInCycle: 1, startTime: "04:00" } }],
    [
        "each day at an hour",
        { every: "24 hours", at: "22:00" },
        { dailySchedule: { daysInCycle: 1, startTime: "22:00" } },
    ],
    ["each hour", { every: "1 hour" }, { hourlySchedule: { hoursInCycle: 1, startTime: "04:00" } }],
    ["each 23 hours", { every: "23 hours" }, { hourlySchedule: { hoursInCycle: 23, startTime: "04:00" } }],
])("snapshots are taken %s", async (_, snapshots, schedule) => {
    const all = await registered(() => training({ snapshots }));
    expect(all["ResourcePolicy train-snapshots"]).toEqual({
        name: "train-snapshots",
        region: "europe-west1",
        snapshotSchedulePolicy: {
            schedule,
            retentionPolicy: { maxRetentionDays: 14, onSourceDiskDelete: "KEEP_AUTO_SNAPSHOTS" },
        },
    });
});

test("snapshots of all disks are taken on a schedule", async () => {
    const all = await registered(() =>
        training({ disks: { data: {} }, snapshots: { on: ["MON"], retention: "30 days" } }),
    );
    expect(all["ResourcePolicy train-snapshots"]).toMatchObject({
        snapshotSchedulePolicy: {
            schedule: { weeklySchedule: { dayOfWeeks: [{ day: "MONDAY", startTime: "04:00" }] } },
            retentionPolicy: { maxRetentionDays: 30 },
        },
    });
    expect(Object.keys(all).filter((key) => key.startsWith("DiskResourcePolicyAttachment"))).toEqual([
        "DiskResourcePolicyAttachment train-boot",
        "DiskResourcePolicyAttachment train-data",
    ]);
});

test("a machine can run as a shared account", async () => {
    const all = await registered(() => training({ account: new ServiceAccount("worker") }));
    expect((all["Instance train"] as Made).serviceAccount).toMatchObject({
        email: "worker@acme-dev.iam.gserviceaccount.com",
    });
    expect(all["Account train-vm"]).toBeUndefined();
});

test.each<[object, string]>([
    [{ machineType: "e2-standard-3" }, "machineType: must be a machine type that this release lists"],
    [{ machineType: "n4-standard-2", bootDisk: { type: "pd-ssd" } }, "bootDisk.type: [compute/disk-type-of-machine]"],
    [
        { bootDisk: { type: "hyperdisk-extreme" }, machineType: "n2-standard-80" },
        "bootDisk.type: [compute/boot-disk-type]",
    ],
    [{ bootDisk: { size: "5 GB" } }, "bootDisk.size: [compute/disk-size-of-type]"],
    [
        { machineType: "n4-standard-2", disks: { data: { type: "pd-ssd" } } },
        "disks.data.type: [compute/disk-type-of-machine]",
    ],
    [
        { machineType: "n2-standard-4", disks: { data: { type: "hyperdisk-throughput", size: "32769 GB" } } },
        "disks.data.size: [compute/disk-size-of-type]",
    ],
    [{ machineType: 4 }, "machineType: must be a string (got 4)."],
    [{ disks: { data: { size: "9 GB" } } }, "disks.data.size: [compute/disk-size-of-type]"],
    [{ disks: { data: { iops: 0 } } }, "disks.data.iops: must be a whole number"],
    [{ disks: { data: { throughput: 0 } } }, "disks.data.throughput: must be a whole number"],
    [{ disks: { data: { iops: 4000 } } }, "disks.data.iops: [compute/disk-iops-of-type]"],
    [{ disks: { data: { throughput: 200 } } }, "disks.data.throughput: [compute/disk-throughput-of-type]"],
    [{ machineType: "g2-standard-4", gpu: "nvidia-x1", allowUnlisted: true }, "gpu: [compute/gpu-type-of-machine]"],
    [{ machineType: "e2-standard-4", gpu: "nvidia-tesla-t4" }, "gpu: [compute/gpu-not-attachable]"],
    [{ machineType: "n1-standard-4", gpu: { type: "nvidia-l4" } }, "gpu.type: [compute/gpu-not-attachable]"],
    [{ ...gpu, gpu: { type: "nvidia-tesla-t4", count: 3 } }, "gpu.count: [compute/gpu-count]"],
    [{ machineType: "g2-standard-4", gpu: { count: 2 } }, "gpu.count: [compute/gpu-count]"],
    [{ machineType: "g2-standard-4", zone: "europe-west1-d" }, "zone: [compute/zone-without-gpu]"],
    [{ machineType: "e2-medium", gpu: {} }, "gpu.type: [compute/gpu-type-missing]"],
    [
        { ...gpu, gpu: { type: "nvidia-tesla-t4", installDriver: true } },
        "gpu.installDriver: [compute/gpu-driver-of-image]",
    ],
    [{ confidential: "TDX" }, "confidential: [compute/confidential-of-machine]"],
    [{ machineType: "c2d-standard-4", confidential: "SEV_SNP" }, "confidential: [compute/confidential-of-machine]"],
    [{ image: { family: "debian-10", project: "debian-cloud" } }, "image.family: [compute/image-family-ended]"],
    [
        { machineType: "c4a-standard-4", image: { family: "debian-12", project: "debian-cloud" } },
        "image.family: [compute/image-of-other-architecture]",
    ],
    [
        { image: { family: "debian-12-arm64", project: "debian-cloud" } },
        "image.family: [compute/image-of-other-architecture]",
    ],
    [{ image: { family: "debian-12", name: "x" } }, "image: must have exactly one of family, name"],
    [{ container: { image }, image: deepLearning }, "image: [compute/image-of-container]"],
    [{ container: { image: "nginx:latest" } }, "container.image: names the image that was pushed last"],
    [{ zone: "europe-west4-a" }, "network: [place/shared-network-region]"],
    [
        { container: { image }, metadata: { "user-data": "#cloud-config" } },
        "metadata.user-data: [compute/metadata-of-container]",
    ],
    [{ startupScript: "missing.sh" }, "startupScript: is not a file: "],
    [{ env: { API_KEY: "plain" } }, "env.API_KEY: [iam/secret-in-env]"],
    [
        { env: { "1ST": "x" } },
        "env.1ST: an environment variable's name must have only letters, digits and _, and not start with a digit",
    ],
    [{ metadata: { "gce-container-declaration": "x" } }, "has an argument of its own, or a fixed value"],
    [{ metadata: { "ssh-keys": "x" } }, "has an argument of its own, or a fixed value"],
    [{ ssh: ["allUsers"] }, "ssh: must not allow everyone"],
    [{ ssh: "user:ann@acme.com" }, "ssh: must be a list"],
    [{ ssh: ["ann@acme.com"] }, "ssh.0: must be a principal"],
    [{ sshAdmins: ["user:ann@gmail.com"] }, "sshAdmins.0: [compute/ssh-personal-account]"],
    [
        { ssh: ["user:ann@acme.com"], sshAdmins: ["user:ann@acme.com"] },
        "sshAdmins.0: [compute/ssh-administrator-twice]",
    ],
    [{ schedule: {} }, "schedule: [compute/schedule-empty]"],
    [{ schedule: { start: "0 7 * * *", stop: "0 7 * * *" } }, "schedule.stop: [compute/schedule-stop-at-start]"],
    [{ schedule: { start: "7:00" } }, "schedule.start: "],
    [{ snapshots: { every: "6 hours", on: ["MON"] } }, "snapshots.every: [compute/snapshots-every-and-on]"],
    [{ snapshots: { every: "90 minutes" } }, "snapshots.every: must be a whole number of hours"],
    [{ snapshots: { every: "3601 seconds" } }, "snapshots.every: must be a whole number of hours"],
    [{ snapshots: { every: "2 days" } }, "snapshots.every: must be from 1 hour to 1 day"],
    [{ snapshots: { retention: "36 hours" } }, "snapshots.retention: must be a whole number of days"],
    [{ snapshots: { retention: "86401 seconds" } }, "snapshots.retention: must be a whole number of days"],
    [{ snapshots: { at: "04:30" } }, "snapshots.at: must be an hour"],
    [{ agent: true, image: { family: "windows-2025", project: "windows-cloud" } }, "image: [compute/agent-of-image]"],
    [{ agent: true, image: { name: "golden-7" } }, "image: [compute/agent-of-image]"],
    [{ agent: true, image: { family: "debian-14", project: "debian-cloud" } }, "image: [compute/agent-of-image]"],
    [{ agent: "yes" }, "agent: must be true or false"],
    [
        { metadata: { "google-monitoring-enabled": "true" } },
        "metadata.google-monitoring-enabled: has an argument of its own, or a fixed value",
    ],
    [{ name: "Train" }, "name: must have up to 63 lower-case letters"],
    [{ machine: "e2-medium" }, 'machine: unknown option "machine"; did you mean "machineType"?'],
])("%j is refused", async (args, problem) => {
    const message = await refused(() => training(args));
    expect(
        message
            .split("\n")
            .map((line) => line.replace(/^VirtualMachine "train": /, ""))
            .join("\n"),
    ).toContain(problem);
});

test.each(["every", "retention"])("%s of snapshots that is no duration is refused once", async (option) => {
    expect(await refused(() => training({ snapshots: { [option]: "daily" } }))).toBe(
        `VirtualMachine "train": snapshots.${option}: must be a duration such as "90 seconds" or "7 days" (got "daily").`,
    );
});

test("alerts of memory and disks are refused without an agent, but not their absence", async () => {
    const made = (alerts: object, args: object = {}) =>
        training({
            ...args,
            alerts: { to: new Alerts("oncall", { to: { email: "oncall@acme.example" } }), ...alerts },
        });
    const contact = ["AlertPolicy oncall-quota", "NotificationChannel oncall-email"];
    expect(await refused(() => made({ memory: { threshold: 70 }, disk: { threshold: 70 } }), {}, contact)).toBe(
        [
            'VirtualMachine "train": alerts.memory: [compute/alert-without-agent]',
            'VirtualMachine "train": alerts.disk: [compute/alert-without-agent]',
        ].join("\n"),
    );
    const policies = async (program: () => unknown) =>
        Object.keys(await registered(program)).filter((key) => key.startsWith("AlertPolicy train"));
    expect(await policies(() => made({ memory: false }))).toEqual(["AlertPolicy train-cpu"]);
    expect(await policies(() => made({ disk: false }, { agent: true }))).toEqual([
        "AlertPolicy train-cpu",
        "AlertPolicy train-memory",
    ]);
});

test("the thresholds of the Ops Agent are percentages, and those of Container-Optimized OS a ratio of all states", async () => {
    const made = async (args: object) => {
        const to = () => new Alerts("oncall", { to: { email: "oncall@acme.example" } });
        const all = await registered(() => training({ agent: true, alerts: to(), ...args }), { kind: "production" });
        return all["AlertPolicy train-disk"] as { conditions: { conditionThreshold: object }[]; combiner: string };
    };
    const debian = await made({});
    expect(debian.conditions.map(({ conditionThreshold }) => conditionThreshold)).toEqual([
        expect.objectContaining({
            thresholdValue: 80,
            duration: "300s",
            aggregations: [
                {
                    alignmentPeriod: "300s",
                    perSeriesAligner: "ALIGN_MEAN",
                    crossSeriesReducer: "REDUCE_MAX",
                    groupByFields: ["resource.label.instance_id", "metric.label.device"],
                },
            ],
        }),
    ]);
    const optimized = await made({ image: { family: "cos-stable", project: "cos-cloud" } });
    const sum = {
        alignmentPeriod: "300s",
        perSeriesAligner: "ALIGN_MEAN",
        crossSeriesReducer: "REDUCE_SUM",
        groupByFields: ["resource.label.instance_id", "metric.label.device_name"],
    };
    expect(optimized).toMatchObject({ combiner: "OR", conditions: [{}] });
    expect(optimized.conditions.map(({ conditionThreshold }) => conditionThreshold)).toEqual([
        expect.objectContaining({
            filter: expect.stringMatching(/ AND metric.labels.state = "used"$/),
            denominatorFilter: expect.stringMatching(/ AND metric.labels.mount_option = starts_with\("rw"\)$/),
            thresholdValue: 0.8,
            aggregations: [sum],
            denominatorAggregations: [sum],
        }),
    ]);
});

test("an agent is started by metadata on Container-Optimized OS, and installed by the startup script on others", async () => {
    const bare = { "block-project-ssh-keys": "TRUE", "enable-oslogin": "TRUE", "serial-port-enable": "FALSE" };
    const image = { family: "cos-stable", project: "cos-cloud" };
    expect((await machineOf(() => training({ agent: true, image }))).metadata).toEqual({
        ...bare,
        "google-monitoring-enabled": "true",
    });
    for (const other of [
        undefined,
        { family: "ubuntu-2404-lts-amd64", project: "ubuntu-os-cloud" },
        { name: "debian-13-trixie-v20261012", project: "debian-cloud" },
        { family: "rocky-linux-9", project: "rocky-linux-cloud" },
    ]) {
        const { metadata } = await machineOf(() => training({ agent: true, ...(other && { image: other }) }));
        expect(metadata).toEqual({
            ...bare,
            "startup-script": expect.stringContaining("add-google-cloud-ops-agent-repo.sh"),
        });
    }
});

test("an account of one's own gets the roles of the agent, before the machine starts, once for all machines", async () => {
    const program = (agent: boolean) => () => {
        const account = new ServiceAccount("worker");
        new VirtualMachine("train", { account, agent });
        new VirtualMachine("serve", { account, agent });
    };
    const roles = async (agent: boolean) =>
        Object.values(await registered(program(agent)))
            .flatMap((each) => ("role" in each && "member" in each ? [(each as { role: string }).role] : []))
            .sort();
    expect(await roles(false)).toEqual([]);
    expect(await roles(true)).toEqual(["roles/logging.logWriter", "roles/monitoring.metricWriter"]);
    const services = Object.values(await registered(program(true), { environment: true })).flatMap((each) =>
        "service" in each ? [(each as { service: string }).service] : [],
    );
    expect(services).toEqual(expect.arrayContaining(["logging.googleapis.com", "monitoring.googleapis.com"]));
});

test("a family that ended is refused, and the next one is named", async () => {
    expect(await refused(() => training({ image: { family: "debian-11", project: "debian-cloud" } }))).toBe(
        'VirtualMachine "train": image.family: [compute/image-family-ended]',
    );
});

/** The zones and images of Google Cloud, whose answers for families are these errors until there are no more of them. */
function newestImage(errors: string[]) {
    let calls = 0;
    const call = (token: string) => {
        const error = token.endsWith(":getImage") ? errors[calls++] : undefined;
        if (error !== undefined) {
            throw Object.assign(new Error(error), { details: error });
        }
        return undefined;
    };
    return { call, calls: () => calls };
}

const newApi = "Error 403: Compute Engine API has not been used in project acme-dev before or it is disabled.";

test("the newest image is looked up again until the API that this deployment enables is effective", async () => {
    const waited = simulatedClock();
    const { call, calls } = newestImage(Array(6).fill(newApi));
    await machineOf(() => training(), { call });
    expect([calls(), waited()]).toEqual([7, (5 + 10 + 20 + 40 + 60 + 60) * 1000]);
});

test.each([
    ["in a deployment, after a quarter of an hour", newApi, false, 19, 915_000],
    ["in a preview, at once", newApi, true, 1, 0],
    ["with another error, at once", "Error 404: The resource was not found.", false, 1, 0],
])("an image that cannot be found ends %s", async (_, error, preview, times, ms) => {
    const waited = simulatedClock();
    const { call, calls } = newestImage(Array(99).fill(error));
    let failure = Promise.resolve(new Error("Nothing was refused."));
    const look = () => {
        failure = rejection(imageOf("train", { family: "debian-12" }, "acme-dev", [], {}));
    };
    await registered(look, { call, preview });
    expect((await failure).message).toContain(`train: image.family: has no image in acme-dev: ${error} `);
    expect([calls(), waited()]).toEqual([times, ms]);
});

test("a script that is larger than a metadata value is refused", async () => {
    const ofSize = (bytes: number) => script("#".repeat(bytes));
    const { metadata } = await machineOf(() => training({ startupScript: ofSize(262_144) }));
    expect(metadata["startup-script"]).toHaveLength(262_144);
    expect(await refused(() => training({ startupScript: ofSize(262_145) }))).toContain(
        "startupScript: [compute/startup-script-too-long]",
    );
});

test("a script with a container, and a network without a subnet in the region, are refused", async () => {
    const startupScript = script("#!/bin/bash\n");
    expect(await refused(() => training({ container: { image }, startupScript }))).toContain(
        "startupScript: [compute/startup-script-of-container]",
    );
});

test.each<[object, string]>([
    [{ machineType: "g2-standard-4", gpu: { count: 2 } }, "must be 1 for nvidia-l4 with g2-standard-4 (got 2)."],
    [
        { ...gpu, gpu: { type: "nvidia-tesla-t4", count: 3 } },
        "must be one of 1, 2, 4 for nvidia-tesla-t4 with n1-standard-4 (got 3).",
    ],
])("%j is refused with the numbers of GPUs that the machine can have", async (args, text) => {
    expect(await told(() => training(args))).toContain(`gpu.count: ${text}`);
});

test.each([
    ["europe-west3-a", ": europe-west3-b"],
    ["africa-south1-a", ", of which africa-south1 has none"],
])("the zone %s is refused with the zones of its region that have the GPU", async (zone, zones) => {
    expect(await told(() => training({ ...gpu, zone, network: {} }))).toContain(
        `zone: must be a zone with nvidia-tesla-t4${zones} (got "${zone}").`,
    );
});

const passed: [string, object, string][] = [
    [
        "a machine type of a series that is not listed",
        { machineType: "e9-standard-4" },
        'machineType: is not a machine type that this release of slipway lists; the nearest is e2-standard-4 (got "e9-standard-4"). It is passed on.',
    ],
    [
        "a disk type that is not listed",
        { disks: { data: { type: "hyperdisk-next", size: "1 GB", iops: 3000, throughput: 140 } } },
        'disks.data.type: is not a disk type that this release of slipway lists; the nearest is hyperdisk-ml (got "hyperdisk-next"). It is passed on.',
    ],
    [
        "a boot disk of a type that is not listed",
        { machineType: "n4-standard-2", bootDisk: { type: "hyperdisk-next" } },
        'bootDisk.type: is not a disk type that this release of slipway lists; the nearest is hyperdisk-ml (got "hyperdisk-next"). It is passed on.',
    ],
    [
        "an unlisted machine type of a listed series",
        { machineType: "c4-standard-576", allowUnlisted: true },
        'machineType: must be a machine type that this release lists, such as e2-standard-4 or n2-custom-4-8192 (got "c4-standard-576"). It is passed on because of allowUnlisted.',
    ],
    [
        "a disk type that the series is not listed with",
        { machineType: "n4-standard-2", bootDisk: { type: "pd-ssd" }, allowUnlisted: true },
        'bootDisk.type: is not supported by n4-standard-2 machines, which have hyperdisk-balanced (got "pd-ssd"). It is passed on because of allowUnlisted.',
    ],
    [
        "a zone that is not listed with the GPU",
        { machineType: "g2-standard-4", zone: "europe-west1-d", allowUnlisted: true },
        'zone: must be a zone with nvidia-l4: europe-west1-b, europe-west1-c (got "europe-west1-d"). It is passed on because of allowUnlisted.',
    ],
    [
        "a technology that the series is not listed with",
        { machineType: "c4-standard-4", confidential: "TDX", allowUnlisted: true },
        'confidential: is not supported by C4 machines (got "TDX"). It is passed on because of allowUnlisted.',
    ],
    [
        "Secure Boot with GPUs and an image of its own",
        { ...gpu, secureBoot: true, image: { name: "signed" } },
        "secureBoot: prevents the GPU driver from loading, unless the image has a signed driver. Remove it, or use an image of cos-cloud or ubuntu-os-cloud.",
    ],
];

test.each(passed)("%s passes with a warning", async (_, args, warning) => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const machine = await machineOf(() => training(args));
    expect(warn.mock.calls.map(([message]) => message)).toEqual([`VirtualMachine "train": ${warning}`]);
    expect(machine.machineType).toBe((args as { machineType?: string }).machineType ?? "e2-medium");
    warn.mockRestore();
});

test.each([
    ["c4a-standard-4", {}, "debian-12-arm64"],
    ["c4a-standard-4", { container: { image: `docker.io/acme/web@sha256:${"0a".repeat(32)}` } }, "cos-arm64-stable"],
    ["e2-standard-4", {}, "debian-12"],
])("the image of %s with %p has its architecture", async (machineType, args, family) => {
    const call = (token: string, inputs: Record<string, unknown>) =>
        token.includes("getImage") ? { selfLink: `projects/x/global/images/${inputs.family}` } : undefined;
    const made = await registered(() => training({ machineType, ...args }), { call });
    expect(JSON.stringify(made["Instance train"])).toContain(`projects/x/global/images/${family}`);
});

test.each([
    ["e2-standard-4", "pd-balanced"],
    ["n4a-standard-1", "hyperdisk-balanced"],
    ["c3-standard-192-metal", "hyperdisk-balanced"],
    ["a3-ultragpu-8g", "hyperdisk-balanced"],
    ["custom-4-8192", "pd-balanced"],
])("the boot disk of %s is %s", async (machineType, type) => {
    const zone = machineType.startsWith("a3") ? "europe-west1-b" : undefined;
    const { bootDisk } = await machineOf(() => training({ machineType, zone }));
    expect(bootDisk.initializeParams.type).toBe(type);
});

test.each(["h4d-standard-192", "c3-standard-192-metal", "z3-highmem-88-highlssd"])(
    "%s stops during host maintenance",
    async (machineType) => {
        const { scheduling } = await machineOf(() => training({ machineType }));
        expect(scheduling).toEqual({ automaticRestart: true, onHostMaintenance: "TERMINATE" });
    },
);

test("smaller Z3 machines and H3 machines are migrated", async () => {
    for (const machineType of ["z3-highmem-44-highlssd", "h3-standard-88"]) {
        expect(await machineOf(() => training({ machineType }))).toMatchObject({
            scheduling: { onHostMaintenance: "MIGRATE" },
        });
    }
});

test("AMD SEV-SNP takes a processor that has it", async () => {
    const made = await machineOf(() => training({ machineType: "n2d-standard-2", confidential: "SEV_SNP" }));
    expect(made).toMatchObject({
        minCpuPlatform: "AMD Milan",
        confidentialInstanceConfig: { enableConfidentialCompute: true, confidentialInstanceType: "SEV_SNP" },
        scheduling: { onHostMaintenance: "TERMINATE" },
    });
});

test("a machine that exists already offers roles and its address, and is not registered", async () => {
    const all = await registered(
        () => {
            const machine = VirtualMachine.existing("bastion", { zone: "europe-west1-b", project: "acme-dev" });
            new ServiceAccount("worker", { uses: [machine.role("roles/compute.osLogin")] });
            training({ metadata: { bastion: machine.privateAddress } });
        },
        {
            call: (token) =>
                token === "gcp:compute/getInstance:getInstance"
                    ? { networkInterfaces: [{ networkIp: "10.0.0.7" }] }
                    : undefined,
        },
    );
    expect(Object.keys(all).filter((key) => key.startsWith("Instance "))).toEqual(["Instance train"]);
    expect(Object.values(all)).toContainEqual({
        project: "acme-dev",
        zone: "europe-west1-b",
        instanceName: "bastion",
        role: "roles/compute.osLogin",
        member: "serviceAccount:worker@acme-dev.iam.gserviceaccount.com",
    });
    expect(all["Instance train"]).toMatchObject({ metadata: { bastion: "10.0.0.7" } });
});

test("a machine that exists already, with only an IPv6 address, has no address", async () => {
    const call = (token: string) =>
        token === "gcp:compute/getInstance:getInstance"
            ? { networkInterfaces: [{ stackType: "IPV6_ONLY" }] }
            : undefined;
    const { metadata } = await machineOf(
        () => {
            const { privateAddress } = VirtualMachine.existing("bastion", { zone: "europe-west1-b" });
            training({ metadata: { bastion: privateAddress } });
        },
        { call },
    );
    expect(metadata.bastion).toBe("");
});

test("a machine that exists already needs its zone", async () => {
    const problem = await refused(() => VirtualMachine.existing("bastion", { zone: "europe-west1" }));
    expect(problem).toBe('VirtualMachine "bastion": zone: must be a zone such as europe-west1-b (got "europe-west1").');
    expect(await refused(() => VirtualMachine.existing("bastion", {} as never))).toContain("zone: is missing");
});

test("what members have on the project is all that gcloud reads there, and not the right to change metadata", () => {
    const viewer = permissionsOf("roles/compute.viewer");
    const read = ["projects.get", "instances.get", "instances.list", "instances.getGuestAttributes"];
    expect(read.filter((permission) => !viewer?.has(`compute.${permission}`))).toEqual([]);
    expect(
        ["projects.setCommonInstanceMetadata", "instances.setMetadata", "instances.osLogin"].filter((permission) =>
            viewer?.has(`compute.${permission}`),
        ),
    ).toEqual([]);
    expect(permissionsOf("roles/compute.osLogin")?.has("compute.instances.getGuestAttributes")).toBe(false);
});

test("a Spot VM can be started and stopped on a schedule", async () => {
    const made = await machineOf(() => training({ spot: true, schedule: { start: "0 1 * * *", stop: "0 5 * * *" } }));
    expect(made).toMatchObject({
        resourcePolicies: expect.anything(),
        scheduling: { provisioningModel: "SPOT", instanceTerminationAction: "STOP", automaticRestart: false },
    });
});

const apart = {
    network: "projects/acme-dev/global/networks/apps",
    subnet: "projects/acme-dev/regions/us-central1/subnetworks/apps",
};

test("a machine in another region than its network is refused", async () => {
    expect(await refused(() => training({ zone: "us-central1-b" }))).toBe(
        'VirtualMachine "train": network: [place/shared-network-region]',
    );
    expect(await refused(() => training({ zone: "us-east1-b", network: apart }))).toContain(
        "network.subnet: [place/other-region]",
    );
});

test("a machine without a zone is refused in a region without one that it can be in", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const zone = async (config: Record<string, string>, machineType: string) =>
        refused(() => training({ machineType }), { config });
    expect(await zone({ "gcp:region": "africa-south1" }, "g2-standard-4")).toContain("zone: [compute/zone-missing]");
    expect(await zone({ "gcp:region": "europe-west99", "slipway:allowUnlisted": "true" }, "e2-medium")).toContain(
        "zone: [compute/zone-missing]",
    );
    warn.mockRestore();
});

test("a network without a subnet in the region is refused", async () => {
    const problem = await refused(
        () => {
            training({
                network: new Network("apps", { subnets: { apps: { region: "us-central1", range: "10.9.0.0/24" } } }),
            });
        },
        {},
        Object.keys(
            await registered(
                () => new Network("apps", { subnets: { apps: { region: "us-central1", range: "10.9.0.0/24" } } }),
            ),
        ),
    );
    expect(problem).toContain("network: [place/subnet-missing]");
});
