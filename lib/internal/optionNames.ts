import { closest, distance } from "fastest-levenshtein";

/**
 * What options are called here, and what Google's APIs, its provider for Terraform and gcloud call them. Of several, the first that the
 * object has is meant; a path is one of an object in it.
 */
const names: [here: string, elsewhere: string][] = [
    ["account", "serviceAccount serviceAccountEmail serviceAccountName runAs runServiceAccount identity"],
    ["alerts", "alarms notificationChannels alertPolicy"],
    [
        "gpu device",
        "accelerator accelerators gpu gpus guestAccelerators guestAccelerator acceleratorType gpuType acceleratorConfig",
    ],
    ["nestedVirtualization", "enableNestedVirtualization"],
    ["aliasRanges", "aliasIpRanges aliasIpRange aliasIps alias"],
    ["nicType", "nic vnic interfaceType"],
    ["canIpForward", "ipForwarding ipForward forwarding"],
    ["threadsPerCore", "smt enableSmt threads"],
    ["advancedMachineFeatures", "machineFeatures machineFeaturesConfig advancedFeatures"],
    ["source", "artifacts artifactUri modelUri modelArtifacts pipeline templatePath"],
    [
        "backups",
        "backupConfiguration backup backupConfig backupConfigs backupPlan backupPlans pointInTimeRecovery binaryLogEnabled",
    ],
    ["bootDisk", "bootDiskSize bootDiskType initializeParams"],
    ["call", "httpTarget target uri url endpoint"],
    ["cron schedule", "schedule cron cronExpression cronSchedule expression scheduleExpression"],
    ["command entrypoint", "entrypoint commands entryPoint"],
    ["container", "containerSpec containers"],
    ["cors", "corsConfig corsRules"],
    ["ipFilter", "ipFiltering networkRules"],
    ["cpu", "targetCpuUtilization cpuUtilization cpus cpuLimit vcpus cpuCount availableCpu"],
    ["ackDeadline", "acknowledgeDeadline"],
    ["initialDelay", "initialDelaySec"],
    ["initialization", "coolDown coolDownPeriod"],
    ["throughput", "targetThroughputUtilization"],
    ["interval", "checkInterval checkIntervalSec periodSeconds period every aggregationInterval"],
    ["healthyThreshold", "successThreshold"],
    ["unhealthyThreshold", "failureThreshold"],
    ["analytics", "enableAnalytics analyticsEnabled logAnalytics"],
    ["indexes", "indexConfigs customIndexes index"],
    ["maxSize", "maxBytes limit autoresizeLimit diskAutoresizeLimit"],
    ["dags", "dagFolder dagsFolder"],
    ["dataLineage", "cloudDataLineageIntegration dataLineageIntegration lineage enableDataLineage"],
    ["maxDeliveryAttempts", "attempts maxAttempts deliveryAttempts"],
    ["deadLetter", "deadLetterPolicy deadLetterTopic dlq"],
    ["defaultTableExpiration", "defaultTableExpirationMs tableExpiration"],
    [
        "protection deletionProtection",
        "deletionProtection deletionProtectionEnabled preventDestroy forceDestroy protect deletionPolicy",
    ],
    ["description", "comment summary"],
    ["digest", "sha256 sha"],
    ["displayName", "title label friendlyName"],
    ["dnssec", "dnssecConfig dnssecState"],
    ["queryLogs", "cloudLoggingConfig enableLogging logDnsQueries"],
    ["networks", "privateVisibilityConfig clientNetworks"],
    [
        "forwardTo",
        "forwardingConfig forwarders targetNameServers forwardingTargets alternativeNameServers alternativeNameServerConfig nameServers",
    ],
    ["peer", "peeringConfig peerNetwork targetNetwork"],
    ["records", "recordsets recordSets rrsets"],
    ["values", "rrdatas rrdata data"],
    ["weighted", "wrr wrrs wrrRouting"],
    ["geo", "geos geoRouting geolocation"],
    ["hostname", "hostName fqdn"],
    ["independent", "useIndependentDisk independentDisk"],
    ["schedule", "instanceSchedule resourcePolicies"],
    ["domain domains", "dnsName hostname hostnames host domains managedSslCertificateDomains customDomain"],
    [
        "encryptionKey",
        "kmsKey kmsKeyName kmsKeyId cryptoKey cryptoKeyName cmek defaultKmsKeyName customerManagedEncryption encryption encryptionKeyName diskEncryptionKey encryptionSpec databaseEncryption bootDiskKmsKey",
    ],
    ["resourceType", "resourceTypeSelector"],
    ["version engine", "databaseVersion dbVersion engineVersion"],
    ["env", "environment envs envVars environmentVariables envVariables variables environmentVars"],
    ["expiration", "expirationPolicy ttl expireTime expirationTtl"],
    ["expirationTime", "expiration expires"],
    ["exactlyOnceDelivery", "enableExactlyOnceDelivery exactlyOnce"],
    ["expose", "ingress service loadBalancer"],
    ["filter", "query condition logFilter"],
    ["firewall", "firewallRules rules"],
    ["rules", "forwardingRules forwardingRule forwardingRulesConfig vips"],
    ["zonalAffinity", "networkPassThroughLbTrafficPolicy trafficPolicy zoneAffinity"],
    ["failover", "failoverPolicy failoverGroups backup backups backupPool"],
    ["ratio", "failoverRatio spilloverRatio"],
    ["dropIfUnhealthy", "dropTrafficIfUnhealthy dropTraffic"],
    ["serviceLabel", "dnsLabel"],
    ["globalAccess", "allowGlobalAccess enableGlobalAccess"],
    ["idleTimeout", "timeoutSec connectionTimeout keepAlive"],
    ["proxyProtocol", "proxyHeader enableProxyProtocol"],
    ["accept", "consumerAcceptLists consumerAcceptList acceptList allowedProjects"],
    ["reject", "consumerRejectLists consumerRejectList rejectList"],
    ["reconcile", "reconcileConnections"],
    ["target targets", "targetService of"],
    ["clients", "sourceIpRanges clientRanges allowedRanges allowedIps loadBalancerSourceRanges whitelist"],
    ["flags", "databaseFlags dbFlags parameters settings"],
    [
        "health healthCheck",
        "healthCheck healthChecks healthRoute livenessProbe startupProbe probes liveness readiness startup readinessProbe autoHealing autoHealingPolicies probe",
    ],
    ["highAvailability", "availabilityType ha multiAz regional"],
    ["iap", "iapEnabled identityAwareProxy iapConfig"],
    ["image", "containerImage imageUri imageUrl dockerImage sourceImage imageName baseImage"],
    ["immutableTags", "dockerConfig immutable tagMutability"],
    ["ingress", "ingressSettings ingressTraffic"],
    ["insights", "insightsConfig queryInsights"],
    ["maxAge", "maxAgeSec"],
    ["timeSinceNoncurrent", "daysSinceNoncurrentTime noncurrentAge noncurrentDays"],
    ["timeSinceCustomTime", "daysSinceCustomTime"],
    ["rotation", "rotationPeriod nextRotationTime"],
    ["algorithm", "versionTemplate purpose keyAlgorithm"],
    ["keyRing", "keyring ring keyRingId"],
    ["every", "rotationPeriod interval period"],
    ["keep", "retained retainedBackups backupRetentionCount keepCount"],
    ["start", "startTime hour hourOfDay nextRotationTime"],
    ["versionRetention", "keepVersions numNewerVersions noncurrentVersions"],
    ["labels", "userLabels tags resourceLabels"],
    ["lifecycleRules", "lifecycle lifecycleRule"],
    ["location region regions zone", "region location zone regions locations zones"],
    ["dataApi", "dataApiAccess enableDataApi executeSql"],
    ["logging", "enableLogging logConfig logs log"],
    ["machineType tier", "instanceType machineType workerMachineType machine size tier vmType machineSpec"],
    ["maintenance", "maintenanceWindow maintenancePolicy"],
    [
        "scaling.max replicas.max max",
        "maxInstances maxScale maxInstanceCount maxInstancesCount maxReplicas maxReplicaCount maxNodes maxNodeCount maxCount maximum maxSize maxWorkers maxNumWorkers",
    ],
    [
        "scaling.min replicas.min min",
        "minInstances minScale minInstanceCount minInstancesCount minReplicas minReplicaCount minNodes minNodeCount minCount minimum minSize minimumInstances",
    ],
    [
        "scaling.concurrency concurrency",
        "maxConcurrency containerConcurrency maxInstanceRequestConcurrency concurrency maxConcurrentRequests targetConcurrentRequests",
    ],
    ["workers scaling", "numWorkers workerCount workerPool workers"],
    ["diskSize", "storage storageGb disk diskGb diskSizeGb workerDiskSize"],
    ["memory memoryGb", "memoryLimit availableMemory availableMemoryMb memoryMb memorySize ram"],
    ["messageOrdering", "enableMessageOrdering ordering ordered"],
    ["messageStoragePolicy", "allowedPersistenceRegions storagePolicy"],
    ["subnet network.subnet", "subnetwork subnetId subnetworkId subnet"],
    [
        "network",
        "vpc vpcConnector vpcAccess vpcNetwork networkId vpcConfig connector networkInterface networkInterfaces privateNetwork ipConfiguration egress",
    ],
    ["machineTypes", "instanceFlexibilityPolicy instanceSelections flexibility mixedInstancesPolicy instanceTypes"],
    ["minReady", "minReadySec minReadySeconds"],
    ["interfaces", "networkInterfaces nics additionalInterfaces additionalNetworks networks"],
    ["nodePools", "nodePool nodeConfig nodes"],
    ["nodeSelector", "nodeSelectors"],
    ["metadata", "userData instanceMetadata"],
    ["startupScript", "metadataStartupScript userData bootScript"],
    ["snapshot", "sourceSnapshot snapshotId fromSnapshot"],
    ["replicaZone", "replicaZones regional replication replicas"],
    ["disks", "attachedDisk attachedDisks additionalDisks dataDisks volumes disk"],
    ["disk", "source existing volume persistentDisk"],
    ["notifications", "topics notificationTopics"],
    ["parameters", "options arguments templateParameters parameterValues"],
    ["partition", "timePartitioning partitioning rangePartitioning partitionBy"],
    ["paused schedule.paused", "suspend suspended disabled state enabled"],
    ["disabled", "enabled inactive"],
    ["port", "ports containerPort"],
    ["privateNodes", "privateCluster privateClusterConfig enablePrivateNodes"],
    ["public", "allowUnauthenticated unauthenticated invokerIamDisabled publicAccess allUsers authType"],
    ["address", "ipAddress staticIp staticIpName loadBalancerIp reservedAddress"],
    ["privateAddress", "networkIp privateIp internalIp"],
    ["publicAddress", "publicIp ipv4Enabled accessConfig externalIp assignPublicIp natIp usePublicIps publicAddresses"],
    ["push", "pushConfig pushEndpoint"],
    ["releaseChannel", "channel"],
    ["replicas", "readReplicas replicaCount numReplicas instances replication replicaConfiguration"],
    ["reference", "uri"],
    ["retention", "messageRetentionDuration retentionPolicy retentionPeriod retentionDays messageRetention"],
    ["resourceManagerTags", "tagBindings tags resourceTags"],
    ["retries", "retryPolicy retryConfig retry retries maxRetries maxAttempts backoffLimit maxRetryCount"],
    [
        "timeout",
        "timeout timeoutSeconds requestTimeout deadline attemptDeadline executionTimeout maxRunDuration taskTimeout",
    ],
    ["terminationGracePeriod", "gracePeriod terminationGracePeriodSeconds stopTimeout"],
    ["drainTimeout", "drain connectionDraining drainingTimeout drainingTimeoutSec connectionDrainingTimeout preStop"],
    ["roles", "role iamRoles permissions policies"],
    ["routes", "urlMap pathMatcher hostRule backends paths pathRules backendService"],
    ["runOn", "retrainOn"],
    ["runOnDeploy", "runOnChange startExecutionToken executeOnDeploy"],
    ["sampling", "samplingRate sampleRate samplingRatio flowSampling"],
    [
        "scaling",
        "autoscaling autoscaler hpa scalingPolicy autoscalingPolicy autoscale scalingConfig horizontalPodAutoscaler targetSize replicas scaleToZero initialReplicas instances instanceCount",
    ],
    ["schema", "schemaSettings columns"],
    ["returns", "returnType returnTableType"],
    ["libraries", "importedLibraries library"],
    ["deterministic", "determinismLevel"],
    ["masking", "dataGovernanceType"],
    ["routines", "routine functions udfs procedures storedProcedures"],
    ["securityPolicy", "cloudArmor armor armorPolicy waf"],
    ["certificates", "sslCertificates certificate managedCertificate tlsCertificates ssl"],
    ["minTlsVersion sslPolicy", "sslPolicy tlsPolicy"],
    ["type", "loadBalancingScheme scheme"],
    ["softDelete", "softDeletePolicy"],
    [
        "source",
        "sourceDir sourceDirectory sourceArchive code path buildContext directory folder sourceContents uri customRepository",
    ],
    ["spot", "preemptible provisioningModel useSpot spotVm"],
    ["subnets", "subnetworks subnet subnetIds"],
    ["nat", "cloudNat router enableNat"],
    ["topic", "pubsubTopic topicName topicId"],
    ["tolerations", "toleration taints"],
    ["traffic", "trafficSplit trafficSplits split"],
    ["trigger triggers", "eventTrigger httpsTrigger events triggers triggerHttp triggerTopic triggerBucket"],
    ["tls", "sslMode requireSsl requireTls ssl"],
    ["uses", "secrets secretEnvironmentVariables secretEnv permissions bindings grants iamBindings mounts"],
    ["versioning", "versioningEnabled objectVersioning"],
    ["views", "view logViews"],
    ["volumes", "volumeMounts mounts secretVolumes"],
    ["website", "staticWebsite websiteConfiguration"],
    ["timeZone timezone", "timeZone tz"],
    ["static_dir", "staticFolder"],
    ["zone", "availabilityZone"],
    ["zones", "distributionPolicyZones nodeLocations"],
    ["ports", "namedPorts namedPort"],
    ["update", "updatePolicy updateStrategy"],
    ["accountId", "serviceAccountId account name"],
    ["datasetId", "dataset name"],
    ["modelId", "model name"],
    ["poolId", "workloadIdentityPoolId pool name"],
    ["projectId", "project name"],
    ["tableId", "table name"],
    ["billingAccount", "billingAccountId billing"],
    ["parent", "folder folderId organization orgId organizationId"],
    ["apis", "services enabledApis activateApis"],
    ["amount", "budgetAmount limit"],
    ["thresholds", "thresholdRules thresholdPercents"],
    ["clustering", "clusters clusterFields clusteringFields"],
    ["access", "acl iam"],
    ["tables", "table"],
    ["tag", "tags version"],
    ["cleanup", "cleanupPolicies cleanupPolicy lifecycle"],
    ["versions", "versionNamePrefixes"],
    ["tags", "tagPrefixes tagState"],
    ["remote", "remoteRepositoryConfig mode commonRepository publicRepository"],
    ["upstreams", "virtualRepositoryConfig upstreamPolicies virtual"],
    ["maven", "mavenConfig versionPolicy allowSnapshotOverwrites"],
    ["validation", "disableUpstreamValidation disableRemoteValidation"],
    ["credentials", "upstreamCredentials usernamePasswordCredentials"],
    ["password", "passwordSecretVersion"],
    ["executionEnvironment", "generation gen2"],
    ["cpuAlways", "cpuIdle cpuThrottling cpuAllocation"],
    ["startupBoost", "startupCpuBoost cpuBoost"],
    ["sidecars", "containers sidecarContainers extraContainers"],
    ["tasks", "taskCount completions"],
    ["size", "environmentSize nodeCount targetSize"],
    ["packages", "pypiPackages requirements dependencies packageNamePrefixes packagePrefixes"],
    ["airflow", "airflowConfigOverrides airflowConfig configOverrides"],
    ["version", "imageVersion airflowVersion kubernetesVersion minMasterVersion softwareVersion runtimeVersion"],
    ["storage", "diskSize diskSizeGb diskType storageSize storageType"],
    ["edition", "instanceEdition"],
    ["runtime", "runtimeVersion language"],
    ["goal", "target slo objective"],
    ["path", "url uri requestPath"],
    ["to", "destination sink channels email emails recipients sinkDestination"],
    ["of", "components targets resources"],
    ["github", "githubRepository repository repo"],
    ["privateGoogleAccess", "privateIpGoogleAccess enablePrivateAccess enablePrivateIpGoogleAccess"],
    ["ipv6", "stackType ipv6AccessType"],
    ["hybrid", "allowSubnetCidrRoutesOverlap allowCidrRoutesOverlap"],
    ["serviceProducers", "psaConfigs serviceProducer"],
    ["dnsPolicy", "dnsServerPolicy serverPolicy"],
    ["inbound", "enableInboundForwarding inboundForwarding"],
    ["dnsDomains", "peeredDnsDomains peeredDomains dnsSuffix"],
    ["sharedVpc", "sharedVpcHost sharedVpcHostConfig sharedVpcServiceConfig hostProject"],
    ["routes", "route staticRoutes customRoutes"],
    ["nextHop", "nextHopGateway nextHopInstance nextHopIp nextHopAddress nextHopIlb nextHopVpnTunnel"],
];

