import { exportTogether } from "../internal/arguments/reportTogether";

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
export type { Size } from "../internal/arguments/size";
export type { Ingress } from "../internal/network/ingress";
export type { FunctionBuild } from "./build";
export { type ExistingFunction, ServerlessFunction } from "./function";
export type { ServerlessFunctionArgs } from "./functionArgs";
export type { Cpu } from "./resources";
export type { Runtime } from "./runtime";
export type { FunctionScaling } from "./scaling";
export type { FunctionSchedule, HttpTrigger, ScheduleTrigger, Trigger } from "./trigger";

exportTogether(module);
