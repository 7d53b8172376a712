import { workloadIdentityLimits } from "../../facts/limits/iam";
import * as check from "../../internal/arguments/check";

/** Jobs that use an environment. */
interface EnvironmentJobs {
    /** The job's environment (case-sensitive). Its protection rules decide which branches and people may use it. */
    environment: string;
    /** Additionally the branch or tag, as `refs/heads/main` or `refs/tags/v1`. @default any that may use the environment */
    ref?: string;
}

/** Jobs of a branch or tag, in any environment. */
interface RefJobs {
    /** The branch or tag, as `refs/heads/main` or `refs/tags/v1`. */
    ref: string;
}

/** Selects jobs; jobs of pull or merge requests run code that nobody has approved yet. */
type Jobs<Proposals extends string> = check.OneOf<EnvironmentJobs | RefJobs | { [Key in Proposals]: true }>;

/** The jobs of GitHub Actions that may act as the deployer. */
export type GitHubJobs = {
    /** Owner and name, such as `acme/sales` (case-sensitive). */
    repository: string;
    /**
     * The repository's ID, which is never reused: `gh api repos/acme/sales --jq .id`.
     * @default not checked: another repository that takes over the name is trusted
     */
    repositoryId?: string;
    /**
     * The ID of the repository's owner: `gh api users/acme --jq .id`.
     * @default not checked: another owner that takes over the name is trusted
     */
    ownerId?: string;
} & Jobs<"pullRequests">;

/** The jobs of GitLab CI/CD that may act as the deployer. Jobs that deploy must run on protected branches or tags. */
export type GitLabJobs = {
    /** The path of the project with all of its groups, such as `acme/sales` (case-sensitive). */
    project: string;
    /**
     * The project's ID, which is never reused.
     * @default not checked: another project that takes over the path is trusted
     */
    projectId?: string;
    /** The host of a self-managed GitLab, such as `gitlab.acme.com`. @default "gitlab.com" */
    host?: string;
} & Jobs<"mergeRequests">;

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

/** The pipeline of a deployer. */
export type Pipeline = check.OneOf<GitHubPipeline | GitLabPipeline>;

const single = (what: string, pattern: RegExp) =>
    check.matching(
        pattern,
        `must be one ${what} such as acme/sales, not a pattern\nCreate a Deployer for each ${what}.`,
    );

const environment = check.matching(
    /^[^\p{C}]{1,255}$/u,
    "must be the name of an environment: 1 to 255 characters, without control characters",
);

