import { environmentDefaults } from "../../environment/defaults";
import { Environment } from "../../environment/environment";
import { iamLimits, workloadIdentityLimits } from "../../facts/limits/iam";
import * as check from "../../internal/check";
import { shortenName } from "../../internal/names";
import { type DeployerArgs, deployerArgs } from "./arguments";
import { githubTrust, gitlabTrust, type Trust } from "./jobs";
import { projectRoles, writingRoles } from "./roles";

/**
 * The maximum size of {@link https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
 * google.subject} in bytes.
 */
const maxSubjectBytes = workloadIdentityLimits.rows.subject.max;

function problems({ trust, isPreviewer, ...args }: DeployerArgs & ResolvedTrust): (check.Problem | undefined)[] {
    const writers = isPreviewer ? writingRoles(args.roles) : [];
    const size = Buffer.byteLength(trust.subject);
    const [kind, proposals] = args.github ? ["github", "pullRequests"] : ["gitlab", "mergeRequests"];
    const environment = (args.github ?? args.gitlab)?.environment;
    const { approval } = args.project ? environmentDefaults[args.project.kind] : Environment.current().defaults;
    return [
        check.when(
            approval && environment === undefined && !isPreviewer,
            kind,
            "iam/approval-missing",
            'must have environment, because deployments to production need an approval. Create an environment such as "prod" with reviewers, and name it here.',
        ),
        check.when(
            size > maxSubjectBytes,
            kind,
            "iam/subject-too-long",
            `must have shorter names: their subject can have ${maxSubjectBytes} bytes at most (got ${size}). Shorten the environment or the branch.`,
        ),
        ...writers.map((role) =>
            check.problem(
                "roles",
                "iam/role-of-unmerged-code",
                `must be a role that only reads, because with ${proposals} it runs code that was not merged (got "${role}"). Name roles such as roles/pubsub.viewer.`,
            ),
        ),
        isPreviewer && args.grantable && args.grantable.length > 0
            ? check.problem(
                  "grantable",
                  "iam/grantable-of-unmerged-code",
                  `must not be set, because with ${proposals} it runs code that was not merged (got ${JSON.stringify(args.grantable)}).`,
              )
            : undefined,
    ];
}

/** The trust of the provider, and whether the jobs run code that is only proposed (pull or merge requests). */
interface ResolvedTrust {
    trust: Trust;
    isPreviewer: boolean;
}

function resolveTrust(args: DeployerArgs): ResolvedTrust {
    return args.github
        ? { trust: githubTrust(args.github), isPreviewer: args.github.pullRequests === true }
        : { trust: gitlabTrust(args.gitlab), isPreviewer: args.gitlab.mergeRequests === true };
}

/** A valid service account ID from the component's name. */
function defaultAccountId(name: string): string {
    const id = shortenName(name.toLowerCase(), iamLimits.rows.accountId.max);
    return id.length < 6 ? `${id}-deployer` : id;
}

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(name: string, args: DeployerArgs) {
    const completed = check.withDefaults(args, { accountId: defaultAccountId(name) });
    const { isPreviewer, ...resolved } = check.resolved(
        `Deployer "${name}"`,
        completed,
        check.variant({ github: deployerArgs, gitlab: deployerArgs }),
        (checked) => ({ ...checked, ...resolveTrust(checked) }),
        problems,
    );
    const granted = resolved.grantable ?? (isPreviewer ? [] : projectRoles);
    const poolId = resolved.poolId ?? resolved.accountId.replace(/^gcp-/, "pool-");
    return { ...resolved, poolId, grantable: granted === false ? [] : granted };
}
