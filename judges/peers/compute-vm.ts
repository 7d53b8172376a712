import { Address } from "@pulumi/gcp/compute/address";
import { Disk } from "@pulumi/gcp/compute/disk";
import { Image } from "@pulumi/gcp/compute/image";
import { InstanceGroup } from "@pulumi/gcp/compute/instanceGroup";
import { InstanceGroupMembership } from "@pulumi/gcp/compute/instanceGroupMembership";
import { InstanceTemplate } from "@pulumi/gcp/compute/instanceTemplate";
import { NetworkAttachment } from "@pulumi/gcp/compute/networkAttachment";
import { RegionDisk } from "@pulumi/gcp/compute/regionDisk";
import { RegionInstanceTemplate } from "@pulumi/gcp/compute/regionInstanceTemplate";
import { Snapshot } from "@pulumi/gcp/compute/snapshot";
import { StoragePool } from "@pulumi/gcp/compute/storagePool";
import { V2QueuedResource } from "@pulumi/gcp/tpu/v2queuedResource";
import { V2Vm } from "@pulumi/gcp/tpu/v2vm";
import {
    allow,
    Environment,
    IpAddress,
    KmsKey,
    KmsKeyHandle,
    Network,
    PersistentDisk,
    ServiceAccount,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import type { Example } from "./example";

const compute = () => Environment.current().enable("compute.googleapis.com");

/** The network. */
const vpc = () => new Network("vpc", { subnets: { apps: { range: "10.0.0.0/24" } } });

/** The account of Fabric's tests. */
const account = () => {
    new ServiceAccount("fixture-service-account");
};

/** A regional disk. */
const regionDisk = () => {
    const replicaZones = ["europe-west1-b", "europe-west1-c"];
    const disk = { name: "repd-test-1", type: "pd-balanced", size: 10, replicaZones };
    new RegionDisk("repd-test-1", disk, { dependsOn: compute() });
};

export const examples: Example[] = [
    {
        title: "Instance using defaults",
        hcl: 225,
        kind: "components",
        program: () => {
            new VirtualMachine("test", { zone: "europe-west1-b", network: { network: "apps", subnet: "apps" } });
        },
    },
    {
        title: "Compute default service account",
        hcl: 230,
        kind: "components",
        given: () => {
            Environment.current().enable("iam.googleapis.com");
            compute();
        },
        program: () => {
            new VirtualMachine("test1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                account: ServiceAccount.existing("989133857236-compute@developer.gserviceaccount.com"),
            });
        },
    },
    {
        title: "Custom service account",
        hcl: 294,
        kind: "components",
        given: account,
        program: () => {
            new VirtualMachine("test2", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                account: ServiceAccount.existing("fixture-service-account"),
            });
        },
    },
    {
        title: "Custom service account, auto created",
        hcl: 272,
        kind: "components",
        program: () => {
            new VirtualMachine("test2", { zone: "europe-west1-b", network: { network: "apps", subnet: "apps" } });
        },
    },
    {
        title: "No service account",
        hcl: 254,
        kind: "transform",
        program: () => {
            new VirtualMachine("test2", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                transform: { instance: { serviceAccount: undefined } },
            });
        },
    },
    {
        title: "Disk Ordering",
        hcl: 420,
        kind: "components",
        given: regionDisk,
        program: () => {
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                disks: { "repd-1": { disk: PersistentDisk.existing("repd-test-1", { region: "europe-west1" }) } },
            });
        },
    },
    {
        title: "Disk Ordering (2)",
        hcl: 524,
        kind: "raw",
        given: regionDisk,
        program: () => {
            const { email } = new ServiceAccount("tf-vm-test");
            new InstanceTemplate("test", {
                machineType: "e2-micro",
                disks: [
                    { boot: true, sourceImage: "debian-cloud/debian-13", diskSizeGb: 10, diskType: "pd-balanced" },
                    {
                        deviceName: "repd",
                        source: PersistentDisk.existing("repd-test-1", { region: "europe-west1" }).disk.selfLink,
                        autoDelete: false,
                    },
                ],
                networkInterfaces: [{ network: "apps", subnetwork: "apps" }],
                serviceAccount: { email, scopes: ["https://www.googleapis.com/auth/cloud-platform"] },
            });
        },
    },
    {
        title: "Disk types and options",
        hcl: 530,
        kind: "components",
        given: () => {
            const zone = "europe-west1-b";
            const { id } = new Disk("disk", { zone, size: 10 }, { dependsOn: compute() });
            new Snapshot("snapshot-2", { name: "snapshot-2", sourceDisk: id });
        },
        program: () => {
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                // The module creates no regional disk from the image.
                disks: {
                    data1: { replicaZone: "europe-west1-c" },
                    data0: { mode: "read-only", size: "20 GB", type: "pd-ssd", snapshot: "snapshot-2" },
                },
            });
        },
    },
    {
        title: "Disk types and options (2)",
        hcl: 900,
        kind: "components",
        program: () => {
            const image = { family: "debian-12", project: "debian-cloud" };
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                machineType: "n4-standard-2",
                network: { network: "apps", subnet: "apps" },
                image,
                bootDisk: { type: "hyperdisk-balanced", iops: 3000, throughput: 140 },
                disks: {
                    data1: { type: "hyperdisk-balanced", iops: 3000, throughput: 140 },
                    data2: { type: "hyperdisk-balanced", iops: 5000, throughput: 500, image },
                },
            });
        },
    },
    {
        title: "Disk types and options (3)",
        hcl: 1290,
        kind: "both",
        program: () => {
            const zone = "europe-west1-c";
            const pool = new StoragePool("storage-pool-basic", {
                zone,
                storagePoolType: "hyperdisk-balanced",
                poolProvisionedCapacityGb: "20480",
                poolProvisionedIops: "10000",
                poolProvisionedThroughput: "1024",
                deletionProtection: false,
            });
            const boot = new Disk("test-boot", {
                zone,
                image: "projects/debian-cloud/global/images/family/debian-12",
                type: "hyperdisk-balanced",
                provisionedIops: 3000,
                provisionedThroughput: 140,
                storagePool: pool.id,
            });
            new VirtualMachine("test", {
                zone,
                machineType: "c4d-standard-2",
                network: { network: "apps", subnet: "apps" },
                disks: {
                    data1: { type: "hyperdisk-balanced" },
                    data2: {
                        type: "hyperdisk-balanced",
                        iops: 5000,
                        throughput: 500,
                        image: { family: "debian-12", project: "debian-cloud" },
                    },
                },
                transform: {
                    instance: { bootDisk: { source: boot.id, autoDelete: false, initializeParams: undefined } },
                    disk: (args, _, name) => {
                        if (name === "test-data1") {
                            args.storagePool = pool.id;
                        }
                    },
                },
            });
        },
    },
    {
        title: "Disk types and options (4)",
        hcl: 919,
        kind: "transform",
        program: () => {
            const image = { family: "debian-12-arm64", project: "debian-cloud" };
            new VirtualMachine("test", {
                zone: "europe-west1-c",
                machineType: "c4a-standard-1",
                network: { network: "apps", subnet: "apps" },
                image,
                bootDisk: { type: "hyperdisk-balanced", iops: 3000, throughput: 140 },
                disks: {
                    data1: { type: "hyperdisk-balanced", iops: 3000, throughput: 140 },
                    data2: { type: "hyperdisk-balanced", iops: 5000, throughput: 500, image },
                },
                transform: {
                    instance: { bootDisk: { initializeParams: { architecture: "ARM64" } } },
                    disk: { architecture: "ARM64" },
                },
            });
        },
    },
    {
        title: "Boot disk as an independent resource",
        hcl: 308,
        kind: "components",
        program: () => {
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                bootDisk: { independent: true },
            });
        },
    },
    {
        title: "Internal and external IPs",
        hcl: 551,
        kind: "components",
        given: () => {
            vpc();
            new Address("external", { name: "external" }, { dependsOn: compute() });
        },
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const zone = "europe-west1-b";
            const internal = { type: "regional-internal", network, address: "10.0.0.2" } as const;
            const privateAddress = new IpAddress("internal", internal);
            new VirtualMachine("vm-internal-ip", { zone, network, privateAddress });
            new VirtualMachine("vm-external-ip", { zone, network, publicAddress: IpAddress.existing("external") });
        },
    },
    {
        title: "Using Alias IPs",
        hcl: 270,
        kind: "components",
        program: () => {
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", aliasRanges: { services: "100.71.1.123/32" } },
            });
        },
    },
    {
        title: "Using gVNIC",
        hcl: 779,
        kind: "both",
        program: () => {
            const features = ["GVNIC", "SEV_CAPABLE", "UEFI_COMPATIBLE", "VIRTIO_SCSI_MULTIQUEUE"];
            const image = new Image("my-image", {
                sourceImage:
                    "https://www.googleapis.com/compute/v1/projects/cos-cloud/global/images/cos-89-16108-534-18",
                guestOsFeatures: features.map((type) => ({ type })),
            });
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", nicType: "GVNIC" },
                bootDisk: { type: "pd-ssd" },
                transform: { instance: { bootDisk: { initializeParams: { image: image.selfLink } } } },
            });
        },
    },
    {
        title: "PSC interfaces",
        hcl: 576,
        kind: "both",
        given: vpc,
        program: () => {
            const { subnetworks } = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const attachment = new NetworkAttachment("svc-0", {
                region: "europe-west1",
                subnetworks: [subnetworks.apps?.id ?? ""],
                connectionPreference: "ACCEPT_MANUAL",
                producerAcceptLists: ["acme-dev"],
            });
            new VirtualMachine("vm-internal-ip", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                transform: {
                    instance: {
                        networkInterfaces: (interfaces) => [...interfaces, { networkAttachment: attachment.id }],
                    },
                },
            });
        },
    },
    {
        title: "Metadata",
        hcl: 412,
        kind: "components",
        program: () => {
            new VirtualMachine("nginx-server", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                labels: { env: "dev", system: "crm" },
                startupScript: "./files/nginx.sh",
            });
        },
    },
    {
        title: "IAM",
        hcl: 301,
        kind: "components",
        program: () => {
            const machine = new VirtualMachine("webserver", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
            });
            allow(machine.role("roles/compute.instanceAdmin"), "group:organization-admins@example.org");
        },
    },
    {
        title: "Spot VM",
        hcl: 303,
        kind: "components",
        program: () => {
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                spot: true,
            });
        },
    },
    {
        title: "Confidential compute",
        hcl: 824,
        kind: "raw",
        program: () => {
            new VirtualMachine("confidential-vm", {
                zone: "europe-west1-b",
                machineType: "n2d-standard-2",
                network: { network: "apps", subnet: "apps" },
                image: { family: "debian-12", project: "debian-cloud" },
                confidential: "SEV",
            });
            new InstanceTemplate("confidential-template", {
                machineType: "n2d-standard-2",
                confidentialInstanceConfig: { enableConfidentialCompute: true },
                disks: [
                    {
                        boot: true,
                        sourceImage: "projects/debian-cloud/global/images/family/debian-12",
                        diskSizeGb: 10,
                        diskType: "pd-balanced",
                    },
                ],
                networkInterfaces: [{ network: "apps", subnetwork: "apps" }],
            });
        },
    },
    {
        title: "External keys",
        hcl: 1165,
        kind: "components",
        program: () => {
            new VirtualMachine("kms-test", {
                zone: "europe-west1-b",
                network: new Network("my-network", { subnets: { production: { range: "10.0.0.0/24" } } }),
                disks: { "attached-disk": {} },
                encryptionKey: new KmsKey("key-regional"),
            });
        },
    },
    {
        title: "KMS Autokey",
        hcl: 487,
        kind: "components",
        config: { "gcp:region": "europe-west8" },
        program: () => {
            new VirtualMachine("kms-test", {
                zone: "europe-west8-b",
                network: {
                    network: "projects/myhost/global/networks/dev-spoke-0",
                    subnet: "projects/myhost/regions/europe-west8/subnetworks/gce",
                },
                disks: { "attached-disk": {} },
                encryptionKey: new KmsKeyHandle("default", { resourceType: "compute.googleapis.com/Disk" }),
            });
        },
    },
    {
        title: "Advanced machine features",
        hcl: 337,
        kind: "components",
        program: () => {
            // E2, the default there and here, has none of them.
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                machineType: "c4-standard-2",
                network: { network: "apps", subnet: "apps" },
                advancedMachineFeatures: { nestedVirtualization: true, turboMode: "ALL_CORE_MAX", threadsPerCore: 2 },
            });
        },
    },
    {
        title: "Global template",
        hcl: 423,
        kind: "raw",
        given: account,
        program: () => {
            const { email } = ServiceAccount.existing("fixture-service-account");
            new InstanceTemplate("test", {
                machineType: "e2-micro",
                disks: [
                    {
                        boot: true,
                        sourceImage: "projects/cos-cloud/global/images/family/cos-stable",
                        diskSizeGb: 10,
                        diskType: "pd-balanced",
                    },
                    { deviceName: "disk-0", diskName: "disk-0", diskSizeGb: 10, diskType: "pd-balanced" },
                ],
                networkInterfaces: [{ network: "apps", subnetwork: "apps" }],
                serviceAccount: { email, scopes: ["https://www.googleapis.com/auth/cloud-platform"] },
            });
        },
    },
    {
        title: "Regional template",
        hcl: 460,
        kind: "raw",
        given: account,
        program: () => {
            const { email } = ServiceAccount.existing("fixture-service-account");
            new RegionInstanceTemplate("test", {
                region: "europe-west1",
                machineType: "e2-micro",
                disks: [
                    {
                        boot: true,
                        sourceImage: "projects/cos-cloud/global/images/family/cos-stable",
                        diskSizeGb: 10,
                        diskType: "pd-balanced",
                    },
                    { deviceName: "disk-0", diskSizeGb: 10, diskType: "pd-balanced", autoDelete: true },
                ],
                networkInterfaces: [{ network: "apps", subnetwork: "apps" }],
                serviceAccount: { email, scopes: ["https://www.googleapis.com/auth/cloud-platform"] },
            });
        },
    },
    {
        title: "Instance group",
        hcl: 551,
        kind: "components",
        given: () => {
            new ServiceAccount("ilb-test");
        },
        program: () => {
            const machine = new VirtualMachine("ilb-test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                image: { family: "cos-stable", project: "cos-cloud" },
                account: ServiceAccount.existing("ilb-test"),
                metadata: { "user-data": "cloud config" },
            });
            new UnmanagedInstanceGroup("ilb-test", { machines: [machine] });
        },
    },
    {
        title: "Instance group (2)",
        hcl: 292,
        kind: "raw",
        given: () => {
            const network = vpc().network.id;
            const zone = "europe-west1-b";
            new InstanceGroup(
                "my-existing-group-id",
                { name: "my-existing-group-id", zone, network },
                { dependsOn: compute() },
            );
        },
        program: () => {
            const { instance } = new VirtualMachine("ilb-test-member", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
            });
            new InstanceGroupMembership("ilb-test-member", {
                zone: "europe-west1-b",
                instanceGroup: "my-existing-group-id",
                instance: instance.selfLink,
            });
        },
    },
    {
        title: "Instance Schedule and Resource Policies",
        hcl: 412,
        kind: "components",
        program: () => {
            new VirtualMachine("schedule-test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                image: { family: "cos-stable", project: "cos-cloud" },
                schedule: { existing: "projects/acme-dev/regions/europe-west1/resourcePolicies/test" },
            });
        },
    },
    {
        title: "Instance Schedule and Resource Policies (2)",
        hcl: 824,
        kind: "components",
        program: () => {
            new VirtualMachine("schedule-test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                image: { family: "cos-stable", project: "cos-cloud" },
                schedule: { start: "0 8 * * *", stop: "0 17 * * *" },
            });
        },
    },
    {
        title: "Snapshot Schedules",
        hcl: 645,
        kind: "components",
        program: () => {
            new VirtualMachine("schedule-test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                image: { family: "cos-stable", project: "cos-cloud" },
                bootDisk: { snapshots: { every: "1 hour", at: "03:00" } },
                disks: { "disk-1": { replicaZone: "europe-west1-c", snapshots: {} } },
            });
        },
    },
    {
        title: "Resource Manager Tags",
        hcl: 299,
        kind: "components",
        program: () => {
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                resourceManagerTags: { dev: "tagValues/1234567890" },
            });
        },
    },
    {
        title: "Resource Manager Tags (2)",
        hcl: 300,
        kind: "transform",
        program: () => {
            const tags = { resourceManagerTags: { "tagKeys/1234567890": "tagValues/7890123456" } };
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                transform: { instance: { params: tags, bootDisk: { initializeParams: tags } } },
            });
        },
    },
    {
        title: "Sole Tenancy",
        hcl: 371,
        kind: "transform",
        program: () => {
            const nodeAffinities = [
                { key: "workload", operator: "IN", values: ["frontend"] },
                { key: "cpu", operator: "NOT_IN", values: ["c3"] },
            ];
            new VirtualMachine("test", {
                zone: "europe-west1-b",
                machineType: "n1-standard-1",
                network: { network: "apps", subnet: "apps" },
                transform: { instance: { scheduling: { nodeAffinities } } },
            });
        },
    },
    {
        title: "Direct TPU VM",
        hcl: 330,
        kind: "raw",
        program: () => {
            new V2Vm("tpu-direct", {
                name: "tpu-direct",
                zone: "europe-west1-b",
                acceleratorType: "v5litepod-1",
                runtimeVersion: "v2-alpha-tpuv5-lite",
                networkConfig: { network: "apps", subnetwork: "apps" },
            });
        },
    },
    {
        title: "Queued TPU Resource",
        hcl: 315,
        kind: "raw",
        program: () => {
            const zone = "europe-west1-b";
            const node = {
                acceleratorType: "v5litepod-1",
                runtimeVersion: "v2-alpha-tpuv5-lite",
                networkConfig: { network: "apps", subnetwork: "apps" },
            };
            const parent = `projects/acme-dev/locations/${zone}`;
            new V2QueuedResource("tpu-queued", {
                name: "tpu-queued",
                zone,
                tpu: { nodeSpecs: [{ parent, nodeId: "tpu-queued", node }] },
            });
        },
    },
    {
        title: "TPU Instance Template",
        hcl: 299,
        kind: "raw",
        program: () => {
            new InstanceTemplate("tpu-template", {
                machineType: "ct5lp-hightpu-1t",
                disks: [{ boot: true, sourceImage: "debian-cloud/debian-13", diskSizeGb: 10, diskType: "pd-balanced" }],
                networkInterfaces: [{ network: "apps", subnetwork: "apps" }],
            });
        },
    },
];
