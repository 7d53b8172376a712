// What is made before the first component is looked at as well.
require("./environment/watch");

/**
 * The package at run time: `index` with the file of each name loaded when it is first used, so that a program does not wait for what it
 * does not use. A test holds the lists against each other.
 */
const modules: Record<string, () => Record<string, unknown>> = {
    Alerts: () => require("./observe/alerts/alerts"),
    alertThresholds: () => require("./observe/alerts/thresholds"),
    allow: () => require("./identity/allow"),
    AppEngineApp: () => require("./appengine/app"),
    AutoscaledInstanceGroup: () => require("./machine/group/group"),
    BigQueryDataset: () => require("./data/dataset"),
    BigQueryTable: () => require("./data/table"),
    Budget: () => require("./observe/budget"),
    CloudRunJob: () => require("./run/job"),
    CloudRunService: () => require("./run/service"),
    CloudRunWorkerPool: () => require("./run/workerPool"),
    CloudSqlInstance: () => require("./sql/instance"),
    ComposerEnvironment: () => require("./workflow/composer/environment"),
    ContainerImage: () => require("./container/image"),
    ContainerRegistry: () => require("./container/registry"),
    crossing: () => require("./environment/crossing"),
    Dashboard: () => require("./observe/dashboard/dashboard"),
    DataflowJob: () => require("./data/dataflow/dataflowJob"),
    Deployer: () => require("./identity/deployer/deployer"),
    Environment: () => require("./environment/environment"),
    EnvironmentProject: () => require("./environment/project/project"),
    environmentDefaults: () => require("./environment/defaults"),
    LoadBalancer: () => require("./loadbalancer/loadBalancer"),
    LogExclusion: () => require("./observe/logs/exclusion"),
    LogMetric: () => require("./observe/logs/metric"),
    LogSink: () => require("./observe/logs/sink"),
    ModelGardenEndpoint: () => require("./model/endpoint/garden"),
    Network: () => require("./network/network"),
    projectRoles: () => require("./identity/deployer/roles"),
    PubSubSubscription: () => require("./messaging/subscription"),
    PubSubTopic: () => require("./messaging/topic"),
    Schedule: () => require("./workflow/schedule"),
    Secret: () => require("./secret/secret"),
    ServerlessFunction: () => require("./function/function"),
    ServiceAccount: () => require("./identity/serviceAccount"),
    ServiceObjective: () => require("./observe/objective/objective"),
    StorageBucket: () => require("./storage/bucket"),
    UptimeCheck: () => require("./observe/uptime/check"),
    VertexBatchPrediction: () => require("./model/batch/batchPrediction"),
    VertexDeploymentPool: () => require("./model/endpoint/pool"),
    VertexEndpoint: () => require("./model/endpoint/endpoint"),
    VertexModel: () => require("./model/model/model"),
    VertexPipeline: () => require("./model/pipeline/pipeline"),
    VertexTrainingJob: () => require("./model/training/trainingJob"),
    VirtualMachine: () => require("./machine/virtualMachine"),
    Workflow: () => require("./workflow/workflows/workflow"),
    WorkloadIdentityPool: () => require("./identity/workloadIdentityPool"),
};

// Programs that are ES modules can import the names that Node finds in the text of this file.
exports.Alerts = exports.alertThresholds = undefined;
exports.AppEngineApp = undefined;
exports.AutoscaledInstanceGroup = undefined;
exports.BigQueryDataset = exports.BigQueryTable = exports.DataflowJob = undefined;
exports.Budget = exports.Dashboard = undefined;
exports.CloudRunJob = exports.CloudRunService = exports.CloudRunWorkerPool = undefined;
exports.CloudSqlInstance = undefined;
exports.ComposerEnvironment = undefined;
exports.ContainerImage = exports.ContainerRegistry = undefined;
exports.crossing = undefined;
exports.allow =
    exports.Deployer =
    exports.projectRoles =
    exports.ServiceAccount =
    exports.WorkloadIdentityPool =
        undefined;
exports.Environment = exports.EnvironmentProject = exports.environmentDefaults = undefined;
exports.LoadBalancer = undefined;
exports.LogExclusion = exports.LogMetric = exports.LogSink = undefined;
exports.ServiceObjective = exports.UptimeCheck = undefined;
exports.ModelGardenEndpoint = undefined;
exports.Network = undefined;
exports.PubSubSubscription = exports.PubSubTopic = undefined;
exports.Schedule = undefined;
exports.Secret = undefined;
exports.ServerlessFunction = undefined;
exports.StorageBucket = undefined;
exports.VertexBatchPrediction = undefined;
exports.VertexDeploymentPool = exports.VertexEndpoint = exports.VertexModel = undefined;
exports.VertexModel = undefined;
exports.VertexPipeline = undefined;
exports.VertexTrainingJob = undefined;
exports.VirtualMachine = undefined;
exports.Workflow = undefined;

for (const [name, load] of Object.entries(modules)) {
    Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] });
}
