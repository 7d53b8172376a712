import { gkeLimits, gpus, machineSeries } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { type Inputs, oneOf } from "../../rules/rules";
import { resolveImage } from "../compute/machines/images";
import { machineOf } from "./machines";
import { filled, merged } from "./merged";
import { badRequest } from "./names";
import { verifySettings } from "./nodeSettings";

/** "Access scopes in GKE": default scopes of nodes. */
export const defaultScopes = [
    "devstorage.read_only",
    "logging.write",
    "monitoring",
    "service.management.readonly",
    "servicecontrol",
    "trace.append",
].map((scope) => `https://www.googleapis.com/auth/${scope}`);

export const defaultMachine = "e2-medium";

/** Server defaults in configured blocks. */
const inBlocks: Record<string, unknown> = {
    "guestAccelerators.gpuDriverInstallationConfig": { gpuDriverVersion: "GPU_DRIVER_VERSION_UNSPECIFIED" },
    "kubeletConfig.memoryManager.policy": "None",
    "kubeletConfig.topologyManager.policy": "none",
    "kubeletConfig.topologyManager.scope": "container",
    "linuxNodeConfig.cgroupMode": "CGROUP_MODE_UNSPECIFIED",
    "linuxNodeConfig.customNodeInit.initScript.gcsGeneration": 0,
    "linuxNodeConfig.transparentHugepageEnabled": "",
    "nodeImageConfigs.image": "",
    "nodeImageConfigs.imageProject": "",
};

/**
 * Completes the configuration of nodes like the server.
 *
 * @param identity whether the cluster has a workload pool and uses GKE's metadata server
 */
export function nodesOf(input: Inputs = {}, identity = false): Inputs {
    const { bootDisk = {} } = input;
    // The provider does not send accelerators without a count.
    const guestAccelerators = (input.guestAccelerators ?? []).filter(({ count }: Inputs) => count !== 0);
    const diskType = input.diskType ?? bootDisk.diskType ?? "pd-balanced";
    const diskSizeGb = input.diskSizeGb ?? bootDisk.sizeGb ?? 100;
    const defaults = {
        bootDisk: { diskType, sizeGb: diskSizeGb, provisionedIops: 0, provisionedThroughput: 0 },
        diskSizeGb,
        diskType,
        gpudirectStrategy: "",
        imageType: "COS_CONTAINERD",
        kubeletConfig: {
            // The provider reads a missing block so, and sends `true` for a block without it.
            cpuCfsQuota: input.kubeletConfig !== undefined,
            insecureKubeletReadonlyPortEnabled: "FALSE",
            maxParallelImagePulls: 2,
            shutdownGracePeriodCriticalPodsSeconds: 0,
            shutdownGracePeriodSeconds: 0,
        },
        labels: {},
        localSsdCount: 0,
        loggingVariant: "DEFAULT",
        machineType: defaultMachine,
        metadata: { "disable-legacy-endpoints": "true" },
        minCpuPlatform: "",
        nodeImageConfigs: [],
        oauthScopes: defaultScopes,
        preemptible: false,
        resourceLabels: { "goog-gke-node-pool-provisioning-model": input.spot ? "spot" : "on-demand" },
        serviceAccount: "default",
        shieldedInstanceConfig: { enableIntegrityMonitoring: true, enableSecureBoot: false },
        spot: false,
        ...(identity && { workloadMetadataConfig: { mode: "GKE_METADATA" } }),
    };
    const nodes = { ...merged(defaults, input), guestAccelerators };
    return filled({ ...nodes, effectiveTaints: effectiveTaints(nodes) }, inBlocks);
}

/**
 * The taints of nodes, with that of Arm nodes unless `taintConfig` disables it:
 * https://docs.cloud.google.com/ruby/docs/reference/google-cloud-container-v1beta1/latest/Google-Cloud-Container-V1beta1-TaintConfig-ArchitectureTaintBehavior
 */
