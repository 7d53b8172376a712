export type { BlockDiskType } from "../facts/machines/diskTypes";
export type { ConfidentialType } from "../facts/machines/series";
export type { VirtualMachineArgs } from "./arguments";
export type {
    AutoscaledInstanceGroupArgs,
    CanaryTemplate,
    FixedGroupArgs,
    GroupCanary,
    ScaledGroupArgs,
    SharedGroupArgs,
    StatefulDisk,
} from "./group/arguments";
export { AutoscaledInstanceGroup } from "./group/group";
export type { GroupHealthCheck } from "./group/health";
export type {
    GroupBacklog,
    GroupMetric,
    GroupScaling,
    GroupTargetMetric,
    GroupWorkMetric,
    InstanceMetric,
    MetricRate,
    ScaleInControl,
} from "./group/scaling";
export type { DatedGroupSchedule, GroupSchedule, RecurringGroupSchedule } from "./group/schedules";
export type { GroupShape, GroupUpdate, InstanceShare, StandbyPool } from "./group/update";
export type { MachineSchedule } from "./schedule";
export type { Snapshots } from "./snapshots";
export type {
    MachineContainer,
    MachineGpu,
    MachineNetwork,
    MachineTemplateArgs,
} from "./template/arguments";
export type { MachineDisk } from "./template/disks";
export type { FamilyImage, MachineImage, NamedImage } from "./template/image";
export { type ExistingMachine, type ExistingMachineArgs, VirtualMachine } from "./virtualMachine";
