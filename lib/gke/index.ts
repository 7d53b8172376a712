import { exportTogether } from "../internal/arguments/reportTogether";

export type { Duration } from "../internal/arguments/duration";
export type { Weekday } from "../internal/arguments/weekday";
export type { AutoProvisioning } from "./autoProvisioning";
export type { AutopilotCluster, GkeMode } from "./autopilot";
export type { BackupRetention, BackupSchedule, ClusterBackups } from "./backups";
export { GkeCluster } from "./cluster";
export type { GkeClusterArgs, SharedClusterArgs } from "./clusterArgs";
export type { ControlPlane, NamedControlPlane, PrivateControlPlane, PublicControlPlane } from "./controlPlane";
export * from "./deployment";
export type { ClusterDns } from "./dns";
export type { ExistingClusterArgs } from "./existing";
export type { Authentication } from "./kubeconfig";
export type { Maintenance, MaintenanceExclusion, MaintenanceWindow } from "./maintenance";
export type { ClusterNetwork, ClusterRanges, ExistingNetwork, NetworkParts, OwnNetwork } from "./network";
export type { NodeGpu } from "./nodeGpu";
export type { NodePool, NodeTaint } from "./nodePool";
export type { NodeScaling } from "./nodeScaling";
export type { ClusterMonitoring, ClusterNotifications, ClusterObservability, MetricComponent } from "./observability";
export type { NodeReservation } from "./reservation";
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
export type { StandardCluster } from "./standard";

exportTogether(module);
