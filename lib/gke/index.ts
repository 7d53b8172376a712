export type { Duration } from "../internal/duration";
export type { Weekday } from "../internal/weekday";
export type { AutopilotCluster, GkeClusterArgs, SharedClusterArgs, StandardCluster } from "./arguments";
export type { AutoProvisioning } from "./autoProvisioning";
export { GkeCluster } from "./cluster";
export type { ControlPlane, NamedControlPlane, PrivateControlPlane, PublicControlPlane } from "./controlPlane";
export * from "./deployment";
export type { ClusterDns } from "./dns";
export type { ExistingClusterArgs, GkeMode } from "./existing";
export type { Authentication } from "./kubeconfig";
export type { Maintenance, MaintenanceExclusion, MaintenanceWindow } from "./maintenance";
export type { ClusterNetwork, ClusterRanges, ExistingNetwork, NetworkParts, OwnNetwork } from "./network";
export type { NodeGpu, NodePool, NodeReservation, NodeScaling, NodeTaint } from "./nodePool";
export type { ClusterMonitoring, ClusterNotifications, ClusterObservability, MetricComponent } from "./observability";
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
