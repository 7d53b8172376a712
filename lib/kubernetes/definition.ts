import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import type * as pulumi from "@pulumi/pulumi";
import { networkId } from "../identity/cloudSql";
import type { Decided } from "./arguments";
import { controlPlaneConfig } from "./controlPlane";
import { maintenancePolicy } from "./maintenance";
import type { Connected } from "./network";
import { nodeConfig } from "./nodePool";

/** What a cluster stands on. */
interface Parts {
    connected: Connected;
    /** The e-mail address of the nodes' account. */
    account: pulumi.Input<string>;
    project: string;
}

/** A cluster in the form of the provider, but for its name. */
export function definition(args: Decided, parts: Parts): Omit<ClusterArgs, "name"> {
    const { network, subnetwork, ipAllocationPolicy } = parts.connected;
    return {
        location: args.location,
        ...(args.nodePools ? standard(args, parts) : autopilot(args, parts)),
        ...controlPlaneConfig(args.controlPlane, args.privateNodes),
        deletionProtection: args.protect,
        releaseChannel: { channel: args.releaseChannel },
        maintenancePolicy: maintenancePolicy(args.maintenance),
        network: networkId(network),
        subnetwork,
        ipAllocationPolicy,
        masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
        anonymousAuthenticationConfig: { mode: "LIMITED" },
        rbacBindingConfig: {
            enableInsecureBindingSystemAuthenticated: false,
            enableInsecureBindingSystemUnauthenticated: false,
        },
        authenticatorGroupsConfig: args.securityGroup === undefined ? undefined : { securityGroup: args.securityGroup },
        binaryAuthorization: args.binaryAuthorization
            ? { evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" }
            : undefined,
        databaseEncryption:
            args.encryptionKey === undefined ? undefined : { state: "ENCRYPTED", keyName: args.encryptionKey },
        secretManagerConfig: { enabled: true },
        gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
        costManagementConfig: { enabled: true },
        loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS", ...args.controlPlaneLogs] },
        resourceLabels: args.labels,
    };
}

/** What else there is of an Autopilot cluster, of which Google decides most and refuses to be told the rest. */
function autopilot(_: Decided, { account }: Parts) {
    const { serviceAccount, oauthScopes, kubeletConfig } = nodeConfig(account, {});
    return {
        enableAutopilot: true,
        clusterAutoscaling: { autoProvisioningDefaults: { serviceAccount, oauthScopes } },
        nodePoolAutoConfig: { nodeKubeletConfig: kubeletConfig },
    } satisfies Partial<ClusterArgs>;
}

/** The metrics that GKE collects of a new cluster by default ("Configure metrics collection"), which it would not of an empty list. */
const metrics = [
    "SYSTEM_COMPONENTS",
    "STORAGE",
    "HPA",
    "POD",
    "DAEMONSET",
    "DEPLOYMENT",
    "STATEFULSET",
    "CADVISOR",
    "KUBELET",
];

function standard(args: Decided, { account, project }: Parts) {
    return {
        // A cluster cannot be made without nodes: these go when it is there.
        removeDefaultNodePool: true,
        initialNodeCount: 1,
        nodeConfig: nodeConfig(account, args.labels),
        nodePoolDefaults: { nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
        clusterAutoscaling: { autoscalingProfile: args.autoscalingProfile },
        defaultMaxPodsPerNode: args.maxPodsPerNode,
        workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
        networkingMode: "VPC_NATIVE",
        datapathProvider: "ADVANCED_DATAPATH",
        enableShieldedNodes: true,
        enableIntranodeVisibility: true,
        // Dataplane V2 enforces policies by itself, and is refused beside the add-on.
        networkPolicy: { enabled: false },
        addonsConfig: {
            networkPolicyConfig: { disabled: true },
            httpLoadBalancing: { disabled: false },
            horizontalPodAutoscaling: { disabled: false },
            gcePersistentDiskCsiDriverConfig: { enabled: true },
            dnsCacheConfig: { enabled: true },
        },
        verticalPodAutoscaling: { enabled: true },
        monitoringConfig: { enableComponents: metrics, managedPrometheus: { enabled: true } },
    } satisfies Partial<ClusterArgs>;
}