/** A name without capitals and separators: `kms_key` and `kmsKey` are the same. */
export const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** What each name elsewhere can mean here, in the order of the table; filled by the first error. */
const meanings = new Map<string, string[]>();

/** What a name elsewhere can mean here: options, and paths of options. */
export function meaningsOf(name: string): string[] {
    if (meanings.size === 0) {
        for (const [here, elsewhere] of names) {
            for (const each of new Set(elsewhere.split(" ").map(plain))) {
                meanings.set(each, [...(meanings.get(each) ?? []), ...here.split(" ")]);
            }
        }
    }
    return meanings.get(plain(name)) ?? [];
}

/** Units at the end of a name: `timeoutSeconds`. */
const unit = /(?<=.)(seconds|secs|sec|minutes|hours|days|ms|milliseconds|gb|gib|mb|mib)$/;

/** A name, then the same without its unit. */
const withoutUnit = (name: string): string[] => [...new Set([plain(name), plain(name).replace(unit, "")])];

/** What Terraform's attributes and the variables of modules add to the name of an option. */
const affixes = /^(enable|use|custom)(?=.{3})|(enabled|configs?|configuration|policy|policies|settings|options|spec)$/g;

/** Whether an option is meant by a name that has more or fewer words than it, or a unit: `enableCdn` and `cdn`. */
export const isSameButForm = (name: string, option: string) =>
    withoutUnit(name).some((each) => root(each) === root(plain(option)));

