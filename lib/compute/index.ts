import { exportTogether } from "../internal/arguments/reportTogether";

export type { BlockDiskType } from "../facts/machines/diskTypes";
export type { ConfidentialType } from "../facts/machines/series";
export type {
    Endpoints,
    GoogleApiEndpoint,
    HybridEndpoints,
    InternetEndpoint,
    MachineEndpoints,
    PublishedEndpoint,
} from "./endpoints";
export type { CanaryTemplate, GroupCanary } from "./group/canary";
export { AutoscaledInstanceGroup } from "./group/group";
export type { AutoscaledInstanceGroupArgs, FixedGroupArgs, ScaledGroupArgs, SharedGroupArgs } from "./group/groupArgs";
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
export type { StandbyPool } from "./group/standby";
export type { StatefulDisk } from "./group/statefulDisks";
export type { GroupUpdate, InstanceShare } from "./group/update";
export type { GroupShape } from "./group/zones";
export {
    type ExistingEndpointGroup,
    NetworkEndpointGroup,
    type NetworkEndpointGroupArgs,
    type SharedEndpointGroupArgs,
} from "./networkEndpointGroup";
export type { ExistingSchedule, MachineSchedule } from "./schedule";
export type { Snapshots } from "./snapshots";
export type { AdvancedMachineFeatures } from "./template/advancedFeatures";
export {
    type AttachedDisk,
    type ExistingDisk,
    type ExistingRegionalDiskArgs,
    type ExistingZonalDiskArgs,
    PersistentDisk,
} from "./template/attachedDisk";
export type { MachineContainer } from "./template/container";
export type { DataDisk, DiskMode, MachineDisk, VirtualMachineBootDisk, VirtualMachineDisk } from "./template/disks";
export type { MachineGpu } from "./template/gpu";
export type { FamilyImage, MachineImage, NamedImage } from "./template/image";
export type { MachineInterface, MachineNetworkSettings, NicType, VirtualMachineInterface } from "./template/interfaces";
export type { MachineNetwork, MachineTemplateArgs } from "./template/templateArgs";
export {
    type ExistingInstanceGroup,
    UnmanagedInstanceGroup,
    type UnmanagedInstanceGroupArgs,
} from "./unmanagedGroup";
export { type AnyMachine, type ExistingMachine, type ExistingMachineArgs, VirtualMachine } from "./virtualMachine";
export type { VirtualMachineArgs } from "./virtualMachineArgs";

exportTogether(module);
