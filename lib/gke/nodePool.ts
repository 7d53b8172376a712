import type { NodePoolArgs } from "@pulumi/gcp/container/nodePool";
import type { GpuType } from "../facts/gpus";
import { gkeLimits } from "../facts/limits/gke";
import { hyphenated, nameFormats } from "../facts/names";
import { type AnyServiceAccount, serviceAccount } from "../iam/serviceAccount";
import { completeBounds, minAboveMax } from "../internal/arguments/bounds";
import * as check from "../internal/arguments/check";
import { regionProblem } from "../internal/arguments/locations";
import type { Size } from "../internal/arguments/size";
import { suffixLength } from "../internal/engine/freshName";
import { bootDisk, diskChecks, diskProblems } from "./bootDisk";
import { gpuCheck, gpuProblems, guestAccelerators, type NodeGpu } from "./nodeGpu";
import { type NodeScaling, nodeScaling, scaling } from "./nodeScaling";
import type { nodeConfig } from "./nodes";
import { containerdConfig, registryMirrors } from "./registryMirrors";
import { type NodeReservation, queueProblems, reservation, reservationAffinity } from "./reservation";

/** A taint: only pods that tolerate it run on the nodes. */
export interface NodeTaint {
    /** The key: up to 63 letters, digits, `_`, `.` and `-`, optionally with a domain and `/` before it. */
    key: string;
    /** The value: up to 63 letters, digits, `_`, `.` and `-`, starting and ending with a letter or digit. */
    value: string;
    /** The effect on other pods: they are not scheduled, only if necessary, or evicted as well. */
    effect: "NO_SCHEDULE" | "PREFER_NO_SCHEDULE" | "NO_EXECUTE";
}

