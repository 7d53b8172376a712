// What is made before the first component is looked at as well.
require("./environment/watch");

/**
 * The package at run time: `index` with each field loaded when one of its names is first used, so that a program does
 * not wait for what it does not use. A test holds the lists against each other.
 */
const fields: Record<string, () => Record<string, unknown>> = {
    Alerts: () => require("./observe"),
    alertThresholds: () => require("./observe"),
    allow: () => require("./identity"),
    AppEngineApp: () => require("./appengine"),
    AutoscaledInstanceGroup: () => require("./machine"),
    BigQueryDataset: () => require("./data"),
    BigQueryTable: () => require("./data"),
    Budget: () => require("./observe"),
    CloudRunJob: () => require("./run"),
    CloudRunService: () => require("./run"),
    CloudRunWorkerPool: () => require("./run"),
    CloudSqlInstance: () => require("./sql"),
    ComposerEnvironment: () => require("./workflow"),
    ContainerImage: () => require("./container"),
    ContainerRegistry: () => require("./container"),
    crossing: () => require("./environment"),
    Dashboard: () => require("./observe"),
    DataflowJob: () => require("./data"),
    Deployer: () => require("./identity"),
    Environment: () => require("./environment"),
    EnvironmentProject: () => require("./environment"),
    environmentDefaults: () => require("./environment"),
    LoadBalancer: () => require("./loadbalancer"),
    LogExclusion: () => require("./observe"),
    LogMetric: () => require("./observe"),
    LogSink: () => require("./observe"),
    ModelGardenEndpoint: () => require("./model"),
    Network: () => require("./network"),
    projectRoles: () => require("./identity"),
    PubSubSubscription: () => require("./messaging"),
    PubSubTopic: () => require("./messaging"),
    Schedule: () => require("./workflow"),
    Secret: () => require("./secret"),
    ServerlessFunction: () => require("./function"),
    ServiceAccount: () => require("./identity"),
    ServiceObjective: () => require("./observe"),
    StorageBucket: () => require("./storage"),
    UptimeCheck: () => require("./observe"),
    VertexBatchPrediction: () => require("./model"),
    VertexDeploymentPool: () => require("./model"),
    VertexEndpoint: () => require("./model"),
    VertexModel: () => require("./model"),
    VertexPipeline: () => require("./model"),
    VertexTrainingJob: () => require("./model"),
    VirtualMachine: () => require("./machine"),
    Workflow: () => require("./workflow"),
    WorkloadIdentityPool: () => require("./identity"),
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

for (const [name, load] of Object.entries(fields)) {
    Object.defineProperty(exports, name, { enumerable: true, get: () => load()[name] });
}
