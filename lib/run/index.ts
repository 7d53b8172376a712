export type { IapMember } from "../identity/iapMember";
export type { AuditEvent, AuditTrigger, BucketTrigger, ObjectEvent, TopicTrigger } from "../identity/serverless/events";
export type {
    ConnectorEgress,
    DirectVpcEgress,
    NetworkEgress,
    VpcAccess,
    VpcEgress,
} from "../identity/serverless/vpcAccess";
export type { Ingress } from "../internal/ingress";
export type { Memory } from "../internal/memory";
export type { Code, ImageCode, RunArgs, RunAttachment, Sidecar, SourceCode } from "./arguments";
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
export type { ExecutionEnvironment, RunCpu, RunGpu } from "./resources";
export { CloudRunService, type ExistingService } from "./service";
export type {
    AutomaticScaling,
    CloudRunServiceArgs,
    ManualScaling,
    ServiceScaling,
    ServiceTrigger,
} from "./serviceArguments";
export type { RunTraffic } from "./traffic";
export type { BucketVolume, MemoryVolume, NfsVolume, RunVolume } from "./volumes";
