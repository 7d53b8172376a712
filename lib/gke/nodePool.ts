import { type GpuType, gpuCounts, gpuOf } from "../facts/gpus";
import { gkeLimits } from "../facts/limits/gke";
import { hyphenated, nameFormats } from "../facts/names";
import { type AnyServiceAccount, serviceAccount } from "../iam/serviceAccount";
import { minAboveMax } from "../internal/bounds";
import * as check from "../internal/check";
import { computeGpu, computeGpuCount } from "../internal/computeGpu";
import { suffixLength } from "../internal/freshName";
import { type GpuOptions, gpuOptions, gpuOr } from "../internal/gpu";
import { regionProblem } from "../internal/places";
import { diskSize, type Size } from "../internal/size";
import { isObject } from "../internal/value";

/** {@link https://cloud.google.com/kubernetes-engine/docs/concepts/gpus GPUs} of each node of a pool. */
export interface NodeGpu extends GpuOptions {
    /**
     * The driver that GKE installs: the default or the latest version for the node's version, or none.
     * @default "DEFAULT"
     */
    driver?: "DEFAULT" | "LATEST" | "INSTALLATION_DISABLED";
}

/** A taint: only pods that tolerate it run on the nodes. */
export interface NodeTaint {
    key: string;
    value: string;
    /** The effect on other pods: they are not scheduled, only if necessary, or evicted as well. */
    effect: "NO_SCHEDULE" | "PREFER_NO_SCHEDULE" | "NO_EXECUTE";
}

/** A reservation of Compute Engine, whose machines the nodes consume first. */
export interface NodeReservation {
    /** The name of the reservation; with its project if another project shares it: `projects/acme-hub/reservations/gpus`. */
    name: string;
}

/** The number of nodes of a pool in all zones together. */
export interface NodeScaling {
    /**
     * The minimum: 0 to 15,000.
     * @default 1, in production 3; `max` if that is less
     */
    min?: number;
    /**
     * The maximum: 1 to 15,000 ({@link https://cloud.google.com/kubernetes-engine/quotas GKE quotas}).
     * @default 3 in development, 6 in staging, 30 in production; `min` if that is more
     */
    max?: number;
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
    account?: AnyServiceAccount;
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
     */
    taints?: NodeTaint[];
    /**
     * The {@link https://cloud.google.com/kubernetes-engine/docs/concepts/node-pool-upgrade-strategies surge upgrade}: how many
     * nodes an upgrade adds, and how many it removes beforehand: 1 to 20 together.
     * @default `{ maxSurge: 1, maxUnavailable: 0 }`
     */
    upgrade?: { maxSurge: number; maxUnavailable: number };
}

const labelKey = check.matching(
    /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
    "a key must have up to 63 letters, digits, _, . and -, optionally with a domain and / before it",
);
const labelValue = check.matching(
    /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/,
    "must have up to 63 letters, digits, _, . and -, starting and ending with a letter or digit",
);

const registry = check.matching(
    /^[A-Za-z0-9.-]+(:\d{1,5})?$/,
    "must be the host of a registry, such as docker.io or 10.0.1.2:5000",
);
const mirror = check.matching(
    /^(https?:\/\/)?[A-Za-z0-9.-]+(:\d{1,5})?(\/\S*)?$/,
    "must be a host or a URL such as https://mirror.acme.com",
);

const limits = gkeLimits.rows;
const { gkeCluster } = nameFormats.rows;

/** The format of the name of a cluster without its random suffix. */
export const namePrefix = hyphenated(gkeCluster.max - suffixLength);
const nodeCount = check.whole(1, limits.nodes.max, limits.nodes.unit);
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
            scaling: check.either(
                (value) => typeof value === "number",
                nodeCount,
                check.options<NodeScaling>({
                    min: check.whole(0, limits.nodes.max, limits.nodes.unit),
                    max: nodeCount,
                }),
            ),
            spot: check.flag(),
            locationPolicy: check.oneOf("BALANCED", "ANY"),
            zones: check.list(check.matching(/^[a-z]+-[a-z]+\d+-[a-z]$/, "must be a zone such as europe-west1-b")),
            diskType: check.oneOf("pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"),
            diskSize: diskSize(limits.bootDisk),
            diskIops: check.limit(limits.bootDiskIops),
            diskThroughput: check.limit(limits.bootDiskThroughput),
            localSsds: check.limit(limits.localSsds),
            gvnic: check.flag(),
            threadsPerCore: check.whole(1, 2),
            queuedProvisioning: check.flag(),
            reservation: check.either(
                isObject,
                check.options<NodeReservation>(
                    {
                        name: check.matching(
                            /^(projects\/[^/]+\/reservations\/)?[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
                            "must be a reservation such as gpus, or projects/acme-hub/reservations/gpus",
                        ),
                    },
                    "name",
                ),
                check.oneOf("NO_RESERVATION", "ANY_RESERVATION"),
            ),
            account: serviceAccount,
            registryMirrors: check.record(
                registry,
                check.pipe(
                    check.list(mirror),
                    check.refine<readonly string[]>((all) => all.length > 0, "must have a mirror"),
                    check.atMost(limits.registryMirrors),
                ),
            ),
            gpu: gpuOr(
                computeGpu,
                check.options<NodeGpu>(
                    {
                        type: computeGpu,
                        count: computeGpuCount,
                        driver: check.oneOf("DEFAULT", "LATEST", "INSTALLATION_DISABLED"),
                    },
                    "type",
                ),
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
                { maxSurge: upgradedNodes, maxUnavailable: upgradedNodes },
                "maxSurge",
                "maxUnavailable",
            ),
        },
        "machineType",
    ),
);

