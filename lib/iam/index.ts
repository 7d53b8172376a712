import { exportTogether } from "../internal/arguments/reportTogether";

export type {
    Attachment,
    Capability,
    CloudSqlClient,
    CloudSqlRoute,
    CloudSqlWay,
    Grant,
    GrantCondition,
    SecretFile,
    SecretVariable,
    Uses,
    VpcNetwork,
} from "../internal/access/capability";
export type { Member, MemberResource, NamedMember } from "../internal/access/member";
export { type AllowArgs, allow } from "./allow";
export type { DeployerArgs } from "./deployer/deployer";
export { Deployer } from "./deployer/deployer";
export type { GitHubJobs, GitHubPipeline, GitLabJobs, GitLabPipeline } from "./deployer/jobs";
export type { DeployedProject } from "./deployer/project";
export { projectRoles } from "./deployer/roles";
export type { Invokable } from "./invoker";
export {
    type AccountReference,
    type AnyServiceAccount,
    type ExistingServiceAccount,
    ServiceAccount,
    type ServiceAccountArgs,
} from "./serviceAccount";
export {
    type AwsProvider,
    type AzureProvider,
    type IdentityMapping,
    type IdentityProvider,
    type OidcProvider,
    type SamlProvider,
    WorkloadIdentityPool,
    type WorkloadIdentityPoolArgs,
} from "./workloadIdentityPool";

exportTogether(module);
