import type { NodePoolArgs } from "@pulumi/gcp/container/nodePool";
import type * as pulumi from "@pulumi/pulumi";
import { minAboveMax } from "../internal/bounds";
import * as check from "../internal/check";
import { regionProblem } from "../internal/places";

/** Accelerators of every node of a pool, such as GPUs. */
export interface NodeAccelerator {
    /** The type, such as `nvidia-l4` ("About GPUs in GKE"). */
    type: string;
    /** How many each node has: 1 to 16, as the machine type allows. */
    count: number;
    /**
     * Which driver GKE installs: that of the node's version, the newest, or none.
     * @default "DEFAULT"
     */
    driver?: "DEFAULT" | "LATEST" | "INSTALLATION_DISABLED";
}

/** A taint: only pods that tolerate it run on the nodes. */
export interface NodeTaint {
    key: string;
    value: string;
    /** What happens to other pods: they are not put there, only if need be, or driven away as well. */
    effect: "NO_SCHEDULE" | "PREFER_NO_SCHEDULE" | "NO_EXECUTE";
}

/** Machines of one type in a Standard cluster, as many as the pods need. */
export interface NodePool {
    /**
     * The type of the machines, such as `e2-standard-4` ("Machine families resource"). With another one GKE replaces the nodes one
     * after the other, as `upgrade` says.
     */
    machineType: string;
    /**
     * Nodes at least, in all zones together: 0 to 15,000.
     * @default 1, in production 3; `maxNodes` where that is less
     */
    minNodes?: number;
    /**
     * Nodes at most, in all zones together: 1 to 15,000 ("Quotas and limits" of GKE).
     * @default 3 in development, 6 in staging, 30 in production; `minNodes` where that is more
     */
    maxNodes?: number;
    /**
     * Whether the machines are Spot VMs, which cost less and which Compute Engine takes away with a notice of 30 seconds ("Spot
     * VMs"). Another answer makes another pool.
     * @default false
     */
    spot?: boolean;
    /**
     * How the autoscaler spreads nodes over the zones: evenly, or to where they are to be had ("About GKE cluster autoscaling").
     * @default "BALANCED", for Spot VMs "ANY"
     */
    locationPolicy?: "BALANCED" | "ANY";
    /**
     * The zones of the nodes, in the cluster's region: `["europe-west1-b", "europe-west1-c"]`.
     * @default those of the cluster: three of its region, or its one zone
     */
    zones?: string[];
    /**
     * The type of the boot disk, as the machine type allows. With another one GKE replaces the nodes, as with another machine type.
     * @default as GKE chooses for the machine type
     */
    diskType?: "pd-standard" | "pd-balanced" | "pd-ssd" | "hyperdisk-balanced";
    /**
     * The size of the boot disk in GB: 10 to 65,536 ("Configure boot disks"). With another one GKE replaces the nodes as well.
     * @default 100
     */
    diskSizeGb?: number;
    /**
     * Accelerators of each node. Others make another pool.
     * @default none
     */
    accelerator?: NodeAccelerator;
    /**
     * Labels of the Kubernetes nodes, by which pods choose them. Others are given to the nodes that there are ("Update Kubernetes
     * node labels and taints for node pools").
     * @default those of GKE
     */
    labels?: Record<string, string>;
    /**
     * Taints of the Kubernetes nodes. Others are given to the nodes that there are.
     * @default none but those of GKE
     */
    taints?: NodeTaint[];
    /**
     * How many nodes an upgrade makes beside those that there are, and how many it takes away beforehand: from 1 to 20 together
     * ("Node upgrade strategies").
     * @default `{ maxSurge: 1, maxUnavailable: 0 }`
     */
    upgrade?: { maxSurge: number; maxUnavailable: number };
}

const labelKey = check.matching(
    /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
    "a key must have up to 63 letters, digits, _, . and -, with a domain and / before it if need be",
);
const labelValue = check.matching(
    /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/,
    "must have up to 63 letters, digits, _, . and -, starting and ending with a letter or digit",
);

