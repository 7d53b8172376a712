/**
 * Temporary local Google Clouds for tests of Pulumi programs. Deployments take seconds and need neither an account nor
 * network access. Works with any test runner.
 *
 * @module
 */

export type { Changes } from "./commands/engine/changes";
export type { CommandResult } from "./commands/engine/pulumiCommand";
export type { Exported } from "./machine/exported";
export type { Workspace } from "./machine/workspace";
export type { Call } from "./runtime/console/client";
export type { ActivityEvent } from "./runtime/emulator/activity";
export type { PolicySpec } from "./simulator/cloud/organization";
export type { Resource } from "./simulator/inventory";
export type { Answer, Delay, Fault, FaultPlan } from "./simulator/provider/faults";
export { LocalApp } from "./testing/app";
export { LocalCloud, type LocalCloudOptions } from "./testing/cloud";
export type { StackConfig } from "./testing/linked";
export { CommandFailed, type CommandOptions, type Deployed, LocalStack } from "./testing/stack";