const ref = check.matching(
    /^refs\/(heads|tags)\/[^\p{C}\s~^:?*[\\]+$/u,
    "must be one branch or tag such as refs/heads/main or refs/tags/v1, not a pattern",
);

const id = check.matching(/^[1-9]\d*$/, 'must be a number in a string, such as "123456789"');

const proposals = check.custom<true>((value) => value === true, "must be true, or left out");

const isSet = (value: unknown, ...keys: string[]) => keys.some((key) => (value as Inputs)[key] !== undefined);

type Inputs = Record<string, unknown>;

/** Checks that the jobs are restricted, and that pull or merge requests are not combined with other conditions. */
function restrictJobs<Jobs>(options: check.Check<Jobs>, proposals: string): check.Check<Jobs> {
    return check.pipe(
        options,
        check.refine(
            (value: unknown) => isSet(value, "environment", "ref", proposals),
            `must have environment, ref or ${proposals}, because every job would have access otherwise`,
        ),
        check.refine(
            (value: unknown) => !isSet(value, proposals) || !isSet(value, "environment", "ref"),
            `cannot combine ${proposals} with environment or ref\nCreate a Deployer for each.`,
        ),
    );
}

export const github = restrictJobs(
    check.options<GitHubJobs>(
        {
            repository: single("repository", /^[\w-]+\/[\w.-]+$/),
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

export const gitlab = restrictJobs(
    check.options<GitLabJobs>(
        {
            project: single("project", /^\w[\w.-]*(\/\w[\w.-]*)+$/),
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

/** The trust of a workload identity pool provider. */
export interface Trust {
    issuerUri: string;
    attributeMapping: Record<string, string>;
    attributeCondition: string;
    /** The `google.subject` of all tokens that the condition accepts. */
    subject: string;
}

/** Claims with their required values; undefined ones are not checked. */
type Claims = Record<string, string | undefined>;

/**
 * Uses the claims of {@link https://docs.github.com/en/actions/reference/security/oidc GitHub's tokens} except `sub`,
 * whose format depends on the age and the settings of a repository. Events of pull requests, including `pull_request_target`
 * and `pull_request_review`, run proposed code, whatever environment their jobs name.
 */
function githubTrust({ repository, repositoryId, ownerId, ...jobs }: GitHubJobs): Trust {
    const { environment, ref, pullRequests } = jobs;
    return trust(
        "https://token.actions.githubusercontent.com",
        pullRequests ? { repository, event_name: "pull_request" } : { repository, environment, ref },
        { repository_id: repositoryId, repository_owner_id: ownerId },
        pullRequests ? [] : ['!assertion.event_name.startsWith("pull_request")'],
    );
}

/**
 * Uses the claims of {@link https://docs.gitlab.com/ci/secrets/id_token_authentication/ GitLab's ID tokens}, whose `ref` is a
 * name without `refs/…`.
 */
function gitlabTrust({ project, projectId, host = "gitlab.com", ...jobs }: GitLabJobs): Trust {
    const { environment, ref, mergeRequests } = jobs;
    const [, kind, name] = /^refs\/(heads|tags)\/(.*)$/s.exec(ref ?? "") ?? [];
    const place = { ref_type: kind && (kind === "tags" ? "tag" : "branch"), ref: name };
    return trust(
        `https://${host}`,
        mergeRequests
            ? { project_path: project, pipeline_source: "merge_request_event" }
            : { project_path: project, environment, ...place },
        { project_id: projectId, ref_protected: mergeRequests ? undefined : "true" },
        mergeRequests ? [] : ['assertion.pipeline_source != "merge_request_event"'],
    );
}

/**
 * @param subjectClaims the required claims that form the subject
 * @param otherClaims other required claims
 * @param conditions further CEL conditions
 */
function trust(issuerUri: string, subjectClaims: Claims, otherClaims: Claims, conditions: string[]): Trust {
    const subject = definedClaims(subjectClaims);
    const equal = [...subject, ...definedClaims(otherClaims)];
    const labels = subject.map(([claim], index) => (index === 0 ? "" : `:${claim}:`));
    return {
        issuerUri,
        attributeMapping: {
            "google.subject": subject
                .map(([claim], index) => `${labels[index] && `${celString(labels[index])} + `}assertion.${claim}`)
                .join(" + "),
            ...Object.fromEntries(equal.map(([claim]) => [`attribute.${claim}`, `assertion.${claim}`])),
        },
        attributeCondition: [
            ...equal.map(([claim, value]) => `assertion.${claim} == ${celString(value)}`),
            ...conditions,
        ].join(" && "),
        subject: subject.map(([, value], index) => `${labels[index]}${value}`).join(""),
    };
}

function definedClaims(claims: Claims): [claim: string, value: string][] {
    return Object.entries(claims).filter((entry): entry is [string, string] => entry[1] !== undefined);
}

/** A string literal in CEL, which supports all escapes of JSON. */
function celString(text: string): string {
    return JSON.stringify(text);
}

/**
 * The maximum size of {@link https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines
 * google.subject} in bytes.
 */
const maxSubjectBytes = workloadIdentityLimits.rows.subject.max;

/** The trust of the provider, and whether the jobs run code that is only proposed (pull or merge requests). */
export interface ResolvedTrust {
    trust: Trust;
    isPreviewer: boolean;
}

/** The trust of the pipeline. */
export function resolveTrust(args: Pipeline): ResolvedTrust {
    return args.github
        ? { trust: githubTrust(args.github), isPreviewer: args.github.pullRequests === true }
        : { trust: gitlabTrust(args.gitlab), isPreviewer: args.gitlab.mergeRequests === true };
}

/** The problem of a subject that is too long. */
export function subjectProblem(kind: string, { subject }: Trust): check.Problem | undefined {
    const size = Buffer.byteLength(subject);
    return check.when(
        size > maxSubjectBytes,
        kind,
        "iam/subject-too-long",
        `must have shorter names: their subject can have ${maxSubjectBytes} bytes at most (got ${size}). Shorten the environment or the branch.`,
    );
}
