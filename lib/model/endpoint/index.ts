export type {
    DedicatedModel,
    EndpointTraffic,
    PooledModel,
    PrivateAccess,
    RequestLogs,
    ScaleToZero,
    ServedModel,
    VertexEndpointArgs,
} from "./arguments";
export { type ExistingEndpoint, VertexEndpoint } from "./endpoint";
export type { Replicas, ServingAccelerator, ServingMachines, ServingScaling } from "./machines";
export { VertexDeploymentPool, type VertexDeploymentPoolArgs } from "./pool";
