import { join } from "node:path";
import type { Disk } from "@pulumi/gcp/compute/disk";
import * as pulumi from "@pulumi/pulumi";
import { ContainerImage, PersistentDisk, PubSubTopic, Secret, ServiceAccount, VirtualMachine } from "slipway";
import { folderOf } from "../folders";
import { image } from "../serving";

const encryptionKey = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales";

/** All options of virtual machines. */
export function program(): void {
    new VirtualMachine("whole-machine", {
        name: "trainer",
        zone: "europe-west1-b",
        description: "Trains.",
        hostname: "trainer.acme.internal",
        machineType: "n1-standard-4",
        advancedMachineFeatures: { nestedVirtualization: true, threadsPerCore: 1, turboMode: "ALL_CORE_MAX" },
        canIpForward: true,
        gpu: { type: "nvidia-tesla-t4", count: 2, installDriver: true },
        image: { family: "common-cu129-ubuntu-2404-nvidia-580", project: "deeplearning-platform-release" },
        imageUpdates: "on-deploy",
        bootDisk: { type: "pd-ssd", size: "100 GB" },
        disks: { data: { size: "200 GB" }, cache: { type: "pd-standard" } },
        uses: {
            EVENTS: new PubSubTopic("machine-events").publisher,
            KEY: new Secret("machine-key", { external: true }).reader,
        },
        env: { LEVEL: pulumi.output("info") },
        startupScript: join(folderOf({ "start.sh": "#!/bin/bash\n" }), "start.sh"),
        publicAddress: true,
        tags: ["ml"],
        labels: { team: "ml" },
        metadata: { purpose: pulumi.output("training") },
        encryptionKey,
        ssh: ["group:ml@acme.com"],
        personalAccounts: true,
        sshAdmins: ["user:ann@acme.com"],
        schedule: { start: "0 7 * * MON-FRI", stop: "0 19 * * *", timeZone: "Europe/Berlin" },
        snapshots: { at: "02:00", every: "6 hours", retention: "30 days", location: "eu" },
        allowUnlisted: true,
        transform: {
            instance: { minCpuPlatform: "Intel Skylake" },
            disk: { description: "Data." },
            account: { description: "Runs the machine." },
            firewall: { description: "For SSH." },
            schedule: { description: "At night." },
            snapshotSchedule: { description: "Daily." },
        },
    });
    new VirtualMachine("spot-machine", {
        spot: true,
        secureBoot: false,
        account: new ServiceAccount("machine-worker"),
        container: {
            image: new ContainerImage("machine-image", { reference: image }),
            command: ["node"],
            args: [pulumi.output("main.js")],
            ports: [8080],
        },
        snapshots: { on: ["monday"] },
    });
    const loader = new VirtualMachine("loading-machine", {
        zone: "europe-west1-b",
        bootDisk: { snapshot: "golden", independent: true, snapshots: { existing: "daily" } },
        schedule: { existing: "office-hours" },
        disks: {
            models: { snapshot: "projects/acme-dev/global/snapshots/models", mode: "read-only" },
            tools: { image: { family: "debian-12", project: "debian-cloud" } },
            orders: { replicaZone: "europe-west1-c", size: "200 GB", snapshots: { every: "1 hour" } },
            cache: { snapshots: false },
        },
        snapshots: {},
        transform: { regionDisk: { description: "Orders." } },
    });
    new VirtualMachine("reading-machine", {
        machineType: "e2-standard-4",
        interfaces: [
            { network: "projects/acme-dev/global/networks/data", subnet: "data", publicAddress: true },
            { network: "other", subnet: "other", nicType: "GVNIC", aliasRanges: { services: "10.2.0.0/28" } },
        ],
        disks: {
            models: { disk: loader.disks.models as Disk, mode: "read-only" },
            shared: { disk: PersistentDisk.existing("shared", { zone: "europe-west1-b" }), mode: "read-only" },
        },
    });
    new VirtualMachine("confidential-machine", {
        machineType: "n2d-standard-2",
        confidential: "SEV",
        image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
        network: {
            network: "projects/acme-dev/global/networks/apps",
            subnet: "projects/acme-dev/regions/europe-west1/subnetworks/apps",
        },
        snapshots: {},
    });
    new VirtualMachine("fast-machine", {
        machineType: "n4-standard-2",
        bootDisk: { iops: 3500, throughput: 150 },
        disks: { data: { size: "50 GB", iops: 4000, throughput: 200 } },
        agent: true,
    });
}

/** With arguments that `program` has not. */
export function more(): void {
    new VirtualMachine("unlisted-machine", { machineType: "n2-standard-999", allowUnlisted: true });
}

export const sameWithout = {
    "VirtualMachine.personalAccounts": "it only accepts what is refused without it",
};

export const otherNames = {
    "VirtualMachine.bootDisk.snapshots.location": "snapshots can be in multi-regions",
};
