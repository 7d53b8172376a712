import type { WorkloadIdentityPoolArgs } from "@pulumi/gcp/iam/workloadIdentityPool";
import type { WorkloadIdentityPoolProviderArgs } from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import type { IAMMemberArgs } from "@pulumi/gcp/projects/iammember";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import type { EnvironmentKind } from "../../environment/defaults";
import { nameFormats, poolId } from "../../facts/names";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { suffixLength } from "../../internal/freshName";
import { serviceAccountId } from "../member";
import { type GitHubJobs, type GitLabJobs, github, gitlab } from "./jobs";
import { grantable, roles } from "./roles";

/** A project that this program creates or adopts: an EnvironmentProject. */
export interface DeployedProject {
    readonly projectId: pulumi.Output<string>;
    readonly kind: EnvironmentKind;
    /** The provider for resources of the project. */
    readonly provider: pulumi.ProviderResource;
    /** The resources that must exist before others are created in the project. */
    readonly ready: pulumi.Resource[];
}

/** A GitHub pipeline. */
export interface GitHubPipeline {
    /** The jobs of GitHub Actions that may act as the deployer. */
    github: GitHubJobs;
}

/** A GitLab pipeline. */
export interface GitLabPipeline {
    /** The jobs of GitLab CI/CD that may act as the deployer. */
    gitlab: GitLabJobs;
}

/** The arguments of a {@link Deployer}. */
export type DeployerArgs = check.OneOf<GitHubPipeline | GitLabPipeline> &
    ComponentArgs & {
        /**
         * The project to deploy, an EnvironmentProject.
         * @default the project of this stack's environment
         */
        project?: DeployedProject;
        /**
         * The roles of the deployer on the project; it has no others. Basic roles are refused, and so are roles that allow
         * privilege escalation or impersonation.
         */
        roles: string[];
        /**
         * The roles that the deployer may grant and revoke on the project
         * ({@link https://cloud.google.com/iam/docs/setting-limits-on-granting-roles limits on granting roles}): at most 200,
         * ten in each IAM condition. A role that can itself grant roles is refused. `false` or an empty list: none.
         * @default the roles that components of this library grant on a project; none for pull or merge requests
         */
        grantable?: string[] | false;
        /**
         * The ID of the {@link https://cloud.google.com/iam/docs/service-accounts-create service account}: 6 to 30 lower-case
         * letters, digits and hyphens. Changing this replaces the deployer.
         * @default the component's name
         */
        accountId?: string;
        /**
         * The start of the {@link https://cloud.google.com/iam/docs/manage-workload-identity-pools-providers workload identity
         * pool}'s ID: 1 to 25 lower-case letters, digits and hyphens, not `gcp-`. A random suffix follows, as the ID of a
         * deleted pool stays reserved for 30 days.
         * @default the ID of the service account
         */
        poolId?: string;
        /** Callbacks that edit the arguments of child resources. */
        transform?: {
            account?: Transform<AccountArgs>;
            pool?: Transform<WorkloadIdentityPoolArgs>;
            poolProvider?: Transform<WorkloadIdentityPoolProviderArgs>;
            role?: Transform<IAMMemberArgs>;
        };
    };

const project = check.custom<DeployedProject>(
    (value) =>
        pulumi.Resource.isInstance(value) &&
        ["projectId", "kind", "provider", "ready"].every((property) => property in value),
    "must be an EnvironmentProject",
);

/** Checks each argument. */
export const deployerArgs = check.options<DeployerArgs>(
    {
        ...componentArgs,
        github,
        gitlab,
        project,
        roles,
        grantable,
        accountId: serviceAccountId,
        poolId: check.nameOf(poolId(nameFormats.rows.workloadIdentityPool.max - suffixLength)),
        transform: transforms("account", "pool", "poolProvider", "role"),
    },
    "roles",
);
