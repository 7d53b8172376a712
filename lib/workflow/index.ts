export type { Duration } from "../internal/duration";
export type {
    CallOfComponent,
    CallOfUrl,
    ScheduleArgs,
    ScheduledCall,
    ScheduledRequest,
    ScheduleRetry,
    TopicMessage,
} from "./arguments";
export { Schedule } from "./schedule";
