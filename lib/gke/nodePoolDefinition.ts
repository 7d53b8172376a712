import type { NodePoolArgs } from "@pulumi/gcp/container/nodePool";
import type * as pulumi from "@pulumi/pulumi";
import { completeBounds } from "../internal/bounds";
import { gigabytesIn } from "../internal/size";
import { type NodePool, nodeGpu, nodeScaling } from "./nodePool";

/** The default numbers of nodes. */
interface Bounds {
    minNodes: number;
    maxNodes: number;
}

/** Disables the kubelet's port without authentication. */
export const readonlyPort = { insecureKubeletReadonlyPortEnabled: "FALSE" };

/** The configuration of all nodes, whatever their pool. */
export function nodeConfig(account: pulumi.Input<string>, labels: Record<string, pulumi.Input<string>>) {
    return {
        imageType: "COS_CONTAINERD",
        serviceAccount: account,
        // The service account's roles alone decide what nodes may do:
        // https://cloud.google.com/kubernetes-engine/docs/how-to/access-scopes
        oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
        resourceLabels: labels,
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: "GKE_METADATA" },
        // Beside another setting the API reads a missing quota as false, which disables the CPU limits of pods:
        // https://github.com/hashicorp/terraform-provider-google/issues/15767
        kubeletConfig: { ...readonlyPort, cpuCfsQuota: true },
    };
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
        upgradeSettings: { strategy: "SURGE", ...(pool.upgrade ?? { maxSurge: 1, maxUnavailable: 0 }) },
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

/** The block of the boot disk has its performance as well; the properties are enough without a block. */
function bootDisk({ diskType, diskSize, diskIops, diskThroughput }: NodePool) {
    const diskSizeGb = diskSize && gigabytesIn(diskSize);
    if (diskIops === undefined && diskThroughput === undefined) {
        return { diskType, diskSizeGb };
    }
    return {
        bootDisk: {
            diskType,
            sizeGb: diskSizeGb,
            provisionedIops: diskIops,
            provisionedThroughput: diskThroughput,
        },
    };
}

/** https://cloud.google.com/kubernetes-engine/docs/how-to/consuming-reservations */
function reservationAffinity({ reservation, queuedProvisioning }: NodePool) {
    if (typeof reservation === "object") {
        const key = "compute.googleapis.com/reservation-name";
        return { consumeReservationType: "SPECIFIC_RESERVATION", key, values: [reservation.name] };
    }
    const type = reservation ?? (queuedProvisioning ? "NO_RESERVATION" : undefined);
    return type && { consumeReservationType: type };
}

function containerdConfig(mirrors: Record<string, string[]>) {
    return {
        registryHosts: Object.entries(mirrors).map(([server, hosts]) => {
            return { server, hosts: hosts.map((host) => ({ host })) };
        }),
    };
}

function guestAccelerators(pool: NodePool) {
    const gpu = nodeGpu(pool);
    return (
        gpu && [
            {
                type: gpu.type,
                count: gpu.count,
                gpuDriverInstallationConfig: { gpuDriverVersion: gpu.driver ?? "DEFAULT" },
            },
        ]
    );
}
