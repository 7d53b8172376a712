import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import type { NodePoolArgs } from "@pulumi/gcp/container/nodePool";
import type { Unwrap } from "@pulumi/pulumi";
import { type Check, each, type Problems, type Rule, rule } from "../rule";

type Cluster = Unwrap<ClusterArgs>;
type NodeConfig = NonNullable<Unwrap<NodePoolArgs>["nodeConfig"]>;

const clusters = "gcp:container/cluster:Cluster";
const pools = "gcp:container/nodePool:NodePool";

/** Checks clusters whose nodes the program configures; Autopilot sets the same for all. */
const standard = (problems: (args: Cluster) => Problems): Check =>
    each<ClusterArgs>(clusters, (args) => args.enableAutopilot !== true && problems(args));

/** Checks the configuration of nodes, in a pool and in a cluster that keeps its default pool. */
const nodes = (problem: (config: NodeConfig) => string | false): Check[] => [
    each<NodePoolArgs>(pools, ({ nodeConfig }) => problem(nodeConfig ?? {})),
    standard((args) => args.removeDefaultNodePool !== true && !args.nodePools && problem(args.nodeConfig ?? {})),
];

/** Whether the control plane only has its DNS endpoint, which IAM protects. */
const hasNoAddress = ({ controlPlaneEndpointsConfig }: Cluster) =>
    controlPlaneEndpointsConfig?.ipEndpointsConfig?.enabled === false;

const hardening = "https://cloud.google.com/kubernetes-engine/docs/how-to/hardening-your-cluster";

