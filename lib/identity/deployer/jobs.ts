import * as check from "../../internal/check";

/** The jobs that use an environment. */
interface EnvironmentJobs {
    /**
     * The environment that the job names; capitals count. Which branches and people may use it is decided by the rules that
     * the environment has there.
     */
    environment: string;
    /** The branch or tag besides, as `refs/heads/main` or `refs/tags/v1`. @default any that may use the environment */
    ref?: string;
}

/** The jobs of a branch or tag, whatever environment they use. */
interface RefJobs {
    /** The branch or tag that is deployed from, as `refs/heads/main` or `refs/tags/v1`. */
    ref: string;
}

/** Which jobs are let in; those of proposals run what nobody has approved yet. */
type Jobs<Proposals extends string> = check.OneOf<EnvironmentJobs | RefJobs | { [Key in Proposals]: true }>;

/** The jobs of GitHub Actions that may act as a deployer. */
export type GitHubJobs = {
    /** Owner and name, such as `acme/sales`, as GitHub shows them; capitals count. */
    repository: string;
    /**
     * The number of the repository, which no other ever has: `gh api repos/acme/sales --jq .id`.
     * @default a repository that is given this name after the present one is gone is let in
     */
    repositoryId?: string;
    /**
     * The number of the repository's owner: `gh api users/acme --jq .id`.
     * @default an owner that is given this name after the present one is gone is let in
     */
    ownerId?: string;
} & Jobs<"pullRequests">;

/** The jobs of GitLab CI/CD that may act as a deployer. Those that deploy are of protected branches and tags. */
export type GitLabJobs = {
    /** The path of the project with all of its groups, such as `acme/sales`; capitals count. */
    project: string;
    /**
     * The number of the project, which no other ever has.
     * @default a project that is given this path after the present one is gone is let in
     */
    projectId?: string;
    /** The host of a GitLab of one's own, such as `gitlab.acme.com`. @default "gitlab.com" */
    host?: string;
} & Jobs<"mergeRequests">;

const one = (what: string, pattern: RegExp) =>
    check.matching(pattern, `must be one ${what} such as acme/sales, not a pattern\nMake a Deployer for each ${what}.`);

const environment = check.matching(
    /^[^\p{C}]{1,255}$/u,
    "must be the name of an environment: 1 to 255 characters, none of them invisible",
);

const ref = check.matching(
    /^refs\/(heads|tags)\/[^\p{C}\s~^:?*[\\]+$/u,
    "must be one branch or tag, as refs/heads/main or refs/tags/v1, not a pattern",
);

const id = check.matching(/^[1-9]\d*$/, 'must be a number, as text, such as "123456789"');

const proposals = check.custom((given) => given === true, "must be true, or left out");

const isGiven = (given: unknown, ...keys: string[]) => keys.some((key) => (given as Inputs)[key] !== undefined);

type Inputs = Record<string, unknown>;

/** Checks that the jobs are narrowed down, and that those of proposals are not mixed with others. */
function narrowed(options: check.Check, proposals: string): check.Check {
    return check.pipe(
        options,
        check.refine(
            (given: unknown) => isGiven(given, "environment", "ref", proposals),
            `must have environment, ref or ${proposals}, as every job would be let in otherwise`,
        ),
        check.refine(
            (given: unknown) => !isGiven(given, proposals) || !isGiven(given, "environment", "ref"),
            `cannot have ${proposals} beside environment or ref\nMake a Deployer for each.`,
        ),
    );
}

/** Checks which jobs of GitHub Actions are let in. */
export const github: check.Check = narrowed(
    check.options<GitHubJobs>(
        {
            repository: one("repository", /^[\w-]+\/[\w.-]+$/),
            repositoryId: id,
            ownerId: id,
            environment,
            ref,
            pullRequests: proposals,
        },
        "repository",
    ),
    "pullRequests",
);

/** Checks which jobs of GitLab CI/CD are let in. */
export const gitlab: check.Check = narrowed(
    check.options<GitLabJobs>(
        {
            project: one("project", /^\w[\w.-]*(\/\w[\w.-]*)+$/),
            projectId: id,
            host: check.matching(
                /^[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?$/,
                "must be a host such as gitlab.acme.com, without https://",
            ),
            environment,
            ref,
            mergeRequests: proposals,
        },
        "project",
    ),
    "mergeRequests",
);
