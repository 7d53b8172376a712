export type { FunctionBuild, FunctionScaling, ServerlessFunctionArgs } from "./arguments";
export { type ExistingFunction, ServerlessFunction } from "./function";
export type { Cpu, Memory } from "./limits";
export type { ConnectorEgress, DirectVpcEgress, NetworkEgress, VpcAccess, VpcEgress } from "./network";
export type { Runtime } from "./runtime";
export type {
    AuditEvent,
    AuditTrigger,
    BucketTrigger,
    FunctionSchedule,
    HttpTrigger,
    Ingress,
    ObjectEvent,
    ScheduleTrigger,
    TopicTrigger,
    Trigger,
} from "./trigger";
