import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

const maintenance =
    "https://cloud.google.com/kubernetes-engine/docs/concepts/maintenance-windows-and-exclusions" as const;

const vpcNative = "https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips" as const;

/** Limits of Google Kubernetes Engine. */
export const gkeLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of GKE",
    source: "https://cloud.google.com/kubernetes-engine/quotas",
    checked: "2026-11-20",
    rows: {
        /** Zonal ones in a zone of a project, and regional ones in a region. */
        clusters: { max: 100, unit: "clusters", checked: "2026-11-29" },
        /** Of a Standard cluster. */
        nodes: { max: 15_000, unit: "nodes" },
        /** Per node. */
        pods: {
            min: 8,
            max: 256,
            unit: "pods",
            source: "https://cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr",
        },
        podsOfService: {
            max: 10_000,
            unit: "pods",
            source: "https://cloud.google.com/kubernetes-engine/docs/concepts/planning-large-clusters",
            checked: "never",
        },
        /** Of the IPv4 range of a cluster's nodes. */
        nodesPrefix: { min: 8, max: 29, unit: "bits", source: vpcNative },
        podsPrefix: { min: 9, max: 24, unit: "bits", source: vpcNative },
        servicesPrefix: { min: 16, max: 28, unit: "bits", source: vpcNative },
        bootDisk: {
            min: 10,
            max: 65_536,
            unit: "GB",
            source: "https://cloud.google.com/kubernetes-engine/docs/how-to/custom-boot-disks",
        },
        /** Of a boot disk of the type Hyperdisk Balanced, per second. */
        bootDiskIops: {
            min: 3_000,
            max: 160_000,
            unit: "operations",
            source: "https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced",
        },
        bootDiskThroughput: {
            min: 140,
            max: 2_400,
            unit: "MiB",
            source: "https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced",
        },
        /** Per node; the machine type may allow fewer. */
        localSsds: {
            min: 1,
            max: 32,
            unit: "disks",
            source: "https://cloud.google.com/compute/docs/disks/local-ssd",
        },
        /** Mirrors of a registry. */
        registryMirrors: {
            max: 10,
            unit: "mirrors",
            source: "https://cloud.google.com/php/docs/reference/cloud-container/latest/V1.ContainerdConfig.RegistryHostConfig",
        },
        /** Nodes that an upgrade changes at a time, `maxSurge` and `maxUnavailable` together. */
        upgradedNodes: {
            min: 1,
            max: 20,
            unit: "nodes",
            source: "https://cloud.google.com/kubernetes-engine/docs/concepts/node-pool-upgrade-strategies",
        },
        maintenanceWindow: { min: "4 hours", source: maintenance },
        /** In any 92 days. */
        maintenanceTime: { min: "48 hours", source: maintenance },
        exclusions: { max: 20, unit: "exclusions", source: maintenance },
        /** Exclusions of all upgrades. */
        fullExclusions: { max: 3, unit: "exclusions", source: maintenance },
        /** Of an exclusion of all upgrades. */
        fullExclusion: { max: "90 days", source: maintenance },
    },
});

/** Limits of backups of clusters. */
export const backupForGkeLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Backup for GKE",
    source: "https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.backupPlans",
    checked: "2026-11-27",
    rows: {
        /** Between two backups of a cron schedule. */
        interval: {
            min: 10,
            unit: "minutes",
            source: "https://cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/how-to/backup-schedule",
        },
        retention: { max: "365 days" },
        /** How long backups cannot be deleted. */
        deleteLock: { max: "90 days" },
        /** Backups that a schedule makes in the time that they are kept. */
        backupsOfRetention: { max: 360, unit: "backups" },
    },
});

/** How long pods may take to terminate. */
export const podTerminationLimits = facts<DurationLimit & { max: NonNullable<DurationLimit["max"]> }>()({
    subject: "Limits of the termination of pods in GKE",
    source: "https://cloud.google.com/kubernetes-engine/docs/how-to/extended-duration-pods",
    checked: "2026-11-25",
    rows: {
        /** On Autopilot, when it removes a node: "the grace period can be up to 10 minutes". */
        autopilot: { max: "10 minutes" },
        /** "a grace period of up to 25 seconds" */
        spot: {
            max: "25 seconds",
            source: "https://cloud.google.com/kubernetes-engine/docs/how-to/autopilot-spot-pods",
        },
    },
});

/** Requests of general-purpose pods that Autopilot accepts without changing them. */
export const autopilotLimits = facts<Limit>()({
    subject: "Limits of pods in GKE Autopilot",
    source: "https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests",
    checked: "2026-11-20",
    rows: {
        cpu: { min: 50, max: 30_000, unit: "m" },
        memory: { min: 52, max: 110 * 1024, unit: "Mi" },
        ephemeralStorage: { min: 10, max: 10 * 1024, unit: "Mi" },
        memoryPerCpu: { min: 1, max: 6.5, unit: "GiB" },
    },
});
