export type {
    AuditEvent,
    AuditTrigger,
    BucketTrigger,
    ObjectEvent,
    TopicTrigger,
} from "../iam/serverless/events";
export type {
    ConnectorEgress,
    DirectVpcEgress,
    VpcAccess,
    VpcEgress,
} from "../iam/serverless/vpcAccess";
export type { Ingress } from "../internal/ingress";
export type { Size } from "../internal/size";
export type { FunctionBuild, FunctionScaling, ServerlessFunctionArgs } from "./arguments";
export { type ExistingFunction, ServerlessFunction } from "./function";
export type { Cpu } from "./limits";
export type { Runtime } from "./runtime";
export type { FunctionSchedule, HttpTrigger, ScheduleTrigger, Trigger } from "./trigger";
