export { LogExclusion, type LogExclusionArgs } from "./exclusion";
export {
    type LogBuckets,
    type LogDistribution,
    type LogLabel,
    LogMetric,
    type LogMetricArgs,
} from "./metric";
export { type LogDestination, LogSink, type LogSinkArgs } from "./sink";
