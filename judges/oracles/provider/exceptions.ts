import type { Exception } from "../judge";

const provider = "https://github.com/hashicorp/terraform-provider-google";
const changelog = `${provider}/blob/e03b7622a26cf4e878f90bdccaca6aa3d03a7999`;
const code = "https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services";
const connector =
    "https://github.com/GoogleCloudPlatform/k8s-config-connector/tree/master/pkg/test/resourcefixture/testdata";

/** By type and a part of a difference, the line of the changelog for a property that a later version has added, or treats differently. */
const versions: Record<string, Record<string, `CHANGELOG${"" | "_v5"}.md#L${number}` | `https://${string}`>> = {
    "*": {
        "effectiveLabels: nothing": "CHANGELOG_v5.md#L1298",
        "pulumiLabels: nothing": "CHANGELOG_v5.md#L1298",
    },
    "gcp:bigquery/dataset:Dataset": { externalDatasetReference: "CHANGELOG_v5.md#L562" },
    "gcp:bigquery/datasetAccess:DatasetAccess": { '"condition"': "CHANGELOG.md#L3118" },
    "gcp:bigquery/table:Table": {
        biglakeConfiguration: "CHANGELOG.md#L3497",
        schemaForeignTypeInfo: "CHANGELOG.md#L2586",
        tableReplicationInfo: "CHANGELOG_v5.md#L850",
    },
    "gcp:cloudrunv2/service:Service": {
        deletionProtection: "CHANGELOG.md#L3674",
        // A list of one in the recorded version: `TransformFromState` of the type.
        "containers*.ports": "https://github.com/pulumi/pulumi-gcp/blob/v9.35.0/provider/resources.go",
        '"tags"': "CHANGELOG.md#L198",
        "output urls": "CHANGELOG.md#L3265",
    },
    "gcp:compute/address:Address": { addressId: "CHANGELOG.md#L671" },
    "gcp:compute/firewall:Firewall": { '"params"': "CHANGELOG.md#L2133" },
    "gcp:compute/forwardingRule:ForwardingRule": { forwardingRuleId: "CHANGELOG_v5.md#L113" },
    "gcp:compute/instance:Instance": {
        "initializeParams.architecture": "CHANGELOG.md#L2736",
        "output creationTimestamp": "CHANGELOG.md#L3382",
        '"description"': "CHANGELOG_v5.md#L940",
        eraseWindowsVssSignature: `${code}/compute/resource_compute_instance.go`,
        guestOsFeatures: "CHANGELOG.md#L2736",
        igmpQuery: "CHANGELOG.md#L1223",
        instanceEncryptionKey: "CHANGELOG.md#L2685",
        keyRevocationActionType: "CHANGELOG.md#L3383",
        macAddress: `${code}/compute/resource_compute_instance.go`,
        metadataStartupScript: "CHANGELOG.md#L3176",
    },
    "gcp:compute/network:Network": {
        bgpBestPathSelectionMode: "CHANGELOG.md#L3067",
        enableUlaInternalIpv6: "CHANGELOG.md#L1355",
        '"mtu"': "CHANGELOG.md#L2365",
        networkId: "CHANGELOG.md#L3123",
        networkProfile: "CHANGELOG_v5.md#L21",
        numericId: "CHANGELOG_v5.md#L1011",
        '"params"': "CHANGELOG.md#L2165",
    },
    "gcp:compute/regionBackendService:RegionBackendService": {
        connectionDrainingTimeoutSec: "CHANGELOG.md#L3680",
        generatedId: "CHANGELOG_v5.md#L675",
    },
    "gcp:compute/regionHealthCheck:RegionHealthCheck": { healthCheckId: "CHANGELOG.md#L3228" },
    "gcp:compute/routerNat:RouterNat": {
        autoNetworkTier: "CHANGELOG_v5.md#L502",
        enableEndpointIndependentMapping: "CHANGELOG_v5.md#L1371",
        endpointTypes: "CHANGELOG_v5.md#L627",
        '"type"': "CHANGELOG.md#L2590",
        'type: nothing → "PUBLIC"': "CHANGELOG.md#L2590",
    },
    "gcp:compute/subnetwork:Subnetwork": { subnetworkId: "CHANGELOG.md#L3232" },
    "gcp:container/cluster:Cluster": {
        anonymousAuthenticationConfig: "CHANGELOG.md#L2168",
        controlPlaneEndpointsConfig: "CHANGELOG.md#L3317",
        dataplaneOptimizationMode: "CHANGELOG.md#L412",
        dnsConfig: "CHANGELOG_v5.md#L1052",
        enableMultiNetworking: "CHANGELOG.md#L2368",
        enterpriseConfig: "CHANGELOG.md#L3234",
        hpaProfile: "CHANGELOG.md#L2740",
        insecureKubeletReadonlyPortEnabled: "CHANGELOG_v5.md#L89",
        networkTierConfig: "CHANGELOG.md#L1532",
        nodeCreationConfig: "CHANGELOG.md#L513",
        rbacBindingConfig: "CHANGELOG.md#L2039",
    },
    "gcp:container/nodePool:NodePool": {
        bootDisk: "CHANGELOG.md#L1995",
        insecureKubeletReadonlyPortEnabled: "CHANGELOG_v5.md#L88",
        maxParallelImagePulls: "CHANGELOG.md#L1968",
        queuedProvisioning: "CHANGELOG_v5.md#L735",
        "networkConfig.subnetwork:": `${code}/container/resource_container_node_pool.go`,
    },
    "gcp:pubsub/subscription:Subscription": { '"tags"': "CHANGELOG.md#L1712" },
    "gcp:pubsub/topic:Topic": { '"tags"': "CHANGELOG.md#L1712" },
    "gcp:secretmanager/secret:Secret": { '"tags"': "CHANGELOG.md#L2109", '"ttl"': "CHANGELOG_v5.md#L1220" },
    "gcp:sql/databaseInstance:DatabaseInstance": {
        backupTier: `${code}/sql/resource_sql_database_instance.go`,
        "settings*diskType": "CHANGELOG.md#L2519",
        "settings.edition": "CHANGELOG.md#L3357",
        effectiveAvailabilityType: `${code}/sql/resource_sql_database_instance.go`,
        enforceNewSqlNetworkArchitecture: "CHANGELOG.md#L279",
        serverCaMode: "CHANGELOG_v5.md#L145",
        sslMode: "CHANGELOG_v5.md#L1134",
    },
    "gcp:sql/user:User": { iamEmail: "CHANGELOG.md#L1188" },
    "gcp:storage/bucketObject:BucketObject": {
        '"content"': "CHANGELOG_v5.md#L352",
        '"detectMd5hash"': "CHANGELOG_v5.md#L352",
        forceEmptyContentType: "CHANGELOG.md#L2140",
        "output generation": "CHANGELOG_v5.md#L189",
        md5hexhash: "CHANGELOG.md#L2629",
    },
};