const root = (name: string) => name.replaceAll(affixes, "").replace(/s$/, "");

/** The option that is meant by another name, if any: one that is spelled nearly like it, or that is called so elsewhere. */
export function meant(name: string, known: string[], isKnown = (path: string) => known.includes(first(path))) {
    const bare = withoutUnit(name);
    const same = (text: string) => known.find((option) => plain(option) === text);
    const called = (text: string) => meaningsOf(text).find(isKnown);
    for (const text of bare) {
        const found = same(text) ?? called(text);
        if (found !== undefined) {
            return found;
        }
    }
    return (
        known.find((option) => plain(name).length > 3 && plain(option).replace(unit, "") === bare.at(-1)) ??
        known.find((option) => plain(name).length > 3 && isSameButForm(name, option)) ??
        known.find((option) => /.[A-Z]/.test(option) && plain(name).startsWith(plain(option)))
    );
}

const first = (path: string) => path.split(".")[0] as string;

/**
 * The option that a typing error was made in, if any: a quarter of the letters, at most two, or letters in another order; or the start of a
 * name: its first words, or two thirds of it. A word that has a meaning elsewhere is no typing error: `users` is not `uses`.
 */
export function misspelled(name: string, known: string[]): string | undefined {
    if (known.length === 0 || words.has(plain(name)) || meaningsOf(name).length > 0) {
        return undefined;
    }
    const nearest = closest(name, known);
    const isNear = distance(name.toLowerCase(), nearest.toLowerCase()) <= Math.min(2, Math.floor(name.length / 4));
    const isTurned = letters(name) === letters(nearest);
    return isNear || isTurned ? nearest : known.find((option) => option.startsWith(name) && isStart(name, option));
}

/** Whether a name is the first words of an option that starts with it, or most of its letters. */
const isStart = (name: string, option: string) =>
    name.length > 2 && (/^[A-Z]/.test(option.slice(name.length)) || name.length * 3 >= option.length * 2);

const letters = (name: string) => [...plain(name)].sort().join("");

/** Words that are spelled like an option of another meaning. */
const words = new Set(["data", "iam", "ipv4", "private", "streaming", "users"]);
