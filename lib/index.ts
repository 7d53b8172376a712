export * from "./appengine";
export * from "./container";
export * from "./data";
export * from "./environment";
export * from "./function";
export * from "./identity";
export * from "./loadbalancer";
export * from "./machine";
export * from "./messaging";
export * from "./model";
export * from "./network";
export {
    Budget,
    type BudgetArgs,
    Dashboard,
    type DashboardArgs,
    type LogBuckets,
    type LogDestination,
    type LogDistribution,
    type LogLabel,
    LogMetric,
    type LogMetricArgs,
    LogSink,
    type LogSinkArgs,
    ServiceObjective,
    type ServiceObjectiveArgs,
    UptimeCheck,
    type UptimeCheckArgs,
    type UptimeContent,
    type UptimeRegion,
    type UptimeTarget,
} from "./observe";
export * from "./run";
export * from "./secret";
export * from "./sql";
export * from "./storage";
export * from "./workflow";
