export type { BlockDiskType } from "../facts/machines/diskTypes";
export type { ConfidentialType } from "../facts/machines/series";
export type { VirtualMachineArgs } from "./arguments";
export type { MachineSchedule } from "./schedule";
export type { Snapshots } from "./snapshots";
export type {
    MachineAccelerator,
    MachineContainer,
    MachineNetwork,
    MachineSubnet,
    MachineTemplateArgs,
} from "./template/arguments";
export type { MachineDisk } from "./template/disks";
export type { FamilyImage, MachineImage, NamedImage } from "./template/image";
export { VirtualMachine } from "./virtualMachine";
