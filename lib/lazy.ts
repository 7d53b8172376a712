// What is made before the first component is looked at as well.
require("./environment/watch");

/**
 * The package at run time: `index` with the file of each name loaded when it is first used, so that a program does not wait for what it
 * does not use. A test holds the lists against each other.
 */
const modules: Record<string, () => Record<string, unknown>> = {
    Alerts: () => require("./monitoring/alerts/alerts"),
    alertThresholds: () => require("./monitoring/alerts/thresholds"),
    allow: () => require("./iam/allow"),
    AppEngineApp: () => require("./appengine/app"),
    AutoscaledDeployment: () => require("./moved"),
    AutoscaledInstanceGroup: () => require("./compute/group/group"),
    BigQueryDataset: () => require("./bigquery/dataset"),
    BigQueryTable: () => require("./bigquery/table"),
    Budget: () => require("./billing/budget"),
    CloudRunJob: () => require("./run/job"),
    CloudRunService: () => require("./run/service"),
    CloudRunWorkerPool: () => require("./run/workerPool"),
    CloudSqlInstance: () => require("./sql/instance"),
    ComposerEnvironment: () => require("./composer/environment"),
    ContainerImage: () => require("./artifactregistry/image"),
    ContainerRegistry: () => require("./artifactregistry/registry"),
    crossing: () => require("./environment/crossing"),
    Dashboard: () => require("./monitoring/dashboard/dashboard"),
    DataflowJob: () => require("./dataflow/dataflowJob"),
    Deployer: () => require("./iam/deployer/deployer"),
    DnsZone: () => require("./dns/zone"),
    Environment: () => require("./environment/environment"),
    EnvironmentProject: () => require("./environment/project/project"),
    environmentDefaults: () => require("./environment/defaults"),
    GkeCluster: () => require("./moved"),
    IpAddress: () => require("./network/ipAddress"),
    KmsKey: () => require("./kms/key"),
    KmsKeyHandle: () => require("./kms/keyHandle"),
    KmsKeyRing: () => require("./kms/keyRing"),
    LoadBalancer: () => require("./loadbalancer/loadBalancer"),
    NetworkLoadBalancer: () => require("./loadbalancer/networkLoadBalancer"),
    LogBucket: () => require("./logging/logBucket"),
    LogExclusion: () => require("./logging/exclusion"),
    LogMetric: () => require("./logging/metric"),
    LogSink: () => require("./logging/sink"),
    ModelGardenEndpoint: () => require("./vertex/endpoint/garden"),
    Network: () => require("./network/network"),
    PackageRegistry: () => require("./artifactregistry/packageRegistry"),
    projectRoles: () => require("./iam/deployer/roles"),
    NetworkEndpointGroup: () => require("./compute/networkEndpointGroup"),
    PersistentDisk: () => require("./compute/template/attachedDisk"),
    PubSubSubscription: () => require("./pubsub/subscription"),
    PubSubTopic: () => require("./pubsub/topic"),
    Schedule: () => require("./scheduler/schedule"),
    RegionalSecret: () => require("./secretmanager/regionalSecret"),
    Secret: () => require("./secretmanager/secret"),
    ServerlessFunction: () => require("./functions/function"),
    ServiceAccount: () => require("./iam/serviceAccount"),
    ServiceAttachment: () => require("./loadbalancer/serviceAttachment"),
    ServiceObjective: () => require("./monitoring/objective/objective"),
    ManagedFolder: () => require("./storage/managedFolder"),
    StorageBucket: () => require("./storage/bucket"),
    UnmanagedInstanceGroup: () => require("./compute/unmanagedGroup"),
    TagKey: () => require("./resourcemanager/tagKey"),
    UptimeCheck: () => require("./monitoring/uptime/check"),
    VertexBatchPrediction: () => require("./vertex/batch/batchPrediction"),
    VertexDeploymentPool: () => require("./vertex/endpoint/pool"),
    VertexEndpoint: () => require("./vertex/endpoint/endpoint"),
    VertexModel: () => require("./vertex/model/model"),
    VertexPipeline: () => require("./vertex/pipeline/pipeline"),
    VertexTrainingJob: () => require("./vertex/training/trainingJob"),
    VirtualMachine: () => require("./compute/virtualMachine"),
    VpcConnector: () => require("./network/vpcConnector"),
    Workflow: () => require("./workflows/workflow"),
    WorkloadIdentityPool: () => require("./iam/workloadIdentityPool"),
};

// Programs that are ES modules can import the names that Node finds in the text of this file.
exports.Alerts = exports.alertThresholds = undefined;
exports.AppEngineApp = undefined;
exports.AutoscaledDeployment = exports.AutoscaledInstanceGroup = undefined;
exports.BigQueryDataset = exports.BigQueryTable = exports.DataflowJob = undefined;
exports.Budget = exports.Dashboard = undefined;
exports.CloudRunJob = exports.CloudRunService = exports.CloudRunWorkerPool = undefined;
exports.CloudSqlInstance = undefined;
exports.ComposerEnvironment = undefined;
exports.ContainerImage = exports.ContainerRegistry = exports.PackageRegistry = undefined;
exports.crossing = undefined;
exports.allow =
    exports.Deployer =
    exports.projectRoles =
    exports.ServiceAccount =
    exports.WorkloadIdentityPool =
        undefined;
exports.DnsZone = undefined;
exports.Environment = exports.EnvironmentProject = exports.environmentDefaults = undefined;
exports.GkeCluster = undefined;
exports.IpAddress = undefined;
exports.KmsKey = exports.KmsKeyHandle = exports.KmsKeyRing = undefined;
exports.LoadBalancer = exports.NetworkLoadBalancer = undefined;
exports.LogBucket = exports.LogExclusion = exports.LogMetric = exports.LogSink = undefined;
exports.ServiceAttachment = undefined;
exports.ServiceObjective = exports.UptimeCheck = undefined;
exports.ModelGardenEndpoint = undefined;
exports.Network = undefined;
exports.PubSubSubscription = exports.PubSubTopic = undefined;
exports.Schedule = undefined;
exports.RegionalSecret = exports.Secret = undefined;
exports.ServerlessFunction = undefined;
exports.ManagedFolder = exports.StorageBucket = undefined;
exports.TagKey = undefined;
exports.VertexBatchPrediction = undefined;
exports.VertexDeploymentPool = exports.VertexEndpoint = exports.VertexModel = undefined;
exports.VertexModel = undefined;
exports.VertexPipeline = undefined;
exports.VertexTrainingJob = undefined;
exports.NetworkEndpointGroup = undefined;
exports.UnmanagedInstanceGroup = undefined;
exports.PersistentDisk = undefined;
exports.VirtualMachine = undefined;
exports.VpcConnector = undefined;
exports.Workflow = undefined;

for (const [name, load] of Object.entries(modules)) {
    Object.defineProperty(exports, name, {
        enumerable: true,
        get: () => {
            const { together }: typeof import("./internal/reportTogether") = require("./internal/reportTogether");
            return together(load()[name], name);
        },
    });
}
