/**
 * For tests of Pulumi programs: a fresh local Google Cloud, to which a program is really deployed in seconds, without an
 * account and without a network. It works in any test runner and in none.
 *
 * @module
 */
export type { Ended, Exported } from "./engine";
export type { Resource } from "./inventory";
export type { Answer, Delay, Fault, FaultPlan } from "./provider/faults";
export type { Changes } from "./testing/changes";
export { type CommandOptions, LocalCloud, type LocalCloudOptions } from "./testing/cloud";
export type { StackConfig } from "./testing/linked";
export { CommandFailed, type Deployed, LocalStack } from "./testing/stack";
export type { Workspace } from "./workspace";