/** Rules of Google Kubernetes Engine. */
export const gke: Rule[] = [
    rule(
        {
            name: "gke-logging",
            description: "Clusters send logs to Cloud Logging.",
            checkov: ["CKV_GCP_1"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/config-logging-monitoring",
        },
        each<ClusterArgs>(
            clusters,
            ({ loggingService, loggingConfig }) =>
                (loggingService === "none" || loggingConfig?.enableComponents.length === 0) &&
                "Set 'loggingConfig.enableComponents', or leave 'loggingService' out.",
        ),
    ),
    rule(
        {
            name: "gke-monitoring",
            description: "Clusters send metrics to Cloud Monitoring.",
            checkov: ["CKV_GCP_8"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/config-logging-monitoring",
        },
        each<ClusterArgs>(
            clusters,
            ({ monitoringService, monitoringConfig }) =>
                (monitoringService === "none" || monitoringConfig?.enableComponents?.length === 0) &&
                "Set 'monitoringConfig.enableComponents', or leave 'monitoringService' out.",
        ),
    ),
    rule(
        {
            name: "gke-no-legacy-authorization",
            description: "Clusters authorize by RBAC and IAM only.",
            checkov: ["CKV_GCP_7"],
            url: hardening,
        },
        each<ClusterArgs>(
            clusters,
            ({ enableLegacyAbac }) => enableLegacyAbac === true && "Leave 'enableLegacyAbac' out.",
        ),
    ),
    rule(
        {
            name: "gke-network-policies",
            description: "Clusters enforce network policies.",
            checkov: ["CKV_GCP_12"],
            url: hardening,
        },
        standard(
            ({ networkPolicy, datapathProvider }) =>
                networkPolicy?.enabled !== true &&
                datapathProvider !== "ADVANCED_DATAPATH" &&
                "Set 'datapathProvider' to \"ADVANCED_DATAPATH\".",
        ),
    ),
    rule(
        {
            name: "gke-no-client-certificate",
            description: "Clusters issue no client certificate.",
            checkov: ["CKV_GCP_13"],
            url: hardening,
        },
        each<ClusterArgs>(
            clusters,
            ({ masterAuth }) =>
                masterAuth?.clientCertificateConfig?.issueClientCertificate === true &&
                "Leave 'masterAuth.clientCertificateConfig' out.",
        ),
    ),
    rule(
        {
            name: "gke-control-plane-not-public",
            description: "Not everybody reaches the IP address of the control plane.",
            checkov: ["CKV_GCP_18", "CKV_GCP_20"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/authorized-networks",
        },
        each<ClusterArgs>(clusters, (args) => {
            const { masterAuthorizedNetworksConfig: networks, privateClusterConfig } = args;
            const isOpen = networks?.cidrBlocks?.some(({ cidrBlock }) => cidrBlock.endsWith("/0"));
            const isPrivate = hasNoAddress(args) || privateClusterConfig?.enablePrivateEndpoint === true;
            return (
                (isOpen || (!networks && !isPrivate)) &&
                "Set 'masterAuthorizedNetworksConfig' to the networks of administrators, or 'controlPlaneEndpointsConfig.ipEndpointsConfig.enabled' to false."
            );
        }),
    ),
    rule(
        {
            name: "gke-labels",
            description: "Clusters have labels.",
            checkov: ["CKV_GCP_21"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels",
            optional: "Labels only help to find clusters and their costs.",
        },
        each<ClusterArgs>(
            clusters,
            ({ resourceLabels = {} }) => Object.keys(resourceLabels).length === 0 && "Set 'resourceLabels'.",
        ),
    ),
    rule(
        {
            name: "gke-container-optimized-os",
            description: "Nodes run Container-Optimized OS.",
            checkov: ["CKV_GCP_22"],
            url: "https://cloud.google.com/kubernetes-engine/docs/concepts/node-images",
        },
        each<NodePoolArgs>(
            pools,
            ({ nodeConfig }) =>
                !/^(COS|COS_CONTAINERD|WINDOWS_\w+)$/i.test(nodeConfig?.imageType ?? "COS_CONTAINERD") &&
                "Set 'nodeConfig.imageType' to \"COS_CONTAINERD\".",
        ),
    ),
    rule(
        {
            name: "gke-vpc-native",
            description: "Clusters are VPC-native.",
            checkov: ["CKV_GCP_23"],
            url: "https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips",
        },
        each<ClusterArgs>(
            clusters,
            ({ networkingMode, ipAllocationPolicy, enableAutopilot }) =>
                (networkingMode === "ROUTES" || (!ipAllocationPolicy && enableAutopilot !== true)) &&
                "Set 'ipAllocationPolicy', which can be empty.",
        ),
    ),
    rule(
        {
            name: "gke-private-nodes",
            description: "Nodes have no public addresses.",
            checkov: ["CKV_GCP_25", "CKV_GCP_64"],
            url: "https://cloud.google.com/kubernetes-engine/docs/concepts/private-cluster-concept",
        },
        each<ClusterArgs>(
            clusters,
            ({ privateClusterConfig }) =>
                privateClusterConfig?.enablePrivateNodes !== true &&
                "Set 'privateClusterConfig' with 'enablePrivateNodes: true'.",
        ),
    ),
    rule(
        {
            name: "gke-intranode-visibility",
            description: "Flow logs have the traffic between pods of a node.",
            checkov: ["CKV_GCP_61"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/intranode-visibility",
        },
        standard(
            ({ enableIntranodeVisibility }) =>
                enableIntranodeVisibility !== true && "Set 'enableIntranodeVisibility' to true.",
        ),
    ),
    rule(
        {
            name: "gke-google-groups",
            description: "RBAC of clusters knows groups of the organization.",
            checkov: ["CKV_GCP_65"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/google-groups-rbac",
            optional: "Needs a group of the organization; IAM grants access as well.",
        },
        each<ClusterArgs>(
            clusters,
            ({ authenticatorGroupsConfig }) => !authenticatorGroupsConfig && "Set 'authenticatorGroupsConfig'.",
        ),
    ),
    rule(
        {
            name: "gke-binary-authorization",
            description: "Clusters only run images that the policy of the project allows.",
            checkov: ["CKV_GCP_66"],
            url: "https://cloud.google.com/binary-authorization/docs/overview",
            optional: "The project needs a policy first, and its pipeline must sign images.",
        },
        each<ClusterArgs>(
            clusters,
            ({ binaryAuthorization }) =>
                !/^PROJECT_SINGLETON_POLICY_ENFORCE|^POLICY_BINDINGS/.test(binaryAuthorization?.evaluationMode ?? "") &&
                "Set 'binaryAuthorization.evaluationMode' to \"PROJECT_SINGLETON_POLICY_ENFORCE\".",
        ),
    ),
    rule(
        {
            name: "gke-secure-boot",
            description: "Nodes verify their boot.",
            checkov: ["CKV_GCP_68"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes",
        },
        ...nodes(
            ({ shieldedInstanceConfig }) =>
                shieldedInstanceConfig?.enableSecureBoot !== true &&
                "Set 'nodeConfig.shieldedInstanceConfig.enableSecureBoot' to true.",
        ),
    ),
    rule(
        {
            name: "gke-integrity-monitoring",
            description: "Nodes report changes of their boot.",
            checkov: ["CKV_GCP_72"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes",
        },
        ...nodes(
            ({ shieldedInstanceConfig }) =>
                shieldedInstanceConfig?.enableIntegrityMonitoring === false &&
                "Leave 'nodeConfig.shieldedInstanceConfig.enableIntegrityMonitoring' out, or set it to true.",
        ),
    ),
    rule(
        {
            name: "gke-metadata-server",
            description: "Pods do not get the service account of their node.",
            checkov: ["CKV_GCP_69"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity",
        },
        ...nodes(
            ({ workloadMetadataConfig }) =>
                workloadMetadataConfig?.mode !== "GKE_METADATA" &&
                "Set 'nodeConfig.workloadMetadataConfig.mode' to \"GKE_METADATA\".",
        ),
    ),
    rule(
        {
            name: "gke-nodes-own-service-account",
            description: "Nodes have a service account of their own, not the default one of Compute Engine.",
            url: hardening,
        },
        ...nodes(
            ({ serviceAccount = "default" }) =>
                /^(default|\d+-compute@developer\.gserviceaccount\.com)$/.test(serviceAccount) &&
                "Set 'nodeConfig.serviceAccount' to an account with roles/container.defaultNodeServiceAccount.",
        ),
    ),
    rule(
        {
            name: "gke-release-channel",
            description: "Clusters get the versions of a release channel.",
            checkov: ["CKV_GCP_70"],
            url: "https://cloud.google.com/kubernetes-engine/docs/concepts/release-channels",
        },
        each<ClusterArgs>(
            clusters,
            ({ releaseChannel, enableAutopilot }) =>
                ((!releaseChannel && enableAutopilot !== true) || releaseChannel?.channel === "UNSPECIFIED") &&
                "Set 'releaseChannel'.",
        ),
    ),
    rule(
        {
            name: "gke-shielded-nodes",
            description: "Nodes are Shielded VMs.",
            checkov: ["CKV_GCP_71"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/shielded-gke-nodes",
        },
        each<ClusterArgs>(
            clusters,
            ({ enableShieldedNodes }) => enableShieldedNodes === false && "Leave 'enableShieldedNodes' out.",
        ),
    ),
    rule(
        {
            name: "gke-own-node-pools",
            description: "Clusters have no default node pool, whose changes replace the cluster.",
            checkov: ["CKV_GCP_123"],
            url: "https://cloud.google.com/kubernetes-engine/docs/concepts/node-pools",
        },
        standard((args) => [
            args.removeDefaultNodePool !== true && !args.nodePools && "Set 'removeDefaultNodePool' to true.",
            args.nodePools && "Create 'gcp.container.NodePool' resources instead of 'nodePools'.",
        ]),
    ),
    rule(
        {
            name: "gke-node-repair",
            description: "GKE repairs nodes.",
            checkov: ["CKV_GCP_9"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/node-auto-repair",
        },
        each<NodePoolArgs>(
            pools,
            ({ management }) => management?.autoRepair !== true && "Set 'management.autoRepair' to true.",
        ),
    ),
    rule(
        {
            name: "gke-node-upgrades",
            description: "GKE upgrades nodes.",
            checkov: ["CKV_GCP_10"],
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/node-auto-upgrades",
        },
        each<NodePoolArgs>(
            pools,
            ({ management }) => management?.autoUpgrade !== true && "Set 'management.autoUpgrade' to true.",
        ),
    ),
    rule(
        {
            name: "gke-no-alpha",
            description: "Clusters have no alpha features, with which they cannot be upgraded.",
            checkov: ["CKV2_GCP_19"],
            url: "https://cloud.google.com/kubernetes-engine/docs/concepts/alpha-clusters",
        },
        each<ClusterArgs>(
            clusters,
            ({ enableKubernetesAlpha }) => enableKubernetesAlpha === true && "Leave 'enableKubernetesAlpha' out.",
        ),
    ),
    rule(
        {
            name: "gke-deletion-protection",
            description: "Clusters are protected from deletion.",
            url: "https://cloud.google.com/kubernetes-engine/docs/how-to/deleting-a-cluster",
        },
        each<ClusterArgs>(
            clusters,
            ({ deletionProtection }) =>
                deletionProtection === false && "Leave 'deletionProtection' out, or set it to true.",
        ),
    ),
];
