import type { GitHubJobs, GitLabJobs } from "./jobs";

/** What a provider of a pool trusts, and by which name it knows who comes. */
export interface Trust {
    issuerUri: string;
    attributeMapping: Record<string, string>;
    attributeCondition: string;
    /** The one `google.subject` that the mapping gives to what the condition lets in. */
    subject: string;
}

/** Claims with the values that they must have; those that were left out are not looked at. */
type Claims = Record<string, string | undefined>;

/**
 * "About security hardening with OpenID Connect": the claims of GitHub's tokens. Not `sub`: its form depends on the age and
 * the settings of a repository. Events of pull requests, among them `pull_request_target` and `pull_request_review`, run
 * with what was only proposed, whatever environment their jobs name.
 */
export function trustOfGitHub({ repository, repositoryId, ownerId, ...jobs }: GitHubJobs): Trust {
    const { environment, ref, pullRequests } = jobs;
    return trust(
        "https://token.actions.githubusercontent.com",
        pullRequests ? { repository, event_name: "pull_request" } : { repository, environment, ref },
        { repository_id: repositoryId, repository_owner_id: ownerId },
        pullRequests ? [] : ['!assertion.event_name.startsWith("pull_request")'],
    );
}

/** "ID token payload": the claims of GitLab's tokens, where `ref` is a name alone. */
export function trustOfGitLab({ project, projectId, host = "gitlab.com", ...jobs }: GitLabJobs): Trust {
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
 * @param told the claims that must be equal and that tell, as the subject, who comes
 * @param more those that must be equal too
 * @param others what else must hold
 */
function trust(issuerUri: string, told: Claims, more: Claims, others: string[]): Trust {
    const subject = given(told);
    const equal = [...subject, ...given(more)];
    const labels = subject.map(([claim], index) => (index === 0 ? "" : `:${claim}:`));
    return {
        issuerUri,
        attributeMapping: {
            "google.subject": subject
                .map(([claim], index) => `${labels[index] && `${literal(labels[index])} + `}assertion.${claim}`)
                .join(" + "),
            ...Object.fromEntries(equal.map(([claim]) => [`attribute.${claim}`, `assertion.${claim}`])),
        },
        attributeCondition: [
            ...equal.map(([claim, value]) => `assertion.${claim} == ${literal(value)}`),
            ...others,
        ].join(" && "),
        subject: subject.map(([, value], index) => `${labels[index]}${value}`).join(""),
    };
}

function given(claims: Claims): [claim: string, value: string][] {
    return Object.entries(claims).filter((entry): entry is [string, string] => entry[1] !== undefined);
}

/** A text in CEL, which has all the escapes of JSON. */
function literal(text: string): string {
    return JSON.stringify(text);
}
