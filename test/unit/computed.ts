/** Computed outputs in the format of Google Cloud. */
const computedBy: Record<string, (inputs: Inputs, project: string) => Record<string, unknown>> = {
    "pulumi-nodejs:dynamic/appengine:Application": (_, project) => ({
        id: project,
        defaultHostname: `${project}.ew.r.appspot.com`,
        codeBucket: `staging.${project}.appspot.com`,
    }),
    "pulumi-nodejs:dynamic/appengine:Rollout": ({ service, latest }, project) => ({
        id: `apps/${project}/services/${service}`,
        previous: "",
        allocations: { [String(latest)]: 1 },
    }),
    "pulumi-nodejs:dynamic/model:PipelineRun": ({ name, root, location }, project) => ({
        id: `projects/${project}/locations/${location}/pipelineRuns/${name}`,
        job: `projects/123456789012/locations/${location}/pipelineJobs/${name}-1a2b3c4d-1`,
        state: "PIPELINE_STATE_SUCCEEDED",
        artifacts: { "fit.model": `${root}/123456789012/${name}-1a2b3c4d-1/fit_12/model` },
    }),
    "pulumi-nodejs:dynamic/model:PipelineSchedule": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/pipelineSchedules/${name}`,
        schedule: `projects/123456789012/locations/${location}/schedules/4567`,
        state: "ACTIVE",
    }),
    "pulumi-nodejs:dynamic/model:TrainingJob": ({ name, output, location }, project) => ({
        id: `projects/${project}/locations/${location}/trainingJobs/${name}`,
        job: `projects/123456789012/locations/${location}/customJobs/4567`,
        state: "JOB_STATE_SUCCEEDED",
        artifacts: `${output}/1a2b3c4d/model`,
    }),
    "pulumi-nodejs:dynamic/data:DataflowRun": ({ name, location, type }, project) => ({
        id: `projects/${project}/locations/${location}/dataflowJobs/${name}`,
        jobId: "2026-11-23_01_02_03-4567890123456789012",
        state: type === "batch" ? "JOB_STATE_DONE" : "JOB_STATE_RUNNING",
    }),
    "pulumi-nodejs:dynamic/model:BatchPrediction": ({ name, location, spec }, project) => {
        const { gcsDestination, bigqueryDestination } = (spec as Record<string, Inputs>).outputConfig as Inputs;
        const prefix = (gcsDestination as Inputs)?.outputUriPrefix;
        return {
            id: `projects/${project}/locations/${location}/batchPredictions/${name}`,
            job: `projects/123456789012/locations/${location}/batchPredictionJobs/4567`,
            state: "JOB_STATE_SUCCEEDED",
            predictions: prefix
                ? `${prefix}/prediction-iris-2026_11_22`
                : `${(bigqueryDestination as Inputs).outputUri}.predictions_2026_11_22`,
            instances: { successful: 3 },
        };
    },
    "gcp:vertex/aiEndpointWithModelGardenDeployment:AiEndpointWithModelGardenDeployment": ({ location }, project) => ({
        id: `projects/${project}/locations/${location}/endpoints/1234567890`,
        endpoint: "1234567890",
    }),
    "gcp:bigquery/dataset:Dataset": ({ datasetId }, project) => ({ id: `projects/${project}/datasets/${datasetId}` }),
    "gcp:bigquery/table:Table": ({ datasetId, tableId }, project) => ({
        id: `projects/${project}/datasets/${datasetId}/tables/${tableId}`,
    }),
    "gcp:bigquery/routine:Routine": ({ datasetId, routineId }, project) => ({
        id: `projects/${project}/datasets/${datasetId}/routines/${routineId}`,
    }),
    "gcp:kms/keyRing:KeyRing": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/keyRings/${name}`,
    }),
    "gcp:kms/keyHandle:KeyHandle": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/keyHandles/${name}`,
        kmsKey: `projects/acme-keys/locations/${location}/keyRings/autokey/cryptoKeys/123-service-1a2b3c4d`,
    }),
    "gcp:compute/serviceAttachment:ServiceAttachment": ({ name, region }, project) => ({
        id: `projects/${project}/regions/${region}/serviceAttachments/${name}`,
    }),
    "gcp:kms/cryptoKey:CryptoKey": ({ name, keyRing }) => ({ id: `${keyRing}/cryptoKeys/${name}` }),
    "gcp:logging/projectSink:ProjectSink": ({ name }, project) => ({
        id: `projects/${project}/sinks/${name}`,
        writerIdentity: "serviceAccount:service-123@gcp-sa-logging.iam.gserviceaccount.com",
    }),
    "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": ({ displayName }, project) => ({
        id: `projects/${project}/uptimeCheckConfigs/${displayName}-1a2b3c`,
        uptimeCheckId: `${displayName}-1a2b3c`,
    }),
    "gcp:monitoring/slo:Slo": ({ service, sloId }) => {
        const name = `projects/123456789012/services/${service}/serviceLevelObjectives/${sloId}`;
        return { id: name, name };
    },
    "gcp:monitoring/dashboard:Dashboard": (_, project) => ({ id: `projects/${project}/dashboards/1234` }),
    "gcp:pubsub/topic:Topic": ({ name }, project) => ({ id: `projects/${project}/topics/${name}` }),
    "gcp:pubsub/schema:Schema": ({ name }, project) => ({ id: `projects/${project}/schemas/${name}` }),
    "gcp:pubsub/subscription:Subscription": ({ name }, project) => ({
        id: `projects/${project}/subscriptions/${name}`,
    }),
    "gcp:compute/getImage:getImage": ({ project, family }) => ({
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/global/images/${family}-v20261110`,
    }),
    "gcp:compute/getDisk:getDisk": ({ name, zone, project }) => ({
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/disks/${name}`,
        users: [],
    }),
    "gcp:compute/getRegionDisk:getRegionDisk": ({ name, region, project }) => ({
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/regions/${region}/disks/${name}`,
        users: [],
    }),
    "gcp:compute/disk:Disk": ({ name, zone }, project) => ({
        id: `projects/${project}/zones/${zone}/disks/${name}`,
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/disks/${name}`,
    }),
    "gcp:compute/regionDisk:RegionDisk": ({ name, region }, project) => ({
        id: `projects/${project}/regions/${region}/disks/${name}`,
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/regions/${region}/disks/${name}`,
    }),
    "gcp:compute/resourcePolicy:ResourcePolicy": ({ name, region }, project) => ({
        id: `projects/${project}/regions/${region}/resourcePolicies/${name}`,
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/regions/${region}/resourcePolicies/${name}`,
    }),
    "gcp:compute/instance:Instance": ({ name, zone, networkInterfaces }, project) => ({
        id: `projects/${project}/zones/${zone}/instances/${name}`,
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/instances/${name}`,
        project,
        networkInterfaces: (networkInterfaces as Inputs[]).map((each) => ({ ...each, networkIp: "10.0.0.2" })),
    }),
    "gcp:compute/instanceGroup:InstanceGroup": ({ name, zone }, project) => ({
        id: `projects/${project}/zones/${zone}/instanceGroups/${name}`,
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/zones/${zone}/instanceGroups/${name}`,
    }),
    "gcp:compute/network:Network": ({ name, enableUlaInternalIpv6 }, project) => ({
        id: `projects/${project}/global/networks/${name}`,
        ...(enableUlaInternalIpv6 === true ? { internalIpv6Range: "fd20:eb5:88a:0:0:0:0:0/48" } : {}),
    }),
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": ({ baseInstanceName }) => ({
        instanceGroup: `${baseInstanceName}-instances`,
    }),
    "gcp:compute/subnetwork:Subnetwork": ({ name, region }, project) => ({
        id: `projects/${project}/regions/${region}/subnetworks/${name}`,
    }),
    "gcp:container/cluster:Cluster": (inputs, project) => {
        const { name, location, controlPlaneEndpointsConfig, masterAuth } = inputs;
        return {
            id: `projects/${project}/locations/${location}/clusters/${name}`,
            endpoint: "10.0.0.2",
            controlPlaneEndpointsConfig: {
                ...(controlPlaneEndpointsConfig as object),
                dnsEndpointConfig: { endpoint: `gke-1a2b3c-123.${location}.gke.goog` },
            },
            masterAuth: { ...(masterAuth as object), clusterCaCertificate: "LS0tLS1CRUdJTg==" },
        };
    },
    "gcp:sql/databaseInstance:DatabaseInstance": ({ name, region }, project) => ({
        id: name,
        connectionName: `${project}:${region}:${name}`,
        privateIpAddress: "10.64.0.3",
        publicIpAddress: "203.0.113.3",
        dnsName: "1a2b3c.4d5e6f.europe-west1.sql.goog.",
        pscServiceAttachmentLink: `projects/tenant/regions/${region}/serviceAttachments/${name}`,
        serviceAccountEmailAddress: "p123-1a2b3c@gcp-sa-cloud-sql.iam.gserviceaccount.com",
        serverCaCerts: [{ cert: "-----BEGIN CERTIFICATE-----" }],
        project,
    }),
    "gcp:cloudtasks/queue:Queue": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/queues/${name}`,
    }),
    "gcp:vpcaccess/connector:Connector": ({ name, region }, project) => ({
        id: `projects/${project}/locations/${region}/connectors/${name}`,
    }),
    "gcp:composer/environment:Environment": ({ name, region, config }, project) => ({
        id: `projects/${project}/locations/${region}/environments/${name}`,
        config: { ...(config as object), airflowUri: `https://1a2b3c-dot-${region}.composer.googleusercontent.com` },
    }),
    "gcp:storage/bucket:Bucket": ({ name }) => ({ id: name, url: `gs://${name}` }),
    "gcp:serviceaccount/account:Account": ({ accountId }, project) => {
        const email = `${accountId}@${project}.iam.gserviceaccount.com`;
        const name = `projects/${project}/serviceAccounts/${email}`;
        return { id: name, name, email, member: `serviceAccount:${email}` };
    },
    "gcp:iam/workloadIdentityPool:WorkloadIdentityPool": ({ workloadIdentityPoolId }, project) => {
        const below = `locations/global/workloadIdentityPools/${workloadIdentityPoolId}`;
        return { id: `projects/${project}/${below}`, name: `projects/123/${below}` };
    },
    "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": (inputs, project) => {
        const { workloadIdentityPoolId, workloadIdentityPoolProviderId } = inputs;
        const below = `locations/global/workloadIdentityPools/${workloadIdentityPoolId}/providers/${workloadIdentityPoolProviderId}`;
        return { id: `projects/${project}/${below}`, name: `projects/123/${below}` };
    },
    "gcp:compute/globalAddress:GlobalAddress": ({ name, address = "203.0.113.5" }, project) => ({
        id: `projects/${project}/global/addresses/${name}`,
        address,
    }),
    "gcp:compute/address:Address": ({ name, region }, project) => ({
        id: `projects/${project}/regions/${region}/addresses/${name}`,
        address: "10.0.0.5",
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/regions/${region}/addresses/${name}`,
    }),
    ...Object.fromEntries(
        Object.entries({
            "backendBucket:BackendBucket": "backendBuckets",
            "backendService:BackendService": "backendServices",
            "regionBackendService:RegionBackendService": "backendServices",
            "regionNetworkEndpointGroup:RegionNetworkEndpointGroup": "networkEndpointGroups",
            "regionSecurityPolicy:RegionSecurityPolicy": "securityPolicies",
            "regionSslPolicy:RegionSslPolicy": "sslPolicies",
            "regionTargetHttpProxy:RegionTargetHttpProxy": "targetHttpProxies",
            "regionTargetHttpsProxy:RegionTargetHttpsProxy": "targetHttpsProxies",
            "regionTargetTcpProxy:RegionTargetTcpProxy": "targetTcpProxies",
            "regionUrlMap:RegionUrlMap": "urlMaps",
            "securityPolicy:SecurityPolicy": "securityPolicies",
            "serviceAttachment:ServiceAttachment": "serviceAttachments",
            "targetHttpProxy:TargetHttpProxy": "targetHttpProxies",
            "targetHttpsProxy:TargetHttpsProxy": "targetHttpsProxies",
            "uRLMap:URLMap": "urlMaps",
        }).map(([type, collection]) => [
            `gcp:compute/${type}`,
            ({ name, region }: Inputs, project: string) => ({
                id: `projects/${project}/${region ? `regions/${region}` : "global"}/${collection}/${name}`,
            }),
        ]),
    ),
    "gcp:certificatemanager/certificate:Certificate": ({ name, location = "global" }, project) => ({
        id: `projects/${project}/locations/${location}/certificates/${name}`,
    }),
    "gcp:certificatemanager/certificateMap:CertificateMap": ({ name }, project) => ({
        id: `projects/${project}/locations/global/certificateMaps/${name}`,
    }),
    "gcp:certificatemanager/dnsAuthorization:DnsAuthorization": ({ name, location = "global", domain }, project) => ({
        id: `projects/${project}/locations/${location}/dnsAuthorizations/${name}`,
        dnsResourceRecords: [
            { name: `_acme-challenge.${domain}.`, type: "CNAME", data: "1a2b.authorize.certificatemanager.goog." },
        ],
    }),
    "gcp:dns/managedZone:ManagedZone": ({ name }, project) => ({
        id: `projects/${project}/managedZones/${name}`,
        nameServers: [1, 2, 3, 4].map((number) => `ns-cloud-a${number}.googledomains.com.`),
    }),
    "gcp:dns/policy:Policy": ({ name }, project) => ({ id: `projects/${project}/policies/${name}` }),
    "gcp:servicenetworking/connection:Connection": ({ service }) => ({ peering: String(service).replaceAll(".", "-") }),
    "kubernetes:core/v1:Service": ({ spec }) => {
        const isBalanced = (spec as Inputs | undefined)?.type === "LoadBalancer";
        return { status: { loadBalancer: isBalanced ? { ingress: [{ ip: "203.0.113.9" }] } : {} } };
    },
    "gcp:artifactregistry/repository:Repository": ({ repositoryId, location }, project) => {
        return { id: `projects/${project}/locations/${location}/repositories/${repositoryId}`, name: repositoryId };
    },
    "gcp:cloudfunctionsv2/function:Function": ({ name, location, serviceConfig }, project) => ({
        id: `projects/${project}/locations/${location}/functions/${name}`,
        updateTime: "2026-11-22T00:00:00Z",
        serviceConfig: { ...(serviceConfig as object), uri: `https://${name}-1a2b3c-ew.a.run.app` },
    }),
    "gcp:cloudrunv2/service:Service": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/services/${name}`,
        uri: `https://${name}-1a2b3c-ew.a.run.app`,
    }),
    "gcp:cloudrunv2/job:Job": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/jobs/${name}`,
    }),
    "gcp:cloudrunv2/workerPool:WorkerPool": ({ name, location }, project) => ({
        id: `projects/${project}/locations/${location}/workerPools/${name}`,
    }),
    // Before the first deployment there is no service and no job.
    "gcp:cloudrunv2/getService:getService": () => ({}),
    "gcp:cloudrunv2/getJob:getJob": () => ({}),
    "gcp:secretmanager/regionalSecret:RegionalSecret": ({ secretId, location }, project) => ({
        id: `projects/${project}/locations/${location}/secrets/${secretId}`,
        name: `projects/123/locations/${location}/secrets/${secretId}`,
    }),
    "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion": ({ secret }) => ({
        id: `${secret}/versions/1`,
        version: "1",
    }),
    "gcp:secretmanager/secret:Secret": ({ secretId }, project) => ({
        id: `projects/${project}/secrets/${secretId}`,
        name: `projects/123/secrets/${secretId}`,
    }),
    "gcp:secretmanager/secretVersion:SecretVersion": ({ secret }) => ({ id: `${secret}/versions/1`, version: "1" }),
    "gcp:projects/serviceIdentity:ServiceIdentity": ({ service }) => {
        const agent = String(service).replace(".googleapis.com", "");
        const domain = agent === "composer" ? "cloudcomposer-accounts" : `gcp-sa-${agent}`;
        return { member: `serviceAccount:service-123@${domain}.iam.gserviceaccount.com` };
    },
    "gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount": () => ({
        member: "serviceAccount:bq-123@bigquery-encryption.iam.gserviceaccount.com",
    }),
    "gcp:logging/getProjectSettings:getProjectSettings": () => ({
        kmsServiceAccountId: "cmek-p123@gcp-sa-logging.iam.gserviceaccount.com",
    }),
    "gcp:tags/tagKey:TagKey": () => ({ id: "tagKeys/281474976710656", name: "281474976710656" }),
    "gcp:tags/tagValue:TagValue": () => ({ id: "tagValues/281478395625645", name: "281478395625645" }),
    "gcp:organizations/project:Project": ({ projectId }) => ({ id: `projects/${projectId}`, number: "123" }),
    "gcp:monitoring/notificationChannel:NotificationChannel": ({ project, type, labels }, own) => {
        const { email_address: mail, channel_name: channel } = (labels ?? {}) as Inputs;
        const name = `projects/${project ?? own}/notificationChannels/${mail ?? channel ?? type}`;
        return { id: name, name };
    },
    "gcp:organizations/getProject:getProject": ({ projectId }) => {
        if (projectId === "acme-missing") {
            throw new Error("it may not exist");
        }
        return { number: "123", billingAccount: projectId === "acme-free" ? "" : "ABCDEF-012345-6789AB" };
    },
    "gcp:compute/getNetworks:getNetworks": ({ project }) => ({
        networks: project === "acme-networked" ? ["sales", "default"] : ["sales"],
    }),
    "docker-build:index:Image": () => ({ digest: `sha256:${"0d".repeat(32)}` }),
    "docker:index/getRegistryImage:getRegistryImage": ({ name }) => {
        if (String(name).endsWith(":0.0.0")) {
            const words = `Got error when attempting to fetch image version ${name} from registry`;
            const details = `invoking it: 1 error occurred:\n\t* ${words}: got bad response from registry: 404 Not Found\n\n`;
            throw Object.assign(new Error(details), { details });
        }
        return { sha256Digest: `sha256:${Buffer.from(String(name)).toString("hex").padStart(64, "0").slice(-64)}` };
    },
    "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": () => ({
        member: "serviceAccount:service-123@gs-project-accounts.iam.gserviceaccount.com",
    }),
};

type Inputs = Record<string, unknown>;

/** The outputs of a resource or a function of the provider. */
export function computed(token: string, name: string, inputs: Inputs, project: string): Inputs {
    const isOfProject = token.startsWith("gcp:") && !token.startsWith("gcp:projects/");
    return { id: `${name}-id`, ...(isOfProject ? { project } : {}), ...computedBy[token]?.(inputs, project) };
}
