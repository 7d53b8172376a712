export {
    type FixedScaling,
    type HorizontalScaling,
    type ResolvedScaling,
    resolveScaling,
    type Scaling,
    scaling,
    scalingProblems,
} from "./arguments";
export {
    createAutoscalers,
    replicaBounds,
    type ScalingResources,
    type ScalingTransforms,
    scalingParts,
} from "./autoscalers";
export type { ScalingBehavior, ScalingPolicy, ScalingRules } from "./behavior";
export type { Backlog, MetricIdentifier, ScalingMetric } from "./metrics";
export type { DatedSchedule, RecurringSchedule, ScalingSchedule } from "./schedules";
export type { ScaleTarget } from "./target";
export type { VerticalBounds, VerticalScaling, VerticalUpdateMode } from "./vertical";
