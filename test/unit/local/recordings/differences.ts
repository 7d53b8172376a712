/** A value that a recording has, and the local Google Cloud deliberately has not. */
type Reasons = Record<string, string>;

const chosen = "the server chooses it";
const lost = "the recordings do not keep it";
const ofProvider = "the provider sets it where the API returns nothing";
const later = "it is known once the resource is ready, which these tests do not wait for";
const simulated = "only the simulation of the recording project returns it so";
const between = "recordings of different dates differ";

const nodes = (prefix: string): Reasons =>
    Object.fromEntries(
        Object.entries({
            "kubeletConfig.maxParallelImagePulls":
                "it depends on the machine type and the disk in a way that is not documented",
            nodeImageConfigs: "no client needs the names of node images",
        }).map(([path, reason]) => [`${prefix}${path}`, reason]),
    );

/** By type and path, why the local Google Cloud differs from a recording. */
export const deliberate: Record<string, Reasons> = {
    "gcp:bigquery/routine:Routine": {
        determinismLevel: "the recorded request has the unspecified value, which the provider keeps",
    },
    "gcp:bigquery/table:Table": {
        location: lost,
        schema: "BigQuery reads the columns of external files, which have no contents here",
    },
    "gcp:billing/budget:Budget": {
        "budgetFilter.creditTypes": "the provider keeps it when it is removed",
        "budgetFilter.projects": "the recordings replace project numbers by IDs",
    },
    "gcp:certificatemanager/certificate:Certificate": {
        "managed.authorizationAttemptInfos.state": "the domain has no DNS records yet",
        "managed.state": "the domain has no DNS records yet",
        sanDnsnames: simulated,
        scope: ofProvider,
    },
    "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry": { state: simulated, updateTime: simulated },
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": {
        "dnsResourceRecords.name": "the name of a record of the project has a number, which is lost in the recordings",
    },
    "gcp:cloudrunv2/service:Service": Object.fromEntries(
        (
            "conditions lastModifier latestCreatedRevision latestReadyRevision observedGeneration template.executionEnvironment " +
            "template.containers.livenessProbe.httpGet.port template.containers.ports.containerPort template.containers.ports.name template.containers.resources.cpuIdle template.containers.resources.limits " +
            "template.containers.startupProbe.failureThreshold template.containers.startupProbe.periodSeconds " +
            "template.containers.startupProbe.tcpSocket.port template.containers.startupProbe.timeoutSeconds " +
            "template.scaling.maxInstanceCount trafficStatuses traffics uid uri urls"
        )
            .split(" ")
            .map((path) => [path, simulated]),
    ),
    "gcp:logging/metric:Metric": { "metricDescriptor.labels.valueType": ofProvider },
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": {
        "httpCheck.authInfo.password": "the API answers asterisks, and the provider keeps the value of the program",
    },
    "gcp:cloudtasks/queue:Queue": { desiredState: ofProvider, state: lost },
    "gcp:composer/environment:Environment": { "config.resilienceMode": ofProvider },
    "gcp:compute/address:Address": { subnetwork: lost },
    "gcp:compute/subnetwork:Subnetwork": { fingerprint: "the provider does not read it" },
    "gcp:compute/firewall:Firewall": { sourceRanges: "the provider requires it" },
    "gcp:compute/globalAddress:GlobalAddress": { addressType: ofProvider },
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": {
        "serviceDirectoryRegistrations.namespace": "it contains the number of the network, which is a placeholder",
    },
    "gcp:compute/network:Network": { bgpBestPathSelectionMode: between, routingMode: between },
    "gcp:container/cluster:Cluster": {
        endpoint: later,
        "masterAuth.clusterCaCertificate": later,
        "networkPolicy.provider": ofProvider,
        "nodePools.instanceGroupUrls": chosen,
        ...nodes("nodeConfig."),
        ...nodes("nodePools.nodeConfig."),
    },
    "gcp:container/nodePool:NodePool": { instanceGroupUrls: chosen, ...nodes("nodeConfig.") },
    "gcp:dns/managedZone:ManagedZone": { nameServers: chosen },
    "gcp:pubsub/subscription:Subscription": {
        ackDeadlineSeconds: "one recording has the longer maxDuration of files instead, which is not documented",
        messageRetentionDuration: ofProvider,
        "pushConfig.attributes": lost,
    },
    "gcp:sql/database:Database": { charset: simulated },
    "gcp:sql/databaseInstance:DatabaseInstance": {
        serverCaCerts: later,
        "settings.backupConfiguration.backupRetentionSettings.retainedBackups": simulated,
        "settings.backupConfiguration.backupTier": simulated,
        "settings.backupConfiguration.transactionLogRetentionDays": simulated,
        "settings.dataCacheConfig.dataCacheEnabled": simulated,
        "settings.diskSize": simulated,
        "settings.insightsConfig.queryStringLength": simulated,
        "settings.ipConfiguration.authorizedNetworks": simulated,
        "settings.ipConfiguration.serverCaMode": simulated,
        "settings.ipConfiguration.serverCertificateRotationMode": simulated,
        "settings.locationPreference.zone": chosen,
    },
    "gcp:workflows/workflow:Workflow": { serviceAccount: between },
};

