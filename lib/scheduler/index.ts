import { exportTogether } from "../internal/arguments/reportTogether";

export type { Duration } from "../internal/arguments/duration";
export type { Weekday } from "../internal/arguments/weekday";
export type { CallOfComponent, CallOfUrl, ScheduledCall, ScheduledRequest } from "./call";
export type { CronSchedule, ScheduleRetries } from "./job";
export type { TopicMessage } from "./message";
export { Schedule, type ScheduleArgs } from "./schedule";

exportTogether(module);
