export type { Duration } from "../internal/duration";
export type { Call, CallOfComponent, CallOfUrl, Request, Retry, ScheduleArgs, TopicMessage } from "./arguments";
export { Schedule } from "./schedule";
