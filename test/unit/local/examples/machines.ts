import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

const zone = "europe-west1-b";
const image = "projects/debian-cloud/global/images/family/debian-12";
const agentRole = "roles/compute.instanceAdmin.v1";

export function prepare(world: World): void {
    world.enable("compute", "iap");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "apps", network: "private", ipCidrRange: "10.0.0.0/24" });
    world.make("Disk", { name: "data", zone, size: 100 });
    world.make("Disk", { name: "more", zone, size: 100 });
    world.make("Snapshot", { name: "monday", sourceDisk: "data", zone });
    world.make("RegionDisk", {
        name: "both",
        region: "europe-west1",
        replicaZones: [zone, "europe-west1-c"],
        size: 200,
    });
    const agent = `serviceAccount:service-${world.number}@compute-system.iam.gserviceaccount.com`;
    world.make("ProjectIAMMember", { project: "acme-dev", role: agentRole, member: agent });
    world.make("ResourcePolicy", {
        name: "nights",
        region: "europe-west1",
        instanceSchedulePolicy: { timeZone: "Europe/Berlin", vmStopSchedule: { schedule: "0 19 * * *" } },
    });
    world.make("ResourcePolicy", {
        name: "daily",
        region: "europe-west1",
        snapshotSchedulePolicy: { schedule: { dailySchedule: { daysInCycle: 1, startTime: "04:00" } } },
    });
    world.make("Instance", { name: "present", zone, ...plain });
}

const plain = {
    machineType: "e2-medium",
    bootDisk: { initializeParams: { image } },
    networkInterfaces: [{ subnetwork: "apps", network: "private" }],
};

const member = { zone, role: "roles/compute.osLogin", member: "user:ann@acme.com" };
const tunnel = { zone, role: "roles/iap.tunnelResourceAccessor", member: "user:ann@acme.com" };
const policyOf = (role: string) => JSON.stringify({ bindings: [{ role, members: ["user:ann@acme.com"] }] });

export const examples: Record<string, Inputs[]> = {
    "gcp:compute/instance:Instance": [
        { zone, ...plain },
        {
            name: "much",
            zone,
            machineType: "n1-standard-4",
            description: "Trains.",
            allowStoppingForUpdate: true,
            guestAccelerators: [{ type: "nvidia-tesla-t4", count: 1 }],
            scheduling: { automaticRestart: true, onHostMaintenance: "TERMINATE" },
            bootDisk: { initializeParams: { image, size: 50, type: "pd-ssd", labels: { team: "ml" } } },
            attachedDisks: [{ source: "data", deviceName: "data" }],
            networkInterfaces: [{ subnetwork: "apps", network: "private" }],
            serviceAccount: { email: "example@acme-dev.iam.gserviceaccount.com", scopes: ["cloud-platform"] },
            shieldedInstanceConfig: { enableSecureBoot: true },
            metadata: { "enable-oslogin": "TRUE" },
            tags: ["ml"],
            labels: { team: "ml" },
            resourcePolicies: "projects/acme-dev/regions/europe-west1/resourcePolicies/nights",
        },
    ],
    "gcp:compute/disk:Disk": [
        { zone },
        { name: "much", zone, type: "hyperdisk-balanced", size: 20, provisionedIops: 4000, labels: { team: "ml" } },
        { name: "again", zone, snapshot: "monday", size: 200 },
    ],
    "gcp:compute/regionDisk:RegionDisk": [
        { region: "europe-west1", replicaZones: [zone, "europe-west1-c"], size: 200 },
        {
            name: "much",
            region: "europe-west1",
            replicaZones: [zone, "europe-west1-d"],
            type: "pd-ssd",
            snapshot: "monday",
            labels: { team: "ml" },
        },
    ],
    "gcp:compute/snapshot:Snapshot": [
        { sourceDisk: "data", zone },
        {
            name: "much",
            sourceDisk: "more",
            zone,
            description: "Of today.",
            storageLocations: ["eu"],
            labels: { team: "ml" },
        },
    ],
    "gcp:compute/regionDiskResourcePolicyAttachment:RegionDiskResourcePolicyAttachment": [
        { name: "daily", disk: "both", region: "europe-west1" },
    ],
    "gcp:compute/attachedDisk:AttachedDisk": [
        { disk: "more", instance: "present", zone },
        { disk: "more", instance: "projects/acme-dev/zones/europe-west1-b/instances/present", deviceName: "more" },
    ],
    "gcp:compute/resourcePolicy:ResourcePolicy": [
        {
            region: "europe-west1",
            instanceSchedulePolicy: {
                timeZone: "Etc/UTC",
                vmStartSchedule: { schedule: "0 7 * * MON-FRI" },
                vmStopSchedule: { schedule: "0 19 * * *" },
            },
        },
        {
            name: "much",
            region: "europe-west1",
            snapshotSchedulePolicy: {
                schedule: { weeklySchedule: { dayOfWeeks: [{ day: "MONDAY", startTime: "04:00" }] } },
                retentionPolicy: { maxRetentionDays: 14 },
                snapshotProperties: { storageLocations: "eu" },
            },
        },
    ],
    "gcp:compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment": [
        { name: "daily", disk: "data", zone },
        { name: "daily", disk: "more", zone },
    ],
    "gcp:compute/instanceIAMMember:InstanceIAMMember": [{ instanceName: "present", ...member }],
    "gcp:compute/instanceIAMBinding:InstanceIAMBinding": [
        { instanceName: "present", zone, role: member.role, members: [member.member] },
    ],
    "gcp:compute/instanceIAMPolicy:InstanceIAMPolicy": [
        { instanceName: "present", zone, policyData: policyOf(member.role) },
    ],
    "gcp:compute/diskIamMember:DiskIamMember": [
        { name: "data", zone, role: "roles/compute.storageAdmin", member: member.member },
    ],
    "gcp:compute/diskIamBinding:DiskIamBinding": [
        { name: "data", zone, role: "roles/compute.storageAdmin", members: [member.member] },
    ],
    "gcp:compute/diskIamPolicy:DiskIamPolicy": [
        { name: "data", zone, policyData: policyOf("roles/compute.storageAdmin") },
    ],
    "gcp:iap/tunnelInstanceIAMMember:TunnelInstanceIAMMember": [{ instance: "present", ...tunnel }],
    "gcp:iap/tunnelInstanceIAMBinding:TunnelInstanceIAMBinding": [
        { instance: "present", zone, role: tunnel.role, members: [tunnel.member] },
    ],
    "gcp:iap/tunnelInstanceIAMPolicy:TunnelInstanceIAMPolicy": [
        { instance: "present", zone, policyData: policyOf(tunnel.role) },
    ],
};
