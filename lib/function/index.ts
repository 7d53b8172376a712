export type { FunctionScaling, ServerlessFunctionArgs } from "./arguments";
export { ServerlessFunction } from "./function";
export type { Cpu, Memory } from "./limits";
export type { Runtime } from "./source";
export type { BucketTrigger, HttpTrigger, ObjectEvent, TopicTrigger, Trigger } from "./trigger";
