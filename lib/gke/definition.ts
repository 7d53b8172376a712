import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import type * as pulumi from "@pulumi/pulumi";
import { networkId } from "../iam/cloudSql";
import { autoProvisioningConfig } from "./autoProvisioning";
import { controlPlaneConfig } from "./controlPlane";
import { dnsConfig } from "./dns";
import { maintenancePolicy } from "./maintenance";
import type { ClusterConnection } from "./network";
import { nodeConfig, readonlyPort } from "./nodePoolDefinition";
import { loggingConfig, monitoringConfig, notificationConfig } from "./observability";
import type { ResolvedArgs } from "./resolveArgs";

/** What the cluster depends on. */
interface Parts {
    connection: ClusterConnection;
    /** The email address of the nodes' service account. */
    account: pulumi.Input<string>;
    project: string;
}

/** The arguments of the cluster resource, without its name. */
export function clusterArgs(args: ResolvedArgs, parts: Parts): Omit<ClusterArgs, "name"> {
    const { network, subnetwork, ipAllocationPolicy } = parts.connection;
    return {
        location: args.location,
        ...(args.nodePools ? standardArgs(args, parts) : autopilotArgs(args, parts)),
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
        loggingConfig: loggingConfig(args),
        notificationConfig: notificationConfig(args.notifications),
        enableFqdnNetworkPolicy: args.fqdnNetworkPolicy,
        resourceLabels: args.labels,
    };
}

/** The arguments of only Autopilot clusters; the API refuses most others. */
function autopilotArgs(args: ResolvedArgs, { account }: Parts) {
    const { serviceAccount, oauthScopes } = nodeConfig(account, {});
    return {
        enableAutopilot: true,
        clusterAutoscaling: { autoProvisioningDefaults: { serviceAccount, oauthScopes } },
        nodePoolAutoConfig: { nodeKubeletConfig: readonlyPort },
        addonsConfig: backupAgent(args),
        monitoringConfig: args.monitoring ? monitoringConfig(args.monitoring) : undefined,
    } satisfies Partial<ClusterArgs>;
}

/** The add-on of Backup for GKE. */
function backupAgent({ backupAgent: enabled }: ResolvedArgs) {
    return enabled === undefined ? undefined : { gkeBackupAgentConfig: { enabled } };
}

function standardArgs(args: ResolvedArgs, { account, project }: Parts) {
    const nodes = nodeConfig(account, args.labels);
    return {
        // A cluster cannot be created without nodes: the default pool is deleted right after.
        removeDefaultNodePool: true,
        initialNodeCount: 1,
        // The default pool has a node in each zone: their default disks would take 300 GB of the region's quota of SSDs.
        nodeConfig: { ...nodes, diskType: "pd-standard" },
        nodePoolDefaults: { nodeConfigDefaults: readonlyPort },
        clusterAutoscaling: {
            autoscalingProfile: args.autoscalingProfile,
            ...(args.autoProvisioning && autoProvisioningConfig(args.autoProvisioning, nodes)),
        },
        defaultMaxPodsPerNode: args.maxPodsPerNode,
        workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
        networkingMode: "VPC_NATIVE",
        datapathProvider: "ADVANCED_DATAPATH",
        enableShieldedNodes: true,
        enableIntranodeVisibility: true,
        // Dataplane V2 enforces network policies itself; the API refuses the add-on beside it.
        networkPolicy: { enabled: false },
        addonsConfig: {
            networkPolicyConfig: { disabled: true },
            httpLoadBalancing: { disabled: false },
            horizontalPodAutoscaling: { disabled: false },
            gcePersistentDiskCsiDriverConfig: { enabled: true },
            dnsCacheConfig: { enabled: true },
            ...backupAgent(args),
        },
        dnsConfig: dnsConfig(args.dns),
        verticalPodAutoscaling: { enabled: true },
        monitoringConfig: monitoringConfig(args.monitoring),
    } satisfies Partial<ClusterArgs>;
}
