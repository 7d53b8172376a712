import { exportTogether } from "../internal/arguments/reportTogether";

export type { AnyLogBucket, ExistingLogBucket, LogBucketView } from "./anyLogBucket";
export { LogExclusion, type LogExclusionArgs } from "./exclusion";
export { LogBucket } from "./logBucket";
export type { LogAnalytics, LogBucketArgs, LogRetention } from "./logBucketArgs";
export {
    type LogBuckets,
    type LogDistribution,
    type LogLabel,
    LogMetric,
    type LogMetricArgs,
} from "./metric";
export { type LogDestination, LogSink, type LogSinkArgs } from "./sink";
export type { LogViewDefinition } from "./view";

exportTogether(module);
