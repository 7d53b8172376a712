export type { GkeClusterArgs } from "./arguments";
export { GkeCluster } from "./cluster";
export type { NodePool } from "./nodePool";
export type {
    Backlog,
    DatedSchedule,
    FixedScaling,
    HorizontalScaling,
    MetricIdentifier,
    RecurringSchedule,
    Scaling,
    ScalingBehavior,
    ScalingMetric,
    ScalingPolicy,
    ScalingRules,
    ScalingSchedule,
    VerticalBounds,
    VerticalScaling,
    VerticalUpdateMode,
} from "./scaling";
