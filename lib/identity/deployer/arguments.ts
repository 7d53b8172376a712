import type { WorkloadIdentityPoolArgs } from "@pulumi/gcp/iam/workloadIdentityPool";
import type { WorkloadIdentityPoolProviderArgs } from "@pulumi/gcp/iam/workloadIdentityPoolProvider";
import type { IAMMemberArgs } from "@pulumi/gcp/projects/iammember";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import { type EnvironmentKind, environmentDefaults } from "../../environment/defaults";
import { Environment } from "../../environment/environment";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { fitted } from "../../internal/names";
import { type GitHubJobs, type GitLabJobs, github, gitlab } from "./jobs";
import { grantable, projectRoles, roles, writing } from "./roles";
import { type Trust, trustOfGitHub, trustOfGitLab } from "./trust";

/** A project that this program makes or adopts: an EnvironmentProject. */
export interface DeployedProject {
    readonly projectId: pulumi.Output<string>;
    readonly kind: EnvironmentKind;
    /** The provider of what is put into it. */
    readonly provider: pulumi.ProviderResource;
    /** What must be there before something is put into it. */
    readonly ready: pulumi.Resource[];
}

/** A pipeline of GitHub. */
export interface GitHubPipeline {
    /** The jobs of GitHub Actions that are let in. */
    github: GitHubJobs;
}

/** A pipeline of GitLab. */
export interface GitLabPipeline {
    /** The jobs of GitLab CI/CD that are let in. */
    gitlab: GitLabJobs;
}

/** The arguments of a {@link Deployer}. */
export type DeployerArgs = check.OneOf<GitHubPipeline | GitLabPipeline> &
    ComponentArgs & {
        /**
         * The project that it deploys, an EnvironmentProject.
         * @default the project of this stack's environment
         */
        project?: DeployedProject;
        /**
         * The roles that it has on the project, one by one, and nowhere else. Refused are basic roles and those with which it
         * could become another or give itself what it has not.
         */
        roles: string[];
        /**
         * The roles that it may grant on the project and take away again, none of them able to grant: 200 at most, ten under a
         * condition ("Set limits on granting roles"). `false` or an empty list: none.
         * @default those that components of this library grant on a project; none for pull or merge requests
         */
        grantable?: string[] | false;
        /**
         * The id of its service account: 6 to 30 lower-case letters, digits and hyphens ("Create service accounts"); another
         * one makes another deployer.
         * @default the component's name
         */
        accountId?: string;
        /**
         * What the id of its pool starts with: 1 to 25 lower-case letters, digits and hyphens, not `gcp-` ("Manage workload
         * identity pools and providers"). Behind it is a random end, as the id of a deleted pool stays taken for 30 days.
         * @default the id of the account
         */
        poolId?: string;
        /** The last word on a child's arguments. */
        transform?: {
            account?: Transform<AccountArgs>;
            pool?: Transform<WorkloadIdentityPoolArgs>;
            poolProvider?: Transform<WorkloadIdentityPoolProviderArgs>;
            role?: Transform<IAMMemberArgs>;
        };
    };

const project = check.custom(
    (given) =>
        pulumi.Resource.isInstance(given) &&
        ["projectId", "kind", "provider", "ready"].every((property) => property in given),
    "must be an EnvironmentProject",
);

const args = check.options<DeployerArgs>(
    {
        ...componentArgs,
        github,
        gitlab,
        project,
        roles,
        grantable,
        accountId: check.matching(
            /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
            "must be the id of a service account: 6 to 30 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen",
        ),
        poolId: check.matching(
            /^(?!gcp-)[a-z0-9-]{1,25}$/,
            "must have 1 to 25 lower-case letters, digits and hyphens, and not start with gcp-",
        ),
        transform: transforms("account", "pool", "poolProvider", "role"),
    },
    "roles",
);

/** "Configure Workload Identity Federation": the bytes that a subject may have. */
const longestSubject = 127;

function problemsTogether(given: DeployerArgs): (check.Problem | undefined)[] {
    const { trust, isPreviewer } = jobsOf(given);
    const writers = isPreviewer ? writing(given.roles) : [];
    const size = Buffer.byteLength(trust.subject);
    const [kind, proposals] = given.github ? ["github", "pullRequests"] : ["gitlab", "mergeRequests"];
    const environment = (given.github ?? given.gitlab)?.environment;
    const { approval } = given.project ? environmentDefaults[given.project.kind] : Environment.current().defaults;
    return [
        approval && environment === undefined && !isPreviewer
            ? {
                  path: kind,
                  reason: 'must have environment, as production is deployed only when somebody approved. Make an environment such as "prod" with reviewers there, and name it.',
              }
            : undefined,
        size > longestSubject
            ? {
                  path: kind,
                  reason: `must have names that are shorter in all: they make a subject of ${longestSubject} bytes at most (got ${size}). Shorten the environment or the branch.`,
              }
            : undefined,
        ...writers.map((role) => ({
            path: "roles",
            reason: `must only read, as with ${proposals} it runs what was only proposed (got "${role}"). Name roles such as roles/pubsub.viewer.`,
        })),
        isPreviewer && given.grantable && given.grantable.length > 0
            ? {
                  path: "grantable",
                  reason: `must be left out, as with ${proposals} it runs what was only proposed (got ${JSON.stringify(given.grantable)}).`,
              }
            : undefined,
    ];
}

/** Who is let in, and whether that is what is only proposed. */
function jobsOf(given: DeployerArgs): { trust: Trust; isPreviewer: boolean } {
    return given.github
        ? { trust: trustOfGitHub(given.github), isPreviewer: given.github.pullRequests === true }
        : { trust: trustOfGitLab(given.gitlab), isPreviewer: given.gitlab.mergeRequests === true };
}

/** The component's name as the id of a service account, where it can be one. */
function idOf(name: string): string {
    const id = fitted(name.toLowerCase(), 30);
    return id.length < 6 ? `${id}-deployer` : id;
}

/** The arguments as they were given or by default, or an error that tells of all that is wrong with them. */
export function decided(name: string, given: DeployerArgs) {
    const complete = check.completed(given, { accountId: idOf(name) });
    const found = check.checked(
        `Deployer "${name}"`,
        complete,
        check.variant({ github: args, gitlab: args }),
        problemsTogether,
    );
    const { trust, isPreviewer } = jobsOf(found);
    const granted = found.grantable ?? (isPreviewer ? [] : projectRoles);
    const poolId = found.poolId ?? found.accountId.replace(/^gcp-/, "pool-");
    return { ...found, trust, poolId, grantable: granted === false ? [] : granted };
}
