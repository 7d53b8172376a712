export type { Attachment, Capability, Grant, SecretFile, SecretVariable, Uses } from "./capability";
export type { DeployedProject, DeployerArgs } from "./deployer/arguments";
export { Deployer } from "./deployer/deployer";
export type { GitHubActions, GitLabPipelines } from "./deployer/jobs";
export { projectRoles } from "./deployer/roles";
export type { Invokable } from "./invoker";
