/**
 * Temporary local Google Clouds for tests of Pulumi programs. Deployments take seconds and need neither an account nor
 * network access. Works with any test runner.
 *
 * @module
 */
export type { PolicySpec } from "./cloud/organization";
export type { Exported } from "./exported";
export type { Resource } from "./inventory";
export type { Answer, Delay, Fault, FaultPlan } from "./provider/faults";
export type { CommandResult } from "./pulumiCommand";
export type { Changes } from "./testing/changes";
export { LocalCloud, type LocalCloudOptions } from "./testing/cloud";
export type { StackConfig } from "./testing/linked";
export { CommandFailed, type CommandOptions, type Deployed, LocalStack } from "./testing/stack";
export type { Workspace } from "./workspace";
