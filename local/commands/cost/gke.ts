import { facts, regions, seriesOf } from "slipway/facts";
import { type Charge, type Count, hourly, type PriceRow, perUse, priceOf, unknown } from "./charges";
import { diskCharge, localSsdCharge, localSsdSize } from "./disks";
import { acceleratorCharges, machineCharge } from "./machines";
import type { Pricing } from "./pricing";
import { numberIn, objectIn, objectsIn, type Resource, type Stack, textIn } from "./resources";

export const gkePrices = facts<PriceRow>()({
    subject: "Prices of Google Kubernetes Engine",
    source: "https://cloud.google.com/kubernetes-engine/pricing",
    checked: "2026-11-22",
    rows: {
        cluster: { amount: 0.1, unit: "hour" },
        // Of general-purpose pods.
        "us-central1 cpu": { amount: 0.0445, unit: "vCPU-hour", checked: "2026-09-08" },
        "us-central1 memory": { amount: 0.0049225, unit: "GiB-hour", checked: "2026-09-08" },
    },
});

/** The default machine and disk of nodes: https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/NodeConfig */
const defaultMachine = "e2-medium";
const defaultDiskSize = 100;

/** Nodes have Hyperdisk by default where their machines cannot have Persistent Disk. */
const defaultDisk = (machineType: string) =>
    seriesOf(machineType)?.disks.includes("pd-balanced") === false ? "hyperdisk-balanced" : "pd-balanced";

/** In how many zones the nodes of a location are: a region has three, unless the cluster or its pool lists others. */
function zonesOf(location: string | undefined, ...lists: unknown[]): number {
    const [listed] = lists.filter((list): list is unknown[] => Array.isArray(list) && list.length > 0);
    const isRegion = location !== undefined && location in regions.rows;
    // The locations of a zonal cluster are those beside its own.
    return listed === undefined ? (isRegion ? 3 : 1) : listed.length + (isRegion || listed.includes(location) ? 0 : 1);
}

/** Nodes, of a pool or of the default pool of a cluster. */
function nodeCharges(config: Record<string, unknown>, region: string, count: Count): Charge[] {
    const type = textIn(config.machineType) ?? defaultMachine;
    const isSpot = config.spot === true || config.preemptible === true;
    const bootDisk = objectIn(config.bootDisk);
    const disk = diskCharge(
        textIn(bootDisk.diskType) ?? textIn(config.diskType) ?? defaultDisk(type),
        numberIn(bootDisk.sizeGb) ?? numberIn(config.diskSizeGb) ?? defaultDiskSize,
        region,
        count,
    );
    const localSsds = numberIn(config.localSsdCount) ?? 0;
    return [
        machineCharge(type, region, isSpot, count),
        ...acceleratorCharges(config.guestAccelerators, type),
        disk,
        ...(localSsds > 0 ? [localSsdCharge(localSsds * localSsdSize, region, isSpot, count)] : []),
    ];
}

/** How many nodes a pool has at the least and at the most. */
function nodeCount(pool: Record<string, unknown>, zones: number): Count {
    const { minNodeCount, maxNodeCount, totalMinNodeCount, totalMaxNodeCount } = objectIn(pool.autoscaling);
    const total = numberIn(totalMaxNodeCount);
    if (total) {
        return { min: numberIn(totalMinNodeCount) ?? 0, max: total };
    }
    const perZone = numberIn(maxNodeCount);
    if (perZone) {
        return { min: (numberIn(minNodeCount) ?? 0) * zones, max: perZone * zones };
    }
    const fixed = (numberIn(pool.nodeCount) ?? numberIn(pool.initialNodeCount) ?? 1) * zones;
    return { min: fixed, max: fixed };
}

const clusterType = "gcp:container/cluster:Cluster";

function cluster({ values, region }: Resource): Charge[] {
    const fee = hourly("cluster management", priceOf(gkePrices, "cluster"), 1);
    if (values.enableAutopilot === true) {
        return [fee, ...podCharges(region)];
    }
    const zones = zonesOf(textIn(values.location), values.nodeLocations);
    const pools = objectsIn(values.nodePools);
    const initial = numberIn(values.initialNodeCount) ?? 0;
    const hasDefaultPool = values.removeDefaultNodePool !== true && initial > 0 && pools.length === 0;
    const count = { min: initial * zones, max: initial * zones };
    return [
        fee,
        ...(hasDefaultPool ? nodeCharges(objectIn(values.nodeConfig), region, count) : []),
        ...pools.flatMap((pool) =>
            nodeCharges(
                objectIn(pool.nodeConfig),
                region,
                nodeCount(pool, zonesOf(textIn(values.location), pool.nodeLocations, values.nodeLocations)),
            ),
        ),
    ];
}

/** Autopilot bills what pods request. */
const podCharges = (region: string): Charge[] => [
    perUse("CPUs that pods request", priceOf(gkePrices, `${region} cpu`), { place: region }),
    perUse("memory that pods request", priceOf(gkePrices, `${region} memory`), { place: region }),
];

function nodePool(pool: Resource, stack: Stack): Charge[] {
    const owner = stack.referred(pool, "cluster", [clusterType]);
    const location = textIn(pool.values.location) ?? textIn(owner?.values.location);
    const zones = zonesOf(location, pool.values.nodeLocations, owner?.values.nodeLocations);
    return nodeCharges(objectIn(pool.values.nodeConfig), owner?.region ?? pool.region, nodeCount(pool.values, zones));
}

/** What a controller of the cluster makes of an object is billed, and is not in the stack. */
const madeBy = (item: string) => () => [unknown(item, "the cluster creates it, with what it needs at Google Cloud")];

export const gke: Pricing = {
    [clusterType]: cluster,
    "gcp:container/nodePool:NodePool": nodePool,
    "kubernetes:core/v1:Service": ({ values }) =>
        objectIn(values.spec).type === "LoadBalancer" ? madeBy("load balancer")() : [],
    "kubernetes:networking.k8s.io/v1:Ingress": madeBy("load balancer"),
    "kubernetes:gateway.networking.k8s.io/v1:Gateway": madeBy("load balancer"),
    "kubernetes:core/v1:PersistentVolumeClaim": madeBy("disk"),
    "gcp:gkebackup/backupPlan:BackupPlan": () => [unknown("backups", "no source has its price")],
};
