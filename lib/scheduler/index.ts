export type { Duration } from "../internal/duration";
export type { CronSchedule, ScheduleRetries } from "../internal/scheduler";
export type { Weekday } from "../internal/weekday";
export type {
    CallOfComponent,
    CallOfUrl,
    ScheduleArgs,
    ScheduledCall,
    ScheduledRequest,
    TopicMessage,
} from "./arguments";
export { Schedule } from "./schedule";
