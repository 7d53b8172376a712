import { exportTogether } from "../internal/arguments/reportTogether";

export type { IapMember } from "../iam/iapMember";
export type { AuditEvent, AuditTrigger, BucketTrigger, ObjectEvent, TopicTrigger } from "../iam/serverless/events";
export type {
    ConnectorEgress,
    DirectVpcEgress,
    VpcAccess,
    VpcEgress,
} from "../iam/serverless/vpcAccess";
export type { Size } from "../internal/arguments/size";
export type { Ingress } from "../internal/network/ingress";
export type { CronSchedule } from "../scheduler/job";
export type { Code, ImageCode, SourceCode } from "./code";
export type { RunAttachment, Sidecar } from "./container";
export type {
    ContainerHealth,
    GrpcProbe,
    HttpProbe,
    Probe,
    ProbeTiming,
    ReadinessProbe,
    ServiceHealth,
    StartupProbe,
    TcpProbe,
} from "./health";
export { CloudRunJob, type ExistingJob } from "./job";
export type { CloudRunJobArgs } from "./jobArgs";
export type { ExecutionEnvironment, RunCpu, RunGpu } from "./resources";
export type { RunArgs } from "./runArgs";
export type { AutomaticScaling, CpuScaling, ManualScaling, ServiceScaling } from "./scaling";
export { CloudRunService, type ExistingService } from "./service";
export type { CloudRunServiceArgs } from "./serviceArgs";
export type { RunTraffic } from "./traffic";
export type { ServiceTrigger } from "./triggers";
export type { BucketVolume, MemoryVolume, NfsVolume, RunVolume } from "./volumes";
export { CloudRunWorkerPool, type ExistingWorkerPool } from "./workerPool";
export type { CloudRunWorkerPoolArgs } from "./workerPoolArgs";

exportTogether(module);
