import { exportTogether } from "../internal/arguments/reportTogether";

export type { AlertContact } from "../monitoring/alerts/contact";
export type { ComposerAlerts, OwnerAlert } from "./alerts";
export type { AirflowConnection } from "./backend";
export { ComposerEnvironment } from "./environment";
export type { ComposerEnvironmentArgs } from "./environmentArgs";
export type { ComposerMaintenance, ComposerMaintenanceWindow } from "./maintenance";
export type { ComposerNetwork, ComposerRanges } from "./network";
export type { AirflowPool } from "./pools";
export type { ComposerSnapshots, SnapshotSchedule } from "./snapshots";
export type { ImageVersion } from "./versions";
export type {
    ComposerSize,
    ComposerWorkloads,
    WorkerScaling,
    WorkloadResources,
    WorkloadResourcesWithDisk,
} from "./workloads";

exportTogether(module);
