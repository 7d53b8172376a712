export type {
    Attachment,
    Capability,
    CloudSqlClient,
    CloudSqlRoute,
    CloudSqlWay,
    Grant,
    SecretFile,
    SecretVariable,
    Uses,
    VpcNetwork,
} from "./capability";
export type { DeployedProject, DeployerArgs, GitHubPipeline, GitLabPipeline } from "./deployer/arguments";
export { Deployer } from "./deployer/deployer";
export type { GitHubJobs, GitLabJobs } from "./deployer/jobs";
export { projectRoles } from "./deployer/roles";
export type { Invokable } from "./invoker";