/** The bounds of a pool, of which a number is both. */
export const nodeScaling = ({ scaling = {} }: NodePool): NodeScaling =>
    typeof scaling === "number" ? { min: scaling, max: scaling } : scaling;

/** The GPUs of each node, by default all that the machine type includes. */
export function nodeGpu({ gpu, machineType }: NodePool): (NodeGpu & { count: number }) | undefined {
    const options = gpu && gpuOptions<GpuType, NodeGpu>(gpu);
    const included = gpuOf(machineType);
    return options && { count: included?.type === options.type ? included.count : 1, ...options };
}

/** Checks combinations of options. */
export function nodePoolProblems(pools: Record<string, NodePool> = {}, region: string): check.Problem[] {
    return Object.entries(pools).flatMap(([key, pool]) => {
        const { zones = [], upgrade } = pool;
        const { min, max } = nodeScaling(pool);
        const path = `nodePools.${key}`;
        const problems = [
            minAboveMax([`${path}.scaling.min`, min], ["max", max]),
            ...zones.map((zone, index) => regionProblem(`${path}.zones.${index}`, zone, region)),
        ].filter((problem) => problem !== undefined);
        const surge = upgrade ? upgrade.maxSurge + upgrade.maxUnavailable : 1;
        const upgraded = limits.upgradedNodes;
        if (surge < upgraded.min || surge > upgraded.max) {
            const reason = `must have from ${upgraded.min} to ${upgraded.max} nodes in maxSurge and maxUnavailable together (got ${surge}).`;
            problems.push(check.problem(`${path}.upgrade`, "gke/upgrade-node-count", reason));
        }
        const gpu = nodeGpu(pool);
        const counts = gpu && gpuCounts(gpu.type);
        if (counts && !counts.includes(gpu.count)) {
            const reason = `must be one of ${counts.join(", ")} for ${gpu.type} (got ${gpu.count}).`;
            problems.push(check.problem(`${path}.gpu.count`, "gke/gpu-count-of-type", reason));
        }
        return [...problems, ...diskProblems(path, pool), ...queueProblems(path, pool)];
    });
}

/** Only Hyperdisk Balanced has configurable performance. */
function diskProblems(path: string, pool: NodePool): check.Problem[] {
    const options = (["diskIops", "diskThroughput"] as const).filter((option) => pool[option] !== undefined);
    return pool.diskType === "hyperdisk-balanced"
        ? []
        : options.map((option) => {
              const reason = `requires diskType: "hyperdisk-balanced" (got ${pool[option]}).`;
              return check.problem(`${path}.${option}`, "gke/option-of-disk-type", reason);
          });
}

/**
 * The API: "Queued_provisioning requires reservation affinity to be set to none", and a minimum of no nodes.
 * https://github.com/hashicorp/terraform-provider-google/issues/18341
 * https://github.com/GoogleCloudPlatform/k8s-config-connector/pull/11085
 */
function queueProblems(path: string, pool: NodePool): check.Problem[] {
    const { scaling, queuedProvisioning, reservation } = pool;
    if (!queuedProvisioning) {
        return [];
    }
    const problems: check.Problem[] = [];
    const { min = 0 } = nodeScaling(pool);
    if (typeof scaling === "number") {
        const reason = `must have a minimum of 0 with queuedProvisioning (got ${scaling}). Set only its max.`;
        problems.push(check.problem(`${path}.scaling`, "gke/queued-scaling-fixed", reason));
    } else if (min > 0) {
        const reason = `must be 0 with queuedProvisioning (got ${min}). Remove it.`;
        problems.push(check.problem(`${path}.scaling.min`, "gke/queued-scaling-min", reason));
    }
    if (reservation !== undefined && reservation !== "NO_RESERVATION") {
        const reason = `must be NO_RESERVATION with queuedProvisioning (got ${JSON.stringify(reservation)}). Remove it.`;
        problems.push(check.problem(`${path}.reservation`, "gke/queued-reservation", reason));
    }
    return problems;
}