const numbers = "the recorded requests ask for numbers of enumerations, which clients in JSON do not";

/** As {@link deliberate}, of the answers to programs. */
export const deliberateAnswers: Record<string, Reasons> = {
    "gcp:bigquery/table:Table": {
        expirationTime: "the recordings replace it by a time, which the local Google Cloud does not accept",
        location: lost,
        "materializedView.lastRefreshTime": "materialized views are not refreshed",
        materializedViewStatus: "materialized views are not refreshed",
        "schema.fields": "BigQuery reads the columns of external files, which have no contents here",
    },
    "gcp:pubsub/subscription:Subscription": {
        ackDeadlineSeconds: "one recording has the longer maxDuration of files instead, which is not documented",
        messageRetentionDuration: between,
        "pushConfig.attributes": lost,
        state: numbers,
    },
    "gcp:pubsub/topic:Topic": { "schemaSettings.encoding": numbers, state: "the reference has it" },
    "gcp:storage/bucket:Bucket": {
        generation: between,
        metageneration: "changes of buckets are not counted",
        satisfiesPZI: "zones are not simulated",
    },
};

/** Types that are replayed, and have no recorded answer to compare. */
export const notCompared: Record<string, string> = {
    "gcp:compute/forwardingRule:ForwardingRule": "the recorded rules belong to load balancers that are not simulated",
    "gcp:logging/projectExclusion:ProjectExclusion":
        "the recorded requests name it by a placeholder that is not its name",
    "gcp:sql/user:User": "users are listed, and not read",
};

const unsupported = "the local Google Cloud has no load balancers of this kind";
const placeholder = "names are placeholders in recordings, so that networks cannot be distinguished";
const provider = "the provider refuses it";
const documented = "the reference and the provider have only the short name";
const lenient = "only the simulation of the recording project accepts it";

/** Requests that were accepted, with a part of the local error, and why it is deliberate. */
export const refusals: [recording: string, error: string, reason: string][] = [
    [
        "certificatemanager/v1beta1/certificatemanagercertificate/certificatemanagercertificateselfmanaged/_http.log",
        "self_managed.0.pem_private_key",
        "the recordings do not keep keys",
    ],
    ["cloudtasks/v1alpha1/tasksqueue/tasksqueue-maximal/_http.log", "App Engine application", lenient],
    ["composer/v1beta1/composerenvironment/composerenvironmentmultipleupdates/_http.log", "dag_processor", provider],
    ["compute/v1beta1/computefirewall/computefirewall/_http_old_controller.log", "one of `allow,deny`", provider],
    [forwardingRule("globalcomputeforwardingrulegrpcproxy-direct"), "targetGrpcProxies", unsupported],
    [forwardingRule("globalcomputeforwardingrulehttps-direct"), "targetHttpsProxies", unsupported],
    [forwardingRule("globalcomputeforwardingruletcp-direct-directtcp"), "targetTcpProxies", unsupported],
    [
        "iam/v1alpha1/iamdenypolicy/iamdenypolicy-maximal/_http.log",
        "has not been used in project",
        "the recording does not show how the API was enabled in the project",
    ],
    ["kms/v1beta1/kmscryptokey/kmscryptokey/_http.log", "Rotation period must be greater than one day", provider],
    [subscription("bigquerypubsubsubscription"), "BigQuery table or dataset", documented],
    [subscription("pubsubsubscription-cloudstorage"), "The specified bucket does not exist.", documented],
    [sql("locationpreference-direct"), "point in time recovery must be enabled", lenient],
    [sql("privatenetwork-direct"), "is not reserved for the private services connection", placeholder],
    [sql("unmanage-fields"), "replica_configuration.0.ca_certificate", provider],
    [sql("replicationcluster-direct"), "Invalid Tier (db-custom-1-3840)", lenient],
    ...["geohealthchecks", "primarybackup", "wrrhealthchecks"].flatMap((kind): [string, string, string][] => {
        const recording = `resourceoverrides/dnsrecordset/routingpolicies${kind}/_http.log`;
        return [
            [recording, "cannot overlap with 10.128.0.0/9", placeholder],
            [recording, kind === "primarybackup" ? "targetHttpProxies" : "backendServices", unsupported],
        ];
    }),
];

function forwardingRule(name: string): string {
    return `compute/v1beta1/computeforwardingrule/${name}/_http.log`;
}

function subscription(name: string): string {
    return `pubsub/v1beta1/pubsubsubscription/${name}/_http.log`;
}

function sql(name: string): string {
    return `sql/v1beta1/sqlinstance/sqlinstance-${name}/_http.log`;
}
