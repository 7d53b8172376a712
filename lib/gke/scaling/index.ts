export { createAutoscalers, type ScalingResources, type ScalingTransforms, scalingParts } from "./autoscalers";
export type { ScalingBehavior, ScalingPolicy, ScalingRules } from "./behavior";
export type { HorizontalScaling } from "./horizontal";
export type { Backlog, MetricIdentifier, ScalingMetric } from "./metrics";
export {
    type FixedScaling,
    type ResolvedScaling,
    replicaBounds,
    resolveScaling,
    type Scaling,
    scaling,
    scalingProblems,
} from "./scaling";
export type { DatedSchedule, RecurringSchedule, ScalingSchedule } from "./schedules";
export type { ScaleTarget } from "./target";
export type { VerticalBounds, VerticalScaling, VerticalUpdateMode } from "./vertical";