/** A pool of machines of one type in a Standard cluster, autoscaled by the pods' requests. */
export interface NodePool {
    /**
     * The {@link https://cloud.google.com/compute/docs/machine-resource machine type}, such as `e2-standard-4`. Changing this
     * recreates the nodes one after the other, by `upgrade`.
     */
    machineType: string;
    /**
     * The number of nodes in all zones together: a fixed number, or between a minimum and a maximum, by the pods' requests.
     * @default from 1 to 3 in development, from 1 to 6 in staging, from 3 to 30 in production
     */
    scaling?: number | NodeScaling;
    /**
     * Uses {@link https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms Spot VMs}, which cost less and which
     * Compute Engine preempts with a notice of 30 seconds. Changing this replaces the pool.
     * @default false
     */
    spot?: boolean;
    /**
     * How the {@link https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-autoscaler autoscaler} distributes nodes
     * to zones: evenly, or where capacity is available.
     * @default "BALANCED", for Spot VMs "ANY"
     */
    locationPolicy?: "BALANCED" | "ANY";
    /**
     * The zones of the nodes, in the cluster's region: `["europe-west1-b", "europe-west1-c"]`.
     * @default the zones of the cluster: three of its region, or its one zone
     */
    zones?: string[];
    /**
     * The type of the boot disk, as the machine type allows. Changing this recreates the nodes.
     * @default GKE's default for the machine type
     */
    diskType?: "pd-standard" | "pd-balanced" | "pd-ssd" | "hyperdisk-balanced";
    /**
     * The size of the {@link https://cloud.google.com/kubernetes-engine/docs/how-to/custom-boot-disks boot disk} in whole GB:
     * `"10 GB"` to `"65536 GB"`. Changing this recreates the nodes.
     * @default "100 GB"
     */
    diskSize?: Size;
    /**
     * The IOPS of a boot disk of the type `hyperdisk-balanced`: 3,000 to 160,000, as its size and the machine type allow
     * ({@link https://cloud.google.com/compute/docs/disks/hd-types/hyperdisk-balanced limits}).
     * @default the value of Compute Engine for the size
     */
    diskIops?: number;
    /**
     * The throughput of a boot disk of the type `hyperdisk-balanced`, in MiB per second: 140 to 2,400.
     * @default the value of Compute Engine for the size and IOPS
     */
    diskThroughput?: number;
    /**
     * The number of {@link https://cloud.google.com/kubernetes-engine/docs/how-to/persistent-volumes/local-ssd Local SSDs}, on
     * which the ephemeral storage of pods is: 1 to 32, as the machine type allows. Changing this replaces the pool.
     * @default none, but those that are part of the machine type; ephemeral storage is on the boot disk
     */
    localSsds?: number;
    /**
     * Uses {@link https://cloud.google.com/kubernetes-engine/docs/how-to/using-gvnic Google Virtual NIC}, which machines of the
     * third generation and newer always have. Changing this recreates the nodes.
     * @default false
     */
    gvnic?: boolean;
    /**
     * The number of threads per core: 1 disables
     * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/configure-smt simultaneous multithreading}. Changing this
     * replaces the pool.
     * @default 2, as far as the machine type has them
     */
    threadsPerCore?: 1 | 2;
    /**
     * The GPUs of each node: a type, `"nvidia-l4"`, or its options. Changing this replaces the pool.
     * @default none
     * @example
     * ```ts
     * gpu: { type: "nvidia-l4", count: 2 }
     * ```
     */
    gpu?: GpuType | NodeGpu;
    /**
     * Creates nodes only for pods of a ProvisioningRequest, all together
     * ({@link https://cloud.google.com/kubernetes-engine/docs/how-to/provisioningrequest flex-start with queued provisioning}).
     * The pool is empty at first and consumes no reservation. Changing this replaces the pool.
     * @default false
     */
    queuedProvisioning?: boolean;
    /**
     * Whether the nodes consume
     * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/consuming-reservations reservations}: none, any that fits,
     * or a specific one. Changing this replaces the pool.
     * @default GKE's default; "NO_RESERVATION" with `queuedProvisioning`
     */
    reservation?: "NO_RESERVATION" | "ANY_RESERVATION" | NodeReservation;
    /**
     * The service account of the nodes, a {@link ServiceAccount}. It gets the role that nodes need. Changing this replaces the
     * pool.
     * @default the cluster's service account
     */
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * Mirrors that containerd pulls images from first, by registry: `{ "docker.io": ["https://mirror.acme.com"] }`, 1 to 10 each
     * ({@link https://cloud.google.com/kubernetes-engine/docs/how-to/customize-containerd-configuration customize containerd}).
     * @default none
     */
    registryMirrors?: Record<string, string[]>;
    /**
     * Labels of the Kubernetes nodes, for node selectors. Existing nodes are
     * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/update-existing-nodepools updated in place}.
     * @default the defaults of GKE
     */
    labels?: Record<string, string>;
    /**
     * Taints of the Kubernetes nodes. Existing nodes are updated in place.
     * @default only the taints of GKE
     * @example
     * ```ts
     * taints: [{ key: "dedicated", value: "batch", effect: "NO_SCHEDULE" }]
     * ```
     */
    taints?: NodeTaint[];
    /**
     * The {@link https://cloud.google.com/kubernetes-engine/docs/concepts/node-pool-upgrade-strategies surge upgrade}: how many
     * nodes an upgrade adds, and how many it removes beforehand: 1 to 20 together.
     * @default `{ maxSurge: 1, maxUnavailable: 0 }`
     */
    upgrade?: {
        /** The number of nodes that an upgrade adds at a time: 0 to 20. */
        maxSurge: number;
        /** The number of nodes that an upgrade removes before their replacements are ready: 0 to 20. */
        maxUnavailable: number;
    };
}

const labelKey = check.matching(
    /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
    "a key must have up to 63 letters, digits, _, . and -, optionally with a domain and / before it",
);
const labelValue = check.matching(
    /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/,
    "must have up to 63 letters, digits, _, . and -, starting and ending with a letter or digit",
);

const limits = gkeLimits.rows;
const { gkeCluster } = nameFormats.rows;

/** The format of the name of a cluster without its random suffix. */
export const namePrefix = hyphenated(gkeCluster.max - suffixLength);
const upgradedNodes = check.whole(0, limits.upgradedNodes.max);

/** Checks the node pools of a cluster. */
export const nodePools = check.record(
    check.matching(gkeCluster.pattern, `a pool's name ${gkeCluster.rule}`),
    check.options<NodePool>(
        {
            machineType: check.matching(
                /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/,
                "must be a machine type such as e2-standard-4",
            ),
            scaling,
            spot: check.flag(),
            locationPolicy: check.oneOf("BALANCED", "ANY"),
            zones: check.list(check.matching(/^[a-z]+-[a-z]+\d+-[a-z]$/, "must be a zone such as europe-west1-b")),
            ...diskChecks,
            localSsds: check.limit(limits.localSsds),
            gvnic: check.flag(),
            threadsPerCore: check.whole(1, 2),
            queuedProvisioning: check.flag(),
            reservation,
            account: serviceAccount,
            registryMirrors,
            gpu: gpuCheck,
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
                { maxSurge: upgradedNodes, maxUnavailable: upgradedNodes },
                "maxSurge",
                "maxUnavailable",
            ),
        },
        "machineType",
    ),
);

const defaultUpgrade = { maxSurge: 1, maxUnavailable: 0 };

/** Checks combinations of options. */
export function nodePoolProblems(pools: Record<string, NodePool> = {}, region: string): check.Problem[] {
    return Object.entries(pools).flatMap(([key, pool]) => {
        const { zones = [], upgrade = defaultUpgrade } = pool;
        const { min, max } = nodeScaling(pool);
        const path = `nodePools.${key}`;
        const problems = [
            minAboveMax([`${path}.scaling.min`, min], ["max", max]),
            ...zones.map((zone, index) => regionProblem(`${path}.zones.${index}`, zone, region)),
        ].filter((problem) => problem !== undefined);
        const surge = upgrade.maxSurge + upgrade.maxUnavailable;
        const upgraded = limits.upgradedNodes;
        if (surge < upgraded.min || surge > upgraded.max) {
            const reason = `must have from ${upgraded.min} to ${upgraded.max} nodes in maxSurge and maxUnavailable together (got ${surge}).`;
            problems.push(check.problem(`${path}.upgrade`, "gke/upgrade-node-count", reason));
        }
        return [...problems, ...gpuProblems(key, pool), ...diskProblems(path, pool), ...queueProblems(path, pool)];
    });
}

/** The default numbers of nodes. */
interface Bounds {
    minNodes: number;
    maxNodes: number;
}

/** The arguments of a node pool resource, without its name and its cluster. */
export function nodePoolArgs(
    pool: NodePool,
    node: ReturnType<typeof nodeConfig>,
    defaults: Bounds,
    clusterZones: number,
) {
    const leastNodes = pool.queuedProvisioning ? 0 : defaults.minNodes;
    const { min, max } = completeBounds(nodeScaling(pool), { min: leastNodes, max: defaults.maxNodes });
    const zones = pool.zones?.length ?? clusterZones;
    return {
        nodeLocations: pool.zones,
        // Per zone, and only for the creation: the autoscaler changes the number afterwards.
        initialNodeCount: Math.min(Math.ceil(min / zones), Math.floor(max / zones)),
        autoscaling: {
            totalMinNodeCount: min,
            totalMaxNodeCount: max,
            locationPolicy: pool.locationPolicy ?? (pool.spot ? "ANY" : "BALANCED"),
        },
        // The API refuses others in a release channel: https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels
        management: { autoRepair: true, autoUpgrade: true },
        upgradeSettings: { strategy: "SURGE", ...(pool.upgrade ?? defaultUpgrade) },
        queuedProvisioning: pool.queuedProvisioning ? { enabled: true } : undefined,
        nodeConfig: {
            ...node,
            machineType: pool.machineType,
            spot: pool.spot,
            ...bootDisk(pool),
            ephemeralStorageLocalSsdConfig:
                pool.localSsds === undefined ? undefined : { localSsdCount: pool.localSsds },
            gvnic: pool.gvnic === undefined ? undefined : { enabled: pool.gvnic },
            advancedMachineFeatures:
                pool.threadsPerCore === undefined ? undefined : { threadsPerCore: pool.threadsPerCore },
            reservationAffinity: reservationAffinity(pool),
            containerdConfig: pool.registryMirrors && containerdConfig(pool.registryMirrors),
            guestAccelerators: guestAccelerators(pool),
            labels: pool.labels,
            taints: pool.taints,
        },
    } satisfies Partial<NodePoolArgs>;
}
