import { exportTogether } from "../internal/reportTogether";

export type { Duration } from "../internal/duration";
export type { CronSchedule, ScheduleRetries } from "../internal/scheduler";
export type { Weekday } from "../internal/weekday";
export type { CallOfComponent, CallOfUrl, ScheduledCall, ScheduledRequest } from "./call";
export type { TopicMessage } from "./message";
export { Schedule, type ScheduleArgs } from "./schedule";

exportTogether(module);