/** Checks the node pools of a cluster. */
export const nodePools: check.Check = check.pipe(
    check.record(
        check.matching(
            /^[a-z]([a-z0-9-]{0,31}[a-z0-9])?$/,
            "a pool's name must have up to 33 lower-case letters, digits and hyphens and start with a letter",
        ),
        check.options<NodePool>(
            {
                machineType: check.matching(
                    /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/,
                    "must be a machine type, as e2-standard-4 is",
                ),
                minNodes: check.whole(0, 15000, "nodes"),
                maxNodes: check.whole(1, 15000, "nodes"),
                spot: check.flag(),
                locationPolicy: check.oneOf("BALANCED", "ANY"),
                zones: check.list(check.matching(/^[a-z]+-[a-z]+\d+-[a-z]$/, "must be a zone, as europe-west1-b is")),
                diskType: check.oneOf("pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"),
                diskSizeGb: check.whole(10, 65536, "GB"),
                accelerator: check.options<NodeAccelerator>(
                    {
                        type: check.matching(/^[a-z0-9]+(-[a-z0-9]+)*$/, "must be an accelerator, as nvidia-l4 is"),
                        count: check.whole(1, 16),
                        driver: check.oneOf("DEFAULT", "LATEST", "INSTALLATION_DISABLED"),
                    },
                    "type",
                    "count",
                ),
                labels: check.record(labelKey, labelValue),
                taints: check.list(
                    check.options<NodeTaint>(
                        {
                            key: labelKey,
                            value: labelValue,
                            effect: check.oneOf("NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"),
                        },
                        "key",
                        "value",
                        "effect",
                    ),
                ),
                upgrade: check.options<NonNullable<NodePool["upgrade"]>>(
                    { maxSurge: check.whole(0, 20), maxUnavailable: check.whole(0, 20) },
                    "maxSurge",
                    "maxUnavailable",
                ),
            },
            "machineType",
        ),
    ),
    check.refine(
        (pools) => Object.keys(pools as object).length > 0,
        "must have a pool\nLeave it out for an Autopilot cluster, which makes its own nodes.",
    ),
);

/** How many nodes pools have by default. */
interface Bounds {
    minNodes: number;
    maxNodes: number;
}

/** What is wrong with pools whose options are right each by itself. */
export function nodePoolProblems(pools: Record<string, NodePool> = {}, region: string): check.Problem[] {
    return Object.entries(pools).flatMap(([key, { minNodes, maxNodes, zones = [], upgrade }]) => {
        const path = `nodePools.${key}`;
        const problems = [
            minAboveMax([`${path}.minNodes`, minNodes], ["maxNodes", maxNodes]),
            ...zones.map((zone, index) => regionProblem(`${path}.zones.${index}`, zone, region)),
        ].filter((problem) => problem !== undefined);
        const moved = upgrade ? upgrade.maxSurge + upgrade.maxUnavailable : 1;
        if (moved < 1 || moved > 20) {
            const reason = `must have from 1 to 20 nodes in maxSurge and maxUnavailable together (got ${moved}).`;
            problems.push({ path: `${path}.upgrade`, reason });
        }
        return problems;
    });
}

/** What every node has, whatever its pool. */
export function nodeConfig(account: pulumi.Input<string>, labels: Record<string, pulumi.Input<string>>) {
    return {
        imageType: "COS_CONTAINERD",
        serviceAccount: account,
        // What the nodes may do is decided by the account's roles alone ("Access scopes in GKE").
        oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
        resourceLabels: labels,
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: "GKE_METADATA" },
        kubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" },
    };
}

/** A pool in the form of the provider, but for its name and its cluster. */
export function nodePoolDefinition(
    pool: NodePool,
    node: ReturnType<typeof nodeConfig>,
    defaults: Bounds,
    clusterZones: number,
) {
    const minNodes = pool.minNodes ?? Math.min(defaults.minNodes, pool.maxNodes ?? defaults.minNodes);
    const maxNodes = pool.maxNodes ?? Math.max(defaults.maxNodes, minNodes);
    const zones = pool.zones?.length ?? clusterZones;
    return {
        nodeLocations: pool.zones,
        // It is a number of nodes in each zone, and never again asked for: the autoscaler has decided since.
        initialNodeCount: Math.min(Math.ceil(minNodes / zones), Math.floor(maxNodes / zones)),
        autoscaling: {
            totalMinNodeCount: minNodes,
            totalMaxNodeCount: maxNodes,
            locationPolicy: pool.locationPolicy ?? (pool.spot ? "ANY" : "BALANCED"),
        },
        management: { autoRepair: true, autoUpgrade: true },
        upgradeSettings: { strategy: "SURGE", ...(pool.upgrade ?? { maxSurge: 1, maxUnavailable: 0 }) },
        nodeConfig: {
            ...node,
            machineType: pool.machineType,
            spot: pool.spot,
            diskType: pool.diskType,
            diskSizeGb: pool.diskSizeGb,
            guestAccelerators: pool.accelerator && [accelerators(pool.accelerator)],
            labels: pool.labels,
            taints: pool.taints,
        },
    } satisfies Partial<NodePoolArgs>;
}

function accelerators({ type, count, driver = "DEFAULT" }: NodeAccelerator) {
    return { type, count, gpuDriverInstallationConfig: { gpuDriverVersion: driver } };
}
