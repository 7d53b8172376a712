import type { Disk } from "@pulumi/gcp/compute/disk";
import {
    AutoscaledInstanceGroup,
    type Capability,
    PersistentDisk,
    PubSubTopic,
    Secret,
    VirtualMachine,
    type VirtualMachineArgs,
} from "slipway";

const machine = new VirtualMachine("train");
const full: VirtualMachineArgs = {
    machineType: "n1-standard-4",
    image: { family: "debian-12", project: "debian-cloud" },
    uses: { EVENTS: new PubSubTopic("events").publisher, KEY: new Secret("key").reader },
    schedule: { stop: "0 19 * * *" },
    ssh: ["group:ml@acme.com"],
    snapshots: {},
};
new VirtualMachine("full", full);
const loader = new VirtualMachine("load", {
    bootDisk: { snapshot: "golden" },
    disks: {
        models: { snapshot: "models", mode: "read-only" },
        tools: { image: { family: "debian-12", project: "debian-cloud" }, size: "20 GB" },
        orders: { replicaZone: "europe-west1-c" },
    },
});
const shared = loader.disks.models as Disk;
new VirtualMachine("read", {
    disks: {
        models: { disk: shared, mode: "read-only" },
        others: { disk: PersistentDisk.existing("others", { region: "europe-west1" }) },
    },
});
new AutoscaledInstanceGroup("group", {
    disks: { models: { disk: shared, mode: "read-only" }, data: { snapshot: "a" } },
});

// @ts-expect-error A disk that exists already has its own size.
new VirtualMachine("read", { disks: { models: { disk: shared, size: "20 GB" } } });

// @ts-expect-error The zone or the region is required.
PersistentDisk.existing("models", {});

// @ts-expect-error Instances of groups have no regional disks of their own.
new AutoscaledInstanceGroup("group", { disks: { data: { replicaZone: "europe-west1-c" } } });

export const capability: Capability = machine.role("roles/compute.viewer");

// @ts-expect-error an image is of a family, or has a name
new VirtualMachine("train", { image: { family: "debian-12", name: "debian-12-bookworm-v20261010" } });

// @ts-expect-error a disk type of Compute Engine
new VirtualMachine("train", { bootDisk: { type: "ssd" } });

// @ts-expect-error a technology of Confidential VMs
new VirtualMachine("train", { confidential: "SGX" });

// @ts-expect-error a secret cannot be mounted as a file
new VirtualMachine("train", { uses: { KEY: new Secret("key").file("/secrets/key/text") } });

// @ts-expect-error a principal has its type
new VirtualMachine("train", { ssh: ["ml"] });

// @ts-expect-error there is no number of machines
new VirtualMachine("train", { targetSize: 2 });