function effectiveTaints({ machineType, taints = [], taintConfig }: Inputs): Inputs[] {
    const ofArchitecture = { key: "kubernetes.io/arch", value: "arm64", effect: "NO_SCHEDULE" };
    const [series = ""] = String(machineType).split("-");
    const rows: Record<string, { architecture: string }> = machineSeries.rows;
    const isTainted = rows[series]?.architecture === "ARM64" && taintConfig?.architectureTaintBehavior !== "NONE";
    return isTainted && !taints.some(({ key }: Inputs) => key === ofArchitecture.key)
        ? [...taints, ofArchitecture]
        : taints;
}

const modes = ["MODE_UNSPECIFIED", "GCE_METADATA", "GKE_METADATA"];

/** The provider's validation of node configurations, by path. */
export const nodeValidators: Record<string, (value: string) => string | undefined> = {
    diskSizeGb: (size) =>
        Number(size) >= gkeLimits.rows.bootDisk.min
            ? undefined
            : `expected node_config.0.disk_size_gb to be at least (${gkeLimits.rows.bootDisk.min}), got ${size}`,
    loggingVariant: oneOf("node_config.0.logging_variant", "DEFAULT", "MAX_THROUGHPUT"),
    "taints.effect": oneOf("node_config.0.taint.0.effect", "NO_SCHEDULE", "PREFER_NO_SCHEDULE", "NO_EXECUTE"),
    "workloadMetadataConfig.mode": oneOf("node_config.0.workload_metadata_config.0.mode", ...modes),
};

/** The email of the nodes' service account. */
export const accountOf = (input: string | undefined, project: string, cloud: Cloud): string =>
    input && input !== "default" ? input : cloud.projects.defaultAccount(project);

/** Throws if the account does not exist or is disabled. */
export function verifyAccount(input: string | undefined, project: string, cloud: Cloud): void {
    const account = accountOf(input, project, cloud);
    if (!cloud.iam.hasAccount(account)) {
        throw badRequest(`Service account "${account}" does not exist.`);
    }
    if (cloud.iam.isDisabled(account)) {
        throw badRequest(`Service account "${account}" is disabled.`);
    }
}

/** Throws if nodes are not valid in these zones. */
export function verifyNodes(
    config: Inputs = {},
    { project, zones, identity }: { project: string; zones: string[]; identity: boolean },
    cloud: Cloud,
): void {
    const { machineType = defaultMachine, preemptible, spot, guestAccelerators = [], workloadMetadataConfig } = config;
    if (machineType === "f1-micro") {
        throw badRequest("Node pools of f1-micro machines are not supported due to insufficient memory.");
    }
    if (!machineOf(machineType)) {
        throw badRequest(`Invalid machine type "${machineType}" in zone "${zones[0]}": GCE_NOT_FOUND`);
    }
    if (!config.machineType && guestAccelerators.length > 0) {
        throw badRequest(
            `Cannot use default machine type (${defaultMachine}) with GPUs; choose a different machine type.`,
        );
    }
    const unknown = guestAccelerators.find(({ type, count }: Inputs) => count !== 0 && !Object.hasOwn(gpus.rows, type));
    if (unknown) {
        throw badRequest(`Accelerator type "${unknown.type}" does not exist in zone ${zones[0]}.`);
    }
    if (preemptible && spot) {
        throw badRequest("Cannot set both preemptible and spot on a node pool.");
    }
    if (workloadMetadataConfig?.mode === "GKE_METADATA" && !identity) {
        throw badRequest("Workload metadata mode GKE_METADATA requires a workload pool of the cluster.");
    }
    const { image, imageProject = project } = config.nodeImageConfigs?.[0] ?? {};
    if (image && !resolveImage(`projects/${imageProject}/global/images/${image}`, project, cloud)) {
        // The message is that of
        // https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/container/resource_container_node_pool_test.go
        throw badRequest(`image '${image}' is not available in project '${imageProject}'`);
    }
    verifySettings(config);
    verifyAccount(config.serviceAccount, project, cloud);
}
