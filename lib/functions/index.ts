import { exportTogether } from "../internal/reportTogether";

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
export type { FunctionBuild } from "./build";
export { type ExistingFunction, ServerlessFunction } from "./function";
export type { ServerlessFunctionArgs } from "./functionArgs";
export type { Cpu } from "./resources";
export type { Runtime } from "./runtime";
export type { FunctionScaling } from "./scaling";
export type { FunctionSchedule, HttpTrigger, ScheduleTrigger, Trigger } from "./trigger";

exportTogether(module);
