export type { PrivateAccess } from "./access";
export type {
    DedicatedModel,
    EndpointTraffic,
    ModelScaling,
    PooledModel,
    RequestLogs,
    ServedModel,
    VertexEndpointArgs,
} from "./arguments";
export { type ExistingEndpoint, VertexEndpoint } from "./endpoint";
export { type HuggingFaceModel, ModelGardenEndpoint, type ModelGardenEndpointArgs } from "./garden";
export type { ServingMachines, ServingScaling } from "./machines";
export type { ModelMonitoring, MonitoringAlerts, SkewMonitoring, Thresholds, TrainingData } from "./monitoring";
export { VertexDeploymentPool, type VertexDeploymentPoolArgs } from "./pool";