/** The provider's later versions: recorded are 6.67.0 to 7.17.0, and the local one has 9.35.0, which contains Google's provider 7.45.0. */
const ofVersions = Object.entries(versions).flatMap(([type, properties]) =>
    Object.entries(properties).map(([property, source]) => ({
        case: type === "*" ? "*" : `* ${type}`,
        difference: `*${property}*`,
        reason: "a later version of the provider has it, or treats it differently",
        source: source.startsWith("https:") ? source : `${changelog}/${source}`,
    })),
);

const ranges = "https://cloud.google.com/kubernetes-engine/docs/concepts/alias-ips#cluster_sizing_secondary_range_svcs";

/** What Google Cloud answers otherwise since the recordings of 2023 and 2024. */
const ofServer = Object.entries({
    "gcp:bigquery/dataset:Dataset": {
        "output maxTimeTravelHours: *": `${connector}/basic/bigquery/v1beta1/bigquerydataset`,
    },
    "gcp:container/cluster:Cluster": {
        "output addonsConfig.dnsCacheConfig.enabled: *":
            "https://cloud.google.com/kubernetes-engine/docs/how-to/nodelocal-dns-cache",
        "output monitoringConfig.enableComponents: *":
            "https://cloud.google.com/kubernetes-engine/docs/how-to/configure-metrics",
        "output ipAllocationPolicy.services*": ranges,
        "output servicesIpv4Cidr: *": ranges,
    },
    "gcp:container/nodePool:NodePool": {
        "output nodeConfig.resourceLabels: *":
            "https://cloud.google.com/kubernetes-engine/docs/how-to/creating-managing-labels",
    },
    "gcp:pubsub/subscription:Subscription": {
        "*pushConfig.attributes*": `${connector}/basic/pubsub/v1beta1/pubsubsubscription`,
    },
    "gcp:sql/user:User": {
        "output host: *": `${code}/sql/resource_sql_user.go`,
        "output id: *": `${code}/sql/resource_sql_user.go`,
    },
}).flatMap(([type, rows]) =>
    Object.entries(rows).map(([difference, source]) => ({
        case: `* ${type}`,
        difference,
        reason: "Google Cloud answers it otherwise since then",
        source,
    })),
);

/** The judge starts no control planes. */
const ofControlPlane = ["endpoint", "masterAuth.clusterCaCertificate", "operation"].map((output) => ({
    case: "* Create gcp:container/cluster:Cluster",
    difference: `output ${output}: *`,
    reason: "a cluster has it once its control plane runs, which the tests of the level clusters start",
    source: "docs/local/clusters.md",
}));

/** The program has a list of ports, which is an object in later versions. */
const ofPorts = {
    case: "cloudrunv2-service-7/* Diff *",
    difference: 'changes: "DIFF_NONE" → "DIFF_SOME"',
    reason: "the inputs have a list of ports, which is an object in later versions",
    source: "https://github.com/pulumi/pulumi-gcp/blob/v9.35.0/provider/resources.go",
};

export const exceptions: Exception[] = [...ofVersions, ofPorts, ...ofServer, ...ofControlPlane];
