import { gkeLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { type Inputs, oneOf } from "../../rules/rules";
import { machineOf } from "./machines";
import { filled, merged } from "./merged";
import { badRequest } from "./names";

/** "Access scopes in GKE": what nodes have whose program says nothing. */
export const usualScopes = [
    "devstorage.read_only",
    "logging.write",
    "monitoring",
    "service.management.readonly",
    "servicecontrol",
    "trace.append",
].map((scope) => `https://www.googleapis.com/auth/${scope}`);

export const usualMachine = "e2-medium";

/** What the server sets in blocks that the program gives. */
const inBlocks: Record<string, unknown> = {
    "guestAccelerators.gpuDriverInstallationConfig": { gpuDriverVersion: "GPU_DRIVER_VERSION_UNSPECIFIED" },
    "kubeletConfig.memoryManager.policy": "None",
    "kubeletConfig.topologyManager.policy": "none",
    "kubeletConfig.topologyManager.scope": "container",
    "linuxNodeConfig.cgroupMode": "CGROUP_MODE_UNSPECIFIED",
    "linuxNodeConfig.customNodeInit.initScript.gcsGeneration": 0,
    "linuxNodeConfig.transparentHugepageEnabled": "TRANSPARENT_HUGEPAGE_ENABLED_UNSPECIFIED",
    "nodeImageConfigs.image": "",
    "nodeImageConfigs.imageProject": "",
};

/**
 * The configuration of nodes as the server completes it.
 *
 * @param identity whether the cluster has a workload pool, so that pods ask GKE's metadata server
 */
export function nodesOf(given: Inputs = {}, identity = false): Inputs {
    const { bootDisk = {}, taints = [] } = given;
    const diskType = given.diskType ?? bootDisk.diskType ?? "pd-balanced";
    const diskSizeGb = given.diskSizeGb ?? bootDisk.sizeGb ?? 100;
    const usual = {
        bootDisk: { diskType, sizeGb: diskSizeGb, provisionedIops: 0, provisionedThroughput: 0 },
        diskSizeGb,
        diskType,
        gpudirectStrategy: "",
        guestAccelerators: [],
        imageType: "COS_CONTAINERD",
        kubeletConfig: {
            cpuCfsQuota: false,
            insecureKubeletReadonlyPortEnabled: "FALSE",
            maxParallelImagePulls: 2,
            shutdownGracePeriodCriticalPodsSeconds: 0,
            shutdownGracePeriodSeconds: 0,
        },
        labels: {},
        localSsdCount: 0,
        loggingVariant: "DEFAULT",
        machineType: usualMachine,
        metadata: { "disable-legacy-endpoints": "true" },
        minCpuPlatform: "",
        nodeImageConfigs: [],
        oauthScopes: usualScopes,
        preemptible: false,
        resourceLabels: { "goog-gke-node-pool-provisioning-model": given.spot ? "spot" : "on-demand" },
        serviceAccount: "default",
        shieldedInstanceConfig: { enableIntegrityMonitoring: true, enableSecureBoot: false },
        spot: false,
        windowsNodeConfig: { osversion: "OS_VERSION_UNSPECIFIED" },
        ...(identity && { workloadMetadataConfig: { mode: "GKE_METADATA" } }),
    };
    return filled({ ...merged(usual, given), effectiveTaints: taints }, inBlocks);
}

const modes = ["MODE_UNSPECIFIED", "GCE_METADATA", "GKE_METADATA"];

/** What the provider itself refuses in a configuration of nodes, by path. */
export const refusedNodes: Record<string, (value: string) => string | undefined> = {
    diskSizeGb: (size) =>
        Number(size) >= gkeLimits.rows.bootDisk.min
            ? undefined
            : `expected node_config.0.disk_size_gb to be at least (${gkeLimits.rows.bootDisk.min}), got ${size}`,
    loggingVariant: oneOf("node_config.0.logging_variant", "DEFAULT", "MAX_THROUGHPUT"),
    "taints.effect": oneOf("node_config.0.taint.0.effect", "NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"),
    "workloadMetadataConfig.mode": oneOf("node_config.0.workload_metadata_config.0.mode", ...modes),
};

/** The address of the account that nodes work by. */
export const accountOf = (given: string | undefined, project: string, cloud: Cloud): string =>
    given && given !== "default" ? given : cloud.projects.defaultAccount(project);

/** Refuses an account that is not there, or that nothing may work by. */
export function verifyAccount(given: string | undefined, project: string, cloud: Cloud): void {
    const account = accountOf(given, project, cloud);
    if (!cloud.iam.hasAccount(account)) {
        throw badRequest(`Service account "${account}" does not exist.`);
    }
    if (cloud.iam.isDisabled(account)) {
        throw badRequest(`Service account "${account}" is disabled.`);
    }
}

/** Refuses nodes that cannot be, in these zones. */
export function verifyNodes(
    config: Inputs = {},
    { project, zones, identity }: { project: string; zones: string[]; identity: boolean },
    cloud: Cloud,
): void {
    const { machineType = usualMachine, preemptible, spot, guestAccelerators = [], workloadMetadataConfig } = config;
    if (machineType === "f1-micro") {
        throw badRequest("Node pools of f1-micro machines are not supported due to insufficient memory.");
    }
    if (!machineOf(machineType)) {
        throw badRequest(`Invalid machine type "${machineType}" in zone "${zones[0]}": GCE_NOT_FOUND`);
    }
    if (!config.machineType && guestAccelerators.length > 0) {
        throw badRequest(
            `Cannot use default machine type (${usualMachine}) with GPUs; choose a different machine type.`,
        );
    }
    if (preemptible && spot) {
        throw badRequest("Cannot set both preemptible and spot on a node pool.");
    }
    if (workloadMetadataConfig?.mode === "GKE_METADATA" && !identity) {
        throw badRequest("Workload metadata mode GKE_METADATA requires a workload pool of the cluster.");
    }
    verifyAccount(config.serviceAccount, project, cloud);
}
